/**
 * What the admin server asks of the database, without a connection type in it. The real ones are user-store.ts and
 * directory.ts; the twins in memory-ports.ts. Every read of park data takes the reader's company scope: there is no way to
 * ask without one.
 */
import type {
  FindingsAnswer,
  InterfacesAnswer,
  LedgerAnswer,
  OpsAlarmsAnswer,
  PersonCard,
  RefusalsAnswer,
  SamePerson,
  TrackAnswer,
} from '../core/web-api.ts';
import type { AlarmFilter } from '../db/alarms.ts';
import type { CompanyScope } from '../db/company-scope.ts';
import type { PersonKey } from '../db/people.ts';
import type { AlarmView } from '../stream/protocol/effects.ts';
import type { Role } from '../stream/protocol/vocabulary.ts';
import type { AuditEntry, AuditTrail } from './audit.ts';

export interface StoredUser {
  readonly userId: string;
  /** Folded by foldUserName: one spelling, one user. */
  readonly name: string;
  readonly displayName: string;
  readonly role: Role;
  readonly companyCode: string | null;
  /** Of the park, or the office of a company that work orders go to. */
  readonly department: string | null;
  /** Of the role contractor: its unit. */
  readonly contractorCode: string | null;
  /** null: no first password was issued yet. */
  readonly passwordHash: string | null;
  /** Hashes before the current one, newest first. */
  readonly passwordHistory: readonly string[];
  readonly mustChangePassword: boolean;
  readonly passwordChangedAtMs: number;
  readonly lockedUntilMs: number | null;
  readonly disabled: boolean;
  /** An administrator's account that waits for the second person. */
  readonly unconfirmed: boolean;
}

export interface PasswordSet {
  readonly oldHash: string | null;
  readonly newHash: string;
  readonly atMs: number;
  readonly mustChangePassword: boolean;
}

export interface ListedUser
  extends Pick<
    StoredUser,
    'userId' | 'name' | 'displayName' | 'role' | 'companyCode' | 'department' | 'contractorCode'
  > {
  readonly disabled: boolean;
  readonly lockedUntilMs: number | null;
  readonly lastSignInAtMs: number | null;
}

export type NewUser = Pick<
  StoredUser,
  | 'name'
  | 'displayName'
  | 'role'
  | 'companyCode'
  | 'department'
  | 'contractorCode'
  | 'passwordHash'
  | 'mustChangePassword'
  | 'passwordChangedAtMs'
>;

/** Each write carries its audit entry and commits with it. */
export interface UserStore extends AuditTrail {
  findByName(name: string): Promise<StoredUser | null>;
  /** Throws AppError CONFLICT (the name is taken) or NOT_FOUND (no such company). */
  add(user: NewUser, audit: AuditEntry): Promise<StoredUser>;
  /** Whether the account may still sign in with that password, once every change under way has ended. */
  stands(userId: string, passwordChangedAtMs: number): Promise<boolean>;
  /** A good sign-in: clears failures, and keeps `rehashed` where the hash was made anew at today's cost. */
  recordSignIn(userId: string, atMs: number, rehashed: string | null, audit: AuditEntry): Promise<void>;
  recordFailure(userId: string, failures: number, lockedUntilMs: number | null, audit: AuditEntry): Promise<void>;
  /** The old hash moves into the history and a lock is lifted. Throws AppError CONFLICT when `oldHash` is not the current one any more. */
  setPassword(userId: string, change: PasswordSet, audit: AuditEntry): Promise<void>;
  /** By name. */
  list(): Promise<ListedUser[]>;
}

export interface TrackRequest {
  readonly companyCode: string | null;
  readonly people: readonly PersonKey[];
  readonly fromMs: number;
  readonly toMs: number;
  /** Largest distance a left-out point may have from the line drawn, m; 0: every point. */
  readonly toleranceM: number;
}

export interface AlarmRequest {
  readonly filter: AlarmFilter;
  readonly fromMs: number | null;
  readonly toMs: number | null;
  readonly limit: number;
  readonly cursor: string | null;
}

/** Registers and history. Outside the scope is the same as not there. */
export interface Directory {
  /** The clear mobile number never leaves this port: it arrives masked. */
  personCard(scope: CompanyScope, companyCode: string, key: PersonKey): Promise<PersonCard | null>;
  /** Registrations of the person's ID number at other companies; of a person out of scope there are none. */
  samePerson(scope: CompanyScope, companyCode: string, personId: string): Promise<SamePerson['people']>;
  tracks(scope: CompanyScope, request: TrackRequest): Promise<TrackAnswer>;
  alarms(
    scope: CompanyScope,
    request: AlarmRequest,
  ): Promise<{ readonly alarms: readonly AlarmView[]; readonly nextCursor: string | null }>;
}

export interface LedgerRequest {
  readonly fromMs: number;
  readonly toMs: number;
  /** null: every company, every interface in scope. */
  readonly companyCode: string | null;
  readonly interface: string | null;
}

/** What companies' suppliers send and what became of it. Outside the scope is the same as not there. */
export interface IntakeDesk {
  ledger(scope: CompanyScope, request: LedgerRequest): Promise<LedgerAnswer>;
  interfaces(scope: CompanyScope): Promise<InterfacesAnswer>;
  /** `companyCode` '': of unknown app ids, for the whole park's readers. `before`: what an earlier answer called nextBefore. */
  refusals(scope: CompanyScope, companyCode: string, before: string | null): Promise<RefusalsAnswer>;
  findings(scope: CompanyScope): Promise<FindingsAnswer>;
  opsAlarms(scope: CompanyScope): Promise<OpsAlarmsAnswer>;
}
