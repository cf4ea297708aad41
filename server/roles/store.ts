/**
 * Role `store`: brings the log and the alarm lane into PostgreSQL under the lease `store`. With PostgreSQL or Redis away
 * it waits and carries on where the offset row says; it never ends by itself. Registers what is flushed to disk with the
 * log's readers, so that trimming keeps the rest, and keeps the position partitions.
 */

import type { Clock } from '../../core/clock.ts';
import { AppError } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import { Pace } from '../../core/pace.ts';
import { pause } from '../../core/pause.ts';
import { forgetDoors } from '../../db/ledger-rows.ts';
import { isHypertable } from '../../db/migrate.ts';
import { PartitionKeeper } from '../../db/partition-keeper.ts';
import { dropOldPermits } from '../../db/permits/permit-retention.ts';
import { forgetPersonCells } from '../../db/person-cells.ts';
import { createPool, type Pool } from '../../db/pool.ts';
import { DAY_MS } from '../../db/range-partitions.ts';
import { PositionLadder } from '../../db/segments/ladder.ts';
import { Store } from '../../db/store.ts';
import { STORE_READER, type StoreOffsets } from '../../db/store-port.ts';
import { dropOldSensorReports } from '../../db/vendor-rows.ts';
import type { LeaseKeeper, LogHead } from '../../stream/protocol/log.ts';
import { closeRedis, createRedis, type Redis } from '../../stream/redis.ts';
import { RedisLaneReader } from '../../stream/redis-lanes.ts';
import { RedisLog } from '../../stream/redis-log.ts';
import { RedisOpsAlarms } from '../../stream/redis-ops-alarms.ts';
import { RedisQuarantineSet } from '../../stream/redis-quarantine.ts';
import { RedisReaderRegistry } from '../../stream/redis-readers.ts';
import type { RunningConfig } from '../config.ts';
import { WATCH_LEDGER_EVERY_MS, watchLedger } from '../ledger-watch.ts';
import { type ParkContext, type ParkRun, runParks } from '../parks.ts';
import type { RoleContext, RunningRole } from '../role.ts';
import { knownPostgresUrl } from '../services/known-urls.ts';
import { VENDOR_REGISTERS } from '../vendor-registers.ts';
import { placeOnLog, StoreFollower } from './store-follower.ts';

const LEASE = 'store';
const LEASE_TTL_MS = 10_000;
const RENEW_EVERY_MS = 3_000;
const REGISTER_EVERY_MS = 1_000;
/** An hour of a busy park is a tenth of a small cap: look often. */
const KEEP_PARTITIONS_EVERY_MS = 600_000;
/** Between two days of old positions to pack: longer than any transaction, so none that began before can bring late rows. */
const NEXT_DAY_AFTER_MS = 120_000;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;
/** A transaction of the largest batch takes well under a second; a stuck one must not hold the store for ever. */
const STATEMENT_TIMEOUT_MS = 60_000;
/** One that stands still between two statements holds the offset row: whoever takes over must not wait for it. */
const IDLE_IN_TRANSACTION_MS = 5_000;
/** Part of the data folder's cap that positions may take; the log, the other tables and PostgreSQL's own log take the rest. */
const POSITION_SHARE = 0.6;
const BYTES_PER_GB = 1e9;

export const start = (context: RoleContext): Promise<RunningRole> => runParks(context, LEASE, openPark);

function openPark(context: ParkContext): Promise<ParkRun> {
  const keeper = new StoreKeeper(context);
  const stop = new AbortController();
  const running = keeper.run(stop.signal);
  return Promise.resolve({
    ended: running,
    close: async () => {
      stop.abort();
      await running.catch(() => {});
      await keeper.close();
    },
  });
}

