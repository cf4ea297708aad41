import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RegisterRow } from '../../core/register-api.ts';
import { createProjection, SHANGHAI_2000_B } from '../../geo/projection.ts';
import type { PersonView } from '../../stream/protocol/effects.ts';
import { createCardRoom } from './card-room.ts';
import { certificatesOf } from './certificates.ts';
import { type CompanyRecords, onCall, responsibilityChart } from './company-records.ts';
import { headCount, isInside, planeArea } from './head-count.ts';
import { dutiesOf } from './person-duty.ts';
import type { RegisterRead } from './register-read.ts';

const projection = createProjection(SHANGHAI_2000_B);
const ORIGIN = projection.eastingNorthingFromLngLat(121.48, 30.8);
const at = (east: number, north: number): readonly [number, number] => {
  const { lng, lat } = projection.lngLatFromEastingNorthing(ORIGIN.easting + east, ORIGIN.northing + north);
  return [lng, lat];
};
const square = (from: number, to: number): (readonly [number, number])[] => [
  at(from, from),
  at(to, from),
  at(to, to),
  at(from, to),
  at(from, from),
];
const area = (polygons: (readonly [number, number])[][][], z: { zMinM?: number; zMaxM?: number } = {}) =>
  planeArea({ polygons: polygons as never, zMinM: z.zMinM ?? null, zMaxM: z.zMaxM ?? null }, projection);
const holds = (plan: ReturnType<typeof area>, east: number, north: number, heightM = Number.NaN): boolean =>
  isInside(plan, ORIGIN.easting + east, ORIGIN.northing + north, heightM);

const person = (companyCode: string, companyName = ''): PersonView => ({
  personId: 'p',
  cardNo: null,
  companyCode,
  companyName,
  name: 'x',
  type: 'staff',
  department: '',
  post: '',
});

interface Head {
  readonly person: PersonView | null;
  readonly type?: number;
  readonly isAway?: boolean;
}
const pictureOf = (heads: readonly Head[]) => ({
  slotCount: heads.length,
  isPresent: (slot: number) => heads[slot]?.isAway !== true,
  personAt: (slot: number) => heads[slot]?.person ?? null,
  state: Uint8Array.from(heads.map(({ type }) => type ?? 0)),
  easting: new Float64Array(heads.length),
  northing: new Float64Array(heads.length),
  heightM: new Float32Array(heads.length),
  bindings: new Map(),
});

describe('heads', () => {
  it('[CARD-1] counts who is on the picture and fits, by type and company; a tag of nobody is in no company', () => {
    const picture = pictureOf([
      { person: person('a', '甲') },
      { person: person('a', '甲'), type: 1 },
      { person: person('b') },
      { person: null },
      { person: person('a'), isAway: true },
    ]);
    const all = headCount(picture, () => true);
    expect(all.total).toBe(4);
    expect(all.byType).toEqual({ staff: 2, contractor: 1, visitor: 0, unidentified: 1 });
    expect(all.byCompany).toEqual([
      { code: 'a', name: '甲', count: 2 },
      { code: 'b', name: 'b', count: 1 },
    ]);
    expect(headCount(picture, (_slot, one) => one?.companyCode === 'b').total).toBe(1);
  });

  it('[CARD-2] inside is between the outer ring and the holes, within the heights; an unknown height goes by the plan', () => {
    const holed = area([[square(0, 100), square(40, 60)], [square(200, 210)]]);
    expect([holds(holed, 10, 10), holds(holed, 50, 50), holds(holed, 205, 205), holds(holed, 150, 150)]).toEqual([
      true,
      false,
      true,
      false,
    ]);
    const floor = area([[square(0, 100)]], { zMinM: 5, zMaxM: 10 });
    expect([holds(floor, 50, 50, 7), holds(floor, 50, 50, 4), holds(floor, 50, 50, 11), holds(floor, 50, 50)]).toEqual([
      true,
      false,
      false,
      true,
    ]);
  });

  it('[CARD-2] a square holds what lies within its sides, and nothing else', () => {
    const plan = area([[square(-50, 50)]]);
    const clear = fc.double({ min: -120, max: 120, noNaN: true }).filter((m) => Math.abs(Math.abs(m) - 50) > 0.01);
    fc.assert(
      fc.property(clear, clear, (east, north) => {
        expect(holds(plan, east, north)).toBe(Math.abs(east) < 50 && Math.abs(north) < 50);
      }),
    );
  });
});

