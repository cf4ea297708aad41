/**
 * People of the companies and the tags they wear (AQ 3064.3 B.1). Of somebody whom a company's own system sends, that system has
 * the last word on most; the page on phone, contractor unit and certificates, which such systems seldom know.
 */
import { choice, day, items, sealed, text } from './field.ts';
import { COMPANY_STAFF, defineRegister, PARK_STAFF } from './register.ts';

const vendor = (name: string) => ({ name, wins: 'vendor' as const });

export const people = defineRegister({
  name: 'people',
  title: { zh: '人员', en: 'People' },
  group: 'people',
  about: {
    zh: '企业人员及其定位标签。由企业系统通过接口上报；没有接口的企业在此填写或从 Excel 导入。',
    en: 'People and the tags they wear. Sent by the companies’ systems; companies without one fill them in here or from Excel.',
  },
  scope: 'company',
  kept: 'own',
  fields: {
    personId: text({
      title: { zh: '人员编号', en: 'Person ID' },
      maxLength: 64,
      required: true,
      unique: true,
      indexed: true,
      search: true,
      edit: 'create',
    }),
    name: text({
      title: { zh: '姓名', en: 'Name' },
      maxLength: 64,
      required: true,
      indexed: true,
      search: true,
      vendor: vendor('PERSON_NAME'),
    }),
    type: choice({
      title: { zh: '人员类型', en: 'Type' },
      options: {
        staff: { zh: '内部员工', en: 'Staff' },
        contractor: { zh: '承包商', en: 'Contractor' },
        visitor: { zh: '外来人员', en: 'Visitor' },
      },
      required: true,
      indexed: true,
      vendor: vendor('PERSON_TYPE'),
    }),
    department: text({
      title: { zh: '所属部门', en: 'Department' },
      maxLength: 128,
      indexed: true,
      vendor: vendor('AFFILIATED_DEPARTMENT'),
    }),
    post: text({ title: { zh: '岗位', en: 'Post' }, maxLength: 128, indexed: true, vendor: vendor('POSITION_NAME') }),
    cardNo: text({
      title: { zh: '定位标签号', en: 'Tag' },
      maxLength: 64,
      indexed: true,
      search: true,
      vendor: vendor('CARD_NO'),
    }),
    idNumber: sealed({
      title: { zh: '身份证号', en: 'ID number' },
      secret: 'id-number',
      required: true,
      vendor: vendor('IDENTIFY_NUM'),
    }),
    gender: choice({
      title: { zh: '性别', en: 'Sex' },
      help: { zh: '由身份证号得出', en: 'Read from the ID number' },
      options: { male: { zh: '男', en: 'Male' }, female: { zh: '女', en: 'Female' } },
      edit: 'never',
      vendor: vendor('GENDER'),
    }),
    birthday: day({ title: { zh: '出生日期', en: 'Birthday' }, edit: 'never', vendor: vendor('BIRTHDAY') }),
    mobile: sealed({
      title: { zh: '手机号', en: 'Mobile' },
      secret: 'phone',
      vendor: { name: 'MOBILE_NUMBER', wins: 'page' },
    }),
    contractorCode: text({
      title: { zh: '承包商单位', en: 'Contractor unit' },
      help: { zh: '承包商的统一社会信用代码', en: 'Unified social credit code of the unit' },
      maxLength: 64,
      indexed: true,
      vendor: { name: 'CONTRACTOR_CODE', wins: 'page' },
    }),
    certificates: items({
      title: { zh: '证书', en: 'Certificates' },
      max: 50,
      fields: {
        name: text({ title: { zh: '证书名称', en: 'Name' }, maxLength: 128 }),
        number: text({ title: { zh: '证书编号', en: 'Number' }, maxLength: 64 }),
        validTo: text({ title: { zh: '有效期至', en: 'Valid to' }, maxLength: 32 }),
      },
      vendor: { name: 'CERTIFICATES', wins: 'page' },
    }),
  },
  key: 'personId',
  label: 'name',
  contractor: 'contractorCode',
  rights: {
    read: [...PARK_STAFF, ...COMPANY_STAFF],
    create: ['park', 'company-admin'],
    update: ['park', 'company-admin'],
    remove: ['park', 'company-admin'],
    reveal: [...PARK_STAFF, 'company-admin'],
  },
  list: {
    columns: ['name', 'personId', 'type', 'department', 'post', 'cardNo', 'contractorCode'],
    sort: { by: 'name' },
    filters: ['type', 'department', 'post'],
  },
  form: [
    { fields: ['personId', 'name', 'type', 'department', 'post', 'cardNo'] },
    { title: { zh: '证件与联系', en: 'Identity and phone' }, fields: ['idNumber', 'gender', 'birthday', 'mobile'] },
    { title: { zh: '承包商与证书', en: 'Unit and certificates' }, fields: ['contractorCode', 'certificates'] },
  ],
});
