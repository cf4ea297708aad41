/** Reads what was kept aside. Called by `park quarantine`. */
import { type Queryable, queryRows } from './pool.ts';

export interface QuarantinedRow {
  readonly epoch: string;
  readonly seq: number;
  /** lane: an item of the alarm lane, its effects as JSON. */
  readonly namedBy: 'store' | 'watch' | 'lane';
  readonly reason: string;
  readonly kind: number | null;
  /** First receipt. */
  readonly receivedAtMs: number | null;
  readonly companyCode: string | null;
  readonly interface: string | null;
  /** That the ledger counts as quarantined; null: they were stored, or are no records. */
  readonly records: number | null;
  /** The entry it was put in again as; null: it was not. */
  readonly againSeq: number | null;
  readonly keptAtMs: number;
}

const COLUMNS = `epoch, seq, named_by AS "namedBy", reason, kind,
  (extract(epoch FROM received_at) * 1000)::bigint AS "receivedAtMs", company_code AS "companyCode", interface,
  received - refused AS records, again_seq AS "againSeq", (extract(epoch FROM at) * 1000)::bigint AS "keptAtMs"`;

/** Newest first. */
export const listQuarantined = (db: Queryable, isAll: boolean, limit: number): Promise<QuarantinedRow[]> =>
  queryRows<QuarantinedRow>(
    db,
    `SELECT ${COLUMNS} FROM quarantine WHERE $1 OR again_seq IS NULL ORDER BY at DESC, seq DESC, named_by LIMIT $2`,
    [isAll, limit],
  );

/** An entry with its bytes, the store's row before watch's; null: neither is there. */
export async function findQuarantined(
  db: Queryable,
  epoch: string,
  seq: number,
): Promise<(QuarantinedRow & { readonly body: Uint8Array | null }) | null> {
  const [row] = await queryRows<QuarantinedRow & { readonly body: Uint8Array | null }>(
    db,
    `SELECT ${COLUMNS}, body FROM quarantine WHERE epoch = $1 AND seq = $2 AND named_by <> 'lane'
     ORDER BY body IS NULL, named_by LIMIT 1`,
    [epoch, seq],
  );
  return row ?? null;
}
