/**
 * Brings a restored database up to the end of the archive, without Redis: archived entries go through the store as the live
 * ones do, and through an engine that says again what the alarm lane had. What is left of the engine is the park's state
 * at that end. Nothing is skipped in silence: what the archive does not have is named.
 */
import type { Clock } from '../../core/clock.ts';
import type { Logger } from '../../core/logger.ts';
import type { StoreOffsets, StorePort } from '../../db/store-port.ts';
import { Engine } from '../../engine/engine.ts';
import { createPark } from '../../engine/park.ts';
import { loadSnapshot } from '../../engine/snapshot.ts';
import type { Projection } from '../../geo/projection.ts';
import type { ArchivedSegment, ArchiveReader } from '../../stream/protocol/archive.ts';
import type { EffectsAt } from '../../stream/protocol/effects.ts';
import { ENTRY_KIND, type LogEntry, type RawEntry } from '../../stream/protocol/entry.ts';
import { decodeEntry } from '../../stream/protocol/entry-codec.ts';
import type { LaneReader, LogHead, LogReader } from '../../stream/protocol/log.ts';
import { StoreFollower } from '../roles/store-follower.ts';

/** Where the store stood in the database that was restored. */
export interface RestoredPlace extends StoreOffsets {
  readonly epoch: string;
  readonly term: number;
}

