/**
 * Statements over the audit and its seals (migration 0019): what waits to be sealed, blocks, and what verification compares.
 * What a mac is made of is security/audit-chain.ts; who seals is server/audit/sealer.ts.
 */
import type { AuditRowText } from '../security/audit-chain.ts';
import { type Pool, type PoolClient, type Queryable, queryArrays, queryRows } from './pool.ts';

/** A block as it lies in audit_seal. */
export interface SealRow {
  readonly no: number;
  /** `YYYY-MM-DD`, the first day. */
  readonly month: string;
  readonly atMs: number;
  readonly keyId: string;
  readonly ids: readonly number[];
  readonly digests: Uint8Array;
  readonly previous: Uint8Array;
  readonly mac: Uint8Array;
}

export interface Head {
  readonly no: number;
  readonly mac: Uint8Array;
}

export interface DropRow {
  readonly month: string;
  readonly throughNo: number;
  readonly startNo: number;
  readonly startPrevious: Uint8Array;
  readonly atMs: number;
  readonly keyId: string;
  readonly mac: Uint8Array;
}

export interface SealableRow {
  readonly text: AuditRowText;
  /** `YYYY-MM-DD`, the first day of its month. */
  readonly month: string;
}

const AT_MS = '(extract(epoch FROM at) * 1000)::bigint';
const MONTH = `to_char(date_trunc('month', a.at AT TIME ZONE 'UTC'), 'YYYY-MM-DD')`;
/** In the order of AuditRowText. An instant without end is text as well. */
const ROW_TEXT = `a.id::text, trunc(extract(epoch FROM a.at) * 1000000)::text, a.user_id, a.user_name, a.action, a.subject,
  a.outcome, a.detail::text, a.address`;

type RowTextArray = [
  string,
  string,
  string | null,
  string,
  string,
  string | null,
  string,
  string,
  string | null,
  string | null,
];

function rowTextOf(row: RowTextArray): AuditRowText {
  const [id, at, userId, userName, action, subject, outcome, detail, address] = row;
  return { id, at, userId, userName, action, subject, outcome, detail, address };
}

/** Rows that wait for a seal, oldest id first, at most `limit`. Those whose row is gone are not among them. */
export async function readUnsealed(client: PoolClient, limit: number): Promise<SealableRow[]> {
  const rows = await queryArrays<RowTextArray>(
    client,
    `SELECT ${ROW_TEXT}, ${MONTH} FROM (SELECT audit_id, at FROM audit_unsealed ORDER BY audit_id LIMIT $1) AS u
     JOIN audit a ON a.id = u.audit_id AND a.at = u.at ORDER BY a.id`,
    [limit],
  );
  return rows.map((row) => ({ text: rowTextOf(row), month: row[9] ?? 'infinity' }));
}

export interface Waiting {
  readonly count: number;
  /** Rows that were there when they were put in line and are not any more. */
  readonly goneIds: readonly number[];
}

export async function readWaiting(db: Queryable): Promise<Waiting> {
  const [row] = await queryRows<{ count: number; gone: number[] | null }>(
    db,
    `SELECT count(*) AS count, array_agg(u.audit_id ORDER BY u.audit_id) FILTER (WHERE a.id IS NULL) AS gone
     FROM (SELECT audit_id, at FROM audit_unsealed LIMIT 100000) AS u LEFT JOIN audit a ON a.id = u.audit_id AND a.at = u.at`,
  );
  return { count: row?.count ?? 0, goneIds: (row?.gone ?? []).map(Number) };
}

/** The newest block; null: there is none. */
export async function readLastHead(db: Queryable): Promise<Head | null> {
  const [row] = await queryRows<Head>(db, 'SELECT no, mac FROM audit_seal ORDER BY no DESC LIMIT 1');
  return row ?? null;
}

/** Of blocks above `afterNo`, oldest first. */
export const readHeads = (db: Queryable, afterNo: number, limit: number): Promise<Head[]> =>
  queryRows<Head>(db, 'SELECT no, mac FROM audit_seal WHERE no > $1 ORDER BY no LIMIT $2', [afterNo, limit]);

