/** The borders between positions that are gone, packed positions, and positions as rows: the one row of position_ladder. */
import { AppError } from '../../core/errors.ts';
import { type Pool, type PoolClient, queryRows } from '../pool.ts';
import { instantOf } from '../range-partitions.ts';

/** Who read the border before it moved may still look for rows below it; no statement of a reader runs longer than 30 s. */
const SETTLED_AFTER = '1 minute';

export interface Border {
  /** Positions before it are packed, those from it on are rows. */
  readonly packedToMs: number;
  /** Nobody reads by an older border any more: rows below it may go. */
  readonly isSettled: boolean;
}

/** Throws AppError DATABASE_UNAVAILABLE. */
export async function readBorder(pool: Pool): Promise<Border> {
  const [row] = await queryRows<Border>(
    pool,
    `SELECT (extract(epoch FROM packed_to) * 1000)::bigint AS "packedToMs",
            moved_at < now() - interval '${SETTLED_AFTER}' AS "isSettled"
     FROM position_ladder`,
  );
  if (row === undefined) throw new Error('position_ladder has lost its row');
  return row;
}

/**
 * Moves the border, inside the transaction that packs what lies between; holds it against everybody else until then.
 * Throws AppError TERM_LOST when it is no longer at `fromMs`: another process packs.
 */
export async function moveBorder(client: PoolClient, fromMs: number, toMs: number): Promise<void> {
  const moved = await client.query(
    'UPDATE position_ladder SET packed_to = $2, moved_at = clock_timestamp() WHERE packed_to = $1',
    [instantOf(fromMs), instantOf(toMs)],
  );
  if (moved.rowCount !== 1) throw new AppError('TERM_LOST', { detail: 'another process packs positions' });
}

/** Positions before it may go because of their age. Throws AppError DATABASE_UNAVAILABLE. */
export async function readKeptFrom(pool: Pool): Promise<number> {
  const [row] = await queryRows<{ ms: number }>(
    pool,
    'SELECT (extract(epoch FROM kept_from) * 1000)::bigint AS ms FROM position_ladder',
  );
  return row?.ms ?? 0;
}

export async function writeKeptFrom(pool: Pool, ms: number): Promise<void> {
  await pool.query('UPDATE position_ladder SET kept_from = $1', [instantOf(ms)]);
}
