/** What a list of refusals does, in memory and in Redis: rule ONB-10 of docs/spec/onboarding.md. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type NotedRefusal, REFUSALS_KEPT, type RefusalStore } from '../../ingest/refusals.ts';

export interface RefusalsUnderTest {
  readonly store: RefusalStore;
  close(): Promise<void>;
}

const refusalAt = (atMs: number): NotedRefusal => ({
  atMs,
  appId: 'app',
  interfaceName: 'positions',
  batchId: 'b',
  code: 'FIELD_RANGE',
  index: 0,
  recordId: '工号-1',
  field: 'LATITUDE',
  value: '91',
  reason: 'must be between -90 and 90',
  expected: null,
});

export function describeRefusals(name: string, create: () => Promise<RefusalsUnderTest>): void {
  describe(name, () => {
    let under: RefusalsUnderTest;
    beforeEach(async () => {
      under = await create();
    });
    afterEach(() => under.close());
    const times = (refusals: readonly NotedRefusal[]): number[] => refusals.map(({ atMs }) => atMs);

    test('[ONB-10] reads newest first, page by page, each company for itself', async () => {
      await under.store.append(
        new Map([
          ['c1', [1, 2, 3, 4, 5].map(refusalAt)],
          ['', [refusalAt(9)]],
        ]),
      );
      const page = await under.store.read('c1', 2);
      expect(page[0]).toEqual({ ...refusalAt(5), cursor: page[0]?.cursor });
      expect(times(page)).toEqual([5, 4]);
      expect(times(await under.store.read('c1', 10, page[1]?.cursor))).toEqual([3, 2, 1]);
      expect(times(await under.store.read('', 10))).toEqual([9]);
      expect(await under.store.read('c2', 10)).toEqual([]);
    });

    test('[ONB-10] keeps about the newest thousand', async () => {
      const all = Array.from({ length: 3 * REFUSALS_KEPT }, (_, i) => refusalAt(i));
      await under.store.append(new Map([['c1', all]]));
      const kept = await under.store.read('c1', 2 * REFUSALS_KEPT);
      expect(kept).toHaveLength(REFUSALS_KEPT);
      expect(kept[0]?.atMs).toBe(3 * REFUSALS_KEPT - 1);
      const older = await under.store.read('c1', 2 * REFUSALS_KEPT, kept.at(-1)?.cursor);
      expect(older.length).toBeLessThan(REFUSALS_KEPT / 2);
    });
  });
}
