/** Days as registers write them, as instants. */

import { dayFromDate } from '../../../alarms/shifts.ts';
import { parkMidnightMs } from '../../../core/park-time.ts';
import { type StandingRow, textOf } from './rows.ts';

/** The first instant after a day `yyyy-MM-dd`; null: none is written, or no day. */
export function dayOver(date: string | null): number | null {
  const day = date === null ? Number.NaN : dayFromDate(date);
  return Number.isNaN(day) ? null : parkMidnightMs(day + 1);
}

/** The first instant of a day. */
export function dayBegins(date: string | null): number | null {
  const day = date === null ? Number.NaN : dayFromDate(date);
  return Number.isNaN(day) ? null : parkMidnightMs(day);
}

export const overOf = (row: StandingRow, field: string): number | null => dayOver(textOf(row, field));

/** A day as suppliers write it on certificates: 2027-05-31, 2027/5/31, 20270531, 2027年5月31日; null: none of these. */
export function dayFromText(text: string): string | null {
  const found = /^\s*(\d{4})\s*(?:[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})|(\d{2})(\d{2}))/.exec(text);
  if (found === null) return null;
  const [, year, month = found[4], day = found[5]] = found;
  const date = `${year}-${month?.padStart(2, '0')}-${day?.padStart(2, '0')}`;
  return Number.isNaN(dayFromDate(date)) ? null : date;
}
