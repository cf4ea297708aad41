/**
 * Who may do what with whose account (docs/adr/0027). Two persons stand behind every account of the three administrators: one
 * keeps its password, another its second factor and its confirmation, so that nobody alone makes or takes one. Pure.
 */
import { isAdministrator } from '../../security/role-policy.ts';
import { isCompanyRole, type Role } from '../../stream/protocol/vocabulary.ts';

export type GoverningAct =
  | 'make'
  | 'change'
  | 'disable'
  | 'enable'
  | 'confirm'
  | 'password'
  | 'factor'
  | 'unlock'
  | 'sessions';

export interface Governed {
  readonly userId: string;
  readonly role: Role;
  readonly companyCode: string | null;
}

const OF_SYSTEM: readonly GoverningAct[] = ['make', 'change', 'disable', 'password', 'unlock', 'sessions'];
const OF_SECURITY: readonly GoverningAct[] = ['confirm', 'enable', 'disable', 'factor', 'unlock', 'sessions'];
/** Of accounts that are no administrators': the system administrator alone keeps a park with few people going. */
const OF_OTHERS: Readonly<Partial<Record<Role, readonly GoverningAct[]>>> = {
  'system-admin': ['make', 'change', 'disable', 'enable', 'password', 'factor', 'unlock', 'sessions'],
  'security-admin': ['disable', 'factor', 'unlock', 'sessions'],
};
const OF_COMPANY: readonly GoverningAct[] = [
  'make',
  'change',
  'disable',
  'enable',
  'password',
  'factor',
  'unlock',
  'sessions',
];

/** Nobody governs the own account: that is what the account page is for. */
export function governs(author: Governed, account: Governed, act: GoverningAct): boolean {
  if (author.userId === account.userId) return false;
  if (author.role === 'company-admin') {
    const isOwn =
      isCompanyRole(account.role) && account.companyCode === author.companyCode && author.companyCode !== null;
    return isOwn && OF_COMPANY.includes(act);
  }
  if (!isAdministrator(account.role)) return OF_OTHERS[author.role]?.includes(act) === true;
  if (author.role === 'system-admin') return OF_SYSTEM.includes(act);
  return author.role === 'security-admin' && OF_SECURITY.includes(act);
}
