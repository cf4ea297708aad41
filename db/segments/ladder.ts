/**
 * The step from positions as rows to thinned, packed segments: one hour after another, oldest first, each in one
 * transaction that also moves the border (db/segments/border.ts). So every position is found in exactly one of the two,
 * wherever a crash falls; partitions below the border are dropped later, by db/partition-keeper.ts. Holds one person and a
 * message, and rests as long as it works. One pass at a time, run by server/roles/store.ts.
 */
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../core/clock.ts';
import type { Logger } from '../../core/logger.ts';
import type { Pace } from '../../core/pace.ts';
import type { OpsAlarms } from '../../stream/protocol/ops-alarms.ts';
import { copyFrom } from '../copy/copy-from.ts';
import { copyTo } from '../copy/copy-to.ts';
import { POSITION_COLUMNS } from '../copy/position-rows.kernel.ts';
import { DAYS_BACK, dayOf, type PartitionKeeper } from '../partition-keeper.ts';
import { type Pool, withTransaction } from '../pool.ts';
import {
  createPartition,
  DAY_MS,
  dropPartition,
  HOUR_MS,
  instantOf,
  listPartitions,
  type RangePartition,
  startOf,
} from '../range-partitions.ts';
import { moveBorder, readBorder, readKeptFrom, writeKeptFrom } from './border.ts';
import { type Guard, guardedIn, readGuards } from './guards.ts';
import { SEGMENT_COLUMNS } from './segment-rows.ts';
import { SlicePacker } from './slice-packer.ts';

/** Longest time between two kept fixes that have left-out ones between them: what the law asks of the upload. */
export const KEPT_GAP_MS = 30_000;
/** An hour of a big park is some ten million rows; nothing else waits for this statement. */
const SLICE_TIMEOUT = '30min';
/** Sorting an hour of a big park goes through files all the same; more memory only makes fewer of them. */
const SORT_MEMORY = '32MB';
/** Days above the one that is due anyhow. */
const BEHIND_DAYS = 2;

export interface LadderOptions {
  readonly pool: Pool;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly opsAlarms: OpsAlarms;
  readonly partitions: PartitionKeeper;
  /** `position` is a hypertable. */
  readonly timescale: boolean;
  /** Days in full resolution, as rows; at least as long as late fixes come. */
  readonly fullDays: number;
  /** Days that anything is kept. */
  readonly trackDays: number;
  /** Of dropping by age; outlives the ladder. */
  readonly pace: Pace;
  /** Largest distance of a fix left out from where the kept ones have the person then; 0: keep all. */
  readonly toleranceM: number;
  /** Rest after an hour of positions, in multiples of the work it made; default 1. */
  readonly restShare?: number;
}

export interface LadderRun {
  /** Rows read and fixes kept. */
  readonly fixes: number;
  readonly kept: number;
  /** Another day is due already. */
  readonly hasMore: boolean;
}

interface Slice {
  /** Where the border stands: before `fromMs` where nothing lies between. */
  readonly borderMs: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly guards: readonly Guard[];
}

const NOTHING = { fixes: 0, kept: 0 };
const COPY_SEGMENTS = `COPY position_segment (${SEGMENT_COLUMNS}) FROM STDIN (FORMAT binary)`;

export class PositionLadder {
  readonly #options: LadderOptions;
  readonly #fullDays: number;

  constructor(options: LadderOptions) {
    this.#options = options;
    this.#fullDays = Math.max(options.fullDays, DAYS_BACK);
  }