class StoreKeeper {
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #config: RunningConfig;
  readonly #pool: Pool;
  readonly #redis: Redis;
  readonly #leases: LeaseKeeper;
  readonly #logReaders: RedisReaderRegistry;
  readonly #alarmReaders: RedisReaderRegistry;
  readonly #opsAlarms: RedisOpsAlarms;
  readonly #holder: string;
  readonly #positionPace: Pace;
  readonly #reportPace: Pace;
  readonly #permitPace: Pace;
  readonly #cellPace: Pace;
  /** Made at the first answer of PostgreSQL: whether `position` is a hypertable is read from it. */
  #partitions: PartitionKeeper | null = null;
  #ladder: PositionLadder | null = null;
  #store: Store | null = null;
  #flushed: StoreOffsets | null = null;
  #flushedEpoch = '';
  #term = 0;
  #isClosed = false;

  constructor({ config, logger, clock, leases, holder }: ParkContext) {
    this.#config = config;
    this.#logger = logger;
    this.#clock = clock;
    this.#leases = leases;
    this.#holder = holder;
    this.#positionPace = new Pace(() => logger.warn('retention-waits', { of: 'positions' }));
    this.#cellPace = new Pace(() => logger.warn('retention-waits', { of: 'cells and censuses' }));
    this.#permitPace = new Pace(() => logger.warn('retention-waits', { of: 'permits' }));
    this.#reportPace = new Pace(() => logger.warn('retention-waits', { of: 'sensor reports' }));
    this.#pool = createPool(config.databaseUrl, {
      max: 5,
      applicationName: 'parksentry-store',
      statementTimeoutMs: STATEMENT_TIMEOUT_MS,
      idleInTransactionMs: IDLE_IN_TRANSACTION_MS,
      logger,
    });
    const park = config.parkCode;
    this.#redis = createRedis(config.redisUrl, { name: 'store', logger });
    this.#logReaders = new RedisReaderRegistry({ redis: this.#redis, park, of: 'log' });
    this.#alarmReaders = new RedisReaderRegistry({ redis: this.#redis, park, of: 'alarms' });
    this.#opsAlarms = new RedisOpsAlarms({ redis: this.#redis, park });
  }

  /** Until `signal` aborts: waits for the lease, leads, and waits again when the lead is lost. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      let term: number;
      try {
        term = await this.#leases.acquire(LEASE, this.#holder, LEASE_TTL_MS, signal);
      } catch (error) {
        if (signal.aborted) return;
        throw error;
      }
      this.#logger.info('store-leads', { term });
      this.#term = term;
      const lead = new AbortController();
      const end = (): void => lead.abort();
      signal.addEventListener('abort', end, { once: true });
      const renewing = this.#renew(term, lead);
      try {
        await this.#lead(term, lead.signal);
      } finally {
        end();
        signal.removeEventListener('abort', end);
        await renewing;
      }
    }
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#store?.close();
    await this.#leases.release(LEASE, this.#holder).catch(() => {});
    await this.#pool.end().catch(() => {});
    closeRedis(this.#redis);
  }

  /** Follows again after every failure, until the lead is over. */
  async #lead(term: number, signal: AbortSignal): Promise<void> {
    let pauseMs = FIRST_PAUSE_MS;
    while (!signal.aborted) {
      const startedAtMs = this.#clock.nowMs();
      try {
        await this.#follow(term, signal);
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof AppError && error.code === 'TERM_LOST') {
          this.#logger.warn('store-steps-down', { term, error });
          await this.#leases.release(LEASE, this.#holder).catch(() => {});
          await pause(FIRST_PAUSE_MS, signal);
          return;
        }
        // A hole in the log or a failure without a name does not pass by itself: both wait the longest.
        const passes = error instanceof AppError && error.retryable;
        pauseMs = passes && this.#clock.nowMs() - startedAtMs > LONGEST_PAUSE_MS ? FIRST_PAUSE_MS : pauseMs;
        if (!passes) pauseMs = LONGEST_PAUSE_MS;
        this.#logger[passes ? 'warn' : 'error']('store-waits', { error, pauseMs });
        if (error instanceof AppError && error.code === 'LOG_GAP') await this.#tellLost(error.detail ?? error.message);
        await this.#stayRegistered();
        await pause(pauseMs, signal);
        pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
      }
    }
  }

  async #follow(term: number, signal: AbortSignal): Promise<void> {
    const redis = this.#redis;
    const park = this.#config.parkCode;
    const log = new RedisLog({ redis, park, name: 'store-log' });
    const lanes = new RedisLaneReader({ redis, park });
    const head = await log.head();
    const lane = await lanes.laneHead();
    await this.#heedLog(head);
    const store = await this.#openStore();
    // Read before the first entry: what watch passed over is not for the store to try.
    const quarantined = await new RedisQuarantineSet({ redis, park }).list(head.epoch);
    // A lane that still has the epoch before says nothing about this log.
    const alarmsNextSeq = lane.epoch === head.epoch ? lane.firstSeq : 1;
    const first = { nextSeq: head.firstSeq, alarmsNextSeq };
    const place = await store.claim({ term, epoch: head.epoch, first });
    const offsets = await placeOnLog({ log, store, logger: this.#logger }, place, head);
    this.#flushed = { nextSeq: offsets.nextSeq, alarmsNextSeq: offsets.alarmsNextSeq };
    await this.#stayRegistered();
    this.#logger.info('store-follows', { term, epoch: head.epoch, headSeq: head.seq, ...offsets });
    const end = new AbortController();
    const onAbort = (): void => end.abort();
    signal.addEventListener('abort', onAbort, { once: true });
    const duties = [
      this.#registerFlushed(store, end.signal),
      this.#keepPartitions(end.signal),
      this.#watchBooks(end.signal),
    ];
    try {
      const shared = { log, lanes, store, clock: this.#clock, logger: this.#logger };
      const onKeptAside = (seq: number, reason: string): void => this.#tellKeptAside(seq, reason);
      await new StoreFollower({ ...shared, quarantined, onKeptAside }).follow(offsets, signal);
    } finally {
      signal.removeEventListener('abort', onAbort);
      end.abort();
      await Promise.all(duties);
    }
  }

  /**
   * What is registered must never lie beyond what this log has: another epoch, or sequences that a lost tail had, would
   * let entries be trimmed that were never read, for as long as PostgreSQL does not answer.
   */
  async #heedLog({ epoch, seq, firstSeq }: LogHead): Promise<void> {
    const flushed = this.#flushed;
    if (flushed !== null && this.#flushedEpoch !== '') {
      if (this.#flushedEpoch !== epoch) this.#flushed = { nextSeq: firstSeq, alarmsNextSeq: 1 };
      else if (flushed.nextSeq > seq + 1) {
        this.#flushed = { nextSeq: firstSeq, alarmsNextSeq: Math.min(flushed.alarmsNextSeq, firstSeq) };
      }
    }
    this.#flushedEpoch = epoch;
    await this.#stayRegistered();
  }

  async #openStore(): Promise<Store> {
    if (this.#store !== null) return this.#store;
    const timescale = await isHypertable(this.#pool);
    const { databaseUrl, dataFolder, dataCapGb, positionRetentionDays, trackRetentionDays } = this.#config;
    const isEmbedded = databaseUrl === knownPostgresUrl(dataFolder);
    const shared = { pool: this.#pool, clock: this.#clock, logger: this.#logger };
    this.#logger.info('position-storage', { timescale, positionRetentionDays, trackRetentionDays });
    this.#partitions = new PartitionKeeper({
      ...shared,
      timescale,
      maxBytes: isEmbedded ? dataCapGb * BYTES_PER_GB * POSITION_SHARE : null,
    });
    this.#ladder = new PositionLadder({
      ...shared,
      timescale,
      partitions: this.#partitions,
      opsAlarms: this.#opsAlarms,
      fullDays: positionRetentionDays,
      trackDays: trackRetentionDays,
      pace: this.#positionPace,
      toleranceM: this.#config.trackToleranceM,
    });
    this.#store = new Store({ ...shared, partitions: this.#partitions, registers: VENDOR_REGISTERS });
    return this.#store;
  }

  async #renew(term: number, lead: AbortController): Promise<void> {
    while (!lead.signal.aborted) {
      await pause(RENEW_EVERY_MS, lead.signal);
      if (lead.signal.aborted) return;
      try {
        if (await this.#leases.renew(LEASE, this.#holder, LEASE_TTL_MS, term)) continue;
        this.#logger.warn('store-lease-lost');
        lead.abort();
      } catch (error) {
        // Not knowing is no reason to stop: the term in the offset row decides.
        this.#logger.debug('store-lease-not-renewed', { error });
      }
    }
  }

  async #registerFlushed(store: Store, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await pause(REGISTER_EVERY_MS, signal);
      if (signal.aborted) return;
      try {
        this.#flushed = await store.flushed();
        await this.#stayRegistered();
      } catch (error) {
        // The follower meets the same failure and says so.
        this.#logger.debug('store-offset-not-registered', { error });
      }
    }
  }

  /** It waits: whether what came after is stored without what is missing is for a person to say. */
  async #tellLost(what: string): Promise<void> {
    const detail = `${what}; park store go-on goes on behind them`;
    const alarm = { code: 'log-range-lost', subject: STORE_READER, companyCode: null, detail } as const;
    await this.#opsAlarms.raise({ ...alarm, atMs: this.#clock.nowMs() }).catch((error: unknown) => {
      this.#logger.warn('ops-alarm-failed', { code: alarm.code, error });
    });
  }

  /**
   * Also while PostgreSQL is away: a silent reader would be dropped after a day, and its entries trimmed. A store that
   * slept is refused: the reader stands for the one that took over.
   */
  async #stayRegistered(): Promise<void> {
    if (this.#flushed === null) return;
    const { nextSeq, alarmsNextSeq } = this.#flushed;
    const atMs = this.#clock.nowMs();
    const fence = { lease: LEASE, term: this.#term };
    try {
      await this.#logReaders.register(STORE_READER, nextSeq, atMs, fence);
      await this.#alarmReaders.register(STORE_READER, alarmsNextSeq, atMs, fence);
    } catch (error) {
      this.#logger.debug('store-offset-not-registered', { error });
    }
  }

  async #watchBooks(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await pause(WATCH_LEDGER_EVERY_MS, signal);
      if (signal.aborted) return;
      try {
        await watchLedger({ pool: this.#pool, opsAlarms: this.#opsAlarms, clock: this.#clock, logger: this.#logger });
      } catch (error) {
        this.#logger.warn('books-not-watched', { error });
      }
    }
  }

  #tellKeptAside(seq: number, reason: string): void {
    const alarm = {
      code: 'entry-quarantined',
      subject: String(seq),
      companyCode: null,
      detail: `store: ${reason}`,
    } as const;
    this.#opsAlarms.raise({ ...alarm, atMs: this.#clock.nowMs() }).catch((error: unknown) => {
      this.#logger.warn('ops-alarm-not-raised', { error, seq });
    });
  }

  async #keepPartitions(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.#partitions?.run();
        const packed = await this.#ladder?.run(signal);
        const nowMs = this.#clock.nowMs();
        const reportsFromMs = nowMs - this.#config.positionRetentionDays * DAY_MS;
        await dropOldSensorReports(this.#pool, reportsFromMs, this.#reportPace);
        await dropOldPermits(this.#pool, nowMs - this.#config.permitRetentionDays * DAY_MS, this.#permitPace);
        await forgetDoors(this.#pool, nowMs);
        await forgetPersonCells(this.#pool, reportsFromMs, this.#cellPace, signal);
        await pause(packed?.hasMore === true ? NEXT_DAY_AFTER_MS : KEEP_PARTITIONS_EVERY_MS, signal);
      } catch (error) {
        if (signal.aborted) return;
        this.#logger.warn('partitions-not-kept', { error });
        await pause(LONGEST_PAUSE_MS, signal);
      }
    }
  }
}
