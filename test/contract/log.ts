/** What every log keeps to, whether in memory or in Redis: rules LOG-1 to LOG-9 and LOG-70 of docs/spec/log.md. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { LogAppender, LogReader, NewEntry } from '../../stream/protocol/log.ts';

/** One fresh log and the ways in which a real one can be hurt. */
export interface LogUnderTest {
  appender(): LogAppender;
  /** A reader that has seen nothing yet. */
  reader(): LogReader;
  trim(firstSeq: number): Promise<void>;
  /** The log comes back without its newest entries. */
  lose(headSeq: number): Promise<void>;
  /** Everything is gone; the next append or head begins a new log. */
  wipe(): Promise<void>;
  /** The lease is granted under this term. */
  grant(lease: string, term: number): Promise<void>;
  close(): Promise<void>;
}

export function entryOf(id: string, body = `body of ${id}`): NewEntry {
  return { kind: 4, receivedAtMs: 1_764_000_000_123, body: new TextEncoder().encode(body), dedupId: id };
}

export function describeLog(name: string, create: () => Promise<LogUnderTest>): void {
  describe(name, () => {
    let log: LogUnderTest;
    beforeEach(async () => {
      log = await create();
    });
    afterEach(() => log.close());

    const fill = async (count: number): Promise<void> => {
      const appender = log.appender();
      for (let i = 1; i <= count; i++) await appender.append(entryOf(`e${i}`));
    };

    test('[LOG-1] sequences are gapless from 1, also with many appends in flight from several appenders', async () => {
      const [one, two] = [log.appender(), log.appender()];
      const appended = await Promise.all(
        Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? one : two).append(entryOf(`id-${i}`))),
      );
      const seqs = appended.map((a) => a.seq).sort((a, b) => a - b);
      expect(seqs).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
    });

    test('[LOG-2] entries come back as they went in, with the epoch of the log', async () => {
      const body = new Uint8Array([0, 255, 13, 10, 0, 128]);
      await log.appender().append({ kind: 5, receivedAtMs: 1_764_000_000_999, body, dedupId: 'bytes' });
      const reader = log.reader();
      const { epoch } = await reader.head();
      const [entry] = await reader.read(1, 10, 0);
      expect({ ...entry, body: Array.from(entry!.body) }).toEqual({
        seq: 1,
        epoch,
        kind: 5,
        receivedAtMs: 1_764_000_000_999,
        body: Array.from(body),
      });
      expect(epoch).not.toBe('');
    });

    test('[LOG-3] an id that was appended before is dropped and takes no sequence', async () => {
      const appender = log.appender();
      expect(await appender.append(entryOf('a'))).toEqual({ seq: 1, repeat: false });
      expect(await appender.append(entryOf('a', 'other body'))).toEqual({ seq: 0, repeat: true });
      expect(await appender.append(entryOf('b'))).toEqual({ seq: 2, repeat: false });
      expect((await log.reader().read(1, 10, 0)).length).toBe(2);
    });

    test('[LOG-3] of the same id appended at the same time one is kept', async () => {
      const answers = await Promise.all([1, 2, 3].map(() => log.appender().append(entryOf('same'))));
      expect(answers.map((a) => a.repeat).sort()).toEqual([false, true, true]);
      expect((await log.reader().head()).seq).toBe(1);
    });

    test('[LOG-70] an append under a term that is not the newest of its lease is refused and leaves nothing behind', async () => {
      const appender = log.appender();
      const [stale, newest] = [1, 2].map((term) => ({ lease: 'watch', term }));
      await expect(appender.append(entryOf('early'), stale)).rejects.toMatchObject({ code: 'TERM_LOST' });
      await log.grant('watch', 1);
      expect(await appender.append(entryOf('a'), stale)).toEqual({ seq: 1, repeat: false });
      await log.grant('watch', 2);
      for (const id of ['a', 'b']) {
        await expect(appender.append(entryOf(id), stale)).rejects.toMatchObject({
          code: 'TERM_LOST',
          retryable: false,
        });
      }
      expect(await appender.append(entryOf('b'), newest)).toEqual({ seq: 2, repeat: false });
      await expect(appender.append(entryOf('c'), { lease: 'store', term: 2 })).rejects.toMatchObject({
        code: 'TERM_LOST',
      });
      expect(await appender.append(entryOf('c'))).toEqual({ seq: 3, repeat: false });
    });

    test('[LOG-4] the head names epoch, newest and oldest sequence, and begins the epoch of a new log', async () => {
      const first = await log.reader().head();
      expect(first).toEqual({ epoch: first.epoch, seq: 0, firstSeq: 1 });
      await fill(5);
      expect(await log.reader().head()).toEqual({ epoch: first.epoch, seq: 5, firstSeq: 1 });
      await log.trim(4);
      expect(await log.reader().head()).toEqual({ epoch: first.epoch, seq: 5, firstSeq: 4 });
    });

    test('[LOG-5] reading goes on from any sequence, at most `limit` at a time', async () => {
      await fill(7);
      const reader = log.reader();
      expect((await reader.read(3, 2, 0)).map((e) => e.seq)).toEqual([3, 4]);
      expect((await reader.read(5, 100, 0)).map((e) => e.seq)).toEqual([5, 6, 7]);
      expect(await reader.read(8, 100, 0)).toEqual([]);
    });

    test('[LOG-5] a waiting reader gets the next entry when it comes', async () => {
      await fill(1);
      const reader = log.reader();
      const waiting = reader.read(2, 10, 4_000);
      await log.appender().append(entryOf('late'));
      expect((await waiting).map((e) => e.seq)).toEqual([2]);
    });

    test('[LOG-6] a trimmed range is named, not skipped', async () => {
      await fill(9);
      await log.trim(6);
      await expect(log.reader().read(3, 10, 0)).rejects.toMatchObject({
        code: 'LOG_GAP',
        detail: 'entries 3 to 5 are missing',
      });
      expect((await log.reader().read(6, 10, 0)).length).toBe(4);
    });

    test('[LOG-6] a range trimmed to the very end is named too', async () => {
      await fill(3);
      await log.trim(4);
      await expect(log.reader().read(2, 10, 0)).rejects.toMatchObject({
        code: 'LOG_GAP',
        detail: 'entries 2 to 3 are missing',
      });
      expect(await log.reader().read(4, 10, 0)).toEqual([]);
    });

    test('[LOG-7] a log shorter than the reader position is named, not waited for', async () => {
      await fill(6);
      const reader = log.reader();
      expect((await reader.read(1, 10, 0)).length).toBe(6);
      await log.lose(4);
      await expect(reader.read(7, 10, 20)).rejects.toMatchObject({
        code: 'LOG_GAP',
        detail: 'entries 5 to 6 are missing',
      });
    });

    test('[LOG-8] another epoch stops the reader, whether the new log is empty or already longer', async () => {
      await fill(2);
      const [early, late] = [log.reader(), log.reader()];
      await early.read(1, 10, 0);
      await late.read(1, 10, 0);
      await log.wipe();
      await expect(early.read(3, 10, 20)).rejects.toMatchObject({ code: 'LOG_EPOCH_CHANGED' });
      await fill(5);
      await expect(late.read(3, 10, 20)).rejects.toMatchObject({ code: 'LOG_EPOCH_CHANGED' });
    });

    test('[LOG-8] a reader that was closed follows the log as it is now', async () => {
      await fill(3);
      const reader = log.reader();
      await reader.read(1, 10, 0);
      await log.wipe();
      await fill(2);
      await expect(reader.read(4, 10, 20)).rejects.toMatchObject({ code: 'LOG_EPOCH_CHANGED' });
      await reader.close();
      expect((await reader.read(1, 10, 20)).map((entry) => entry.seq)).toEqual([1, 2]);
    });
  });
}
