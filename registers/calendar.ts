/**
 * The park's calendar 日历: holidays, make-up days, days of rest, nights and major events. All of it goes to the engine together, as
 * the one setting `calendar`: shifts go by the days off, the upgrading of special work by all (AQ 3064.2-2025 5.10.8).
 */
import { dateOf, dayFromDate } from '../alarms/shifts.ts';
import { choice, day, lines, text } from './field.ts';
import { COMPANY_STAFF, defineRegister, PARK_STAFF } from './register.ts';
import { minuteOf } from './shift-fields.ts';

const SPAN_MAX_DAYS = 366;

/** Every day of the span, both ends in it. */
function datesBetween(from: string, to: string | null): string[] {
  const first = dayFromDate(from);
  return Array.from({ length: dayFromDate(to ?? from) - first + 1 }, (_, n) => dateOf(first + n));
}

const time = (zh: string, en: string) =>
  text({
    title: { zh, en },
    maxLength: 5,
    form: { pattern: /^([01]\d|2[0-3]):[0-5]\d$/, words: { zh: '时:分，如 20:00', en: 'HH:mm, as 20:00' } },
  });

export const calendar = defineRegister({
  name: 'calendar',
  title: { zh: '日历', en: 'Calendar' },
  group: 'duty',
  about: {
    zh: '法定节假日、调休上班、公休日、夜间时段和重大活动。班次的工作日和特殊作业升级管理按此计算。由园区填写或从 Excel 导入。',
    en: 'Holidays, make-up days, days of rest, nights and major events: workdays of shifts and the upgrading of special work go by them.',
  },
  scope: 'park',
  fields: {
    name: text({
      title: { zh: '名称', en: 'Name' },
      help: { zh: '含年份，如“2026 年国庆节”', en: 'With the year' },
      maxLength: 64,
      required: true,
      unique: true,
      indexed: true,
      search: true,
    }),
    kind: choice({
      title: { zh: '类别', en: 'Kind' },
      options: {
        holiday: { zh: '法定节假日', en: 'Public holiday' },
        'make-up': { zh: '调休上班', en: 'Make-up day' },
        rest: { zh: '公休日', en: 'Day of rest' },
        night: { zh: '夜间', en: 'Night' },
        event: { zh: '重大活动', en: 'Major event' },
      },
      required: true,
      indexed: true,
    }),
    from: day({ title: { zh: '开始日期', en: 'From' }, required: true, indexed: true }),
    to: day({
      title: { zh: '结束日期', en: 'To' },
      help: {
        zh: '含当日；留空为一天，夜间留空为长期有效',
        en: 'With that day; empty: one day, of nights until further notice',
      },
      indexed: true,
    }),
    fromTime: time('夜间起', 'Night from'),
    toTime: time('夜间止', 'Night to'),
    note: lines({ title: { zh: '备注', en: 'Note' }, maxLength: 500, search: true }),
  },
  key: 'name',
  label: 'name',
  rights: { read: [...PARK_STAFF, ...COMPANY_STAFF], create: ['park'], update: ['park'], remove: ['park'] },
  list: {
    columns: ['name', 'kind', 'from', 'to', 'fromTime', 'toTime'],
    sort: { by: 'from', descending: true },
    filters: ['kind', 'from'],
  },
  form: [{ fields: ['name', 'kind', 'from', 'to', 'fromTime', 'toTime', 'note'] }],
  tellsTogether(rows) {
    const valuesOf = (...kinds: string[]) =>
      rows
        .flatMap(({ values }) => (kinds.includes(values.kind) ? [values] : []))
        .sort((a, b) => (a.from < b.from ? -1 : 1));
    const daysOf = (...kinds: string[]): string[] =>
      [...new Set(valuesOf(...kinds).flatMap(({ from, to }) => datesBetween(from, to)))].sort();
    const holidays = daysOf('holiday', 'rest');
    const publicHolidays = new Set(daysOf('holiday'));
    const nights = valuesOf('night').map(({ from, to, fromTime, toTime }) => ({
      from,
      to,
      fromMinute: minuteOf(fromTime as string),
      toMinute: minuteOf(toTime as string),
    }));
    const events = valuesOf('event').map(({ name, from, to }) => ({ name, from, to: to ?? from }));
    const special = { restDays: daysOf('rest').filter((date) => !publicHolidays.has(date)), nights, events };
    const filled = Object.fromEntries(Object.entries(special).filter(([, list]) => list.length > 0));
    const value = { holidays, makeUpDays: daysOf('make-up'), ...filled };
    return Object.values(value).some((list) => list.length > 0) ? [{ topic: 'calendar', key: '', value }] : [];
  },
  problem({ kind, from, to, fromTime, toTime }) {
    if (to !== null && to < from) return { field: 'to', words: { zh: '不得早于开始日期', en: 'Before its beginning' } };
    const isLong = kind !== 'night' && dayFromDate(to ?? from) - dayFromDate(from) >= SPAN_MAX_DAYS;
    if (isLong) return { field: 'to', words: { zh: '最长一年', en: 'A year at most' } };
    const hasTimes = fromTime !== null && toTime !== null;
    if (kind === 'night' && !hasTimes)
      return { field: 'fromTime', words: { zh: '夜间须填起止时间', en: 'A night has its hours' } };
    if (kind === 'night' && fromTime === toTime)
      return { field: 'toTime', words: { zh: '起止时间不能相同', en: 'A night has a length' } };
    if (kind !== 'night' && (fromTime !== null || toTime !== null)) {
      return { field: 'fromTime', words: { zh: '只有夜间填写时间', en: 'Only a night has hours' } };
    }
    return null;
  },
});
