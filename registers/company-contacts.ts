/**
 * Whom to call at a company: day and night, and who answers for safety, environment and emergencies (责任体系). An emergency's phone list
 * (docs/spec/dashboard.md) reads the first two from the same rows.
 */
import { choice, sealed, text } from './field.ts';
import { COMPANY_STAFF, defineRegister, PARK_STAFF } from './register.ts';

export const companyContacts = defineRegister({
  name: 'company-contacts',
  title: { zh: '企业应急联系方式', en: 'Company contacts' },
  group: 'companies',
  about: {
    zh: '企业 24 小时值班室和值班领导的电话，SOS 和红色聚集报警时供一键拨打；以及安全、环保、应急负责人。由企业管理员或园区填写。',
    en: 'Phones of each company’s control room and duty leader, shown in emergencies, and who answers for safety, environment and emergencies. Filled in by the company’s administrator.',
  },
  scope: 'company',
  kept: 'own',
  fields: {
    kind: choice({
      title: { zh: '联系类别', en: 'Kind' },
      options: {
        'control-room': { zh: '24 小时值班室', en: 'Control room (24 h)' },
        'duty-leader': { zh: '值班领导', en: 'Duty leader' },
        safety: { zh: '安全负责人', en: 'Answers for safety' },
        environment: { zh: '环保负责人', en: 'Answers for the environment' },
        emergency: { zh: '应急负责人', en: 'Answers for emergencies' },
      },
      required: true,
      unique: true,
      indexed: true,
      edit: 'create',
    }),
    name: text({ title: { zh: '名称或姓名', en: 'Name' }, maxLength: 64, required: true, indexed: true, search: true }),
    phone: sealed({ title: { zh: '电话', en: 'Phone' }, secret: 'phone', required: true }),
  },
  key: 'kind',
  label: 'name',
  rights: {
    read: [...PARK_STAFF, ...COMPANY_STAFF],
    create: ['park', 'company-admin'],
    update: ['park', 'company-admin'],
    remove: ['park', 'company-admin'],
    reveal: [...PARK_STAFF, 'company-admin'],
  },
  list: { columns: ['kind', 'name', 'phone'], sort: { by: 'kind' }, filters: ['kind'] },
  form: [{ fields: ['kind', 'name', 'phone'] }],
});
