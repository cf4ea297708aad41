/**
 * Alarm codes 报警代码 (topic `alarm-code`): what a vendor's own ALARM_TYPE beyond the standard means. Codes that arrived and that
 * nobody explained yet stand in the same list (admin/alarm-code-store.ts); their alarms wait for it.
 */
import { AREA_CODE_RULES, PERSON_CODE_RULES, parseAlarmCode } from '../alarms/settings/alarm-code.ts';
import { LEVEL_WORDS, rulesOnly } from './alarm-words.ts';
import { choice, instant, integer, text } from './field.ts';
import { COMPANY_STAFF, defineRegister, PARK_STAFF } from './register.ts';
import { companyKey, splitKey, without } from './setting-keys.ts';
import { settingOf } from './setting-value.ts';

export const alarmCodes = defineRegister({
  name: 'alarm-codes',
  title: { zh: '企业报警代码', en: 'Alarm codes' },
  group: 'alarms',
  about: {
    zh: '企业系统自定的报警类型（ALARM_TYPE 标准代码以外）与园区报警类别的对应。收到未对应的代码会自动列出，对应后其报警即按类别处理。',
    en: 'What the companies’ own alarm types mean. Codes that arrive unexplained are listed by themselves, and their alarms wait.',
  },
  scope: 'company',
  fields: {
    code: text({
      title: { zh: '企业代码值', en: 'Code' },
      maxLength: 64,
      required: true,
      unique: true,
      indexed: true,
      search: true,
      edit: 'create',
      form: { pattern: /^[^/]+$/, words: { zh: '不含斜线', en: 'without a slash' } },
    }),
    rule: choice({
      title: { zh: '报警类别', en: 'Class' },
      options: rulesOnly([...PERSON_CODE_RULES, ...AREA_CODE_RULES]),
      required: true,
      indexed: true,
    }),
    level: choice({
      title: { zh: '级别', en: 'Level' },
      help: { zh: '留空按类别的级别', en: 'Empty: that of the class' },
      options: LEVEL_WORDS,
      indexed: true,
    }),
    description: text({ title: { zh: '最近一条的描述', en: 'Words of the newest' }, maxLength: 2_000, edit: 'never' }),
    waiting: integer({
      title: { zh: '等待的报警', en: 'Alarms waiting' },
      min: 0,
      max: 1_000_000_000,
      edit: 'never',
      indexed: true,
    }),
    newestAtMs: instant({ title: { zh: '最近收到', en: 'Newest' }, edit: 'never', indexed: true }),
  },
  key: 'code',
  label: 'code',
  rights: { read: [...PARK_STAFF, ...COMPANY_STAFF], create: ['park'], update: ['park'], remove: ['park'] },
  list: {
    columns: ['code', 'rule', 'level', 'description', 'waiting', 'newestAtMs'],
    sort: { by: 'waiting', descending: true },
    filters: ['rule', 'level'],
  },
  form: [{ fields: ['code', 'rule', 'level', 'description', 'waiting', 'newestAtMs'] }],
  states: {
    titles: { unexplained: { zh: '待对应', en: 'Unexplained' }, explained: { zh: '已对应', en: 'Explained' } },
    initial: 'explained',
    moves: [],
  },
  kept: {
    topic: 'alarm-code',
    toSetting: ({ code, rule, level }, companyCode) => ({
      key: companyKey(companyCode, code),
      value: { rule, ...without({ level: level === null ? null : Number(level) }) },
    }),
    fromSetting(key, value) {
      const { companyCode, code } = splitKey(key);
      const { rule, level } = settingOf(parseAlarmCode, key, value);
      const written = level === null ? null : (String(level) as keyof typeof LEVEL_WORDS);
      return {
        companyCode,
        values: { code, rule, level: written, description: null, waiting: null, newestAtMs: null },
      };
    },
  },
});
