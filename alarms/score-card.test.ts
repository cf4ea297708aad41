import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { COMPANY, createFixBatch, createPerson, type FixInput } from '../test/builders/entries.ts';
import { lngLatAt } from '../test/builders/plane.ts';
import { DELAY_EDGES_MS, delayQuantileMs, type ScoreShares, ScoreTally, scoreOf } from './score-card.ts';

const T0 = Date.UTC(2026, 6, 1, 8);
const BEST: ScoreShares = {
  online: 1,
  refused: 0,
  late: 0,
  duplicate: 0,
  ahead: 0,
  implausible: 0,
  complete: 1,
  findings: 0,
};

const tallyOf = (fixes: readonly FixInput[], receivedAtMs: number, speedMps = Number.NaN) => {
  const tally = new ScoreTally();
  const batch = createFixBatch(fixes);
  batch.speedMps.fill(speedMps);
  tally.takeFixes(batch, receivedAtMs);
  return tally.drain(receivedAtMs)[0]!;
};
const track = (mps: number): FixInput[] =>
  Array.from({ length: 11 }, (_, s) => ({ ...lngLatAt(s * mps, 0), atMs: T0 + s * 1_000 }));

describe('score card', () => {
  test('[SCO-1] delays, late and early ones are counted by hour of receipt, each record once', () => {
    const tally = new ScoreTally();
    const at = (delayMs: number): FixInput => ({ ...lngLatAt(0, 0), atMs: T0 + 10_000 - delayMs });
    tally.takeFixes(createFixBatch([at(0), at(150), at(30_000), at(30_001), at(-1_000), at(-5_500)]), T0 + 10_000);
    tally.takeFixes(createFixBatch([at(0)]), T0 + 3_600_000);
    const [first, second] = tally.drain(T0 + 3_600_000);
    expect(first).toMatchObject({
      companyCode: COMPANY,
      interfaceName: 'positions',
      hourMs: T0,
      records: 6,
      late: 1,
      ahead: 1,
    });
    expect(first?.delays.reduce((sum, one) => sum + one)).toBe(6);
    expect(second).toMatchObject({ hourMs: T0 + 3_600_000, records: 1, late: 1 });
    expect(tally.drain(T0)).toEqual([]);
  });

  test('[SCO-1] a quantile of the histogram lies in the bucket in which the exact one lies', () => {
    const delay = fc.integer({ min: -29_999, max: 604_799_999 });
    fc.assert(
      fc.property(fc.array(delay, { minLength: 1, maxLength: 200 }), fc.constantFrom(0.5, 0.95), (values, share) => {
        const tally = new ScoreTally();
        tally.takeObserved(
          COMPANY,
          'sensors',
          values.map((value) => T0 - value),
          T0,
        );
        const quantile = delayQuantileMs(tally.drain(T0)[0]!.delays, share)!;
        const exact = values.sort((a, b) => a - b)[Math.ceil(share * values.length) - 1]!;
        const below = DELAY_EDGES_MS.filter((edge) => edge <= exact).at(-1)!;
        const above = DELAY_EDGES_MS.find((edge) => edge > exact)!;
        expect(quantile).toBeGreaterThanOrEqual(below);
        expect(quantile).toBeLessThanOrEqual(above);
      }),
    );
    expect(delayQuantileMs(new Array(26).fill(0), 0.5)).toBeNull();
  });

  test('[SCO-2] more than 15 m/s beyond noise is implausible, unless the fix itself says that it is driven', () => {
    expect(tallyOf(track(14), T0 + 11_000)).toMatchObject({ compared: 10, implausible: 0 });
    expect(tallyOf(track(30), T0 + 11_000)).toMatchObject({ compared: 10, implausible: 10 });
    expect(tallyOf(track(30), T0 + 11_000, 28)).toMatchObject({ compared: 10, implausible: 0 });
    expect(tallyOf(track(30), T0 + 11_000, 1)).toMatchObject({ implausible: 10 });
    const noisy = [0, 8, -8, 8].map((east, s) => ({ ...lngLatAt(east, 0), atMs: T0 + s * 1_000 }));
    expect(tallyOf(noisy, T0 + 4_000)).toMatchObject({ compared: 3, implausible: 0 });
  });

  test('[SCO-3] fields that are wanted and left out are counted, of positions and of persons', () => {
    const bare = tallyOf([{ ...lngLatAt(0, 0), atMs: T0 }], T0);
    expect([bare.fieldsGiven, bare.fieldsAsked]).toEqual([0, 4]);
    const full = tallyOf([{ ...lngLatAt(0, 0), atMs: T0, heightM: 3, accuracyM: 1, source: 'uwb' }], T0);
    expect([full.fieldsGiven, full.fieldsAsked]).toEqual([3, 4]);
    const tally = new ScoreTally();
    tally.takePersons(COMPANY, [createPerson(), createPerson({ cardNo: 'C1', post: '' })], T0);
    expect(tally.drain(T0)[0]).toMatchObject({ records: 2, fieldsGiven: 4, fieldsAsked: 8 });
  });

  test('[SCO-4] the score is 100 at best, falls with each fault, never below 0, and leaves out what nobody can judge', () => {
    expect(scoreOf(BEST)).toBe(100);
    expect(scoreOf({ ...BEST, online: 0.9 })).toBe(97);
    expect(scoreOf({ ...BEST, refused: 0.5 })).toBe(90);
    expect(scoreOf({ ...BEST, implausible: 0.1 })).toBe(90);
    expect(scoreOf({ ...BEST, findings: 2 })).toBe(80);
    expect(scoreOf({ ...BEST, online: null, late: null, refused: null })).toBe(100);
    const nothing = {
      online: null,
      refused: null,
      late: null,
      duplicate: null,
      ahead: null,
      implausible: null,
      complete: null,
    };
    expect(scoreOf({ ...nothing, findings: 0 })).toBeNull();
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const fault = fc.constantFrom('refused', 'late', 'duplicate', 'ahead', 'implausible' as const);
    fc.assert(
      fc.property(share, share, fault, fc.nat(12), (a, b, name, findings) => {
        const worse = scoreOf({ ...BEST, [name]: Math.max(a, b), findings })!;
        expect(worse).toBeLessThanOrEqual(scoreOf({ ...BEST, [name]: Math.min(a, b), findings })!);
        expect(worse).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
