/**
 * Reads the books: what became of the records of each company and interface, and how far the store is. Called by
 * `park ledger` and `park doctor`.
 */
import type { CompanyScope } from './company-scope.ts';
import { type Pool, queryRows } from './pool.ts';
import { STORE_READER, type StoreOffsets } from './store-port.ts';

export interface LedgerSum {
  readonly companyCode: string;
  readonly interface: string;
  readonly received: number;
  readonly refused: number;
  readonly stored: number;
  readonly duplicate: number;
  readonly superseded: number;
  readonly quarantined: number;
}

export interface LedgerSpan {
  /** By minute of receipt; null: open. */
  readonly fromMs: number | null;
  readonly toMs: number | null;
}

const instant = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

/** Sums by company and interface, in that order. Throws AppError DATABASE_UNAVAILABLE. */
export async function readLedger(pool: Pool, scope: CompanyScope, span: LedgerSpan): Promise<LedgerSum[]> {
  return queryRows<LedgerSum>(
    pool,
    `SELECT company_code AS "companyCode", interface, sum(received)::bigint AS received, sum(refused)::bigint AS refused,
            sum(stored)::bigint AS stored, sum(duplicate)::bigint AS duplicate, sum(superseded)::bigint AS superseded,
            sum(quarantined)::bigint AS quarantined
     FROM ledger_minute
     WHERE ($1::text IS NULL OR company_code = $1)
       AND ($2::timestamptz IS NULL OR minute >= $2) AND ($3::timestamptz IS NULL OR minute < $3)
     GROUP BY company_code, interface ORDER BY company_code, interface`,
    [scope, instant(span.fromMs), instant(span.toMs)],
  );
}

/** Every record read is in exactly one of the other columns. */
export const isBalanced = (sum: Omit<LedgerSum, 'companyCode' | 'interface'>): boolean =>
  sum.received === sum.refused + sum.stored + sum.duplicate + sum.superseded + sum.quarantined;

export interface StoreOffset extends StoreOffsets {
  readonly epoch: string;
  readonly term: number;
  readonly updatedAtMs: number;
}

/** null: no store has ever followed a log into this database. */
export async function readStoreOffset(pool: Pool): Promise<StoreOffset | null> {
  const [row] = await queryRows<StoreOffset>(
    pool,
    `SELECT epoch, term, next_seq AS "nextSeq", alarms_next_seq AS "alarmsNextSeq",
            (extract(epoch FROM updated_at) * 1000)::bigint AS "updatedAtMs"
     FROM reader_offset WHERE reader = $1`,
    [STORE_READER],
  );
  return row ?? null;
}

/** Entries kept aside so far. */
export async function countQuarantined(pool: Pool): Promise<number> {
  const [row] = await queryRows<{ count: number }>(pool, 'SELECT count(*) AS count FROM quarantine');
  return row?.count ?? 0;
}
