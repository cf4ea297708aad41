/**
 * Room for positions: makes range partitions of `position` ahead of time, drops those whose positions are packed, and
 * under a size cap the oldest of everything, packed segments first. A partition is a UTC day; under a size cap an hour,
 * because a busy park fills a small cap in less than a day and only whole partitions can go. On a hypertable TimescaleDB
 * makes the chunks, and this drops them by the same rules. Invariant: the running partition and what is ahead of it are never
 * dropped. Run by server/roles/store.ts, which also asks for the partitions of each batch.
 */
import type { Clock } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import { type Pool, sqlState } from './pool.ts';
import {
  createPartition,
  DAY_MS,
  dropChunks,
  dropPartition,
  HOUR_MS,
  instantOf,
  listChunks,
  listPartitions,
  type PartitionSpan,
  type RangePartition,
  startOf,
} from './range-partitions.ts';
import { readBorder } from './segments/border.ts';

/** Made ahead of need. Days: a fix may be 7 days old at receipt, and the store may lag by a day. Others when a batch asks. */
export const DAYS_BACK = 8;
const DAYS_AHEAD = 2;
const HOURS_BACK = 2;
const HOURS_AHEAD = 3;

/**
 * Pages become known as visible to all within minutes of being full, so that a track reads the key alone (docs/adr/0004);
 * as a share of the table, the default, it would be hours on a long day. A hypertable's chunks have it from migration 0016.
 */
const POSITION_STORAGE = 'autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 100000';

export interface PartitionKeeperOptions {
  readonly pool: Pool;
  readonly clock: Clock;
  readonly logger: Logger;
  /** `position` is a hypertable. */
  readonly timescale: boolean;
  /** Bytes of positions and packed segments above which the oldest go; null: no cap. */
  readonly maxBytes: number | null;
}

export interface PartitionRun {
  readonly created: number;
  /** First instants of the partitions dropped, epoch ms, oldest first. */
  readonly dropped: readonly number[];
  /** Bytes that are left. */
  readonly bytes: number;
}

export const dayOf = (atMs: number): number => Math.floor(atMs / DAY_MS);

export class PartitionKeeper {
  readonly #options: PartitionKeeperOptions;
  /** Of the partitions made now; older ones may be of the other length. */
  readonly #span: PartitionSpan;
  readonly #known = new Set<number>();
  /** Positions before it are packed, or about to be; null: not read yet. */
  #closedMs: number | null = null;

  constructor(options: PartitionKeeperOptions) {
    this.#options = options;
    this.#span = options.maxBytes === null ? 'day' : 'hour';
  }

