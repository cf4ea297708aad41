/**
 * The watch: feeds the engine from the log and publishes at once what it says, under the term of its lease, never waiting
 * for storage. Owns the loop, the frame tick, the second's tick entry, pictures and quarantine; snapshots and digests are
 * made by state-copies.ts. Ports only: roles/watch.ts wires Redis and files, tests wire the memory twins.
 *
 * Invariants: a snapshot or picture holds only entries whose effects are published; a step that throws is undone by
 * rebuilding from the newest snapshot; the second throw on the same entry quarantines it.
 */
import type { Clock } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import { ENGINE_VERSION, Engine, MAX_JUMP_MS } from '../engine/engine.ts';
import { FrameBuilder, takePicture } from '../engine/frames.ts';
import { createPark } from '../engine/park.ts';
import { Permits } from '../engine/permits/permits.ts';
import type { Projection } from '../geo/projection.ts';
import type { EffectsAt } from '../stream/protocol/effects.ts';
import {
  type DigestBody,
  ENTRY_KIND,
  type EntryBodies,
  type EntryKindName,
  type LogEntry,
  type RawEntry,
} from '../stream/protocol/entry.ts';
import { decodeEntry, encodeBody } from '../stream/protocol/entry-codec.ts';
import type {
  Fence,
  LeaseKeeper,
  LogAppender,
  LogReader,
  ReaderRegistry,
  WatchPublisher,
} from '../stream/protocol/log.ts';
import type { OpsAlarmCode, OpsAlarms } from '../stream/protocol/ops-alarms.ts';
import type { QuarantineSet } from '../stream/redis-quarantine.ts';
import type { SnapshotStore } from '../stream/redis-snapshots.ts';
import { GatheringNotices } from './gathering-notices.ts';
import { restoreEngine } from './restore-engine.ts';
import { StateCopies } from './state-copies.ts';

export const WATCH_LEASE = 'watch';
/** A killed watch holds the park up for at most this long. */
export const LEASE_TTL_MS = 2_000;
export const TICK_ENTRY_MS = 1_000;
export const PICTURE_EVERY_MS = 10_000;
const READ_LIMIT = 256;
const READ_WAIT_MS = 500;
const RETRY_MS = 250;
/** Steps in one go before frames and ticks get their turn: about 20,000 fixes, some 30 ms. */
const YIELD_AFTER_BYTES = 1_000_000;

export interface WatchOptions {
  readonly projection: Projection;
  /** Distance of frames, ms. */
  readonly tickMs: number;
  readonly holder: string;
  readonly lease: LeaseKeeper;
  readonly reader: LogReader;
  readonly appender: LogAppender;
  readonly publisher: WatchPublisher;
  readonly readers: ReaderRegistry;
  readonly snapshots: SnapshotStore;
  readonly quarantine: QuarantineSet;
  readonly opsAlarms: OpsAlarms;
  /** Entries between two digests of the state. */
  readonly digestEvery?: number;
  /** false: frames are left out for want of room. */
  readonly framesOpen?: () => boolean;
  /** Called about every 10 s while the lease is held. */
  readonly housekeeping?: (fence: Fence) => Promise<void>;
  readonly clock: Clock;
  readonly logger: Logger;
}

export class Watch {
  readonly #o: WatchOptions;
  readonly #stop = new AbortController();
  #engine: Engine;
  #epoch = '';
  #term = 0;
  /** false: the engine is being made; its state is nobody's business. */
  #isWhole = false;
  #frames: FrameBuilder;
  #liveId = '0-0';
  #timers: NodeJS.Timeout[] = [];
  /** The first failure outside the loop: a lost term, mostly. The loop ends with it. */
  #failure: unknown = null;
  #quarantined: ReadonlyMap<number, string> = new Map();
  readonly #threwAt = new Set<number>();
  /** Newest item given to the lane, and its way there. */
  #itemSeq = 0;
  #itemPublished: Promise<void> = Promise.resolve();
  readonly #copies: StateCopies;
  readonly #gatheringNotices: GatheringNotices;
  #isLive = false;
  #heldJumps = 0;
  #running: Promise<void> | null = null;
  #resolveCaughtUp: () => void = () => {};
  /** Resolves when the log was replayed to its head for the first time. */
  readonly caughtUp: Promise<void>;

