/** Who may do what with a register, and which rows they may know. */

import type { AnyRegister, Party } from '../../registers/register.ts';
import type { Session } from '../../security/sessions.ts';
import { ROLES, type Role } from '../../stream/protocol/vocabulary.ts';
import type { RowScope } from './store.ts';

/** Who asks, as the session says. */
export interface RegisterUser
  extends Pick<Session, 'userId' | 'userName' | 'role' | 'companyCode' | 'department' | 'contractorCode'> {
  readonly address: string | null;
}

const COMPANY_ROLES: ReadonlySet<Role> = new Set<Role>(['company-admin', 'enterprise', 'contractor']);
/** A code that no company and no unit has. */
const NOBODY = '';

export const userOf = (session: Session, address: string | null): RegisterUser => ({
  userId: session.userId,
  userName: session.userName,
  role: session.role,
  companyCode: session.companyCode,
  department: session.department,
  contractorCode: session.contractorCode,
  address,
});

function isOf(user: Pick<RegisterUser, 'role' | 'department'>, party: Party): boolean {
  if (party.startsWith('park:')) return user.role === 'park' && `park:${user.department}` === party;
  if (!party.startsWith('company:')) return user.role === party;
  const isStaff = user.role === 'company-admin' || user.role === 'enterprise';
  return isStaff && `company:${user.department}` === party;
}

export const may = (user: Pick<RegisterUser, 'role' | 'department'>, parties: readonly Party[] | undefined): boolean =>
  parties?.some((party) => isOf(user, party)) === true;

/** Whose members may be among the parties; the desk asks further. */
export function rolesOf(...parties: readonly (readonly Party[] | undefined)[]): Role[] {
  const named = new Set(
    parties
      .flatMap((list) => list ?? [])
      .flatMap((party): readonly string[] => {
        if (party.startsWith('park:')) return ['park'];
        return party.startsWith('company:') ? ['company-admin', 'enterprise'] : [party];
      }),
  );
  return ROLES.filter((role) => named.has(role));
}

/** A company's people never see past it, nor a contractor's past their unit, whatever a register forgets to say. */
export function rowScope(user: RegisterUser, register: AnyRegister): RowScope {
  const ofUnit = user.role === 'contractor' && register.contractor !== undefined;
  const contractorCode = ofUnit ? (user.contractorCode ?? NOBODY) : null;
  if (register.scope === 'park' && register.company === undefined) return { companyCode: null, contractorCode };
  const mustHaveCompany = COMPANY_ROLES.has(user.role) && !ofUnit;
  return { companyCode: user.companyCode ?? (mustHaveCompany ? NOBODY : null), contractorCode };
}

export const isEditable = ({ states }: AnyRegister, state: string | null): boolean =>
  states?.editableIn === undefined || (state !== null && states.editableIn.includes(state));
