/** Admissions (承包商准入): a person of a contractor, at a company, for a contract. The company confirms, the park certifies. */
import { CONTRACTOR_READERS, CONTRACTOR_WRITERS } from './contractor.ts';
import { day, files, reference, text } from './field.ts';
import { COMPANY_STAFF, defineRegister } from './register.ts';

const BY_BOTH = ['park', ...COMPANY_STAFF] as const;

export const contractorAdmissions = defineRegister({
  name: 'contractor-admissions',
  title: { zh: '承包商准入', en: 'Admissions of contractors' },
  group: 'contractors',
  about: {
    zh: '承包商人员按合同进入企业的准入：承包商或企业申请，企业确认，园区认证。',
    en: 'Admissions of contractors’ people to a company for a contract: applied for, confirmed by the company, certified by the park.',
  },
  scope: 'company',
  contractor: 'unit',
  fields: {
    number: text({
      title: { zh: '准入编号', en: 'Admission number' },
      maxLength: 64,
      required: true,
      unique: true,
      indexed: true,
      search: true,
      edit: 'create',
    }),
    unit: reference({
      title: { zh: '承包商单位', en: 'Contractor unit' },
      register: 'contractor-units',
      required: true,
      indexed: true,
      edit: 'create',
    }),
    person: reference({
      title: { zh: '人员', en: 'Person' },
      register: 'contractor-people',
      required: true,
      indexed: true,
      edit: 'create',
    }),
    contract: reference({
      title: { zh: '合同项目', en: 'Contract' },
      register: 'contractor-contracts',
      required: true,
      indexed: true,
      edit: 'create',
    }),
    validFrom: day({ title: { zh: '准入日期', en: 'From' }, required: true, indexed: true }),
    validTo: day({ title: { zh: '准入截止', en: 'Until' }, required: true, indexed: true }),
    place: text({ title: { zh: '准许作业区域', en: 'Where' }, maxLength: 256, search: true }),
    papers: files({ title: { zh: '准入材料', en: 'Papers' }, max: 12, types: ['pdf', 'image'] }),
  },
  heard: ['person', 'validFrom', 'validTo'],
  key: 'number',
  label: 'number',
  rights: { read: CONTRACTOR_READERS, create: CONTRACTOR_WRITERS, update: CONTRACTOR_WRITERS, remove: COMPANY_STAFF },
  list: {
    columns: ['number', 'person', 'unit', 'contract', 'validFrom', 'validTo', 'place'],
    sort: { by: 'validTo', descending: true },
    filters: ['unit', 'person', 'contract', 'validFrom', 'validTo'],
  },
  form: [{ fields: ['number', 'unit', 'person', 'contract', 'validFrom', 'validTo', 'place', 'papers'] }],
  states: {
    titles: {
      applied: { zh: '申请', en: 'Applied' },
      confirmed: { zh: '企业确认', en: 'Confirmed by the company' },
      certified: { zh: '园区认证', en: 'Certified by the park' },
      expired: { zh: '到期', en: 'Expired' },
      disabled: { zh: '停用', en: 'Disabled' },
      blacklisted: { zh: '黑名单', en: 'Blacklisted' },
    },
    initial: 'applied',
    moves: [
      { name: 'confirm', title: { zh: '确认', en: 'Confirm' }, from: ['applied'], to: 'confirmed', by: COMPANY_STAFF },
      { name: 'certify', title: { zh: '认证', en: 'Certify' }, from: ['confirmed'], to: 'certified', by: ['park'] },
      {
        name: 'return',
        title: { zh: '退回', en: 'Return' },
        from: ['confirmed'],
        to: 'applied',
        by: BY_BOTH,
        reason: true,
      },
      {
        name: 'expire',
        title: { zh: '到期', en: 'Expire' },
        from: ['confirmed', 'certified'],
        to: 'expired',
        by: BY_BOTH,
      },
      { name: 'renew', title: { zh: '续期', en: 'Renew' }, from: ['expired'], to: 'applied', by: CONTRACTOR_WRITERS },
      {
        name: 'disable',
        title: { zh: '停用', en: 'Disable' },
        from: ['applied', 'confirmed', 'certified', 'expired'],
        to: 'disabled',
        by: BY_BOTH,
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
        from: ['applied', 'confirmed', 'certified', 'expired', 'disabled'],
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
  problem({ validFrom, validTo }) {
    if (validTo >= validFrom) return null;
    return { field: 'validTo', words: { zh: '不能早于准入日期', en: 'is before it begins' } };
  },
});
