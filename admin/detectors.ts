/** Fixed gas detectors of the park and near a job, with what each measures now. Invariant: a company sees its own alone. */
import type { CompanyScope } from '../db/company-scope.ts';
import { readDetectors, readDetectorsNear } from '../db/detectors.ts';
import type { Pool } from '../db/pool.ts';
import { DETECTORS_NEAR_M, type NearDetector, type PlacedDetector } from '../stream/protocol/permit-api.ts';

/** Throws AppError DATABASE_UNAVAILABLE. Twin: memory-detectors.ts. */
export interface DetectorBook {
  /** By company and code. */
  all(scope: CompanyScope): Promise<PlacedDetector[]>;
  /** Within DETECTORS_NEAR_M of the place, nearest first. */
  near(scope: CompanyScope, lng: number, lat: number, limit: number): Promise<NearDetector[]>;
}

export class StoredDetectors implements DetectorBook {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  all(scope: CompanyScope): Promise<PlacedDetector[]> {
    return readDetectors(this.#pool, scope);
  }

  near(scope: CompanyScope, lng: number, lat: number, limit: number): Promise<NearDetector[]> {
    return readDetectorsNear(this.#pool, scope, lng, lat, DETECTORS_NEAR_M, limit);
  }
}
