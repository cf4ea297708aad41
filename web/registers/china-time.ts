/** Instants as people of the park write them: China standard time (UTC+8, no summer time), whatever zone the browser is in. Pure. */
const CHINA_MS = 8 * 3_600_000;
const DAY_MS = 86_400_000;

/** `2026-03-01 08:05`; seconds where they are not zero. */
export function chinaText(atMs: number): string {
  const text = new Date(atMs + CHINA_MS).toISOString().slice(0, 19).replace('T', ' ');
  return text.endsWith(':00') ? text.slice(0, 16) : text;
}

export const chinaDay = (atMs: number): string => new Date(atMs + CHINA_MS).toISOString().slice(0, 10);

/** What `<input type="datetime-local">` takes. */
export const chinaInput = (atMs: number): string => chinaText(atMs).replace(' ', 'T');

/** Of what it gives; null: nothing, or no moment. */
export function fromChinaInput(text: string): number | null {
  const atMs = Date.parse(`${text}Z`);
  return Number.isNaN(atMs) ? null : atMs - CHINA_MS;
}

/** First and last millisecond of a day `YYYY-MM-DD`. */
export function chinaDaySpan(day: string): { readonly fromMs: number; readonly toMs: number } | null {
  const fromMs = Date.parse(`${day}T00:00:00Z`) - CHINA_MS;
  return Number.isNaN(fromMs) ? null : { fromMs, toMs: fromMs + DAY_MS - 1 };
}
