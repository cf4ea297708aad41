import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isBackupDue, lastScheduledMs } from './schedule.ts';

const DAY_MS = 86_400_000;
/** 02:00 of 2026-07-01 in Shanghai. */
const TWO_MS = Date.UTC(2026, 5, 30, 18);

test('[BAK-5] a base backup is due once a day at the local hour, and at once where there is none', () => {
  expect(isBackupDue(TWO_MS, 2, null)).toBe(true);
  expect(isBackupDue(TWO_MS - 1, 2, TWO_MS - DAY_MS)).toBe(false);
  expect(isBackupDue(TWO_MS, 2, TWO_MS - DAY_MS)).toBe(true);
  expect(isBackupDue(TWO_MS + 1, 2, TWO_MS)).toBe(false);
  // One taken by hand in between is not repeated before the next hour.
  expect(isBackupDue(TWO_MS + DAY_MS - 1, 2, TWO_MS + 3_600_000)).toBe(false);
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