export interface CatchUpOptions {
  readonly archive: ArchiveReader;
  readonly store: StorePort;
  /** null: no store had ever begun; the archive's newest log is taken from its first entry. */
  readonly place: RestoredPlace | null;
  readonly projection: Projection;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface CaughtUp {
  readonly epoch: string;
  /** First and last entry that were put into the database; null: it had them all. */
  readonly applied: { readonly fromSeq: number; readonly toSeq: number } | null;
  /** The newest entry of the log that the archive has. */
  readonly lastSeq: number;
  /** Numbers that are nowhere any more, in words; null: none are known to be. */
  readonly missing: string | null;
  /** The park as it was after `lastSeq`. */
  readonly engine: Engine;
}

const READ_WAIT_MS = 50;
const LANE_ITEMS = 500;

/** null: the archive has nothing of the log. Throws LOG_GAP naming the numbers, and what the store throws. */
export async function catchUp(options: CatchUpOptions): Promise<CaughtUp | null> {
  const { archive, store, place, logger, clock } = options;
  const segments = await archive.segments();
  const epoch = place?.epoch ?? segments.at(-1)?.epoch;
  const mine = segments.filter((segment) => segment.epoch === epoch);
  if (epoch === undefined || mine.length === 0) return null;
  const firstSeq = Math.min(...mine.map((segment) => segment.firstSeq));
  const lastSeq = Math.max(...mine.map((segment) => segment.lastSeq));
  const first = { nextSeq: firstSeq, alarmsNextSeq: firstSeq };
  const from = place ?? { ...first, term: 0 };
  const begin = () => engineBefore(options, epoch, Math.min(from.nextSeq, from.alarmsNextSeq), firstSeq);
  const begun = await begin();
  const makeEngine = async (): Promise<Engine> => (await begin()).engine;
  const lane = new EngineLane({ archive, epoch, lastSeq, makeEngine, logger }, begun.engine);
  const others = otherLogs(segments, epoch, place);
  if (from.nextSeq > lastSeq + 1) {
    const engine = await lane.finish();
    const ahead = `entries ${lastSeq + 1} to ${from.nextSeq - 1} are in the database, but not in the archive`;
    return { epoch, applied: null, lastSeq, missing: [ahead, ...others].join('; '), engine };
  }
  const log = new ArchivedLog(archive, { epoch, firstSeq, seq: lastSeq });
  const done = new AbortController();
  const offsets = await store.claim({ term: from.term + 1, epoch, first });
  let at: StoreOffsets = offsets;
  const endIfDone = (): void => {
    if (at.nextSeq > lastSeq && lane.isOver && at.alarmsNextSeq > lane.lastItemSeq) done.abort();
  };
  lane.onOver = endIfDone;
  const watched: StorePort = {
    claim: (claim) => store.claim(claim),
    moveBack: (to) => store.moveBack(to),
    flushed: () => store.flushed(),
    close: () => store.close(),
    apply: async (batch) => {
      const applied = await store.apply(batch);
      at = batch;
      endIfDone();
      return applied;
    },
  };
  const follower = new StoreFollower({ log, lanes: lane, store: watched, clock, logger, readWaitMs: READ_WAIT_MS });
  await follower.follow(offsets, done.signal);
  const engine = await lane.finish();
  await store.close();
  const applied = offsets.nextSeq > lastSeq ? null : { fromSeq: offsets.nextSeq, toSeq: lastSeq };
  const missing = [...(begun.missing === null ? [] : [begun.missing]), ...others];
  return { epoch, applied, lastSeq, missing: missing.length === 0 ? null : missing.join('; '), engine };
}

/** What the archive has of other logs than this one: of those behind it, or of all where the database has none of them. */
function otherLogs(segments: readonly ArchivedSegment[], epoch: string, place: RestoredPlace | null): string[] {
  const from = place === null ? 0 : segments.findLastIndex((segment) => segment.epoch === epoch);
  const others = segments.slice(from).filter((segment) => segment.epoch !== epoch);
  return [...new Set(others.map((segment) => segment.epoch))].map((other) => {
    const its = others.filter((segment) => segment.epoch === other);
    const [first, last] = [Math.min(...its.map((s) => s.firstSeq)), Math.max(...its.map((s) => s.lastSeq))];
    return `entries ${first} to ${last} of log ${other} are in the archive and were not put in`;
  });
}

/** An engine that stands before entry `seq`, or as near behind it as the archive allows. */
async function engineBefore(
  { archive, projection, logger }: CatchUpOptions,
  epoch: string,
  seq: number,
  firstSeq: number,
): Promise<{ readonly engine: Engine; readonly missing: string | null }> {
  const snapshots = (await archive.snapshots()).filter((snapshot) => snapshot.epoch === epoch);
  const before = snapshots.filter((snapshot) => snapshot.seq < seq && snapshot.seq >= firstSeq - 1).reverse();
  for (const which of before) {
    const engine = await engineOf(archive, which, projection, epoch);
    if (engine !== null) return { engine, missing: null };
    logger.error('snapshot-refused', { seq: which.seq });
  }
  if (firstSeq === 1) return { engine: new Engine(createPark(projection)), missing: null };
  for (const which of snapshots.filter((snapshot) => snapshot.seq >= seq)) {
    const engine = await engineOf(archive, which, projection, epoch);
    if (engine === null) continue;
    const missing = `what the engine said of entries ${seq} to ${which.seq} cannot be told: no older snapshot is archived`;
    return { engine, missing };
  }
  const missing = `the state before entry ${firstSeq} is not archived: people and alarms begin anew there`;
  return { engine: new Engine(createPark(projection), firstSeq - 1), missing };
}

async function engineOf(
  archive: ArchiveReader,
  which: Awaited<ReturnType<ArchiveReader['snapshots']>>[number],
  projection: Projection,
  epoch: string,
): Promise<Engine | null> {
  const bytes = await archive.snapshot(which);
  const loaded = bytes === null ? null : loadSnapshot(bytes, projection, epoch);
  return loaded?.ok === true ? loaded.engine : null;
}

/** The archive as a log that nobody appends to. */
class ArchivedLog implements LogReader {
  readonly #archive: ArchiveReader;
  readonly #head: LogHead;
  #entries: AsyncIterator<RawEntry> | null = null;
  #nextSeq = 0;

  constructor(archive: ArchiveReader, head: LogHead) {
    this.#archive = archive;
    this.#head = head;
  }

