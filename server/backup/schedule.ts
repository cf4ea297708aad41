/** When a base backup is due: once a day at a local hour, and at once where there is none. Pure. */
import { PARK_OFFSET_MS } from '../../core/park-time.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** Start of the newest scheduled time at or before `nowMs`. */
export function lastScheduledMs(nowMs: number, hour: number): number {
  const sinceMidnightMs = (nowMs + PARK_OFFSET_MS) % DAY_MS;
  const todayMs = nowMs - sinceMidnightMs + hour * HOUR_MS;
  return todayMs <= nowMs ? todayMs : todayMs - DAY_MS;
}

/** `startsMs`: when base backups began. One that lies ahead was taken by a wrong clock and says nothing. */
export const isBackupDue = (nowMs: number, hour: number, startsMs: readonly number[]): boolean =>
  Math.max(...startsMs.filter((ms) => ms <= nowMs), Number.NEGATIVE_INFINITY) < lastScheduledMs(nowMs, hour);

/** Oldest first, those that lie ahead before all others: how old they are cannot be told. */
export function byAge<T>(backups: readonly T[], nowMs: number, startedAtMs: (backup: T) => number): T[] {
  const isAhead = (backup: T): boolean => startedAtMs(backup) > nowMs;
  return [...backups.filter(isAhead), ...backups.filter((backup) => !isAhead(backup))];
}
