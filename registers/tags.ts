/**
 * Positioning tags: read from who wears them (registers/people.ts) and from what they send, and entered nowhere. Tags of joint
 * tests are no rows.
 */
import { choice, instant, integer, reference, text } from './field.ts';
import { COMPANY_STAFF, defineRegister, PARK_STAFF } from './register.ts';

export const tags = defineRegister({
  name: 'tags',
  title: { zh: '定位标签', en: 'Tags' },
  group: 'people',
  about: {
    zh: '企业的定位标签：由谁佩戴、最近一次定位和电量。在“人员”中填写标签号，或标签上报定位后，自动列出。',
    en: 'Tags of the companies: who wears them, their last fix and battery. Listed by themselves once a person has one or one sends a fix.',
  },
  scope: 'company',
  kept: 'own',
  fields: {
    cardNo: text({
      title: { zh: '定位标签号', en: 'Tag' },
      maxLength: 64,
      required: true,
      unique: true,
      indexed: true,
      search: true,
      edit: 'never',
    }),
    binding: choice({
      title: { zh: '绑定状态', en: 'Bound' },
      options: { bound: { zh: '已绑定', en: 'Bound' }, unbound: { zh: '未绑定', en: 'Unbound' } },
      required: true,
      indexed: true,
      edit: 'never',
    }),
    person: reference({ title: { zh: '佩戴人员', en: 'Worn by' }, register: 'people', indexed: true, edit: 'never' }),
    type: choice({
      title: { zh: '人员类型', en: 'Type of person' },
      options: {
        staff: { zh: '内部员工', en: 'Staff' },
        contractor: { zh: '承包商', en: 'Contractor' },
        visitor: { zh: '外来人员', en: 'Visitor' },
        unidentified: { zh: '未识别', en: 'Unidentified' },
      },
      required: true,
      indexed: true,
      edit: 'never',
    }),
    since: instant({
      title: { zh: '佩戴登记时间', en: 'Worn since' },
      help: {
        zh: '标签的首位佩戴者自首次登记起；换人佩戴后自该人员最近一次登记起。未知时为空',
        en: 'Of the first wearer since the first record of it; of later ones since the newest record of the person. Empty: not known',
      },
      indexed: true,
      edit: 'never',
    }),
    lastFix: instant({
      title: { zh: '最近定位时间', en: 'Last fix' },
      help: { zh: '佩戴人员或标签的最近一次定位', en: 'Newest of the wearer, or of the tag that nobody wears' },
      indexed: true,
      edit: 'never',
    }),
    battery: integer({
      title: { zh: '电量', en: 'Battery' },
      min: 0,
      max: 100,
      unit: { zh: '%', en: '%' },
      indexed: true,
      edit: 'never',
    }),
  },
  key: 'cardNo',
  label: 'cardNo',
  rights: { read: [...PARK_STAFF, ...COMPANY_STAFF] },
  list: {
    columns: ['cardNo', 'binding', 'person', 'type', 'since', 'lastFix', 'battery'],
    sort: { by: 'cardNo' },
    filters: ['binding', 'type', 'person', 'lastFix', 'battery'],
  },
  form: [{ fields: ['cardNo', 'binding', 'person', 'type', 'since', 'lastFix', 'battery'] }],
});
