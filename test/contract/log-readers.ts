/** What a registry of readers keeps to, in memory and in Redis: rules LOG-40, LOG-41 and LOG-71 of docs/spec/log.md. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ReaderRegistry } from '../../stream/protocol/log.ts';

export interface RegistryUnderTest {
  registry(): ReaderRegistry;
  /** The lease is granted under this term. */
  grant(lease: string, term: number): Promise<void>;
  close(): Promise<void>;
}

export function describeReaders(name: string, create: () => Promise<RegistryUnderTest>): void {
  describe(name, () => {
    let under: RegistryUnderTest;
    beforeEach(async () => {
      under = await create();
    });
    afterEach(() => under.close());

    test('[LOG-40] a reader stands where it last said it is', async () => {
      const registry = under.registry();
      await registry.register('watch', 5, 100);
      await registry.register('store', 3, 100);
      await registry.register('watch', 9, 200);
      expect(await under.registry().list()).toEqual([
        { reader: 'store', nextSeq: 3, atMs: 100 },
        { reader: 'watch', nextSeq: 9, atMs: 200 },
      ]);
      await registry.drop('store');
      expect((await registry.list()).map((r) => r.reader)).toEqual(['watch']);
    });

    test('[LOG-71] a reader that registers under a stale term is refused and stays where it was', async () => {
      const registry = under.registry();
      await under.grant('store', 1);
      await registry.register('store', 3, 100, { lease: 'store', term: 1 });
      await under.grant('store', 2);
      const late = registry.register('store', 9, 200, { lease: 'store', term: 1 });
      await expect(late).rejects.toMatchObject({ code: 'TERM_LOST' });
      expect(await registry.list()).toEqual([{ reader: 'store', nextSeq: 3, atMs: 100 }]);
      await registry.register('store', 5, 300, { lease: 'store', term: 2 });
      expect(await registry.list()).toEqual([{ reader: 'store', nextSeq: 5, atMs: 300 }]);
    });

    test('[LOG-71] under a stale term no silent reader is dropped', async () => {
      const registry = under.registry();
      await registry.register('archive', 5, 1_000);
      await under.grant('watch', 2);
      const late = registry.dropSilent(5_000, { lease: 'watch', term: 1 });
      await expect(late).rejects.toMatchObject({ code: 'TERM_LOST' });
      expect(await registry.list()).toHaveLength(1);
      expect(await registry.dropSilent(5_000, { lease: 'watch', term: 2 })).toHaveLength(1);
    });

    test('[LOG-41] readers that have said nothing since are dropped and told, the others stay', async () => {
      const registry = under.registry();
      await registry.register('archive', 5, 1_000);
      await registry.register('backup', 6, 900);
      await registry.register('store', 3, 1_001);
      expect(await registry.dropSilent(1_001)).toEqual([
        { reader: 'archive', nextSeq: 5, atMs: 1_000 },
        { reader: 'backup', nextSeq: 6, atMs: 900 },
      ]);
      expect((await registry.list()).map((r) => r.reader)).toEqual(['store']);
      expect(await registry.dropSilent(1_001)).toEqual([]);
    });
  });
}
