/**
 * Identities of the companies' systems at the interfaces (app_id, app_secret, company_code) and the stages of those interfaces. A
 * secret is shown to whoever has just proved the password again; each look is on record.
 */
import type { Words } from '../core/words.ts';
import type { InterfaceName } from '../stream/protocol/vocabulary.ts';
import { choice, choices, instant, integer, items, lines, text, yesNo } from './field.ts';
import { COMPANY_STAFF, defineRegister } from './register.ts';

const INTERFACES = {
  persons: { zh: '人员基础信息', en: 'Persons' },
  areas: { zh: '区域边界信息', en: 'Areas' },
  positions: { zh: '人员实时定位', en: 'Positions' },
  gatherings: { zh: '人员聚集', en: 'Gatherings' },
  'person-alarms': { zh: '人员报警', en: 'Person alarms' },
  'area-alarms': { zh: '区域报警', en: 'Area alarms' },
  heartbeats: { zh: '心跳', en: 'Heartbeats' },
  sensors: { zh: '传感数据', en: 'Sensors' },
  activities: { zh: '作业活动', en: 'Work activities' },
  permits: { zh: '作业票', en: 'Permits' },
  'permit-videos': { zh: '作业视频关联', en: 'Permit cameras' },
  'permit-attachments': { zh: '作业票附件', en: 'Permit attachments' },
  'permit-alarms': { zh: '作业报警', en: 'Permit alarms' },
  'contractor-units': { zh: '承包商单位', en: 'Contractor units' },
  'contractor-people': { zh: '承包商人员', en: 'Contractor people' },
  'contractor-vehicles': { zh: '承包商车辆', en: 'Contractor vehicles' },
  'contractor-qualifications': { zh: '承包商资质', en: 'Contractor qualifications' },
  'contractor-trainings': { zh: '承包商培训', en: 'Contractor trainings' },
  'contractor-violations': { zh: '承包商违规', en: 'Contractor violations' },
  commitments: { zh: '每日安全承诺', en: 'Daily commitments' },
} as const satisfies Readonly<Record<InterfaceName, Words>>;
const STAGES = {
  joint: { zh: '联调', en: 'Joint test' },
  trial: { zh: '试运行', en: 'Trial' },
  live: { zh: '正式', en: 'Live' },
} as const;

const password = text({ title: { zh: '您的登录密码', en: 'Your password' }, maxLength: 1024, required: true });
const READERS = ['park', ...COMPANY_STAFF, 'security-admin', 'ops'] as const;

export const credentials = defineRegister({
  name: 'credentials',
  title: { zh: '接口授权', en: 'Credentials' },
  group: 'accounts',
  about: {
    zh: '园区发给企业的接口身份：app_id、app_secret 和 company_code，由企业交给供应商用于数据上报。',
    en: 'Identities that the park issues to companies for their suppliers’ systems: app id, secret, company code.',
  },
  scope: 'company',
  kept: 'own',
  fields: {
    appId: text({
      title: { zh: 'app_id', en: 'App ID' },
      maxLength: 64,
      required: true,
      unique: true,
      indexed: true,
      search: true,
      edit: 'never',
    }),
    label: text({ title: { zh: '用途', en: 'Label' }, maxLength: 128, required: true, indexed: true, search: true }),
    interfaces: choices({
      title: { zh: '允许的接口', en: 'Interfaces' },
      help: { zh: '留空为全部', en: 'Empty: all' },
      options: INTERFACES,
    }),
    addresses: lines({
      title: { zh: '允许的地址', en: 'Addresses' },
      help: { zh: '每行一个 IP 或网段，留空不限', en: 'An address or block a line; empty: any' },
      maxLength: 4_000,
    }),
    rateRecordsPerS: integer({
      title: { zh: '限速', en: 'Rate' },
      help: { zh: '留空按园区默认', en: 'Empty: the park’s default' },
      min: 1,
      max: 1_000_000,
      unit: { zh: '条/秒', en: 'records/s' },
    }),
    sandbox: yesNo({
      title: { zh: '沙箱', en: 'Sandbox' },
      help: { zh: '照常应答，不保存数据', en: 'Answered in full, kept nowhere' },
    }),
    lastUsedAt: instant({ title: { zh: '最近使用', en: 'Last used' }, indexed: true, edit: 'never' }),
    previousSecretUntil: instant({ title: { zh: '旧密钥有效至', en: 'Old secret until' }, edit: 'never' }),
    stages: items({
      title: { zh: '接口阶段', en: 'Stages' },
      max: 16,
      fields: {
        interface: choice({ title: { zh: '接口', en: 'Interface' }, options: INTERFACES }),
        stage: choice({ title: { zh: '阶段', en: 'Stage' }, options: STAGES }),
      },
      edit: 'never',
    }),
  },
  key: 'appId',
  label: 'label',
  rights: { read: READERS, create: ['park'], update: ['park'] },
  list: { columns: ['appId', 'label', 'sandbox', 'lastUsedAt'], sort: { by: 'label' }, filters: [] },
  form: [
    { fields: ['appId', 'label', 'interfaces', 'addresses', 'rateRecordsPerS', 'sandbox'] },
    { title: { zh: '状态', en: 'Standing' }, fields: ['lastUsedAt', 'previousSecretUntil', 'stages'] },
  ],
  states: {
    titles: { active: { zh: '有效', en: 'Active' }, revoked: { zh: '已吊销', en: 'Revoked' } },
    initial: 'active',
    moves: [
      {
        name: 'revoke',
        title: { zh: '吊销', en: 'Revoke' },
        from: ['active'],
        to: 'revoked',
        by: ['park', 'security-admin'],
        reason: true,
      },
    ],
    editableIn: ['active'],
  },
  actions: [
    {
      name: 'show-secret',
      title: { zh: '查看密钥', en: 'Show the secret' },
      by: ['park', 'company-admin'],
      input: { password },
    },
    {
      name: 'rotate',
      title: { zh: '更换密钥', en: 'Rotate the secret' },
      by: ['park', 'company-admin'],
      input: {
        password,
        overlapHours: integer({
          title: { zh: '旧密钥继续有效', en: 'Old secret holds for' },
          min: 0,
          max: 720,
          unit: { zh: '小时', en: 'h' },
          required: true,
        }),
      },
      dangerous: true,
    },
    {
      name: 'set-stage',
      title: { zh: '设置接口阶段', en: 'Set a stage' },
      by: ['park'],
      input: {
        interface: choice({ title: { zh: '接口', en: 'Interface' }, options: INTERFACES, required: true }),
        stage: choice({ title: { zh: '阶段', en: 'Stage' }, options: STAGES, required: true }),
        because: text({
          title: { zh: '联调未通过时的理由', en: 'Why, though the joint test has not shown all' },
          maxLength: 500,
        }),
      },
    },
    { name: 'hand-over', title: { zh: '交接说明', en: 'Hand-over notes' }, by: ['park', ...COMPANY_STAFF] },
  ],
});