export async function insertSeal(client: PoolClient, seal: SealRow): Promise<void> {
  const { no, month, atMs, keyId, ids, digests, previous, mac } = seal;
  await queryRows(
    client,
    `INSERT INTO audit_seal (no, month, at, key_id, ids, digests, previous, mac) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [no, month, new Date(atMs), keyId, ids, digests, previous, mac],
  );
}

export async function forgetUnsealed(client: PoolClient, ids: readonly number[]): Promise<void> {
  await queryRows(client, 'DELETE FROM audit_unsealed WHERE audit_id = ANY ($1)', [ids]);
}

export interface SealSpan {
  readonly fromMs: number | null;
  readonly toMs: number | null;
}

/** Blocks above `afterNo` sealed in the span, oldest first. */
export async function readSeals(pool: Pool, span: SealSpan, afterNo: number, limit: number): Promise<SealRow[]> {
  const rows = await queryRows<Omit<SealRow, 'ids'> & { ids: string[] }>(
    pool,
    `SELECT no, month::text AS month, ${AT_MS} AS "atMs", key_id AS "keyId", ids::text[] AS ids, digests, previous, mac
     FROM audit_seal WHERE no > $1 AND at >= coalesce($2, '-infinity'::timestamptz)
       AND at < coalesce($3, 'infinity'::timestamptz) ORDER BY no LIMIT $4`,
    [afterNo, instantOrNull(span.fromMs), instantOrNull(span.toMs), limit],
  );
  return rows.map((row) => ({ ...row, ids: row.ids.map(Number) }));
}

export const readDrops = (db: Queryable): Promise<DropRow[]> =>
  queryRows<DropRow>(
    db,
    `SELECT month::text AS month, through_no AS "throughNo", start_no AS "startNo", start_previous AS "startPrevious",
            ${AT_MS} AS "atMs", key_id AS "keyId", mac FROM audit_drop ORDER BY start_no, month`,
  );

/** Rows of these ids within a month (`YYYY-MM-DD`), or wherever they are (null). */
export async function readRows(pool: Pool, ids: readonly number[], month: string | null): Promise<AuditRowText[]> {
  const rows = await queryArrays<RowTextArray>(
    pool,
    month === null
      ? `SELECT ${ROW_TEXT} FROM audit a WHERE a.id = ANY ($1)`
      : `SELECT ${ROW_TEXT} FROM audit a WHERE a.id = ANY ($1) AND a.at >= $2::timestamp AT TIME ZONE 'UTC'
           AND a.at < ($2::timestamp + interval '1 month') AT TIME ZONE 'UTC'`,
    month === null ? [ids] : [ids, month],
  );
  return rows.map(rowTextOf);
}

export interface StrayRow {
  readonly id: number;
  /** It waits for its seal. */
  readonly isWaiting: boolean;
}

/** Rows that are in no block, lowest ids first. */
export const readStrays = (pool: Pool, span: SealSpan, limit: number): Promise<StrayRow[]> =>
  queryRows<StrayRow>(
    pool,
    `SELECT a.id, u.audit_id IS NOT NULL AS "isWaiting"
     FROM audit a
     LEFT JOIN (SELECT unnest(ids) AS id, month::timestamp AT TIME ZONE 'UTC' AS from_at,
                       (month + interval '1 month') AT TIME ZONE 'UTC' AS to_at FROM audit_seal) AS s
       ON s.id = a.id AND a.at >= s.from_at AND a.at < s.to_at
     LEFT JOIN audit_unsealed u ON u.audit_id = a.id AND u.at = a.at
     WHERE s.id IS NULL AND a.at >= coalesce($1, '-infinity'::timestamptz) AND a.at < coalesce($2, 'infinity'::timestamptz)
     ORDER BY a.id LIMIT $3`,
    [instantOrNull(span.fromMs), instantOrNull(span.toMs), limit],
  );

const instantOrNull = (ms: number | null): Date | null => (ms === null ? null : new Date(ms));
