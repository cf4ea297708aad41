import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parkDayNumber } from '../core/park-time.ts';
import {
  type Calendar,
  dateOf,
  dayFromDate,
  isWorkday,
  NO_CALENDAR,
  type ShiftPattern,
  type ShiftWindow,
  shiftsAt,
  shiftsWithin,
} from './shifts.ts';

const hour = (clock: number): number => clock * 60;
const window = (name: string, from: number, to: number): ShiftWindow => ({
  name,
  fromMinute: hour(from),
  toMinute: hour(to),
  personIds: [],
});
const every = (...windows: ShiftWindow[]): ShiftPattern => ({ windows, days: 'every', rotation: null });
/** Park time. */
const at = (text: string): number => Date.parse(`${text}+08:00`);
const namesAt = (pattern: ShiftPattern, text: string, calendar: Calendar = NO_CALENDAR): string[] =>
  shiftsAt(pattern, calendar, at(text)).map((shift) => shift.window.name);

describe('shifts', () => {
  it('[PER-31] windows of a day begin and end to the second, in UTC+8', () => {
    const pattern = every(window('day', 8, 20));
    expect(namesAt(pattern, '2026-11-20T07:59:59.999')).toEqual([]);
    expect(namesAt(pattern, '2026-11-20T08:00:00')).toEqual(['day']);
    expect(namesAt(pattern, '2026-11-20T19:59:59.999')).toEqual(['day']);
    expect(namesAt(pattern, '2026-11-20T20:00:00')).toEqual([]);
  });

  it('[PER-31] a window over midnight belongs to the day on which it begins; equal ends are a whole day', () => {
    const night = every(window('night', 20, 8));
    expect(namesAt(night, '2026-11-21T02:00')).toEqual(['night']);
    expect(namesAt(night, '2026-11-21T12:00')).toEqual([]);
    expect(namesAt(every(window('all', 8, 8)), '2026-11-21T07:59')).toEqual(['all']);
    const onWorkdays: ShiftPattern = { ...night, days: 'workdays' };
    // Friday's night goes on into Saturday; Saturday's own does not begin.
    expect(namesAt(onWorkdays, '2026-11-21T02:00')).toEqual(['night']);
    expect(namesAt(onWorkdays, '2026-11-21T22:00')).toEqual([]);
    // Sunday has no night that would run on into Monday.
    expect(namesAt(onWorkdays, '2026-11-23T02:00')).toEqual([]);
  });

  it('[PER-32] holidays are off, make-up days are worked', () => {
    const calendar: Calendar = { ...NO_CALENDAR, holidays: ['2026-10-01', '2026-10-02'], makeUpDays: ['2026-10-10'] };
    const pattern: ShiftPattern = { ...every(window('day', 8, 17)), days: 'workdays' };
    expect(namesAt(pattern, '2026-10-01T10:00', calendar)).toEqual([]);
    expect(namesAt(pattern, '2026-10-08T10:00', calendar)).toEqual(['day']);
    expect(namesAt(pattern, '2026-10-10T10:00', calendar)).toEqual(['day']);
    expect(namesAt(pattern, '2026-10-11T10:00', calendar)).toEqual([]);
    expect(namesAt(every(window('day', 8, 17)), '2026-10-01T10:00', calendar)).toEqual(['day']);
  });

  it('[PER-32] a rotation names the windows of each day of its round, and begins on its first day', () => {
    const pattern: ShiftPattern = {
      windows: [window('day', 8, 20), window('night', 20, 8)],
      days: 'every',
      rotation: { from: '2026-11-20', turns: [['day'], ['night'], []] },
    };
    const noons = ['19', '20', '21', '22', '23'].map((day) => namesAt(pattern, `2026-11-${day}T12:00`));
    expect(noons).toEqual([[], ['day'], [], [], ['day']]);
    expect(namesAt(pattern, '2026-11-22T03:00')).toEqual(['night']);
  });

  const minute = fc.integer({ min: 0, max: 1_439 });
  const instant = fc.integer({ min: at('2024-01-01T00:00'), max: at('2030-01-01T00:00') });
  const pattern: fc.Arbitrary<ShiftPattern> = fc.record({
    windows: fc.uniqueArray(
      fc.record({
        name: fc.constantFrom('a', 'b', 'c'),
        fromMinute: minute,
        toMinute: minute,
        personIds: fc.constant([]),
      }),
      { selector: (one) => one.name, minLength: 1 },
    ),
    days: fc.constantFrom('every' as const, 'workdays' as const),
    rotation: fc.option(
      fc.record({
        from: fc.constantFrom('2024-02-28', '2026-01-01'),
        turns: fc.array(fc.subarray(['a', 'b', 'c']), { minLength: 1, maxLength: 9 }),
      }),
    ),
  });
  const calendar: Calendar = { ...NO_CALENDAR, holidays: ['2025-01-01', '2026-02-17'], makeUpDays: ['2026-02-14'] };

  it('[PER-31] what runs at an instant is what runs within a span that holds it, and contains the instant', () => {
    fc.assert(
      fc.property(pattern, instant, fc.integer({ min: 0, max: 3 * 86_400_000 }), (one, atMs, spanMs) => {
        const within = shiftsWithin(one, calendar, atMs - spanMs, atMs + spanMs);
        for (const shift of within) {
          expect(shift.toMs - shift.fromMs).toBeGreaterThan(0);
          expect(shift.toMs - shift.fromMs).toBeLessThanOrEqual(86_400_000);
        }
        const now = within.filter((shift) => shift.fromMs <= atMs && atMs < shift.toMs);
        expect(shiftsAt(one, calendar, atMs)).toEqual(now);
      }),
    );
  });

  it('[PER-31] two windows that meet at both ends cover every instant exactly once', () => {
    fc.assert(
      fc.property(minute, minute, instant, (a, b, atMs) => {
        fc.pre(a !== b);
        const windows = [
          { name: 'a', fromMinute: a, toMinute: b, personIds: [] },
          { name: 'b', fromMinute: b, toMinute: a, personIds: [] },
        ];
        expect(shiftsAt({ windows, days: 'every', rotation: null }, NO_CALENDAR, atMs)).toHaveLength(1);
      }),
    );
  });

  it('[PER-32] days and dates are one to one, and five of seven days are worked where no calendar says otherwise', () => {
    fc.assert(
      fc.property(instant, (atMs) => {
        const day = parkDayNumber(atMs);
        expect(dayFromDate(dateOf(day))).toBe(day);
        expect(Array.from({ length: 7 }, (_, n) => isWorkday(NO_CALENDAR, day + n)).filter(Boolean)).toHaveLength(5);
      }),
    );
    expect(dayFromDate('2026-02-30')).toBeNaN();
    expect(dayFromDate('soon')).toBeNaN();
  });
});
