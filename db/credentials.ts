/**
 * Reads vendor credentials for the front door, with the stages of their company, and notes when they were used. Invariant:
 * one row by primary key; secrets stay sealed here. Called by server when ingest's cache has no answer.
 */
import type { InterfaceStage } from '../stream/protocol/vocabulary.ts';
import type { Pool } from './pool.ts';
import { queryRows } from './pool.ts';

export interface StoredCredential {
  readonly appId: string;
  readonly companyCode: string;
  readonly secretSealed: string;
  /** The secret before the last rotation, and until when it holds, epoch ms; both null: none. */
  readonly previousSecretSealed: string | null;
  readonly previousUntilMs: number | null;
  readonly status: 'active' | 'revoked';
  /** null: all interfaces. */
  readonly interfaces: readonly string[] | null;
  /** null: any address; else addresses or CIDR ranges. */
  readonly addresses: readonly string[] | null;
  /** null: the park's default. */
  readonly rateRecordsPerS: number | null;
  readonly sandbox: boolean;
  /** By interface; one that is absent stands in its joint test. */
  readonly stages: Readonly<Record<string, InterfaceStage>>;
}

const COLUMNS = `app_id AS "appId", company_code AS "companyCode", secret_sealed AS "secretSealed",
  previous_secret_sealed AS "previousSecretSealed",
  (extract(epoch FROM previous_secret_until) * 1000)::double precision AS "previousUntilMs",
  status, interfaces, addresses, rate_records_per_s AS "rateRecordsPerS", sandbox,
  (SELECT coalesce(jsonb_object_agg(interface, stage ORDER BY interface), '{}')
   FROM company_interface i WHERE i.company_code = credential.company_code) AS stages`;

/** null: no such app id. Throws AppError DATABASE_UNAVAILABLE. */
export async function findCredential(pool: Pool, appId: string): Promise<StoredCredential | null> {
  const [row] = await queryRows<StoredCredential>(pool, `SELECT ${COLUMNS} FROM credential WHERE app_id = $1`, [appId]);
  return row ?? null;
}

/** Notes when credentials were last used; never sets one back. Throws AppError DATABASE_UNAVAILABLE. */
export async function noteCredentialUses(pool: Pool, usedAtMs: ReadonlyMap<string, number>): Promise<void> {
  await queryRows(
    pool,
    `UPDATE credential SET last_used_at = greatest(last_used_at, used.at)
     FROM unnest($1::text[], $2::timestamptz[]) AS used (app_id, at) WHERE credential.app_id = used.app_id`,
    [[...usedAtMs.keys()], [...usedAtMs.values()].map((ms) => new Date(ms).toISOString())],
  );
}
