import { unpack } from 'msgpackr';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import { silentLogger } from '../core/logger.ts';
import { ENGINE_VERSION, Engine } from '../engine/engine.ts';
import { saveSnapshot } from '../engine/snapshot.ts';
import { decodeEffects } from '../stream/lane-codec.ts';
import { MemoryLanes, MemoryWatchPublisher } from '../stream/memory-lanes.ts';
import { MemoryLeaseKeeper, MemoryLeases } from '../stream/memory-lease.ts';
import { MemoryLog, MemoryLogStore } from '../stream/memory-log.ts';
import { MemoryReaderRegistry } from '../stream/memory-readers.ts';
import type { AlarmView } from '../stream/protocol/effects.ts';
import { ENTRY_KIND, type EntryBodies, type EntryKindName } from '../stream/protocol/entry.ts';
import { decodeEntry, encodeBody } from '../stream/protocol/entry-codec.ts';
import { LivePicture } from '../stream/protocol/live-picture.ts';
import type { LogAppender, WatchPublisher } from '../stream/protocol/log.ts';
import type { PictureData } from '../stream/protocol/picture.ts';
import { MemoryOpsAlarms } from '../stream/redis-ops-alarms.ts';
import { MemoryQuarantineSet } from '../stream/redis-quarantine.ts';
import { MemorySnapshotStore } from '../stream/redis-snapshots.ts';
import {
  createArea,
  createFixBatch,
  createGathering,
  createOrigin,
  createPerson,
  type FixInput,
} from '../test/builders/entries.ts';
import { lngLatAt, projection, squareAt } from '../test/builders/plane.ts';
import { SNAPSHOT_EVERY_FIXES } from './state-copies.ts';
import { Watch } from './watch.ts';

/** Small, so that a short run passes several. */
const DIGEST_EVERY = 16;

/** One park with memory twins for everything outside the watch. */
class Stage {
  readonly store = new MemoryLogStore(systemClock);
  readonly lanes = new MemoryLanes(systemClock);
  readonly leases = new MemoryLeases(systemClock, this.store.terms);
  readonly readers = new MemoryReaderRegistry(this.store.terms);
  readonly snapshots = new MemorySnapshotStore(this.store.terms);
  readonly quarantine = new MemoryQuarantineSet(this.store.terms);
  readonly opsAlarms = new MemoryOpsAlarms();
  readonly log = new MemoryLog(this.store);
  readonly started: Watch[] = [];
  #appended = 0;

  constructor() {
    // The script that publishes reads the term where leases grant it; the twins are told the same.
    Object.defineProperty(this.lanes, 'term', { get: () => this.leases.terms.get('watch') ?? 0 });
  }

  /** Stands between watch and the lanes; the test may make it fail. */
  publisher: WatchPublisher = new MemoryWatchPublisher(this.lanes);
  appender: LogAppender = this.log;

  watch(holder: string): Watch {
    const watch = new Watch({
      projection,
      tickMs: 200,
      holder,
      lease: new MemoryLeaseKeeper(this.leases),
      reader: new MemoryLog(this.store),
      appender: this.appender,
      publisher: this.publisher,
      readers: this.readers,
      snapshots: this.snapshots,
      quarantine: this.quarantine,
      opsAlarms: this.opsAlarms,
      digestEvery: DIGEST_EVERY,
      clock: systemClock,
      logger: silentLogger,
    });
    this.started.push(watch);
    return watch;
  }

  append<K extends EntryKindName>(kind: K, body: EntryBodies[K]): Promise<unknown> {
    const dedupId = `test:${++this.#appended}`;
    return this.log.append({
      kind: ENTRY_KIND[kind],
      receivedAtMs: systemClock.nowMs(),
      body: encodeBody(kind, body),
      dedupId,
    });
  }

  fix(east: number, more: Partial<FixInput> = {}): Promise<unknown> {
    return this.append('fixes', createFixBatch([{ ...lngLatAt(east, 50), atMs: systemClock.nowMs(), ...more }]));
  }

  keep(seq: number, bytes: Uint8Array): Promise<void> {
    const term = this.leases.terms.get('watch') ?? 0;
    return this.snapshots.put({ epoch: this.store.epoch, seq, term, bytes });
  }

