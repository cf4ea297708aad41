/**
 * What every store of registers does (admin/register/store.ts). Run over the table made from a declaration and over settings.
 * The register given has a text key `code`, a searched text `name` and an integer `rank` that may be empty, all indexed.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Authorship, ListQuery, RegisterStore, RowScope, StoredRow } from '../../admin/register/store.ts';
import { type Pool, withTransaction } from '../../db/pool.ts';

export interface StoreUnderTest {
  readonly store: RegisterStore;
  readonly pool: Pool;
  /** Of whom the rows are; two of them. */
  readonly companies: readonly [string, string];
  /** Takes every row away. */
  clear(): Promise<void>;
  end(): Promise<void>;
}

const ALL: RowScope = { companyCode: null, contractorCode: null };
const BY: Authorship = { userId: 'u1', userName: '林岚', atMs: 1_790_000_000_000, act: 'create', reason: null };
const LIST: ListQuery = {
  search: null,
  filters: [],
  companyCode: null,
  states: [],
  sort: { by: 'code', descending: false },
  after: null,
  limit: 50,
};

export function registerStoreContract(name: string, start: () => Promise<StoreUnderTest>): void {
  describe(`register store: ${name}`, () => {
    let t: StoreUnderTest;
    beforeAll(async () => {
      t = await start();
    });
    beforeEach(() => t.clear());
    afterAll(() => t.end());

    const put = (rows: readonly { code: string; name?: string; rank?: number | null; company?: 0 | 1 }[]) =>
      withTransaction(t.pool, (client) =>
        t.store.insert(
          client,
          rows.map(({ code, name = code, rank = null, company = 0 }) => ({
            companyCode: t.companies[company],
            state: null,
            values: { code, name, rank },
          })),
          BY,
        ),
      );
    const change = (row: StoredRow, values: Readonly<Record<string, unknown>>, by: Partial<Authorship> = {}) =>
      withTransaction(t.pool, (client) =>
        t.store.update(client, [{ id: row.id, version: row.version, values }], { ...BY, act: 'update', ...by }),
      );
    const codes = async (query: Partial<ListQuery>, scope = ALL): Promise<unknown[]> =>
      (await t.store.list(t.pool, scope, { ...LIST, ...query })).rows.map(({ values }) => values['code']);

    it('[REG-20] gives back what was put, in its order, as version 1', async () => {
      const rows = await put([{ code: 'b', name: '乙', rank: 2 }, { code: 'a' }]);
      expect(rows.map(({ values }) => values)).toMatchObject([
        { code: 'b', name: '乙', rank: 2 },
        { code: 'a', name: 'a', rank: null },
      ]);
      for (const row of rows) {
        expect(row).toMatchObject({ version: 1, companyCode: t.companies[0], state: null, fromVendor: [] });
        expect(row).toMatchObject({ createdAtMs: BY.atMs, createdBy: BY.userName, updatedBy: BY.userName });
        expect(await t.store.get(t.pool, ALL, row.id)).toEqual(row);
      }
    });

    it('[REG-21] pages without a gap or a repeat, in every order, the empty last', async () => {
      const ranks = [3, null, 1, 2, 2, null, 1, 3, null, 2];
      await put(ranks.map((rank, i) => ({ code: `c${i}`, rank })));
      for (const by of ['code', 'rank']) {
        for (const descending of [false, true]) {
          const whole = await t.store.list(t.pool, ALL, { ...LIST, sort: { by, descending } });
          expect(whole.next).toBeNull();
          const values = whole.rows.map((row) => row.values[by] ?? null);
          const full = values.filter((value) => value !== null) as (string | number)[];
          const sorted = [...full].sort((a, b) => (a < b ? -1 : 1) * (descending ? -1 : 1));
          expect(values).toEqual([...sorted, ...values.slice(full.length).map(() => null)]);
          for (const limit of [1, 3, 7, 10]) {
            const seen: string[] = [];
            let after: string | null = null;
            do {
              const page = await t.store.list(t.pool, ALL, { ...LIST, sort: { by, descending }, limit, after });
              expect(page.rows.length).toBeLessThanOrEqual(limit);
              seen.push(...page.rows.map(({ id }) => id));
              after = page.next;
            } while (after !== null);
            expect(seen).toEqual(whole.rows.map(({ id }) => id));
          }
        }
      }
    });

    it('[REG-21] a page goes on where the one before ended, whatever came in between', async () => {
      await put(['a', 'c', 'e'].map((code) => ({ code })));
      const first = await t.store.list(t.pool, ALL, { ...LIST, limit: 2 });
      await put([{ code: 'b' }, { code: 'd' }]);
      expect(await codes({ after: first.next, limit: 5 })).toEqual(['d', 'e']);
    });

    it.each([['nonsense'], [Buffer.from('["rank","x","1"]').toString('base64url')], ['']])(
      '[REG-21] refuses the cursor %j',
      async (after) => {
        const list = t.store.list(t.pool, ALL, { ...LIST, after });
        await expect(list).rejects.toMatchObject({ code: 'INPUT_INVALID' });
      },
    );

    it('[REG-22] filters by values and spans, and counts up to a limit', async () => {
      await put([1, 2, 3, 4, null].map((rank, i) => ({ code: `c${i}`, rank })));
      expect(await codes({ filters: [{ field: 'rank', oneOf: ['2', '4'] }] })).toEqual(['c1', 'c3']);
      expect(await codes({ filters: [{ field: 'rank', from: '2', to: '3' }] })).toEqual(['c1', 'c2']);
      expect(await codes({ filters: [{ field: 'rank', from: '3', to: null }] })).toEqual(['c2', 'c3']);
      const both = [
        { field: 'rank', from: null, to: '3' },
        { field: 'code', oneOf: ['c0', 'c3'] },
      ];
      expect(await codes({ filters: both })).toEqual(['c0']);
      expect(await t.store.count(t.pool, ALL, LIST, 100)).toBe(5);
      expect(await t.store.count(t.pool, ALL, LIST, 3)).toBe(3);
    });

    it('[REG-23] search finds every word anywhere, whatever the case and width, and takes nothing for a wildcard', async () => {
      await put([
        { code: 'a', name: '上海化工园区消防站' },
        { code: 'b', name: '化学工业区ＦＩＲＥ站' },
        { code: 'c', name: '100%_安全\\站' },
        { code: 'd', name: '站' },
      ]);
      expect(await codes({ search: '化工' })).toEqual(['a']);
      expect(await codes({ search: '化' })).toEqual(['a', 'b']);
      expect(await codes({ search: '站' })).toEqual(['a', 'b', 'c', 'd']);
      expect(await codes({ search: '化工 消防' })).toEqual(['a']);
      expect(await codes({ search: '消防 化工' })).toEqual(['a']);
      expect(await codes({ search: 'fire' })).toEqual(['b']);
      expect(await codes({ search: 'f' })).toEqual(['b']);
      expect(await codes({ search: 'Ｆ' })).toEqual(['b']);
      expect(await codes({ search: '%' })).toEqual(['c']);
      expect(await codes({ search: '0%_安' })).toEqual(['c']);
      expect(await codes({ search: '\\站' })).toEqual(['c']);
      expect(await codes({ search: '化业' })).toEqual([]);
      expect(await t.store.count(t.pool, ALL, { ...LIST, search: '化' }, 100)).toBe(2);
    });

    it('[REG-24] shows a company its own rows alone', async () => {
      const rows = await put([{ code: 'a' }, { code: 'b', company: 1 }]);
      const scope = { companyCode: t.companies[1], contractorCode: null };
      expect(await codes({}, scope)).toEqual(['b']);
      expect(await codes({ companyCode: t.companies[0] })).toEqual(['a']);
      expect(await codes({ companyCode: t.companies[0] }, scope)).toEqual([]);
      expect(await t.store.count(t.pool, scope, LIST, 100)).toBe(1);
      expect(await t.store.get(t.pool, scope, rows[0]?.id ?? '')).toBeNull();
      expect(await t.store.get(t.pool, scope, rows[1]?.id ?? '')).not.toBeNull();
      expect(await t.store.get(t.pool, { ...scope, companyCode: '' }, rows[1]?.id ?? '')).toBeNull();
    });

    it('[REG-25] finds rows by keys within the companies asked for', async () => {
      await put([{ code: 'a' }, { code: 'b' }, { code: 'a', company: 1 }]);
      const found = async (companies: readonly string[]) =>
        (await t.store.byKeys(t.pool, companies, ['a', 'x'])).map(({ companyCode }) => companyCode).sort();
      expect(await found([t.companies[0]])).toEqual([t.companies[0]]);
      expect(await found(t.companies)).toEqual([...t.companies].sort());
      expect(await found([])).toEqual([]);
    });

    it('[REG-26] a change needs the version that holds, and leaves the rest as it was', async () => {
      const [row] = (await put([{ code: 'a', name: '甲', rank: 1 }])) as [StoredRow];
      const [after] = await change(row, { rank: 2 }, { userName: '王', atMs: BY.atMs + 5 });
      expect(after).toMatchObject({ version: 2, updatedBy: '王', updatedAtMs: BY.atMs + 5, createdBy: BY.userName });
      expect(after?.values).toMatchObject({ code: 'a', name: '甲', rank: 2 });
      await expect(change(row, { rank: 3 })).rejects.toMatchObject({ code: 'CONFLICT' });
      expect((await t.store.get(t.pool, ALL, row.id))?.values['rank']).toBe(2);
    });

    it('[REG-26] of two changes of one version at once, one is kept', async () => {
      const [row] = (await put([{ code: 'a', rank: 1 }])) as [StoredRow];
      const results = await Promise.allSettled([2, 3, 4].map((rank) => change(row, { rank })));
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      for (const result of results) if (result.status === 'rejected') expect(result.reason.code).toBe('CONFLICT');
      expect((await t.store.get(t.pool, ALL, row.id))?.version).toBe(2);
    });

    it('[REG-27] a key is taken once among standing rows of a company', async () => {
      const [row] = (await put([{ code: 'a' }])) as [StoredRow];
      await expect(put([{ code: 'a' }])).rejects.toMatchObject({ code: 'CONFLICT' });
      await put([{ code: 'a', company: 1 }]);
      await withTransaction(t.pool, (client) => t.store.remove(client, row.id, 1, { ...BY, act: 'remove' }));
      await put([{ code: 'a', name: '新的' }]);
      expect(await codes({})).toEqual(['a', 'a']);
    });

    it('[REG-28] a removed row is in no list and found by nobody', async () => {
      const [row] = (await put([{ code: 'a' }])) as [StoredRow];
      const remove = (version: number) =>
        withTransaction(t.pool, (client) => t.store.remove(client, row.id, version, { ...BY, act: 'remove' }));
      await expect(remove(2)).rejects.toMatchObject({ code: 'CONFLICT' });
      await remove(1);
      expect(await codes({})).toEqual([]);
      expect(await t.store.get(t.pool, ALL, row.id)).toBeNull();
      expect(await t.store.byKeys(t.pool, [t.companies[0]], ['a'])).toEqual([]);
      await expect(remove(2)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(change(row, { rank: 1 })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });

    it('[REG-29] history tells every change, newest first, with what differs', async () => {
      const [row] = (await put([{ code: 'a', name: '甲', rank: 1 }])) as [StoredRow];
      await change(row, { rank: 2, name: '甲' }, { userName: '王' });
      await withTransaction(t.pool, (client) => t.store.remove(client, row.id, 2, { ...BY, act: 'remove' }));
      const history = await t.store.history(t.pool, row.id);
      expect(history.map(({ version, act }) => [version, act])).toEqual([
        [3, 'remove'],
        [2, 'update'],
        [1, 'create'],
      ]);
      expect(history[1]).toMatchObject({ by: '王', before: { rank: 1 }, after: { rank: 2 } });
      expect(Object.keys(history[1]?.before ?? {})).toEqual(['rank']);
      expect(history[2]).toMatchObject({ before: null, after: { code: 'a', name: '甲', rank: 1 } });
      expect(history[0]).toMatchObject({ before: { code: 'a', rank: 2 }, after: null });
    });

    it('[REG-30] all rows of a write are kept, or none', async () => {
      await expect(put([{ code: 'a' }, { code: 'b' }, { code: 'a' }])).rejects.toMatchObject({ code: 'CONFLICT' });
      expect(await codes({})).toEqual([]);
    });
  });
}
