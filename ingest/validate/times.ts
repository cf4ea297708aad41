/**
 * Times as vendors write them: `yyyy-MM-dd HH:mm:ss` and `yyyyMMddHHmmss` (both GMT+8, whatever the zone of this
 * machine), ISO 8601 with a zone, or epoch milliseconds. Anything else is NaN, a day that is not in the calendar too.
 */
import { PARK_OFFSET_MS } from '../../core/park-time.ts';

const PLAIN = /^(\d{4})-(\d{2})-(\d{2}) (\d{2}):(\d{2}):(\d{2})$/;
const COMPACT = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})$/;
const ISO = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(Z|[+-]\d{2}:?\d{2}|[+-]\d{2})$/i;
const EPOCH_MS = /^\d{12,13}$/;
const DAY = /^(\d{4})-?(\d{2})-?(\d{2})$/;

/** COLLECT_TIME older than this is refused: such records belong to a repair, not to the live stream. */
export const OLDEST_MS = 7 * 86_400_000;
/** Ahead of receipt up to this counts as receipt time; beyond it the sender's clock is wrong. */
export const AHEAD_MS = 60_000;

/** NaN is not. */
export const isRecent = (ms: number, receivedAtMs: number): boolean =>
  ms - receivedAtMs <= AHEAD_MS && ms - receivedAtMs >= -OLDEST_MS;

/** Epoch ms, or NaN. Fractions of a millisecond are cut off. Compact times must be strings: a number is epoch ms. */
export function parseTime(value: unknown): number {
  if (typeof value === 'number') return Number.isFinite(value) ? Math.trunc(value) : Number.NaN;
  // MessagePack has a type for times.
  if (value instanceof Date) return value.getTime();
  if (typeof value !== 'string' || value.length > 40) return Number.NaN;
  const text = value.trim();
  const local = PLAIN.exec(text) ?? COMPACT.exec(text);
  if (local !== null) return utcMs(local) - PARK_OFFSET_MS;
  const iso = ISO.exec(text);
  if (iso !== null) return utcMs(iso) + fractionMs(iso[7]) - offsetMs(iso[8]);
  return EPOCH_MS.test(text) ? Number(text) : Number.NaN;
}

/** `yyyy-MM-dd` from `yyyy-MM-dd`, `yyyyMMdd` or a time (its day in GMT+8); null when it is none of them. */
export function parseDay(value: unknown): string | null {
  const day = typeof value === 'string' ? DAY.exec(value.trim()) : null;
  const ms = day === null ? parseTime(value) + PARK_OFFSET_MS : utcMs(day);
  return Math.abs(ms) <= LAST_DAY_MS ? new Date(ms).toISOString().slice(0, 10) : null;
}

/** 9999-12-31; NaN fails the comparison too. */
const LAST_DAY_MS = Date.UTC(9999, 11, 31);

/** Groups 1 to 6 as a UTC time; NaN when a part is out of its range. */
function utcMs(groups: RegExpExecArray): number {
  const year = Number(groups[1]);
  const month = Number(groups[2]);
  const day = Number(groups[3]);
  const hour = Number(groups[4] ?? 0);
  const minute = Number(groups[5] ?? 0);
  const second = Number(groups[6] ?? 0);
  if (hour > 23 || minute > 59 || second > 59 || day < 1) return Number.NaN;
  // Date.UTC reads years 0 to 99 as 1900 to 1999; no such year is meant here.
  const ms = year < 1000 ? Number.NaN : Date.UTC(year, month - 1, day, hour, minute, second);
  const date = new Date(ms);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? ms : Number.NaN;
}

const fractionMs = (digits: string | undefined): number =>
  digits === undefined ? 0 : Number(digits.slice(0, 3).padEnd(3, '0'));

function offsetMs(zone: string | undefined): number {
  if (zone === undefined || zone.toUpperCase() === 'Z') return 0;
  const digits = zone.slice(1).replace(':', '').padEnd(4, '0');
  const hours = Number(digits.slice(0, 2));
  const minutes = Number(digits.slice(2));
  if (hours > 15 || minutes > 59) return Number.NaN;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}

/**
 * UPDATE_DATE of what is merged by it: ahead of receipt it counts as receipt, or one wrong clock would win over all that is said
 * after it. null: none was sent.
 */
export const saidAt = (updatedAtMs: number | null, receivedAtMs: number): number | null =>
  updatedAtMs !== null && updatedAtMs > receivedAtMs + AHEAD_MS ? receivedAtMs : updatedAtMs;
