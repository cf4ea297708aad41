/**
 * Whom to call in an emergency, in clear and at once: for an SOS or a red gathering that stands, and for nothing else. Invariants:
 * what is shown is on record before it leaves, as is what was refused; a company sees its own people and numbers only; sealed
 * values are opened here and nowhere before it is known that the alarm allows it.
 */
import type { Clock } from '../core/clock.ts';
import type { EmergencyAnswer, EmergencyContact } from '../core/emergency-api.ts';
import { AppError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import { findAlarm } from '../db/alarms.ts';
import {
  type ContactKind,
  contactContext,
  readCompanyNames,
  readContacts,
  type StoredContact,
} from '../db/company-contacts.ts';
import type { CompanyScope } from '../db/company-scope.ts';
import { findPeople, type PersonKey, type StoredPerson } from '../db/people.ts';
import type { Pool } from '../db/pool.ts';
import type { Sealer } from '../security/gm.ts';
import { openPersonSecret } from '../security/person-secret.ts';
import type { AlarmPerson, AlarmView } from '../stream/protocol/effects.ts';
import { type Actor, insertAudit } from './audit.ts';
import { dutyLeaderOf } from './duty-leader.ts';

/** Throws AppError NOT_FOUND, EMERGENCY_OVER, DATABASE_UNAVAILABLE. */
export interface EmergencyDesk {
  phones(scope: CompanyScope, alarmId: string, actor: Actor): Promise<EmergencyAnswer>;
}

export interface EmergencyDeskOptions {
  readonly pool: Pool;
  readonly sealer: Sealer;
  /** Newest view of an alarm on the lane, which is ahead of the store; null: not among the newest. */
  readonly onLane: (alarmId: string) => Promise<AlarmView | null>;
  readonly clock: Clock;
  readonly logger: Logger;
}

const RED = 1;
const isEmergency = ({ rule, level, endedAtMs }: Pick<AlarmView, 'rule' | 'level' | 'endedAtMs'>): boolean =>
  endedAtMs === null && (rule === 'sos' || (rule === 'gathering' && level === RED));

export class StoredEmergencyDesk implements EmergencyDesk {
  readonly #o: EmergencyDeskOptions;

  constructor(options: EmergencyDeskOptions) {
    this.#o = options;
  }

  async phones(scope: CompanyScope, alarmId: string, actor: Actor): Promise<EmergencyAnswer> {
    const { pool } = this.#o;
    const alarm = await this.#alarm(scope, alarmId);
    if (alarm === null || !isEmergency(alarm)) {
      const code = alarm === null ? 'NOT_FOUND' : 'EMERGENCY_OVER';
      const entry = {
        actor,
        action: 'emergency.read',
        subject: alarmId,
        outcome: 'refused',
        detail: { code },
      } as const;
      await insertAudit(pool, entry);
      throw new AppError(code);
    }
    const concerned = peopleOf(alarm).filter(({ companyCode }) => scope === null || companyCode === scope);
    const people = await this.#people(scope, concerned);
    const codes = [...concerned.map(({ companyCode }) => companyCode), alarm.areaCompanyCode];
    const companies = await this.#companies(scope, [...new Set(codes)].filter((code) => code !== null).sort());
    await insertAudit(pool, {
      actor,
      action: 'emergency.read',
      subject: alarmId,
      outcome: 'ok',
      detail: {
        rule: alarm.rule,
        people: people.map(({ companyCode, personId, cardNo }) => [companyCode, personId ?? `card:${cardNo}`]),
        companies: companies.map(({ companyCode }) => companyCode),
      },
    });
    return { alarmId, rule: alarm.rule, level: alarm.level, people, companies };
  }

  /** As stored, unless the store has it not, or not yet as it is. */
  async #alarm(scope: CompanyScope, alarmId: string): Promise<AlarmView | null> {
    const stored = await findAlarm(this.#o.pool, scope, alarmId);
    if (stored !== null && isEmergency(stored)) return stored;
    const newest = await this.#o.onLane(alarmId);
    const isInScope = newest !== null && (scope === null || newest.companyCodes.includes(scope));
    return isInScope ? newest : stored;
  }

  async #people(scope: CompanyScope, concerned: readonly AlarmPerson[]): Promise<EmergencyAnswer['people']> {
    const found: StoredPerson[] = [];
    for (const companyCode of new Set(concerned.map((one) => one.companyCode))) {
      const keys = concerned.filter((one) => one.companyCode === companyCode).map(keyOf);
      found.push(...(await findPeople(this.#o.pool, scope, companyCode, keys)));
    }
    return concerned.map(({ companyCode, personId, cardNo, name, type }) => {
      // Ids are a company's own: two companies' people may share one.
      const row = found.find(
        (one) =>
          one.companyCode === companyCode && (personId === null ? one.cardNo === cardNo : one.personId === personId),
      );
      return {
        companyCode,
        personId: row?.personId ?? personId,
        cardNo: row?.cardNo ?? cardNo,
        name: row?.name ?? name,
        type: row?.type ?? type,
        department: row?.department ?? '',
        post: row?.post ?? '',
        mobile: row === undefined ? null : this.#mobileOf(row),
      };
    });
  }

  async #companies(scope: CompanyScope, codes: readonly string[]): Promise<EmergencyAnswer['companies']> {
    const names = await readCompanyNames(this.#o.pool, scope, codes);
    const contacts = await readContacts(this.#o.pool, scope, codes);
    const known = codes.filter((companyCode) => names.has(companyCode));
    return Promise.all(
      known.map(async (companyCode) => {
        const clear = (kind: ContactKind): EmergencyContact | null => {
          const found = contacts.find((one) => one.companyCode === companyCode && one.kind === kind);
          return found === undefined ? null : this.#open(found);
        };
        const onDuty = await dutyLeaderOf(this.#o, companyCode, this.#o.clock.nowMs());
        const companyName = names.get(companyCode) ?? '';
        const dutyLeader = onDuty ?? clear('duty-leader');
        return { companyCode, companyName, controlRoom: clear('control-room'), dutyLeader };
      }),
    );
  }

  /** A number sealed under a key that is not here any more must not take the others with it. */
  #open({ companyCode, kind, name, phoneSealed }: StoredContact): EmergencyContact | null {
    try {
      return { name, phone: this.#o.sealer.open(phoneSealed, contactContext(companyCode, kind)) };
    } catch (error) {
      this.#o.logger.error('contact-not-opened', { companyCode, kind, error });
      return null;
    }
  }

  #mobileOf({ companyCode, personId, mobileSealed }: StoredPerson): string | null {
    if (mobileSealed === null || personId === null) return null;
    try {
      return openPersonSecret(this.#o.sealer, companyCode, personId, 'mobile', mobileSealed);
    } catch (error) {
      this.#o.logger.error('mobile-not-opened', { companyCode, personId, error });
      return null;
    }
  }
}

const keyOf = ({ personId, cardNo }: AlarmPerson): PersonKey =>
  personId === null ? { cardNo: cardNo ?? '' } : { personId };

/** The one who called, or the members. */
function peopleOf({ person, people }: AlarmView): readonly AlarmPerson[] {
  if (person === null) return people;
  const { companyCode, personId, cardNo, name, type } = person;
  return [{ companyCode, personId, cardNo, name, type }, ...people];
}
