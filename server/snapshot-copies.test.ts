import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../core/clock.ts';
import { MemorySnapshotStore } from '../stream/redis-snapshots.ts';
import { COPY_BYTES_PER_MS, COPY_EVERY_MS, SnapshotCopies } from './snapshot-copies.ts';
import { SnapshotFiles } from './snapshot-files.ts';

const snapshot = (seq: number, epoch = 'e', term = 1) => ({ epoch, seq, term, bytes: Uint8Array.of(seq) });

describe('snapshots of the engine', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'parksentry-snapshots-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('[WAT-7] the data folder keeps the newest two of an epoch, whole or not at all', async () => {
    const files = new SnapshotFiles(folder);
    for (const seq of [1, 2, 3]) await files.put(snapshot(seq));
    writeFileSync(join(folder, 'engine-9-t1-e.snapshot.tmp'), 'half');
    expect(await files.list()).toEqual([
      { seq: 3, epoch: 'e' },
      { seq: 2, epoch: 'e' },
    ]);
    expect(await files.get({ seq: 3, epoch: 'e' })).toEqual(Buffer.of(3));
    expect(await files.get({ seq: 1, epoch: 'e' })).toBeNull();
    await files.put(snapshot(1, 'later'));
    expect(await files.list()).toEqual([{ seq: 1, epoch: 'later' }]);
  });

  it('[WAT-20] a watch of an older term neither replaces nor removes what a newer one wrote', async () => {
    const files = new SnapshotFiles(folder);
    await files.put(snapshot(5, 'e', 1));
    await files.put(snapshot(7, 'e', 2));
    for (const seq of [6, 7, 8]) {
      await expect(files.put(snapshot(seq, 'e', 1))).rejects.toMatchObject({ code: 'TERM_LOST' });
    }
    expect((await files.list()).map((head) => head.seq)).toEqual([7, 5]);
    expect(await files.get({ seq: 7, epoch: 'e' })).toEqual(Buffer.of(7));
  });

  it('[WAT-20] terms of another epoch say nothing: a server that lost everything grants them anew', async () => {
    const files = new SnapshotFiles(folder);
    await files.put(snapshot(5, 'e', 40));
    await files.put(snapshot(1, 'later', 1));
    expect(await files.list()).toEqual([{ seq: 1, epoch: 'later' }]);
  });

  it('[WAT-7] files without a term are an older version’s, and half files of the dead are cleared away', async () => {
    writeFileSync(join(folder, 'engine-4-e.snapshot'), Uint8Array.of(4));
    writeFileSync(join(folder, 'engine-3-e.snapshot'), Uint8Array.of(3));
    writeFileSync(join(folder, 'engine-6-t1-e.snapshot.tmp'), 'half');
    const files = new SnapshotFiles(folder);
    expect((await files.list()).map((head) => head.seq)).toEqual([4, 3]);
    await files.put(snapshot(9, 'e', 2));
    expect(readdirSync(folder).sort()).toEqual(['engine-4-e.snapshot', 'engine-9-t2-e.snapshot']);
  });

  it('[WAT-8] a copy is made behind a clock that was set back, and where the folder cannot be written or read', async () => {
    const clock = new ManualClock(10_000_000);
    const copies = new MemorySnapshotStore();
    const store = new SnapshotCopies(new SnapshotFiles(folder), copies, clock);
    await store.put(snapshot(1));
    clock.set(1_000_000);
    await store.put(snapshot(2));
    expect((await copies.list()).map((head) => head.seq)).toEqual([2, 1]);
    rmSync(folder, { recursive: true });
    writeFileSync(folder, 'no folder');
    clock.advance(COPY_EVERY_MS);
    await expect(store.put(snapshot(3))).rejects.toThrow(/EEXIST|ENOTDIR/);
    expect((await store.list()).map((head) => head.seq)).toEqual([3, 2]);
    expect(await store.get({ seq: 3, epoch: 'e' })).toEqual(Uint8Array.of(3));
  });

  it('[WAT-20] no copy is made of what the folder refused as an older term’s', async () => {
    const copies = new MemorySnapshotStore();
    const store = new SnapshotCopies(new SnapshotFiles(folder), copies, new ManualClock(1_000_000));
    await new SnapshotFiles(folder).put(snapshot(5, 'e', 2));
    await expect(store.put(snapshot(6, 'e', 1))).rejects.toMatchObject({ code: 'TERM_LOST' });
    expect(await copies.list()).toEqual([]);
  });

  it('[WAT-8] of a large state a copy is made less often', async () => {
    const clock = new ManualClock(1_000_000);
    const copies = new MemorySnapshotStore();
    const store = new SnapshotCopies(new SnapshotFiles(folder), copies, clock);
    const large = (seq: number) => ({ ...snapshot(seq), bytes: new Uint8Array(30_000 * COPY_BYTES_PER_MS) });
    await store.put(large(1));
    clock.advance(29_999);
    await store.put(large(2));
    expect((await copies.list()).map((head) => head.seq)).toEqual([1]);
    clock.advance(1);
    await store.put(large(3));
    expect((await copies.list()).map((head) => head.seq)).toEqual([3, 1]);
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
