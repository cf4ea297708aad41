/** Memory twins of the admin server's ports, for tests. The user store runs the same contract suite as PostgreSQL's. */
import { randomUUID } from 'node:crypto';
import { AppError } from '../core/errors.ts';
import type {
  FindingsAnswer,
  InterfacesAnswer,
  LedgerAnswer,
  OpsAlarmsAnswer,
  PersonCard,
  Refusal,
  RefusalsAnswer,
  SamePerson,
  TrackAnswer,
} from '../core/web-api.ts';
import type { CompanyScope } from '../db/company-scope.ts';
import type { PersonKey } from '../db/people.ts';
import { PASSWORD_RULES } from '../security/password.ts';
import type { AlarmView } from '../stream/protocol/effects.ts';
import type { AuditEntry } from './audit.ts';
import { listedOf } from './listed-user.ts';
import type {
  AlarmRequest,
  Directory,
  IntakeDesk,
  LedgerRequest,
  ListedUser,
  NewUser,
  PasswordSet,
  StoredUser,
  TrackRequest,
  UserStore,
} from './ports.ts';

export class MemoryUserStore implements UserStore {
  readonly #users = new Map<string, StoredUser>();
  readonly #signedInAtMs = new Map<string, number>();
  readonly #companies: ReadonlySet<string>;
  /** Oldest first. */
  readonly audit: AuditEntry[] = [];

  constructor(companies: readonly string[] = []) {
    this.#companies = new Set(companies);
  }

  async findByName(name: string): Promise<StoredUser | null> {
    return [...this.#users.values()].find((user) => user.name === name) ?? null;
  }

  async add(user: NewUser, audit: AuditEntry): Promise<StoredUser> {
    if ((await this.findByName(user.name)) !== null) throw new AppError('CONFLICT', { detail: `user ${user.name}` });
    if (user.companyCode !== null && !this.#companies.has(user.companyCode)) {
      throw new AppError('NOT_FOUND', { detail: `company ${user.companyCode}` });
    }
    const stored = {
      ...user,
      userId: randomUUID(),
      passwordHistory: [],
      lockedUntilMs: null,
      disabled: false,
      unconfirmed: false,
    };
    this.#users.set(stored.userId, stored);
    this.audit.push(audit);
    return stored;
  }

  async stands(userId: string, passwordChangedAtMs: number): Promise<boolean> {
    const user = this.#users.get(userId);
    return (
      user !== undefined && !user.disabled && !user.unconfirmed && user.passwordChangedAtMs === passwordChangedAtMs
    );
  }

  async recordSignIn(userId: string, atMs: number, rehashed: string | null, audit: AuditEntry): Promise<void> {
    this.#signedInAtMs.set(userId, atMs);
    this.#change(userId, (user) => ({ lockedUntilMs: null, passwordHash: rehashed ?? user.passwordHash }), audit);
  }

  async recordFailure(
    userId: string,
    _failures: number,
    lockedUntilMs: number | null,
    audit: AuditEntry,
  ): Promise<void> {
    this.#change(userId, () => ({ lockedUntilMs }), audit);
  }

  async setPassword(userId: string, change: PasswordSet, audit: AuditEntry): Promise<void> {
    if (this.#users.get(userId)?.passwordHash !== change.oldHash) {
      throw new AppError('CONFLICT', { detail: 'the password was changed meanwhile' });
    }
    this.#change(
      userId,
      (user) => ({
        passwordHash: change.newHash,
        passwordHistory: [...(change.oldHash === null ? [] : [change.oldHash]), ...user.passwordHistory].slice(
          0,
          PASSWORD_RULES.historyLength,
        ),
        passwordChangedAtMs: change.atMs,
        mustChangePassword: change.mustChangePassword,
        lockedUntilMs: null,
      }),
      audit,
    );
  }

