/** What every desk of hand-overs keeps, in memory or in PostgreSQL. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { HandoverDesk, HandoverUser } from '../../admin/handover.ts';
import type { ManualClock } from '../../core/clock.ts';
import { HANDOVER_LIMIT_MS } from '../../core/handover-api.ts';

const HOUR_MS = 3_600_000;
const OWN = '310000001';

const user = (userId: string, companyCode: string | null = null): HandoverUser => ({
  userId,
  userName: `account-${userId}`,
  companyCode,
  address: null,
});

/** `start`: an empty desk, and the clock it goes by. */
export function handoverContract(start: () => Promise<{ readonly desk: HandoverDesk; readonly clock: ManualClock }>) {
  describe('a desk of hand-overs', () => {
    let desk: HandoverDesk;
    let clock: ManualClock;
    beforeEach(async () => {
      ({ desk, clock } = await start());
    });
    const give = (by: HandoverUser, name = '张三', notes = '2 号门照明坏') =>
      desk.give(by, clock.nowMs() - 8 * HOUR_MS, { name, notes });

    it('[CON-51] is given with its notes, taken over by another by name, and kept so', async () => {
      const given = await give(user('1'));
      expect(given).toMatchObject({
        fromMs: clock.nowMs() - 8 * HOUR_MS,
        toMs: clock.nowMs(),
        given: { userName: 'account-1', name: '张三', atMs: clock.nowMs(), notes: '2 号门照明坏' },
        taken: null,
      });
      clock.advance(60_000);
      const taken = await desk.take(user('2'), given.id, { name: '李四', notes: '已知悉' });
      expect(taken.taken).toEqual({ userName: 'account-2', name: '李四', atMs: clock.nowMs(), notes: '已知悉' });
      expect(await desk.one(null, given.id)).toEqual({ ...given, taken: taken.taken });
      await expect(desk.take(user('3'), given.id, { name: '王五', notes: '' })).rejects.toMatchObject({
        code: 'CONFLICT',
      });
    });

    it('[CON-52] nobody takes over from himself; two who share an account do by their names', async () => {
      const { id } = await give(user('1'));
      const take = (name: string) => desk.take(user('1'), id, { name, notes: '' });
      await expect(take(' 张三 ')).rejects.toMatchObject({ code: 'INPUT_INVALID' });
      expect((await take('李四')).taken).toMatchObject({ userName: 'account-1', name: '李四' });
    });

    it('[CON-53] a desk sees and takes its own alone: the park’s, and each company’s', async () => {
      const ofPark = await give(user('1'));
      const ofCompany = await give(user('2', OWN));
      expect((await desk.list(null, null, 10)).handovers.map(({ id }) => id)).toEqual([ofPark.id]);
      expect((await desk.list(OWN, null, 10)).handovers.map(({ id }) => id)).toEqual([ofCompany.id]);
      expect((await desk.list('310000002', null, 10)).handovers).toEqual([]);
      const notFound = { code: 'NOT_FOUND' };
      await expect(desk.one(OWN, ofPark.id)).rejects.toMatchObject(notFound);
      await expect(desk.one(null, ofCompany.id)).rejects.toMatchObject(notFound);
      const words = { name: '李四', notes: '' };
      await expect(desk.take(user('3', OWN), ofPark.id, words)).rejects.toMatchObject(notFound);
      await expect(desk.take(user('3'), ofCompany.id, words)).rejects.toMatchObject(notFound);
    });

    it('[CON-53] former ones come newest first, page by page, and the draft says when the last was', async () => {
      expect((await desk.draft(null, clock.nowMs() - HOUR_MS)).lastAtMs).toBeNull();
      const ids: number[] = [];
      for (let n = 0; n < 3; n++) {
        clock.advance(HOUR_MS);
        ids.unshift((await give(user('1'))).id);
      }
      const first = await desk.list(null, null, 2);
      expect(first.handovers.map(({ id }) => id)).toEqual(ids.slice(0, 2));
      const rest = await desk.list(null, first.next, 2);
      expect(rest).toMatchObject({ handovers: [{ id: ids[2] }], next: null });
      expect((await desk.draft(null, clock.nowMs() - HOUR_MS)).lastAtMs).toBe(clock.nowMs());
    });

    it('[CON-50] a span lies in the past and is no longer than two days', async () => {
      const refused = { code: 'INPUT_INVALID' };
      for (const fromMs of [clock.nowMs(), clock.nowMs() - HANDOVER_LIMIT_MS - 1]) {
        await expect(desk.draft(null, fromMs)).rejects.toMatchObject(refused);
        await expect(desk.give(user('1'), fromMs, { name: '张三', notes: '' })).rejects.toMatchObject(refused);
      }
    });
  });
}
