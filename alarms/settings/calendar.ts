/**
 * Topic `calendar`, key '': holidays, days of rest, weekend days that are worked in their place (调休), the hours of night and major
 * events: workdays of shifts go by it, and the upgrading of special work (AQ 3064.2-2025 5.10.8).
 */
import type { Result } from '../../core/result.ts';
import { type Calendar, dayFromDate } from '../shifts.ts';
import { type Fields, parseFields } from './fields.ts';

const DAYS_MAX = 1_000;
const NIGHTS_MAX = 100;
const EVENTS_MAX = 500;
const LAST_MINUTE = 1_439;

/**
 * `{"holidays": ["2026-10-01"], "makeUpDays": ["2026-10-10"], "restDays": [], "nights": [{"from": "2026-01-01", "to": null, "fromMinute": 1200,
 * "toMinute": 360}], "events": [{"name": "进博会", "from": "2026-11-05", "to": "2026-11-10"}]}`; the last three may be left out.
 */
export const parseCalendar = (value: unknown): Result<Calendar, string> =>
  parseFields('calendar', value, (fields) => {
    const calendar: Calendar = {
      holidays: datesOf(fields, 'holidays'),
      makeUpDays: datesOf(fields, 'makeUpDays'),
      restDays: fields.has('restDays') ? datesOf(fields, 'restDays') : [],
      nights: fields.has('nights') ? fields.each('nights', NIGHTS_MAX, nightOf) : [],
      events: fields.has('events') ? fields.each('events', EVENTS_MAX, eventOf) : [],
    };
    const both = calendar.holidays.find((date) => calendar.makeUpDays.includes(date));
    if (both !== undefined) throw fields.problem('makeUpDays', `has ${both}, which is a holiday`);
    const worked = calendar.restDays.find((date) => !calendar.holidays.includes(date));
    if (worked !== undefined) throw fields.problem('restDays', `has ${worked}, which is not in holidays`);
    return calendar;
  });

function datesOf(fields: Fields, name: string): string[] {
  const dates = fields.texts(name, DAYS_MAX);
  const wrong = dates.find((date) => Number.isNaN(dayFromDate(date)));
  if (wrong !== undefined) throw fields.problem(name, `has "${wrong}", which is no date yyyy-MM-dd`);
  return dates.sort();
}

function nightOf(fields: Fields): Calendar['nights'][number] {
  const from = dateOf(fields, 'from');
  const to = fields.raw('to') === null ? null : dateOf(fields, 'to');
  if (to !== null && to < from) throw fields.problem('to', 'is before from');
  const [fromMinute, toMinute] = [
    fields.integer('fromMinute', 0, LAST_MINUTE),
    fields.integer('toMinute', 0, LAST_MINUTE),
  ];
  if (fromMinute === toMinute) throw fields.problem('toMinute', 'is fromMinute');
  return { from, to, fromMinute, toMinute };
}

function eventOf(fields: Fields): Calendar['events'][number] {
  const event = { name: fields.text('name', 64), from: dateOf(fields, 'from'), to: dateOf(fields, 'to') };
  if (event.to < event.from) throw fields.problem('to', 'is before from');
  return event;
}

function dateOf(fields: Fields, name: string): string {
  const date = fields.text(name, 10);
  if (Number.isNaN(dayFromDate(date))) throw fields.problem(name, 'is a date yyyy-MM-dd');
  return date;
}
