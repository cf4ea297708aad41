/** What the security administrator asks of a role's sign-in, and what holds where nothing was asked. Pure. */
import { ADMINISTRATOR_ROLES, type Role } from '../stream/protocol/vocabulary.ts';

export interface RolePolicy {
  readonly role: Role;
  readonly secondFactor: boolean;
  /** A new sign-in ends the sessions before it. */
  readonly singleSession: boolean;
  /** Addresses and CIDR ranges; empty: any. */
  readonly addresses: readonly string[];
}

/** Whoever governs accounts proves more than a password; of the three administrators nobody can take that off. */
export const NEEDS_FACTOR: readonly Role[] = [...ADMINISTRATOR_ROLES, 'company-admin'];

export const defaultPolicy = (role: Role): RolePolicy => ({
  role,
  secondFactor: NEEDS_FACTOR.includes(role),
  singleSession: false,
  addresses: [],
});

export const isAdministrator = (role: Role): boolean => (ADMINISTRATOR_ROLES as readonly Role[]).includes(role);
