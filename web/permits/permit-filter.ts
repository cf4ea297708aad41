/**
 * What the list of permits shows, in the address: every filter is a link. Days in the address are those of the park; the server is
 * asked in instants. Pure.
 */

import { WORK_TYPES } from '../../standard/special-work.ts';
import { PERMIT_STATUS_BY_CODE, type PermitStatus } from '../../stream/protocol/permits.ts';
import { chinaDaySpan } from '../registers/china-time.ts';

export interface PermitFilter {
  readonly search: string;
  /** '' : every company. */
  readonly companyCode: string;
  readonly applicant: string;
  readonly unit: string;
  readonly site: string;
  readonly workCodes: readonly string[];
  readonly statuses: readonly PermitStatus[];
  /** yyyy-MM-dd, both included; '' : open. */
  readonly from: string;
  readonly to: string;
  readonly alarmed: boolean;
}
export const NO_FILTER: PermitFilter = {
  search: '',
  companyCode: '',
  applicant: '',
  unit: '',
  site: '',
  workCodes: [],
  statuses: [],
  from: '',
  to: '',
  alarmed: false,
};

export const PERMIT_STATUSES: readonly PermitStatus[] = Object.values(PERMIT_STATUS_BY_CODE);
const TEXTS = ['search', 'companyCode', 'applicant', 'unit', 'site', 'from', 'to'] as const;

/** Words that mean nothing are left out. */
export function filterFrom(query: URLSearchParams): PermitFilter {
  const list = (name: string): string[] => (query.get(name) ?? '').split(',').filter((part) => part !== '');
  const texts = Object.fromEntries(TEXTS.map((name) => [name, (query.get(name) ?? '').trim()]));
  return {
    ...NO_FILTER,
    ...texts,
    workCodes: list('workCodes').filter((code) => Object.hasOwn(WORK_TYPES, code)),
    statuses: PERMIT_STATUSES.filter((status) => list('statuses').includes(status)),
    alarmed: query.get('alarmed') === 'true',
  };
}

/** For the address. */
export function filterQuery(filter: Partial<PermitFilter>): URLSearchParams {
  const { workCodes, statuses, alarmed, ...texts } = { ...NO_FILTER, ...filter };
  const query = new URLSearchParams();
  for (const name of TEXTS) if (texts[name] !== '') query.set(name, texts[name]);
  if (workCodes.length > 0) query.set('workCodes', workCodes.join(','));
  if (statuses.length > 0) query.set('statuses', statuses.join(','));
  if (alarmed) query.set('alarmed', 'true');
  return query;
}

/** For the server (PermitQuery). */
export function askedQuery(filter: PermitFilter): URLSearchParams {
  const query = filterQuery({ ...filter, from: '', to: '' });
  const from = chinaDaySpan(filter.from);
  const to = chinaDaySpan(filter.to);
  if (from !== null) query.set('fromMs', String(from.fromMs));
  if (to !== null) query.set('toMs', String(to.toMs));
  return query;
}

/** `#permits/list?...`: where a number of a board leads. */
export function listHash(filter: Partial<PermitFilter>): string {
  const query = filterQuery(filter).toString().replaceAll('%2C', ',');
  return `#permits/list${query === '' ? '' : `?${query}`}`;
}
