/** Violations of contractors (违章): points and evidence; the contractor may appeal, the company decides. */
import { CONTRACTOR_READERS, NUMBER, personOf, UNIT } from './contractor.ts';
import { choice, files, instant, integer, lines, text } from './field.ts';
import { COMPANY_STAFF, defineRegister } from './register.ts';

export const contractorViolations = defineRegister({
  name: 'contractor-violations',
  title: { zh: '承包商违章', en: 'Violations of contractors' },
  group: 'contractors',
  about: {
    zh: '承包商在企业内的违章记录和扣分，承包商可以申诉。由企业或园区登记，企业系统也可以通过接口上报。',
    en: 'Violations of contractors and the points they cost; the contractor may appeal. Entered by the company or the park, or sent by the company’s own system.',
  },
  scope: 'company',
  contractor: 'unit',
  fields: {
    number: { ...NUMBER, title: { zh: '违章编号', en: 'Violation number' } },
    unit: UNIT,
    person: personOf({}),
    happenedAt: instant({
      title: { zh: '违章时间', en: 'Happened at' },
      required: true,
      indexed: true,
      vendor: { name: 'VIOLATION_TIME', wins: 'vendor' },
    }),
    place: text({
      title: { zh: '违章地点', en: 'Place' },
      maxLength: 128,
      search: true,
      vendor: { name: 'PLACE', wins: 'vendor' },
    }),
    kind: choice({
      title: { zh: '违章类别', en: 'Kind' },
      options: {
        permit: { zh: '作业许可', en: 'Work permit' },
        protection: { zh: '劳动防护', en: 'Protective equipment' },
        conduct: { zh: '违规操作', en: 'Conduct' },
        certificate: { zh: '无证或证件不符', en: 'Certificate' },
        guardian: { zh: '监护不到位', en: 'Guardian' },
        access: { zh: '出入和区域管理', en: 'Access' },
        traffic: { zh: '车辆交通', en: 'Traffic' },
        other: { zh: '其他', en: 'Other' },
      },
      required: true,
      indexed: true,
      vendor: { name: 'VIOLATION_KIND', wins: 'vendor' },
    }),
    description: lines({
      title: { zh: '违章情况', en: 'What happened' },
      maxLength: 2_000,
      required: true,
      search: true,
      vendor: { name: 'DESCRIBE', wins: 'vendor' },
    }),
    points: integer({
      title: { zh: '扣分', en: 'Points' },
      min: 0,
      max: 100,
      required: true,
      indexed: true,
      vendor: { name: 'POINTS', wins: 'vendor' },
    }),
    handling: lines({
      title: { zh: '处理措施', en: 'Handling' },
      maxLength: 2_000,
      vendor: { name: 'HANDLING', wins: 'page' },
    }),
    evidence: files({ title: { zh: '证据', en: 'Evidence' }, max: 12, types: ['image', 'pdf'] }),
  },
  key: 'number',
  label: 'number',
  rights: {
    read: CONTRACTOR_READERS,
    create: ['park', ...COMPANY_STAFF],
    update: ['park', ...COMPANY_STAFF],
    remove: COMPANY_STAFF,
  },
  list: {
    columns: ['number', 'unit', 'person', 'kind', 'happenedAt', 'points', 'description'],
    sort: { by: 'happenedAt', descending: true },
    filters: ['unit', 'person', 'kind', 'happenedAt', 'points'],
  },
  form: [
    { fields: ['number', 'unit', 'person', 'happenedAt', 'place', 'kind', 'description', 'points'] },
    { title: { zh: '处理', en: 'Handling' }, fields: ['handling', 'evidence'] },
  ],
  states: {
    titles: {
      recorded: { zh: '已登记', en: 'Recorded' },
      appealed: { zh: '申诉中', en: 'Appealed' },
      upheld: { zh: '维持', en: 'Upheld' },
      revoked: { zh: '撤销', en: 'Revoked' },
    },
    initial: 'recorded',
    moves: [
      {
        name: 'appeal',
        title: { zh: '申诉', en: 'Appeal' },
        from: ['recorded'],
        to: 'appealed',
        by: ['contractor'],
        reason: true,
      },
      {
        name: 'uphold',
        title: { zh: '维持', en: 'Uphold' },
        from: ['appealed'],
        to: 'upheld',
        by: COMPANY_STAFF,
        reason: true,
      },
      {
        name: 'revoke',
        title: { zh: '撤销', en: 'Revoke' },
        from: ['recorded', 'appealed'],
        to: 'revoked',
        by: COMPANY_STAFF,
        reason: true,
      },
    ],
    editableIn: ['recorded'],
  },
  vendor: { interface: 'contractors/violations' },
});
