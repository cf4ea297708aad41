/**
 * Signing in by steps (password, then a second factor or the setting up of one, then a session) and changing one's password:
 * password rules, lock-out, factors, sessions and audit in one order. Only `#start` makes a session, and only after the factor
 * that the user has or the role needs. A refusal never tells whether the name exists: unknown and disabled names cost the same
 * key derivation and lock the same way. Called by admin/session-routes.ts.
 */
import type { ProofKind } from '../core/account-api.ts';
import type { Clock } from '../core/clock.ts';
import type { ErrorCode } from '../core/errors.ts';
import { err, ok, type Result } from '../core/result.ts';
import {
  DEFAULT_COST,
  hashPassword,
  isPasswordExpired,
  needsRehash,
  newPasswordFault,
  PASSWORD_RULES,
  type ScryptCost,
  verifyPassword,
} from '../security/password.ts';
import type { PendingSignIn, PendingSignIns } from '../security/pending-sign-ins.ts';
import { foldUserName, type SignInAttempts } from '../security/session-attempts.ts';
import type { Session, Sessions } from '../security/sessions.ts';
import { Turns } from '../security/turns.ts';
import type { Enrolments, ShownEnrolment } from './account/enrolments.ts';
import type { FactorCheck } from './account/factor-check.ts';
import type { FactorStore } from './account/factors.ts';
import type { RolePolicies } from './account/role-policies.ts';
import type { AuditEntry } from './audit.ts';
import type { StoredUser, UserStore } from './ports.ts';
import { passwordsOf } from './users.ts';

export interface Refusal {
  readonly code: ErrorCode;
  readonly detail?: string;
  /** Becomes the header Retry-After. */
  readonly retryAfterMs?: number;
}

export interface Started {
  readonly cookie: string;
  readonly session: Session;
}

/** What a right password leads to. */
export type SignInStep =
  | ({ readonly step: 'session' } & Started)
  | {
      readonly step: 'factor';
      readonly pending: string;
      readonly expiresAtMs: number;
      readonly proofs: readonly ProofKind[];
    }
  | { readonly step: 'enrol'; readonly pending: string; readonly expiresAtMs: number };

/** Somebody tries passwords or codes: told as an ops alarm. */
export type OnAttack = (name: string, companyCode: string | null, address: string) => void;

export interface SignInParts {
  readonly users: UserStore;
  readonly sessions: Sessions;
  readonly pending: PendingSignIns;
  readonly attempts: SignInAttempts;
  readonly factors: FactorStore;
  readonly factorCheck: FactorCheck;
  readonly enrolments: Enrolments;
  readonly policies: RolePolicies;
  readonly clock: Clock;
  /** The demonstration setting: asks for no second factor of those who have none. */
  readonly waivesFactor: boolean;
  readonly onAttack: OnAttack;
  readonly cost?: ScryptCost;
}

/** A name nobody has: audit rows do not keep what was typed, it may have been a password. */
const NOBODY = '(unknown)';

export class SignIn {
  readonly #parts: SignInParts;
  readonly #cost: ScryptCost;
  readonly #turns = new Turns();
  /** Stands in for the hash of a user who does not exist. */
  #decoy: Promise<string> | null = null;

  constructor(parts: SignInParts) {
    this.#parts = parts;
    this.#cost = parts.cost ?? DEFAULT_COST;
  }

