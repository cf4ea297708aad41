/** Instants as people of the park write them: China standard time (UTC+8, no summer time), whatever zone the browser is in. Pure. */
import { PARK_OFFSET_MS, parkDayStartMs, parkTime } from '../../core/park-time.ts';

const DAY_MS = 86_400_000;

/** `2026-03-01 08:05`; seconds where they are not zero. */
export function chinaText(atMs: number): string {
  const text = parkTime(atMs);
  return text.endsWith(':00') ? text.slice(0, 16) : text;
}

/** What `<input type="datetime-local">` takes. */
export const chinaInput = (atMs: number): string => chinaText(atMs).replace(' ', 'T');

/** Of what it gives; null: nothing, or no moment. */
export function fromChinaInput(text: string): number | null {
  const atMs = Date.parse(`${text}Z`);
  return Number.isNaN(atMs) ? null : atMs - PARK_OFFSET_MS;
}

/** First and last millisecond of a day `YYYY-MM-DD`. */
export function chinaDaySpan(day: string): { readonly fromMs: number; readonly toMs: number } | null {
  const fromMs = parkDayStartMs(day);
  return Number.isNaN(fromMs) ? null : { fromMs, toMs: fromMs + DAY_MS - 1 };
}
