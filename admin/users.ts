/**
 * Accounts: what makes a valid one, adding it, and giving it a new password. The operations command and the
 * demonstration park call this.
 */
import type { Clock } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import { err, ok, type Result } from '../core/result.ts';
import {
  DEFAULT_COST,
  generatePassword,
  hashPassword,
  newPasswordFault,
  passwordFault,
  type ScryptCost,
} from '../security/password.ts';
import { foldUserName, type SignInAttempts } from '../security/session-attempts.ts';
import type { Sessions } from '../security/sessions.ts';
import { isCompanyRole, ROLES, type Role } from '../stream/protocol/vocabulary.ts';
import type { Actor } from './audit.ts';
import type { StoredUser, UserStore } from './ports.ts';
import type { InputFault } from './route.ts';

export interface UserRequest {
  readonly name: string;
  readonly displayName?: string;
  readonly role: string;
  /** Company code; null: the whole park. */
  readonly companyCode: string | null;
  readonly department?: string | null;
  /** Of the role contractor: its unit. */
  readonly contractorCode?: string | null;
  /** null: one is made. */
  readonly password: string | null;
  /** false only where a person is not going to sign in for the first time with it: the demonstration park. */
  readonly mustChangePassword: boolean;
}

export interface AddedUser {
  readonly user: StoredUser;
  /** The generated password, once; null when the caller gave one. */
  readonly generatedPassword: string | null;
}

const NAME_FORM = /^[\p{L}\p{N}][\p{L}\p{N}._-]{0,63}$/u;

/** Throws AppError CONFLICT (name taken), NOT_FOUND (no such company), DATABASE_UNAVAILABLE. */
export async function addUser(
  users: UserStore,
  clock: Clock,
  actor: Actor,
  request: UserRequest,
  cost: ScryptCost = DEFAULT_COST,
): Promise<Result<AddedUser, InputFault>> {
  const name = foldUserName(request.name);
  if (!NAME_FORM.test(name)) return err({ code: 'INPUT_INVALID', detail: 'name: 1 to 64 letters, digits, . _ -' });
  const role = ROLES.find((known) => known === request.role);
  if (role === undefined) return err({ code: 'INPUT_INVALID', detail: `role: one of ${ROLES.join(', ')}` });
  const { companyCode, department = null, contractorCode = null } = request;
  const scopeFault = scopeFaultOf(role, { companyCode, department, contractorCode });
  if (scopeFault !== null) return err({ code: 'INPUT_INVALID', detail: scopeFault });
  const password = request.password ?? generatePassword();
  const fault = passwordFault(password);
  if (fault !== null) return err({ code: 'PASSWORD_WEAK', detail: fault });
  const user = await users.add(
    {
      name,
      displayName: request.displayName ?? request.name.trim(),
      role,
      companyCode,
      department,
      contractorCode,
      passwordHash: await hashPassword(password, cost),
      mustChangePassword: request.mustChangePassword,
      passwordChangedAtMs: clock.nowMs(),
    },
    {
      actor,
      action: 'user.add',
      subject: name,
      outcome: 'ok',
      detail: { role, companyCode, department, contractorCode, mustChangePassword: request.mustChangePassword },
    },
  );
  return ok({ user, generatedPassword: request.password === null ? password : null });
}

/** The current one and those before it. */
export const passwordsOf = ({ passwordHash, passwordHistory }: StoredUser): string[] => [
  ...(passwordHash === null ? [] : [passwordHash]),
  ...passwordHistory,
];

/** Only a company's own staff have a company, only a contractor a unit; the park's departments and companies' offices have desks. */
export function scopeFaultOf(
  role: Role,
  { companyCode, department, contractorCode }: Pick<StoredUser, 'companyCode' | 'department' | 'contractorCode'>,
): string | null {
  if (isCompanyRole(role) !== (companyCode !== null)) {
    return companyCode === null ? `company: the role ${role} needs one` : `company: the role ${role} takes none`;
  }
  if ((role === 'contractor') !== (contractorCode !== null)) {
    return contractorCode === null
      ? 'contractor: the role contractor needs its unit'
      : `contractor: the role ${role} takes none`;
  }
  if (department !== null && role !== 'park' && !isCompanyRole(role)) return `department: the role ${role} takes none`;
  return null;
}

/**
 * A new password by an administrator: lifts a lock, and every session of the user ends. Throws AppError NOT_FOUND (no
 * such user), DATABASE_UNAVAILABLE.
 */
export async function resetPassword(
  users: UserStore,
  sessions: Sessions,
  attempts: SignInAttempts,
  clock: Clock,
  actor: Actor,
  request: Pick<UserRequest, 'name' | 'password' | 'mustChangePassword'>,
  cost: ScryptCost = DEFAULT_COST,
): Promise<Result<AddedUser, InputFault>> {
  const name = foldUserName(request.name);
  const user = await users.findByName(name);
  if (user === null) throw new AppError('NOT_FOUND', { detail: `user ${name}` });
  const password = request.password ?? generatePassword();
  const fault = await newPasswordFault(password, passwordsOf(user));
  if (fault !== null) return err({ code: 'PASSWORD_WEAK', detail: fault });
  const { mustChangePassword } = request;
  await users.setPassword(
    user.userId,
    {
      oldHash: user.passwordHash,
      newHash: await hashPassword(password, cost),
      atMs: clock.nowMs(),
      mustChangePassword,
    },
    { actor, action: 'password.reset', subject: name, outcome: 'ok', detail: { mustChangePassword } },
  );
  await attempts.succeeded(name);
  await sessions.endAll(user.userId);
  return ok({ user, generatedPassword: request.password === null ? password : null });
}
