/** Topic `calendar`, key '': holidays, and weekend days that are worked in their place (调休). */
import type { Result } from '../../core/result.ts';
import { type Calendar, dayFromDate } from '../shifts.ts';
import { type Fields, parseFields } from './fields.ts';

const DAYS_MAX = 1_000;

/** `{"holidays": ["2026-10-01"], "makeUpDays": ["2026-10-10"]}` */
export const parseCalendar = (value: unknown): Result<Calendar, string> =>
  parseFields('calendar', value, (fields) => {
    const calendar = { holidays: datesOf(fields, 'holidays'), makeUpDays: datesOf(fields, 'makeUpDays') };
    const both = calendar.holidays.find((date) => calendar.makeUpDays.includes(date));
    if (both !== undefined) throw fields.problem('makeUpDays', `has ${both}, which is a holiday`);
    return calendar;
  });

function datesOf(fields: Fields, name: string): string[] {
  const dates = fields.texts(name, DAYS_MAX);
  const wrong = dates.find((date) => Number.isNaN(dayFromDate(date)));
  if (wrong !== undefined) throw fields.problem(name, `has "${wrong}", which is no date yyyy-MM-dd`);
  return dates.sort();
}