  head(): Promise<LogHead> {
    return Promise.resolve(this.#head);
  }

  async read(nextSeq: number, limit: number, waitMs: number): Promise<RawEntry[]> {
    const { epoch, seq } = this.#head;
    if (nextSeq > seq) {
      await pause(waitMs);
      return [];
    }
    if (this.#entries === null || nextSeq !== this.#nextSeq) {
      this.#entries = this.#archive.entries(epoch, nextSeq, seq)[Symbol.asyncIterator]();
    }
    const read: RawEntry[] = [];
    while (read.length < limit) {
      const next = await this.#entries.next();
      if (next.done === true) break;
      read.push(next.value);
    }
    this.#nextSeq = nextSeq + read.length;
    return read;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

interface EngineLaneOptions {
  readonly archive: ArchiveReader;
  readonly epoch: string;
  readonly lastSeq: number;
  /** As it was made first. */
  readonly makeEngine: () => Promise<Engine>;
  readonly logger: Logger;
}

/** The alarm lane as an engine says it, entry by entry as far as it is asked for. */
class EngineLane implements LaneReader {
  readonly #o: EngineLaneOptions;
  #engine: Engine;
  #entries: AsyncIterator<RawEntry> | null = null;
  #passedOver: Set<number> | null = null;
  #saidSeq = 0;
  /** The engine has taken the last entry. */
  isOver = false;
  lastItemSeq = 0;
  onOver: () => void = () => {};

  constructor(options: EngineLaneOptions, engine: Engine) {
    this.#o = options;
    this.#engine = engine;
  }

  picture(): Promise<null> {
    return Promise.resolve(null);
  }

  async read(nextSeq: number, _liveId: string, waitMs: number): ReturnType<LaneReader['read']> {
    const effects: EffectsAt[] = [];
    while (!this.isOver && effects.length < LANE_ITEMS) {
      const item = await this.#step();
      if (item === null || item.seq < nextSeq || item.seq <= this.#saidSeq) continue;
      effects.push(item);
      this.#saidSeq = item.seq;
    }
    this.lastItemSeq = effects.at(-1)?.seq ?? this.lastItemSeq;
    if (this.isOver && effects.length === 0) {
      this.onOver();
      await pause(waitMs);
    }
    return { effects, frames: [] };
  }

  laneHead(): ReturnType<LaneReader['laneHead']> {
    return Promise.resolve({ epoch: this.#o.epoch, firstSeq: 1, seq: this.#o.lastSeq });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** Brings the engine to the end without telling what it says, and gives it. */
  async finish(): Promise<Engine> {
    while (!this.isOver) await this.#step();
    return this.#engine;
  }

  async #step(): Promise<EffectsAt | null> {
    const engine = this.#engine;
    const { archive, epoch, lastSeq } = this.#o;
    this.#passedOver ??= await this.#findPassedOver();
    this.#entries ??= archive.entries(epoch, engine.seq + 1, lastSeq)[Symbol.asyncIterator]();
    const next = engine.seq >= lastSeq ? null : await this.#entries.next();
    if (next === null || next.done === true) {
      this.isOver = true;
      return null;
    }
    const raw = next.value;
    const entry = this.#passedOver.has(raw.seq) ? null : decodedOrNull(raw);
    if (entry === null) {
      engine.skip(raw);
      return null;
    }
    try {
      return engine.step(entry);
    } catch (error) {
      // As watch does: what the step left half done is undone by beginning anew, and the entry is passed over.
      this.#o.logger.error('entry-passed-over', { seq: raw.seq, error });
      this.#passedOver.add(raw.seq);
      this.#entries = null;
      this.#engine = await this.#o.makeEngine();
      return null;
    }
  }

  /** The decision to pass over an entry lies behind it in the log. */
  async #findPassedOver(): Promise<Set<number>> {
    const passedOver = new Set<number>();
    const { archive, epoch, lastSeq } = this.#o;
    for await (const raw of archive.entries(epoch, this.#engine.seq + 1, lastSeq)) {
      if (raw.kind !== ENTRY_KIND.quarantined) continue;
      const entry = decodeEntry(raw);
      if (entry.kind === 'quarantined') passedOver.add(entry.body.seq);
    }
    return passedOver;
  }
}

/** null: it is no entry; watch set it aside then. */
function decodedOrNull(raw: RawEntry): LogEntry | null {
  try {
    return decodeEntry(raw);
  } catch {
    return null;
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
