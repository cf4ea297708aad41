import { describe, expect, it } from 'vitest';
import { collect, describeArchives, plain, rawEntries, rawEntry, T0 } from '../../test/contract/archive.ts';
import type { ArchivedSnapshot } from '../protocol/archive.ts';
import type { RawEntry } from '../protocol/entry.ts';
import { BlobArchive, sealSnapshot } from './blob-archive.ts';
import { MemoryBlobs } from './blob-store.ts';
import { segmentName, snapshotName } from './catalogue.ts';
import { MemoryArchive } from './memory-archive.ts';
import { SegmentBuilder } from './segment.ts';

async function putSegment(blobs: MemoryBlobs, entries: readonly RawEntry[], branch = 0): Promise<string> {
  const builder = new SegmentBuilder(entries[0]!);
  for (const entry of entries.slice(1)) builder.add(entry);
  const name = segmentName(builder.head, branch);
  await blobs.put(name, await builder.finish());
  return name;
}

async function putSnapshot(
  blobs: MemoryBlobs,
  which: ArchivedSnapshot,
  state: Uint8Array,
  branch = 0,
): Promise<string> {
  const name = snapshotName(which, branch);
  await blobs.put(name, await sealSnapshot(which, state));
  return name;
}

describeArchives('BlobArchive', async () => {
  const blobs = new MemoryBlobs();
  return {
    archive: new BlobArchive(blobs),
    addSegment: async (entries) => void (await putSegment(blobs, entries)),
    addSnapshot: async (which, state) => void (await putSnapshot(blobs, which, state)),
  };
});

describeArchives('MemoryArchive', async () => {
  const archive = new MemoryArchive();
  return {
    archive,
    addSegment: async (entries) => archive.addSegment(entries),
    addSnapshot: async (which, state) => archive.addSnapshot(which, state),
  };
});

describe('BlobArchive', () => {
  const spoil = async (blobs: MemoryBlobs, name: string, at: number): Promise<void> => {
    const bytes = Uint8Array.from((await blobs.get(name))!);
    bytes[at] = bytes[at]! ^ 1;
    await blobs.delete(name);
    await blobs.put(name, bytes);
  };

  it('[ARC-14] a broken file is LOG_GAP with the numbers it held, and names it', async () => {
    const blobs = new MemoryBlobs();
    await putSegment(blobs, rawEntries(1, 10));
    const name = await putSegment(blobs, rawEntries(11, 20));
    await spoil(blobs, name, 200);
    const archive = new BlobArchive(blobs);
    await expect(collect(archive.entries('e1', 5, 15))).rejects.toMatchObject({
      code: 'LOG_GAP',
      detail: `entries 11 to 15 are missing: ${name} is torn or changed`,
    });
    await putSegment(blobs, rawEntries(9, 25));
    expect(plain(await collect(archive.entries('e1', 5, 15)))).toEqual(plain(rawEntries(5, 15)));
  });

  it('[ARC-15] a broken snapshot is null', async () => {
    const blobs = new MemoryBlobs();
    const which = { epoch: 'e1', seq: 5, atMs: T0 };
    await spoil(blobs, await putSnapshot(blobs, which, Buffer.from('state')), 30);
    expect(await new BlobArchive(blobs).snapshot(which)).toBeNull();
  });

  it('[ARC-16] entries of a newer branch count from their first on, and snapshots of the lost tail do not', async () => {
    const blobs = new MemoryBlobs();
    const anew = (seq: number): RawEntry => ({ ...rawEntry(seq), receivedAtMs: T0 + 1_000_000 + seq });
    await putSegment(blobs, rawEntries(1, 10));
    await putSegment(blobs, rawEntries(11, 30));
    await putSegment(blobs, [anew(16), anew(17), anew(18)], 1);
    const kept = { epoch: 'e1', seq: 12, atMs: T0 };
    const lost = { epoch: 'e1', seq: 25, atMs: T0 };
    for (const which of [kept, lost]) await putSnapshot(blobs, which, Buffer.from('state'));
    const archive = new BlobArchive(blobs);
    const expected = [...rawEntries(1, 15), anew(16), anew(17), anew(18)];
    expect(plain(await collect(archive.entries('e1', 1, 18)))).toEqual(plain(expected));
    await expect(collect(archive.entries('e1', 17, 20))).rejects.toMatchObject({ code: 'LOG_GAP' });
    expect(await archive.snapshots()).toEqual([kept]);
  });

  it('[ARC-12] names tell epoch, sequences and times; other files are passed over', async () => {
    const blobs = new MemoryBlobs();
    const name = await putSegment(blobs, rawEntries(3, 9));
    expect(name).toBe(`segments/2026-11-21/${T0 + 3_000}-${T0 + 9_000}_3-9_0_e1`);
    await blobs.put('segments/readme', Uint8Array.of(1));
    const bytes = (await blobs.get(name))?.length;
    const segment = { epoch: 'e1', firstSeq: 3, lastSeq: 9, fromMs: T0 + 3_000, toMs: T0 + 9_000, bytes };
    expect(await new BlobArchive(blobs).segments()).toEqual([segment]);
  });
});
