/** Alarms held back on purpose 报警静默与抑制 (topic `suppression`, AQ 3064.3 5.2.5). An SOS never is. */
import { parseSuppression } from '../alarms/settings/suppression.ts';
import { RULES } from '../stream/protocol/vocabulary.ts';
import { rulesOnly, timeOfDay } from './alarm-words.ts';
import { choice, choices, instant, items, lines, references, text } from './field.ts';
import { defineRegister, PARK_STAFF } from './register.ts';
import { filled, linesOf, textOf } from './setting-keys.ts';
import { settingOf } from './setting-value.ts';
import { minuteOf, timeText } from './shift-fields.ts';

const WEEKDAYS = {
  '1': { zh: '周一', en: 'Mon' },
  '2': { zh: '周二', en: 'Tue' },
  '3': { zh: '周三', en: 'Wed' },
  '4': { zh: '周四', en: 'Thu' },
  '5': { zh: '周五', en: 'Fri' },
  '6': { zh: '周六', en: 'Sat' },
  '7': { zh: '周日', en: 'Sun' },
} as const;
const RULES_HELD = RULES.filter((rule) => rule !== 'sos');
const KEY_LINE = /^[^/\s][^/]*\/.+$/;
const DAY_MIN = 1_440;

const keyLines = (zh: string, en: string, what: { zh: string; en: string }) =>
  lines({
    title: { zh, en },
    help: { zh: `每行一个：企业代码/${what.zh}；留空不限`, en: `A line each: company code/${what.en}; empty: any` },
    maxLength: 50_000,
  });

export const suppressions = defineRegister({
  name: 'suppressions',
  title: { zh: '报警静默与抑制', en: 'Alarms held back' },
  group: 'alarms',
  about: {
    zh: '按类别、区域、企业、人员和时段静默或抑制的报警：照常判断、记录和显示，只是不通知。一键报警不受影响。由园区填写。',
    en: 'Alarms that are held back on purpose: judged, kept and shown as ever, and not announced. An SOS never is.',
  },
  scope: 'park',
  fields: {
    code: text({
      title: { zh: '编号', en: 'Number' },
      maxLength: 100,
      required: true,
      unique: true,
      indexed: true,
      search: true,
      edit: 'create',
    }),
    how: choice({
      title: { zh: '方式', en: 'Way' },
      options: {
        silence: { zh: '静默（须有截止）', en: 'Silenced (has an end)' },
        'by-design': { zh: '按设计抑制', en: 'By design' },
        'out-of-service': { zh: '停用检修', en: 'Out of service' },
      },
      required: true,
      indexed: true,
    }),
    rules: choices({
      title: { zh: '报警类别', en: 'Classes' },
      help: {
        zh: '留空不限；类别、区域、企业、人员至少填一项',
        en: 'Empty: any; name classes, areas, companies or people',
      },
      options: rulesOnly(RULES_HELD),
      indexed: true,
    }),
    areas: keyLines('区域', 'Areas', { zh: '区域编号', en: 'area ID' }),
    companies: references({
      title: { zh: '企业', en: 'Companies' },
      help: { zh: '只涉及所列企业的报警；留空不限', en: 'Alarms of these companies alone; empty: any' },
      register: 'companies',
      max: 500,
      indexed: true,
    }),
    persons: keyLines('人员', 'People', { zh: '人员编号', en: 'person ID' }),
    from: instant({ title: { zh: '开始', en: 'From' }, required: true, indexed: true }),
    to: instant({
      title: { zh: '截止', en: 'To' },
      help: { zh: '留空至撤销为止', en: 'Empty: until it is removed' },
      indexed: true,
    }),
    weekly: items({
      title: { zh: '每周时段', en: 'Hours of the week' },
      help: {
        zh: '留空为全天；止早于起为跨日',
        en: 'Empty: always; ends on the next day where the end is before the start',
      },
      max: 21,
      fields: {
        days: choices({ title: { zh: '星期', en: 'Days' }, options: WEEKDAYS, required: true }),
        from: timeOfDay({ zh: '起', en: 'From' }),
        to: timeOfDay({ zh: '止', en: 'To' }),
      },
    }),
    reason: lines({ title: { zh: '原因', en: 'Reason' }, maxLength: 500, required: true, search: true }),
  },
  key: 'code',
  label: 'code',
  rights: { read: PARK_STAFF, create: ['park'], update: ['park'], remove: ['park'] },
  list: {
    columns: ['code', 'how', 'rules', 'companies', 'from', 'to', 'reason'],
    sort: { by: 'from', descending: true },
    filters: ['how', 'rules', 'companies', 'to'],
  },
  form: [
    { fields: ['code', 'how', 'reason'] },
    { title: { zh: '范围', en: 'What' }, fields: ['rules', 'areas', 'companies', 'persons'] },
    { title: { zh: '时间', en: 'When' }, fields: ['from', 'to', 'weekly'] },
  ],
  kept: {
    topic: 'suppression',
    toSetting: ({ code, how, rules, areas, companies, persons, from, to, weekly, reason }) => ({
      key: code,
      value: {
        how,
        rules: rules ?? [],
        areas: linesOf(areas),
        companies: companies ?? [],
        persons: linesOf(persons),
        fromMs: from,
        toMs: to,
        weekly: (weekly ?? []).map((one) => ({
          days: one.days.map(Number),
          fromMin: minuteOf(one.from),
          // Midnight ends a day.
          toMin: one.to === '00:00' ? DAY_MIN : minuteOf(one.to),
        })),
        reason,
      },
    }),
    fromSetting(key, value) {
      const set = settingOf(parseSuppression, key, value);
      return {
        companyCode: null,
        values: {
          code: key,
          how: set.how,
          rules: filled(RULES_HELD.filter((rule) => set.rules.includes(rule))),
          areas: textOf(set.areas),
          companies: filled(set.companies),
          persons: textOf(set.persons),
          from: set.fromMs,
          to: set.toMs,
          weekly: filled(
            set.weekly.map(({ days, fromMin, toMin }) => ({
              days: (Object.keys(WEEKDAYS) as (keyof typeof WEEKDAYS)[]).filter((one) => days.includes(Number(one))),
              from: timeText(fromMin),
              to: timeText(toMin % DAY_MIN),
            })),
          ),
          reason: set.reason,
        },
      };
    },
  },
  problem({ how, rules, areas, companies, persons, from, to, weekly }) {
    if (to === null && how === 'silence')
      return { field: 'to', words: { zh: '静默须有截止', en: 'A silence has an end' } };
    if (to !== null && to <= from)
      return { field: 'to', words: { zh: '应晚于开始', en: 'Must be after the beginning' } };
    if ([rules, areas, companies, persons].every((one) => one === null || one.length === 0)) {
      return {
        field: 'rules',
        words: { zh: '类别、区域、企业、人员至少填一项', en: 'Name classes, areas, companies or people' },
      };
    }
    for (const [field, text] of [
      ['areas', areas],
      ['persons', persons],
    ] as const) {
      const wrong = linesOf(text).find((line) => !KEY_LINE.test(line));
      if (wrong !== undefined) {
        return { field, words: { zh: `“${wrong}”不是 企业代码/编号`, en: `“${wrong}” is not company code/ID` } };
      }
    }
    const empty = weekly?.find((one) => one.days.length === 0 || (one.from === one.to && one.from !== '00:00'));
    return empty === undefined
      ? null
      : {
          field: 'weekly',
          words: { zh: '每个时段须有星期，起止不同', en: 'Each has days, and an end that is not its start' },
        };
  },
});
