/** People of contractors (承包商人员). Whether one may come in is an admission's (contractor-admissions.ts). */
import { CONTRACTOR_READERS, CONTRACTOR_REVEALERS, CONTRACTOR_WRITERS, NUMBER, UNIT } from './contractor.ts';
import { choice, files, sealed, text } from './field.ts';
import { defineRegister } from './register.ts';

export const contractorPeople = defineRegister({
  name: 'contractor-people',
  title: { zh: '承包商人员', en: 'People of contractors' },
  group: 'contractors',
  about: {
    zh: '承包商单位的作业人员。由企业或承包商登记、从 Excel 导入，企业系统也可以通过接口上报。',
    en: 'Who works for a contractor. Entered by the company or the contractor, from Excel, or sent by the company’s own system.',
  },
  scope: 'company',
  contractor: 'unit',
  fields: {
    number: { ...NUMBER, title: { zh: '人员编号', en: 'Person number' } },
    name: text({
      title: { zh: '姓名', en: 'Name' },
      maxLength: 64,
      required: true,
      indexed: true,
      search: true,
      vendor: { name: 'PERSON_NAME', wins: 'vendor' },
    }),
    unit: UNIT,
    idNumber: sealed({
      title: { zh: '身份证号', en: 'ID number' },
      secret: 'id-number',
      required: true,
      vendor: { name: 'IDENTIFY_NUM', wins: 'vendor' },
    }),
    phone: sealed({
      title: { zh: '手机号', en: 'Phone' },
      secret: 'phone',
      vendor: { name: 'MOBILE_NUMBER', wins: 'page' },
    }),
    duty: choice({
      title: { zh: '人员类别', en: 'Duty' },
      options: {
        leader: { zh: '项目负责人', en: 'Project leader' },
        safety: { zh: '安全管理人员', en: 'Safety staff' },
        'special-operation': { zh: '特种作业人员', en: 'Special operations' },
        'special-equipment': { zh: '特种设备作业人员', en: 'Special equipment' },
        guardian: { zh: '监护人', en: 'Guardian' },
        worker: { zh: '一般作业人员', en: 'Worker' },
      },
      required: true,
      indexed: true,
      vendor: { name: 'PERSON_DUTY', wins: 'vendor' },
    }),
    post: text({
      title: { zh: '工种', en: 'Trade' },
      maxLength: 64,
      indexed: true,
      vendor: { name: 'POSITION_NAME', wins: 'vendor' },
    }),
    personId: text({
      title: { zh: '定位人员编号', en: 'ID of positions' },
      help: {
        zh: '人员定位系统上报的人员编号，用来把定位和这个人对上',
        en: 'Under which the positioning system reports this person',
      },
      maxLength: 64,
      indexed: true,
      vendor: { name: 'LOCATED_ID', wins: 'page' },
    }),
    photo: files({ title: { zh: '照片', en: 'Photo' }, max: 1, types: ['image'] }),
  },
  heard: ['name', 'unit', 'idNumber', 'personId'],
  key: 'number',
  label: 'name',
  rights: {
    read: CONTRACTOR_READERS,
    create: CONTRACTOR_WRITERS,
    update: CONTRACTOR_WRITERS,
    remove: CONTRACTOR_WRITERS,
    reveal: CONTRACTOR_REVEALERS,
  },
  list: {
    columns: ['name', 'number', 'unit', 'duty', 'post', 'idNumber', 'phone'],
    sort: { by: 'name' },
    filters: ['unit', 'duty', 'post', 'idNumber'],
  },
  form: [{ fields: ['number', 'name', 'unit', 'idNumber', 'phone', 'duty', 'post', 'personId', 'photo'] }],
  vendor: { interface: 'contractors/people' },
});