  /** Throws AppError DATABASE_UNAVAILABLE or REDIS_UNAVAILABLE: new sign-ins need both. */
  async signIn(typedName: string, password: string, address: string): Promise<Result<SignInStep, Refusal>> {
    const { users, factors, policies, pending, waivesFactor } = this.#parts;
    const checked = await this.#check(foldUserName(typedName), password, address, 'session.start');
    if (!checked.ok) return checked;
    const user = checked.value;
    if (!(await policies.lets(user.role, address))) {
      await users.write(entryOf(user, address, 'session.start', 'refused', { reason: 'address' }));
      return err({ code: 'ADDRESS_NOT_ALLOWED' });
    }
    const kinds = (await factors.of(user.userId)).map(({ kind }) => kind);
    const needsFactor = !waivesFactor && (await policies.of(user.role)).secondFactor;
    if (kinds.length === 0 && !needsFactor) {
      const started = await this.#start(user, address, 'password', password);
      return started.ok ? ok({ step: 'session', ...started.value }) : started;
    }
    const step = kinds.length === 0 ? 'enrol' : 'factor';
    const { userId, name: userName, passwordChangedAtMs } = user;
    const begun = await pending.begin({ userId, userName, address, step, passwordChangedAtMs });
    const answer = { pending: begun.id, expiresAtMs: begun.expiresAtMs };
    if (step === 'enrol') return ok({ step, ...answer });
    const hasCodes = (await factors.recoveryCodesLeft(userId)) > 0;
    return ok({ step, ...answer, proofs: [...kinds, ...(hasCodes ? (['recovery'] as const) : [])] });
  }

