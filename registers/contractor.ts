/** What the registers of contractors share: who reads them, and how a row names its unit and its person. */
import { reference, text } from './field.ts';
import { COMPANY_STAFF, PARK_STAFF, type Party } from './register.ts';

export const CONTRACTOR_READERS = [...PARK_STAFF, ...COMPANY_STAFF, 'contractor'] as const satisfies readonly Party[];
/** A contractor enters its own; the company that lets it in answers for it. */
export const CONTRACTOR_WRITERS = [...COMPANY_STAFF, 'contractor'] as const satisfies readonly Party[];
/** Numbers of people are looked up by those who let them in. */
export const CONTRACTOR_REVEALERS = ['park', ...COMPANY_STAFF] as const satisfies readonly Party[];

export const UNIT = reference({
  title: { zh: '承包商单位', en: 'Contractor unit' },
  register: 'contractor-units',
  required: true,
  indexed: true,
  vendor: { name: 'CREDIT_CODE', wins: 'vendor' },
});

export const personOf = <const O extends { required?: true }>(options: O) =>
  reference({
    title: { zh: '人员', en: 'Person' },
    register: 'contractor-people',
    indexed: true,
    vendor: { name: 'PERSON_ID', wins: 'vendor' },
    ...options,
  });

/** The number under which the company keeps a record. */
export const NUMBER = text({
  title: { zh: '编号', en: 'Number' },
  maxLength: 64,
  required: true,
  unique: true,
  indexed: true,
  search: true,
  edit: 'create',
  vendor: { name: 'ID', wins: 'vendor' },
});
