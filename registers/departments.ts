/** Departments of the park; work orders go to them by code (`park:<code>`). */
import { integer, text } from './field.ts';
import { COMPANY_STAFF, defineRegister, PARK_STAFF } from './register.ts';

export const departments = defineRegister({
  name: 'departments',
  title: { zh: '部门', en: 'Departments' },
  group: 'companies',
  about: {
    zh: '园区的部门：报警、工单和权限按部门分派。由园区人员填写或从 Excel 导入。',
    en: 'The park’s departments: alarms, orders and rights go by them. Filled in by park staff or from Excel.',
  },
  scope: 'park',
  fields: {
    code: text({
      title: { zh: '代码', en: 'Code' },
      maxLength: 32,
      required: true,
      unique: true,
      indexed: true,
      edit: 'create',
      form: {
        pattern: /^[a-z][a-z0-9-]*$/,
        words: { zh: '小写字母、数字和短横线', en: 'lower-case letters, digits and dashes' },
      },
    }),
    name: text({ title: { zh: '名称', en: 'Name' }, maxLength: 64, required: true, indexed: true, search: true }),
    order: integer({ title: { zh: '排序', en: 'Order' }, min: 0, max: 9_999, indexed: true }),
  },
  key: 'code',
  label: 'name',
  rights: {
    read: [...PARK_STAFF, ...COMPANY_STAFF, 'system-admin'],
    create: ['park', 'system-admin'],
    update: ['park', 'system-admin'],
    remove: ['park', 'system-admin'],
  },
  list: { columns: ['code', 'name', 'order'], sort: { by: 'order' }, filters: [] },
  form: [{ fields: ['code', 'name', 'order'] }],
});
