/** Contracts and projects (承包商合同与项目): through them a unit works for a company, at a place, for a time. */
import { CONTRACTOR_READERS, CONTRACTOR_REVEALERS } from './contractor.ts';
import { day, files, lines, reference, sealed, text } from './field.ts';
import { COMPANY_STAFF, defineRegister } from './register.ts';

export const contractorContracts = defineRegister({
  name: 'contractor-contracts',
  title: { zh: '承包商合同项目', en: 'Contracts' },
  group: 'contractors',
  about: {
    zh: '企业与承包商签订的合同或项目：起止日期、作业地点、范围和负责人。由企业登记。',
    en: 'Contracts or projects of a company with a contractor: dates, site, scope and leader. Entered by the company.',
  },
  scope: 'company',
  contractor: 'unit',
  fields: {
    number: text({
      title: { zh: '合同编号', en: 'Contract number' },
      maxLength: 64,
      required: true,
      unique: true,
      indexed: true,
      search: true,
      edit: 'create',
    }),
    name: text({
      title: { zh: '项目名称', en: 'Project' },
      maxLength: 128,
      required: true,
      indexed: true,
      search: true,
    }),
    unit: reference({
      title: { zh: '承包商单位', en: 'Contractor unit' },
      register: 'contractor-units',
      required: true,
      indexed: true,
    }),
    startsOn: day({ title: { zh: '开始日期', en: 'Starts on' }, required: true, indexed: true }),
    endsOn: day({ title: { zh: '结束日期', en: 'Ends on' }, required: true, indexed: true }),
    site: text({ title: { zh: '作业地点', en: 'Site' }, maxLength: 256, required: true, search: true }),
    scope: lines({ title: { zh: '承包范围', en: 'Scope' }, maxLength: 2_000, required: true }),
    leader: text({
      title: { zh: '承包商项目负责人', en: 'Project leader' },
      maxLength: 64,
      required: true,
      search: true,
    }),
    leaderPhone: sealed({ title: { zh: '负责人电话', en: 'Leader’s phone' }, secret: 'phone' }),
    companyLead: text({ title: { zh: '企业项目负责人', en: 'In charge at the company' }, maxLength: 64 }),
    papers: files({
      title: { zh: '合同和安全管理协议', en: 'Contract and safety agreement' },
      max: 12,
      types: ['pdf', 'image', 'office'],
    }),
  },
  key: 'number',
  label: 'name',
  rights: {
    read: CONTRACTOR_READERS,
    create: COMPANY_STAFF,
    update: COMPANY_STAFF,
    remove: COMPANY_STAFF,
    reveal: CONTRACTOR_REVEALERS,
  },
  list: {
    columns: ['number', 'name', 'unit', 'startsOn', 'endsOn', 'site', 'leader'],
    sort: { by: 'endsOn', descending: true },
    filters: ['unit', 'startsOn', 'endsOn'],
  },
  form: [
    { fields: ['number', 'name', 'unit', 'startsOn', 'endsOn', 'site', 'scope'] },
    { title: { zh: '负责人', en: 'In charge' }, fields: ['leader', 'leaderPhone', 'companyLead', 'papers'] },
  ],
  states: {
    titles: {
      active: { zh: '履行中', en: 'Under way' },
      finished: { zh: '已完工', en: 'Finished' },
      terminated: { zh: '已终止', en: 'Terminated' },
    },
    initial: 'active',
    moves: [
      { name: 'finish', title: { zh: '完工', en: 'Finish' }, from: ['active'], to: 'finished', by: COMPANY_STAFF },
      {
        name: 'terminate',
        title: { zh: '终止', en: 'Terminate' },
        from: ['active'],
        to: 'terminated',
        by: COMPANY_STAFF,
        reason: true,
      },
    ],
    editableIn: ['active'],
  },
  problem({ startsOn, endsOn }) {
    if (endsOn >= startsOn) return null;
    return { field: 'endsOn', words: { zh: '不能早于开始日期', en: 'is before the start' } };
  },
});
