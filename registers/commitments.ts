/** Daily safety commitments (安全承诺公告): one of each company and day, with the special work that it declares (应急〔2018〕74号). */

import { SPECIAL_WORK_CODES, SPECIAL_WORK_OPTIONS } from '../standard/special-work.ts';
import { choice, day, integer, items, lines, references, text, yesNo } from './field.ts';
import { COMPANY_STAFF, defineRegister, PARK_STAFF } from './register.ts';

const count = (zh: string, en: string, name: string) =>
  integer({ title: { zh, en }, min: 0, max: 10_000, required: true, vendor: { name, wins: 'vendor' } });
const flag = (zh: string, en: string, name: string) =>
  yesNo({ title: { zh, en }, required: true, indexed: true, vendor: { name, wins: 'vendor' } });

export const commitments = defineRegister({
  name: 'commitments',
  title: { zh: '安全承诺公告', en: 'Safety commitments' },
  group: 'work',
  about: {
    zh: '企业每天一份的安全风险研判与承诺公告：装置运行情况、特殊作业数量和承诺。由企业填写、从 Excel 导入或通过接口上报。',
    en: 'What each company commits itself to each day: how its units run, its special work, its statement. Filled in by the company, from Excel, or sent.',
  },
  scope: 'company',
  fields: {
    day: day({
      title: { zh: '承诺日期', en: 'Day' },
      required: true,
      unique: true,
      indexed: true,
      edit: 'create',
      vendor: { name: 'COMMIT_DATE', wins: 'vendor' },
    }),
    units: count('生产装置（套）', 'Process units', 'UNITS_TOTAL'),
    unitsRunning: count('运行（套）', 'Running', 'UNITS_RUNNING'),
    unitsStopped: count('停产（套）', 'Stopped', 'UNITS_STOPPED'),
    unitsInRepair: count('检修（套）', 'In repair', 'UNITS_REPAIR'),
    trial: flag('处于试生产', 'Trial production', 'IS_TRIAL'),
    startOrStop: flag('有装置开停车', 'Starting up or shutting down', 'IS_START_STOP'),
    contractorWork: flag('有承包商作业', 'Contractors at work', 'HAS_CONTRACTOR'),
    specialWork: items({
      title: { zh: '特殊作业', en: 'Special work' },
      help: { zh: '按类型和级别填写处数，没有的不填', en: 'Places by kind and level; none where there is none' },
      max: 15,
      fields: {
        work: choice({
          title: { zh: '类型和级别', en: 'Kind and level' },
          options: SPECIAL_WORK_OPTIONS,
          required: true,
          vendor: { name: 'WORK_TYPE', wins: 'vendor', codes: SPECIAL_WORK_CODES },
        }),
        places: integer({
          title: { zh: '处数', en: 'Places' },
          min: 1,
          max: 10_000,
          required: true,
          vendor: { name: 'COUNT', wins: 'vendor' },
        }),
      },
      vendor: { name: 'SPECIAL_WORKS', wins: 'vendor' },
    }),
    otherRepairs: integer({
      title: { zh: '一般检维修（处）', en: 'Other repairs' },
      min: 0,
      max: 10_000,
      vendor: { name: 'OTHER_REPAIRS', wins: 'vendor' },
    }),
    hazardSources: references({
      title: { zh: '在用重大危险源', en: 'Major hazard sources in use' },
      register: 'hazard-sources',
      max: 200,
      vendor: { name: 'HAZARD_SOURCES', wins: 'vendor' },
    }),
    hazardSourcesSafe: flag('罐区、仓库等重大危险源处于安全状态', 'Hazard sources are safe', 'HAZARD_SOURCES_SAFE'),
    risk: choice({
      title: { zh: '安全风险等级', en: 'Risk' },
      options: {
        red: { zh: '重大风险（红）', en: 'Major (red)' },
        orange: { zh: '较大风险（橙）', en: 'Considerable (orange)' },
        yellow: { zh: '一般风险（黄）', en: 'Moderate (yellow)' },
        blue: { zh: '低风险（蓝）', en: 'Low (blue)' },
      },
      required: true,
      indexed: true,
      vendor: { name: 'RISK_GRADE', wins: 'vendor' },
    }),
    statement: lines({
      title: { zh: '承诺内容', en: 'Statement' },
      maxLength: 2_000,
      required: true,
      vendor: { name: 'COMMITMENT', wins: 'vendor' },
    }),
    signedBy: text({
      title: { zh: '主要负责人（承诺人）', en: 'Signed by' },
      maxLength: 64,
      required: true,
      search: true,
      vendor: { name: 'SIGNED_BY', wins: 'vendor' },
    }),
  },
  heard: ['specialWork'],
  key: 'day',
  label: 'day',
  rights: {
    read: [...PARK_STAFF, ...COMPANY_STAFF],
    create: COMPANY_STAFF,
    update: COMPANY_STAFF,
    remove: COMPANY_STAFF,
  },
  list: {
    columns: ['day', 'risk', 'unitsRunning', 'specialWork', 'contractorWork', 'startOrStop', 'signedBy'],
    sort: { by: 'day', descending: true },
    filters: ['day', 'risk', 'trial', 'startOrStop', 'contractorWork'],
  },
  form: [
    { fields: ['day', 'units', 'unitsRunning', 'unitsStopped', 'unitsInRepair', 'trial', 'startOrStop'] },
    { title: { zh: '作业', en: 'Work' }, fields: ['specialWork', 'otherRepairs', 'contractorWork'] },
    {
      title: { zh: '研判与承诺', en: 'Judgement and commitment' },
      fields: ['hazardSources', 'hazardSourcesSafe', 'risk', 'statement', 'signedBy'],
    },
  ],
  states: {
    titles: { draft: { zh: '草稿', en: 'Draft' }, published: { zh: '已公告', en: 'Published' } },
    initial: 'draft',
    moves: [
      { name: 'publish', title: { zh: '公告', en: 'Publish' }, from: ['draft'], to: 'published', by: COMPANY_STAFF },
      {
        name: 'correct',
        title: { zh: '更正', en: 'Correct' },
        from: ['published'],
        to: 'draft',
        by: COMPANY_STAFF,
        reason: true,
      },
    ],
    editableIn: ['draft'],
  },
  vendor: { interface: 'commitments', state: 'published' },
  problem({ units, unitsRunning, unitsStopped, unitsInRepair, specialWork }) {
    if (unitsRunning + unitsStopped + unitsInRepair > units) {
      return {
        field: 'units',
        words: { zh: '少于运行、停产和检修之和', en: 'is less than those running, stopped and in repair' },
      };
    }
    const declared = (specialWork ?? []).map(({ work }) => work);
    if (new Set(declared).size === declared.length) return null;
    return { field: 'specialWork', words: { zh: '同一类型和级别只填一行', en: 'names a kind and level twice' } };
  },
});
