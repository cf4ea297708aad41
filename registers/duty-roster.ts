/**
 * Duty rosters 值班表, one row a duty: who is on duty from when to when, and how to reach them. The duties of one department are one
 * setting `roster` together: work orders and alarms are told to who is on duty then. The park keeps its own, each company its own.
 */
import { DUTY_LONGEST_MS } from '../alarms/settings/roster.ts';
import type { CHANNELS } from '../stream/protocol/deliveries.ts';
import { choices, instant, lines, reference, text, type ValuesOf } from './field.ts';
import { COMPANY_STAFF, defineRegister, PARK_STAFF, type Told } from './register.ts';

const dutyFields = {
  code: text({
    title: { zh: '编号', en: 'Number' },
    help: {
      zh: '一人一班一号，如 20261001-白班-1；同时值班的按编号顺序通知',
      en: 'One for each person and shift; who is on duty together is called in their order',
    },
    maxLength: 64,
    required: true,
    unique: true,
    indexed: true,
    search: true,
    edit: 'create',
  }),
  name: text({ title: { zh: '值班人', en: 'Person' }, maxLength: 64, required: true, indexed: true, search: true }),
  contact: text({
    title: { zh: '联系人编号', en: 'Contact' },
    help: { zh: '通知联系人中的编号，号码和邮箱登记在那里', en: 'Of the contacts, where numbers and addresses lie' },
    maxLength: 64,
    required: true,
    indexed: true,
    search: true,
  }),
  from: instant({ title: { zh: '上班', en: 'From' }, required: true, indexed: true }),
  to: instant({ title: { zh: '下班', en: 'To' }, required: true, indexed: true }),
  channels: choices({
    title: { zh: '通知方式', en: 'Channels' },
    options: {
      page: { zh: '页面', en: 'Page' },
      email: { zh: '邮件', en: 'E-mail' },
      sms: { zh: '短信', en: 'SMS' },
      webhook: { zh: '接口推送', en: 'Webhook' },
    } satisfies Record<(typeof CHANNELS)[number], unknown>,
    required: true,
  }),
  shift: text({ title: { zh: '班次', en: 'Shift' }, maxLength: 32, indexed: true }),
  note: lines({ title: { zh: '备注', en: 'Note' }, maxLength: 500 }),
} as const;

type DutyValues = ValuesOf<typeof dutyFields>;
const FORM = ['name', 'contact', 'channels', 'from', 'to', 'shift', 'note'] as const;
const COLUMNS = ['from', 'to', 'shift', 'name', 'contact', 'channels'] as const;

function told(duties: readonly { readonly party: string; readonly values: DutyValues }[]): Told[] {
  const parties = [...new Set(duties.map(({ party }) => party))];
  return parties.map((party) => ({
    topic: 'roster',
    key: party,
    value: {
      duties: duties
        .filter((one) => one.party === party)
        .map(({ values: { contact, name, channels, from, to } }) => ({
          contactId: contact,
          name,
          channels,
          fromMs: from,
          toMs: to,
        })),
    },
  }));
}

function problem({ from, to, channels }: DutyValues) {
  if (to <= from) return { field: 'to', words: { zh: '应晚于上班', en: 'Must be after the beginning' } } as const;
  if (to > from + DUTY_LONGEST_MS)
    return { field: 'to', words: { zh: '一班最长 14 天', en: 'Two weeks at most' } } as const;
  return channels.length === 0 ? ({ field: 'channels', words: { zh: '至少一种', en: 'One at least' } } as const) : null;
}

export const parkDuty = defineRegister({
  name: 'park-duty',
  title: { zh: '园区值班表', en: 'Duty roster of the park' },
  group: 'duty',
  about: {
    zh: '园区各部门的值班安排。报警和工单通知当时的值班人。由园区填写或从 Excel 导入。',
    en: 'Who of the park’s departments is on duty when: alarms and orders are told to them.',
  },
  scope: 'park',
  fields: {
    ...dutyFields,
    department: reference({
      title: { zh: '部门', en: 'Department' },
      register: 'departments',
      required: true,
      indexed: true,
    }),
  },
  key: 'code',
  label: 'code',
  rights: { read: PARK_STAFF, create: ['park'], update: ['park'], remove: ['park'] },
  list: {
    columns: ['department', ...COLUMNS],
    sort: { by: 'from', descending: true },
    filters: ['department', 'from', 'contact'],
  },
  form: [{ fields: ['code', 'department', ...FORM] }],
  tellsTogether: (rows) => told(rows.map(({ values }) => ({ party: `park/${values.department}`, values }))),
  problem: (values) => problem(values),
});

export const companyDuty = defineRegister({
  name: 'company-duty',
  title: { zh: '企业值班表', en: 'Duty rosters of companies' },
  group: 'duty',
  about: {
    zh: '企业中控室、安全管理部门和值班领导的值班安排。报警和工单通知当时的值班人。由企业填写或从 Excel 导入。',
    en: 'Who of a company is on duty when: alarms and orders are told to them.',
  },
  scope: 'company',
  fields: {
    ...dutyFields,
    person: reference({
      title: { zh: '值班人员', en: 'Person on record' },
      help: {
        zh: '人员登记中的值班人；不填时按姓名对应',
        en: 'Of the register of people; without it the name stands for the person',
      },
      register: 'people',
      indexed: true,
    }),
    office: text({
      title: { zh: '值班岗位', en: 'Office' },
      help: {
        zh: 'control-room 中控室，safety 安全管理部门，duty-leader 值班领导，或工单流转中的其他岗位',
        en: 'control-room, safety, duty-leader, or another office of the routing',
      },
      maxLength: 40,
      required: true,
      indexed: true,
      form: { pattern: /^[\p{L}\p{N}_-]+$/u, words: { zh: '字母、数字、短横线', en: 'letters, digits, dashes' } },
    }),
  },
  key: 'code',
  label: 'code',
  rights: {
    read: [...PARK_STAFF, ...COMPANY_STAFF],
    create: ['park', ...COMPANY_STAFF],
    update: ['park', ...COMPANY_STAFF],
    remove: ['park', ...COMPANY_STAFF],
  },
  list: {
    columns: ['office', ...COLUMNS],
    sort: { by: 'from', descending: true },
    filters: ['office', 'from', 'contact', 'person'],
  },
  form: [{ fields: ['code', 'office', 'person', ...FORM] }],
  tellsTogether: (rows) =>
    told(rows.map(({ values, companyCode }) => ({ party: `${companyCode}/${values.office}`, values }))),
  problem: (values) => problem(values),
});
