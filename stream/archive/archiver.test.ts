import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Clock, ManualClock, systemClock } from '../../core/clock.ts';
import { AppError } from '../../core/errors.ts';
import { silentLogger } from '../../core/logger.ts';
import { Pace } from '../../core/pace.ts';
import { collect, plain } from '../../test/contract/archive.ts';
import { MemoryLog, MemoryLogStore } from '../memory-log.ts';
import { MemoryReaderRegistry } from '../memory-readers.ts';
import type { LogReader } from '../protocol/log.ts';
import { MemoryOpsAlarms } from '../redis-ops-alarms.ts';
import { MemorySnapshotStore } from '../redis-snapshots.ts';
import { Archiver, type ArchiverOptions, SNAPSHOT_EVERY_MS } from './archiver.ts';
import { BlobArchive } from './blob-archive.ts';
import { MemoryBlobs } from './blob-store.ts';
import { SEGMENTS } from './catalogue.ts';

/** Storage that fails while `isDown`. */
class FailingBlobs extends MemoryBlobs {
  isDown = false;
  override put(name: string, bytes: Uint8Array): Promise<boolean> {
    return this.isDown
      ? Promise.reject(new AppError('ARCHIVE_UNAVAILABLE', { detail: 'disk full' }))
      : super.put(name, bytes);
  }
}

/** One park's log and archive in memory. */
class Stage {
  readonly clock = new ManualClock(Date.UTC(2026, 10, 21, 8));
  readonly store = new MemoryLogStore(this.clock);
  readonly log = new MemoryLog(this.store);
  readonly blobs = new FailingBlobs();
  readonly terms = new Map([['archive', 1]]);
  readonly readers = new MemoryReaderRegistry(this.terms);
  readonly snapshots = new MemorySnapshotStore();
  readonly opsAlarms = new MemoryOpsAlarms();
  readonly archive = new BlobArchive(this.blobs);
  #stop = new AbortController();
  running: Promise<void> = Promise.resolve();
  #appended = 0;

