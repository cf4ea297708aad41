/**
 * Numbers in clear for an emergency: of people, of their companies' control rooms and leaders on duty. Whoever asks knows that the
 * emergency allows it, and puts it on record. A company gets its own.
 */
import type { Clock } from '../core/clock.ts';
import type { EmergencyAnswer, EmergencyContact } from '../core/emergency-api.ts';
import type { Logger } from '../core/logger.ts';
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
import type { AlarmPerson } from '../stream/protocol/effects.ts';
import { dutyLeaderOf } from './duty-leader.ts';

export interface EmergencyNumbersOptions {
  readonly pool: Pool;
  readonly sealer: Sealer;
  readonly clock: Clock;
  readonly logger: Logger;
}

export class EmergencyNumbers {
  readonly #o: EmergencyNumbersOptions;

  constructor(options: EmergencyNumbersOptions) {
    this.#o = options;
  }

  /** In the order given. */
  async people(scope: CompanyScope, concerned: readonly AlarmPerson[]): Promise<EmergencyAnswer['people']> {
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

  async companies(scope: CompanyScope, codes: readonly string[]): Promise<EmergencyAnswer['companies']> {
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
