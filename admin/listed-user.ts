/** What lists say of an account: nothing that signs anyone in. */
import type { ListedUser, StoredUser } from './ports.ts';

export function listedOf(user: StoredUser): Omit<ListedUser, 'lastSignInAtMs'> {
  const { userId, name, displayName, role, companyCode, department, contractorCode, disabled, lockedUntilMs } = user;
  return { userId, name, displayName, role, companyCode, department, contractorCode, disabled, lockedUntilMs };
}
