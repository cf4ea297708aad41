/** Maintenance windows 检修窗口 (topic `maintenance`): a company's interfaces are down on purpose. */
import { parseMaintenance } from '../alarms/settings/maintenance.ts';
import { INTERFACES } from '../stream/protocol/vocabulary.ts';
import { instant, lines, text } from './field.ts';
import { COMPANY_STAFF, defineRegister, PARK_STAFF } from './register.ts';
import { linesOf, textOf } from './setting-keys.ts';
import { settingOf } from './setting-value.ts';

const DAY_MS = 86_400_000;

export const maintenance = defineRegister({
  name: 'maintenance',
  title: { zh: '检修窗口', en: 'Maintenance windows' },
  group: 'alarms',
  about: {
    zh: '企业定位系统或接口计划检修、停报的时段：期间不报上报中断，不计入在线率。由园区填写。',
    en: 'Times in which a company’s interfaces are down on purpose: no silence is told, and their online rate does not count it.',
  },
  scope: 'company',
  fields: {
    code: text({
      title: { zh: '编号', en: 'Number' },
      maxLength: 64,
      required: true,
      unique: true,
      indexed: true,
      search: true,
      edit: 'create',
    }),
    from: instant({ title: { zh: '开始', en: 'From' }, required: true, indexed: true }),
    to: instant({ title: { zh: '结束', en: 'To' }, required: true, indexed: true }),
    interfaces: lines({
      title: { zh: '停报的接口', en: 'Interfaces' },
      help: {
        zh: `每行一个（${INTERFACES.join('、')}）；留空为全部`,
        en: `A line each (${INTERFACES.join(', ')}); empty: all of them`,
      },
      maxLength: 1_000,
    }),
    reason: lines({ title: { zh: '原因', en: 'Reason' }, maxLength: 500, required: true, search: true }),
  },
  key: 'code',
  label: 'code',
  rights: { read: [...PARK_STAFF, ...COMPANY_STAFF, 'ops'], create: ['park'], update: ['park'], remove: ['park'] },
  list: { columns: ['code', 'from', 'to', 'reason'], sort: { by: 'from', descending: true }, filters: ['from', 'to'] },
  form: [{ fields: ['code', 'from', 'to', 'interfaces', 'reason'] }],
  kept: {
    topic: 'maintenance',
    toSetting: ({ code, from, to, interfaces, reason }, companyCode) => ({
      key: code,
      value: { companyCode, interfaces: linesOf(interfaces), fromMs: from, toMs: to, reason },
    }),
    fromSetting(key, value) {
      const { companyCode, interfaces, fromMs, toMs, reason } = settingOf(parseMaintenance, key, value);
      return { companyCode, values: { code: key, from: fromMs, to: toMs, interfaces: textOf(interfaces), reason } };
    },
  },
  problem({ from, to, interfaces }) {
    if (to <= from) return { field: 'to', words: { zh: '应晚于开始', en: 'Must be after the beginning' } };
    if (to > from + 366 * DAY_MS) return { field: 'to', words: { zh: '最长一年', en: 'A year at most' } };
    const unknown = linesOf(interfaces).find((name) => !(INTERFACES as readonly string[]).includes(name));
    return unknown === undefined
      ? null
      : { field: 'interfaces', words: { zh: `没有接口“${unknown}”`, en: `There is no interface “${unknown}”` } };
  },
});
