/** The park's time: China standard time, UTC+8 the year round, whatever zone the machine or the browser is in. Pure. */
export const PARK_OFFSET_MS = 8 * 3_600_000;
const DAY_MS = 86_400_000;

/** `2026-11-21 08:30:00.250`. Throws RangeError for an instant that no calendar has. */
export const parkTimeWithMs = (atMs: number): string =>
  new Date(atMs + PARK_OFFSET_MS).toISOString().slice(0, 23).replace('T', ' ');

/** `2026-11-21 08:30:00` */
export const parkTime = (atMs: number): string => parkTimeWithMs(atMs).slice(0, 19);

/** `2026-11-21`: the park's day that holds the instant. */
export const parkDay = (atMs: number): string => parkTimeWithMs(atMs).slice(0, 10);

/** Days since 1970-01-01 of the park's day that holds the instant. */
export const parkDayNumber = (atMs: number): number => Math.floor((atMs + PARK_OFFSET_MS) / DAY_MS);

/** First instant of the park's day of that number. */
export const parkMidnightMs = (dayNumber: number): number => dayNumber * DAY_MS - PARK_OFFSET_MS;

/** First instant of a day `YYYY-MM-DD`; NaN for what is none. */
export const parkDayStartMs = (day: string): number => Date.parse(`${day}T00:00:00Z`) - PARK_OFFSET_MS;
