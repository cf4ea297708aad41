/**
 * Follows the log and keeps it as files: entries become segments of 32 MiB or a minute, whichever comes first, with a copy
 * of the engine's newest snapshot each hour. Registers as a reader of the log only up to what is on disk, so trimming waits
 * for it. Ports only; server/roles/archive.ts wires it and holds the lease `archive`.
 *
 * Where it goes on is told by the archive itself. Entries that the log no longer has are reported by number, and it goes on
 * behind them; a log that lost its tail is followed in a new branch (catalogue.ts).
 */

import { type Clock, isOver } from '../../core/clock.ts';
import { AppError } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import type { Pace } from '../../core/pace.ts';
import { pause } from '../../core/pause.ts';
import { firstReceivedAfter, isFollowedBy } from '../log-continuation.ts';
import type { RawEntry } from '../protocol/entry.ts';
import type { Fence, LogHead, LogReader, ReaderRegistry } from '../protocol/log.ts';
import type { OpsAlarms } from '../protocol/ops-alarms.ts';
import type { SnapshotStore } from '../redis-snapshots.ts';
import { readCatalogue, sealSnapshot } from './blob-archive.ts';
import type { BlobStore } from './blob-store.ts';
import { type Catalogue, segmentName, snapshotName } from './catalogue.ts';
import { dueToGo, type Retention } from './retention.ts';
import { SegmentBuilder } from './segment.ts';

/** Its name among the log's readers, and of its lease. */
export const ARCHIVE_READER = 'archive';
export const CUT_AT_BYTES = 32 << 20;
export const CUT_AFTER_MS = 60_000;
export const SNAPSHOT_EVERY_MS = 3_600_000;
/** Behind by more than this is an ops alarm. */
export const BEHIND_MS = 300_000;
const BEAT_MS = 10_000;
const READ_LIMIT = 256;
const READ_WAIT_MS = 500;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;

export interface ArchiverOptions {
  /** A reader of its own each time: it is closed again. */
  readonly openLog: () => LogReader;
  readonly blobs: BlobStore;
  readonly readers: ReaderRegistry;
  /** Where the hourly snapshot is copied from. */
  readonly snapshots: SnapshotStore;
  readonly opsAlarms: OpsAlarms;
  readonly retention: Retention;
  /** Of dropping by age; outlives the archiver. */
  readonly pace: Pace;
  /** Registering ends with TERM_LOST when another holds the lease. */
  readonly fence: Fence;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Default CUT_AFTER_MS. */
  readonly cutAfterMs?: number;
  /** Default CUT_AT_BYTES. */
  readonly cutAtBytes?: number;
  /** How often it registers and says how far it is; default BEAT_MS. */
  readonly beatMs?: number;
  /** How long a read waits for news; bounds how long an end takes. Default READ_WAIT_MS. */
  readonly readWaitMs?: number;
}

/** Where it goes on, and as what. */
interface Place {
  readonly epoch: string;
  readonly branch: number;
  readonly nextSeq: number;
}

export class Archiver {
  readonly #o: ArchiverOptions;
  readonly #cutAfterMs: number;
  readonly #cutAtBytes: number;
  /** Read once: only the holder of the lease writes. */
  #catalogue: Catalogue | null = null;
  #segment: SegmentBuilder | null = null;
  #segmentSinceMs = 0;
  /** Something was written since snapshots and retention were looked at. */
  #isHouseDue = true;
  /** First sequence that is not on disk; null: not known yet. */
  #keptNextSeq: number | null = null;
  /** Why it does not get on, since its last success. */
  #trouble: string | null = null;
  #isAlarmed: boolean | null = null;
  #failure: unknown = null;

  constructor(options: ArchiverOptions) {
    this.#o = options;
    this.#cutAfterMs = options.cutAfterMs ?? CUT_AFTER_MS;
    this.#cutAtBytes = options.cutAtBytes ?? CUT_AT_BYTES;
  }