  /** A text to sign with the user's SM2 key, for two minutes. */
  async challenge(
    pendingId: string,
    address: string,
  ): Promise<Result<{ readonly message: string; readonly expiresAtMs: number }, Refusal>> {
    const found = await this.#resume(pendingId, 'factor', address);
    return found.ok ? ok(await this.#parts.pending.challenge(pendingId, found.value.user.name)) : found;
  }

  async proveFactor(
    pendingId: string,
    proof: { readonly kind: ProofKind; readonly text: string },
    address: string,
  ): Promise<Result<Started, Refusal>> {
    const found = await this.#resume(pendingId, 'factor', address);
    if (!found.ok) return found;
    const { user } = found.value;
    return this.#turns.take(user.userId, async () => {
      const { attempts, users, pending, factorCheck } = this.#parts;
      const subject = factorSubject(user.userId);
      const verdict = await attempts.begin(subject);
      if (verdict.kind === 'locked') {
        await users.write(entryOf(user, address, 'session.start', 'refused', { reason: 'locked' }));
        return err({ code: 'ACCOUNT_LOCKED', retryAfterMs: verdict.retryAfterMs });
      }
      if (!(await factorCheck.isGood(user, proof, () => pending.takeChallenge(pendingId)))) {
        const locked = await attempts.failed(subject, verdict.attempt);
        const lockedUntilMs = locked ? this.#parts.clock.nowMs() + PASSWORD_RULES.lockMs : null;
        const entry = entryOf(user, address, 'session.start', 'refused', { reason: `wrong ${proof.kind}` });
        await users.recordFailure(user.userId, verdict.attempt, lockedUntilMs, entry);
        if (locked) {
          await pending.take(pendingId);
          this.#parts.onAttack(user.name, user.companyCode, address);
        }
        return err({ code: 'FACTOR_WRONG' });
      }
      // Of several good proofs at once one starts a session: the others come for nothing.
      if ((await pending.take(pendingId)) === null) return err({ code: 'SIGN_IN_BEGIN_AGAIN' });
      await attempts.succeeded(subject);
      return this.#start(user, address, proof.kind);
    });
  }

  /** A secret for an app, for a user who has to have a factor and has none. */
  async beginEnrolment(pendingId: string, address: string): Promise<Result<ShownEnrolment, Refusal>> {
    const found = await this.#resume(pendingId, 'enrol', address);
    return found.ok ? ok(await this.#parts.enrolments.begin(found.value.user, pendingId)) : found;
  }

  async confirmEnrolment(
    pendingId: string,
    code: string,
    address: string,
  ): Promise<Result<Started & { readonly recoveryCodes: readonly string[] }, Refusal>> {
    const found = await this.#resume(pendingId, 'enrol', address);
    if (!found.ok) return found;
    const { user } = found.value;
    return this.#turns.take(user.userId, async () => {
      const { pending, enrolments, factors } = this.#parts;
      // Somebody with the same password was faster: that one's factor is the user's, and is asked for.
      if ((await factors.of(user.userId)).length > 0) return err({ code: 'SIGN_IN_BEGIN_AGAIN' });
      const confirmed = await enrolments.confirm(user, pendingId, code, address);
      if (!confirmed.ok) return confirmed;
      if ((await pending.take(pendingId)) === null) return err({ code: 'SIGN_IN_BEGIN_AGAIN' });
      const started = await this.#start(user, address, 'totp');
      return started.ok ? ok({ ...started.value, recoveryCodes: confirmed.value }) : started;
    });
  }

  /** Ends every session of the user and starts a new one. */
  async changePassword(
    session: Session,
    change: { readonly current: string; readonly next: string },
    address: string,
  ): Promise<Result<Started, Refusal>> {
    const { users, sessions, clock } = this.#parts;
    const checked = await this.#check(session.userName, change.current, address, 'password.change');
    if (!checked.ok) return checked;
    const known = checked.value;
    const fault = await newPasswordFault(change.next, passwordsOf(known));
    if (fault !== null) {
      await users.write(entryOf(known, address, 'password.change', 'refused', { reason: fault }));
      return err({ code: 'PASSWORD_WEAK', detail: fault });
    }
    const newHash = await hashPassword(change.next, this.#cost);
    const atMs = clock.nowMs();
    await users.setPassword(
      known.userId,
      { oldHash: known.passwordHash, newHash, atMs, mustChangePassword: false },
      entryOf(known, address, 'password.change', 'ok'),
    );
    await sessions.endAll(known.userId);
    return this.#begin({ ...known, mustChangePassword: false, passwordChangedAtMs: atMs }, address);
  }

  /** Whoever is signed in says the password once more, before a factor changes or a secret is shown. */
  async provePassword(
    session: Pick<Session, 'userName'>,
    password: string,
    address: string,
  ): Promise<Result<StoredUser, Refusal>> {
    return this.#check(session.userName, password, address, 'factor.enrol');
  }

  /** The one place where a session begins. */
  async #start(
    user: StoredUser,
    address: string,
    proof: ProofKind | 'password',
    password: string | null = null,
  ): Promise<Result<Started, Refusal>> {
    const { users, sessions, clock, policies } = this.#parts;
    const isOld = password !== null && user.passwordHash !== null && needsRehash(user.passwordHash, this.#cost);
    const rehashed = isOld ? await hashPassword(password, this.#cost) : null;
    const entry = entryOf(user, address, 'session.start', 'ok', { proof });
    await users.recordSignIn(user.userId, clock.nowMs(), rehashed, entry);
    if ((await policies.of(user.role)).singleSession) await sessions.endAll(user.userId);
    return this.#begin(user, address);
  }

  /** Whoever disables the account or changes its password meanwhile ends its sessions: also the one that begins now. */
  async #begin(user: StoredUser, address: string): Promise<Result<Started, Refusal>> {
    const { users, sessions, clock } = this.#parts;
    const started = await sessions.start(sessionUserOf(user, clock), address);
    if (await users.stands(user.userId, user.passwordChangedAtMs)) return ok(started);
    await sessions.end(started.session);
    return err({ code: 'SIGN_IN_BEGIN_AGAIN' });
  }

  /** The sign-in that waits, and its user as they are now. */
  async #resume(
    pendingId: string,
    step: PendingSignIn['step'],
    address: string,
  ): Promise<Result<{ readonly pending: PendingSignIn; readonly user: StoredUser }, Refusal>> {
    const { users, pending, attempts, policies } = this.#parts;
    const waitMs = await attempts.limitAddress(address);
    if (waitMs !== null) return err({ code: 'RATE_LIMITED', retryAfterMs: waitMs });
    const found = await pending.find(pendingId);
    if (found === null || found.step !== step || found.address !== address) return err({ code: 'SIGN_IN_BEGIN_AGAIN' });
    const user = await users.findByName(found.userName);
    const stands =
      user !== null &&
      user.userId === found.userId &&
      maySignIn(user) &&
      user.passwordChangedAtMs === found.passwordChangedAtMs &&
      (await policies.lets(user.role, address));
    return stands ? ok({ pending: found, user }) : err({ code: 'SIGN_IN_BEGIN_AGAIN' });
  }

  /** Attempts of one name one after another: ten right ones at once are ten sign-ins, and none of them looks like a failure. */
  #check(
    name: string,
    password: string,
    address: string,
    action: 'session.start' | 'password.change' | 'factor.enrol',
  ): Promise<Result<StoredUser, Refusal>> {
    return this.#turns.take(name, () => this.#checkNow(name, password, address, action));
  }

  /**
   * Counts the guess, then compares; a refusal is audited. The user is read before the guess is counted: while
   * PostgreSQL is down nobody is locked out for trying.
   */
  async #checkNow(
    name: string,
    password: string,
    address: string,
    action: 'session.start' | 'password.change' | 'factor.enrol',
  ): Promise<Result<StoredUser, Refusal>> {
    const { users, attempts, clock, onAttack } = this.#parts;
    const waitMs = await attempts.limitAddress(address);
    if (waitMs !== null) return err({ code: 'RATE_LIMITED', retryAfterMs: waitMs });
    const user = await users.findByName(name);
    const verdict = await attempts.begin(name);
    const refused = (reason: string): AuditEntry => ({
      actor: { userId: user?.userId ?? null, userName: user?.name ?? NOBODY, address },
      action,
      subject: user?.name ?? null,
      outcome: 'refused',
      detail: { reason },
    });
    const lockedMs = verdict.kind === 'locked' ? verdict.retryAfterMs : (user?.lockedUntilMs ?? 0) - clock.nowMs();
    if (verdict.kind === 'locked' || lockedMs > 0) {
      await users.write(refused('locked'));
      return err({ code: 'ACCOUNT_LOCKED', retryAfterMs: lockedMs });
    }
    const matches = await verifyPassword(password, user?.passwordHash ?? (await this.#decoyHash()));
    if (user !== null && user.passwordHash !== null && matches && maySignIn(user)) {
      await attempts.succeeded(name);
      return ok(user);
    }
    const locked = await attempts.failed(name, verdict.attempt);
    if (locked) onAttack(user?.name ?? NOBODY, user?.companyCode ?? null, address);
    if (user === null) await users.write(refused('no such user'));
    else {
      const reason = !maySignIn(user) && matches ? 'disabled' : 'wrong password';
      const lockedUntilMs = locked ? clock.nowMs() + PASSWORD_RULES.lockMs : null;
      await users.recordFailure(user.userId, verdict.attempt, lockedUntilMs, refused(reason));
    }
    return err({ code: 'SIGN_IN_FAILED' });
  }

  #decoyHash(): Promise<string> {
    this.#decoy ??= hashPassword('nobody has this password', this.#cost);
    return this.#decoy;
  }
}

const maySignIn = (user: StoredUser): boolean => !user.disabled && !user.unconfirmed;

/** Counts wrong codes apart from wrong passwords: whoever has the password must not start the count anew with it. */
export const factorSubject = (userId: string): string => `factor ${userId}`;

const entryOf = (
  user: StoredUser,
  address: string,
  action: AuditEntry['action'],
  outcome: AuditEntry['outcome'],
  detail: Readonly<Record<string, unknown>> = {},
): AuditEntry => ({
  actor: { userId: user.userId, userName: user.name, address },
  action,
  subject: user.name,
  outcome,
  detail,
});

function sessionUserOf(user: StoredUser, clock: Clock) {
  return {
    userId: user.userId,
    userName: user.name,
    role: user.role,
    companyCode: user.companyCode,
    department: user.department,
    contractorCode: user.contractorCode,
    mustChangePassword: user.mustChangePassword || isPasswordExpired(user.passwordChangedAtMs, clock),
  };
}
