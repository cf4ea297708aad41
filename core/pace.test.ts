import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PACE_AT_ONCE_MS, Pace } from './pace.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

describe('the pace of dropping by age', () => {
  test('[RET-10] in any span of running time no more goes than two days and twice the span', () => {
    const step = fc.record({
      restMs: fc.integer({ min: 0, max: 3 * DAY_MS }),
      dataMs: fc.integer({ min: 0, max: DAY_MS }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let elapsedMs = 5 * DAY_MS;
        const pace = new Pace(
          () => {},
          () => elapsedMs,
        );
        const gone: { atMs: number; dataMs: number }[] = [];
        for (const { restMs, dataMs } of steps) {
          elapsedMs += restMs;
          if (pace.allows(dataMs)) gone.push({ atMs: elapsedMs, dataMs });
        }
        for (let from = 0; from < gone.length; from++) {
          let sumMs = 0;
          for (const { atMs, dataMs } of gone.slice(from)) {
            sumMs += dataMs;
            expect(sumMs).toBeLessThanOrEqual(PACE_AT_ONCE_MS + 2 * (atMs - (gone[from]?.atMs ?? 0)));
          }
        }
      }),
    );
  });

  test('[RET-10] what grows old day by day never waits; what has to wait goes twice as fast as it grows, and is told of once', () => {
    let elapsedMs = 0;
    let told = 0;
    const pace = new Pace(
      () => told++,
      () => elapsedMs,
    );
    for (let day = 0; day < 100; day++, elapsedMs += DAY_MS) expect(pace.allows(DAY_MS)).toBe(true);
    const gone = Array.from({ length: 240 }, () => {
      elapsedMs += HOUR_MS;
      return pace.allows(12 * HOUR_MS) ? 12 : 0;
    });
    // Two days at once and two for each of ten, in whole halves of a day.
    expect(gone.reduce((sum: number, hours) => sum + hours, 0)).toBe(48 + 480 - 12);
    expect(told).toBe(1);
    elapsedMs += 2 * DAY_MS;
    expect(pace.allows(3 * DAY_MS)).toBe(false);
    expect(told).toBe(2);
  });
});
