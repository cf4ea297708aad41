import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRandom } from '../../bench/random.ts';
import { ManualClock } from '../../core/clock.ts';
import { AppError } from '../../core/errors.ts';
import { silentLogger } from '../../core/logger.ts';
import { isBalanced } from '../../db/ledger-counts.ts';
import { createMemoryDatabase, type MemoryDatabase, MemoryStore } from '../../db/memory-store.ts';
import type { Applied, StoreBatch, StoreClaim, StoreOffsets, StorePlace, StorePort } from '../../db/store-port.ts';
import { MemoryLaneReader, MemoryLanes, MemoryWatchPublisher } from '../../stream/memory-lanes.ts';
import { MemoryLog, MemoryLogStore } from '../../stream/memory-log.ts';
import { ENTRY_KIND, type EntryBodies, type EntryKindName } from '../../stream/protocol/entry.ts';
import { encodeBody } from '../../stream/protocol/entry-codec.ts';
import { createFixBatch, createOrigin, createPerson } from '../../test/builders/entries.ts';
import { createAlarm } from '../../test/contract/storage.ts';
import { placeOnLog, StoreFollower } from './store-follower.ts';

const T0 = Date.UTC(2026, 6, 1, 8);

describe('store follower', () => {
  let clock: ManualClock;
  let logStore: MemoryLogStore;
  let appender: MemoryLog;
  let lanes: MemoryLanes;
  let database: MemoryDatabase;
  let stop: AbortController;
  let appended: number;
  let keptAside: number[];

  beforeEach(() => {
    keptAside = [];
    clock = new ManualClock(T0);
    logStore = new MemoryLogStore(clock);
    appender = new MemoryLog(logStore);
    lanes = new MemoryLanes(clock);
    database = createMemoryDatabase();
    stop = new AbortController();
    appended = 0;
  });
  afterEach(() => stop.abort());

  const append = async <K extends EntryKindName>(kind: K, body: EntryBodies[K]): Promise<void> => {
    await appendBytes(ENTRY_KIND[kind], encodeBody(kind, body));
  };
  const appendBytes = async (kind: number, body: Uint8Array): Promise<void> => {
    await appender.append({ kind, receivedAtMs: clock.nowMs(), body, dedupId: `id-${++appended}` });
  };
  const appendFix = (seconds: number): Promise<void> =>
    append('fixes', createFixBatch([{ person: 'p1', lng: 121.48, lat: 30.8, atMs: T0 + seconds * 1000 }]));

  /** One life of a store: claims and follows until it throws or is stopped. */
  const live = async (
    term: number,
    store: StorePort = new MemoryStore(database),
    quarantined: ReadonlyMap<number, string> = new Map(),
  ): Promise<void> => {
    const log = new MemoryLog(logStore);
    const head = await log.head();
    const place = await store.claim({ term, epoch: head.epoch, first: { nextSeq: 1, alarmsNextSeq: 1 } });
    const offsets = await placeOnLog({ log, store, logger: silentLogger }, place, head);
    const options = {
      log,
      lanes: new MemoryLaneReader(lanes),
      store,
      quarantined,
      onKeptAside: (seq: number) => keptAside.push(seq),
      clock,
      logger: silentLogger,
      batchFixes: 6,
      readWaitMs: 20,
    };
    await new StoreFollower(options).follow(offsets, stop.signal);
  };
  const untilStored = async (nextSeq: number, alarmsNextSeq = 1): Promise<void> => {
    await expect
      .poll(() => database.tables.offset, { interval: 5, timeout: 10_000 })
      .toMatchObject({ nextSeq, alarmsNextSeq });
  };
  const storedTimes = (): number[] =>
    [...database.tables.positions.values()]
      .map((position) => (position.observedAtMs - T0) / 1000)
      .sort((a, b) => a - b);

  it('[STO-5] stores what was there and what comes, and both lanes', async () => {
    await appendFix(0);
    const living = live(1);
    await untilStored(2);
    await appendFix(1);
    await append('persons', { origin: createOrigin(), records: [createPerson()] });
    lanes.term = 1;
    await new MemoryWatchPublisher(lanes).publishEffects(1, {
      seq: 2,
      atMs: T0,
      effects: [{ t: 'alarm', alarm: createAlarm() }],
    });
    await untilStored(4, 3);
    expect(storedTimes()).toEqual([0, 1]);
    expect(database.tables.alarms.size).toBe(1);
    stop.abort();
    await living;
  });

  it.each([
    ['and is shorter now', 1],
    ['and is longer again', 6],
  ])('[STO-28] stores every entry of a log that lost its tail %s', async (_, newEntries) => {
    for (let i = 0; i < 4; i++) await appendFix(i);
    const first = live(1);
    await untilStored(5);
    stop.abort();
    await first;
    stop = new AbortController();
    logStore.lose(2);
    clock.advance(1_000);
    for (let i = 0; i < newEntries; i++) await appendFix(10 + i);
    const second = live(2);
    await untilStored(3 + newEntries);
    expect(storedTimes()).toEqual([0, 1, 2, 3, ...Array.from({ length: newEntries }, (_, i) => 10 + i)]);
    stop.abort();
    await second;
  });

  it('[STO-12] keeps aside an entry without a known form and goes on', async () => {
    await appendFix(0);
    await appendBytes(ENTRY_KIND.fixes, Uint8Array.of(9, 9, 9));
    await appendBytes(77, new Uint8Array());
    await appendFix(1);
    const living = live(1);
    await untilStored(5);
    expect(storedTimes()).toEqual([0, 1]);
    expect([...database.tables.quarantine.values()].map((kept) => kept.seq)).toEqual([2, 3]);
    stop.abort();
    await living;
  });

  it('[STO-12] keeps aside an entry that can be read but not stored, and stores its neighbours', async () => {
    await appendFix(0);
    await appendFix(Number.NaN);
    await append('persons', { origin: createOrigin(), records: null as never });
    await appendFix(2);
    const living = live(1);
    await untilStored(5);
    expect(storedTimes()).toEqual([0, 2]);
    expect([...database.tables.quarantine.values()].map((kept) => kept.seq)).toEqual([2, 3]);
    expect([...database.tables.ledger.values()].every(isBalanced)).toBe(true);
    stop.abort();
    await living;
  });

  it('[STO-38] keeps aside what watch passed over, unless it is stored already', async () => {
    for (let i = 0; i < 2; i++) await appendFix(i);
    const first = live(1);
    await untilStored(3);
    stop.abort();
    await first;
    stop = new AbortController();
    for (let i = 2; i < 4; i++) await appendFix(i);
    const quarantined = new Map([
      [2, 'threw twice'],
      [3, 'threw twice'],
    ]);
    const second = live(2, new MemoryStore(database), quarantined);
    await untilStored(5);
    expect(storedTimes()).toEqual([0, 1, 3]);
    expect([...database.tables.quarantine.values()]).toMatchObject([
      { seq: 3, namedBy: 'store', kept: { received: 1 } },
    ]);
    expect([...database.tables.ledger.values()]).toMatchObject([{ received: 4, stored: 3, quarantined: 1 }]);
    expect(keptAside).toEqual([3]);
    stop.abort();
    await second;
  });

  it('[STO-39] keeps an item of the alarm lane that the database refuses, and goes on', async () => {
    const store = new MemoryStore(database);
    const apply = store.apply.bind(store);
    store.apply = (batch) =>
      batch.effects.some((item) => item.seq === 1) ? Promise.reject(new Error('invalid json')) : apply(batch);
    const living = live(1, store);
    await appendFix(0);
    await appendFix(1);
    lanes.term = 1;
    for (const seq of [1, 2]) {
      const alarm = createAlarm({ alarmId: `alarm-${seq}` });
      await new MemoryWatchPublisher(lanes).publishEffects(1, { seq, atMs: T0, effects: [{ t: 'alarm', alarm }] });
    }
    await untilStored(3, 3);
    expect([...database.tables.alarms.keys()]).toEqual(['alarm-2']);
    expect([...database.tables.quarantine.values()]).toMatchObject([{ seq: 1, namedBy: 'lane' }]);
    expect(keptAside).toEqual([1]);
    stop.abort();
    await living;
  });

  it('[STO-6] ends when another holds the term', async () => {
    const living = live(1);
    const ended = expect(living).rejects.toMatchObject({ code: 'TERM_LOST' });
    await new MemoryStore(database).claim({ term: 2, epoch: 'epoch-1', first: { nextSeq: 1, alarmsNextSeq: 1 } });
    await appendFix(0);
    await ended;
    expect(storedTimes()).toEqual([]);
  });

  it('[STO-5] ends with what the database says, and the next life goes on where the rows are', async () => {
    await appendFix(0);
    database.nextFailure = new AppError('DATABASE_UNAVAILABLE');
    await expect(live(1)).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    expect(storedTimes()).toEqual([]);
    const living = live(1);
    await untilStored(2);
    expect(storedTimes()).toEqual([0]);
    stop.abort();
    await living;
  });

  it('[STO-16] names a hole in the log instead of passing over it', async () => {
    await appendFix(0);
    await appendFix(1);
    logStore.trim(2);
    await expect(live(1)).rejects.toMatchObject({ code: 'LOG_GAP' });
    expect(database.tables.offset).toMatchObject({ nextSeq: 1 });
  });

  it('[STO-2] many lives, each ended before or after a commit, store every fix once and balance the books', async () => {
    for (let second = 0; second < 60; second++) {
      const inputs = [at(second), at(Math.floor(second / 2)), at(second)];
      await append('fixes', createFixBatch(inputs, { received: 4, refused: 1 }));
    }
    const random = createRandom(11);
    let lives = 0;
    while ((database.tables.offset?.nextSeq ?? 1) < 61) {
      const store = new FailingStore(new MemoryStore(database), 1 + Math.floor(random() * 4), random() < 0.5);
      // Ends by its failure, or by the last batch.
      store.onApplied = (nextSeq) => nextSeq === 61 && stop.abort();
      await live(++lives, store).catch(() => {});
    }
    expect(lives).toBeGreaterThan(5);
    expect(storedTimes()).toEqual(Array.from({ length: 60 }, (_, second) => second));
    const lines = [...database.tables.ledger.values()];
    expect(lines).toMatchObject([{ received: 240, refused: 60, stored: 60, duplicate: 120 }]);
    expect(lines.every(isBalanced)).toBe(true);
  });

  const at = (second: number) => ({ person: 'p1', lng: 121.48, lat: 30.8, atMs: T0 + second * 1000 });
});

/** Fails at the n-th batch, before it commits or after: then the answer is lost and the rows are there. */
class FailingStore implements StorePort {
  readonly #store: StorePort;
  readonly #isAfterCommit: boolean;
  onApplied: (nextSeq: number) => void = () => {};
  #left: number;

  constructor(store: StorePort, failAt: number, isAfterCommit: boolean) {
    this.#store = store;
    this.#left = failAt;
    this.#isAfterCommit = isAfterCommit;
  }

  claim(claim: StoreClaim): Promise<StorePlace> {
    return this.#store.claim(claim);
  }

  moveBack(to: StoreOffsets): Promise<void> {
    return this.#store.moveBack(to);
  }

  async apply(batch: StoreBatch): Promise<Applied> {
    const fails = --this.#left === 0;
    if (fails && !this.#isAfterCommit) throw new AppError('DATABASE_UNAVAILABLE');
    const applied = await this.#store.apply(batch);
    this.onApplied(batch.nextSeq);
    if (fails) throw new AppError('DATABASE_UNAVAILABLE');
    return applied;
  }

  flushed(): Promise<StoreOffsets> {
    return this.#store.flushed();
  }

  close(): Promise<void> {
    return this.#store.close();
  }
}
