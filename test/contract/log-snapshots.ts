/** What stores of snapshots and of quarantined entries keep to, in memory and in Redis: LOG-50 to LOG-53 of docs/spec/log.md. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { QuarantineSet } from '../../stream/redis-quarantine.ts';
import type { SnapshotStore } from '../../stream/redis-snapshots.ts';

export interface StoresUnderTest {
  readonly snapshots: SnapshotStore;
  readonly quarantine: QuarantineSet;
  /** A term of the watch's lease is granted. */
  grant(term: number): Promise<void>;
  close(): Promise<void>;
}

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

export function describeLogStores(name: string, create: () => Promise<StoresUnderTest>): void {
  describe(name, () => {
    let stores: StoresUnderTest;
    beforeEach(async () => {
      stores = await create();
    });
    afterEach(() => stores.close());

    test('[LOG-50] the newest two snapshots are kept, newest first', async () => {
      const { snapshots } = stores;
      expect(await snapshots.list()).toEqual([]);
      for (const seq of [10, 200, 9_999])
        await snapshots.put({ epoch: 'e', seq, term: 1, bytes: bytesOf(`at ${seq}`) });
      expect(await snapshots.list()).toEqual([
        { epoch: 'e', seq: 9_999 },
        { epoch: 'e', seq: 200 },
      ]);
      expect(Buffer.from((await snapshots.get({ epoch: 'e', seq: 200 })) ?? []).toString()).toBe('at 200');
      expect(await snapshots.get({ epoch: 'e', seq: 10 })).toBeNull();
    });

    test('[LOG-51] a snapshot of another epoch takes the place of all before', async () => {
      const { snapshots } = stores;
      await snapshots.put({ epoch: 'old', seq: 500, term: 1, bytes: bytesOf('old') });
      await snapshots.put({ epoch: 'new', seq: 3, term: 1, bytes: bytesOf('new') });
      expect(await snapshots.list()).toEqual([{ epoch: 'new', seq: 3 }]);
    });

    test('[LOG-54] a snapshot ahead of the one that is put goes: the log lost its tail', async () => {
      const { snapshots } = stores;
      for (const seq of [300, 400, 350]) await snapshots.put({ epoch: 'e', seq, term: 1, bytes: bytesOf(`at ${seq}`) });
      expect((await snapshots.list()).map((head) => head.seq)).toEqual([350, 300]);
      expect(await snapshots.get({ epoch: 'e', seq: 400 })).toBeNull();
    });

    test('[WAT-20] a snapshot of an older term is refused, and what is kept stays', async () => {
      const { snapshots } = stores;
      await stores.grant(3);
      for (const seq of [10, 20]) await snapshots.put({ epoch: 'e', seq, term: 3, bytes: bytesOf(`at ${seq}`) });
      for (const late of [15, 20, 30]) {
        const put = snapshots.put({ epoch: 'e', seq: late, term: 2, bytes: bytesOf('late') });
        await expect(put).rejects.toMatchObject({ code: 'TERM_LOST' });
      }
      expect((await snapshots.list()).map((head) => head.seq)).toEqual([20, 10]);
      expect(Buffer.from((await snapshots.get({ epoch: 'e', seq: 20 })) ?? []).toString()).toBe('at 20');
    });

    test('[LOG-73] under a stale term no entry is quarantined', async () => {
      const { quarantine } = stores;
      await stores.grant(3);
      const late = quarantine.add('e1', 7, 'TypeError: x', { lease: 'watch', term: 2 });
      await expect(late).rejects.toMatchObject({ code: 'TERM_LOST' });
      expect((await quarantine.list('e1')).size).toBe(0);
      await quarantine.add('e1', 7, 'TypeError: x', { lease: 'watch', term: 3 });
      expect((await quarantine.list('e1')).size).toBe(1);
    });

    test('[LOG-53] quarantined entries are listed by epoch with their reason', async () => {
      const { quarantine } = stores;
      await quarantine.add('e1', 7, 'TypeError: x');
      await quarantine.add('e1', 8, '另一个');
      await quarantine.add('e2', 7, 'other');
      expect([...(await quarantine.list('e1'))].sort()).toEqual([
        [7, 'TypeError: x'],
        [8, '另一个'],
      ]);
      expect((await quarantine.list('e3')).size).toBe(0);
    });
  });
}
