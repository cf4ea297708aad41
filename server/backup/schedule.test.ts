import fc from 'fast-check';
import { expect, test } from 'vitest';
import { byAge, isBackupDue, lastScheduledMs } from './schedule.ts';

const DAY_MS = 86_400_000;
/** 02:00 of 2026-07-01 in Shanghai. */
const TWO_MS = Date.UTC(2026, 5, 30, 18);

test('[BAK-5] a base backup is due once a day at the local hour, and at once where there is none', () => {
  expect(isBackupDue(TWO_MS, 2, [])).toBe(true);
  expect(isBackupDue(TWO_MS - 1, 2, [TWO_MS - DAY_MS])).toBe(false);
  expect(isBackupDue(TWO_MS, 2, [TWO_MS - 2 * DAY_MS, TWO_MS - DAY_MS])).toBe(true);
  expect(isBackupDue(TWO_MS + 1, 2, [TWO_MS])).toBe(false);
  // One taken by hand in between is not repeated before the next hour.
  expect(isBackupDue(TWO_MS + DAY_MS - 1, 2, [TWO_MS, TWO_MS + 3_600_000])).toBe(false);
});

test('[BAK-5] one taken while the clock was ahead keeps none from being made, and is the first to go', () => {
  const ahead = TWO_MS + 400 * DAY_MS;
  expect(isBackupDue(TWO_MS, 2, [TWO_MS - DAY_MS, ahead])).toBe(true);
  expect(isBackupDue(TWO_MS, 2, [ahead])).toBe(true);
  expect(isBackupDue(TWO_MS + 1, 2, [TWO_MS, ahead])).toBe(false);
  expect(byAge([TWO_MS - DAY_MS, TWO_MS, ahead], TWO_MS + 1, (startedAtMs) => startedAtMs)).toEqual([
    ahead,
    TWO_MS - DAY_MS,
    TWO_MS,
  ]);
});

test('[BAK-5] the newest scheduled time is never ahead and never a day old', () => {
  const when = fc.integer({ min: 0, max: 4_000_000_000_000 });
  fc.assert(
    fc.property(when, fc.integer({ min: 0, max: 23 }), (nowMs, hour) => {
      const at = lastScheduledMs(nowMs, hour);
      expect(at).toBeLessThanOrEqual(nowMs);
      expect(nowMs - at).toBeLessThan(DAY_MS);
      expect(new Date(at).getUTCHours()).toBe((hour + 16) % 24);
    }),
  );
});