  /** Bodies of a kind on the log. */
  bodies<K extends EntryKindName>(kind: K): EntryBodies[K][] {
    const raws = this.store.entries.filter((entry) => entry.kind === ENTRY_KIND[kind]);
    return raws.map((raw) => decodeEntry(raw).body as EntryBodies[K]);
  }

  alarms(): AlarmView[] {
    return this.lanes.effects.flatMap((item) =>
      decodeEffects(item.bytes).flatMap((effect) => (effect.t === 'alarm' ? [effect.alarm] : [])),
    );
  }
}

/** The engine's state under another sequence: only its age matters to the test. */
function snapshotAt(engine: Engine, stage: Stage, seq: number): Uint8Array {
  return saveSnapshot(new Engine(engine.park, seq), stage.store.epoch);
}

describe('watch', () => {
  let stage = new Stage();
  afterEach(async () => {
    await Promise.all(stage.started.map((watch) => watch.close()));
    stage = new Stage();
  });

  it('[WAT-1] publishes an alarm at once, a frame each tick, and a picture that holds both', async () => {
    const watch = stage.watch('a');
    const running = watch.run();
    await watch.caughtUp;
    await stage.append('persons', { origin: createOrigin(), records: [createPerson()] });
    await stage.fix(0, { sos: true });
    await vi.waitFor(() => expect(stage.alarms()).toMatchObject([{ rule: 'sos', transition: 'raised' }]));
    const picture = new LivePicture();
    await vi.waitFor(() => {
      for (const item of stage.lanes.live) picture.applyFrame(item.frame);
      expect(picture.isPresent(0)).toBe(true);
    });
    await watch.close();
    await running;
    const next = stage.watch('b');
    void next.run();
    await next.caughtUp;
    const loaded = new LivePicture();
    loaded.load(unpack(stage.lanes.picture as Uint8Array) as PictureData);
    expect(loaded.personAt(0)?.name).toBe('张三');
    expect([...loaded.alarms.values()]).toMatchObject([{ rule: 'sos' }]);
    expect(loaded.term).toBe(next.term);
  });

  it('[WAT-2] after a kill the next watch goes on from the snapshot with the same alarm ids, publishing nothing twice', async () => {
    const first = stage.watch('a');
    void first.run();
    await first.caughtUp;
    await stage.append('areas', { origin: createOrigin(), records: [createArea({ polygons: squareAt(0, 0, 100) })] });
    await stage.fix(50);
    await vi.waitFor(() => expect(stage.alarms()).toHaveLength(1));
    const before = stage.lanes.effects.map((item) => item.seq);
    await first.close();
    await stage.fix(50, { sos: true });
    const second = stage.watch('b');
    void second.run();
    await second.caughtUp;
    await vi.waitFor(() => expect(stage.alarms().map((alarm) => alarm.rule)).toEqual(['out-of-bounds', 'sos']));
    const seqs = stage.lanes.effects.map((item) => item.seq);
    expect(new Set(seqs).size).toBe(seqs.length);
    expect(seqs.slice(0, before.length)).toEqual(before);
  });

  it('[WAT-9] an item that could not be published at once still goes before the next', async () => {
    const real = new MemoryWatchPublisher(stage.lanes);
    let failures = 0;
    stage.publisher = {
      publishEffects: async (term, item, afterSeq) => {
        const isSos = item.effects.some((effect) => effect.t === 'alarm');
        if (isSos && failures++ === 0) throw new AppError('REDIS_UNAVAILABLE');
        return real.publishEffects(term, item, afterSeq);
      },
      publishFrame: (term, frame, atMs) => real.publishFrame(term, frame, atMs),
      publishPicture: (term, picture) => real.publishPicture(term, picture),
    };
    await stage.fix(0, { person: 'p1', sos: true });
    await stage.fix(0, { person: 'p2', sos: true });
    await stage.fix(0, { person: 'p3', sos: true });
    const watch = stage.watch('a');
    void watch.run();
    await watch.caughtUp;
    expect(failures).toBeGreaterThan(0);
    expect(stage.alarms().map((alarm) => alarm.person?.personId)).toEqual(['p1', 'p2', 'p3']);
  });

  it('[WAT-26] while an item cannot be published no snapshot holds its entry, however often that is tried', async () => {
    const real = new MemoryWatchPublisher(stage.lanes);
    let attempts = 0;
    let isShut = false;
    stage.publisher = {
      publishEffects: async (term, item, afterSeq) => {
        if (isShut && item.effects.some((effect) => effect.t === 'alarm')) {
          attempts++;
          throw new AppError('REDIS_UNAVAILABLE');
        }
        return real.publishEffects(term, item, afterSeq);
      },
      publishFrame: (term, frame, atMs) => real.publishFrame(term, frame, atMs),
      publishPicture: (term, picture) => real.publishPicture(term, picture),
    };
    const watch = stage.watch('a');
    void watch.run();
    await watch.caughtUp;
    isShut = true;
    await stage.fix(0, { person: 'p1', sos: true });
    const seq = stage.store.headSeq;
    // So many fixes that a snapshot is due.
    const atMs = systemClock.nowMs();
    const crowd = createFixBatch(
      Array.from({ length: 5_000 }, (_, k) => ({ person: `c${k}`, ...lngLatAt(400, 400), atMs })),
    );
    for (let fixes = 0; fixes <= SNAPSHOT_EVERY_FIXES; fixes += crowd.count) await stage.append('fixes', crowd);
    await vi.waitFor(() => expect(attempts).toBeGreaterThan(3), { timeout: 20_000 });
    expect((await stage.snapshots.list()).filter((kept) => kept.seq >= seq)).toEqual([]);
    isShut = false;
    await vi.waitFor(() => expect(stage.alarms().map((alarm) => alarm.rule)).toEqual(['sos']), { timeout: 20_000 });
    await vi.waitFor(async () => expect((await stage.snapshots.list()).some((kept) => kept.seq >= seq)).toBe(true), {
      timeout: 20_000,
    });
  }, 60_000);

  it('[WAT-3] a watch whose lease went to another publishes nothing more and ends with TERM_LOST', async () => {
    const first = stage.watch('a');
    const running = first.run();
    await first.caughtUp;
    stage.leases.held.delete('watch');
    const second = stage.watch('b');
    void second.run();
    await second.caughtUp;
    await expect(running).rejects.toMatchObject({ code: 'TERM_LOST' });
    expect(second.term).toBe(first.term + 1);
  });

  it('[WAT-4] an entry that cannot be read, or throws twice, is quarantined with itself and told, and what follows goes on', async () => {
    const watch = stage.watch('a');
    void watch.run();
    await watch.caughtUp;
    const junk = {
      kind: ENTRY_KIND.fixes,
      receivedAtMs: systemClock.nowMs(),
      body: Uint8Array.of(9, 9),
      dedupId: 'junk',
    };
    const { seq: unreadable } = await stage.log.append(junk);
    // Decodes, and throws in the step: an area that is no area.
    await stage.append('areas', { origin: createOrigin(), records: [null as never] });
    const poison = stage.store.headSeq;
    await stage.fix(0, { sos: true });
    await vi.waitFor(() => expect(stage.alarms()).toMatchObject([{ rule: 'sos' }]));
    const quarantined = await stage.quarantine.list(stage.store.epoch);
    expect([...quarantined.keys()].sort((a, b) => a - b)).toEqual([unreadable, poison]);
    const bodies = stage.bodies('quarantined');
    expect(bodies).toMatchObject([
      { seq: unreadable, entry: { kind: junk.kind, receivedAtMs: junk.receivedAtMs } },
      { seq: poison, entry: { kind: ENTRY_KIND.areas } },
    ]);
    expect(Uint8Array.from(bodies[0]?.entry?.body ?? [])).toEqual(junk.body);
    const raised = (await stage.opsAlarms.list()).map(({ code, subject }) => [code, subject]);
    expect(raised).toEqual([
      ['entry-quarantined', String(unreadable)],
      ['entry-quarantined', String(poison)],
    ]);
    await watch.close();
    const next = stage.watch('b');
    void next.run();
    await next.caughtUp;
    expect(next.engine.seq).toBeGreaterThan(poison);
  });

  it('[WAT-4] one whose watch is killed while it is set aside is told by the next watch, once', async () => {
    const { quarantine, log } = stage;
    const add = quarantine.add.bind(quarantine);
    const killed = () => Promise.reject(new AppError('TERM_LOST', { detail: 'killed' }));
    const poison = { origin: createOrigin(), records: [null as never] };
    await stage.append('areas', poison);
    stage.appender = {
      append: (entry, fence) => (entry.kind === ENTRY_KIND.quarantined ? killed() : log.append(entry, fence)),
    };
    await expect(stage.watch('before it is told').run()).rejects.toMatchObject({ code: 'TERM_LOST' });
    stage.appender = log;
    quarantine.add = killed;
    await expect(stage.watch('before it is passed over').run()).rejects.toMatchObject({ code: 'TERM_LOST' });
    quarantine.add = add;
    const next = stage.watch('c');
    void next.run();
    await next.caughtUp;
    expect(stage.bodies('quarantined')).toMatchObject([{ seq: 1 }]);
    expect([...(await quarantine.list(stage.store.epoch)).keys()]).toEqual([1]);
  });

  it('[WAT-5] a damaged snapshot is passed over for the older one, and none at all means the whole log', async () => {
    const first = stage.watch('a');
    void first.run();
    await first.caughtUp;
    await stage.fix(0, { sos: true });
    await vi.waitFor(() => expect(stage.alarms()).toHaveLength(1));
    await first.close();
    await stage.fix(0);
    await stage.keep(stage.store.headSeq, new Uint8Array(40));
    const second = stage.watch('b');
    void second.run();
    await second.caughtUp;
    expect(second.engine.park.alarms.standing.size).toBe(1);
    expect(stage.alarms()).toHaveLength(1);
  });

  it('[WAT-10] when the log lost its tail the park goes on with what it knew, and every new entry is taken', async () => {
    const first = stage.watch('a');
    void first.run();
    await first.caughtUp;
    await stage.append('persons', { origin: createOrigin(), records: [createPerson()] });
    for (let i = 0; i < 20; i++) await stage.fix(0);
    await vi.waitFor(() => expect(first.engine.seq).toBeGreaterThan(20));
    await first.close();
    const { seq } = first.engine;
    for (const kept of [seq - 1, seq]) {
      await stage.keep(kept, snapshotAt(first.engine, stage, kept));
    }
    stage.store.lose(3);
    stage.lanes.effects = stage.lanes.effects.filter((item) => item.seq <= 3);
    stage.lanes.seq = 3;
    await stage.fix(0, { sos: true });
    const second = stage.watch('b');
    const running = second.run();
    await second.caughtUp;
    await vi.waitFor(() => expect(stage.alarms()).toMatchObject([{ rule: 'sos', person: { name: '张三' } }]));
    await second.close();
    await running;
  });

  it('[WAT-11] a watch that follows a log which loses its tail ends with LOG_GAP, and the next goes on', async () => {
    const first = stage.watch('a');
    const running = first.run();
    await first.caughtUp;
    for (let i = 0; i < 5; i++) await stage.fix(0);
    const { headSeq } = stage.store;
    await vi.waitFor(() => expect(first.engine.seq).toBeGreaterThanOrEqual(headSeq));
    stage.store.lose(2);
    await expect(running).rejects.toMatchObject({ code: 'LOG_GAP' });
    const second = stage.watch('b');
    void second.run();
    await second.caughtUp;
    await stage.fix(0, { sos: true });
    await vi.waitFor(() => expect(stage.alarms()).toMatchObject([{ rule: 'sos' }]));
  });

  it('[WAT-13] a log that began anew finds the park as it was: people, areas, standing alarms', async () => {
    const first = stage.watch('a');
    void first.run();
    await first.caughtUp;
    await stage.append('persons', { origin: createOrigin(), records: [createPerson()] });
    await stage.append('areas', { origin: createOrigin(), records: [createArea({ polygons: squareAt(0, 0, 100) })] });
    await stage.fix(-200, { sos: true });
    await vi.waitFor(() => expect(stage.alarms()).toHaveLength(1));
    const [before] = stage.alarms();
    await first.close();
    await stage.keep(first.engine.seq, saveSnapshot(first.engine, stage.store.epoch));
    stage.store.restart('epoch-2');
    stage.lanes.restart('epoch-2');
    await stage.fix(50);
    const second = stage.watch('b');
    void second.run();
    await second.caughtUp;
    await vi.waitFor(() =>
      expect(stage.alarms()).toMatchObject([
        { rule: 'sos', transition: 'updated', alarmId: before?.alarmId },
        { rule: 'out-of-bounds', transition: 'raised', person: { name: '张三' } },
      ]),
    );
    const fromLane = new LivePicture();
    fromLane.epoch = 'epoch-2';
    fromLane.applyEffects(
      stage.lanes.effects.map(({ seq, atMs, bytes }) => ({ seq, atMs, effects: decodeEffects(bytes) })),
    );
    expect([fromLane.bindings.get(0)?.person.name, fromLane.areas.size, fromLane.alarms.size]).toEqual(['张三', 1, 2]);
    expect(second.engine.park.alarms.standing.get(before?.alarmId ?? '')).toMatchObject({ rule: 'sos', active: true });
    const loaded = new LivePicture();
    loaded.load(unpack(stage.lanes.picture as Uint8Array) as PictureData);
    expect(loaded.epoch).toBe('epoch-2');
    expect(loaded.alarms.size).toBe(2);
  });

  it('[WAT-12] nothing is published of an engine that is being rebuilt', async () => {
    const watch = stage.watch('a');
    void watch.run();
    await watch.caughtUp;
    const real = stage.snapshots.list.bind(stage.snapshots);
    let pictures = 0;
    const rebuilt = new Promise<void>((resolve) => {
      stage.snapshots.list = async () => {
        const before = stage.lanes.live.length;
        await new Promise((wait) => setTimeout(wait, 700));
        pictures = stage.lanes.live.length - before;
        resolve();
        return real();
      };
    });
    await stage.append('areas', { origin: createOrigin(), records: [null as never] });
    await rebuilt;
    stage.snapshots.list = real;
    expect(pictures).toBe(0);
    await vi.waitFor(() => expect(watch.engine.seq).toBe(stage.store.headSeq));
  });

  it('[WAT-6] after an absence of more than a minute the log says so before time goes on', async () => {
    const longAgo = systemClock.nowMs() - 600_000;
    const body = encodeBody('tick', { term: 0 });
    await stage.log.append({ kind: ENTRY_KIND.tick, receivedAtMs: longAgo, body, dedupId: 'old' });
    const watch = stage.watch('a');
    void watch.run();
    await watch.caughtUp;
    await vi.waitFor(() => expect(stage.store.entries.map((entry) => entry.kind)).toContain(ENTRY_KIND.downtime));
    await vi.waitFor(() => expect(watch.engine.park.nowMs).toBeGreaterThan(longAgo + 500_000));
    expect(watch.engine.counters.heldJumps).toBe(0);
  });

  it('[WAT-21] a digest of the state is appended at every so many entries, and a restart comes to the same', async () => {
    const first = stage.watch('a');
    void first.run();
    await first.caughtUp;
    await stage.append('areas', { origin: createOrigin(), records: [createArea({ polygons: squareAt(0, 0, 100) })] });
    for (let i = 0; i < 40; i++) await stage.fix(i, { person: `p${i % 3}` });
    await vi.waitFor(() => expect(stage.bodies('digest').length).toBeGreaterThan(0));
    expect(stage.bodies('digest')[0]).toMatchObject({ engineVersion: ENGINE_VERSION });
    expect((stage.bodies('digest')[0]?.atSeq ?? 1) % DIGEST_EVERY).toBe(0);
    await first.close();
    const second = stage.watch('b');
    void second.run();
    await second.caughtUp;
    expect(await stage.opsAlarms.list()).toEqual([]);
  });

  it('[WAT-22] a restart that comes to another state than the log says tells it and goes on', async () => {
    for (let i = 0; i < DIGEST_EVERY; i++) await stage.fix(i);
    const digest = { atSeq: DIGEST_EVERY, engineVersion: ENGINE_VERSION, digest: '0123456789abcdef' };
    await stage.append('digest', digest);
    await stage.append('digest', { ...digest, engineVersion: 'another' });
    await stage.fix(0, { sos: true });
    const watch = stage.watch('a');
    void watch.run();
    await watch.caughtUp;
    expect(await stage.opsAlarms.list()).toMatchObject([{ code: 'digest-differs', subject: String(DIGEST_EVERY) }]);
    expect(stage.alarms()).toMatchObject([{ rule: 'sos' }]);
  });

  it('[WAT-23] an entry whose receipt time is far ahead is told as a time jump', async () => {
    const watch = stage.watch('a');
    void watch.run();
    await watch.caughtUp;
    await stage.append('tick', { term: 1 });
    await stage.fix(0);
    const body = encodeBody('fixes', createFixBatch([{ ...lngLatAt(0, 0), atMs: systemClock.nowMs() }]));
    const receivedAtMs = systemClock.nowMs() + 3_600_000;
    await stage.log.append({ kind: ENTRY_KIND.fixes, receivedAtMs, body, dedupId: 'ahead' });
    await vi.waitFor(async () => {
      expect(await stage.opsAlarms.list()).toMatchObject([{ code: 'time-jump', subject: 'watch' }]);
    });
  });

  it('[VAM-18] gatherings that are passed over are told of their company, none of those that are replayed', async () => {
    const crowds = (companyCode: string, count: number) => {
      const records = Array.from({ length: count }, (_, n) =>
        createGathering([`a${n}`, `b${n}`, `c${n}`], { companyCode, startedAtMs: systemClock.nowMs() }),
      );
      return stage.append('gatherings', { origin: createOrigin({ companyCode }), records });
    };
    await crowds('before', 103);
    const watch = stage.watch('a');
    void watch.run();
    await watch.caughtUp;
    await crowds('many', 104);
    await crowds('few', 100);
    await stage.fix(0, { sos: true });
    await vi.waitFor(() => expect(stage.alarms().at(-1)).toMatchObject({ rule: 'sos' }));
    await vi.waitFor(async () =>
      expect(await stage.opsAlarms.list()).toMatchObject([
        { code: 'gatherings-passed-over', subject: 'many', companyCode: 'many', detail: expect.stringMatching(/^4 /) },
      ]),
    );
  });

  it('[LOG-77] entries that were gone before the watch read them are told by their numbers, and it goes on behind them', async () => {
    const first = stage.watch('a');
    void first.run();
    await first.caughtUp;
    await stage.fix(0);
    const { headSeq } = stage.store;
    await vi.waitFor(() => expect(first.engine.seq).toBeGreaterThanOrEqual(headSeq));
    await first.close();
    for (let i = 0; i < 5; i++) await stage.fix(0);
    const lost = `entries ${first.engine.seq + 1} to ${stage.store.headSeq} are missing`;
    stage.store.trim(stage.store.headSeq + 1);
    await stage.fix(0, { sos: true });
    const second = stage.watch('b');
    void second.run();
    await second.caughtUp;
    expect(await stage.opsAlarms.list()).toMatchObject([{ code: 'log-range-lost', subject: 'watch', detail: lost }]);
    await vi.waitFor(() => expect(stage.alarms()).toMatchObject([{ rule: 'sos' }]));
  });

  it('[LOG-84] a watch that is ended in order leaves a snapshot of its last entry before its lease is free', async () => {
    const first = stage.watch('a');
    const running = first.run();
    await first.caughtUp;
    await stage.fix(0);
    const { headSeq } = stage.store;
    await vi.waitFor(() => expect(first.engine.seq).toBeGreaterThanOrEqual(headSeq));
    await first.close();
    await running;
    expect(stage.leases.held.size).toBe(0);
    expect((await stage.snapshots.list())[0]?.seq).toBe(first.engine.seq);
  });

  it('[WAT-20] a watch that was paused and wakes appends nothing and leaves the newer one’s snapshots', async () => {
    const first = stage.watch('a');
    const running = first.run();
    await first.caughtUp;
    const { term } = first;
    stage.leases.held.delete('watch');
    const second = stage.watch('b');
    void second.run();
    await second.caughtUp;
    await stage.keep(second.engine.seq, saveSnapshot(second.engine, stage.store.epoch));
    const before = await stage.snapshots.list();
    const late = { epoch: stage.store.epoch, seq: 1, term, bytes: new Uint8Array(1) };
    await expect(stage.snapshots.put(late)).rejects.toMatchObject({ code: 'TERM_LOST' });
    expect(await stage.snapshots.list()).toEqual(before);
    await expect(running).rejects.toMatchObject({ code: 'TERM_LOST' });
    expect(stage.bodies('tick').every((tick) => tick.term <= second.term)).toBe(true);
  });
});