  /** Until `signal` aborts. Throws TERM_LOST; waits out everything else. */
  async run(signal: AbortSignal): Promise<void> {
    const beat = setInterval(() => this.#beat(), this.#o.beatMs ?? BEAT_MS);
    let pauseMs = FIRST_PAUSE_MS;
    try {
      while (!signal.aborted) {
        try {
          await this.#follow(signal);
          pauseMs = FIRST_PAUSE_MS;
        } catch (error) {
          if (signal.aborted) return;
          if (error instanceof AppError && error.code === 'TERM_LOST') throw error;
          this.#trouble = error instanceof Error ? error.message : String(error);
          this.#o.logger.warn('archive-waits', { error, pauseMs });
          await this.#sayHowFar();
          await pause(pauseMs, signal);
          pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
        }
      }
    } finally {
      clearInterval(beat);
    }
  }

  /** Until the log breaks off (a hole, another epoch): then it is to be placed anew. */
  async #follow(signal: AbortSignal): Promise<void> {
    const log = this.#o.openLog();
    const places = this.#o.openLog();
    this.#segment = null;
    this.#isHouseDue = true;
    try {
      this.#catalogue ??= await readCatalogue(this.#o.blobs);
      const place = await this.#place(places, this.#catalogue);
      await this.#keptUpTo(place.nextSeq);
      for (let nextSeq = place.nextSeq; !signal.aborted; ) {
        let entries: readonly RawEntry[];
        try {
          entries = await this.#read(log, nextSeq);
        } catch (error) {
          if (!(error instanceof AppError) || !['LOG_GAP', 'LOG_EPOCH_CHANGED'].includes(error.code)) throw error;
          this.#o.logger.error('archive-log-breaks-off', { error, nextSeq });
          await this.#write(place, signal);
          await pause(FIRST_PAUSE_MS, signal);
          return;
        }
        for (const entry of entries) {
          this.#take(entry);
          nextSeq = entry.seq + 1;
          if (this.#isFull()) await this.#write(place, signal);
        }
        if (this.#isOld()) await this.#write(place, signal);
        await this.#keepHouseIfDue(places, place);
        if (this.#failure !== null) throw this.#failure;
      }
    } finally {
      await Promise.all([log.close(), places.close()]);
    }
  }

  /** Up to a hole, entries come one by one: a read that meets it gives nothing of what is before it. */
  async #read(log: LogReader, nextSeq: number): Promise<readonly RawEntry[]> {
    try {
      return await log.read(nextSeq, READ_LIMIT, this.#o.readWaitMs ?? READ_WAIT_MS);
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'LOG_GAP') throw error;
      return log.read(nextSeq, 1, 0);
    }
  }

  // --- where to go on ---------------------------------------------------------------------------------------------------

  async #place(log: LogReader, catalogue: Catalogue): Promise<Place> {
    const { logger } = this.#o;
    const head = await log.head();
    const { epoch } = head;
    const branch = catalogue.branchOf(epoch);
    const newest = catalogue.segments
      .filter((file) => file.epoch === epoch && file.branch === branch)
      .reduce((a, b) => (a === null || b.lastSeq > a.lastSeq ? b : a), null as Catalogue['segments'][number] | null);
    const kept = newest === null ? null : { seq: newest.lastSeq, receivedAtMs: newest.toMs };
    // What the archive should have next: nothing was trimmed of a log before the archive had it, unless it is a new archive.
    const wanted = (kept?.seq ?? (catalogue.segments.length === 0 ? head.firstSeq - 1 : 0)) + 1;
    let place: Place = { epoch, branch, nextSeq: wanted };
    if (kept !== null && wanted >= head.firstSeq && !(await isFollowedBy(log, kept, head))) {
      const nextSeq = await firstReceivedAfter(log, kept.receivedAtMs, head);
      logger.error('log-does-not-follow-archive', { keptSeq: kept.seq, headSeq: head.seq, goesOnAt: nextSeq });
      place = { epoch, branch: branch + 1, nextSeq };
    }
    const nextSeq = await firstReadable(log, Math.max(place.nextSeq, head.firstSeq), head);
    if (nextSeq > place.nextSeq) await this.#reportLost(place.nextSeq, nextSeq - 1, epoch);
    logger.info('archive-follows', { epoch, branch: place.branch, nextSeq, headSeq: head.seq });
    return { ...place, nextSeq };
  }

  async #reportLost(fromSeq: number, toSeq: number, epoch: string): Promise<void> {
    this.#o.logger.error('archive-range-lost', { epoch, fromSeq, toSeq });
    const atMs = this.#o.clock.nowMs();
    const detail = `entries ${fromSeq} to ${toSeq} were not archived: the log no longer has them`;
    await this.#o.opsAlarms.raise({ code: 'log-range-lost', subject: ARCHIVE_READER, companyCode: null, detail, atMs });
  }

  // --- writing ----------------------------------------------------------------------------------------------------------

