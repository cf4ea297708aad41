/** Stores and actions of the registers of accounts, for whoever composes the registers. */
import { rolePolicies } from '../../registers/role-policies.ts';
import { companyUsers, users } from '../../registers/users.ts';
import type { ActionWork } from '../register/actions.ts';
import type { RegisterStore } from '../register/store.ts';
import { PolicyRows } from './policy-rows.ts';
import { type UserActionParts, userActions } from './user-actions.ts';
import { UserRows } from './user-rows.ts';

export function accountRegisters(parts: UserActionParts): {
  readonly stores: Readonly<Record<string, RegisterStore>>;
  readonly actions: Readonly<Record<string, Readonly<Record<string, ActionWork>>>>;
} {
  const { sessions } = parts;
  const actions = userActions(parts);
  return {
    stores: {
      [users.name]: new UserRows(users, sessions),
      [companyUsers.name]: new UserRows(companyUsers, sessions),
      [rolePolicies.name]: new PolicyRows(rolePolicies, sessions),
    },
    actions: { [users.name]: actions, [companyUsers.name]: actions },
  };
}