  /**
   * Packs the oldest partition that is due, and drops months beyond the retention. The partition was closed to late rows
   * by the run before, so that none can be on its way. Ends early when `signal` aborts. Throws AppError
   * DATABASE_UNAVAILABLE, TERM_LOST when another process packs.
   */
  async run(signal: AbortSignal): Promise<LadderRun> {
    const { pool, clock, partitions, logger } = this.#options;
    const nowMs = clock.nowMs();
    const dueMs = (dayOf(nowMs) - this.#fullDays) * DAY_MS;
    const rows = await partitions.positions();
    const keptFromMs = await this.#dropMonths((dayOf(nowMs) - this.#options.trackDays) * DAY_MS, rows[0]);
    const { packedToMs } = await readBorder(pool);
    const due = rows.filter(({ toMs }) => toMs > packedToMs && toMs <= dueMs);
    await this.#tellWhetherBehind(due[0], dueMs, nowMs);
    const [partition, next] = due;
    if (partition === undefined) return { fixes: 0, kept: 0, hasMore: false };
    if (!partitions.isClosedBefore(partition.toMs)) {
      partitions.closeBefore(partition.toMs);
      return { fixes: 0, kept: 0, hasMore: true };
    }
    const sum = { fixes: 0, kept: 0 };
    let borderMs = packedToMs;
    await this.#makeSlicesQuick(partition);
    const guards = await readGuards(pool, partition.fromMs, partition.toMs);
    while (borderMs < partition.toMs && !signal.aborted) {
      const startedAtMs = performance.now();
      const fromMs = Math.max(borderMs, partition.fromMs);
      const toMs = Math.min(partition.toMs, startOf(fromMs, 'hour') + HOUR_MS);
      const slice = toMs > keptFromMs ? await this.#packSlice({ borderMs, fromMs, toMs, guards }, signal) : NOTHING;
      if (slice === NOTHING) await this.#passOver(borderMs, toMs);
      sum.fixes += slice.fixes;
      sum.kept += slice.kept;
      borderMs = toMs;
      if (slice.fixes > 0) await this.#rest(performance.now() - startedAtMs, signal);
    }
    logger.info('positions-packed', { day: instantOf(partition.fromMs), packedTo: instantOf(borderMs), ...sum });
    if (next !== undefined) partitions.closeBefore(next.toMs);
    return { ...sum, hasMore: next !== undefined || signal.aborted };
  }

  async #packSlice(
    { borderMs, fromMs, toMs, guards }: Slice,
    signal: AbortSignal,
  ): Promise<{ fixes: number; kept: number }> {
    const { pool, toleranceM } = this.#options;
    await createPartition(pool, 'position_segment', startOf(fromMs, 'month'), 'month');
    return withTransaction(pool, async (writer) => {
      // It has nothing to do until the reader has sorted.
      await writer.query(`SET LOCAL idle_in_transaction_session_timeout = '${SLICE_TIMEOUT}'`);
      await moveBorder(writer, borderMs, toMs);
      const packer = new SlicePacker({
        bound: { toleranceM, gapMs: KEPT_GAP_MS },
        guarded: guardedIn(guards, fromMs, toMs),
        write: async (message) => {
          signal.throwIfAborted();
          await copyFrom(writer, COPY_SEGMENTS, message);
        },
      });
      await withTransaction(pool, async (reader) => {
        await reader.query(`SET LOCAL statement_timeout = '${SLICE_TIMEOUT}'`);
        await reader.query(`SET LOCAL work_mem = '${SORT_MEMORY}'`);
        // One core at most: the store and its readers have the others.
        await reader.query('SET LOCAL max_parallel_workers_per_gather = 0');
        // The key's order would fetch each row from another page of the whole day.
        await reader.query('SET LOCAL enable_indexscan = off');
        await copyTo(
          reader,
          `COPY (SELECT ${POSITION_COLUMNS} FROM position
                 WHERE observed_at >= '${instantOf(fromMs)}' AND observed_at < '${instantOf(toMs)}'
                 ORDER BY person_id, observed_at, source) TO STDOUT (FORMAT binary)`,
          (bytes) => packer.take(bytes),
        );
      });
      await packer.end();
      return { fixes: packer.fixes, kept: packer.kept };
    });
  }

  /** Older than anything is kept: the rows go with their partition. */
  async #passOver(borderMs: number, toMs: number): Promise<void> {
    await withTransaction(this.#options.pool, (client) => moveBorder(client, borderMs, toMs));
  }

  /**
   * Rows lie nearly in the order of time: an index of a few pages per day finds those of an hour. Made when a day is packed
   * and not before, or every row written would pay for it. Chunks need none when they are compressed, and only an
   * administrator could make one on them.
   */
  async #makeSlicesQuick({ name, fromMs, toMs }: RangePartition): Promise<void> {
    const { pool, timescale } = this.#options;
    if (timescale || toMs - fromMs <= HOUR_MS) return;
    await withTransaction(pool, async (client) => {
      await client.query(`SET LOCAL statement_timeout = '${SLICE_TIMEOUT}'`);
      await client.query(`CREATE INDEX IF NOT EXISTS ${name}_time ON ${name} USING brin (observed_at)`);
    });
  }

  /** Months before `dueMs` go, as far as the pace allows. Returns how far that is: nothing from there on may go. */
  async #dropMonths(dueMs: number, oldestRows: RangePartition | undefined): Promise<number> {
    const { pool, logger, pace } = this.#options;
    const months = await listPartitions(pool, 'position_segment');
    const before = await readKeptFrom(pool);
    const oldestMs = Math.min(months[0]?.fromMs ?? dueMs, oldestRows?.fromMs ?? dueMs);
    let keptFromMs = Math.min(dueMs, Math.max(before, oldestMs));
    while (keptFromMs < dueMs && pace.allows(HOUR_MS)) keptFromMs += HOUR_MS;
    if (keptFromMs !== before) await writeKeptFrom(pool, keptFromMs);
    for (const month of months) {
      if (month.toMs > keptFromMs) continue;
      await dropPartition(pool, 'position_segment', month.name);
      logger.info('positions-dropped', { month: instantOf(month.fromMs) });
    }
    return keptFromMs;
  }

  async #tellWhetherBehind(oldest: RangePartition | undefined, dueMs: number, nowMs: number): Promise<void> {
    const { opsAlarms } = this.#options;
    if (oldest === undefined || oldest.toMs > dueMs - BEHIND_DAYS * DAY_MS) {
      await opsAlarms.clear('retention-behind', 'positions');
      return;
    }
    const detail = `${instantOf(oldest.fromMs).slice(0, 10)} is not packed yet`;
    await opsAlarms.raise({ code: 'retention-behind', subject: 'positions', companyCode: null, detail, atMs: nowMs });
  }

  async #rest(workedMs: number, signal: AbortSignal): Promise<void> {
    const restMs = workedMs * (this.#options.restShare ?? 1);
    if (restMs > 0) await sleep(restMs, undefined, { signal }).catch(() => {});
  }
}
