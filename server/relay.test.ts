import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../core/clock.ts';
import { silentLogger } from '../core/logger.ts';
import type { LogPlaceOfRow, OutboxRow } from '../db/outbox.ts';
import type { PlacedSetting } from '../db/settings.ts';
import { MemoryLog, MemoryLogStore } from '../stream/memory-log.ts';
import type { SettingBody } from '../stream/protocol/entry.ts';
import { decodeEntry } from '../stream/protocol/entry-codec.ts';
import type { LogAppender } from '../stream/protocol/log.ts';
import type { SettingAnswer } from '../stream/protocol/settings.ts';
import { Relay, type RelayRows, type RunningSettings } from './relay.ts';

const body = (key: string, version: number): SettingBody => ({
  topic: 'area',
  key,
  version,
  value: { dwellLimitS: version * 10 },
  userId: 'u',
  userName: '管理员',
});

/** The tables, as the SQL of db/outbox.ts and db/settings.ts keeps them. */
class MemoryRows implements RelayRows {
  readonly outbox = new Map<number, OutboxRow & { isSent: boolean }>();
  readonly held = new Map<string, PlacedSetting>();
  /** Throws once before the next mark, as if the process were killed there. */
  diesBeforeMark = false;
  #nextId = 1;

  put(setting: SettingBody, id = this.#nextId++): void {
    this.outbox.set(id, { id, kind: 'setting', body: setting, isSent: false });
    this.held.set(setting.key, { body: setting, place: null });
  }

  async unsent(limit: number): Promise<OutboxRow[]> {
    const waiting = [...this.outbox.values()].filter(({ isSent }) => !isSent);
    return waiting.sort((a, b) => a.id - b.id).slice(0, limit);
  }

  async markSent(row: OutboxRow, place: LogPlaceOfRow): Promise<void> {
    if (this.diesBeforeMark) {
      this.diesBeforeMark = false;
      throw new Error('killed');
    }
    this.outbox.set(row.id, { ...row, isSent: true });
    await this.noteSettingPlace(row.body as SettingBody, place);
  }

  settings = async (): Promise<PlacedSetting[]> => [...this.held.values()];

  async noteSettingPlace({ key, version }: SettingBody, place: LogPlaceOfRow): Promise<void> {
    const held = this.held.get(key);
    if (held?.body.version === version) this.held.set(key, { body: held.body, place });
  }

  async reissueSetting(setting: SettingBody, above: number): Promise<void> {
    this.put({ ...setting, version: above + 1 });
  }
}

