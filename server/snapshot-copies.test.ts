import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../core/clock.ts';
import { MemorySnapshotStore } from '../stream/redis-snapshots.ts';
import { COPY_EVERY_MS, SnapshotCopies } from './snapshot-copies.ts';
import { SnapshotFiles } from './snapshot-files.ts';

const snapshot = (seq: number, epoch = 'e') => ({ epoch, seq, bytes: Uint8Array.of(seq) });

describe('snapshots of the engine', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'parksentry-snapshots-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('[WAT-7] the data folder keeps the newest two of an epoch, whole or not at all', async () => {
    const files = new SnapshotFiles(folder);
    for (const seq of [1, 2, 3]) await files.put(snapshot(seq));
    writeFileSync(join(folder, 'engine-9-e.snapshot.tmp'), 'half');
    expect(await files.list()).toEqual([
      { seq: 3, epoch: 'e' },
      { seq: 2, epoch: 'e' },
    ]);
    expect(await files.get({ seq: 3, epoch: 'e' })).toEqual(Buffer.of(3));
    expect(await files.get({ seq: 1, epoch: 'e' })).toBeNull();
    await files.put(snapshot(1, 'later'));
    expect(await files.list()).toEqual([{ seq: 1, epoch: 'later' }]);
  });

  it('[WAT-8] a copy every 20 s stands in for a lost folder', async () => {
    const clock = new ManualClock(1_000_000);
    const copies = new MemorySnapshotStore();
    const store = new SnapshotCopies(new SnapshotFiles(folder), copies, clock);
    await store.put(snapshot(1));
    await store.put(snapshot(2));
    clock.advance(COPY_EVERY_MS);
    await store.put(snapshot(3));
    expect((await copies.list()).map((head) => head.seq)).toEqual([3, 1]);
    expect((await store.list()).map((head) => head.seq)).toEqual([3, 2, 1]);
    rmSync(folder, { recursive: true });
    expect((await store.list()).map((head) => head.seq)).toEqual([3, 1]);
    expect(await store.get({ seq: 3, epoch: 'e' })).toEqual(Uint8Array.of(3));
  });
});
