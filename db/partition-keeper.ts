/**
 * Room for position rows: makes range partitions ahead of time and drops the oldest, by age and by size. A segment is a UTC
 * day; under a size cap an hour, because a busy park fills a small cap in less than a day and only whole segments can go. On
 * a hypertable TimescaleDB makes the chunks, and this drops them by the same rules. Invariant: the running segment and what
 * is ahead of it are never dropped. Run by server/roles/store.ts, which also asks for the segments of each batch.
 */
import type { Clock } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import { type Pool, queryRows, sqlState, withTransaction } from './pool.ts';

export const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** Made ahead of need. Days: a fix may be 7 days old at receipt, and the store may lag by a day. Other segments when a batch asks. */
const DAYS_BACK = 8;
const DAYS_AHEAD = 2;
const HOURS_BACK = 2;
const HOURS_AHEAD = 3;
/** Whoever reads a track holds the table for moments; give way to them and come again rather than make all wait. */
const LOCK_TIMEOUT = '3s';
/** Two makers of one partition would trip over each other in the catalogue. */
const LOCK_KEY = 7_281_905;

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
  /** First instants of the segments dropped, epoch ms, oldest first. */
  readonly dropped: readonly number[];
  /** Bytes that are left. */
  readonly bytes: number;
}

interface Segment {
  readonly name: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly bytes: number;
}

export const dayOf = (atMs: number): number => Math.floor(atMs / DAY_MS);
const instantOf = (ms: number): string => new Date(ms).toISOString();
/** position_20260701 for a day, position_2026070113 for an hour. */
const nameOf = (fromMs: number, spanMs: number): string =>
  `position_${instantOf(fromMs)
    .replaceAll(/[-T:]/g, '')
    .slice(0, spanMs === DAY_MS ? 8 : 10)}`;

export class PartitionKeeper {
  readonly #options: PartitionKeeperOptions;
  /** Length of the segments made now; older ones may be of the other length. */
  readonly #spanMs: number;
  readonly #known = new Set<number>();

  constructor(options: PartitionKeeperOptions) {
    this.#options = options;
    this.#spanMs = options.maxBytes === null ? DAY_MS : HOUR_MS;
  }

