import { describe, expect, it } from 'vitest';
import { validateAreas } from '../../ingest/validate/areas.ts';
import { validatePersons } from '../../ingest/validate/persons.ts';
import { createSealer } from '../../security/gm.ts';
import { createDemoPark, demoCompanies } from './demo-park.ts';
import { createWayFinder } from './road-graph.ts';
import type { Point } from './site-frame.ts';

const park = createDemoPark();
const sealer = createSealer([new Uint8Array(32).fill(7)]);

const plain = (p: ReturnType<typeof createDemoPark>) =>
  JSON.stringify([p.people.map((x) => x.record), p.areas.map((x) => x.record), p.plan.companies]);

const isInside = (ring: readonly Point[], u: number, v: number): boolean => {
  let inside = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [a, b] = [ring[i]!, ring[j]!];
    if (a.v > v !== b.v > v && u < ((b.u - a.u) * (v - a.v)) / (b.v - a.v) + a.u) inside = !inside;
  }
  return inside;
};

describe('demonstration park', () => {
  it('[SIM-1] is the same park for the same seed and another one for another seed', () => {
    const again = createDemoPark();
    expect(plain(again)).toBe(plain(park));
    expect(plain(createDemoPark({ seed: 1 }))).not.toBe(plain(park));
  });

  it('[SIM-2] has 29 companies with codes of nine digits that begin with 9, and no name twice', () => {
    const companies = demoCompanies();
    expect(companies).toHaveLength(29);
    expect(new Set(companies.map((c) => c.code)).size).toBe(29);
    expect(new Set(companies.map((c) => c.name)).size).toBe(29);
    for (const company of companies) {
      expect(company.code).toMatch(/^9\d{8}$/);
      expect(company.name).toContain('演示');
    }
    expect(park.plan.companies.map((c) => c.code)).toEqual(companies.map((c) => c.code));
  });

  it('[SIM-3] sends records that the vendor interface accepts, all of them', () => {
    for (const company of park.plan.companies) {
      const persons = park.people.filter((p) => p.companyIndex === company.index).map((p) => p.record);
      const areas = park.areas.filter((a) => a.companyIndex === company.index).map((a) => a.record);
      const validPersons = validatePersons(persons, company.code, sealer);
      const validAreas = validateAreas(areas, company.code);
      expect(validPersons.rejected).toEqual([]);
      expect(validPersons.accepted).toHaveLength(persons.length);
      expect(validAreas.rejected).toEqual([]);
      expect(validAreas.accepted).toHaveLength(areas.length);
      expect(validPersons.aliases + validAreas.aliases).toBe(0);
    }
  });

  it('[SIM-4] gives every company a boundary, forbidden areas, an assembly point and the places of a day', () => {
    for (const company of park.plan.companies) {
      const kinds = park.areas.filter((a) => a.companyIndex === company.index).map((a) => a.kind);
      for (const kind of ['COMPANY_BOUNDARY', 'FORBIDDEN', 'ASSEMBLY', 'POST']) expect(kinds).toContain(kind);
      const places = company.places.map((p) => p.kind);
      for (const kind of ['office', 'canteen', 'control', 'parking', 'substation'] as const)
        expect(places).toContain(kind);
    }
    expect(park.areas.some((a) => a.kind === 'FORBIDDEN' && a.record.Z_MIN !== undefined)).toBe(true);
    expect(park.areas.some((a) => (a.record.BOUND_PERSON_IDS?.length ?? 0) > 0)).toBe(true);
  });

  it('[SIM-5] has three kinds of people in the stated shares, and keeps person k whatever their number', () => {
    const share = (type: string): number => park.people.filter((p) => p.type === type).length / park.people.length;
    expect(share('staff')).toBeCloseTo(0.75, 1);
    expect(share('contractor')).toBeCloseTo(0.2, 1);
    expect(share('visitor')).toBeCloseTo(0.05, 1);
    const bigger = createDemoPark({ people: 6_000 });
    expect(bigger.people.slice(0, 5_000).map((p) => p.record)).toEqual(park.people.map((p) => p.record));
    expect(new Set(bigger.people.map((p) => p.personId)).size).toBe(6_000);
    expect(new Set(bigger.people.map((p) => p.cardNo)).size).toBe(6_000);
  });

  it('[SIM-6] lets every place be reached from every gate by road', () => {
    const finder = createWayFinder(park.plan.graph);
    const start = park.plan.companies[0]!.gate;
    for (const company of park.plan.companies) {
      for (const place of company.places) {
        const way = finder.find(start, place.door);
        expect(way[0]).toBe(start);
        expect(way.at(-1)).toBe(place.door);
      }
    }
  });

  it('[SIM-7] has no road within 10 m of a forbidden area at ground level, and none outside its company', () => {
    const forbidden = park.areas.filter((a) => a.kind === 'FORBIDDEN' && a.fromM === null);
    const { u, v, start, neighbour } = park.plan.graph;
    let nearestM = Number.POSITIVE_INFINITY;
    for (const corner of forbidden.flatMap((area) => area.ring)) {
      for (let a = 0; a < u.length; a++) {
        if (Math.abs(u[a]! - corner.u) > 300 || Math.abs(v[a]! - corner.v) > 300) continue;
        for (let k = start[a]!; k < start[a + 1]!; k++) {
          const b = neighbour[k]!;
          nearestM = Math.min(nearestM, segmentDistance(corner, u[a]!, v[a]!, u[b]!, v[b]!));
        }
      }
    }
    expect(nearestM).toBeGreaterThan(10);
    for (const area of park.areas) {
      const boundary = park.plan.companies[area.companyIndex]!.boundary;
      if (area.kind === 'COMPANY_BOUNDARY') continue;
      expect(area.ring.every((p) => isInside(boundary, p.u, p.v))).toBe(true);
    }
  });
});

function segmentDistance(p: Point, au: number, av: number, bu: number, bv: number): number {
  const length2 = (bu - au) ** 2 + (bv - av) ** 2;
  const t = Math.max(0, Math.min(1, ((p.u - au) * (bu - au) + (p.v - av) * (bv - av)) / length2));
  return Math.hypot(p.u - au - t * (bu - au), p.v - av - t * (bv - av));
}
