/** Qualifications of contractor units and certificates of their people (资质与证书), with what came of checking them. */
import { CONTRACTOR_READERS, CONTRACTOR_REVEALERS, NUMBER, personOf, UNIT } from './contractor.ts';
import { choice, day, files, sealed, text } from './field.ts';
import { COMPANY_STAFF, defineRegister } from './register.ts';

export const contractorQualifications = defineRegister({
  name: 'contractor-qualifications',
  title: { zh: '承包商资质证书', en: 'Qualifications of contractors' },
  group: 'contractors',
  about: {
    zh: '承包商单位的资质和人员的证书，按有效期和复审日期提醒。由企业登记，企业系统也可以通过接口上报。',
    en: 'Qualifications of units and certificates of people, by when they run out. Entered by the company, or sent by the company’s own system.',
  },
  scope: 'company',
  contractor: 'unit',
  fields: {
    number: { ...NUMBER, title: { zh: '记录编号', en: 'Record number' } },
    unit: UNIT,
    person: { ...personOf({}), help: { zh: '单位资质不填', en: 'None for a qualification of the unit' } },
    kind: choice({
      title: { zh: '证书类别', en: 'Kind' },
      options: {
        'business-licence': { zh: '营业执照', en: 'Business licence' },
        'safety-licence': { zh: '安全生产许可证', en: 'Work safety licence' },
        'unit-qualification': { zh: '单位资质证书', en: 'Qualification of the unit' },
        'safety-manager': { zh: '安全管理人员合格证', en: 'Safety manager' },
        'special-operation': { zh: '特种作业操作证', en: 'Special operations' },
        'special-equipment': { zh: '特种设备作业人员证', en: 'Special equipment' },
        professional: { zh: '职业资格证', en: 'Professional' },
        other: { zh: '其他', en: 'Other' },
      },
      required: true,
      indexed: true,
      vendor: { name: 'CERTIFICATE_KIND', wins: 'vendor' },
    }),
    certificate: sealed({
      title: { zh: '证书编号', en: 'Certificate number' },
      secret: 'certificate',
      required: true,
      vendor: { name: 'CERTIFICATE_NO', wins: 'vendor' },
    }),
    category: text({
      title: { zh: '作业类别或资质等级', en: 'Category or grade' },
      maxLength: 128,
      search: true,
      vendor: { name: 'CATEGORY', wins: 'vendor' },
    }),
    issuer: text({
      title: { zh: '发证机关', en: 'Issuer' },
      maxLength: 128,
      vendor: { name: 'ISSUER', wins: 'vendor' },
    }),
    validFrom: day({ title: { zh: '有效期自', en: 'Valid from' }, vendor: { name: 'VALID_FROM', wins: 'vendor' } }),
    validTo: day({
      title: { zh: '有效期至', en: 'Valid until' },
      indexed: true,
      vendor: { name: 'VALID_TO', wins: 'vendor' },
    }),
    reviewDue: day({
      title: { zh: '复审日期', en: 'Review due' },
      indexed: true,
      vendor: { name: 'REVIEW_DUE', wins: 'vendor' },
    }),
    scans: files({ title: { zh: '证书扫描件', en: 'Scans' }, max: 6, types: ['image', 'pdf'] }),
    verified: choice({
      title: { zh: '核验结果', en: 'Verified' },
      options: {
        genuine: { zh: '真实有效', en: 'Genuine' },
        mismatch: { zh: '信息不符', en: 'Does not match' },
        'not-found': { zh: '查无此证', en: 'Not found' },
      },
      indexed: true,
    }),
    verifiedBy: choice({
      title: { zh: '核验方式', en: 'Verified by' },
      options: {
        website: { zh: '发证机关网站查询', en: 'The issuer’s web site' },
        original: { zh: '查验原件', en: 'The original' },
        letter: { zh: '发函核实', en: 'Letter to the issuer' },
      },
    }),
    verifiedOn: day({ title: { zh: '核验日期', en: 'Verified on' }, indexed: true }),
  },
  heard: ['unit', 'person', 'kind', 'certificate', 'validTo', 'reviewDue', 'verified'],
  key: 'number',
  label: 'number',
  // Not by the contractor: whoever writes here may say that a certificate was found genuine.
  rights: {
    read: CONTRACTOR_READERS,
    create: COMPANY_STAFF,
    update: ['park', ...COMPANY_STAFF],
    remove: COMPANY_STAFF,
    reveal: CONTRACTOR_REVEALERS,
  },
  list: {
    columns: ['number', 'kind', 'unit', 'person', 'category', 'certificate', 'validTo', 'reviewDue', 'verified'],
    sort: { by: 'validTo' },
    filters: ['unit', 'person', 'kind', 'certificate', 'validTo', 'reviewDue', 'verified'],
  },
  form: [
    { fields: ['number', 'unit', 'person', 'kind', 'certificate', 'category', 'issuer'] },
    { title: { zh: '有效期', en: 'Validity' }, fields: ['validFrom', 'validTo', 'reviewDue', 'scans'] },
    { title: { zh: '核验', en: 'Verification' }, fields: ['verified', 'verifiedBy', 'verifiedOn'] },
  ],
  vendor: { interface: 'contractors/qualifications' },
  problem({ validFrom, validTo, verified, verifiedBy, verifiedOn }) {
    if (validFrom !== null && validTo !== null && validTo < validFrom)
      return { field: 'validTo', words: { zh: '不能早于有效期自', en: 'is before the certificate is valid' } };
    if (verified === null || (verifiedBy !== null && verifiedOn !== null)) return null;
    const field = verifiedBy === null ? 'verifiedBy' : 'verifiedOn';
    return { field, words: { zh: '有核验结果时必填', en: 'is asked for with what came of the check' } };
  },
});
