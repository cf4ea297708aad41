/**
 * Who works when: daily windows that may cross midnight, rotations over any number of days, holidays and make-up days
 * (调休). Pure calendar arithmetic in the park's time, UTC+8 the year round (China keeps no summer time).
 */
import { parkDayNumber, parkMidnightMs } from '../core/park-time.ts';

export interface Calendar {
  /** Days off, `yyyy-MM-dd`. */
  readonly holidays: readonly string[];
  /** Saturdays and Sundays that are worked, `yyyy-MM-dd`. */
  readonly makeUpDays: readonly string[];
  /** Those of `holidays` that are days of rest (公休日) and no public holiday; Saturdays and Sundays need not be named. */
  readonly restDays: readonly string[];
  /** Hours that count as night; where none is given for a day, DEFAULT_NIGHT. */
  readonly nights: readonly NightHours[];
  readonly events: readonly MajorEvent[];
}
export const NO_CALENDAR: Calendar = { holidays: [], makeUpDays: [], restDays: [], nights: [], events: [] };

export interface NightHours {
  /** Nights that begin on these days, both among them, `yyyy-MM-dd`; null: until further notice. */
  readonly from: string;
  readonly to: string | null;
  /** Minutes after midnight; on the next day where `toMinute` is not after `fromMinute`. */
  readonly fromMinute: number;
  readonly toMinute: number;
}
/** Major event 重大活动, days both in it, `yyyy-MM-dd`. */
export interface MajorEvent {
  readonly name: string;
  readonly from: string;
  readonly to: string;
}

export interface ShiftWindow {
  readonly name: string;
  /** Minutes after midnight of the day on which it begins. */
  readonly fromMinute: number;
  /** On the next day where it is not after `fromMinute`; equal: a whole day. */
  readonly toMinute: number;
  /** Whom this window asks for; empty: whom the post names. */
  readonly personIds: readonly string[];
}

export interface ShiftPattern {
  readonly windows: readonly ShiftWindow[];
  /** Days on which windows begin. `workdays`: Monday to Friday but holidays, and make-up days. */
  readonly days: 'every' | 'workdays';
  /** null: every window on each of those days. */
  readonly rotation: Rotation | null;
}

/** Turns of one day each, over and over from a day on; before that day nothing is worked. */
export interface Rotation {
  /** `yyyy-MM-dd` of the first turn. */
  readonly from: string;
  /** Names of the windows that begin on that day of the round; [] is a day off. */
  readonly turns: readonly (readonly string[])[];
}

/** One window on one day. */
export interface Shift {
  readonly window: ShiftWindow;
  readonly fromMs: number;
  /** Not of it any more. */
  readonly toMs: number;
}

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** Day 0 of the epoch was a Thursday. */
const WEEKDAY_OF_DAY_0 = 4;

export const dateOf = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10);

/** NaN for what is no date. */
export function dayFromDate(date: string): number {
  const day = Date.parse(`${date}T00:00:00Z`) / DAY_MS;
  return Number.isInteger(day) && dateOf(day) === date ? day : Number.NaN;
}

export function isWorkday(calendar: Calendar, day: number): boolean {
  const date = dateOf(day);
  if (calendar.makeUpDays.includes(date)) return true;
  if (calendar.holidays.includes(date)) return false;
  const weekday = (((day + WEEKDAY_OF_DAY_0) % 7) + 7) % 7;
  return weekday >= 1 && weekday <= 5;
}

/** Shifts that run at some time within [fromMs, toMs], by their beginning, then as the pattern lists its windows. */
export function shiftsWithin(pattern: ShiftPattern, calendar: Calendar, fromMs: number, toMs: number): Shift[] {
  const shifts: Shift[] = [];
  // A window that began the day before may still run.
  for (let day = parkDayNumber(fromMs) - 1; day <= parkDayNumber(toMs); day++) {
    if (!isDayOf(pattern, calendar, day)) continue;
    for (const window of pattern.windows) {
      if (!isTurnOf(pattern, window, day)) continue;
      const lastMinute = window.toMinute > window.fromMinute ? window.toMinute : window.toMinute + 1_440;
      const beginsMs = parkMidnightMs(day) + window.fromMinute * MINUTE_MS;
      const endsMs = parkMidnightMs(day) + lastMinute * MINUTE_MS;
      if (beginsMs <= toMs && fromMs < endsMs) shifts.push({ window, fromMs: beginsMs, toMs: endsMs });
    }
  }
  return shifts.sort((a, b) => a.fromMs - b.fromMs);
}

/** Shifts that run at the instant. */
export const shiftsAt = (pattern: ShiftPattern, calendar: Calendar, atMs: number): Shift[] =>
  shiftsWithin(pattern, calendar, atMs, atMs);

const isDayOf = (pattern: ShiftPattern, calendar: Calendar, day: number): boolean =>
  pattern.days === 'every' || isWorkday(calendar, day);

function isTurnOf({ rotation }: ShiftPattern, window: ShiftWindow, day: number): boolean {
  if (rotation === null) return true;
  const since = day - dayFromDate(rotation.from);
  return since >= 0 && rotation.turns[since % rotation.turns.length]!.includes(window.name);
}
