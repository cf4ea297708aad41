/**
 * The demonstration park as plain data: 29 invented companies on an invented plan near 121.48 E, 30.80 N, with areas
 * and people. The same seed gives the same park. Read by the demo set-up, the simulator, the tileset generator and
 * tests. Heights of all records are on the ellipsoid with the ground at GROUND_HEIGHT_M.
 */
import { createAreas, type DemoArea, markBoundPeople } from './areas.ts';
import { createPeople, type DemoPerson } from './people.ts';
import { createSiteFrame, GROUND_HEIGHT_M, PARK_MIDDLE, type SiteFrame } from './site-frame.ts';
import { createSitePlan, type SitePlan } from './site-plan.ts';

export const DEFAULT_SEED = 20_260_701;
export const DEFAULT_PEOPLE = 5_000;

export interface DemoPark {
  readonly seed: number;
  readonly middle: { readonly lng: number; readonly lat: number };
  readonly groundHeightM: number;
  readonly frame: SiteFrame;
  readonly plan: SitePlan;
  readonly people: readonly DemoPerson[];
  readonly areas: readonly DemoArea[];
}

export interface DemoCompany {
  readonly code: string;
  readonly name: string;
  readonly nameEn: string;
}

export function createDemoPark(options: { readonly seed?: number; readonly people?: number } = {}): DemoPark {
  const seed = options.seed ?? DEFAULT_SEED;
  const frame = createSiteFrame();
  const plan = createSitePlan(seed);
  const people = markBoundPeople(plan, createPeople(plan, options.people ?? DEFAULT_PEOPLE));
  return {
    seed,
    middle: PARK_MIDDLE,
    groundHeightM: GROUND_HEIGHT_M,
    frame,
    plan,
    people,
    areas: createAreas(plan, frame, people),
  };
}

/** The companies to register: nothing but codes and names, so that set-up needs no plan. */
export function demoCompanies(): DemoCompany[] {
  return createSitePlan(DEFAULT_SEED).companies.map((c) => ({ code: c.code, name: c.name.zh, nameEn: c.name.en }));
}
