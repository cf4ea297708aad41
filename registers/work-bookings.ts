/** Work bookings (作业预约), filed with the park: the seven items of AQ 3064.2-2025 5.3.1 and 6.1. */

import { isGradedSo, WORK_KINDS, WORK_LEVELS } from '../standard/special-work.ts';
import { choice, instant, lines, place, reference, text, yesNo } from './field.ts';
import { COMPANY_STAFF, defineRegister, PARK_STAFF } from './register.ts';

export const workBookings = defineRegister({
  name: 'work-bookings',
  title: { zh: '作业预约报备', en: 'Work bookings' },
  group: 'work',
  about: {
    zh: '特殊作业的预约和园区备案：至少提前一天预约，当天的按应急预约填写。由企业填写或从 Excel 导入。',
    en: 'Special work booked with the park, at least a day ahead or as urgent on the day. Filled in by the company or from Excel.',
  },
  scope: 'company',
  contractor: 'unit',
  fields: {
    number: text({
      title: { zh: '预约编号', en: 'Booking number' },
      maxLength: 64,
      required: true,
      unique: true,
      indexed: true,
      search: true,
      edit: 'create',
    }),
    applicant: text({
      title: { zh: '作业申请单位', en: 'Applying unit' },
      maxLength: 128,
      required: true,
      search: true,
    }),
    worker: text({ title: { zh: '作业单位', en: 'Working unit' }, maxLength: 128, required: true, search: true }),
    unit: reference({
      title: { zh: '承包商单位', en: 'Contractor unit' },
      help: { zh: '由承包商作业的必选', en: 'Where a contractor does the work' },
      register: 'contractor-units',
      indexed: true,
    }),
    content: lines({ title: { zh: '作业内容', en: 'Content' }, maxLength: 1_000, required: true, search: true }),
    site: text({ title: { zh: '作业地点', en: 'Place' }, maxLength: 256, required: true, search: true }),
    spot: place({ title: { zh: '地图位置', en: 'On the map' } }),
    startsAt: instant({ title: { zh: '计划开始时间', en: 'Starts at' }, required: true, indexed: true }),
    endsAt: instant({ title: { zh: '计划结束时间', en: 'Ends at' }, required: true, indexed: true }),
    kind: choice({ title: { zh: '作业类型', en: 'Kind' }, options: WORK_KINDS, required: true, indexed: true }),
    level: choice({ title: { zh: '作业级别', en: 'Level' }, options: WORK_LEVELS, required: true, indexed: true }),
    urgent: yesNo({ title: { zh: '应急预约', en: 'Urgent' }, required: true, indexed: true }),
  },
  heard: ['content', 'site', 'spot', 'startsAt', 'endsAt', 'kind', 'level', 'urgent', 'worker', 'unit'],
  key: 'number',
  label: 'number',
  rights: {
    read: [...PARK_STAFF, ...COMPANY_STAFF, 'contractor'],
    create: COMPANY_STAFF,
    update: COMPANY_STAFF,
    remove: COMPANY_STAFF,
  },
  list: {
    columns: ['number', 'kind', 'level', 'site', 'startsAt', 'endsAt', 'applicant', 'worker', 'urgent'],
    sort: { by: 'startsAt', descending: true },
    filters: ['kind', 'level', 'startsAt', 'unit', 'urgent'],
  },
  form: [
    { fields: ['number', 'applicant', 'worker', 'unit', 'kind', 'level', 'urgent'] },
    { title: { zh: '作业', en: 'Work' }, fields: ['content', 'site', 'spot', 'startsAt', 'endsAt'] },
  ],
  states: {
    titles: {
      booked: { zh: '已预约', en: 'Booked' },
      filed: { zh: '已备案', en: 'Filed' },
      returned: { zh: '已退回', en: 'Returned' },
      cancelled: { zh: '已取消', en: 'Cancelled' },
    },
    initial: 'booked',
    moves: [
      { name: 'file', title: { zh: '备案', en: 'File' }, from: ['booked'], to: 'filed', by: ['park'] },
      {
        name: 'return',
        title: { zh: '退回', en: 'Return' },
        from: ['booked'],
        to: 'returned',
        by: ['park'],
        reason: true,
      },
      {
        name: 'book',
        title: { zh: '重新预约', en: 'Book again' },
        from: ['returned'],
        to: 'booked',
        by: COMPANY_STAFF,
      },
      {
        name: 'cancel',
        title: { zh: '取消', en: 'Cancel' },
        from: ['booked', 'filed', 'returned'],
        to: 'cancelled',
        by: COMPANY_STAFF,
        reason: true,
      },
    ],
    editableIn: ['booked', 'returned'],
  },
  problem({ startsAt, endsAt, kind, level }) {
    if (endsAt <= startsAt) return { field: 'endsAt', words: { zh: '应晚于开始时间', en: 'is not after the start' } };
    if (isGradedSo(kind, level)) return null;
    return { field: 'level', words: { zh: '这类作业没有这个级别', en: 'is none of this kind of work' } };
  },
});