describe('certificates', () => {
  const nowMs = Date.parse('2026-11-20T10:00:00+08:00');
  const state = (validTo: string | null) => certificatesOf([{ NAME: '焊工', VALID_TO: validTo }], nowMs)[0]?.state;

  it('[CARD-3] hold through their last day; a month before it they are said to end', () => {
    expect(state('2026-11-20')).toBe('ending');
    expect(state('2026-11-19')).toBe('over');
    expect(state('20261219')).toBe('ending');
    expect(state('2027/1/5')).toBe('valid');
    expect(state('长期')).toBe('unknown');
    expect(state(null)).toBe('unknown');
  });

  it('[CARD-3] are read under whatever case their names came in; what names nothing is none', () => {
    expect(certificatesOf([{ name: 'a', Number: 7 }, { other: 'x' }, 'text', null], nowMs)).toEqual([
      { name: 'a', number: '7', validTo: '', state: 'unknown' },
    ]);
  });
});

describe('responsibility chart', () => {
  const read = (...values: Record<string, unknown>[]): RegisterRead => ({
    description: {} as RegisterRead['description'],
    rows: values.map((one, i) => ({ id: `r${i}`, values: one }) as unknown as RegisterRow),
  });
  const none: CompanyRecords = { base: null, contacts: null, duty: null, hazards: null, commitment: null };

  it('[CARD-4] has the company first, then its major hazard sources from the gravest on; empty offices stay', () => {
    const chart = responsibilityChart({
      ...none,
      base: read({ legalRepresentative: '甲', safetyDirector: null }),
      commitment: read({ signedBy: '乙' }),
      hazards: read({ name: '罐区', level: '3', chief: '丙' }, { name: '装置', level: '1', technical: '丁' }),
    });
    expect(chart.map(({ name, level }) => [name, level])).toEqual([
      [null, ''],
      ['装置', '1'],
      ['罐区', '3'],
    ]);
    expect(chart[0]?.people).toEqual([
      { office: 'legal', name: '甲', phone: null },
      { office: 'commitment', name: '乙', phone: null },
      { office: 'director', name: '', phone: null },
    ]);
    expect(chart[1]?.people.map(({ name }) => name)).toEqual(['', '丁', '']);
  });

  it('[CARD-4] has who answers for safety, environment and emergencies with the phone as it shows, and whom to call apart', () => {
    const contacts = {
      ...read(
        { kind: 'environment', name: '戊', phone: '138****0001' },
        { kind: 'control-room', name: '中控室', phone: '021****4567' },
      ),
      description: { name: 'company-contacts', may: { reveal: true } } as RegisterRead['description'],
    };
    const phone = { register: 'company-contacts', field: 'phone', mayReveal: true };
    expect(responsibilityChart({ ...none, contacts })[0]?.people).toEqual([
      { office: 'safety', name: '', phone: null },
      { office: 'environment', name: '戊', phone: { ...phone, rowId: 'r0', masked: '138****0001' } },
      { office: 'emergency', name: '', phone: null },
    ]);
    expect(onCall({ ...none, contacts })).toEqual([
      { kind: 'control-room', name: '中控室', phone: { ...phone, rowId: 'r1', masked: '021****4567' } },
    ]);
  });

  it('[CARD-4] of registers that are not for the user nothing is shown', () => {
    expect(responsibilityChart(none)).toEqual([]);
  });
});

describe('duties of somebody', () => {
  const row = (id: string, from: number, person: string | null) => ({ id, values: { from, person } }) as never;

  it('[CARD-14] go by the person on record; one that carries the name alone is marked, a namesake’s record is none of his', () => {
    const found = dutiesOf([row('a', 2, 'p1')], [row('a', 2, 'p1'), row('b', 1, null), row('c', 3, 'p9')]);
    expect(found.map(({ row: { id }, isByName }) => [id, isByName])).toEqual([
      ['b', true],
      ['a', false],
    ]);
  });
});

describe('the place of cards', () => {
  it('[CARD-5] holds one card: opening one lets the person go and takes the place of the other', () => {
    const told: string[] = [];
    const room = createCardRoom(
      { projection: SHANGHAI_2000_B },
      { letGo: () => told.push('let go'), onOpen: () => told.push('opened') },
    );
    room.openCompany('a');
    expect([room.open(), told]).toEqual([{ kind: 'company', companyCode: 'a' }, ['let go', 'opened']]);
    room.openArea('a/1');
    expect(room.open()).toEqual({ kind: 'area', key: 'a/1' });
    room.close();
    expect(room.open()).toBeNull();
  });
});
