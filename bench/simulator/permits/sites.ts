/**
 * Where jobs are: on the road in front of places, where everybody passes and nobody stays, so that who stands there belongs to a job.
 * Wide enough apart that no job is another's.
 */
import type { DemoPark } from '../../park/demo-park.ts';

export interface JobSite {
  readonly companyIndex: number;
  readonly name: string;
  /** Road node. */
  readonly node: number;
  /** Of the job, plan m. */
  readonly u: number;
  readonly v: number;
  /** Beside it on the road: outside an area drawn round it, within sight of it. */
  readonly outside: { readonly u: number; readonly v: number };
}

/** More than the 30 m that hot work keeps from blinding, and the circles of two guardians. */
const APART_M = 75;
/** Beside the middle of the road. */
const ASIDE_M = 3;
/** Half an area that is drawn round a job, and where somebody stands outside of it. */
export const DRAWN_HALF_M = 9;
const OUTSIDE_M = 22;

export function jobSites(park: DemoPark): JobSite[] {
  const { graph, companies } = park.plan;
  const sites: JobSite[] = [];
  for (const company of companies) {
    for (const place of company.places) {
      const [u, v] = [graph.u[place.door]! + ASIDE_M, graph.v[place.door]! + ASIDE_M];
      if (sites.some((site) => Math.hypot(site.u - u, site.v - v) < APART_M)) continue;
      const next = graph.neighbour[graph.start[place.door]!]!;
      const [du, dv] = [graph.u[next]! - graph.u[place.door]!, graph.v[next]! - graph.v[place.door]!];
      const share = OUTSIDE_M / Math.hypot(du, dv);
      const outside = { u: u + du * share, v: v + dv * share };
      sites.push({ companyIndex: company.index, name: `${place.name}门前`, node: place.door, u, v, outside });
    }
  }
  return sites;
}
