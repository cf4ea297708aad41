/**
 * The engine that a watch starts with: from the newest good snapshot, else an empty park from the log's first entry. Says
 * when the log does not follow on the snapshot; the park's state (people, areas, standing alarms) is kept all the same,
 * as the store keeps its rows. Called by server/watch.ts, also after a throw.
 */
import type { Logger } from '../core/logger.ts';
import { Engine } from '../engine/engine.ts';
import { createPark, type Park } from '../engine/park.ts';
import { type LoadedSnapshot, loadSnapshot } from '../engine/snapshot.ts';
import type { Projection } from '../geo/projection.ts';
import { firstReceivedAfter, isFollowedBy } from '../stream/log-continuation.ts';
import type { LogHead, LogReader } from '../stream/protocol/log.ts';
import type { SnapshotHead, SnapshotStore } from '../stream/redis-snapshots.ts';

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
  /** What is missing, by its numbers; null where nothing is. */
  readonly lost: string | null;
}

/** Throws what the ports throw. */
export async function restoreEngine(from: RestoreSources, head: LogHead): Promise<RestoredEngine> {
  const { logger, projection, reader, snapshots } = from;
  const { epoch, firstSeq, seq: headSeq } = head;
  const heads = await snapshots.list();
  const mine = heads.filter((kept) => kept.epoch === epoch);
  const best = await bestOf(from, mine, epoch, (engine) => isFollowedBy(reader, engine, head));
  if (best !== null) {
    const { engine, engineVersion } = best;
    const { seq, park } = engine;
    if (await isFollowedBy(reader, engine, head)) {
      logger.info('watch-restored', { seq, headSeq, engineVersion });
      return { engine, isFollowed: true, lost: null };
    }
    // Trimmed too far, or a server that came back without its tail and gave the same sequences to other entries.
    const next = await firstReceivedAfter(reader, park.nowMs, head);
    logger.error('log-does-not-follow-snapshot', { snapshotSeq: seq, firstSeq, headSeq, goesOnAt: next });
    const lost =
      next > seq + 1
        ? `entries ${seq + 1} to ${next - 1} are missing`
        : `entries ${next} to ${seq} are other ones now: the log lost its tail`;
    return { engine: announcing(park, next - 1), isFollowed: false, lost };
  }
  const others = heads.filter((kept) => kept.epoch !== epoch);
  const before = await bestOf(from, others, null, () => Promise.resolve(false));
  if (before !== null) {
    logger.error('log-began-anew', { epoch, firstSeq, headSeq, snapshotSeq: before.engine.seq });
    const lost = `the log began anew as ${epoch}; of the one before it entries after ${before.engine.seq} are missing`;
    return { engine: announcing(before.engine.park, firstSeq - 1), isFollowed: false, lost };
  }
  if (firstSeq > 1) logger.error('watch-starts-without-history', { firstSeq });
  const lost = firstSeq > 1 ? `entries 1 to ${firstSeq - 1} are missing` : null;
  return { engine: new Engine(createPark(projection), firstSeq - 1), isFollowed: firstSeq === 1, lost };
}

/** The park carried over to a log that does not follow on it: the first entry says all of it anew. */
export function announcing(park: Park, seq: number): Engine {
  const engine = new Engine(park, seq);
  engine.isToAnnounce = true;
  return engine;
}

/**
 * The first good snapshot that will do, else the one with the newest state: of a lost tail there may be snapshots with
 * higher sequences than the newest one has, so engine time tells.
 */
async function bestOf(
  { snapshots, projection, logger }: RestoreSources,
  heads: readonly SnapshotHead[],
  epoch: string | null,
  willDo: (engine: Engine) => Promise<boolean>,
): Promise<LoadedSnapshot | null> {
  let best: LoadedSnapshot | null = null;
  for (const kept of heads) {
    const bytes = await snapshots.get(kept);
    const loaded = bytes === null ? null : loadSnapshot(bytes, projection, epoch);
    if (loaded?.ok !== true) {
      logger.warn('snapshot-refused', { seq: kept.seq, problem: loaded?.problem ?? 'gone' });
      continue;
    }
    if (best !== null && loaded.engine.park.nowMs <= best.engine.park.nowMs) continue;
    best = loaded;
    if (await willDo(loaded.engine)) break;
  }
  return best;
}
