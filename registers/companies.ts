/** Companies of the park. Their code is the nine digits of the national registry of hazardous chemicals (AQ 3064.1 A.1). */
import { choice, place, text } from './field.ts';
import { COMPANY_STAFF, defineRegister, PARK_STAFF } from './register.ts';

export const HAZARD_LEVELS = {
  '1': { zh: '一级', en: 'Level 1' },
  '2': { zh: '二级', en: 'Level 2' },
  '3': { zh: '三级', en: 'Level 3' },
  '4': { zh: '四级', en: 'Level 4' },
} as const;

export const companies = defineRegister({
  name: 'companies',
  title: { zh: '企业', en: 'Companies' },
  group: 'companies',
  about: {
    zh: '园区内的企业。企业代码与“全国危险化学品登记综合服务系统”一致；由园区或系统管理员登记，也可从 Excel 导入；企业看到自己的一条。',
    en: 'The companies of the park, under their codes of the national registry. Entered by park staff or from Excel; a company sees its own.',
  },
  scope: 'park',
  company: 'code',
  kept: 'own',
  fields: {
    code: text({
      title: { zh: '企业代码', en: 'Company code' },
      help: { zh: '登记系统中的 9 位代码', en: 'Nine digits of the national registry' },
      maxLength: 64,
      required: true,
      unique: true,
      indexed: true,
      search: true,
      edit: 'create',
      form: { pattern: /^\d{9}$/, words: { zh: '9 位数字', en: 'nine digits' } },
    }),
    name: text({ title: { zh: '企业名称', en: 'Name' }, maxLength: 128, required: true, indexed: true, search: true }),
    shortName: text({ title: { zh: '简称', en: 'Short name' }, maxLength: 32, search: true }),
    creditCode: text({
      title: { zh: '统一社会信用代码', en: 'Unified social credit code' },
      maxLength: 18,
      unique: true,
      form: {
        pattern: /^[0-9A-HJ-NP-RTUW-Y]{18}$/,
        words: { zh: '18 位数字和大写字母（不含 I、O、S、V、Z）', en: '18 digits and capitals but I, O, S, V, Z' },
      },
    }),
    hazardLevel: choice({
      title: { zh: '重大危险源最高级别', en: 'Highest level of major hazard sources' },
      help: { zh: '没有重大危险源的企业留空', en: 'Empty: it has none' },
      options: HAZARD_LEVELS,
      indexed: true,
    }),
    industry: text({ title: { zh: '行业', en: 'Industry' }, maxLength: 64 }),
    address: text({ title: { zh: '地址', en: 'Address' }, maxLength: 256 }),
    place: place({ title: { zh: '位置', en: 'Place' } }),
    legalRepresentative: text({ title: { zh: '法定代表人', en: 'Legal representative' }, maxLength: 64 }),
    safetyDirector: text({ title: { zh: '安全总监', en: 'Safety director' }, maxLength: 64 }),
  },
  key: 'code',
  label: 'name',
  rights: {
    read: [...PARK_STAFF, ...COMPANY_STAFF, 'system-admin'],
    create: ['park', 'system-admin'],
    update: ['park', 'system-admin'],
  },
  list: {
    columns: ['code', 'name', 'shortName', 'hazardLevel', 'industry', 'safetyDirector'],
    sort: { by: 'code' },
    filters: ['hazardLevel'],
  },
  form: [
    { fields: ['code', 'name', 'shortName', 'creditCode', 'industry', 'hazardLevel'] },
    {
      title: { zh: '地址与负责人', en: 'Address and people' },
      fields: ['address', 'place', 'legalRepresentative', 'safetyDirector'],
    },
  ],
  states: {
    titles: {
      running: { zh: '生产运行', en: 'Running' },
      stopped: { zh: '停产', en: 'Stopped' },
      left: { zh: '已退出', en: 'Left the park' },
    },
    initial: 'running',
    moves: [
      { name: 'stop', title: { zh: '停产', en: 'Stop' }, from: ['running'], to: 'stopped', by: ['park'], reason: true },
      {
        name: 'resume',
        title: { zh: '复产', en: 'Resume' },
        from: ['stopped'],
        to: 'running',
        by: ['park'],
        reason: true,
      },
      {
        name: 'leave',
        title: { zh: '退出园区', en: 'Leave' },
        from: ['running', 'stopped'],
        to: 'left',
        by: ['park'],
        reason: true,
      },
    ],
  },
});
