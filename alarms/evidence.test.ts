import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { measureCrossing, measureStanding, NOISE_MODELS } from '../bench/rules/bounds.bench.ts';
import {
  createEdgeEvidence,
  type EdgeEvidence,
  type EdgeVerdict,
  effectiveAccuracyM,
  gatherEvidence,
  isOutOfReach,
} from './evidence.ts';
import { DEFAULT_RULE_SETTINGS } from './rule-settings.ts';

const settings = DEFAULT_RULE_SETTINGS.outOfBounds;
const T0 = Date.UTC(2026, 10, 20, 8);

/** Verdicts of fixes at `depthsM`, `everyMs` apart. */
function verdictsOf(depthsM: readonly number[], everyMs = 1_000, accuracyM = 3): EdgeVerdict[] {
  const state = createEdgeEvidence();
  return depthsM.map((depthM, i) => take(state, depthM, T0 + i * everyMs, accuracyM));
}
const take = (state: EdgeEvidence, depthM: number, observedAtMs: number, accuracyM = 3): EdgeVerdict =>
  gatherEvidence(settings, state, { observedAtMs, lng: 0, lat: 0, accuracyM, depthM });
const same = (depthM: number, count: number): number[] => Array.from({ length: count }, () => depthM);

describe('evidence at an edge', () => {
  it('[ALM-10] one fix three accuracies deep is enough, whatever came before', () => {
    expect(verdictsOf([-8, 9])).toEqual(['none', 'raise']);
    expect(verdictsOf([8.9])).toEqual(['none']);
  });

  it.each([
    { depthM: 6, everyMs: 1_000, fixes: 3 },
    { depthM: 6, everyMs: 5_000, fixes: 2 },
    { depthM: 3, everyMs: 2_000, fixes: 6 },
    { depthM: 3, everyMs: 5_000, fixes: 3 },
  ])('[ALM-11] $depthM m deep every $everyMs ms raises with fix $fixes', ({ depthM, everyMs, fixes }) => {
    expect(verdictsOf(same(depthM, fixes), everyMs).indexOf('raise')).toBe(fixes - 1);
  });

  it('what is gathered in a time is the same with a fix each 2 s and each 5 s', () => {
    const gathered = (everyMs: number): number => {
      const state = createEdgeEvidence();
      for (let atMs = 0; atMs <= 10_000; atMs += everyMs) take(state, 2, T0 + atMs);
      return state.raise;
    };
    expect(gathered(5_000)).toBeCloseTo(gathered(2_000), 9);
  });

  it('one wild fix neither raises nor clears, however long after the one before', () => {
    for (const everyMs of [1_000, 5_000, 60_000]) {
      expect(verdictsOf([-8.9, 8.9], everyMs)).not.toContain('raise');
      expect(verdictsOf([3, -8.9 - settings.clearMarginM], everyMs)).not.toContain('clear');
    }
  });

  it('[ALM-11] on the edge and outside nothing gathers', () => {
    for (const depthM of [1.5, 0, -1, -3]) expect(verdictsOf(same(depthM, 600))).not.toContain('raise');
  });

  it('[ALM-12] clears beyond a margin below 3 m, and not within it', () => {
    expect(settings.clearMarginM).toBeLessThan(3);
    expect(verdictsOf(same(-3, 60))).toContain('clear');
    expect(verdictsOf(same(-settings.clearMarginM, 600))).not.toContain('clear');
    expect(verdictsOf([-9 - settings.clearMarginM])).toEqual(['clear']);
  });

  it('a fast tag does not gather faster than its fixes are independent', () => {
    const at10Hz = verdictsOf(same(6, 40), 100).indexOf('raise');
    expect(at10Hz * 100).toBeGreaterThanOrEqual(1_900);
  });

  it('evidence older than 90 s is forgotten', () => {
    const state = createEdgeEvidence();
    take(state, 6, T0);
    take(state, 6, T0 + 1_000);
    expect(take(state, 6, T0 + 92_000)).toBe('none');
    expect(state.samples).toHaveLength(1);
    expect(state.onsetAtMs).toBe(T0 + 92_000);
  });

  it('[ALM-18] equal times weigh nothing', () => {
    const state = createEdgeEvidence();
    take(state, 4, T0);
    const { raise } = state;
    take(state, 4, T0);
    expect(state.raise).toBe(raise);
  });

  it('keeps a bounded number of samples and finite evidence, and never raises while every fix is outside', () => {
    const fix = fc.record({
      depthM: fc.double({ min: -1e4, max: 1e4, noNaN: true }),
      accuracyM: fc.double({ min: 0.3, max: 50, noNaN: true }),
      sinceMs: fc.integer({ min: 0, max: 200_000 }),
    });
    fc.assert(
      fc.property(fc.array(fix, { maxLength: 80 }), fc.boolean(), (fixes, isOutside) => {
        const state = createEdgeEvidence();
        let atMs = T0;
        for (const { depthM, accuracyM, sinceMs } of fixes) {
          atMs += sinceMs;
          const verdict = take(state, isOutside ? -Math.abs(depthM) : depthM, atMs, accuracyM);
          if (isOutside) expect(verdict).not.toBe('raise');
        }
        expect(state.samples.length).toBeLessThanOrEqual(settings.filterFixes);
        expect(state.raise >= 0 && state.clear >= 0 && Number.isFinite(state.raise + state.clear)).toBe(true);
      }),
    );
  });

  it('the standard’s accuracy stands in where a fix states none, and nonsense is bounded', () => {
    expect(effectiveAccuracyM(Number.NaN, Number.NaN)).toBe(3);
    expect(effectiveAccuracyM(Number.NaN, 1.4)).toBe(5);
    expect(effectiveAccuracyM(0, 0)).toBe(3);
    expect(effectiveAccuracyM(0.01, 0)).toBe(0.3);
    expect(effectiveAccuracyM(1e9, 0)).toBe(50);
  });

  it('what is out of reach clears at once', () => {
    expect(isOutOfReach(settings, -9, 3)).toBe(true);
    expect(isOutOfReach(settings, -8.9, 3)).toBe(false);
  });
});

/** Bounds of docs/measured-bounds.md with room for the smaller sample. Seeded: the same numbers every time. */
describe('evidence under noise of 3 m', () => {
  const model = (name: string) => {
    const found = NOISE_MODELS.find((noise) => noise.name === name);
    if (found === undefined) throw new Error(name);
    return found;
  };

  it('[ALM-11] 6 m deep raises within 5 s at 1 Hz, and nearly always with a fix each 2 s', () => {
    expect(measureCrossing('steps in', 6, model('white'), 1, 400, 1).within5sShare).toBeGreaterThan(0.95);
    expect(measureCrossing('steps in', 6, model('white'), 2, 400, 1).within5sShare).toBeGreaterThan(0.85);
  });

  it('[ALM-11] nobody 3 m outside raises on white noise; on correlated noise less than once in two hours', () => {
    expect(measureStanding(-3, model('white'), 1, 50, 1).raisedPerHour).toBe(0);
    expect(measureStanding(-3, model('AR(1) 20 s'), 1, 100, 1).raisedPerHour).toBeLessThan(0.5);
  });

  it('[ALM-11] 3 m deep is noticed', () => {
    expect(measureCrossing('steps in', 3, model('AR(1) 20 s'), 1, 300, 1).missedShare).toBeLessThan(0.05);
  });
});
