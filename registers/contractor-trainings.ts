/** Trainings of contractors' people (承包商培训): entry and on-site training, examined and signed by both sides (T/CCSAS 014). */
import { CONTRACTOR_READERS, NUMBER, personOf, UNIT } from './contractor.ts';
import { choice, choices, day, decimal, files, text } from './field.ts';
import { COMPANY_STAFF, defineRegister } from './register.ts';

export const contractorTrainings = defineRegister({
  name: 'contractor-trainings',
  title: { zh: '承包商培训', en: 'Trainings of contractors' },
  group: 'contractors',
  about: {
    zh: '承包商人员的入厂培训和现场培训，考核合格并由双方签字。由企业登记，企业系统也可以通过接口上报。',
    en: 'Entry and on-site training of contractors’ people, passed and signed by both sides. Entered by the company, or sent by its own system.',
  },
  scope: 'company',
  contractor: 'unit',
  fields: {
    number: { ...NUMBER, title: { zh: '培训记录编号', en: 'Record number' } },
    unit: UNIT,
    person: personOf({ required: true }),
    kind: choice({
      title: { zh: '培训类别', en: 'Kind' },
      options: {
        entry: { zh: '入厂安全培训', en: 'Entry training' },
        site: { zh: '现场（作业前）培训', en: 'On-site training' },
        briefing: { zh: '安全技术交底', en: 'Safety briefing' },
        repeat: { zh: '复训', en: 'Repeat' },
      },
      required: true,
      indexed: true,
      vendor: { name: 'TRAINING_KIND', wins: 'vendor' },
    }),
    topics: choices({
      title: { zh: '培训内容', en: 'Topics' },
      options: {
        rules: { zh: '企业安全管理制度', en: 'Rules of the company' },
        area: { zh: '作业区域情况', en: 'The area' },
        hse: { zh: '健康安全环境要求', en: 'Health, safety, environment' },
        hazards: { zh: '危险有害因素及防范措施', en: 'Hazards and measures' },
        emergency: { zh: '应急处置和逃生', en: 'Emergency' },
        permits: { zh: '特殊作业许可', en: 'Work permits' },
        cases: { zh: '事故案例', en: 'Accident cases' },
        vehicles: { zh: '车辆和交通', en: 'Vehicles and traffic' },
        gates: { zh: '门禁和出入管理', en: 'Gates' },
        law: { zh: '法律法规', en: 'Law' },
      },
      indexed: true,
      vendor: { name: 'TOPICS', wins: 'vendor' },
    }),
    heldOn: day({
      title: { zh: '培训日期', en: 'Held on' },
      required: true,
      indexed: true,
      vendor: { name: 'TRAINING_DATE', wins: 'vendor' },
    }),
    hours: decimal({
      title: { zh: '学时', en: 'Hours' },
      min: 0,
      max: 1_000,
      digits: 1,
      unit: { zh: '学时', en: 'h' },
      vendor: { name: 'HOURS', wins: 'vendor' },
    }),
    trainer: text({
      title: { zh: '授课人', en: 'Trainer' },
      maxLength: 64,
      search: true,
      vendor: { name: 'TRAINER', wins: 'page' },
    }),
    score: decimal({
      title: { zh: '考核成绩', en: 'Score' },
      min: 0,
      max: 100,
      digits: 1,
      indexed: true,
      vendor: { name: 'SCORE', wins: 'vendor' },
    }),
    result: choice({
      title: { zh: '考核结果', en: 'Result' },
      options: { passed: { zh: '合格', en: 'Passed' }, failed: { zh: '不合格', en: 'Failed' } },
      required: true,
      indexed: true,
      vendor: { name: 'RESULT', wins: 'vendor' },
    }),
    companySignature: files({
      title: { zh: '企业签字', en: 'Signed by the company' },
      max: 2,
      types: ['image', 'pdf'],
    }),
    contractorSignature: files({
      title: { zh: '承包商签字', en: 'Signed by the contractor' },
      max: 2,
      types: ['image', 'pdf'],
    }),
  },
  key: 'number',
  label: 'number',
  rights: { read: CONTRACTOR_READERS, create: COMPANY_STAFF, update: COMPANY_STAFF, remove: COMPANY_STAFF },
  list: {
    columns: ['number', 'person', 'unit', 'kind', 'heldOn', 'score', 'result'],
    sort: { by: 'heldOn', descending: true },
    filters: ['unit', 'person', 'kind', 'topics', 'heldOn', 'result'],
  },
  form: [
    { fields: ['number', 'unit', 'person', 'kind', 'topics', 'heldOn', 'hours', 'trainer'] },
    {
      title: { zh: '考核与签字', en: 'Examination and signatures' },
      fields: ['score', 'result', 'companySignature', 'contractorSignature'],
    },
  ],
  vendor: { interface: 'contractors/trainings' },
});
