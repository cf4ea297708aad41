/**
 * Musters that stand and that are over, and whom to call in one. Invariants: a company sees its own people, figures and numbers; numbers
 * show for a real emergency that stands, of who is missing, and are on record before they leave, as is what was refused.
 */
import { AppError } from '../core/errors.ts';
import { readCompanyNames } from '../db/company-contacts.ts';
import type { CompanyScope } from '../db/company-scope.ts';
import { type MusterCursor, readMuster, readMusterPeople, readMusters } from '../db/musters.ts';
import type { AlarmPerson } from '../stream/protocol/effects.ts';
import {
  isMissing,
  MUSTER_STATES,
  type Muster,
  type MusterPeople,
  musterSubjectOf,
  ownerOf,
} from '../stream/protocol/muster.ts';
import type { MusterPhones, MusterReport } from '../stream/protocol/muster-api.ts';
import { type Actor, insertAudit } from './audit.ts';
import { EmergencyNumbers, type EmergencyNumbersOptions } from './emergency-numbers.ts';

export interface MusterPersonKey {
  readonly companyCode: string;
  /** musterPersonId() */
  readonly id: string;
}

/** Throws AppError NOT_FOUND, EMERGENCY_OVER, DATABASE_UNAVAILABLE. */
export interface MusterDesk {
  list(scope: CompanyScope, before: MusterCursor | null, limit: number): Promise<readonly Muster[]>;
  report(scope: CompanyScope, musterId: string): Promise<MusterReport>;
  phones(
    scope: CompanyScope,
    musterId: string,
    people: readonly MusterPersonKey[],
    actor: Actor,
  ): Promise<MusterPhones>;
}

export class StoredMusterDesk implements MusterDesk {
  readonly #o: EmergencyNumbersOptions;
  readonly #numbers: EmergencyNumbers;

  constructor(options: EmergencyNumbersOptions) {
    this.#o = options;
    this.#numbers = new EmergencyNumbers(options);
  }

  list(scope: CompanyScope, before: MusterCursor | null, limit: number): Promise<Muster[]> {
    return readMusters(this.#o.pool, scope, before, limit);
  }

  async report(scope: CompanyScope, musterId: string): Promise<MusterReport> {
    const docs = await readMuster(this.#o.pool, scope, musterId);
    const muster = docs.find(({ companyCode }) => companyCode === scope);
    if (muster === undefined) throw new AppError('NOT_FOUND');
    const companies = docs.filter(({ companyCode }) => companyCode !== null);
    const codes = [...companies.map(({ companyCode }) => companyCode), ownerOf(muster.place)];
    const names = await readCompanyNames(
      this.#o.pool,
      null,
      codes.filter((code) => code !== null),
    );
    return { muster, companies, companyNames: Object.fromEntries(names) };
  }

  async phones(
    scope: CompanyScope,
    musterId: string,
    asked: readonly MusterPersonKey[],
    actor: Actor,
  ): Promise<MusterPhones> {
    const { pool } = this.#o;
    const muster = (await readMuster(pool, scope, musterId)).find(({ companyCode }) => companyCode === scope);
    if (muster === undefined || muster.endedAtMs !== null) {
      const code = muster === undefined ? 'NOT_FOUND' : 'EMERGENCY_OVER';
      await insertAudit(pool, {
        actor,
        action: 'emergency.read',
        subject: musterId,
        outcome: 'refused',
        detail: { code },
      });
      throw new AppError(code);
    }
    const missing = missingOf(await readMusterPeople(pool, scope, musterId));
    const shown = muster.kind === 'real' ? asked.filter((one) => missing.has(keyOf(one))) : [];
    const found = await this.#numbers.people(scope, shown.map(personOf));
    const people = shown.map((one, i) => ({ ...one, mobile: found[i]?.mobile ?? null }));
    const codes = [...asked.map(({ companyCode }) => companyCode), ownerOf(muster.place)];
    const companies = await this.#numbers.companies(scope, [...new Set(codes)].filter((code) => code !== null).sort());
    await insertAudit(pool, {
      actor,
      action: 'emergency.read',
      subject: musterId,
      outcome: 'ok',
      detail: {
        muster: muster.kind,
        people: people.map(({ companyCode, id }) => [companyCode, id]),
        companies: companies.map(({ companyCode }) => companyCode),
      },
    });
    return { people, companies };
  }
}

const keyOf = ({ companyCode, id }: MusterPersonKey): string => `${companyCode}/${id}`;

/** Codes of the states that are. */
const MISSING = MUSTER_STATES.flatMap((state, code) => (isMissing(state) ? [code] : []));

const missingOf = (pieces: readonly MusterPeople[]): Set<string> =>
  new Set(
    pieces.flatMap(({ companyCode, ids, states }) =>
      ids.filter((_, i) => MISSING.includes(states[i] ?? -1)).map((id) => keyOf({ companyCode, id })),
    ),
  );

function personOf({ companyCode, id }: MusterPersonKey): AlarmPerson {
  const { subject, byCard } = musterSubjectOf(id);
  const key = byCard ? { personId: null, cardNo: subject } : { personId: subject, cardNo: null };
  return { companyCode, ...key, name: '', type: 'unidentified' };
}
