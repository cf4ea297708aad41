import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  createPauses,
  LONGEST_PAUSE_MS,
  logUpperTail,
  notePause,
  type PauseModel,
  PHI_WINDOW,
  pauseModel,
  phi,
} from './phi-accrual.ts';

const PRIOR: PauseModel = { meanMs: 30_000, deviationMs: 7_500, longestMs: 0 };

/** erf by its series, then 1 - erf: the definition, good until the difference drowns (z of about 5). */
function plainUpperTail(z: number): number {
  const x = z / Math.SQRT2;
  let term = x;
  let sum = x;
  for (let n = 1; n < 200; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return 0.5 * (1 - (2 / Math.sqrt(Math.PI)) * sum);
}

/** Bounds of the tail for large z (Gordon 1941): z/(1+z^2) < P(Z > z)/density(z) < 1/z. */
const logDensity = (z: number): number => -0.5 * z * z - 0.5 * Math.log(2 * Math.PI);

const pausesOf = (values: readonly number[]) => {
  const pauses = createPauses();
  for (const value of values) notePause(pauses, value);
  return pauses;
};

describe('phi-accrual', () => {
  test('[RPW-1] says what the plain formula with erf says, wherever that can be computed', () => {
    fc.assert(
      fc.property(fc.double({ min: -4, max: 4, noNaN: true }), (z) => {
        expect(logUpperTail(z)).toBeCloseTo(Math.log(plainUpperTail(z)), 5);
      }),
    );
  });

  test('[RPW-1] stays between the bounds of the tail for a silence of any length, finite and growing', () => {
    fc.assert(
      fc.property(fc.double({ min: 2, max: 1e6, noNaN: true }), (z) => {
        const logTail = logUpperTail(z);
        expect(Number.isFinite(logTail)).toBe(true);
        const slack = 1e-6 + 1e-12 * z * z;
        expect(logTail).toBeLessThanOrEqual(logDensity(z) - Math.log(z) + slack);
        expect(logTail).toBeGreaterThanOrEqual(logDensity(z) + Math.log(z / (1 + z * z)) - slack);
        expect(logUpperTail(z * 1.01)).toBeLessThan(logTail);
      }),
    );
  });

  test('[RPW-1] phi is 0.3 at the mean, never negative, and never falls while the silence grows', () => {
    const pause = fc.integer({ min: 100, max: 120_000 });
    const silences = fc.tuple(fc.integer({ min: 0, max: 10_000_000 }), fc.integer({ min: 0, max: 10_000_000 }));
    fc.assert(
      fc.property(fc.array(pause, { minLength: 8, maxLength: 300 }), silences, (values, [a, b]) => {
        const model = pauseModel(pausesOf(values), 8, PRIOR, 0.2);
        expect(phi(model, model.meanMs)).toBeCloseTo(Math.log10(2), 6);
        expect(phi(model, Math.min(a, b))).toBeLessThanOrEqual(phi(model, Math.max(a, b)) + 1e-9);
        expect(phi(model, a)).toBeGreaterThanOrEqual(-1e-9);
      }),
    );
  });

  test('[RPW-1] the window is the newest pauses and nothing else, whatever was before', () => {
    const pause = fc.integer({ min: 0, max: 10_000_000 });
    fc.assert(
      fc.property(fc.array(pause, { minLength: PHI_WINDOW, maxLength: 400 }), (values) => {
        const kept = values.slice(-PHI_WINDOW).map((value) => Math.min(value, LONGEST_PAUSE_MS));
        const mean = kept.reduce((sum, value) => sum + value, 0) / kept.length;
        const variance = kept.reduce((sum, value) => sum + (value - mean) ** 2, 0) / kept.length;
        const model = pauseModel(pausesOf(values), 8, PRIOR, 0);
        expect(model.meanMs).toBeCloseTo(mean, 6);
        expect(model.deviationMs).toBeCloseTo(Math.max(Math.sqrt(variance), 1), 2);
        expect(model.longestMs).toBe(Math.max(...kept));
      }),
    );
  });

  test('[RPW-1] with few pauses it holds to what it was told, and a regular sender keeps the least deviation', () => {
    expect(pauseModel(pausesOf([1_000, 1_000]), 8, PRIOR, 0.2)).toBe(PRIOR);
    const regular = pauseModel(pausesOf(new Array(50).fill(5_000)), 8, PRIOR, 0.2);
    expect(regular).toEqual({ meanMs: 5_000, deviationMs: 1_000, longestMs: 5_000 });
  });
});
