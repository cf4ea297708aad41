/** The parts of sign-in and accounts over their stores: composed once for the server and once for its tests. */
import type { Clock } from '../../core/clock.ts';
import type { Sealer } from '../../security/gm.ts';
import type { ScryptCost } from '../../security/password.ts';
import { PendingSignIns, type ShortLivedStore } from '../../security/pending-sign-ins.ts';
import { type AttemptStore, SignInAttempts } from '../../security/session-attempts.ts';
import { type SessionStore, Sessions } from '../../security/sessions.ts';
import type { UserStore } from '../ports.ts';
import { type OnAttack, SignIn } from '../sign-in.ts';
import { Account } from './account.ts';
import { Enrolments } from './enrolments.ts';
import { FactorCheck } from './factor-check.ts';
import type { FactorStore } from './factors.ts';
import { type PolicyStore, RolePolicies } from './role-policies.ts';

export interface IdentityStores {
  readonly users: UserStore;
  readonly factors: FactorStore;
  readonly policyStore: PolicyStore;
  readonly sessionStore: SessionStore & ShortLivedStore;
  readonly attemptStore: AttemptStore;
  readonly sealer: Sealer;
  readonly clock: Clock;
  /** The park's name, as an authenticator app shows it. */
  readonly issuer: string;
  readonly waivesFactor: boolean;
  readonly onAttack: OnAttack;
  readonly cost?: ScryptCost;
}

export interface Identity {
  readonly signIn: SignIn;
  readonly account: Account;
  readonly sessions: Sessions;
  readonly attempts: SignInAttempts;
  readonly factors: FactorStore;
  readonly policies: RolePolicies;
}

export function createIdentity(stores: IdentityStores): Identity {
  const { users, factors, policyStore, sessionStore, attemptStore, sealer, clock, issuer, ...rest } = stores;
  const sessions = new Sessions(sessionStore, clock);
  const attempts = new SignInAttempts(attemptStore);
  const pending = new PendingSignIns(sessionStore, clock);
  const policies = new RolePolicies(policyStore, clock);
  const enrolments = new Enrolments({ factors, pending, sealer, clock, issuer });
  const factorCheck = new FactorCheck(factors, sealer, clock);
  const base = { users, sessions, factors, enrolments, policies };
  return {
    signIn: new SignIn({ ...base, ...rest, pending, attempts, factorCheck, clock }),
    account: new Account(base),
    sessions,
    attempts,
    factors,
    policies,
  };
}
