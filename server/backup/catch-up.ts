/**
 * Brings a restored database up to the end of the archive, without Redis: archived entries go through the store as the live
 * ones do, and through an engine that says again what the alarm lane had. First the log that the database stands in, then
 * those that began after it, each as the live store and watch go over to a log that began anew. What is left of the engine
 * is the park's state at the end. Nothing is skipped in silence: what the archive does not have is named.
 */
import type { Clock } from '../../core/clock.ts';
import type { Logger } from '../../core/logger.ts';
import type { StoreOffsets, StorePort } from '../../db/store-port.ts';
import { Engine } from '../../engine/engine.ts';
import { createPark } from '../../engine/park.ts';
import { loadSnapshot, saveSnapshot } from '../../engine/snapshot.ts';
import type { Projection } from '../../geo/projection.ts';
import type { ArchivedSegment, ArchiveReader } from '../../stream/protocol/archive.ts';
import { announcing } from '../restore-engine.ts';
import { StoreFollower } from '../roles/store-follower.ts';
import { ArchivedLog, EngineLane } from './archived-log.ts';

/** Where the store stood in the database that was restored. */
export interface RestoredPlace extends StoreOffsets {
  readonly epoch: string;
  readonly term: number;
}

export interface CatchUpOptions {
  readonly archive: ArchiveReader;
  readonly store: StorePort;
  /** null: no store had ever begun; the archive is taken from its first log on. */
  readonly place: RestoredPlace | null;
  readonly projection: Projection;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** One log of the archive that the database was brought through. */
export interface CaughtUpLog {
  readonly epoch: string;
  /** First and last entry that were put into the database; null: it had them all. */
  readonly applied: { readonly fromSeq: number; readonly toSeq: number } | null;
  /** The newest entry of the log that the archive has. */
  readonly lastSeq: number;
}

export interface CaughtUp {
  /** In the order in which they were followed; none: the database's own log is not in the archive. */
  readonly logs: readonly CaughtUpLog[];
  /** What is nowhere any more, or was not put in, in words. */
  readonly missing: readonly string[];
  /** The park as it was at the end of the last log; null: there is none. */
  readonly engine: Engine | null;
}

const READ_WAIT_MS = 50;

/** null: the archive has no log at all. Throws LOG_GAP naming the numbers, and what the store throws. */
export async function catchUp(options: CatchUpOptions): Promise<CaughtUp | null> {
  const { archive, place } = options;
  const spans = logsOf(await archive.segments());
  if (spans.length === 0) return null;
  const at = place === null ? 0 : spans.findIndex(({ epoch }) => epoch === place.epoch);
  if (place !== null && at < 0) {
    const others = spans.map((s) => `entries ${s.firstSeq} to ${s.lastSeq} of log ${s.epoch} are, and were not put in`);
    return { logs: [], missing: [`nothing of log ${place.epoch} is archived`, ...others], engine: null };
  }
  const logs: CaughtUpLog[] = [];
  const missing: string[] = [];
  let engine: Engine | null = null;
  let term = place?.term ?? 0;
  for (const span of spans.slice(at)) {
    const before: Engine | null = engine;
    const first = { nextSeq: span.firstSeq, alarmsNextSeq: span.firstSeq };
    const from = before === null ? (place ?? first) : first;
    const begin = before === null ? beginning(options, span, from) : continuing(options, span, before);
    const caughtUp = await catchUpLog(options, span, { ...from, term: ++term }, begin);
    logs.push(caughtUp.log);
    missing.push(...caughtUp.missing);
    engine = caughtUp.engine;
  }
  return { logs, missing, engine };
}

interface LogSpan {
  readonly epoch: string;
  readonly firstSeq: number;
  readonly lastSeq: number;
}

/** The logs of the archive in the order in which they began. */
function logsOf(segments: readonly ArchivedSegment[]): LogSpan[] {
  return [...new Set(segments.map(({ epoch }) => epoch))].map((epoch) => {
    const mine = segments.filter((segment) => segment.epoch === epoch);
    const firstSeq = Math.min(...mine.map((segment) => segment.firstSeq));
    return { epoch, firstSeq, lastSeq: Math.max(...mine.map((segment) => segment.lastSeq)) };
  });
}

/** An engine to go through a log with, and what of its state is missing. Made anew after a step that threw. */
type Begin = () => Promise<{ readonly engine: Engine; readonly missing: string | null }>;

async function catchUpLog(
  { archive, store, clock, logger }: CatchUpOptions,
  { epoch, firstSeq, lastSeq }: LogSpan,
  from: StoreOffsets & { readonly term: number },
  begin: Begin,
): Promise<{ readonly log: CaughtUpLog; readonly missing: readonly string[]; readonly engine: Engine }> {
  const begun = await begin();
  const makeEngine = async (): Promise<Engine> => (await begin()).engine;
  const lane = new EngineLane({ archive, epoch, lastSeq, makeEngine, logger }, begun.engine);
  if (from.nextSeq > lastSeq + 1) {
    const ahead = `entries ${lastSeq + 1} to ${from.nextSeq - 1} are in the database, but not in the archive`;
    return { log: { epoch, applied: null, lastSeq }, missing: [ahead], engine: await lane.finish() };
  }
  const done = new AbortController();
  const first = { nextSeq: firstSeq, alarmsNextSeq: firstSeq };
  const offsets = await store.claim({ term: from.term, epoch, first });
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
  const log = new ArchivedLog(archive, { epoch, firstSeq, seq: lastSeq });
  const follower = new StoreFollower({ log, lanes: lane, store: watched, clock, logger, readWaitMs: READ_WAIT_MS });
  await follower.follow(offsets, done.signal);
  const engine = await lane.finish();
  await store.close();
  const applied = offsets.nextSeq > lastSeq ? null : { fromSeq: offsets.nextSeq, toSeq: lastSeq };
  return { log: { epoch, applied, lastSeq }, missing: begun.missing === null ? [] : [begun.missing], engine };
}

/** In the log that the database stands in: from an archived snapshot. */
function beginning(options: CatchUpOptions, { epoch, firstSeq }: LogSpan, from: StoreOffsets): Begin {
  return () => engineBefore(options, epoch, Math.min(from.nextSeq, from.alarmsNextSeq), firstSeq);
}

/** In a log that began anew: the park goes on as it was at the end of the one before, as watch has it. */
function continuing({ projection }: CatchUpOptions, { epoch, firstSeq }: LogSpan, before: Engine): Begin {
  const state = saveSnapshot(before, epoch);
  const missing = firstSeq === 1 ? null : `entries 1 to ${firstSeq - 1} of log ${epoch} are not archived`;
  return () => {
    const loaded = loadSnapshot(state, projection, epoch);
    if (!loaded.ok) throw new Error(`the state of the park cannot be carried over: ${loaded.problem}`);
    return Promise.resolve({ engine: announcing(loaded.engine.park, firstSeq - 1), missing });
  };
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
