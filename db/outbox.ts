/**
 * Entries that wait in PostgreSQL for their way into the log: written in the transaction that decides them, taken by the role
 * `relay`, marked once the log has them. Invariant: a row is marked only after its entry is on the log's disk.
 */
import type { EntryBodies } from '../stream/protocol/entry.ts';
import { type Pool, type PoolClient, queryRows } from './pool.ts';

/** Kinds whose bodies are plain JSON. */
export type OutboxKind = 'setting' | 'receipt' | 'persons' | 'areas';

export interface OutboxRow {
  readonly id: number;
  readonly kind: OutboxKind;
  readonly body: EntryBodies[OutboxKind];
}

/** Where the log has an entry. */
export interface LogPlaceOfRow {
  readonly epoch: string;
  readonly seq: number;
}

/** Whoever listens on it is told at the commit. */
export const OUTBOX_CHANNEL = 'outbox';

export async function addToOutbox<K extends OutboxKind>(
  client: PoolClient,
  kind: K,
  bodies: readonly EntryBodies[K][],
): Promise<void> {
  if (bodies.length === 0) return;
  await client.query(
    `INSERT INTO outbox (kind, body) SELECT $1, b.body
     FROM jsonb_array_elements($2::jsonb) WITH ORDINALITY AS b (body, place) ORDER BY b.place`,
    [kind, JSON.stringify(bodies)],
  );
  await client.query('SELECT pg_notify($1, $2)', [OUTBOX_CHANNEL, '']);
}

/** Those not marked, oldest first. Throws AppError DATABASE_UNAVAILABLE. */
export const readUnsent = (pool: Pool, limit: number): Promise<OutboxRow[]> =>
  queryRows<OutboxRow>(pool, 'SELECT id, kind, body FROM outbox WHERE sent_at IS NULL ORDER BY id LIMIT $1', [limit]);

const MARK = 'UPDATE outbox SET sent_at = now() WHERE id = $1';
const MARK_WITH_SETTING = `
  WITH sent AS (${MARK})
  UPDATE setting SET log_epoch = $5, log_seq = $6 WHERE topic = $2 AND key = $3 AND version = $4`;

/**
 * The log has it there; of a setting it is kept, so that it shows whether an engine can know it. One statement: a relay that
 * stands still between two would keep everybody from changing that setting.
 */
export async function markSent(pool: Pool, row: OutboxRow, place: LogPlaceOfRow): Promise<void> {
  if (row.kind !== 'setting') {
    await queryRows(pool, MARK, [row.id]);
    return;
  }
  const { topic, key, version } = row.body as EntryBodies['setting'];
  await queryRows(pool, MARK_WITH_SETTING, [row.id, topic, key, version, place.epoch, place.seq]);
}

/** Marked rows are of no further use; the log has them. */
export async function forgetSent(pool: Pool, beforeMs: number): Promise<void> {
  await queryRows(pool, 'DELETE FROM outbox WHERE sent_at < $1', [new Date(beforeMs)]);
}
