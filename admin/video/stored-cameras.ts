/** Cameras of the register in PostgreSQL. Twin: memory-cameras.ts. */
import { readCamerasByCode, readCamerasNear, readHazardSourceCameras } from '../../db/cameras.ts';
import type { CompanyScope } from '../../db/company-scope.ts';
import type { Pool } from '../../db/pool.ts';
import type { CameraBook } from './cameras.ts';

export class StoredCameras implements CameraBook {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  byCodes(codes: readonly string[]) {
    return readCamerasByCode(this.#pool, codes);
  }

  near(scope: CompanyScope, lng: number, lat: number, limit: number) {
    return readCamerasNear(this.#pool, scope, lng, lat, limit);
  }

  ofHazardSource(companyCode: string, hazardSource: string) {
    return readHazardSourceCameras(this.#pool, companyCode, hazardSource);
  }
}
