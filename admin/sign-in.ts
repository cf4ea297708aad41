/**
 * Signing in and out, and changing one's password: password rules, lock-out, sessions and audit in one order. A refusal
 * never tells whether the name exists: unknown and disabled names cost the same key derivation and lock the same way.
 * Called by admin/routes.ts.
 */
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
import { foldUserName, type SignInAttempts } from '../security/session-attempts.ts';
import type { Session, Sessions } from '../security/sessions.ts';
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

export interface SignInParts {
  readonly users: UserStore;
  readonly sessions: Sessions;
  readonly attempts: SignInAttempts;
  readonly clock: Clock;
  readonly cost?: ScryptCost;
}

/** A name nobody has: audit rows do not keep what was typed, it may have been a password. */
const NOBODY = '(unknown)';

export class SignIn {
  readonly #parts: SignInParts;
  readonly #cost: ScryptCost;
  /** Stands in for the hash of a user who does not exist. */
  #decoy: Promise<string> | null = null;

  constructor(parts: SignInParts) {
    this.#parts = parts;
    this.#cost = parts.cost ?? DEFAULT_COST;
  }

  /** Throws AppError DATABASE_UNAVAILABLE or REDIS_UNAVAILABLE: new sign-ins need both. */
  async signIn(typedName: string, password: string, address: string): Promise<Result<Started, Refusal>> {
    const { users, sessions, clock } = this.#parts;
    const checked = await this.#check(foldUserName(typedName), password, address, 'session.start');
    if (!checked.ok) return checked;
    const known = checked.value;
    const rehashed =
      known.passwordHash !== null && needsRehash(known.passwordHash, this.#cost)
        ? await hashPassword(password, this.#cost)
        : null;
    await users.recordSignIn(known.userId, clock.nowMs(), rehashed, {
      actor: { userId: known.userId, userName: known.name, address },
      action: 'session.start',
      subject: known.name,
      outcome: 'ok',
    });
    return ok(await sessions.start(sessionUserOf(known, clock), address));
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
    const actor = { userId: known.userId, userName: known.name, address };
    const fault = await newPasswordFault(change.next, passwordsOf(known));
    if (fault !== null) {
      await users.write({
        actor,
        action: 'password.change',
        subject: known.name,
        outcome: 'refused',
        detail: { reason: fault },
      });
      return err({ code: 'PASSWORD_WEAK', detail: fault });
    }
    const newHash = await hashPassword(change.next, this.#cost);
    await users.setPassword(
      known.userId,
      { oldHash: known.passwordHash, newHash, atMs: clock.nowMs(), mustChangePassword: false },
      { actor, action: 'password.change', subject: known.name, outcome: 'ok' },
    );
    await sessions.endAll(known.userId);
    const changed = { ...known, mustChangePassword: false, passwordChangedAtMs: clock.nowMs() };
    return ok(await sessions.start(sessionUserOf(changed, clock), address));
  }

  /**
   * Counts the guess, then compares; a refusal is audited. The user is read before the guess is counted: while
   * PostgreSQL is down nobody is locked out for trying.
   */
  async #check(
    name: string,
    password: string,
    address: string,
    action: 'session.start' | 'password.change',
  ): Promise<Result<StoredUser, Refusal>> {
    const { users, attempts, clock } = this.#parts;
    const waitMs = await attempts.limitAddress(address);
    if (waitMs !== null) return err({ code: 'RATE_LIMITED', retryAfterMs: waitMs });
    const user = await users.findByName(name);
    const verdict = await attempts.begin(name);
    const refused = (reason: string) =>
      ({
        actor: { userId: user?.userId ?? null, userName: user?.name ?? NOBODY, address },
        action,
        subject: user?.name ?? null,
        outcome: 'refused',
        detail: { reason },
      }) as const;
    const lockedMs = verdict.kind === 'locked' ? verdict.retryAfterMs : (user?.lockedUntilMs ?? 0) - clock.nowMs();
    if (verdict.kind === 'locked' || lockedMs > 0) {
      await users.write(refused('locked'));
      return err({ code: 'ACCOUNT_LOCKED', retryAfterMs: lockedMs });
    }
    const matches = await verifyPassword(password, user?.passwordHash ?? (await this.#decoyHash()));
    if (user !== null && user.passwordHash !== null && matches && !user.disabled) {
      await attempts.succeeded(name);
      return ok(user);
    }
    const locked = await attempts.failed(name, verdict.attempt);
    if (user === null) await users.write(refused('no such user'));
    else {
      const reason = user.disabled && matches ? 'disabled' : 'wrong password';
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
