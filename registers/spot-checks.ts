/** Spot checks of permits (抽查), AQ 3064.2-2025 6.2: what the park found at a job, what the company did about it, and whether that will do. */
import { files, instant, lines, text } from './field.ts';
import { COMPANY_STAFF, defineRegister, PARK_STAFF } from './register.ts';

export const spotChecks = defineRegister({
  name: 'spot-checks',
  title: { zh: '作业票抽查', en: 'Spot checks of permits' },
  group: 'work',
  about: {
    zh: '园区对特殊作业的抽查：发现的问题和整改要求推送给企业，企业整改后回复，由园区关闭或退回。',
    en: 'What the park found at a job and asks for; the company answers what it did, and the park closes it or sends it back.',
  },
  scope: 'company',
  fields: {
    number: text({
      title: { zh: '抽查编号', en: 'Number' },
      maxLength: 64,
      required: true,
      unique: true,
      indexed: true,
      search: true,
      edit: 'create',
    }),
    permitId: text({
      title: { zh: '作业票标识', en: 'Permit id' },
      help: { zh: '企业系统中的作业票 ID', en: "As in the company's system" },
      maxLength: 128,
      required: true,
      indexed: true,
      edit: 'create',
    }),
    permitNumber: text({
      title: { zh: '作业票编号', en: 'Permit number' },
      maxLength: 128,
      indexed: true,
      search: true,
      edit: 'create',
    }),
    checkedAt: instant({ title: { zh: '抽查时间', en: 'Checked at' }, required: true, indexed: true, edit: 'create' }),
    finding: lines({
      title: { zh: '发现的问题', en: 'Finding' },
      maxLength: 2_000,
      required: true,
      search: true,
      edit: 'create',
    }),
    requirement: lines({
      title: { zh: '整改要求', en: 'Required' },
      maxLength: 2_000,
      required: true,
      search: true,
      edit: 'create',
    }),
    deadline: instant({ title: { zh: '整改期限', en: 'Deadline' }, required: true, indexed: true, edit: 'create' }),
    pictures: files({
      title: { zh: '现场照片', en: 'Pictures' },
      max: 12,
      types: ['image', 'pdf'],
      edit: 'create',
    }),
    answer: lines({ title: { zh: '整改回复', en: 'Answer' }, maxLength: 2_000, search: true, edit: 'later' }),
    answerPictures: files({
      title: { zh: '整改照片', en: 'Pictures of the answer' },
      max: 12,
      types: ['image', 'pdf'],
      edit: 'later',
    }),
  },
  key: 'number',
  label: 'number',
  rights: {
    read: [...PARK_STAFF, ...COMPANY_STAFF],
    create: PARK_STAFF,
    update: COMPANY_STAFF,
    remove: ['park'],
  },
  list: {
    columns: ['number', 'permitNumber', 'checkedAt', 'finding', 'requirement', 'deadline', 'answer'],
    sort: { by: 'checkedAt', descending: true },
    filters: ['permitId', 'permitNumber', 'checkedAt', 'deadline'],
  },
  form: [
    {
      fields: ['number', 'permitId', 'permitNumber', 'checkedAt', 'finding', 'requirement', 'deadline', 'pictures'],
    },
    { title: { zh: '整改', en: 'Answer' }, fields: ['answer', 'answerPictures'] },
  ],
  states: {
    titles: {
      found: { zh: '待整改', en: 'Found' },
      answered: { zh: '已回复', en: 'Answered' },
      returned: { zh: '已退回', en: 'Returned' },
      closed: { zh: '已关闭', en: 'Closed' },
    },
    initial: 'found',
    moves: [
      {
        name: 'answer',
        title: { zh: '提交回复', en: 'Answer' },
        from: ['found', 'returned'],
        to: 'answered',
        by: COMPANY_STAFF,
        needs: ['answer'],
      },
      { name: 'close', title: { zh: '关闭', en: 'Close' }, from: ['answered'], to: 'closed', by: PARK_STAFF },
      {
        name: 'return',
        title: { zh: '退回', en: 'Return' },
        from: ['answered'],
        to: 'returned',
        by: PARK_STAFF,
        reason: true,
      },
    ],
    editableIn: ['found', 'returned'],
  },
  problem: ({ checkedAt, deadline }) =>
    deadline <= checkedAt ? { field: 'deadline', words: { zh: '应晚于抽查时间', en: 'is not after the check' } } : null,
});
