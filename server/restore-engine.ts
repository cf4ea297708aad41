/**
 * The engine that a watch starts with: from the newest good snapshot of the log's epoch, else an empty park from the
 * log's first entry. Says when the log does not follow on the snapshot. Called by server/watch.ts, also after a throw.
 */
import type { Logger } from '../core/logger.ts';
import { Engine } from '../engine/engine.ts';
import { createPark } from '../engine/park.ts';
import { type LoadedSnapshot, loadSnapshot } from '../engine/snapshot.ts';
import type { Projection } from '../geo/projection.ts';
import { firstReceivedAfter, isFollowedBy } from '../stream/log-continuation.ts';
import type { LogHead, LogReader } from '../stream/protocol/log.ts';
import type { SnapshotStore } from '../stream/redis-snapshots.ts';

export interface RestoreSources {
  readonly reader: LogReader;
  readonly snapshots: SnapshotStore;
  readonly projection: Projection;
  readonly logger: Logger;
}

export interface RestoredEngine {
  /** Its next entry is in the log, or the next to be appended. */
  readonly engine: Engine;
  /** false: between the engine's state and that entry others are missing. */
  readonly isFollowed: boolean;
}

/** Throws what the ports throw. */
export async function restoreEngine(from: RestoreSources, head: LogHead): Promise<RestoredEngine> {
  const { logger, projection } = from;
  const best = await bestSnapshot(from, head);
  if (best === null) {
    if (head.firstSeq > 1) logger.error('watch-starts-without-history', { firstSeq: head.firstSeq });
    return { engine: new Engine(createPark(projection), head.firstSeq - 1), isFollowed: head.firstSeq === 1 };
  }
  const isFollowed = await isFollowedBy(from.reader, best.engine, head);
  const engine = isFollowed ? best.engine : await rebased(from, best.engine, head);
  logger.info('watch-restored', { seq: engine.seq, headSeq: head.seq, engineVersion: best.engineVersion });
  return { engine, isFollowed };
}

/** Of a lost tail there may be snapshots with higher sequences than the newest one has: engine time tells. */
async function bestSnapshot(from: RestoreSources, head: LogHead): Promise<LoadedSnapshot | null> {
  const { reader, snapshots, projection, logger } = from;
  let best: LoadedSnapshot | null = null;
  for (const kept of await snapshots.list()) {
    const bytes = await snapshots.get(kept);
    const loaded = bytes === null ? null : loadSnapshot(bytes, projection, head.epoch);
    if (loaded?.ok !== true) {
      logger.warn('snapshot-refused', { seq: kept.seq, problem: loaded?.problem ?? 'gone' });
      continue;
    }
    if (best !== null && loaded.engine.park.nowMs <= best.engine.park.nowMs) continue;
    best = loaded;
    if (await isFollowedBy(reader, loaded.engine, head)) break;
  }
  return best;
}

/**
 * The engine where the log goes on after it was trimmed too far, or after its server came back without its tail and gave
 * the same sequences to other entries: the park's state is kept, and every entry is taken that was received after it.
 */
async function rebased({ reader, logger }: RestoreSources, { seq, park }: Engine, head: LogHead): Promise<Engine> {
  const next = await firstReceivedAfter(reader, park.nowMs, head);
  const { firstSeq, seq: headSeq } = head;
  logger.error('log-does-not-follow-snapshot', { snapshotSeq: seq, firstSeq, headSeq, goesOnAt: next });
  return new Engine(park, next - 1);
}