  constructor(options: WatchOptions) {
    this.#o = options;
    this.#engine = new Engine(createPark(options.projection));
    this.#frames = new FrameBuilder(options.tickMs);
    this.#copies = new StateCopies({
      ...options,
      holdTerm: () => this.#renew(),
      appendDigest: (body) => this.#append('digest', body, `digest:${this.#epoch}:${body.atSeq}`),
      onFailure: (what, seq, error) => {
        if (isFinal(error)) this.#failure ??= error;
        else options.logger.error(what, { seq, error });
      },
    });
    this.#gatheringNotices = new GatheringNotices(options);
    this.caughtUp = new Promise((resolve) => {
      this.#resolveCaughtUp = resolve;
    });
  }

  get engine(): Engine {
    return this.#engine;
  }

  get term(): number {
    return this.#term;
  }

  /** Everything that this watch writes is refused once its lease went to another. */
  get #fence(): Fence {
    return { lease: WATCH_LEASE, term: this.#term };
  }

  /** Resolves after close(); rejects when the watch cannot go on (term lost, log with a gap). */
  run(): Promise<void> {
    this.#running ??= this.#run();
    return this.#running;
  }

  async close(): Promise<void> {
    this.#stop.abort(new AppError('REDIS_UNAVAILABLE', { detail: 'closing' }));
    await this.#running?.catch(() => {});
  }

  async #run(): Promise<void> {
    const { lease, holder, logger } = this.#o;
    try {
      this.#term = await lease.acquire(WATCH_LEASE, holder, LEASE_TTL_MS, this.#stop.signal);
    } catch (error) {
      if (this.#stop.signal.aborted) return;
      throw error;
    }
    logger.info('watch-took-lease', { term: this.#term });
    try {
      this.#every(LEASE_TTL_MS / 4, () => this.#renew());
      await this.#restore();
      await this.#follow();
      if (this.#isLive) await this.#copies.lastSnapshot(this.#engine, this.#epoch, this.#term);
    } catch (error) {
      if (error instanceof AppError && error.code === 'LOG_GAP') {
        this.#raiseOps('log-range-lost', WATCH_LEASE, error.detail ?? error.message);
      }
      throw error;
    } finally {
      for (const timer of this.#timers) clearInterval(timer);
      await this.#copies.settled();
      await lease.release(WATCH_LEASE, holder).catch(() => {});
    }
  }

  async #renew(): Promise<void> {
    if (!(await this.#o.lease.renew(WATCH_LEASE, this.#o.holder, LEASE_TTL_MS, this.#term)))
      throw new AppError('TERM_LOST');
  }

  // --- restoring -------------------------------------------------------------------------------------------------------

  /** The newest good snapshot of this epoch, else the log from its first entry. Meanwhile nothing is published. */
  async #restore(): Promise<void> {
    const { reader, quarantine } = this.#o;
    this.#isWhole = false;
    const head = await this.#retrying(() => reader.head());
    this.#epoch = head.epoch;
    this.#quarantined = await this.#retrying(() => quarantine.list(head.epoch));
    const { engine, isFollowed, lost } = await this.#retrying(() => restoreEngine(this.#o, head));
    if (lost !== null) this.#raiseOps('log-range-lost', WATCH_LEASE, lost);
    this.#engine = engine;
    this.#heldJumps = 0;
    // A park that the log did not follow is worth keeping at once.
    this.#copies.restart(isFollowed);
    this.#isWhole = true;
  }

  // --- following the log -------------------------------------------------------------------------------------------------

  async #follow(): Promise<void> {
    let headSeq = (await this.#retrying(() => this.#o.reader.head())).seq;
    while (!this.#stop.signal.aborted) {
      if (!this.#isLive && this.#engine.seq >= headSeq) {
        headSeq = (await this.#retrying(() => this.#o.reader.head())).seq;
        if (this.#engine.seq >= headSeq) {
          await this.#goLive();
          this.#isLive = true;
        }
      }
      const raws = await this.#retrying(() => this.#o.reader.read(this.#engine.seq + 1, READ_LIMIT, READ_WAIT_MS));
      if (this.#failure !== null) throw this.#failure;
      await this.#take(raws);
      this.#tellHeldJumps();
      this.#tellUnjudged();
      this.#gatheringNotices.tell(this.#engine, this.#isLive);
      await this.#copies.snapshotIfDue(this.#engine, this.#epoch, this.#term, this.#isLive);
    }
  }

  /** Steps through the entries and publishes what each says; resolves when all of it is published. */
  async #take(raws: readonly RawEntry[]): Promise<void> {
    const published: Promise<unknown>[] = [];
    try {
      let bytes = 0;
      for (const raw of raws) {
        const item = await this.#step(raw);
        if (item === 'rebuilt') break;
        if (item !== null) published.push(this.#publishItem(item));
        await this.#copies.digestIfDue(this.#engine, this.#isLive);
        bytes += raw.body.length;
        if (bytes >= YIELD_AFTER_BYTES) {
          bytes = 0;
          await nextTurn();
        }
      }
    } finally {
      await Promise.all(published);
    }
  }

  /**
   * Items go out without waiting for each other, each naming the one before: the lane takes them in order or not at all.
   * One that fails is tried again when everything before it is there.
   */
  #publishItem(item: EffectsAt): Promise<void> {
    const before = this.#itemPublished;
    const afterSeq = this.#itemSeq;
    const publish = () => this.#o.publisher.publishEffects(this.#term, item, afterSeq);
    const published = publish().then(
      () => {},
      async (error: unknown) => {
        if (error instanceof AppError && !error.retryable && error.code !== 'LOG_GAP') throw error;
        await before;
        await this.#retrying(publish);
      },
    );
    this.#itemSeq = Math.max(afterSeq, item.seq);
    this.#itemPublished = published;
    // Awaited by #take, maybe only after some more steps: a rejection in between is not unhandled.
    published.catch(() => {});
    return published;
  }

  async #step(raw: RawEntry): Promise<ReturnType<Engine['step']> | 'rebuilt'> {
    if (this.#quarantined.has(raw.seq)) {
      this.#engine.skip(raw);
      return null;
    }
    let entry: LogEntry;
    try {
      entry = decodeEntry(raw);
    } catch (error) {
      // Nothing was changed by it, and it will never decode: no second try.
      await this.#setAside(raw, error);
      this.#engine.skip(raw);
      return null;
    }
    try {
      const item = this.#engine.step(entry);
      if (entry.kind === 'digest') this.#compare(entry.body);
      return item;
    } catch (error) {
      this.#o.logger.error('engine-threw', { seq: raw.seq, kind: entry.kind, error });
      // What the step left half done must not be seen.
      this.#isWhole = false;
      if (this.#threwAt.has(raw.seq)) await this.#setAside(raw, error);
      this.#threwAt.add(raw.seq);
      await this.#restore();
      return 'rebuilt';
    }
  }

  /** The state that the log says was here is another than the one this engine came to. */
  #compare(body: DigestBody): void {
    const difference = this.#copies.compare(body);
    if (difference === null) return;
    const { atSeq, logged, found } = difference;
    this.#o.logger.error('digest-differs', { atSeq, logged, found });
    this.#raiseOps('digest-differs', String(atSeq), `the log says ${logged}, replayed ${found}`);
  }

  #tellUnjudged(): void {
    for (const [key, detail] of this.#engine.park.part(Permits).takeUnjudged()) {
      if (!this.#isLive) continue;
      this.#o.logger.error('permit-not-judged', { permit: key, detail });
      this.#raiseOps('permit-not-judged', key, detail);
    }
  }

  #tellHeldJumps(): void {
    const { counters, park, seq } = this.#engine;
    if (counters.heldJumps === this.#heldJumps) return;
    this.#heldJumps = counters.heldJumps;
    if (!this.#isLive) return;
    const detail = `up to entry ${seq}; engine time is held at ${new Date(park.nowMs).toISOString()}`;
    this.#o.logger.error('time-jump-held', { seq, nowMs: park.nowMs });
    this.#raiseOps('time-jump', WATCH_LEASE, detail);
  }

  async #setAside(raw: RawEntry, error: unknown): Promise<void> {
    const reason = error instanceof Error ? error.message : String(error);
    this.#o.logger.error('entry-quarantined', { seq: raw.seq, kind: raw.kind, reason });
    this.#raiseOps('entry-quarantined', String(raw.seq), reason);
    const entry = { kind: raw.kind, receivedAtMs: raw.receivedAtMs, body: raw.body };
    // Told before it is passed over: whoever is killed in between finds it again. Safe to repeat: the log drops an id it has seen.
    await this.#retrying(() =>
      this.#append('quarantined', { seq: raw.seq, reason, entry }, `quarantined:${this.#epoch}:${raw.seq}`),
    );
    await this.#retrying(() => this.#o.quarantine.add(this.#epoch, raw.seq, reason, this.#fence));
    this.#quarantined = new Map([...this.#quarantined, [raw.seq, reason]]);
  }

  // --- living --------------------------------------------------------------------------------------------------------------

  async #goLive(): Promise<void> {
    const { clock, logger } = this.#o;
    const nowMs = clock.nowMs();
    const engineMs = this.#engine.park.nowMs;
    if (engineMs > 0 && nowMs - engineMs > MAX_JUMP_MS) {
      const body = { fromMs: engineMs, toMs: nowMs, reason: 'watch was away' };
      await this.#append('downtime', body, `downtime:${this.#term}`);
    }
    await this.#append('engineVersion', { version: ENGINE_VERSION }, `engine:${this.#term}`);
    await this.#publishPicture();
    this.#every(TICK_ENTRY_MS, () => this.#appendTick());
    this.#every(this.#o.tickMs, () => this.#publishFrame());
    this.#every(PICTURE_EVERY_MS, () => this.#keepHouse());
    logger.info('watch-live', { term: this.#term, seq: this.#engine.seq });
    this.#resolveCaughtUp();
  }

  async #appendTick(): Promise<void> {
    await this.#append('tick', { term: this.#term }, `tick:${this.#term}:${this.#o.clock.nowMs()}`);
  }

  async #publishFrame(): Promise<void> {
    if (!this.#isWhole || this.#o.framesOpen?.() === false) return;
    const atMs = this.#o.clock.nowMs();
    const frame = this.#frames.delta(this.#engine, this.#term, atMs);
    this.#liveId = await this.#o.publisher.publishFrame(this.#term, frame, atMs);
  }

  async #publishPicture(): Promise<void> {
    await this.#copies.packAhead(this.#engine);
    if (!this.#isWhole) return;
    const at = { epoch: this.#epoch, term: this.#term, atMs: this.#o.clock.nowMs(), liveId: this.#liveId };
    // Taken in one go: the engine does not step in between, and only published entries are stepped over while it waits.
    const picture = await this.#copies.inSlices(takePicture(this.#engine, this.#frames, at));
    await this.#o.publisher.publishPicture(this.#term, picture);
  }

  async #keepHouse(): Promise<void> {
    await this.#publishPicture();
    await this.#o.readers.register(WATCH_LEASE, this.#engine.seq + 1, this.#o.clock.nowMs(), this.#fence);
    await this.#o.housekeeping?.(this.#fence);
    await this.#gatheringNotices.clearOld();
  }

  async #append<K extends EntryKindName>(kind: K, body: EntryBodies[K], dedupId: string): Promise<void> {
    const receivedAtMs = this.#o.clock.nowMs();
    const entry = { kind: ENTRY_KIND[kind], receivedAtMs, body: encodeBody(kind, body), dedupId };
    await this.#o.appender.append(entry, this.#fence);
  }

  /** Ops alarms tell people; that they cannot be told now stops nothing. */
  #raiseOps(code: OpsAlarmCode, subject: string, detail: string): void {
    const alarm = { code, subject, companyCode: null, detail, atMs: this.#o.clock.nowMs() };
    this.#o.opsAlarms.raise(alarm).catch((error: unknown) => this.#o.logger.warn('ops-alarm-failed', { code, error }));
  }

  /** A duty on a timer: its failures are logged and tried again with the next beat; a lost term ends the watch. */
  #every(intervalMs: number, duty: () => Promise<void>): void {
    let isBusy = false;
    const timer = setInterval(() => {
      if (isBusy) return;
      isBusy = true;
      duty()
        .catch((error: unknown) => {
          if (isFinal(error)) this.#failure ??= error;
          else this.#o.logger.warn('watch-duty-failed', { error });
        })
        .finally(() => {
          isBusy = false;
        });
    }, intervalMs);
    this.#timers.push(timer);
  }

  /** Redis away is waited out: the log keeps what came, and nothing is published twice. */
  async #retrying<T>(work: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (isFinal(error) || !(error instanceof AppError) || !error.retryable || this.#stop.signal.aborted)
          throw error;
        this.#o.logger.warn('watch-waits', { error });
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
        if (this.#failure !== null) throw this.#failure;
      }
    }
  }
}

/** Lets timers and sockets have their turn. */
const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function isFinal(error: unknown): boolean {
  return error instanceof AppError && ['TERM_LOST', 'LOG_GAP', 'LOG_EPOCH_CHANGED'].includes(error.code);
}
