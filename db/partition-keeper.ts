/**
 * Room for position rows: makes daily partitions ahead of time and drops the oldest, by age and by size. On a hypertable
 * TimescaleDB makes the chunks, and this drops them by the same rules. Days are UTC. Invariant: the running day and what
 * is ahead of it are never dropped. Run hourly by server/roles/store.ts, which also asks for the days of each batch.
 */
import type { Clock } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import { type Pool, queryRows, sqlState, withTransaction } from './pool.ts';

export const DAY_MS = 86_400_000;
/** A fix may be 7 days old at receipt, and the store may lag by a day. */
const DAYS_BACK = 8;
const DAYS_AHEAD = 2;
/** Whoever reads a track holds the table for moments; give way to them and come again rather than make all wait. */
const LOCK_TIMEOUT = '3s';

export interface PartitionKeeperOptions {
  readonly pool: Pool;
  readonly clock: Clock;
  readonly logger: Logger;
  /** `position` is a hypertable. */
  readonly timescale: boolean;
  /** Rows of older days go. */
  readonly retentionDays: number;
  /** Table and index bytes above which the oldest days go; null: no cap. */
  readonly maxBytes: number | null;
}

export interface PartitionRun {
  readonly created: number;
  /** Days dropped, epoch days, oldest first. */
  readonly dropped: readonly number[];
  /** Bytes that are left. */
  readonly bytes: number;
}

interface Segment {
  readonly name: string;
  /** Epoch day. */
  readonly day: number;
  readonly bytes: number;
}

export const dayOf = (atMs: number): number => Math.floor(atMs / DAY_MS);
const dateOf = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10);
const instantOf = (day: number): string => `${dateOf(day)} 00:00:00+00`;
/** position_20260701 */
const nameOf = (day: number): string => `position_${dateOf(day).replaceAll('-', '')}`;

export class PartitionKeeper {
  readonly #options: PartitionKeeperOptions;
  readonly #known = new Set<number>();

  constructor(options: PartitionKeeperOptions) {
    this.#options = options;
  }

  /** Makes sure rows of these days have a place. Cheap when they have. Throws AppError DATABASE_UNAVAILABLE. */
  async ensureDays(days: Iterable<number>): Promise<number> {
    if (this.#options.timescale) return 0;
    let created = 0;
    for (const day of days) {
      if (this.#known.has(day)) continue;
      if (await this.#create(day)) created++;
      this.#known.add(day);
    }
    return created;
  }

  /** Forgets which days exist: somebody else dropped one. */
  forget(): void {
    this.#known.clear();
  }

  /** Creates from 8 days back to 2 days ahead, then drops by age, then by size. Throws AppError DATABASE_UNAVAILABLE. */
  async run(): Promise<PartitionRun> {
    const { clock, logger, retentionDays, maxBytes } = this.#options;
    const today = dayOf(clock.nowMs());
    const firstKept = today - Math.max(1, retentionDays);
    const back = Math.min(DAYS_BACK, retentionDays);
    const created = await this.ensureDays(
      Array.from({ length: back + DAYS_AHEAD + 1 }, (_, index) => today - back + index),
    );
    const segments = await this.#segments();
    let bytes = segments.reduce((sum, segment) => sum + segment.bytes, 0);
    const dropped: number[] = [];
    for (const segment of segments) {
      const tooOld = segment.day < firstKept;
      // An empty day frees nothing, and the next batch may ask for it again.
      const tooMuch = maxBytes !== null && bytes > maxBytes && segment.day < today && segment.bytes > EMPTY_BYTES;
      if (!tooOld && !tooMuch) continue;
      await this.#drop(segment);
      bytes -= segment.bytes;
      dropped.push(segment.day);
    }
    if (created > 0 || dropped.length > 0) {
      logger.info('position-days', { created, dropped: dropped.map(dateOf), bytes });
    }
    if (maxBytes !== null && bytes > maxBytes) logger.warn('position-over-cap', { bytes, maxBytes });
    return { created, dropped, bytes };
  }

  async #create(day: number): Promise<boolean> {
    const name = nameOf(day);
    try {
      return await withTransaction(this.#options.pool, async (client) => {
        await client.query(`SET LOCAL lock_timeout = '${LOCK_TIMEOUT}'`);
        const [there] = await queryRows<{ oid: number | null }>(client, 'SELECT to_regclass($1)::oid AS oid', [name]);
        if (there?.oid != null) return false;
        // ATTACH waits for no reader, unlike CREATE TABLE ... PARTITION OF.
        await client.query(`CREATE TABLE ${name} (LIKE position INCLUDING DEFAULTS INCLUDING CONSTRAINTS)`);
        await client.query(
          `ALTER TABLE position ATTACH PARTITION ${name} FOR VALUES FROM ('${instantOf(day)}') TO ('${instantOf(day + 1)}')`,
        );
        return true;
      });
    } catch (error) {
      // 42P07: another process made it this moment.
      if (sqlState(error) === '42P07') return false;
      throw error;
    }
  }

  /** Days that exist, oldest first. */
  async #segments(): Promise<Segment[]> {
    const { pool, timescale } = this.#options;
    if (timescale) {
      return queryRows<Segment>(
        pool,
        `SELECT format('%I.%I', c.chunk_schema, c.chunk_name) AS name,
                (extract(epoch FROM c.range_start) / 86400)::bigint AS day, coalesce(s.total_bytes, 0)::bigint AS bytes
         FROM timescaledb_information.chunks c
         JOIN chunks_detailed_size('position') s ON s.chunk_schema = c.chunk_schema AND s.chunk_name = c.chunk_name
         WHERE c.hypertable_name = 'position' ORDER BY c.range_start`,
      );
    }
    const rows = await queryRows<{ name: string; bytes: number }>(
      pool,
      `SELECT c.relname AS name, pg_total_relation_size(c.oid) AS bytes
       FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
       WHERE i.inhparent = 'position'::regclass ORDER BY c.relname`,
    );
    return rows.flatMap(({ name, bytes }) => {
      const [, year, month, date] = /^position_(\d{4})(\d{2})(\d{2})$/.exec(name) ?? [];
      if (year === undefined) return [];
      return [{ name, bytes, day: dayOf(Date.parse(`${year}-${month}-${date}T00:00:00Z`)) }];
    });
  }

  async #drop(segment: Segment): Promise<void> {
    const { pool, timescale } = this.#options;
    this.#known.delete(segment.day);
    await withTransaction(pool, async (client) => {
      await client.query(`SET LOCAL lock_timeout = '${LOCK_TIMEOUT}'`);
      if (timescale) {
        await client.query(`SELECT drop_chunks('position', older_than => $1::timestamptz)`, [
          instantOf(segment.day + 1),
        ]);
      } else {
        await client.query(`ALTER TABLE position DETACH PARTITION ${segment.name}`);
        await client.query(`DROP TABLE ${segment.name}`);
      }
    });
  }
}

/** Table and index of a partition without rows take two pages. */
const EMPTY_BYTES = 32_768;

/** The one failure of COPY that means a day has no place (SQLSTATE 23514 on the partitioned table). */
export const isMissingDay = (error: unknown): boolean =>
  !(error instanceof AppError) && sqlState(error) === '23514' && /no partition/.test((error as Error).message);