  /** First instant of the segment that `atMs` falls in. */
  segmentOf(atMs: number): number {
    return Math.floor(atMs / this.#spanMs) * this.#spanMs;
  }

  /** Makes sure rows of these instants have a place. Cheap when they have. Throws AppError DATABASE_UNAVAILABLE. */
  async ensureAt(instants: Iterable<number>): Promise<number> {
    if (this.#options.timescale) return 0;
    let created = 0;
    for (const atMs of instants) {
      const fromMs = this.segmentOf(atMs);
      if (this.#known.has(fromMs)) continue;
      created += await this.#make(fromMs);
      this.#known.add(fromMs);
    }
    return created;
  }

  /** Forgets which segments exist: somebody else dropped one. */
  forget(): void {
    this.#known.clear();
  }

  /** Makes what will be needed soon, then drops by age, then by size. Throws AppError DATABASE_UNAVAILABLE. */
  async run(): Promise<PartitionRun> {
    const { clock, logger, retentionDays, maxBytes } = this.#options;
    const nowMs = clock.nowMs();
    const span = this.#spanMs;
    const [back, ahead] =
      span === DAY_MS ? [Math.min(DAYS_BACK, retentionDays), DAYS_AHEAD] : [HOURS_BACK, HOURS_AHEAD];
    const first = this.segmentOf(nowMs) - back * span;
    const created = await this.ensureAt(Array.from({ length: back + 1 + ahead }, (_, index) => first + index * span));
    const firstKeptMs = (dayOf(nowMs) - Math.max(1, retentionDays)) * DAY_MS;
    const segments = await this.#segments();
    let bytes = segments.reduce((sum, segment) => sum + segment.bytes, 0);
    const dropped: number[] = [];
    for (const segment of segments) {
      const tooOld = segment.toMs <= firstKeptMs;
      // An empty segment frees nothing, and the next batch may ask for it again.
      const tooMuch = maxBytes !== null && bytes > maxBytes && segment.toMs <= nowMs && segment.bytes > EMPTY_BYTES;
      if (!tooOld && !tooMuch) continue;
      await this.#drop(segment);
      bytes -= segment.bytes;
      dropped.push(segment.fromMs);
    }
    if (created > 0 || dropped.length > 0) {
      logger.info('position-segments', { created, dropped: dropped.map(instantOf), bytes });
    }
    if (maxBytes !== null && bytes > maxBytes) logger.warn('position-over-cap', { bytes, maxBytes });
    return { created, dropped, bytes };
  }

  /** Returns how many partitions it made. */
  async #make(fromMs: number): Promise<number> {
    const span = this.#spanMs;
    const made = await this.#create(fromMs, span);
    if (made !== 'overlaps') return made === 'created' ? 1 : 0;
    // A whole day is in the way of its hour: then there is room. Hours in the way of their day: fill up with hours.
    let created = 0;
    if (span === DAY_MS) {
      for (let hourMs = fromMs; hourMs < fromMs + DAY_MS; hourMs += HOUR_MS) {
        if ((await this.#create(hourMs, HOUR_MS)) === 'created') created++;
      }
    }
    return created;
  }

  async #create(fromMs: number, spanMs: number): Promise<'created' | 'there' | 'overlaps'> {
    const name = nameOf(fromMs, spanMs);
    try {
      return await withTransaction(this.#options.pool, async (client) => {
        await client.query(`SET LOCAL lock_timeout = '${LOCK_TIMEOUT}'`);
        await client.query('SELECT pg_advisory_xact_lock($1)', [LOCK_KEY]);
        const [there] = await queryRows<{ oid: number | null }>(client, 'SELECT to_regclass($1)::oid AS oid', [name]);
        if (there?.oid != null) return 'there';
        // ATTACH waits for no reader, unlike CREATE TABLE ... PARTITION OF.
        await client.query(`CREATE TABLE ${name} (LIKE position INCLUDING DEFAULTS INCLUDING CONSTRAINTS)`);
        await client.query(
          `ALTER TABLE position ATTACH PARTITION ${name}
           FOR VALUES FROM ('${instantOf(fromMs)}') TO ('${instantOf(fromMs + spanMs)}')`,
        );
        return 'created';
      });
    } catch (error) {
      // 42P17: the range is taken, in part at least.
      if (sqlState(error) === '42P17') return 'overlaps';
      throw error;
    }
  }

  /** Segments that exist, oldest first. */
  async #segments(): Promise<Segment[]> {
    const { pool, timescale } = this.#options;
    if (timescale) {
      return queryRows<Segment>(
        pool,
        `SELECT format('%I.%I', c.chunk_schema, c.chunk_name) AS name,
                (extract(epoch FROM c.range_start) * 1000)::bigint AS "fromMs",
                (extract(epoch FROM c.range_end) * 1000)::bigint AS "toMs", coalesce(s.total_bytes, 0)::bigint AS bytes
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
      const [, year, month, date, hour] = /^position_(\d{4})(\d{2})(\d{2})(\d{2})?$/.exec(name) ?? [];
      if (year === undefined) return [];
      const fromMs = Date.parse(`${year}-${month}-${date}T${hour ?? '00'}:00:00Z`);
      return [{ name, bytes, fromMs, toMs: fromMs + (hour === undefined ? DAY_MS : HOUR_MS) }];
    });
  }

  async #drop(segment: Segment): Promise<void> {
    const { pool, timescale } = this.#options;
    this.#known.delete(this.segmentOf(segment.fromMs));
    await withTransaction(pool, async (client) => {
      await client.query(`SET LOCAL lock_timeout = '${LOCK_TIMEOUT}'`);
      if (timescale) {
        await client.query(`SELECT drop_chunks('position', older_than => $1::timestamptz)`, [instantOf(segment.toMs)]);
      } else {
        await client.query(`ALTER TABLE position DETACH PARTITION ${segment.name}`);
        await client.query(`DROP TABLE ${segment.name}`);
      }
    });
  }
}

/** Table and index of a partition without rows take two pages. */
const EMPTY_BYTES = 32_768;

/** The one failure of COPY that means an instant has no place (SQLSTATE 23514 on the partitioned table). */
export const isMissingSegment = (error: unknown): boolean =>
  !(error instanceof AppError) && sqlState(error) === '23514' && /no partition/.test((error as Error).message);
