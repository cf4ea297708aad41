import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { systemClock } from '../../core/clock.ts';
import { silentLogger } from '../../core/logger.ts';
import { createMemoryDatabase, MemoryStore } from '../../db/memory-store.ts';
import { digestOf, loadSnapshot, saveSnapshot } from '../../engine/snapshot.ts';
import { MemoryArchive } from '../../stream/archive/memory-archive.ts';
import type { EffectsAt } from '../../stream/protocol/effects.ts';
import { ENTRY_KIND, type LogEntry, type RawEntry } from '../../stream/protocol/entry.ts';
import { decodeEntry, encodeBody } from '../../stream/protocol/entry-codec.ts';
import { at, EngineRun, T0 } from '../../test/builders/engine-run.ts';
import { createArea, createOrigin, createPerson } from '../../test/builders/entries.ts';
import { projection, squareAt } from '../../test/builders/plane.ts';
import { announcing } from '../restore-engine.ts';
import { catchUp } from './catch-up.ts';

const EPOCH = 'e1';
const rawOf = (entry: LogEntry): RawEntry => ({
  seq: entry.seq,
  epoch: EPOCH,
  kind: ENTRY_KIND[entry.kind],
  receivedAtMs: entry.receivedAtMs,
  body: encodeBody(entry.kind, entry.body as never),
});

/** A morning: people walk into a forbidden area and out again, one calls for help, some of it is acknowledged. */
class Morning {
  readonly run = new EngineRun();
  /** Snapshot after each entry, by sequence. */
  readonly snapshots = new Map<number, Uint8Array>();
  readonly raws: RawEntry[];
  readonly items: EffectsAt[];

  constructor() {
    const { run } = this;
    const keep = (): void => void this.snapshots.set(run.engine.seq, saveSnapshot(run.engine, EPOCH));
    run.areas(createArea({ areaId: 'forbidden', polygons: squareAt(0, 0, 100) }));
    keep();
    run.persons(createPerson({ personId: 'p1' }), createPerson({ personId: 'p2', cardNo: 'c2' }));
    keep();
    for (let n = 0; n < 20; n++) {
      const atMs = T0 + n * 2_000;
      const east = 50 + 40 * n * (n < 10 ? 1 : -1);
      run.fixes([at(east, 50, atMs), { card: 'c2', ...at(n % 7 < 3 ? 50 : 400, 50, atMs) }], atMs);
      keep();
      run.tick(atMs + 500);
      keep();
      if (n === 6) {
        run.fixes([at(600, 600, atMs + 600, { person: 'p2', sos: true })], atMs + 600);
        keep();
      }
      const [standing] = run.engine.park.alarms.standing.keys();
      if (n === 12 && standing !== undefined) {
        run.act('acknowledge', standing);
        keep();
      }
    }
    // As they were in the log: whoever replays decodes them again.
    this.raws = run.entries.map(rawOf);
    this.items = [...run.published];
  }

  get lastSeq(): number {
    return this.raws.length;
  }
}

const morning = new Morning();

/** What a database has after the first `entries` entries and the items before `alarmsNextSeq`. */
async function databaseAfter(entries: number, alarmsNextSeq: number) {
  const database = createMemoryDatabase();
  const store = new MemoryStore(database);
  await store.claim({ term: 3, epoch: EPOCH, first: { nextSeq: 1, alarmsNextSeq: 1 } });
  await store.apply({
    entries: morning.raws.slice(0, entries).map(decodeEntry),
    unfit: [],
    effects: morning.items.filter((item) => item.seq < alarmsNextSeq),
    nextSeq: entries + 1,
    alarmsNextSeq,
  });
  await store.close();
  const place = { epoch: EPOCH, term: 3, nextSeq: entries + 1, alarmsNextSeq };
  return { database, place };
}

type Database = Awaited<ReturnType<typeof databaseAfter>>['database'];

const rowsOf = ({ tables }: Database) => ({
  positions: [...tables.positions.keys()].sort(),
  people: tables.people,
  transitions: [...tables.transitions].sort(([a], [b]) => (a < b ? -1 : 1)),
  alarms: [...tables.alarms].sort(([a], [b]) => (a < b ? -1 : 1)),
  acts: [...tables.acts],
  ledger: [...tables.ledger].sort(([a], [b]) => (a < b ? -1 : 1)),
});

type Place = Parameters<typeof catchUp>[0]['place'];

const tryRestore = (database: Database, archive: MemoryArchive, place: Place) =>
  catchUp({ archive, store: new MemoryStore(database), place, projection, clock: systemClock, logger: silentLogger });

async function restore(database: Database, archive: MemoryArchive, place: Place) {
  const caughtUp = await tryRestore(database, archive, place);
  if (caughtUp?.engine == null) throw new Error('nothing was restored');
  return { ...caughtUp, engine: caughtUp.engine };
}

