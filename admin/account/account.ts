/** One's own account: factors, sessions. Governing those of others is governance.ts. */
import type { AccountAnswer, Enrolment } from '../../core/account-api.ts';
import { AppError } from '../../core/errors.ts';
import { PASSWORD_RULES } from '../../security/password.ts';
import type { Session, Sessions } from '../../security/sessions.ts';
import type { UserStore } from '../ports.ts';
import type { Enrolments } from './enrolments.ts';
import type { FactorStore } from './factors.ts';
import type { RolePolicies } from './role-policies.ts';

export interface AccountParts {
  readonly users: UserStore;
  readonly sessions: Sessions;
  readonly factors: FactorStore;
  readonly enrolments: Enrolments;
  readonly policies: RolePolicies;
}

export class Account {
  readonly #parts: AccountParts;

  constructor(parts: AccountParts) {
    this.#parts = parts;
  }

  async show(session: Session): Promise<AccountAnswer> {
    const { users, sessions, factors, policies } = this.#parts;
    const { userId } = session;
    const user = await users.findByName(session.userName);
    if (user === null) throw new AppError('NOT_FOUND', { detail: 'the account is gone' });
    const all = await sessions.list(userId);
    return {
      factors: (await factors.of(userId)).map(({ kind, createdAtMs, lastUsedAtMs }) => ({
        kind,
        createdAtMs,
        lastUsedAtMs,
      })),
      recoveryCodesLeft: await factors.recoveryCodesLeft(userId),
      needsFactor: (await policies.of(session.role)).secondFactor,
      passwordDueAtMs: user.passwordChangedAtMs + PASSWORD_RULES.maxAgeMs,
      sessions: all.map(({ sessionId, address, createdAtMs, expiresAtMs }) => ({
        sessionId,
        address,
        createdAtMs,
        expiresAtMs,
        isThis: sessionId === session.sessionId,
      })),
    };
  }

  /** The caller proved the password once more. */
  beginEnrolment(session: Session): Promise<Enrolment> {
    return this.#parts.enrolments.begin({ userId: session.userId, name: session.userName }, session.sessionId);
  }

  confirmEnrolment(session: Session, code: string, address: string): ReturnType<Enrolments['confirm']> {
    const user = { userId: session.userId, name: session.userName };
    return this.#parts.enrolments.confirm(user, session.sessionId, code, address);
  }

  /** false: the user has no such session. */
  async endSession(session: Session, sessionId: string, address: string): Promise<boolean> {
    const { users, sessions } = this.#parts;
    const { userId, userName } = session;
    const found = (await sessions.list(userId)).find((one) => one.sessionId === sessionId);
    if (found === undefined) return false;
    await sessions.end(found);
    await users.write({
      actor: { userId, userName, address },
      action: 'session.revoke',
      subject: userName,
      outcome: 'ok',
      detail: { address: found.address, startedAtMs: found.createdAtMs },
    });
    return true;
  }
}
