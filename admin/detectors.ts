/** Fixed gas detectors near a job, with what each measures now. Invariant: a company sees its own alone. */
import type { CompanyScope } from '../db/company-scope.ts';
import { readDetectorsNear } from '../db/detectors.ts';
import type { Pool } from '../db/pool.ts';
import { DETECTORS_NEAR_M, type NearDetector } from '../stream/protocol/permit-api.ts';

/** Throws AppError DATABASE_UNAVAILABLE. Twin: memory-detectors.ts. */
export interface DetectorBook {
  /** Within DETECTORS_NEAR_M of the place, nearest first. */
  near(scope: CompanyScope, lng: number, lat: number, limit: number): Promise<NearDetector[]>;
}

export class StoredDetectors implements DetectorBook {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  near(scope: CompanyScope, lng: number, lat: number, limit: number): Promise<NearDetector[]> {
    return readDetectorsNear(this.#pool, scope, lng, lat, DETECTORS_NEAR_M, limit);
  }
}
