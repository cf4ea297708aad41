/** Contractor units (承包商单位): screened and confirmed by the company that lets them in, filed with the park (T/CCSAS 014). */
import { CONTRACTOR_READERS, CONTRACTOR_REVEALERS, CONTRACTOR_WRITERS } from './contractor.ts';
import { choice, day, files, lines, sealed, text } from './field.ts';
import { COMPANY_STAFF, defineRegister } from './register.ts';

export const contractorUnits = defineRegister({
  name: 'contractor-units',
  title: { zh: '承包商单位', en: 'Contractor units' },
  group: 'contractors',
  about: {
    zh: '进入企业作业的承包商单位。由企业登记并确认，园区备案；企业系统也可以通过接口上报。',
    en: 'Units that work for a company. The company registers and confirms them, the park files them; its own system may send them.',
  },
  scope: 'company',
  contractor: 'creditCode',
  fields: {
    creditCode: text({
      title: { zh: '统一社会信用代码', en: 'Unified social credit code' },
      maxLength: 18,
      required: true,
      unique: true,
      indexed: true,
      search: true,
      edit: 'create',
      form: {
        pattern: /^[0-9A-HJ-NPQRTUWXY]{18}$/,
        words: {
          zh: '18 位数字或大写字母（不含 I、O、S、V、Z）',
          en: '18 digits or capital letters, without I, O, S, V, Z',
        },
      },
      vendor: { name: 'CREDIT_CODE', wins: 'vendor' },
    }),
    name: text({
      title: { zh: '单位名称', en: 'Name' },
      maxLength: 128,
      required: true,
      indexed: true,
      search: true,
      vendor: { name: 'UNIT_NAME', wins: 'vendor' },
    }),
    kind: choice({
      title: { zh: '承包类别', en: 'Kind of work' },
      options: {
        construction: { zh: '工程建设', en: 'Construction' },
        maintenance: { zh: '检维修', en: 'Maintenance' },
        installation: { zh: '设备安装', en: 'Installation' },
        inspection: { zh: '检测检验', en: 'Testing and inspection' },
        service: { zh: '技术与劳务服务', en: 'Services' },
        transport: { zh: '运输装卸', en: 'Transport and loading' },
        other: { zh: '其他', en: 'Other' },
      },
      indexed: true,
      vendor: { name: 'UNIT_KIND', wins: 'page' },
    }),
    qualification: text({
      title: { zh: '资质类别', en: 'Qualification' },
      maxLength: 128,
      vendor: { name: 'QUALIFICATION', wins: 'vendor' },
    }),
    grade: text({
      title: { zh: '资质等级', en: 'Grade' },
      maxLength: 64,
      indexed: true,
      vendor: { name: 'GRADE', wins: 'vendor' },
    }),
    safetyLicence: text({
      title: { zh: '安全生产许可证编号', en: 'Work safety licence' },
      maxLength: 64,
      vendor: { name: 'SAFETY_LICENCE_NO', wins: 'vendor' },
    }),
    safetyLicenceTo: day({
      title: { zh: '安全生产许可证有效期至', en: 'Work safety licence until' },
      indexed: true,
      vendor: { name: 'SAFETY_LICENCE_TO', wins: 'vendor' },
    }),
    safetyOrganisation: text({
      title: { zh: '安全管理机构', en: 'Safety organisation' },
      maxLength: 128,
      vendor: { name: 'SAFETY_ORGANISATION', wins: 'page' },
    }),
    performance: lines({
      title: { zh: '近三年安全业绩', en: 'Safety record of three years' },
      maxLength: 2_000,
      vendor: { name: 'SAFETY_PERFORMANCE', wins: 'page' },
    }),
    legalPerson: text({
      title: { zh: '法定代表人', en: 'Legal representative' },
      maxLength: 64,
      vendor: { name: 'LEGAL_PERSON', wins: 'vendor' },
    }),
    leader: text({
      title: { zh: '主要负责人', en: 'Person in charge' },
      maxLength: 64,
      vendor: { name: 'LEADER', wins: 'page' },
    }),
    safetyLead: text({
      title: { zh: '安全负责人', en: 'Safety lead' },
      maxLength: 64,
      vendor: { name: 'SAFETY_LEADER', wins: 'page' },
    }),
    contact: text({
      title: { zh: '联系人', en: 'Contact' },
      maxLength: 64,
      vendor: { name: 'CONTACT', wins: 'page' },
    }),
    phone: sealed({
      title: { zh: '联系电话', en: 'Phone' },
      secret: 'phone',
      vendor: { name: 'CONTACT_PHONE', wins: 'page' },
    }),
    address: text({
      title: { zh: '注册地址', en: 'Address' },
      maxLength: 256,
      vendor: { name: 'ADDRESS', wins: 'vendor' },
    }),
    documents: files({
      title: { zh: '备案材料', en: 'Documents' },
      help: {
        zh: '营业执照、资质证书、安全管理制度、近三年安全业绩证明、真实性承诺书、备案表',
        en: 'Business licence, qualification, safety rules, safety record of three years, declaration of truth, filing form',
      },
      max: 12,
      types: ['pdf', 'image', 'office'],
    }),
  },
  heard: ['name', 'safetyLicenceTo'],
  key: 'creditCode',
  label: 'name',
  rights: {
    read: CONTRACTOR_READERS,
    create: CONTRACTOR_WRITERS,
    update: CONTRACTOR_WRITERS,
    remove: COMPANY_STAFF,
    reveal: CONTRACTOR_REVEALERS,
  },
  list: {
    columns: ['name', 'creditCode', 'kind', 'grade', 'safetyLicenceTo', 'contact', 'phone'],
    sort: { by: 'name' },
    filters: ['kind', 'grade', 'safetyLicenceTo'],
  },
  form: [
    { fields: ['creditCode', 'name', 'kind', 'legalPerson', 'address'] },
    {
      title: { zh: '资质', en: 'Qualification' },
      fields: ['qualification', 'grade', 'safetyLicence', 'safetyLicenceTo', 'documents'],
    },
    {
      title: { zh: '安全管理', en: 'Safety' },
      fields: ['safetyOrganisation', 'leader', 'safetyLead', 'performance', 'contact', 'phone'],
    },
  ],
  states: {
    titles: {
      applied: { zh: '申请', en: 'Applied' },
      confirmed: { zh: '企业确认', en: 'Confirmed by the company' },
      filed: { zh: '园区备案', en: 'Filed with the park' },
      disabled: { zh: '停用', en: 'Disabled' },
      blacklisted: { zh: '黑名单', en: 'Blacklisted' },
    },
    initial: 'applied',
    moves: [
      { name: 'confirm', title: { zh: '确认', en: 'Confirm' }, from: ['applied'], to: 'confirmed', by: COMPANY_STAFF },
      { name: 'file', title: { zh: '备案', en: 'File' }, from: ['confirmed'], to: 'filed', by: ['park'] },
      {
        name: 'return',
        title: { zh: '退回', en: 'Return' },
        from: ['confirmed', 'filed'],
        to: 'applied',
        by: ['park'],
        reason: true,
      },
      {
        name: 'change',
        title: { zh: '变更', en: 'Change' },
        from: ['confirmed', 'filed'],
        to: 'applied',
        by: COMPANY_STAFF,
        reason: true,
      },
      {
        name: 'disable',
        title: { zh: '停用', en: 'Disable' },
        from: ['applied', 'confirmed', 'filed'],
        to: 'disabled',
        by: ['park', ...COMPANY_STAFF],
        reason: true,
      },
      {
        name: 'enable',
        title: { zh: '恢复', en: 'Enable' },
        from: ['disabled'],
        to: 'applied',
        by: ['park'],
        reason: true,
      },
      {
        name: 'blacklist',
        title: { zh: '列入黑名单', en: 'Blacklist' },
        from: ['applied', 'confirmed', 'filed', 'disabled'],
        to: 'blacklisted',
        by: ['park'],
        reason: true,
      },
      {
        name: 'release',
        title: { zh: '移出黑名单', en: 'Release' },
        from: ['blacklisted'],
        to: 'disabled',
        by: ['park'],
        reason: true,
      },
    ],
    editableIn: ['applied'],
  },
  actions: [
    { name: 'entry-code', title: { zh: '车辆自助登记二维码', en: 'QR code for vehicles' }, by: COMPANY_STAFF },
    {
      name: 'entry-stop',
      title: { zh: '作废自助登记二维码', en: 'Withdraw the QR code' },
      by: COMPANY_STAFF,
      dangerous: true,
    },
  ],
  vendor: { interface: 'contractors/units', state: 'confirmed' },
});
