/**
 * Native range partitions named after their first instant: position_20260701 is a UTC day, position_2026070113 an hour,
 * position_segment_202607 a month. Makes, lists and drops them; what is made or dropped when is for its callers to say:
 * db/partition-keeper.ts (position) and db/segments/ladder.ts (position_segment).
 */
import { type Pool, queryRows, sqlState, withTransaction } from './pool.ts';

export type PartitionSpan = 'month' | 'day' | 'hour';

export interface RangePartition {
  readonly name: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** Table, index and what lies beside the table. */
  readonly bytes: number;
}

export const DAY_MS = 86_400_000;
export const HOUR_MS = 3_600_000;
/** Whoever reads a track holds the table for moments; give way to them and come again rather than make all wait. */
const LOCK_TIMEOUT = '3s';
/** Two makers of one partition would trip over each other in the catalogue. */
const LOCK_KEY = 7_281_905;

const NAME_DIGITS: Readonly<Record<PartitionSpan, number>> = { month: 6, day: 8, hour: 10 };

export const instantOf = (ms: number): string => new Date(ms).toISOString();

/** First instant of the partition of this span that `atMs` falls in. */
export function startOf(atMs: number, span: PartitionSpan): number {
  if (span === 'hour') return Math.floor(atMs / HOUR_MS) * HOUR_MS;
  if (span === 'day') return Math.floor(atMs / DAY_MS) * DAY_MS;
  const at = new Date(atMs);
  return Date.UTC(at.getUTCFullYear(), at.getUTCMonth());
}

/** First instant behind the partition that begins at `fromMs`. */
export function endOf(fromMs: number, span: PartitionSpan): number {
  if (span === 'hour') return fromMs + HOUR_MS;
  if (span === 'day') return fromMs + DAY_MS;
  const from = new Date(fromMs);
  return Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + 1);
}

const nameOf = (parent: string, fromMs: number, span: PartitionSpan): string =>
  `${parent}_${instantOf(fromMs).replaceAll(/[-T:]/g, '').slice(0, NAME_DIGITS[span])}`;

/**
 * `storage`: the partition's own storage parameters, which it has from nobody. `overlaps`: partitions of another span have
 * the range, in part at least. Throws AppError DATABASE_UNAVAILABLE.
 */
export async function createPartition(
  pool: Pool,
  parent: string,
  fromMs: number,
  span: PartitionSpan,
  storage?: string,
): Promise<'created' | 'there' | 'overlaps'> {
  const name = nameOf(parent, fromMs, span);
  try {
    return await withTransaction(pool, async (client) => {
      await client.query(`SET LOCAL lock_timeout = '${LOCK_TIMEOUT}'`);
      await client.query('SELECT pg_advisory_xact_lock($1)', [LOCK_KEY]);
      const [there] = await queryRows<{ oid: number | null }>(client, 'SELECT to_regclass($1)::oid AS oid', [name]);
      if (there?.oid != null) return 'there';
      // ATTACH waits for no reader, unlike CREATE TABLE ... PARTITION OF.
      await client.query(
        `CREATE TABLE ${name} (LIKE ${parent} INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE)
         ${storage === undefined ? '' : `WITH (${storage})`}`,
      );
      await client.query(
        `ALTER TABLE ${parent} ATTACH PARTITION ${name}
         FOR VALUES FROM ('${instantOf(fromMs)}') TO ('${instantOf(endOf(fromMs, span))}')`,
      );
      return 'created';
    });
  } catch (error) {
    // 42P17: the range is taken, in part at least.
    if (sqlState(error) === '42P17') return 'overlaps';
    throw error;
  }
}

/** Oldest first. */
export async function listPartitions(pool: Pool, parent: string): Promise<RangePartition[]> {
  const rows = await queryRows<{ name: string; bytes: number }>(
    pool,
    `SELECT c.relname AS name, pg_total_relation_size(c.oid) AS bytes
     FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
     WHERE i.inhparent = $1::regclass ORDER BY c.relname`,
    [parent],
  );
  return rows.flatMap(({ name, bytes }) => {
    const [, year, month, date, hour] = /_(\d{4})(\d{2})(\d{2})?(\d{2})?$/.exec(name) ?? [];
    if (year === undefined) return [];
    const fromMs = Date.parse(`${year}-${month}-${date ?? '01'}T${hour ?? '00'}:00:00Z`);
    const span = date === undefined ? 'month' : hour === undefined ? 'day' : 'hour';
    return [{ name, bytes, fromMs, toMs: endOf(fromMs, span) }];
  });
}

export async function dropPartition(pool: Pool, parent: string, name: string): Promise<void> {
  await withTransaction(pool, async (client) => {
    await client.query(`SET LOCAL lock_timeout = '${LOCK_TIMEOUT}'`);
    await client.query(`ALTER TABLE ${parent} DETACH PARTITION ${name}`);
    await client.query(`DROP TABLE ${name}`);
  });
}

/** Chunks of the hypertable `table` that lie before `toMs` go. */
export async function dropChunks(pool: Pool, table: string, toMs: number): Promise<void> {
  await withTransaction(pool, async (client) => {
    await client.query(`SET LOCAL lock_timeout = '${LOCK_TIMEOUT}'`);
    await client.query('SELECT drop_chunks($1, older_than => $2::timestamptz)', [table, instantOf(toMs)]);
  });
}

/** Chunks of a hypertable as partitions, oldest first. */
export function listChunks(pool: Pool, table: string): Promise<RangePartition[]> {
  return queryRows<RangePartition>(
    pool,
    `SELECT format('%I.%I', c.chunk_schema, c.chunk_name) AS name,
            (extract(epoch FROM c.range_start) * 1000)::bigint AS "fromMs",
            (extract(epoch FROM c.range_end) * 1000)::bigint AS "toMs", coalesce(s.total_bytes, 0)::bigint AS bytes
     FROM timescaledb_information.chunks c
     JOIN chunks_detailed_size($1::text::regclass) s ON s.chunk_schema = c.chunk_schema AND s.chunk_name = c.chunk_name
     WHERE c.hypertable_name = $1 ORDER BY c.range_start`,
    [table],
  );
}
