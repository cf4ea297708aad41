/** Registered people and areas of the engine's benches: all fields as vendors fill them, `change` on top. */
import type { AreaRecord, PersonRecord } from '../stream/protocol/entry.ts';

export const personId = (person: number): string => `90000000-0000-4000-8000-${String(person).padStart(12, '0')}`;

export const benchPerson = (
  person: number,
  change: Pick<PersonRecord, 'companyCode' | 'companyName' | 'type' | 'updatedAtMs'>,
): PersonRecord => ({
  personId: personId(person),
  name: `员工${person}`,
  department: '生产一部',
  post: '外操',
  gender: 'male',
  birthday: '1990-01-01',
  idNumberSealed: '',
  mobileSealed: '',
  cardNo: `C${person}`,
  contractorCode: null,
  certificates: [],
  deleted: false,
  ...change,
});

export const benchArea = (
  change: Partial<AreaRecord> &
    Pick<AreaRecord, 'areaId' | 'companyCode' | 'name' | 'kind' | 'polygons' | 'updatedAtMs'>,
): AreaRecord => ({
  fixed: true,
  zMinM: null,
  zMaxM: null,
  floorNo: null,
  capacityMax: null,
  capacityMin: null,
  dwellLimitS: null,
  stillLimitS: null,
  allowedTypes: [],
  boundPersonIds: [],
  requiredPersonIds: [],
  validFromMs: null,
  validToMs: null,
  inExArea: null,
  deleted: false,
  ...change,
});

/** A unit is no square: 16 corners, as vendors draw them; `at` gives the place of metres east and north. */
export const roundRing = (
  at: (east: number, north: number) => [number, number],
  { east, north, sideM }: { readonly east: number; readonly north: number; readonly sideM: number },
): [number, number][] =>
  Array.from({ length: 17 }, (_, corner) => {
    const angle = (2 * Math.PI * (corner % 16)) / 16;
    return at(east + (sideM / 2) * Math.cos(angle), north + (sideM / 2) * Math.sin(angle));
  });
