import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  mergePermit,
  type PermitState,
  ROWS_MAX,
  rowsOf,
  startedAtMs,
  statusChanges,
  statusOf,
} from './permit-merge.ts';
import { type GasRow, PERMIT_STATUS_BY_CODE, type PermitRecord } from './permits.ts';

const COMPANY = '913100001';
const word = (updatedAtMs: number | null, more: Partial<PermitRecord> = {}): PermitRecord => ({
  permitId: 't1',
  companyCode: COMPANY,
  updatedAtMs,
  fields: {},
  rows: {},
  ...more,
});
const gas = (key: string, value = 0.1): GasRow => ({
  key,
  gas: 'CH4',
  value,
  unit: 'vol%',
  lelPct: 5,
  point: null,
  analyst: null,
  atMs: 1,
});

const merged = (words: readonly PermitRecord[], receivedAtMs = 1_000): PermitState =>
  words.reduce<PermitState | null>((state, one) => mergePermit(state, one, receivedAtMs), null)!;

/** Words of few times, few keys, few values: so that they meet. */
const words = fc.array(
  fc.record({
    updatedAtMs: fc.integer({ min: 1, max: 4 }),
    status: fc.option(fc.constantFrom(...Object.values(PERMIT_STATUS_BY_CODE)), { nil: undefined }),
    deleted: fc.option(fc.boolean(), { nil: undefined }),
    content: fc.option(fc.constantFrom('a', 'b'), { nil: undefined }),
    units: fc.option(fc.constantFrom(['x'], ['x', 'y'], []), { nil: undefined }),
    validToMs: fc.option(fc.constantFrom(null, 5, 6), { nil: undefined }),
    gas: fc.option(
      fc.array(
        fc.oneof(
          fc.tuple(fc.constantFrom('1', '2', '3'), fc.constantFrom(0.1, 0.2)).map(([key, value]) => gas(key, value)),
          fc.constantFrom('1', '2').map((key) => ({ key, gone: true as const })),
        ),
        { maxLength: 3 },
      ),
      { nil: undefined },
    ),
  }),
  { minLength: 1, maxLength: 8 },
);
type Drawn = typeof words extends fc.Arbitrary<readonly (infer W)[]> ? W : never;

const recordFrom = ({ updatedAtMs, status, deleted, gas: rows, ...fields }: Drawn): PermitRecord =>
  word(updatedAtMs, {
    ...(status === undefined ? {} : { status }),
    ...(deleted === undefined ? {} : { deleted }),
    fields: Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)),
    rows: rows === undefined ? {} : { gas: rows },
  });

