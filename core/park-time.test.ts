import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parkDay, parkDayNumber, parkDayStartMs, parkMidnightMs, parkTime, parkTimeWithMs } from './park-time.ts';

const EVE = Date.UTC(2026, 11, 31, 15, 59, 59, 250);

describe('time of the park', () => {
  it('is eight hours ahead of UTC, in winter and in summer', () => {
    expect(parkTimeWithMs(EVE)).toBe('2026-12-31 23:59:59.250');
    expect(parkTime(EVE)).toBe('2026-12-31 23:59:59');
    expect(parkTime(EVE + 750)).toBe('2027-01-01 00:00:00');
    expect(parkTime(Date.UTC(2026, 6, 1))).toBe('2026-07-01 08:00:00');
  });

  it('begins a day at its midnight', () => {
    expect(parkDay(EVE)).toBe('2026-12-31');
    expect(parkDay(EVE + 750)).toBe('2027-01-01');
    expect(parkDayStartMs('2027-01-01')).toBe(EVE + 750);
    expect(parkDayStartMs('2027-02-30T')).toBeNaN();
  });

  it('numbers days so that each instant lies in its own, before 1970 too', () => {
    const instants = fc.integer({ min: Date.UTC(1900, 0), max: Date.UTC(2100, 0) });
    fc.assert(
      fc.property(instants, (atMs) => {
        const number = parkDayNumber(atMs);
        expect(parkMidnightMs(number)).toBeLessThanOrEqual(atMs);
        expect(parkMidnightMs(number + 1)).toBeGreaterThan(atMs);
        expect(parkDayStartMs(parkDay(atMs))).toBe(parkMidnightMs(number));
      }),
    );
  });
});