  async list(): Promise<ListedUser[]> {
    return [...this.#users.values()]
      .sort((left, right) => (left.name < right.name ? -1 : 1))
      .map((user) => ({ ...listedOf(user), lastSignInAtMs: this.#signedInAtMs.get(user.userId) ?? null }));
  }

  async write(entry: AuditEntry): Promise<void> {
    this.audit.push(entry);
  }

  /** What an administrator does; no page of its own yet. */
  disable(userId: string): void {
    const user = this.#users.get(userId);
    if (user !== undefined) this.#users.set(userId, { ...user, disabled: true });
  }

  #change(userId: string, next: (user: StoredUser) => Partial<StoredUser>, audit: AuditEntry): void {
    const user = this.#users.get(userId);
    if (user !== undefined) this.#users.set(userId, { ...user, ...next(user) });
    this.audit.push(audit);
  }
}

/** Registers that hold what a test puts in; scope is kept as the real one keeps it. */
export class MemoryDirectory implements Directory {
  readonly cards: PersonCard[] = [];
  readonly sameList: SamePerson['people'][number][] = [];
  readonly trackList: TrackAnswer['tracks'][number][] = [];
  readonly alarmList: AlarmView[] = [];
  /** Every scope and request it was asked with, oldest first. */
  readonly asked: { readonly scope: CompanyScope; readonly request: unknown }[] = [];

  async personCard(scope: CompanyScope, companyCode: string, key: PersonKey): Promise<PersonCard | null> {
    this.asked.push({ scope, request: { companyCode, key } });
    const found = this.cards.find(
      (card) =>
        card.companyCode === companyCode &&
        ('cardNo' in key ? card.cardNo === key.cardNo : card.personId === key.personId),
    );
    return found !== undefined && inScope(scope, found.companyCode) ? found : null;
  }

  async samePerson(scope: CompanyScope, companyCode: string, personId: string): Promise<SamePerson['people']> {
    this.asked.push({ scope, request: { companyCode, personId } });
    return inScope(scope, companyCode) ? this.sameList : [];
  }

  async tracks(scope: CompanyScope, request: TrackRequest): Promise<TrackAnswer> {
    this.asked.push({ scope, request });
    const wanted = new Set(request.people.map((one) => ('cardNo' in one ? one.cardNo : one.personId)));
    return {
      tracks: this.trackList.filter(
        (track) => inScope(scope, track.companyCode) && track.personId !== null && wanted.has(track.personId),
      ),
    };
  }

  async alarms(scope: CompanyScope, request: AlarmRequest) {
    this.asked.push({ scope, request });
    const visible = this.alarmList.filter((alarm) => scope === null || alarm.companyCodes.includes(scope));
    return { alarms: visible.slice(0, request.limit), nextCursor: null };
  }
}

/** Books that hold what a test puts in; scope is kept as the real ones keep it. */
export class MemoryIntakeDesk implements IntakeDesk {
  readonly sums: LedgerAnswer['sums'][number][] = [];
  readonly minutes: LedgerAnswer['minutes'][number][] = [];
  readonly interfaceList: InterfacesAnswer['interfaces'][number][] = [];
  readonly refusalsOf = new Map<string, Refusal[]>();
  readonly findingList: FindingsAnswer['findings'][number][] = [];
  readonly alarmList: OpsAlarmsAnswer['alarms'][number][] = [];
  /** Every ledger question, oldest first. */
  readonly asked: LedgerRequest[] = [];

  async ledger(scope: CompanyScope, request: LedgerRequest): Promise<LedgerAnswer> {
    this.asked.push(request);
    const { fromMs, toMs, companyCode } = request;
    const isAsked = (line: { readonly companyCode: string }): boolean =>
      inScope(scope, line.companyCode) && (companyCode === null || companyCode === line.companyCode);
    return {
      fromMs,
      toMs,
      sums: this.sums.filter(isAsked),
      minutes: this.minutes.filter(isAsked),
      refusals: [],
    };
  }

  async interfaces(scope: CompanyScope): Promise<InterfacesAnswer> {
    return { interfaces: this.interfaceList.filter((one) => inScope(scope, one.companyCode)) };
  }

  async refusals(scope: CompanyScope, companyCode: string): Promise<RefusalsAnswer> {
    return { refusals: inScope(scope, companyCode) ? (this.refusalsOf.get(companyCode) ?? []) : [], nextBefore: null };
  }

  async findings(scope: CompanyScope): Promise<FindingsAnswer> {
    return { findings: this.findingList.filter((finding) => inScope(scope, finding.companyCode)) };
  }

  async opsAlarms(scope: CompanyScope): Promise<OpsAlarmsAnswer> {
    return { alarms: this.alarmList.filter((alarm) => scope === null || alarm.companyCode === scope) };
  }
}

const inScope = (scope: CompanyScope, companyCode: string): boolean => scope === null || scope === companyCode;
