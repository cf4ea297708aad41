/** What a reader of the archive does, over blobs and its twin in memory: ARC-13 to ARC-15 of docs/spec/archive.md. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { ArchivedSnapshot, ArchiveReader } from '../../stream/protocol/archive.ts';
import type { RawEntry } from '../../stream/protocol/entry.ts';

export interface ArchiveUnderTest {
  readonly archive: ArchiveReader;
  addSegment(entries: readonly RawEntry[]): Promise<void>;
  addSnapshot(which: ArchivedSnapshot, state: Uint8Array): Promise<void>;
}

export const T0 = Date.UTC(2026, 10, 21, 8);

/** Entry `seq` of an epoch: everything in it follows from the two. */
export const rawEntry = (seq: number, epoch = 'e1'): RawEntry => ({
  seq,
  epoch,
  kind: (seq % 5) + 1,
  receivedAtMs: T0 + seq * 1_000 + (epoch === 'e1' ? 0 : 86_400_000),
  body: Buffer.from(`${epoch}:${seq}:`.repeat(seq % 7)),
});

export const rawEntries = (fromSeq: number, toSeq: number, epoch?: string): RawEntry[] =>
  Array.from({ length: toSeq - fromSeq + 1 }, (_, i) => rawEntry(fromSeq + i, epoch));

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** Bodies as plain text, to be compared whatever view of bytes they came in. */
export const plain = (entries: readonly RawEntry[]): unknown[] =>
  entries.map((entry) => ({ ...entry, body: Buffer.from(entry.body).toString('latin1') }));

export function describeArchives(name: string, create: () => Promise<ArchiveUnderTest>): void {
  describe(name, () => {
    let under: ArchiveUnderTest;
    beforeEach(async () => {
      under = await create();
    });
    const read = async (epoch: string, fromSeq: number, toSeq: number): Promise<unknown[]> =>
      plain(await collect(under.archive.entries(epoch, fromSeq, toSeq)));

    test('[ARC-13] entries come each once and in order, across segments that follow or overlap', async () => {
      for (const [from, to] of [
        [11, 20],
        [1, 10],
        [8, 14],
        [21, 30],
      ] as const) {
        await under.addSegment(rawEntries(from, to));
      }
      await under.addSegment(rawEntries(1, 5, 'e2'));
      expect(await read('e1', 1, 30)).toEqual(plain(rawEntries(1, 30)));
      expect(await read('e1', 9, 12)).toEqual(plain(rawEntries(9, 12)));
      expect(await read('e2', 2, 5)).toEqual(plain(rawEntries(2, 5, 'e2')));
      expect(await read('e1', 7, 6)).toEqual([]);
      const segments = await under.archive.segments();
      expect(segments.map(({ epoch, firstSeq, lastSeq }) => `${epoch} ${firstSeq}-${lastSeq}`)).toEqual([
        'e1 1-10',
        'e1 8-14',
        'e1 11-20',
        'e1 21-30',
        'e2 1-5',
      ]);
      expect(segments[0]).toMatchObject({ fromMs: T0 + 1_000, toMs: T0 + 10_000 });
    });

    test('[ARC-14] missing entries are LOG_GAP with their numbers, and what is before them is given out', async () => {
      await under.addSegment(rawEntries(1, 10));
      await under.addSegment(rawEntries(15, 20));
      const missing = (from: number, to: number): object => ({
        code: 'LOG_GAP',
        detail: expect.stringContaining(`entries ${from} to ${to} are missing`) as string,
      });
      await expect(read('e1', 5, 20)).rejects.toMatchObject(missing(11, 14));
      await expect(read('e1', 16, 25)).rejects.toMatchObject(missing(21, 25));
      await expect(read('other', 3, 4)).rejects.toMatchObject(missing(3, 4));
      const given: number[] = [];
      await expect(
        (async () => {
          for await (const entry of under.archive.entries('e1', 8, 16)) given.push(entry.seq);
        })(),
      ).rejects.toMatchObject(missing(11, 14));
      expect(given).toEqual([8, 9, 10]);
    });

    test('[ARC-15] snapshots come oldest first; an absent one is null', async () => {
      const [early, late, other] = [
        { epoch: 'e1', seq: 5, atMs: T0 + 5_000 },
        { epoch: 'e1', seq: 90, atMs: T0 + 90_000 },
        { epoch: 'e2', seq: 7, atMs: T0 + 86_500_000 },
      ] as const;
      for (const which of [late, other, early])
        await under.addSnapshot(which, Buffer.from(`${which.epoch}${which.seq}`));
      expect(await under.archive.snapshots()).toEqual([early, late, other]);
      expect(Buffer.from((await under.archive.snapshot(late)) ?? []).toString()).toBe('e190');
      expect(await under.archive.snapshot({ epoch: 'e1', seq: 6, atMs: T0 })).toBeNull();
    });
  });
}
