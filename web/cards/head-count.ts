/** Heads of the live picture that fit a question, by company and type; who stands inside an area. Pure; asked once a second at the most. */
import type { Projection } from '../../geo/projection.ts';
import type { AreaView, PersonView } from '../../stream/protocol/effects.ts';
import type { LivePicture } from '../../stream/protocol/live-picture.ts';
import { PERSON_TYPES, type PersonType } from '../../stream/protocol/vocabulary.ts';

export interface HeadCount {
  readonly total: number;
  readonly byType: Readonly<Record<PersonType, number>>;
  /** Most heads first; tags that nobody is known to wear are in none. */
  readonly byCompany: readonly { readonly code: string; readonly name: string; readonly count: number }[];
}

type Columns = Pick<
  LivePicture,
  'slotCount' | 'isPresent' | 'personAt' | 'state' | 'easting' | 'northing' | 'heightM' | 'bindings'
>;

export function headCount(picture: Columns, fits: (slot: number, person: PersonView | null) => boolean): HeadCount {
  const byType: Record<PersonType, number> = { staff: 0, contractor: 0, visitor: 0, unidentified: 0 };
  const companies = new Map<string, { code: string; name: string; count: number }>();
  let total = 0;
  for (let slot = 0; slot < picture.slotCount; slot++) {
    if (!picture.isPresent(slot)) continue;
    const person = picture.personAt(slot);
    if (!fits(slot, person)) continue;
    total++;
    byType[person === null ? 'unidentified' : (PERSON_TYPES[(picture.state[slot] ?? 0) & 3] ?? 'unidentified')]++;
    if (person === null) continue;
    const { companyCode: code, companyName: name } = person;
    const company = companies.get(code);
    if (company === undefined) companies.set(code, { code, name: name === '' ? code : name, count: 1 });
    else company.count++;
  }
  const byCompany = [...companies.values()].sort((a, b) => b.count - a.count || (a.code < b.code ? -1 : 1));
  return { total, byType, byCompany };
}

/** An area on the plane of the live picture: easting, northing in metres. */
export interface PlaneArea {
  /** Outer rings and holes alike: who is inside an odd number of them is inside. Easting, northing in turn. */
  readonly rings: readonly Float64Array[];
  readonly west: number;
  readonly east: number;
  readonly south: number;
  readonly north: number;
  readonly zMinM: number;
  readonly zMaxM: number;
}

export function planeArea(
  { polygons, zMinM, zMaxM }: Pick<AreaView, 'polygons' | 'zMinM' | 'zMaxM'>,
  projection: Pick<Projection, 'project'>,
): PlaneArea {
  const rings = polygons.flat().map((ring) => {
    const plane = new Float64Array(ring.length * 2);
    ring.forEach(([lng, lat], i) => void projection.project(lng, lat, plane, i * 2));
    return plane;
  });
  const span = (offset: 0 | 1): readonly [number, number] => {
    let least = Number.POSITIVE_INFINITY;
    let most = Number.NEGATIVE_INFINITY;
    for (const ring of rings) {
      for (let i = offset; i < ring.length; i += 2) {
        least = Math.min(least, ring[i] ?? least);
        most = Math.max(most, ring[i] ?? most);
      }
    }
    return [least, most];
  };
  const [west, east] = span(0);
  const [south, north] = span(1);
  const open = { zMinM: zMinM ?? Number.NEGATIVE_INFINITY, zMaxM: zMaxM ?? Number.POSITIVE_INFINITY };
  return { rings, west, east, south, north, ...open };
}

/** Somebody of unknown height counts as inside: the plan alone says where. */
export function isInside(area: PlaneArea, easting: number, northing: number, heightM: number): boolean {
  if (!(easting >= area.west && easting <= area.east && northing >= area.south && northing <= area.north)) return false;
  if (heightM < area.zMinM || heightM > area.zMaxM) return false;
  let isIn = false;
  for (const ring of area.rings) {
    for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
      const [e1 = 0, n1 = 0, e2 = 0, n2 = 0] = [ring[i], ring[i + 1], ring[j], ring[j + 1]];
      if (n1 > northing !== n2 > northing && easting < ((e2 - e1) * (northing - n1)) / (n2 - n1) + e1) isIn = !isIn;
    }
  }
  return isIn;
}

export const isSlotInside = (picture: Columns, area: PlaneArea, slot: number): boolean =>
  isInside(
    area,
    picture.easting[slot] ?? Number.NaN,
    picture.northing[slot] ?? Number.NaN,
    picture.heightM[slot] ?? Number.NaN,
  );
