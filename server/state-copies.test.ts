import { expect, test } from 'vitest';
import { ManualClock } from '../core/clock.ts';
import { silentLogger } from '../core/logger.ts';
import { Engine } from '../engine/engine.ts';
import { createPark } from '../engine/park.ts';
import { MemorySnapshotStore } from '../stream/redis-snapshots.ts';
import { projection } from '../test/builders/plane.ts';
import { SNAPSHOT_EVERY_MS, StateCopies } from './state-copies.ts';

function stage(bytesPerMs?: number) {
  const clock = new ManualClock(10_000_000);
  const snapshots = new MemorySnapshotStore();
  const nothing = () => Promise.resolve();
  const fail = (what: string): never => {
    throw new Error(what);
  };
  const copies = new StateCopies({
    snapshots,
    clock,
    ...(bytesPerMs === undefined ? {} : { bytesPerMs }),
    logger: silentLogger,
    holdTerm: nothing,
    appendDigest: nothing,
    onFailure: fail,
  });
  const kept = async (seq: number): Promise<number[]> => {
    await copies.snapshotIfDue(new Engine(createPark(projection), seq), 'e', 1, true);
    await copies.settled();
    return (await snapshots.list()).map((head) => head.seq);
  };
  return { clock, snapshots, kept };
}

test('[WAT-25] a snapshot is made every 5 s, also behind a clock that was set back', async () => {
  const { clock, kept } = stage();
  expect(await kept(1)).toEqual([1]);
  clock.advance(SNAPSHOT_EVERY_MS - 1);
  expect(await kept(2)).toEqual([1]);
  clock.advance(1);
  expect(await kept(3)).toEqual([3, 1]);
  clock.set(1_000_000);
  expect(await kept(4)).toEqual([4, 3]);
});

test('[WAT-25] of a large state a snapshot is made less often', async () => {
  const bytes = async (): Promise<number> => {
    const { snapshots, kept } = stage();
    await kept(1);
    return (await snapshots.get({ seq: 1, epoch: 'e' }))?.length ?? 0;
  };
  const { clock, kept } = stage((await bytes()) / (2 * SNAPSHOT_EVERY_MS));
  await kept(1);
  clock.advance(2 * SNAPSHOT_EVERY_MS - 1);
  expect(await kept(2)).toEqual([1]);
  // The quotient of two sizes need not be whole.
  clock.advance(2);
  expect(await kept(3)).toEqual([3, 1]);
});
