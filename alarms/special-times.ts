/**
 * Times at which special work is managed one grade up (GB 30871-2022 5.1.1, AQ 3064.2-2025 5.10.8): public holidays, major events, days of
 * rest, nights. Of those that meet only the first in this order counts, so that one job has one alarm of them.
 */
import { parkDayNumber, parkMidnightMs } from '../core/park-time.ts';
import { type Calendar, dateOf, isWorkday, type NightHours } from './shifts.ts';

export const SPECIAL_TIMES = ['holiday', 'event', 'rest-day', 'night'] as const;
export type SpecialTimeKind = (typeof SPECIAL_TIMES)[number];

export interface SpecialTime {
  readonly kind: SpecialTimeKind;
  /** Of the event; '' otherwise. */
  readonly name: string;
}

/** The standard names no hours of night; these hold where the park set none. */
export const DEFAULT_NIGHT = { fromMinute: 20 * 60, toMinute: 6 * 60 } as const;

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** What the instant is; null: an ordinary working time. */
export function specialTimeAt(calendar: Calendar, atMs: number): SpecialTime | null {
  const day = parkDayNumber(atMs);
  const date = dateOf(day);
  const isHoliday = calendar.holidays.includes(date) && !calendar.restDays.includes(date);
  if (isHoliday) return { kind: 'holiday', name: '' };
  const event = calendar.events.find(({ from, to }) => from <= date && date <= to);
  if (event !== undefined) return { kind: 'event', name: event.name };
  if (!isWorkday(calendar, day)) return { kind: 'rest-day', name: '' };
  return isNight(calendar, atMs) ? { kind: 'night', name: '' } : null;
}

/** Whether the instant lies in the night, whatever the day is. */
export const isNight = (calendar: Calendar, atMs: number): boolean => nightAt(calendar, atMs) !== null;

/** The night that the instant lies in, from its first instant to the first that is day again. */
export function nightAt(calendar: Calendar, atMs: number): { readonly fromMs: number; readonly toMs: number } | null {
  const day = parkDayNumber(atMs);
  const nights = [spanOf(calendar, day - 1), spanOf(calendar, day)];
  return nights.find(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs) ?? null;
}

/** The night that begins on the day. */
function spanOf({ nights }: Calendar, day: number): { fromMs: number; toMs: number } {
  const date = dateOf(day);
  const holds = (one: NightHours): boolean => one.from <= date && (one.to === null || date <= one.to);
  // Of two that hold the one that began later was said with the other in mind.
  const known = nights.filter(holds).sort((a, b) => (a.from < b.from ? 1 : -1))[0] ?? DEFAULT_NIGHT;
  const lastMinute = known.toMinute > known.fromMinute ? known.toMinute : known.toMinute + 1_440;
  return {
    fromMs: parkMidnightMs(day) + known.fromMinute * MINUTE_MS,
    toMs: parkMidnightMs(day) + lastMinute * MINUTE_MS,
  };
}

/** First instant after this one at which the kind of time may be another: a midnight, nightfall or daybreak. */
export function nextTimeChangeMs(calendar: Calendar, atMs: number): number {
  const day = parkDayNumber(atMs);
  return Math.min(...edgesAround(calendar, day).filter((edgeMs) => edgeMs > atMs));
}

/**
 * Since when the time has been what it is at `atMs`, looked for no further back than `notBeforeMs`: what is found of a job begins when
 * both the job and the time had begun.
 */
export function timeSinceMs(calendar: Calendar, atMs: number, notBeforeMs: number): number {
  const now = specialTimeAt(calendar, atMs);
  let sinceMs = atMs;
  while (sinceMs > notBeforeMs) {
    const edgeMs = Math.max(...edgesAround(calendar, parkDayNumber(sinceMs - 1)).filter((one) => one < sinceMs));
    const before = specialTimeAt(calendar, edgeMs);
    if (before?.kind !== now?.kind || before?.name !== now?.name) break;
    sinceMs = edgeMs;
    if (atMs - sinceMs > LONGEST_MS) break;
  }
  return Math.max(sinceMs, Math.min(notBeforeMs, atMs));
}
/** No special work lasts longer without a new permit. */
const LONGEST_MS = 62 * DAY_MS;

function edgesAround(calendar: Calendar, day: number): number[] {
  return [day - 1, day, day + 1].flatMap((one) => {
    const { fromMs, toMs } = spanOf(calendar, one);
    return [parkMidnightMs(one), parkMidnightMs(one + 1), fromMs, toMs];
  });
}