describe('relay', () => {
  let store: MemoryLogStore;
  let rows: MemoryRows;
  let running: RunningSettings | null;
  const clock = new ManualClock(1_760_000_000_000);

  beforeEach(() => {
    store = new MemoryLogStore(clock);
    rows = new MemoryRows();
    running = null;
  });

  const relayOver = (appender?: LogAppender): Relay => {
    const log = new MemoryLog(store);
    const append = (appender ?? log).append.bind(appender ?? log);
    const ends = { append, head: () => log.head() };
    return new Relay({ rows, log: ends, running: async () => running, clock, logger: silentLogger });
  };
  const versionsInLog = (): [string, number][] =>
    store.entries
      .map(decodeEntry)
      .flatMap((entry) => (entry.kind === 'setting' ? [[entry.body.key, entry.body.version] as [string, number]] : []));
  /** What an engine that took the whole log would say. */
  const engineRuns = (answers: Record<string, Partial<SettingAnswer>>, seq = store.headSeq): void => {
    const answer = { topic: 'area', atMs: 0, problem: null } as const;
    const entries = Object.entries(answers).map(([key, one]): [string, SettingAnswer] => [
      `area:${key}`,
      { ...answer, key, version: 0, ...one },
    ]);
    running = { epoch: store.epoch, seq, answers: new Map(entries) };
  };

  it('[STG-10] brings what waits into the log in order, once, and says where it is', async () => {
    rows.put(body('a', 1));
    rows.put(body('a', 2));
    rows.put(body('b', 1));
    expect(await relayOver().send()).toBe(3);
    expect(await relayOver().send()).toBe(0);
    expect(versionsInLog()).toEqual([
      ['a', 1],
      ['a', 2],
      ['b', 1],
    ]);
    expect(rows.held.get('a')?.place).toEqual({ epoch: 'epoch-1', seq: 2 });
  });

  it('[STG-10] killed between append and mark: the next one appends nothing twice and marks it', async () => {
    rows.put(body('a', 1));
    rows.put(body('b', 1));
    rows.diesBeforeMark = true;
    await expect(relayOver().send()).rejects.toThrow('killed');
    expect(versionsInLog()).toEqual([['a', 1]]);
    expect(await relayOver().send()).toBe(2);
    expect(versionsInLog()).toEqual([
      ['a', 1],
      ['b', 1],
    ]);
    expect(await rows.unsent(10)).toEqual([]);
  });

  it('[STG-10] two at once bring each row once', async () => {
    for (let i = 1; i <= 50; i++) rows.put(body(`k${i}`, 1));
    await Promise.all([relayOver().send(), relayOver().send()]);
    expect(versionsInLog()).toHaveLength(50);
    expect(await rows.unsent(10)).toEqual([]);
  });

  it('[STG-11] takes a row that came later with a smaller id', async () => {
    rows.put(body('b', 1), 7);
    await relayOver().send();
    rows.put(body('a', 1), 3);
    await relayOver().send();
    expect(versionsInLog()).toEqual([
      ['b', 1],
      ['a', 1],
    ]);
  });

  it('[STG-12] with the log away nothing is marked; what it may have kept is not kept twice', async () => {
    rows.put(body('a', 1));
    store.isDown = true;
    await expect(relayOver().send()).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE' });
    store.isDown = false;
    const log = new MemoryLog(store);
    const forgetful: LogAppender = {
      append: async (entry) => {
        await log.append(entry);
        throw new Error('no answer');
      },
    };
    await expect(relayOver(forgetful).send()).rejects.toThrow('no answer');
    expect(await rows.unsent(10)).toHaveLength(1);
    await relayOver().send();
    expect(versionsInLog()).toEqual([['a', 1]]);
  });

  describe('the engine runs what the database holds', () => {
    beforeEach(async () => {
      rows.put(body('a', 1));
      rows.put(body('b', 4));
      await relayOver().send();
    });

    it('[STG-13] brings nothing again that runs', async () => {
      engineRuns({ a: { version: 1 }, b: { version: 4 } });
      expect(await relayOver().check()).toBe(0);
    });

    it('[STG-13] the log began anew and the engine knows nothing: every setting comes again, and once', async () => {
      store.restart('epoch-2');
      engineRuns({});
      expect(await relayOver().check()).toBe(2);
      expect(versionsInLog()).toEqual([
        ['a', 1],
        ['b', 4],
      ]);
      expect(await relayOver().check()).toBe(0);
      engineRuns({ a: { version: 1 }, b: { version: 4 } });
      expect(await relayOver().check()).toBe(0);
    });

    it('[STG-13] the engine lost its state: what it lacks comes again, also behind a log that goes on', async () => {
      engineRuns({ b: { version: 4 } });
      expect(await relayOver().check()).toBe(1);
      expect(versionsInLog().at(-1)).toEqual(['a', 1]);
    });

    it('[STG-13] the log lost its tail: what stood there comes again', async () => {
      store.lose(1);
      engineRuns({ a: { version: 1 } });
      expect(await relayOver().check()).toBe(1);
      expect(versionsInLog()).toEqual([
        ['a', 1],
        ['b', 4],
      ]);
    });

    it('[STG-13] an engine that has not read so far is left in peace, and one that would not take it is', async () => {
      engineRuns({ a: { version: 1 } }, 1);
      expect(await relayOver().check()).toBe(0);
      engineRuns({ a: { version: 1 }, b: { version: 3, problem: 'no such field' } });
      expect(await relayOver().check()).toBe(0);
    });

    it('[STG-13] a picture of a log that is gone says nothing', async () => {
      engineRuns({});
      store.restart('epoch-2');
      expect(await relayOver().check()).toBe(0);
    });

    it('[STG-14] a database that came back older gets a version above the one that runs', async () => {
      engineRuns({ a: { version: 1 }, b: { version: 9 } });
      expect(await relayOver().check()).toBe(1);
      await relayOver().send();
      expect(versionsInLog().at(-1)).toEqual(['b', 10]);
      expect(rows.held.get('b')?.body.value).toEqual({ dwellLimitS: 40 });
    });
  });
});
