import { describe, expect, it } from 'vitest';
import type { AreaView } from '../../stream/protocol/effects.ts';
import { MUSTER_STATES, type MusterPeople, type MusterState } from '../../stream/protocol/muster.ts';
import { areaFinder } from './area-at.ts';
import { confirmedLines, missingLines } from './missing-list.ts';
import { placeChoices, proposedPlace } from './muster-places.ts';
import { clockText } from './muster-text.ts';

const A = '310000001';
const B = '310000002';
const area = (companyCode: string, areaId: string, kind: AreaView['kind'], from: number, to: number): AreaView =>
  ({
    ...{ companyCode, areaId, kind, name: areaId },
    polygons: [
      [
        [
          [from, from],
          [to, from],
          [to, to],
          [from, to],
          [from, from],
        ],
      ],
    ],
  }) as unknown as AreaView;
const SITE = area(A, 'site', 'COMPANY_BOUNDARY', 0, 10);
const PLANT = area(A, 'plant', 'PRODUCTION', 2, 6);
const TANK = area(A, 'tank', 'HAZARD_SOURCE', 3, 4);
const POINT = area(A, 'point', 'ASSEMBLY', 8, 9);
const OTHERS = area(B, 'shop', 'PRODUCTION', 20, 30);
const AREAS = [SITE, PLANT, TANK, POINT, OTHERS];
const at = (lng: number, lat: number) => ({ lng, lat }) as never;
const alarm = (areaId: string | null, place: object | null = null) =>
  ({ areaId, areaCompanyCode: areaId === null ? null : A, place }) as never;

describe('the place of a muster', () => {
  const areaAt = areaFinder(AREAS);
  it('[MUS-31] a place is named by the smallest area around it, by the boundary where there is no other', () => {
    expect([areaAt(3.5, 3.5), areaAt(5, 5), areaAt(1, 1), areaAt(15, 15)].map((one) => one?.areaId)).toEqual([
      'tank',
      'plant',
      'site',
      undefined,
    ]);
  });

  it('[MUS-30] proposes the alarm, its area or the one around its place; else the chosen area; else the whole park', () => {
    const choices = placeChoices(AREAS, null);
    const propose = (of: never | null, chosen: string | null = null) => proposedPlace(choices, areaAt, of, chosen);
    expect(propose(alarm('plant'))).toEqual({ of: 'area', area: `${A}/plant` });
    expect(propose(alarm(null, at(3.5, 3.5)))).toEqual({ of: 'area', area: `${A}/tank` });
    expect(propose(alarm(null, at(1, 1)), `${B}/shop`)).toEqual({ of: 'company', companyCode: A });
    expect(propose(null, `${B}/shop`)).toEqual({ of: 'area', area: `${B}/shop` });
    expect(propose(null)).toEqual({ of: 'park' });
    expect(propose(null, `${A}/point`)).toEqual({ of: 'park' });
  });

  it('[MUS-30] offers a company its own places, and its own boundary first', () => {
    const own = placeChoices(AREAS, A);
    expect(own).toMatchObject({ park: false, companies: [A], areas: [{ areaId: 'plant' }, { areaId: 'tank' }] });
    expect(proposedPlace(own, areaAt, null, null)).toEqual({ of: 'company', companyCode: A });
    const without = placeChoices(AREAS, B);
    expect(without).toMatchObject({ companies: [], areas: [{ areaId: 'shop' }] });
    expect(proposedPlace(without, areaAt, null, null)).toBeNull();
  });
});

describe('the list of the missing', () => {
  const piece = (companyCode: string, ...people: [id: string, state: MusterState, sinceS: number][]): MusterPeople => ({
    musterId: 'm',
    companyCode,
    ids: people.map(([id]) => id),
    slots: people.map((_, i) => i),
    states: people.map(([, state]) => MUSTER_STATES.indexOf(state)),
    sinceS: people.map(([, , sinceS]) => sinceS),
    entered: people.map(() => 0),
    notes: people.flatMap(([, state], i) =>
      state === 'confirmed' ? [{ at: i, by: '值班员', atMs: 1_000 * i, text: '' }] : [],
    ),
    gone: [],
  });
  const pieces = [
    piece(A, ['a', 'inside', 0], ['b', 'silent', 40], ['c', 'safe', 50], ['d', 'confirmed', 60], ['e', 'left', 9]),
    piece(B, ['f', 'silent', -100], ['g', 'confirmed', 5]),
  ];

  it('[MUS-31] has silent ones first, the longest silence before, and nobody who is safe or has left', () => {
    expect(missingLines(pieces, 1_000_000).map(({ id, sinceMs }) => [id, sinceMs])).toEqual([
      ['f', 900_000],
      ['b', 1_040_000],
      ['a', 1_000_000],
    ]);
    expect(confirmedLines(pieces).map(({ id, note }) => [id, note.by])).toEqual([
      ['d', '值班员'],
      ['g', '值班员'],
    ]);
  });

  it('[MUS-31] the time since is that of a stop-watch', () => {
    expect([0, 65_000, 3_729_000, -5].map(clockText)).toEqual(['0:00', '1:05', '1:02:09', '0:00']);
  });
});