describe('catching up from the archive', () => {
  test('[BAK-6] from any backup and with any archived snapshot the database ends with the rows of an undisturbed run, and the engine in its state', async () => {
    const { database: whole } = await databaseAfter(morning.lastSeq, morning.lastSeq + 1);
    const expected = { rows: rowsOf(whole), digest: digestOf(morning.run.engine) };
    const upTo = fc.integer({ min: 0, max: morning.lastSeq });
    await fc.assert(
      fc.asyncProperty(upTo, upTo, upTo, fc.integer({ min: 1, max: 9 }), async (entries, lag, snapshotSeq, cut) => {
        const alarmsNextSeq = Math.max(1, entries + 1 - lag);
        const { database, place } = await databaseAfter(entries, alarmsNextSeq);
        const archive = new MemoryArchive();
        const size = Math.ceil(morning.lastSeq / cut);
        for (let from = 0; from < morning.lastSeq; from += size)
          archive.addSegment(morning.raws.slice(from, from + size));
        const state = morning.snapshots.get(snapshotSeq);
        if (state !== undefined) archive.addSnapshot({ epoch: EPOCH, seq: snapshotSeq, atMs: T0 }, state);
        const caughtUp = await restore(database, archive, place);
        const applied = entries === morning.lastSeq ? null : { fromSeq: entries + 1, toSeq: morning.lastSeq };
        expect(caughtUp.logs).toEqual([{ epoch: EPOCH, applied, lastSeq: morning.lastSeq }]);
        expect(caughtUp.missing).toEqual([]);
        expect({ rows: rowsOf(database), digest: digestOf(caughtUp.engine) }).toEqual(expected);
      }),
      { numRuns: 25 },
    );
  }, 60_000);

  test('[BAK-7] a database ahead of the archive is left as it is, and the numbers between are named', async () => {
    const { database, place } = await databaseAfter(morning.lastSeq, morning.lastSeq + 1);
    const before = rowsOf(database);
    const archive = new MemoryArchive();
    archive.addSegment(morning.raws.slice(0, 10));
    const caughtUp = await restore(database, archive, place);
    expect(caughtUp.logs).toEqual([{ epoch: EPOCH, applied: null, lastSeq: 10 }]);
    expect(caughtUp.missing).toEqual([expect.stringContaining(`entries 11 to ${morning.lastSeq}`)]);
    expect(caughtUp.engine.seq).toBe(10);
    expect(rowsOf(database)).toEqual(before);
  });

  test('[BAK-7] a hole in the archive is LOG_GAP with its numbers, and one before its first entry is named', async () => {
    const { database, place } = await databaseAfter(2, 3);
    const holed = new MemoryArchive();
    holed.addSegment(morning.raws.slice(0, 10));
    holed.addSegment(morning.raws.slice(12));
    await expect(restore(database, holed, place)).rejects.toMatchObject({ code: 'LOG_GAP', detail: /11.*12/ });

    const late = new MemoryArchive();
    late.addSegment(morning.raws.slice(4));
    const { database: other, place: otherPlace } = await databaseAfter(4, 5);
    const caughtUp = await restore(other, late, otherPlace);
    expect(caughtUp.missing).toEqual([expect.stringContaining('before entry 5')]);
  });

  test('[BAK-6] without a store the archive is taken from its first entry; without an archive there is nothing to do', async () => {
    const database = createMemoryDatabase();
    expect(await tryRestore(database, new MemoryArchive(), null)).toBeNull();
    const archive = new MemoryArchive();
    archive.addSegment(morning.raws);
    const caughtUp = await restore(database, archive, null);
    expect(caughtUp.logs).toMatchObject([{ applied: { fromSeq: 1, toSeq: morning.lastSeq } }]);
    const { database: whole } = await databaseAfter(morning.lastSeq, morning.lastSeq + 1);
    expect(rowsOf(database)).toEqual(rowsOf(whole));
  });

  /** A second log: the park goes on in it as it was at the end of the morning. */
  function afternoon(epoch = 'e2') {
    const loaded = loadSnapshot(saveSnapshot(morning.run.engine, epoch), projection, epoch);
    if (!loaded.ok) throw new Error(loaded.problem);
    const engine = announcing(loaded.engine.park, 0);
    const raws = morning.raws.slice(1, 12).map((raw, index) => ({
      ...raw,
      epoch,
      seq: index + 1,
      receivedAtMs: raw.receivedAtMs + 200_000,
    }));
    const entries = raws.map(decodeEntry);
    const items = entries.map((entry) => engine.step(entry)).filter((item) => item !== null);
    return { epoch, raws, entries, items, engine };
  }

  test('[BAK-10] logs that began after the one the database stands in are put in too, as the live store and watch go over to them', async () => {
    const later = afternoon();
    const { database: whole, place: end } = await databaseAfter(morning.lastSeq, morning.lastSeq + 1);
    const live = new MemoryStore(whole);
    const first = { nextSeq: 1, alarmsNextSeq: 1 };
    await live.claim({ term: 1, epoch: 'e2', first });
    const nextSeq = later.raws.length + 1;
    await live.apply({ entries: later.entries, unfit: [], effects: later.items, nextSeq, alarmsNextSeq: nextSeq });
    const archive = new MemoryArchive();
    archive.addSegment(morning.raws);
    archive.addSegment(later.raws);
    const last = { epoch: 'e2', applied: { fromSeq: 1, toSeq: nextSeq - 1 }, lastSeq: nextSeq - 1 };
    const starts = [
      await databaseAfter(2, 3),
      { ...(await databaseAfter(morning.lastSeq, 9)), place: { ...end, alarmsNextSeq: 9 } },
    ];
    for (const { database, place } of starts) {
      const caughtUp = await restore(database, archive, place);
      expect(caughtUp.logs).toMatchObject([{ epoch: EPOCH, lastSeq: morning.lastSeq }, last]);
      expect(caughtUp.missing).toEqual([]);
      expect(rowsOf(database)).toEqual(rowsOf(whole));
      expect(digestOf(caughtUp.engine)).toBe(digestOf(later.engine));
      expect(database.tables.offset).toMatchObject({ epoch: 'e2', nextSeq });
    }
    // One that was before the database's log is in it already.
    const { database } = await databaseAfter(0, 1);
    const there = { epoch: 'e2', term: 1, ...first };
    expect((await restore(database, archive, there)).logs).toEqual([last]);
  });

  test('[BAK-10] what the archive lacks at the beginning of a later log is named', async () => {
    const archive = new MemoryArchive();
    archive.addSegment(morning.raws);
    archive.addSegment(afternoon().raws.slice(4));
    const { database, place } = await databaseAfter(2, 3);
    const caughtUp = await restore(database, archive, place);
    expect(caughtUp.logs.map(({ epoch }) => epoch)).toEqual([EPOCH, 'e2']);
    expect(caughtUp.missing).toEqual(['entries 1 to 4 of log e2 are not archived']);
  });

  test('[BAK-7] a database whose log is not archived is left as it is, and the logs that are archived are named', async () => {
    const { database, place } = await databaseAfter(2, 3);
    const before = rowsOf(database);
    const archive = new MemoryArchive();
    archive.addSegment(afternoon().raws.slice(0, 5));
    expect(await tryRestore(database, archive, place)).toEqual({
      logs: [],
      missing: [`nothing of log ${EPOCH} is archived`, 'entries 1 to 5 of log e2 are, and were not put in'],
      engine: null,
    });
    expect(rowsOf(database)).toEqual(before);
  });

  test('[BAK-8] an entry that the engine throws on is passed over, though nothing in the archive says so', async () => {
    const poison: RawEntry = {
      seq: morning.lastSeq + 1,
      epoch: EPOCH,
      kind: ENTRY_KIND.areas,
      receivedAtMs: T0 + 40_000,
      body: encodeBody('areas', { origin: createOrigin(), records: [null as never] }),
    };
    const tick: RawEntry = {
      seq: morning.lastSeq + 2,
      epoch: EPOCH,
      kind: ENTRY_KIND.tick,
      receivedAtMs: T0 + 41_000,
      body: encodeBody('tick', { term: 1 }),
    };
    const archive = new MemoryArchive();
    archive.addSegment([...morning.raws, poison, tick]);
    const database = createMemoryDatabase();
    const caughtUp = await restore(database, archive, null);
    const other = new EngineRun();
    for (const raw of morning.raws) other.engine.step(decodeEntry(raw));
    other.engine.skip(poison);
    const item = other.engine.step(decodeEntry(tick));
    expect(digestOf(caughtUp.engine)).toBe(digestOf(other.engine));
    const { database: whole } = await databaseAfter(morning.lastSeq, morning.lastSeq + 1);
    expect(item?.effects.filter((effect) => effect.t === 'alarm') ?? []).toEqual([]);
    expect(rowsOf(database).transitions).toEqual(rowsOf(whole).transitions);
  });

  test('[BAK-8] entries that watch passed over are passed over, and so are bytes that are no entry', async () => {
    const quarantined: LogEntry = {
      kind: 'quarantined',
      seq: morning.lastSeq + 1,
      receivedAtMs: T0 + 100_000,
      body: { seq: 5, reason: 'threw twice' },
    };
    const broken: RawEntry = { ...rawOf(quarantined), seq: morning.lastSeq + 2, kind: 200 };
    const archive = new MemoryArchive();
    archive.addSegment([...morning.raws, rawOf(quarantined), broken]);
    const caughtUp = await restore(createMemoryDatabase(), archive, null);
    expect(caughtUp.engine.seq).toBe(morning.lastSeq + 2);
    const other = new EngineRun();
    for (const raw of morning.raws) {
      if (raw.seq === 5) other.engine.skip(raw);
      else other.engine.step(decodeEntry(raw));
    }
    other.engine.step(quarantined);
    other.engine.skip(broken);
    expect(digestOf(caughtUp.engine)).toBe(digestOf(other.engine));
  });
});
