import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GAS_UNITS, GASES, type GasReading, gasOf, limitOf, MOLAR_VOLUME_L } from './gases.ts';
import { EDITIONS } from './gb30871.ts';

const EDITION = EDITIONS[0]!;
const HOT = { kind: 'fire', isEnriched: false } as const;
const SPACE = { kind: 'confined-space', isEnriched: false } as const;
const reading = (gas: string, value: number, unit: GasReading['unit'] = 'vol%', lelPct: number | null = null) => ({
  gas,
  value,
  unit,
  lelPct,
});

describe('gases', () => {
  it.each([
    ['CH₄', 'ch4'],
    [' 甲烷含量(%) ', 'ch4'],
    ['氧', 'o2'],
    ['氧含量', 'o2'],
    ['可燃气', 'combustible'],
    ['可燃性气体', 'combustible'],
    ['LEL', 'combustible'],
    ['硫化氢', 'h2s'],
    ['H2S浓度', 'h2s'],
    ['氨', 'nh3'],
    ['Ammonia', 'nh3'],
  ])('[GBS-4] %s is found under its names', (name, id) => {
    expect(gasOf(name)?.id).toBe(id);
  });

  it('[GBS-4] no name is of two gases, and no other gas is guessed', () => {
    const names = GASES.flatMap(({ id, words, aliases }) => [
      ...new Set([id, words.zh, words.en.toLowerCase(), ...aliases]),
    ]);
    expect(names.filter((name, n) => names.indexOf(name) !== n)).toEqual([]);
    expect(['', '某气体', '氩气', 'constructor'].map(gasOf)).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('[GBS-5] vol% of a combustible gas is %LEL times its LEL: methane 0.5 vol% is 10 %LEL', () => {
    expect(limitOf(reading('甲烷', 1, '%LEL'), EDITION, HOT)).toMatchObject({ max: 10, verdict: 'within' });
    expect(limitOf(reading('甲烷', 1), EDITION, HOT)).toMatchObject({ max: 0.5, verdict: 'out', clause: '5.3.2' });
    expect(limitOf(reading('丙烷', 1, 'ppm'), EDITION, HOT).max).toBe(2_000);
    expect(limitOf(reading('甲烷', 1, '%LEL', 4), EDITION, HOT).max).toBe(12.5);
    expect(limitOf(reading('某气体', 13, '%LEL', 4), EDITION, HOT)).toMatchObject({ max: 12.5, verdict: 'out' });
  });

  it('[GBS-5] a toxic gas in a space is held against GBZ 2.1, ppm by its molar mass at 20 °C', () => {
    expect(limitOf(reading('H2S', 1, 'mg/m3'), EDITION, SPACE)).toMatchObject({ max: 10, clause: 'GBZ 2.1-2019 MAC' });
    expect(limitOf(reading('H2S', 1, 'ppm'), EDITION, SPACE).max).toBeCloseTo((10 * MOLAR_VOLUME_L) / 34.08, 6);
    expect(limitOf(reading('CO', 26, 'ppm'), EDITION, SPACE).verdict).toBe('out');
    expect(limitOf(reading('CO', 25, 'ppm'), EDITION, SPACE).verdict).toBe('within');
    expect(limitOf(reading('CO', 100, 'ppm'), EDITION, HOT)).toMatchObject({ max: 5_000, verdict: 'within' });
    expect(limitOf(reading('氯气', 0.9, 'mg/m3'), EDITION, HOT)).toMatchObject({ max: null, verdict: 'unknown' });
  });

  it('[GBS-5] oxygen by the kind of work, and whether the space is rich in it', () => {
    const oxygen = (value: number, isEnriched: boolean, kind: 'fire' | 'confined-space' = 'confined-space') =>
      limitOf(reading('O2', value, null), EDITION, { kind, isEnriched }).verdict;
    expect([19.4, 19.5, 21, 21.1].map((value) => oxygen(value, false))).toEqual(['out', 'within', 'within', 'out']);
    expect([23.5, 23.6].map((value) => oxygen(value, true))).toEqual(['within', 'out']);
    expect([23.5, 23.6].map((value) => oxygen(value, false, 'fire'))).toEqual(['within', 'out']);
    expect(limitOf(reading('O2', 20.9, 'ppm'), EDITION, SPACE).verdict).toBe('unknown');
  });

  it('[GBS-6] a reading whose unit or LEL is not known has a verdict only where all that it may be agree', () => {
    expect(limitOf(reading('甲烷', 0.1, null), EDITION, HOT).verdict).toBe('within');
    expect(limitOf(reading('甲烷', 5, null), EDITION, HOT)).toMatchObject({ verdict: 'unknown', max: null });
    expect(limitOf(reading('可燃气体', 0.2), EDITION, HOT).verdict).toBe('within');
    expect(limitOf(reading('可燃气体', 0.3), EDITION, HOT).verdict).toBe('unknown');
    expect(limitOf(reading('可燃气体', 0.6), EDITION, HOT).verdict).toBe('out');
    expect(limitOf(reading('甲烷', Number.NaN), EDITION, HOT).verdict).toBe('unknown');
  });

  it('[GBS-6] more of a gas is never less out of limit, whatever is known of it', () => {
    const order = { within: 0, unknown: 1, out: 2 } as const;
    const value = fc.double({ min: 0, max: 1_000, noNaN: true });
    const gases = GASES.filter(({ id }) => id !== 'o2').map(({ words }) => words.zh);
    fc.assert(
      fc.property(
        fc.constantFrom(...gases),
        fc.constantFrom(...GAS_UNITS, null),
        fc.option(fc.double({ min: 0.5, max: 20, noNaN: true })),
        fc.constantFrom(HOT, SPACE),
        value,
        value,
        (gas, unit, lelPct, context, a, b) => {
          const verdict = (one: number) => order[limitOf(reading(gas, one, unit, lelPct), EDITION, context).verdict];
          expect(verdict(Math.min(a, b))).toBeLessThanOrEqual(verdict(Math.max(a, b)));
        },
      ),
    );
  });
});
