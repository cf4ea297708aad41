/** When a base backup is due: once a day at a local hour, and at once where there is none. Pure. */
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** China keeps one time without daylight saving. */
const LOCAL_OFFSET_MS = 8 * HOUR_MS;

/** Start of the newest scheduled time at or before `nowMs`. */
export function lastScheduledMs(nowMs: number, hour: number): number {
  const sinceMidnightMs = (nowMs + LOCAL_OFFSET_MS) % DAY_MS;
  const todayMs = nowMs - sinceMidnightMs + hour * HOUR_MS;
  return todayMs <= nowMs ? todayMs : todayMs - DAY_MS;
}

/** `newestMs`: when the newest base backup began; null: there is none. */
export const isBackupDue = (nowMs: number, hour: number, newestMs: number | null): boolean =>
  newestMs === null || newestMs < lastScheduledMs(nowMs, hour);
