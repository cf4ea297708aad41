/**
 * Areas of the demonstration park as the companies' suppliers send them. The three ways of writing GEO that vendors use
 * take turns by company. Z_MIN and Z_MAX are heights on the ellipsoid, like ALTITUDE: ground is GROUND_HEIGHT_M.
 */
import type { Zone } from './cells.ts';
import type { DemoPerson } from './people.ts';
import { cornersOf, GROUND_HEIGHT_M, inset, type Point, rectFrom, type SiteFrame } from './site-frame.ts';
import type { CompanyPlan, Place, SitePlan } from './site-plan.ts';
import type { AreaVendorRecord } from './vendor-records.ts';

export interface DemoArea {
  readonly companyIndex: number;
  /** Plan metres, not closed. */
  readonly ring: readonly Point[];
  /** Heights above ground, m; null: unbounded. */
  readonly fromM: number | null;
  readonly toM: number | null;
  readonly kind: string;
  readonly place: number | null;
  readonly record: AreaVendorRecord;
}

type Draft = {
  readonly name: string;
  readonly kind: string;
  readonly ring: readonly Point[];
  readonly place?: number;
  readonly fixed?: boolean;
  readonly fromM?: number | null;
  readonly toM?: number | null;
  readonly floorNo?: string;
  readonly capacityMax?: number;
  readonly bound?: readonly string[];
};

/** Every third company has one maintenance crew that must stay in its unit. */
const BOUND_PEOPLE_A_COMPANY = 3;

/** Marks the people of the crews as bound; returns the same people otherwise. */
export function markBoundPeople(plan: SitePlan, people: readonly DemoPerson[]): DemoPerson[] {
  const left = plan.companies.map((c) => (c.index % 3 === 0 ? BOUND_PEOPLE_A_COMPANY : 0));
  return people.map((person) => {
    const unit = workUnitOf(plan.companies[person.companyIndex]!);
    if (unit === undefined || person.habit !== 'crew' || left[person.companyIndex] === 0) return person;
    left[person.companyIndex]!--;
    return { ...person, bound: true, workPlaces: [unit.index] };
  });
}

const workUnitOf = (company: CompanyPlan): Place | undefined => company.places.find((p) => p.kind === 'process');

/** The zone inside a binding area: the frame with decks, at least 20 m from the area's edge. */
export const boundZoneOf = (place: Place): Zone => place.zones[0]!;

export function createAreas(plan: SitePlan, frame: SiteFrame, people: readonly DemoPerson[]): DemoArea[] {
  return plan.companies.flatMap((company) => {
    const bound = people.filter((p) => p.bound && p.companyIndex === company.index).map((p) => p.personId);
    return draftsOf(company, bound).map((draft, serial) => areaFrom(company, draft, serial, frame));
  });
}

function draftsOf(company: CompanyPlan, bound: readonly string[]): Draft[] {
  const drafts: Draft[] = [{ name: '企业边界', kind: 'COMPANY_BOUNDARY', ring: company.boundary }];
  for (const place of company.places) {
    const ring = cornersOf(inset(place.rect, -4));
    const at = { ring, place: place.index, name: place.name };
    if (place.kind === 'process') drafts.push({ ...at, kind: 'PRODUCTION', capacityMax: 120 });
    if (place.kind === 'warehouse') drafts.push({ ...at, kind: 'PRODUCTION' });
    if (place.kind === 'tankFarm' || place.kind === 'sphereFarm') drafts.push({ ...at, kind: 'HAZARD_SOURCE' });
    if (place.kind === 'control') drafts.push({ ...at, name: '中控室', kind: 'POST', toM: 9, fromM: -1 });
    if (place.kind === 'assembly') drafts.push({ ...at, kind: 'ASSEMBLY' });
    for (const part of place.forbidden) {
      const heights = { fromM: part.fromM, toM: part.toM };
      drafts.push({
        name: `${place.name} ${part.name}`,
        kind: 'FORBIDDEN',
        ring: part.ring,
        place: place.index,
        ...heights,
      });
    }
  }
  const gate = { u: (company.rect.u0 + company.rect.u1) / 2, v: company.rect.v0 + 40 };
  drafts.push({ name: '门岗', kind: 'POST', ring: cornersOf(rectFrom(gate.u, gate.v, 40, 40)) });
  const unit = workUnitOf(company);
  if (unit !== undefined && bound.length > 0) {
    const ring = cornersOf(inset(unit.rect, -3));
    drafts.push({ name: '检修作业区', kind: 'WORK', ring, place: unit.index, fixed: false, bound });
  }
  return drafts;
}

function areaFrom(company: CompanyPlan, draft: Draft, serial: number, frame: SiteFrame): DemoArea {
  const heights = { fromM: draft.fromM ?? null, toM: draft.toM ?? null };
  const record: AreaVendorRecord = {
    ID: `A${company.code}-${String(serial + 1).padStart(3, '0')}`,
    COMPANY_CODE: company.code,
    ZONE_NAME: draft.name,
    ZONE_TYPE: draft.fixed === false ? '0' : '1',
    GEO: geoText(draft.ring, company.index % 3, frame),
    DELETED: '0',
    AREA_KIND: draft.kind,
    ...(heights.fromM === null ? {} : { Z_MIN: GROUND_HEIGHT_M + heights.fromM }),
    ...(heights.toM === null ? {} : { Z_MAX: GROUND_HEIGHT_M + heights.toM }),
    ...(draft.floorNo === undefined ? {} : { FLOOR_NO: draft.floorNo }),
    ...(draft.capacityMax === undefined ? {} : { CAPACITY_MAX: draft.capacityMax }),
    ...(draft.bound === undefined ? {} : { BOUND_PERSON_IDS: draft.bound }),
  };
  const place = draft.place ?? null;
  return { companyIndex: company.index, ring: draft.ring, ...heights, kind: draft.kind, place, record };
}

/** Eight decimals of a degree are a millimetre. */
const degree = (value: number): number => Math.round(value * 1e8) / 1e8;

function geoText(ring: readonly Point[], writing: number, frame: SiteFrame): string {
  const out = new Float64Array(2);
  const points = ring.map((p): [number, number] => {
    frame.toLngLat(p.u, p.v, out);
    return [degree(out[0]!), degree(out[1]!)];
  });
  points.push(points[0]!);
  if (writing === 0) return `POLYGON((${points.map(([lng, lat]) => `${lng} ${lat}`).join(', ')}))`;
  if (writing === 1) return JSON.stringify({ type: 'Polygon', coordinates: [points] });
  return points.map(([lng, lat]) => `${lng},${lat}`).join(';');
}