  #take(entry: RawEntry): void {
    if (this.#segment !== null) {
      this.#segment.add(entry);
      return;
    }
    this.#segment = new SegmentBuilder(entry);
    this.#segmentSinceMs = this.#o.clock.nowMs();
  }

  #isFull(): boolean {
    return this.#segment !== null && this.#segment.rawBytes >= this.#cutAtBytes;
  }

  #isOld(): boolean {
    return this.#segment !== null && isOver(this.#segmentSinceMs, this.#cutAfterMs, this.#o.clock.nowMs());
  }

  /** Puts the segment on disk, however long that takes; nothing is read meanwhile. Returns early when `signal` aborts. */
  async #write(place: Place, signal: AbortSignal): Promise<void> {
    const segment = this.#segment;
    if (segment === null) return;
    const { head } = segment;
    const name = segmentName(head, place.branch);
    const bytes = await segment.finish();
    for (let pauseMs = FIRST_PAUSE_MS; !signal.aborted; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      try {
        await this.#o.blobs.put(name, bytes);
        this.#catalogue?.add({ name, bytes: bytes.length });
        this.#segment = null;
        this.#isHouseDue = true;
        if (await this.#heedLog(place)) await this.#keptUpTo(head.lastSeq + 1);
        return;
      } catch (error) {
        if (!(error instanceof AppError) || error.code !== 'ARCHIVE_UNAVAILABLE') throw error;
        this.#trouble = error.message;
        this.#o.logger.warn('archive-not-written', { error, name, pauseMs });
        await this.#sayHowFar();
        await this.#heedLog(place);
        await pause(pauseMs, signal);
        if (this.#failure !== null) throw this.#failure;
      }
    }
  }

  /**
   * false: the log is another one, or shorter than what is archived of it. What is registered must not lie beyond what it
   * has: entries could be trimmed that were never read, for as long as nothing can be written.
   */
  async #heedLog({ epoch }: Place): Promise<boolean> {
    const log = this.#o.openLog();
    try {
      const head = await log.head();
      if (head.epoch === epoch && (this.#keptNextSeq ?? 0) <= head.seq + 1) return true;
      this.#keptNextSeq = head.firstSeq;
      await this.#register();
      return false;
    } finally {
      await log.close();
    }
  }

  async #keptUpTo(nextSeq: number): Promise<void> {
    this.#keptNextSeq = nextSeq;
    this.#trouble = null;
    await this.#register();
  }

  async #register(): Promise<void> {
    if (this.#keptNextSeq === null) return;
    const { readers, clock, fence } = this.#o;
    await readers.register(ARCHIVE_READER, this.#keptNextSeq, clock.nowMs(), fence);
  }

  // --- beside the log ---------------------------------------------------------------------------------------------------

  /** Also while nothing can be written: a silent reader would be dropped after a day. */
  #beat(): void {
    this.#register()
      .then(() => this.#sayHowFar())
      .catch((error: unknown) => {
        if (error instanceof AppError && error.code === 'TERM_LOST') this.#failure ??= error;
        else this.#o.logger.debug('archive-not-registered', { error });
      });
  }

  async #sayHowFar(): Promise<void> {
    const nowMs = this.#o.clock.nowMs();
    const behindMs = this.#segment === null ? 0 : nowMs - this.#segment.head.fromMs;
    const problem = this.#trouble ?? (behindMs > BEHIND_MS ? `${Math.round(behindMs / 1000)} s behind the log` : null);
    const { opsAlarms, logger } = this.#o;
    try {
      if (problem !== null) {
        const about = { code: 'archive-behind', subject: ARCHIVE_READER, companyCode: null } as const;
        await opsAlarms.raise({ ...about, detail: problem, atMs: nowMs });
      } else if (this.#isAlarmed !== false) {
        await opsAlarms.clear('archive-behind', ARCHIVE_READER);
      }
      this.#isAlarmed = problem !== null;
    } catch (error) {
      logger.debug('archive-state-not-said', { error });
    }
  }

  /** What can wait: its failures are said, and tried again after the next segment. */
  async #keepHouseIfDue(log: LogReader, place: Place): Promise<void> {
    const catalogue = this.#catalogue;
    if (!this.#isHouseDue || catalogue === null) return;
    this.#isHouseDue = false;
    try {
      await this.#copySnapshotIfDue(log, place, catalogue);
      const { blobs, clock, logger, pace, retention } = this.#o;
      for (const { file, reason } of dueToGo(catalogue, place.epoch, retention, clock.nowMs(), pace)) {
        await blobs.delete(file.name);
        catalogue.remove(file);
        logger.warn('archive-dropped', { name: file.name, reason });
      }
    } catch (error) {
      this.#o.logger.warn('archive-house-not-kept', { error });
    }
  }

  async #copySnapshotIfDue(log: LogReader, { epoch, branch }: Place, catalogue: Catalogue): Promise<void> {
    const { snapshots, blobs, clock } = this.#o;
    const nowMs = clock.nowMs();
    // One from before the clock was set back says nothing about the hour.
    const newest = catalogue.snapshots.findLast(
      (file) => file.epoch === epoch && file.branch === branch && file.atMs <= nowMs,
    );
    if (newest !== undefined && nowMs - newest.atMs < SNAPSHOT_EVERY_MS) return;
    for (const { seq } of (await snapshots.list()).filter((head) => head.epoch === epoch)) {
      const state = await snapshots.get({ epoch, seq });
      if (state === null || seq === newest?.seq) continue;
      const [entry] = await log.read(seq, 1, 0);
      if (entry === undefined) continue;
      const which = { epoch, seq, atMs: entry.receivedAtMs };
      const bytes = await sealSnapshot(which, state);
      const name = snapshotName(which, branch);
      await blobs.put(name, bytes);
      catalogue.add({ name, bytes: bytes.length });
      return;
    }
  }
}

/** The first sequence from `seq` on that the log still has; the next to be appended when there is none. */
async function firstReadable(log: LogReader, seq: number, head: LogHead): Promise<number> {
  for (let at = seq; at <= head.seq; at++) {
    try {
      await log.read(at, 1, 0);
      return at;
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'LOG_GAP') throw error;
    }
  }
  return Math.max(seq, head.seq + 1);
}
