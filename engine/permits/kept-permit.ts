/** What follows of a permit from the tables of the park: its place in the plane, the areas it lies in, who is on it. */
import type { SuspectDatum } from '../../alarms/permits/finding.ts';
import { workOf } from '../../alarms/permits/work.ts';
import { signedDepthM } from '../../geo/fence.kernel.ts';
import { SHIFTED_DATUMS, unshifted } from '../../geo/shifted-datums.ts';
import { areaKey } from '../../stream/protocol/effects.ts';
import { type PermitState, statusOf } from '../../stream/protocol/permit-merge.ts';
import { permitKey } from '../../stream/protocol/permits.ts';
import { type Area, isValidAt } from '../areas-table.ts';
import type { Park } from '../park.ts';
import type { Heard } from './heard/heard.ts';
import { type NameIndex, peopleOn } from './permit-people.ts';
import { isOpenPermit, type KeptPermit, type PlanePlace } from './permit-table.ts';

/** Areas that bound a company's ground, by company; made anew after a change. */
export class Boundaries {
  #byCompany: Map<string, Area[]> | null = null;

  changed(): void {
    this.#byCompany = null;
  }

  of(park: Park, companyCode: string): readonly Area[] {
    if (this.#byCompany === null) {
      this.#byCompany = new Map();
      for (const area of park.areas.byKey.values()) {
        if (area.record.kind !== 'COMPANY_BOUNDARY') continue;
        const areas = this.#byCompany.get(area.record.companyCode) ?? [];
        this.#byCompany.set(area.record.companyCode, [...areas, area]);
      }
    }
    return this.#byCompany.get(companyCode) ?? [];
  }
}

export interface KeptBy {
  readonly names: NameIndex;
  readonly boundaries: Boundaries;
  readonly heard: Heard;
}

const plane = new Float64Array(2);

export function keptFrom(park: Park, state: PermitState, { names, boundaries, heard }: KeptBy): KeptPermit {
  const { companyCode, permitId, fields } = state;
  const status = statusOf(state);
  const place = placeOf(park, fields.lng ?? null, fields.lat ?? null);
  const named = fields.areaId == null ? undefined : park.areas.byKey.get(areaKey(companyCode, fields.areaId));
  const areas = named === undefined ? areasAt(park, place) : [named];
  const ground = boundaries.of(park, companyCode);
  const outsideM = place === null ? null : outsideOf(ground, place);
  const { jobRadiusM, guardianRadiusM, boundaryToleranceM } = park.settings.permit;
  const suspect =
    place !== null && (outsideM === null || outsideM <= boundaryToleranceM)
      ? null
      : suspectOf(park, ground, fields.lng ?? null, fields.lat ?? null);
  return {
    key: permitKey(companyCode, permitId),
    state,
    status,
    isOpen: isOpenPermit(status, state.deleted),
    place,
    areaKey: named === undefined ? null : areaKey(companyCode, named.record.areaId),
    radiusM: jobRadiusM,
    guardianRadiusM,
    people: peopleOn(state, park.people, names, park.nowMs),
    inExArea: fields.inExArea ?? exAreaOf(areas),
    hazardSourceCode: fields.hazardSourceCode ?? hazardSourceOf(heard, companyCode, areas),
    outsideM,
    suspectDatum: suspect?.datum ?? null,
    jobPlace: suspect === null ? place : suspect.place,
    isGoingOn: workOf(state, park.nowMs).isGoingOn,
  };
}

function placeOf(park: Park, lng: number | null, lat: number | null): PlanePlace | null {
  if (lng === null || lat === null || !park.projection.project(lng, lat, plane, 0)) return null;
  return { lng, lat, easting: plane[0]!, northing: plane[1]! };
}

/** That hold the place now, of whatever company. */
function areasAt(park: Park, place: PlanePlace | null): Area[] {
  if (place === null) return [];
  const { areas } = park;
  const count = areas.findNear(place.easting, place.northing, Number.NaN);
  return areas.near.slice(0, count).filter((area, n) => areas.nearDepthM[n]! > 0 && isValidAt(area.record, park.nowMs));
}

/** One that is explosive makes the place so. */
function exAreaOf(areas: readonly Area[]): boolean | null {
  if (areas.some(({ record }) => record.inExArea === true)) return true;
  return areas.some(({ record }) => record.inExArea === false) ? false : null;
}

function hazardSourceOf(heard: Heard, companyCode: string, areas: readonly Area[]): string | null {
  for (const { record } of areas) {
    if (record.companyCode !== companyCode) continue;
    const source = heard.hazardSourceOfArea(companyCode, record.areaId);
    if (source !== undefined) return source.code;
  }
  return null;
}

function outsideOf(ground: readonly Area[], { easting, northing }: PlanePlace): number | null {
  let depthM = Number.NEGATIVE_INFINITY;
  for (const { fence } of ground) depthM = Math.max(depthM, signedDepthM(fence, easting, northing));
  return depthM === Number.NEGATIVE_INFINITY ? null : -depthM;
}

interface Suspect {
  readonly datum: SuspectDatum;
  /** With the mistake undone; null: that tells nothing. */
  readonly place: PlanePlace | null;
}

/** What brings the pair as sent onto the company's ground: a shifted system undone, or its numbers swapped. */
function suspectOf(park: Park, ground: readonly Area[], lng: number | null, lat: number | null): Suspect | null {
  if (lng === null || lat === null) return null;
  if (lng === 0 || lat === 0) return { datum: 'zero', place: null };
  if (ground.length === 0) return null;
  const inside = (lngDeg: number, latDeg: number): PlanePlace | null => {
    const place = placeOf(park, lngDeg, latDeg);
    const outsideM = place === null ? null : outsideOf(ground, place);
    return outsideM !== null && outsideM <= park.settings.permit.boundaryToleranceM ? place : null;
  };
  const swapped = inside(lat, lng);
  if (swapped !== null) return { datum: 'swapped', place: swapped };
  for (const datum of SHIFTED_DATUMS) {
    const place = inside(...unshifted(datum, lng, lat));
    if (place !== null) return { datum: datum.replace('-', '') as SuspectDatum, place };
  }
  return null;
}
