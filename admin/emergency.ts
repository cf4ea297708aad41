/**
 * Whom to call in an emergency, in clear and at once: for an SOS or a red gathering that stands, and for nothing else. Invariants:
 * what is shown is on record before it leaves, as is what was refused; a company sees its own people and numbers only; sealed
 * values are opened (emergency-numbers.ts) when it is known that the alarm allows it, not before.
 */
import type { EmergencyAnswer } from '../core/emergency-api.ts';
import { AppError } from '../core/errors.ts';
import { findAlarm } from '../db/alarms.ts';
import type { CompanyScope } from '../db/company-scope.ts';
import type { AlarmPerson, AlarmView } from '../stream/protocol/effects.ts';
import { type Actor, insertAudit } from './audit.ts';
import { EmergencyNumbers, type EmergencyNumbersOptions } from './emergency-numbers.ts';

/** Throws AppError NOT_FOUND, EMERGENCY_OVER, DATABASE_UNAVAILABLE. */
export interface EmergencyDesk {
  phones(scope: CompanyScope, alarmId: string, actor: Actor): Promise<EmergencyAnswer>;
}

export interface EmergencyDeskOptions extends EmergencyNumbersOptions {
  /** Newest view of an alarm on the lane, which is ahead of the store; null: not among the newest. */
  readonly onLane: (alarmId: string) => Promise<AlarmView | null>;
}

const RED = 1;
const isEmergency = ({ rule, level, endedAtMs }: Pick<AlarmView, 'rule' | 'level' | 'endedAtMs'>): boolean =>
  endedAtMs === null && (rule === 'sos' || (rule === 'gathering' && level === RED));

export class StoredEmergencyDesk implements EmergencyDesk {
  readonly #o: EmergencyDeskOptions;
  readonly #numbers: EmergencyNumbers;

  constructor(options: EmergencyDeskOptions) {
    this.#o = options;
    this.#numbers = new EmergencyNumbers(options);
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
    const people = await this.#numbers.people(scope, concerned);
    const codes = [...concerned.map(({ companyCode }) => companyCode), alarm.areaCompanyCode];
    const companies = await this.#numbers.companies(scope, [...new Set(codes)].filter((code) => code !== null).sort());
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
}

/** The one who called, or the members. */
function peopleOf({ person, people }: AlarmView): readonly AlarmPerson[] {
  if (person === null) return people;
  const { companyCode, personId, cardNo, name, type } = person;
  return [{ companyCode, personId, cardNo, name, type }, ...people];
}
