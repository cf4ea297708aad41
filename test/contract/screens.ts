/** What a book of wall screens keeps, in memory and in PostgreSQL: rules SCR-20 to SCR-25 of docs/spec/screens.md. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ScreenBook } from '../../admin/screens/screen-book.ts';
import type { ManualClock } from '../../core/clock.ts';
import { SCREENS_MAX } from '../../core/screen-api.ts';

export interface ScreensUnderTest {
  readonly book: ScreenBook;
  readonly clock: ManualClock;
  /** `<action> <subject> <by>` of the changes, oldest first. */
  audited(): Promise<string[]>;
  close(): Promise<void>;
}

const T0 = Date.UTC(2026, 10, 21, 8);
const LASTS_MS = 60_000;
const LI = { userId: null, userName: 'li', address: '10.0.0.9' };
const NOBODY = '00000000-0000-4000-8000-0000000000ff';

export function describeScreenBook(name: string, create: () => Promise<ScreensUnderTest>): void {
  describe(name, () => {
    let under: ScreensUnderTest;
    beforeEach(async () => {
      under = await create();
      under.clock.set(T0);
    });
    afterEach(() => under.close());
    const codeOf = (hash: string) => ({ hash, untilMs: under.clock.nowMs() + LASTS_MS });

    test('[SCR-20] [SCR-25] screens are listed by name with the time of a code that is open; each change is on record', async () => {
      const { book, clock } = under;
      const second = await book.add('二号屏', codeOf('h2'), LI);
      const first = await book.add('一号屏', codeOf('h1'), LI);
      await expect(book.add('一号屏', codeOf('h3'), LI)).rejects.toMatchObject({ code: 'CONFLICT' });
      const row = { addedAtMs: T0, addedBy: 'li', codeUntilMs: T0 + LASTS_MS };
      expect(await book.all()).toEqual([
        { screenId: first, name: '一号屏', ...row },
        { screenId: second, name: '二号屏', ...row },
      ]);
      clock.advance(LASTS_MS);
      expect((await book.all()).map(({ codeUntilMs }) => codeUntilMs)).toEqual([null, null]);
      await book.setCode(first, codeOf('h4'), LI);
      expect(await book.take('h4', '10.0.0.7')).toBe(true);
      await book.remove(second, LI);
      expect((await book.all()).map(({ screenId }) => screenId)).toEqual([first]);
      expect(await under.audited()).toEqual([
        'screen.add 二号屏 li',
        'screen.add 一号屏 li',
        'screen.code 一号屏 li',
        'screen.start 一号屏 一号屏',
        'screen.remove 二号屏 li',
      ]);
    });

    test('[SCR-20] a code is taken once, not after its time, and not once there is a newer one', async () => {
      const { book, clock } = under;
      const screenId = await book.add('一号屏', codeOf('h1'), LI);
      expect(await book.byCode('h1')).toMatchObject({ screenId, name: '一号屏' });
      const taken = await Promise.all([book.take('h1', 'a'), book.take('h1', 'b')]);
      expect(taken.sort()).toEqual([false, true]);
      expect(await book.byCode('h1')).toBeNull();

      await book.setCode(screenId, codeOf('h2'), LI);
      await book.setCode(screenId, codeOf('h3'), LI);
      expect([await book.byCode('h2'), await book.take('h2', 'a')]).toEqual([null, false]);
      clock.advance(LASTS_MS);
      expect([await book.byCode('h3'), await book.take('h3', 'a')]).toEqual([null, false]);
    });

    test('[SCR-23] of a screen that was removed no code is taken, and nothing is changed', async () => {
      const { book } = under;
      const screenId = await book.add('一号屏', codeOf('h1'), LI);
      await book.remove(screenId, LI);
      expect(await book.take('h1', 'a')).toBe(false);
      await expect(book.remove(screenId, LI)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(book.setCode(NOBODY, codeOf('h2'), LI)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });

    test('[SCR-20] there are as many as fit a control room, and no more', async () => {
      const { book } = under;
      for (let i = 0; i < SCREENS_MAX; i++) await book.add(`屏${i}`, codeOf(`h${i}`), LI);
      await expect(book.add('再一屏', codeOf('h'), LI)).rejects.toMatchObject({ code: 'CONFLICT' });
    });
  });
}
