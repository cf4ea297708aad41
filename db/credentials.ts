/**
 * Reads vendor credentials for the front door. Invariant: one row by primary key; the secret stays sealed here.
 * Called by server when ingest's cache has no answer.
 */
import type { Pool } from './pool.ts';
import { queryRows } from './pool.ts';

export interface StoredCredential {
  readonly appId: string;
  readonly companyCode: string;
  readonly secretSealed: string;
  readonly status: 'active' | 'revoked';
  /** null: all interfaces. */
  readonly interfaces: readonly string[] | null;
  /** null: any address; else addresses or CIDR ranges. */
  readonly addresses: readonly string[] | null;
  /** null: the park's default. */
  readonly rateRecordsPerS: number | null;
}

const COLUMNS = `app_id AS "appId", company_code AS "companyCode", secret_sealed AS "secretSealed", status, interfaces,
  addresses, rate_records_per_s AS "rateRecordsPerS"`;

/** null: no such app id. Throws AppError DATABASE_UNAVAILABLE. */
export async function findCredential(pool: Pool, appId: string): Promise<StoredCredential | null> {
  const [row] = await queryRows<StoredCredential>(pool, `SELECT ${COLUMNS} FROM credential WHERE app_id = $1`, [appId]);
  return row ?? null;
}
