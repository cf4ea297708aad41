/** What a desk of saved views does, in memory and in PostgreSQL: rules FIND-23 and FIND-4 of docs/spec/finding.md. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ViewDesk } from '../../admin/views/views.ts';
import type { ManualClock } from '../../core/clock.ts';
import { type NamedThings, VIEWS_MAX } from '../../core/views-api.ts';

export interface ViewsUnderTest {
  readonly desk: ViewDesk;
  readonly clock: ManualClock;
  /** Returns the user's id. */
  addUser(name: string): Promise<string>;
  setNames(names: NamedThings): Promise<void>;
  /** `<action> <subject>` of the changes, oldest first. */
  audited(): Promise<string[]>;
  close(): Promise<void>;
}

const T0 = Date.UTC(2026, 10, 21, 8);
const actor = (userName: string) => ({ userId: null, userName, address: null });

export function describeSavedViews(name: string, create: () => Promise<ViewsUnderTest>): void {
  describe(name, () => {
    let under: ViewsUnderTest;
    beforeEach(async () => {
      under = await create();
      under.clock.set(T0);
    });
    afterEach(() => under.close());

    test('[FIND-23] a user sees own views and, reading the whole park, those of the park; each kept, replaced and removed by name', async () => {
      const { desk } = under;
      const [first, second] = [await under.addUser('first'), await under.addUser('second')];
      await desk.put({ userId: first, name: '罐区夜班' }, { at: '121.48,30.8,900,0,-38' }, actor('first'));
      await desk.put({ userId: first, name: 'A' }, { tab: 'people' }, actor('first'));
      await desk.put({ userId: null, name: 'A' }, { tab: 'layers' }, actor('park'));
      expect(await desk.list(first, null)).toEqual([
        { owner: 'own', name: 'A', view: { tab: 'people' }, updatedAtMs: T0, updatedBy: 'first' },
        { owner: 'own', name: '罐区夜班', view: { at: '121.48,30.8,900,0,-38' }, updatedAtMs: T0, updatedBy: 'first' },
        { owner: 'park', name: 'A', view: { tab: 'layers' }, updatedAtMs: T0, updatedBy: 'park' },
      ]);
      expect((await desk.list(first, '900000001')).map(({ owner }) => owner)).toEqual(['own', 'own']);
      expect((await desk.list(second, null)).map(({ owner }) => owner)).toEqual(['park']);
      under.clock.set(T0 + 1_000);
      await desk.put({ userId: first, name: 'A' }, {}, actor('first'));
      expect((await desk.list(first, null))[0]).toMatchObject({ name: 'A', view: {}, updatedAtMs: T0 + 1_000 });
      await expect(desk.remove({ userId: second, name: 'A' }, actor('second'))).rejects.toMatchObject({
        code: 'NOT_FOUND',
      });
      await desk.remove({ userId: null, name: 'A' }, actor('park'));
      expect((await desk.list(first, null)).map(({ name }) => name)).toEqual(['A', '罐区夜班']);
      expect(await under.audited()).toEqual([
        'view.put 罐区夜班',
        'view.put A',
        'view.put park/A',
        'view.put A',
        'view.remove park/A',
      ]);
    });

    test('[FIND-23] an owner has at most fifty', async () => {
      const { desk } = under;
      const user = await under.addUser('first');
      const put = (owner: string | null, n: number) => desk.put({ userId: owner, name: `v${n}` }, {}, actor('first'));
      for (let n = 0; n < VIEWS_MAX; n++) await put(user, n);
      await expect(put(user, VIEWS_MAX)).rejects.toMatchObject({ code: 'CONFLICT' });
      await put(user, 0);
      await put(null, 0);
      expect(await desk.list(user, null)).toHaveLength(VIEWS_MAX + 1);
    });

    test('[FIND-4] names of companies and cameras are those in scope', async () => {
      const camera = { lng: 121.48, lat: 30.8 };
      const names: NamedThings = {
        companies: [
          { code: '900000001', name: '甲化工' },
          { code: '900000002', name: '乙储运' },
        ],
        cameras: [
          { ...camera, companyCode: '900000001', code: '31011600001320000001', name: '一号罐区东' },
          { companyCode: '900000002', code: '31011600001320000002', name: '码头', lng: null, lat: null },
        ],
      };
      await under.setNames(names);
      expect(await under.desk.names(null)).toEqual(names);
      expect(await under.desk.names('900000002')).toEqual({
        companies: names.companies.slice(1),
        cameras: names.cameras.slice(1),
      });
    });
  });
}
