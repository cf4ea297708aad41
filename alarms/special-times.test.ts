import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parkDayNumber } from '../core/park-time.ts';
import { type Calendar, dateOf, NO_CALENDAR } from './shifts.ts';
import { isNight, nextTimeChangeMs, nightAt, specialTimeAt, timeSinceMs } from './special-times.ts';

/** Park time. */
const at = (text: string): number => Date.parse(`${text}+08:00`);
const kindsAt = (calendar: Calendar, ...texts: readonly string[]) =>
  texts.map((text) => specialTimeAt(calendar, at(text))?.kind ?? null);

describe('times that ask for one grade more', () => {
  it('[GBS-10] of a holiday, an event, a rest day and a night that meet the first counts', () => {
    const calendar: Calendar = {
      ...NO_CALENDAR,
      holidays: ['2026-10-01', '2026-10-08'],
      restDays: ['2026-10-08'],
      events: [{ name: '进博会', from: '2026-10-01', to: '2026-10-03' }],
      makeUpDays: ['2026-10-10'],
    };
    expect(kindsAt(calendar, '2026-10-01T12:00', '2026-10-01T23:00', '2026-10-02T23:00', '2026-10-03T12:00')).toEqual([
      'holiday',
      'holiday',
      'event',
      'event',
    ]);
    expect(
      kindsAt(
        calendar,
        '2026-10-04T12:00',
        '2026-10-08T12:00',
        '2026-10-09T12:00',
        '2026-10-09T21:00',
        '2026-10-10T12:00',
      ),
    ).toEqual(['rest-day', 'rest-day', null, 'night', null]);
  });

  it('[GBS-10] night is 20:00 to 06:00 of the park’s time unless the park says other hours for the day', () => {
    expect(
      kindsAt(NO_CALENDAR, '2026-11-18T19:59', '2026-11-18T20:00', '2026-11-19T05:59', '2026-11-19T06:00'),
    ).toEqual([null, 'night', 'night', null]);
    const calendar: Calendar = {
      ...NO_CALENDAR,
      nights: [
        { from: '2026-01-01', to: null, fromMinute: 18 * 60, toMinute: 7 * 60 },
        { from: '2026-06-01', to: '2026-08-31', fromMinute: 22 * 60, toMinute: 4 * 60 },
      ],
    };
    expect(kindsAt(calendar, '2026-11-18T18:00', '2026-07-15T21:00', '2026-07-16T03:59', '2026-07-16T04:00')).toEqual([
      'night',
      null,
      'night',
      null,
    ]);
    // The night of the last day of summer has its hours though it ends in September.
    expect(kindsAt(calendar, '2026-09-01T03:00', '2026-09-01T05:00', '2026-09-01T19:00')).toEqual([
      'night',
      null,
      'night',
    ]);
  });

  const instant = fc.integer({ min: at('2026-01-01T00:00'), max: at('2026-12-31T00:00') });
  const date = instant.map((ms) => dateOf(parkDayNumber(ms)));
  const minute = fc.integer({ min: 0, max: 1_439 });
  const calendars: fc.Arbitrary<Calendar> = fc.record({
    holidays: fc.uniqueArray(date, { maxLength: 20 }),
    makeUpDays: fc.constant([]),
    restDays: fc.constant([]),
    nights: fc.array(
      fc.record({
        from: date,
        to: fc.constant(null),
        fromMinute: minute,
        toMinute: minute.map((one) => (one === 1_439 ? 0 : one)),
      }),
      { maxLength: 2 },
    ),
    events: fc.array(
      date.map((day) => ({ name: day, from: day, to: day })),
      { maxLength: 5 },
    ),
  });

  it('[GBS-11] between two changes that are told before the time stays what it is', () => {
    fc.assert(
      fc.property(
        calendars,
        instant,
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (calendar, ms, part) => {
          const nextMs = nextTimeChangeMs(calendar, ms);
          expect(nextMs).toBeGreaterThan(ms);
          const between = Math.min(nextMs - 1, Math.floor(ms + (nextMs - ms) * part));
          expect(specialTimeAt(calendar, between)).toEqual(specialTimeAt(calendar, ms));
          expect(isNight(calendar, between)).toBe(isNight(calendar, ms));
        },
      ),
    );
  });

  it('[GBS-11] since when it is so: the same all along, and not a moment before, unless nobody asks further back', () => {
    fc.assert(
      fc.property(calendars, instant, fc.integer({ min: 0, max: 10 * 86_400_000 }), (calendar, ms, back) => {
        const sinceMs = timeSinceMs(calendar, ms, ms - back);
        const now = specialTimeAt(calendar, ms);
        expect(sinceMs).toBeLessThanOrEqual(ms);
        expect(sinceMs).toBeGreaterThanOrEqual(ms - back);
        expect(specialTimeAt(calendar, sinceMs)).toEqual(now);
        if (sinceMs > ms - back) expect(specialTimeAt(calendar, sinceMs - 1)).not.toEqual(now);
        expect(timeSinceMs(calendar, sinceMs, ms - back)).toBe(sinceMs);
      }),
    );
  });

  it('[GBS-11] the night that holds an instant holds its own bounds', () => {
    fc.assert(
      fc.property(calendars, instant, (calendar, ms) => {
        const night = nightAt(calendar, ms);
        if (night === null) return;
        expect(night.fromMs).toBeLessThanOrEqual(ms);
        expect(night.toMs).toBeGreaterThan(ms);
      }),
    );
  });
});