describe('words on a permit', () => {
  it('[PWM-1] a field is what the newest word that names it said; others stay', () => {
    const state = merged([
      word(10, { fields: { content: 'first', site: 'tank 1' } }),
      word(30, { fields: { content: 'third' } }),
      word(20, { fields: { content: 'second', site: 'tank 2', lng: 121.4 } }),
    ]);
    expect(state.fields).toEqual({ content: 'third', site: 'tank 2', lng: 121.4 });
    expect(state.updatedAtMs).toBe(30);
  });

  it('[PWM-2] the same words in any order, and repeated, come to the same state', () => {
    fc.assert(
      fc.property(
        words.chain((drawn) =>
          fc.tuple(
            fc.constant(drawn),
            fc.shuffledSubarray([...drawn, ...drawn], { minLength: drawn.length * 2, maxLength: drawn.length * 2 }),
          ),
        ),
        ([drawn, shuffled]) => {
          expect(merged(shuffled.map(recordFrom))).toEqual(merged(drawn.map(recordFrom)));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('[PWM-2] a repeat gives back the very state', () => {
    fc.assert(
      fc.property(words, (drawn) => {
        const state = merged(drawn.map(recordFrom));
        for (const one of drawn) expect(mergePermit(state, recordFrom(one), 2_000)).toBe(state);
      }),
    );
  });

  it('[PWM-3] rows merge one by one, and one taken back comes again with a newer word alone', () => {
    const both = [
      word(10, { rows: { gas: [gas('a'), gas('b')] } }),
      word(20, { rows: { gas: [{ key: 'a', gone: true }] } }),
    ];
    expect(rowsOf(merged(both), 'gas').map(({ key }) => key)).toEqual(['b']);
    expect(rowsOf(merged([...both, word(15, { rows: { gas: [gas('a', 9)] } })]), 'gas')).toHaveLength(1);
    expect(rowsOf(merged([...both, word(25, { rows: { gas: [gas('a', 9)] } })]), 'gas')[0]?.value).toBe(9);
  });

  it('[PWM-4] a pause that arrives late is still a pause before the work went on', () => {
    const state = merged([
      word(10, { status: 'working' }),
      word(50, { status: 'working' }),
      word(30, { status: 'paused' }),
      word(60, { status: 'working' }),
    ]);
    expect(statusChanges(state)).toEqual([
      { atMs: 10, status: 'working' },
      { atMs: 30, status: 'paused' },
      { atMs: 50, status: 'working' },
    ]);
    expect(statusOf(state)).toBe('working');
    expect(startedAtMs(state)).toBe(10);
    expect(startedAtMs(merged([word(10, { status: 'working', fields: { startedAtMs: 7 } })]))).toBe(7);
  });

  it('[PWM-5] a word without a time counts as of its receipt', () => {
    const first = mergePermit(null, word(null, { fields: { content: 'a' } }), 100);
    const next = mergePermit(first, word(null, { fields: { content: 'b' } }), 200);
    expect([next.fields.content, next.fieldAtMs.content]).toEqual(['b', 200]);
    expect(mergePermit(next, word(150, { fields: { content: 'c' } }), 300).fields.content).toBe('b');
  });

  it('[PWM-6] of many rows and statuses so many are kept as are needed', () => {
    const rows = Array.from({ length: ROWS_MAX + 5 }, (_, n) =>
      word(n, { rows: { gas: [gas(`${n}`.padStart(5, '0'))] } }),
    );
    const keys = rowsOf(merged(rows), 'gas').map(({ key }) => key);
    expect([keys.length, keys[0], keys.at(-1)]).toEqual([ROWS_MAX, '00005', '02004']);
    expect(merged(rows.toReversed()).rows).toEqual(merged(rows).rows);
    const told = Array.from({ length: 600 }, (_, n) => word(n + 1, { status: n % 2 === 0 ? 'working' : 'paused' }));
    const { statuses } = merged(told);
    expect([statuses.length, statuses[0]?.atMs, statuses[49]?.atMs, statuses[50]?.atMs]).toEqual([500, 1, 50, 151]);
  });

  it('[PWM-6] a status told each minute for two days pushes out neither when work began nor when it paused and went on', () => {
    const statusAt = (minute: number) =>
      minute < 80 ? 'issued' : minute >= 600 && minute < 640 ? 'paused' : ('working' as const);
    const told = Array.from({ length: 2_880 }, (_, minute) => word(minute * 60_000, { status: statusAt(minute) }));
    const state = merged(told);
    expect(state.statuses.length).toBe(500);
    expect(statusChanges(state).map(({ atMs, status }) => [atMs / 60_000, status])).toEqual([
      [0, 'issued'],
      [80, 'working'],
      [600, 'paused'],
      [640, 'working'],
    ]);
    expect(merged(told.toReversed()).statuses).toEqual(state.statuses);
  });

  it('[PWM-7] a permit that was withdrawn stands again with a newer word alone', () => {
    expect(merged([word(10, { deleted: true }), word(5, { deleted: false })]).deleted).toBe(true);
    expect(merged([word(10, { deleted: true }), word(10, { deleted: false })]).deleted).toBe(true);
    expect(merged([word(10, { deleted: true }), word(11, { deleted: false })]).deleted).toBe(false);
    expect(merged([word(10, { deleted: true }), word(11, { fields: { content: 'x' } })]).deleted).toBe(true);
  });

  it('[PWM-8] what must not change after the issue keeps each value with the time of its first word, in any order', () => {
    const told = [
      word(10, { fields: { content: 'a', site: 'tank 1' } }),
      word(20, { fields: { content: 'a', site: 'tank 1' } }),
      word(30, { fields: { content: 'b', site: '' } }),
      word(40, { fields: { content: 'a', lng: null } }),
    ];
    const expected = {
      content: [
        { atMs: 10, value: 'a' },
        { atMs: 30, value: 'b' },
      ],
      site: [{ atMs: 10, value: 'tank 1' }],
    };
    expect(merged(told).firstSaid).toEqual(expected);
    expect(merged(told.toReversed()).firstSaid).toEqual(expected);
    const many = Array.from({ length: 30 }, (_, n) => word(n + 1, { fields: { content: `${n}` } }));
    expect(merged(many).firstSaid.content?.map(({ atMs }) => atMs)).toEqual(
      Array.from({ length: 20 }, (_, n) => n + 1),
    );
    expect(merged(many.toReversed()).firstSaid).toEqual(merged(many).firstSaid);
  });
});
