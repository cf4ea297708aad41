/**
 * Days and instants as sheets have them: as numbers of days (Excel's serials) or as text in the forms that people write. Instants
 * are China standard time, `instant` in ms since 1970 UTC.
 */
import { PARK_OFFSET_MS, parkTimeWithMs } from '../../../core/park-time.ts';
import type { NumberCell } from '../sheet/sheet-cell.ts';

const DAY_MS = 86_400_000;
/** 1 January 1970. */
const SERIAL_1970 = 25_569;
/** 1 March 1900: of the days before it Excel counts one that there was not. */
const SERIAL_MIN = 61;
/** 31 December 9999, and a day. */
const SERIAL_END = 2_958_466;
/** A number without a format of dates is one only within 1950 to 2099: `2026` is a year, and no day of 1905. */
const LIKELY = { from: 18_264, to: 73_051 } as const;

const isoDay = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** `2026-11-21 08:30:00`, with milliseconds only where there are some. */
export function instantText(instant: number): string {
  const text = parkTimeWithMs(instant);
  return text.endsWith('.000') ? text.slice(0, 19) : text;
}

/** null: Excel has no number for it. */
export const serialOfDay = (day: string): number | null => withinSerials(Date.parse(`${day}T00:00:00Z`));
export const serialOfInstant = (instant: number): number | null => withinSerials(instant + PARK_OFFSET_MS);

function withinSerials(ms: number): number | null {
  const serial = ms / DAY_MS + SERIAL_1970;
  return serial >= SERIAL_MIN && serial < SERIAL_END ? serial : null;
}

/** null: no day. */
export function dayOfNumber(cell: NumberCell): string | null {
  const { number, as } = cell;
  if (as === 'number' && Number.isInteger(number) && number >= 19_000_101) return dayFrom(String(number));
  return isSerial(cell) && Number.isInteger(number) ? isoDay((number - SERIAL_1970) * DAY_MS) : null;
}

/** null: no instant. */
export const instantOfNumber = (cell: NumberCell): number | null =>
  isSerial(cell) ? Math.round((cell.number - SERIAL_1970) * DAY_MS) - PARK_OFFSET_MS : null;

const isSerial = ({ number, as }: NumberCell): boolean =>
  as === 'date'
    ? number >= SERIAL_MIN && number < SERIAL_END
    : as === 'number' && number >= LIKELY.from && number < LIKELY.to;

const DAY = String.raw`(\d{4})(?:-(\d{1,2})-(\d{1,2})|/(\d{1,2})/(\d{1,2})|\.(\d{1,2})\.(\d{1,2})|年(\d{1,2})月(\d{1,2})日|(\d{2})(\d{2}))`;
const TIME = String.raw`(\d{1,2})[:：](\d{2})(?:[:：](\d{2})(?:\.(\d{1,3}))?)?`;
const DAY_ALONE = new RegExp(`^${DAY}(?:[ T]+0{1,2}:00(?::00(?:\\.0+)?)?)?$`);
const DAY_AND_TIME = new RegExp(`^${DAY}(?:[ T]*${TIME})?$`);
const WITH_ZONE = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/;

/** `YYYY-MM-DD`; null: no day, or a time of it beside. */
export function dayFrom(text: string): string | null {
  const found = DAY_ALONE.exec(text);
  const ms = found === null ? null : midnightOf(found);
  return ms === null ? null : isoDay(ms);
}

/** null: no instant. A day alone is its midnight. */
export function instantFrom(text: string): number | null {
  if (WITH_ZONE.test(text)) return numberOrNull(Date.parse(text));
  const found = DAY_AND_TIME.exec(text);
  const dayMs = found === null ? null : midnightOf(found);
  if (found === null || dayMs === null) return null;
  const [hour = '0', minute = '0', second = '0', fraction = '0'] = found.slice(12);
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return null;
  const seconds = (Number(hour) * 60 + Number(minute)) * 60 + Number(second);
  return dayMs + seconds * 1_000 + Number(fraction.padEnd(3, '0')) - PARK_OFFSET_MS;
}

/** UTC, of what DAY found; null: there is no such day. */
function midnightOf(found: RegExpExecArray): number | null {
  const [year = '', ...rest] = found.slice(1, 12);
  const [month = '', day = ''] = rest.filter((part) => part !== undefined);
  const iso = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  const ms = Date.parse(`${iso}T00:00:00Z`);
  return !Number.isNaN(ms) && isoDay(ms) === iso ? ms : null;
}

const numberOrNull = (value: number): number | null => (Number.isNaN(value) ? null : value);
