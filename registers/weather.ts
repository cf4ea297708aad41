/**
 * Notices of wind and bad weather 气象通报: they go to the engine together, as the one setting `weather`; open-air work at height, hot work
 * and lifting go by them (GB 30871-2022 5.2.15, 8.2.6, 9.2.4).
 */
import { STRONGEST_WIND } from '../alarms/settings/weather.ts';
import { instant, integer, lines, text, yesNo } from './field.ts';
import { COMPANY_STAFF, defineRegister, PARK_STAFF } from './register.ts';

export const weather = defineRegister({
  name: 'weather',
  title: { zh: '气象通报', en: 'Weather notices' },
  group: 'work',
  about: {
    zh: '大风和恶劣天气的起止时间：露天动火、高处和吊装作业按此报警。由园区填写或从 Excel 导入。',
    en: 'Strong wind and bad weather with their times: open-air hot work, work at height and lifting go by them.',
  },
  scope: 'park',
  fields: {
    code: text({
      title: { zh: '编号', en: 'Number' },
      maxLength: 64,
      required: true,
      unique: true,
      indexed: true,
      search: true,
    }),
    from: instant({ title: { zh: '开始', en: 'From' }, required: true, indexed: true }),
    to: instant({
      title: { zh: '结束', en: 'To' },
      help: { zh: '留空为持续至另行通知', en: 'Empty: until further notice' },
      indexed: true,
    }),
    windForce: integer({
      title: { zh: '风力', en: 'Wind force' },
      unit: { zh: '级', en: 'Bft' },
      min: 0,
      max: STRONGEST_WIND,
      indexed: true,
    }),
    bad: yesNo({
      title: { zh: '恶劣天气', en: 'Bad weather' },
      help: { zh: '暴雨、大雪、浓雾等', en: 'Heavy rain, snow, thick fog' },
      required: true,
      indexed: true,
    }),
    note: lines({ title: { zh: '备注', en: 'Note' }, maxLength: 500, search: true }),
  },
  key: 'code',
  label: 'code',
  rights: {
    read: [...PARK_STAFF, ...COMPANY_STAFF],
    create: PARK_STAFF,
    update: PARK_STAFF,
    remove: ['park'],
  },
  list: {
    columns: ['code', 'from', 'to', 'windForce', 'bad', 'note'],
    sort: { by: 'from', descending: true },
    filters: ['from', 'to', 'windForce', 'bad'],
  },
  form: [{ fields: ['code', 'from', 'to', 'windForce', 'bad', 'note'] }],
  tellsTogether(rows) {
    const notices = rows
      .map(({ values: { from, to, windForce, bad } }) => ({ fromMs: from, toMs: to, windForce, isBad: bad }))
      .sort((a, b) => b.fromMs - a.fromMs)
      .slice(0, NEWEST_TOLD);
    return notices.length === 0 ? [] : [{ topic: 'weather', key: '', value: { notices } }];
  },
  problem({ from, to, windForce, bad }) {
    if (to !== null && to <= from)
      return { field: 'to', words: { zh: '应晚于开始', en: 'Must be after the beginning' } };
    if (windForce === null && !bad) {
      return { field: 'windForce', words: { zh: '填写风力或恶劣天气', en: 'Give the wind force or bad weather' } };
    }
    return null;
  },
});

/** Older ones are over long since. */
const NEWEST_TOLD = 200;
