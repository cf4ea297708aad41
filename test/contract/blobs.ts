/** What a store of blobs does, in memory, in a folder and in S3: ARC-1 and ARC-2 of docs/spec/archive.md. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { BlobStore } from '../../stream/archive/blob-store.ts';

export interface BlobsUnderTest {
  readonly blobs: BlobStore;
  close(): Promise<void>;
}

export function describeBlobs(name: string, create: () => Promise<BlobsUnderTest>): void {
  describe(name, () => {
    let under: BlobsUnderTest;
    beforeEach(async () => {
      under = await create();
    });
    afterEach(() => under.close());

    test('[ARC-1] a blob comes back byte for byte; a taken name keeps what it has', async () => {
      const { blobs } = under;
      const bytes = Uint8Array.from({ length: 100_000 }, (_, i) => (i * 7) % 256);
      expect(await blobs.put('segments/2026-11-21/1-2_3-4_0_e', bytes)).toBe(true);
      expect(await blobs.put('segments/2026-11-21/1-2_3-4_0_e', Uint8Array.of(1))).toBe(false);
      const kept = await blobs.get('segments/2026-11-21/1-2_3-4_0_e');
      expect(Buffer.from(kept ?? []).equals(bytes)).toBe(true);
      expect(await blobs.put('empty', new Uint8Array())).toBe(true);
      expect(await blobs.get('empty')).toHaveLength(0);
    });

    test('[ARC-1] of many that put under one name one is told that it did', async () => {
      const { blobs } = under;
      const told = await Promise.all([1, 2, 3, 4, 5].map((n) => blobs.put('one', Uint8Array.of(n))));
      expect(told.filter(Boolean)).toHaveLength(1);
      expect(await blobs.get('one')).toHaveLength(1);
    });

    test('[ARC-2] lists by prefix in the order of names, with sizes; forgets what is deleted', async () => {
      const { blobs } = under;
      expect(await blobs.list('')).toEqual([]);
      expect(await blobs.get('a/1')).toBeNull();
      for (const name of ['b/1', 'a/2', 'a/10', 'a/1', 'ab/1']) await blobs.put(name, Buffer.from(name));
      expect(await blobs.list('a/')).toEqual([
        { name: 'a/1', bytes: 3 },
        { name: 'a/10', bytes: 4 },
        { name: 'a/2', bytes: 3 },
      ]);
      expect((await blobs.list('a')).map((blob) => blob.name)).toEqual(['a/1', 'a/10', 'a/2', 'ab/1']);
      await blobs.delete('a/1');
      await blobs.delete('a/1');
      await blobs.delete('a/10');
      await blobs.delete('a/2');
      expect((await blobs.list('')).map((blob) => blob.name)).toEqual(['ab/1', 'b/1']);
      expect(await blobs.get('a/1')).toBeNull();
    });

    test('[ARC-1] a name that leads elsewhere is refused', async () => {
      for (const name of ['../x', 'a/../../x', '/x', 'a//b', '.hidden', 'a b']) {
        await expect(under.blobs.put(name, Uint8Array.of(1))).rejects.toThrow(/no name/);
      }
    });
  });
}