  start(change: Partial<ArchiverOptions> = {}, clock: Clock = this.clock): void {
    this.#stop = new AbortController();
    const archiver = new Archiver({
      openLog: () => new MemoryLog(this.store),
      blobs: this.blobs,
      readers: this.readers,
      snapshots: this.snapshots,
      opsAlarms: this.opsAlarms,
      retention: { days: 30, maxBytes: null },
      pace: new Pace(() => {}),
      fence: { lease: 'archive', term: 1 },
      clock,
      logger: silentLogger,
      cutAfterMs: 0,
      beatMs: 20,
      readWaitMs: 5,
      ...change,
    });
    this.running = archiver.run(this.#stop.signal);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.running;
  }

  async append(count: number): Promise<void> {
    for (let i = 0; i < count; i++) {
      this.clock.advance(1_000);
      const n = ++this.#appended;
      const body = Buffer.from(`body ${n}`);
      await this.log.append({ kind: (n % 3) + 1, receivedAtMs: this.clock.nowMs(), body, dedupId: `d${n}` });
    }
  }

  /** First sequence that is not on disk, as registered. */
  async registered(): Promise<number | undefined> {
    return (await this.readers.list()).find((reader) => reader.reader === 'archive')?.nextSeq;
  }

  untilRegistered(nextSeq: number): Promise<void> {
    return vi.waitFor(async () => expect(await this.registered()).toBe(nextSeq), { timeout: 5_000 });
  }

  async ranges(): Promise<string[]> {
    return (await this.archive.segments()).map((file) => `${file.epoch} ${file.firstSeq}-${file.lastSeq}`);
  }

  async alarms(): Promise<string[]> {
    return (await this.opsAlarms.list()).map((alarm) => `${alarm.code} ${alarm.detail}`);
  }
}

describe('archiver', () => {
  let stage = new Stage();
  afterEach(async () => {
    await stage.stop();
    stage = new Stage();
  });

  it('[ARC-20] every entry of the log is archived as it lies there', async () => {
    await stage.append(20);
    stage.start();
    await stage.untilRegistered(21);
    await stage.append(10);
    await stage.untilRegistered(31);
    const archived = await collect(stage.archive.entries(stage.store.epoch, 1, 30));
    expect(plain(archived)).toEqual(plain(stage.store.entries));
  });

  it('[ARC-20] a clock that was set back holds no segment up', async () => {
    stage.start({ cutAfterMs: 60_000 });
    await stage.append(1);
    await vi.waitFor(async () => expect(await stage.registered()).toBe(1));
    stage.clock.set(stage.clock.nowMs() - 3_600_000);
    await stage.untilRegistered(2);
  });

  it('[ARC-24] with a log that began anew while nothing can be written, it holds what the new one has', async () => {
    stage.start();
    await stage.append(50);
    await stage.untilRegistered(51);
    stage.blobs.isDown = true;
    await stage.append(1);
    await vi.waitFor(async () => expect(await stage.alarms()).toHaveLength(1));
    stage.store.restart('epoch-2');
    await stage.append(20);
    await stage.untilRegistered(1);
    stage.blobs.isDown = false;
    await stage.untilRegistered(21);
    expect(await stage.ranges()).toContain('epoch-2 1-20');
  });

  it('[ARC-20] a segment is cut when it is large enough, or its first entry old enough', async () => {
    await stage.append(10);
    stage.start({ cutAfterMs: 60_000, cutAtBytes: 72 });
    await stage.untilRegistered(10);
    expect(await stage.ranges()).toEqual(['epoch-1 1-3', 'epoch-1 4-6', 'epoch-1 7-9']);
    stage.clock.advance(59_999);
    await stage.append(0);
    expect(await stage.registered()).toBe(10);
    stage.clock.advance(1);
    await stage.untilRegistered(11);
  });

  it('[ARC-21] registers only what is on disk, and stays registered while nothing can be written', async () => {
    await stage.append(5);
    stage.start();
    await stage.untilRegistered(6);
    stage.blobs.isDown = true;
    await stage.append(5);
    await vi.waitFor(async () => expect(await stage.alarms()).toEqual([expect.stringContaining('disk full')]));
    stage.clock.advance(3_600_000);
    await vi.waitFor(async () => expect((await stage.readers.list())[0]?.atMs).toBe(stage.clock.nowMs()));
    expect(await stage.registered()).toBe(6);
    stage.blobs.isDown = false;
    await stage.untilRegistered(11);
    expect(await collect(stage.archive.entries('epoch-1', 1, 10))).toHaveLength(10);
  });

  it('[ARC-25] says when it cannot write or is far behind, and takes it back when it has caught up', async () => {
    await stage.append(3);
    stage.clock.advance(301_000);
    stage.start({ cutAfterMs: 60_000 });
    await vi.waitFor(async () => expect(await stage.alarms()).toEqual(['archive-behind 303 s behind the log']));
    stage.clock.advance(60_000);
    await stage.untilRegistered(4);
    await vi.waitFor(async () => expect(await stage.alarms()).toEqual([]));
    stage.blobs.isDown = true;
    await stage.append(1);
    await vi.waitFor(async () => {
      stage.clock.advance(60_000);
      expect(await stage.alarms()).toEqual([expect.stringContaining('disk full')]);
    });
    stage.blobs.isDown = false;
    await stage.untilRegistered(5);
    await vi.waitFor(async () => expect(await stage.alarms()).toEqual([]));
  });

  it('[ARC-25] an alarm of the process before is taken back too', async () => {
    const about = { code: 'archive-behind', subject: 'archive', companyCode: null } as const;
    await stage.opsAlarms.raise({ ...about, detail: 'of before', atMs: 1 });
    stage.start();
    await vi.waitFor(async () => expect(await stage.alarms()).toEqual([]));
  });

  it('[ARC-22] goes on where the archive ends', async () => {
    await stage.append(5);
    stage.start();
    await stage.untilRegistered(6);
    await stage.stop();
    await stage.append(5);
    stage.store.trim(6);
    stage.start();
    await stage.untilRegistered(11);
    expect(await stage.ranges()).toEqual(['epoch-1 1-5', 'epoch-1 6-10']);
    expect(await stage.alarms()).toEqual([]);
  });

  it('[ARC-23] what was trimmed before it was archived is reported by number, and it goes on behind', async () => {
    await stage.append(5);
    stage.start();
    await stage.untilRegistered(6);
    await stage.stop();
    await stage.append(10);
    stage.store.trim(12);
    stage.start();
    await stage.untilRegistered(16);
    expect(await stage.ranges()).toEqual(['epoch-1 1-5', 'epoch-1 12-15']);
    expect(await stage.alarms()).toEqual([expect.stringMatching(/^log-range-lost entries 6 to 11 /)]);
    await expect(collect(stage.archive.entries('epoch-1', 4, 13))).rejects.toMatchObject({
      code: 'LOG_GAP',
      detail: 'entries 6 to 11 are missing',
    });
  });

  it('[ARC-23] a hole in the midst of the log does not stop it', async () => {
    await stage.append(10);
    stage.store.entries = stage.store.entries.filter((entry) => entry.seq !== 7 && entry.seq !== 8);
    stage.start();
    await stage.untilRegistered(11);
    expect((await stage.ranges()).at(-1)).toBe('epoch-1 9-10');
    expect(plain(await collect(stage.archive.entries('epoch-1', 1, 6)))).toEqual(
      plain(stage.store.entries.slice(0, 6)),
    );
    expect(await stage.alarms()).toContainEqual(expect.stringMatching(/^log-range-lost entries 7 to 8 /));
  });

  it('[ARC-23] a new archive begins where an old log begins, and reports nothing lost', async () => {
    await stage.append(10);
    stage.store.trim(6);
    stage.start();
    await stage.untilRegistered(11);
    expect(await stage.ranges()).toEqual(['epoch-1 6-10']);
    expect(await stage.alarms()).toEqual([]);
  });

  it('[ARC-24] a log that lost its tail is followed from its new entries on; the lost ones stay on disk', async () => {
    await stage.append(10);
    stage.start();
    await stage.untilRegistered(11);
    const lost = stage.store.entries.slice(6);
    stage.store.lose(6);
    await stage.append(2);
    await stage.untilRegistered(9);
    const archived = await collect(stage.archive.entries('epoch-1', 1, 8));
    expect(plain(archived)).toEqual(plain(stage.store.entries));
    expect(plain(archived.slice(6))).not.toEqual(plain(lost.slice(0, 2)));
    expect((await stage.blobs.list(SEGMENTS)).map((blob) => blob.name.split('_').slice(1, 3))).toEqual([
      ['1-10', '0'],
      ['7-8', '1'],
    ]);
    await stage.stop();
    await stage.append(4);
    stage.start();
    await stage.untilRegistered(13);
    expect(plain(await collect(stage.archive.entries('epoch-1', 1, 12)))).toEqual(plain(stage.store.entries));
  });

  it('[ARC-24] a log that began anew is followed from its first entry; what was read of the old one is kept', async () => {
    await stage.append(4);
    stage.start({ cutAfterMs: 60_000 });
    await vi.waitFor(async () => expect(await stage.registered()).toBe(1));
    await vi.waitFor(async () => {
      await stage.append(1);
      stage.clock.advance(60_000);
      expect(await stage.registered()).toBeGreaterThan(1);
    });
    const before = (await stage.registered()) ?? 0;
    stage.store.restart('epoch-2');
    await stage.append(3);
    await vi.waitFor(async () => {
      stage.clock.advance(60_000);
      expect((await stage.ranges()).at(-1)).toBe('epoch-2 1-3');
    });
    expect(await collect(stage.archive.entries('epoch-1', 1, before - 1))).toHaveLength(before - 1);
  });

  it('[ARC-26] copies the newest snapshot at once, and then one an hour', async () => {
    await stage.append(5);
    await stage.snapshots.put({ epoch: 'other', seq: 9, term: 1, bytes: Buffer.from('other') });
    await stage.snapshots.put({ epoch: 'epoch-1', seq: 4, term: 1, bytes: Buffer.from('at 4') });
    stage.start();
    const first = { epoch: 'epoch-1', seq: 4, atMs: stage.store.entries[3]?.receivedAtMs ?? 0 };
    await vi.waitFor(async () => expect(await stage.archive.snapshots()).toEqual([first]));
    expect(Buffer.from((await stage.archive.snapshot(first)) ?? []).toString()).toBe('at 4');
    await stage.snapshots.put({ epoch: 'epoch-1', seq: 5, term: 1, bytes: Buffer.from('at 5') });
    await stage.append(1);
    await stage.untilRegistered(7);
    expect(await stage.archive.snapshots()).toHaveLength(1);
    stage.clock.advance(SNAPSHOT_EVERY_MS);
    await stage.append(1);
    await vi.waitFor(async () => expect((await stage.archive.snapshots()).map((s) => s.seq)).toEqual([4, 5]));
  });

  it('[ARC-27] drops what is older than the retention as it goes', async () => {
    await stage.append(3);
    stage.start({ retention: { days: 1, maxBytes: null } });
    await stage.untilRegistered(4);
    stage.clock.advance(90_000_000);
    await stage.append(1);
    await vi.waitFor(async () => expect(await stage.ranges()).toEqual(['epoch-1 4-4']));
  });

  it('[ARC-21] a reader whose term is over steps down', async () => {
    stage.start();
    await stage.untilRegistered(1);
    stage.terms.set('archive', 2);
    await expect(stage.running).rejects.toMatchObject({ code: 'TERM_LOST' });
    stage.terms.set('archive', 1);
    stage.start();
  });

  it('[ARC-22] waits out a log that does not answer', async () => {
    await stage.append(3);
    let failures = 2;
    const openLog = (): LogReader => {
      const log = new MemoryLog(stage.store);
      return {
        head: () => (failures-- > 0 ? Promise.reject(new AppError('REDIS_UNAVAILABLE')) : log.head()),
        read: (nextSeq, limit, waitMs) => log.read(nextSeq, limit, waitMs),
        close: () => log.close(),
      };
    };
    stage.start({ openLog }, systemClock);
    await stage.untilRegistered(4);
    await vi.waitFor(async () => expect(await stage.alarms()).toEqual([]));
  });
});
