/**
 * Registers and history as the pages see them, read through db/. Invariant: sealed values are opened here, and what
 * leaves is masked; the scope goes into every statement. The twin is MemoryDirectory.
 */
import type { Logger } from '../core/logger.ts';
import type { PersonCard, SamePerson, TrackAnswer } from '../core/web-api.ts';
import { type AlarmPage, listAlarms } from '../db/alarms.ts';
import type { CompanyScope } from '../db/company-scope.ts';
import { findPersonCard, findSamePerson, type PersonKey, type StoredPersonCard } from '../db/people.ts';
import type { Pool } from '../db/pool.ts';
import { readTracks } from '../db/tracks.ts';
import type { Sealer } from '../security/gm.ts';
import { openPersonSecret } from '../security/person-secret.ts';
import { maskMobile } from './mask.ts';
import type { AlarmRequest, Directory, TrackRequest } from './ports.ts';

export class DatabaseDirectory implements Directory {
  readonly #pool: Pool;
  readonly #sealer: Sealer;
  readonly #logger: Logger;

  constructor(pool: Pool, sealer: Sealer, logger: Logger) {
    this.#pool = pool;
    this.#sealer = sealer;
    this.#logger = logger;
  }

  async personCard(scope: CompanyScope, companyCode: string, key: PersonKey): Promise<PersonCard | null> {
    const stored = await findPersonCard(this.#pool, scope, companyCode, key);
    if (stored === null) return null;
    const { personId, cardNo, companyName, name, type, department, post, certificates, latest } = stored;
    return {
      personId,
      cardNo,
      companyCode: stored.companyCode,
      companyName,
      name,
      type,
      department,
      post,
      mobileMasked: this.#mobileOf(stored),
      certificates,
      latest,
    };
  }

  samePerson(scope: CompanyScope, companyCode: string, personId: string): Promise<SamePerson['people']> {
    return findSamePerson(this.#pool, scope, companyCode, personId);
  }

  async tracks(scope: CompanyScope, request: TrackRequest): Promise<TrackAnswer> {
    const tracks = await readTracks(this.#pool, scope, request);
    return {
      tracks: tracks.map(({ companyCode, personId, name, observedAtMs, lng, lat, heightM, stored }) => ({
        companyCode,
        personId,
        name,
        observedAtMs,
        lng,
        lat,
        heightM,
        stored,
      })),
    };
  }

  alarms(scope: CompanyScope, request: AlarmRequest): Promise<AlarmPage> {
    return listAlarms(this.#pool, scope, request);
  }

  /** A number sealed under a key that is not here any more must not take the rest of the card with it. */
  #mobileOf({ companyCode, personId, mobileSealed }: StoredPersonCard): string | null {
    if (mobileSealed === null || personId === null) return null;
    try {
      return maskMobile(openPersonSecret(this.#sealer, companyCode, personId, 'mobile', mobileSealed));
    } catch (error) {
      this.#logger.warn('mobile-not-opened', { companyCode, personId, error });
      return null;
    }
  }
}
