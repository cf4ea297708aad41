import { createRoot, createSignal } from 'solid-js';
import { describe, expect, it } from 'vitest';
import type { AreaView, PersonView } from '../../stream/protocol/effects.ts';
import { MUSTER_STATES, type Muster, type MusterPeople, type MusterState } from '../../stream/protocol/muster.ts';
import { areaFinder } from './area-at.ts';
import { confirmedLines, type MusterLine, missingLines } from './missing-list.ts';
import { missingRings, RINGS_MAX } from './missing-rings.ts';
import { createMusterCalls } from './muster-calls.ts';
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

describe('the call to muster', () => {
  const muster = (musterId: string): Muster => ({ musterId }) as Muster;
  const tabOf = (kept: Map<string, string>) => ({
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  });

  it('[MUS-34] sounds until it was seen or ends, for each by itself, and stays seen in its tab', () => {
    createRoot((dispose) => {
      const kept = new Map<string, string>();
      const [standing, setStanding] = createSignal([muster('b'), muster('a')]);
      const calls = createMusterCalls(standing, tabOf(kept));
      const calling = (of = calls) => of.calling().map(({ musterId }) => musterId);
      expect(calling()).toEqual(['b', 'a']);
      calls.see('b');
      expect(calling()).toEqual(['a']);
      expect(calling(createMusterCalls(standing, tabOf(kept)))).toEqual(['a']);
      expect(calling(createMusterCalls(standing, tabOf(new Map())))).toEqual(['b', 'a']);
      setStanding([]);
      expect(calling()).toEqual([]);
      setStanding([muster('c')]);
      expect(calling()).toEqual(['c']);
      dispose();
    });
  });

  it('[MUS-34] a browser that keeps nothing calls all the same', () => {
    createRoot((dispose) => {
      const broken = {
        getItem: () => {
          throw new Error('denied');
        },
        setItem: () => {
          throw new Error('full');
        },
      };
      for (const tab of [broken, null]) {
        const calls = createMusterCalls(() => [muster('a')], tab);
        expect(calls.calling()).toHaveLength(1);
        calls.see('a');
        expect(calls.calling()).toEqual([]);
      }
      dispose();
    });
  });
});

describe('rings on the map', () => {
  const line = (id: string, change: Partial<MusterLine> = {}): MusterLine => ({
    ...{ companyCode: A, id, slot: -1, isSilent: false, sinceMs: 0, hasEntered: false, gone: null },
    ...change,
  });
  const gone = (lng: number | null): MusterLine['gone'] => ({
    ...{ at: 0, name: '孙静', type: 'staff', seenAtMs: 7 },
    ...{ lng, lat: lng === null ? null : 30.8 },
  });
  const picture = {
    isPresent: (slot: number) => slot === 1,
    personAt: (slot: number) => (slot === 1 ? ({ name: '赵走' } as PersonView) : null),
    observedAtMs: [0, 5],
  };

  it('[MUS-35] go with who is on the picture, stand where somebody was last, and are none for who was never placed', () => {
    const lines = [
      line('p1', { slot: 1, isSilent: true }),
      line('p2', { slot: 0, gone: gone(121.48) }),
      line('card:7', { gone: gone(null) }),
    ];
    expect(missingRings(lines, picture)).toEqual([
      { key: `${A}/p1`, name: '赵走', slot: 1, place: null, isSilent: true, seenAtMs: 5 },
      { key: `${A}/p2`, name: '孙静', slot: -1, place: { lng: 121.48, lat: 30.8 }, isSilent: false, seenAtMs: 7 },
    ]);
  });

  it('[MUS-35] are bounded: the first of the list have one', () => {
    const lines = Array.from({ length: RINGS_MAX + 5 }, (_, i) => line(`p${i}`, { slot: 1 }));
    const rings = missingRings(lines, picture);
    expect([rings.length, rings[0]?.key]).toEqual([RINGS_MAX, `${A}/p0`]);
  });
});