  /** First instant of the partition that `atMs` falls in. */
  partitionOf(atMs: number): number {
    return startOf(atMs, this.#span);
  }

  /**
   * Makes sure rows of these instants have a place. Cheap when they have. Throws AppError DATABASE_UNAVAILABLE, Error for
   * an instant whose positions are packed: a row there would never be seen.
   */
  async ensureAt(instants: Iterable<number>): Promise<number> {
    this.#closedMs ??= (await readBorder(this.#options.pool)).packedToMs;
    let created = 0;
    for (const atMs of instants) {
      if (atMs < this.#closedMs) throw new Error(`positions of ${instantOf(atMs)} are packed already`);
      const fromMs = this.partitionOf(atMs);
      if (this.#options.timescale || this.#known.has(fromMs)) continue;
      created += await this.#make(fromMs);
      this.#known.add(fromMs);
    }
    return created;
  }

  /** Forgets which partitions exist: somebody else dropped one. */
  forget(): void {
    this.#known.clear();
  }

  /** From now on no row before `atMs` is taken. */
  closeBefore(atMs: number): void {
    this.#closedMs = Math.max(atMs, this.#closedMs ?? 0);
  }

  isClosedBefore(atMs: number): boolean {
    return (this.#closedMs ?? 0) >= atMs;
  }

  /** Makes what will be needed soon, then drops what is packed, then by size. Throws AppError DATABASE_UNAVAILABLE. */
  async run(): Promise<PartitionRun> {
    const { pool, clock, logger, maxBytes } = this.#options;
    const nowMs = clock.nowMs();
    const border = await readBorder(pool);
    this.closeBefore(border.packedToMs);
    const created = await this.ensureAt(this.#ahead(nowMs));
    const positions = await this.positions();
    const packed = positions.filter(({ toMs }) => border.isSettled && toMs <= border.packedToMs);
    for (const partition of packed) await this.#drop(partition);
    const left = [
      ...(await listPartitions(pool, 'position_segment')),
      ...positions.filter((partition) => !packed.includes(partition)),
    ];
    let bytes = left.reduce((sum, partition) => sum + partition.bytes, 0);
    const dropped = packed.map(({ fromMs }) => fromMs);
    for (const partition of left) {
      if (maxBytes === null || bytes <= maxBytes) break;
      // An empty partition frees nothing, and the next batch may ask for it again.
      if (partition.toMs > nowMs || partition.bytes <= EMPTY_BYTES) continue;
      await this.#drop(partition);
      bytes -= partition.bytes;
      dropped.push(partition.fromMs);
    }
    if (created > 0 || dropped.length > 0) {
      logger.info('position-partitions', { created, dropped: dropped.map(instantOf), bytes });
    }
    if (maxBytes !== null && bytes > maxBytes) logger.warn('position-over-cap', { bytes, maxBytes });
    return { created, dropped, bytes };
  }

  /** Partitions or chunks of `position`, oldest first. */
  positions(): Promise<RangePartition[]> {
    const { pool, timescale } = this.#options;
    return timescale ? listChunks(pool, 'position') : listPartitions(pool, 'position');
  }

  #ahead(nowMs: number): number[] {
    const [stepMs, back, ahead] =
      this.#span === 'day' ? [DAY_MS, DAYS_BACK, DAYS_AHEAD] : [HOUR_MS, HOURS_BACK, HOURS_AHEAD];
    const first = this.partitionOf(nowMs) - back * stepMs;
    const instants = Array.from({ length: back + 1 + ahead }, (_, index) => first + index * stepMs);
    return instants.filter((atMs) => atMs >= (this.#closedMs ?? 0));
  }

  /** Returns how many partitions it made. */
  async #make(fromMs: number): Promise<number> {
    const { pool } = this.#options;
    const made = await createPartition(pool, 'position', fromMs, this.#span, POSITION_STORAGE);
    if (made !== 'overlaps') return made === 'created' ? 1 : 0;
    // A whole day is in the way of its hour: then there is room. Hours in the way of their day: fill up with hours.
    let created = 0;
    if (this.#span === 'day') {
      for (let hourMs = fromMs; hourMs < fromMs + DAY_MS; hourMs += HOUR_MS) {
        const hour = await createPartition(pool, 'position', hourMs, 'hour', POSITION_STORAGE);
        if (hour === 'created') created++;
      }
    }
    return created;
  }

  async #drop(partition: RangePartition): Promise<void> {
    const { pool, timescale } = this.#options;
    if (partition.name.startsWith('position_segment_')) {
      await dropPartition(pool, 'position_segment', partition.name);
      return;
    }
    this.#known.delete(this.partitionOf(partition.fromMs));
    if (timescale) await dropChunks(pool, 'position', partition.toMs);
    else await dropPartition(pool, 'position', partition.name);
  }
}

/** Table and index of a partition without rows take two pages, those of packed segments four. */
const EMPTY_BYTES = 32_768;

/** The one failure of COPY that means an instant has no place (SQLSTATE 23514 on the partitioned table). */
export const isMissingPartition = (error: unknown): boolean =>
  !(error instanceof AppError) && sqlState(error) === '23514' && /no partition/.test((error as Error).message);
