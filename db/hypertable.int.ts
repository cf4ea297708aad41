import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { ManualClock } from '../core/clock.ts';
import { silentLogger } from '../core/logger.ts';
import { createFixBatch, EntrySequence } from '../test/builders/entries.ts';
import { isTimescaleLoaded } from '../test/contract/own-database.ts';
import { storageContract } from '../test/contract/storage.ts';
import { createTestDatabase, type TestDatabase } from '../test/contract/storage-database.ts';
import { storageExactness } from '../test/contract/storage-exactness.ts';
import { StorageDatabaseHarness } from '../test/contract/storage-postgres.ts';
import { dayOf, PartitionKeeper } from './partition-keeper.ts';
import { DAY_MS } from './range-partitions.ts';
import type { StorePort } from './store-port.ts';
import { readTracks } from './tracks.ts';

const NOON = Date.UTC(2026, 6, 15, 12);
const TODAY = dayOf(NOON);

let database: TestDatabase;
/** Compression is part of the community licence. */
let compresses = false;
beforeAll(async () => {
  database = await createTestDatabase(inject('databaseUrl'));
  if (!database.migrated.timescale) return;
  const { rows } = await database.pool.query<{ name: string }>(`SELECT current_setting('timescaledb.license') AS name`);
  compresses = rows[0]?.name === 'timescale';
  if (!compresses) return;
  // The server's own run of the job would come at a moment of its choosing.
  await database.pool.query(`SELECT alter_job(job_id, scheduled => false) FROM timescaledb_information.jobs
    WHERE hypertable_name = 'position'`);
});
afterAll(() => database.drop());

const compressAll = async (): Promise<void> => {
  if (compresses) await database.pool.query(`SELECT compress_chunk(c) FROM show_chunks('position') c`);
};
/** Asked before the tests are gathered, so that the whole suite shows as skipped. */
const isLoaded = await isTimescaleLoaded(inject('databaseUrl'));

describe.skipIf(!isLoaded)('TimescaleDB, each day compressed after each batch where the licence has it', () => {
  class CompressingHarness extends StorageDatabaseHarness {
    override open(): StorePort {
      const store = super.open();
      const apply = store.apply.bind(store);
      store.apply = async (batch) => {
        const applied = await apply(batch);
        await compressAll();
        return applied;
      };
      return store;
    }
  }
  const createHarness = async () => {
    await database.clear();
    return new CompressingHarness(database);
  };
  storageContract('hypertable', createHarness);
  storageExactness('hypertable', createHarness, 15);
});

describe('positions as a hypertable', () => {
  beforeEach(async (context) => {
    if (!database.migrated.timescale) context.skip('TimescaleDB is not installed here');
    await database.clear();
  });

  const fill = (day: number, rows: number): Promise<unknown> =>
    database.pool.query(
      `INSERT INTO position (observed_at, person_id, delay_ms, source, flags)
       SELECT to_timestamp($1) + n * interval '1 ms', 1, 0, 0, 0 FROM generate_series(1, $2) n ON CONFLICT DO NOTHING`,
      [(day * DAY_MS) / 1000, rows],
    );
  const run = (maxBytes: number | null) =>
    new PartitionKeeper({
      pool: database.pool,
      clock: new ManualClock(NOON),
      logger: silentLogger,
      timescale: true,
      maxBytes,
    }).run();
  const pack = (day: number): Promise<unknown> =>
    database.pool.query(
      `UPDATE position_ladder SET packed_to = to_timestamp($1), moved_at = now() - interval '1 hour'`,
      [(day * DAY_MS) / 1000],
    );

  it('[STO-22] drops chunks whose positions are packed, and above the cap the oldest, never today', async () => {
    for (const day of [TODAY - 40, TODAY - 3, TODAY - 2, TODAY - 1, TODAY]) await fill(day, 5_000);
    expect((await run(null)).dropped).toEqual([]);
    await pack(TODAY - 39);
    expect((await run(null)).dropped).toEqual([(TODAY - 40) * DAY_MS]);
    const all = await run(null);
    expect((await run(all.bytes - 1)).dropped).toEqual([(TODAY - 3) * DAY_MS]);
    expect((await run(1)).dropped).toEqual([TODAY - 2, TODAY - 1].map((day) => day * DAY_MS));
    const { rows } = await database.pool.query<{ n: number }>('SELECT count(*) AS n FROM position');
    expect(rows[0]?.n).toBe(5_000);
  });

  it('[STO-2] finds duplicates in compressed chunks, and stores late fixes into them', async (context) => {
    if (!compresses) context.skip('compression is not in this licence');
    const harness = new StorageDatabaseHarness(database);
    const first = harness.open();
    await first.claim({ term: 1, epoch: 'e', first: { nextSeq: 1, alarmsNextSeq: 1 } });
    const log = new EntrySequence();
    const fixes = (seconds: number[]) =>
      log.next(
        'fixes',
        createFixBatch(seconds.map((s) => ({ person: 'p1', lng: 121, lat: 31, atMs: NOON + s * 1000 }))),
        NOON,
      );
    const apply = (store: typeof first, seconds: number[]) =>
      store.apply({ entries: [fixes(seconds)], unfit: [], effects: [], nextSeq: log.seq + 1, alarmsNextSeq: 1 });
    await apply(first, [0, 2, 4]);
    await compressAll();
    expect(await apply(first, [0, 1, 2, 5])).toMatchObject({ stored: 2, duplicate: 2 });
    await compressAll();
    // Another store knows nothing of the newest times: it meets the key of a compressed row by COPY.
    const second = harness.open();
    await second.claim({ term: 2, epoch: 'e', first: { nextSeq: 1, alarmsNextSeq: 1 } });
    expect(await apply(second, [0, 1, 2, 3, 4, 5])).toMatchObject({ stored: 1, duplicate: 5 });
    expect((await harness.positions()).map((row) => (row.observedAtMs - NOON) / 1000)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('[STO-22] counts compressed chunks at their size now, and drops them like any other', async (context) => {
    if (!compresses) context.skip('compression is not in this licence');
    for (const day of [TODAY - 3, TODAY - 2]) await fill(day, 20_000);
    const before = (await run(null)).bytes;
    await compressAll();
    const after = (await run(null)).bytes;
    expect(after).toBeLessThan(before / 2);
    expect(after).toBeGreaterThan(0);
    // A late row beside the compressed ones goes with them.
    await fill(TODAY - 3, 20_001);
    await pack(TODAY - 2);
    expect((await run(null)).dropped).toEqual([(TODAY - 3) * DAY_MS]);
    await compressAll();
    expect((await run(1)).dropped).toEqual([(TODAY - 2) * DAY_MS]);
    const { rows } = await database.pool.query('SELECT count(*) AS n FROM position');
    expect(rows).toEqual([{ n: 0 }]);
  });

  it('[STO-21] the job compresses a day once it has been over for a day, not the running one', async (context) => {
    if (!compresses) context.skip('compression is not in this licence');
    const { pool } = database;
    // The job goes by the server's clock.
    const [server] = (
      await pool.query<{ today: number }>('SELECT floor(extract(epoch FROM now()) / 86400)::int AS today')
    ).rows;
    const today = server?.today ?? 0;
    for (const day of [today - 5, today - 2, today]) await fill(day, 100);
    const [job] = (
      await pool.query<{ id: number }>(
        `SELECT job_id AS id FROM timescaledb_information.jobs WHERE hypertable_name = 'position'`,
      )
    ).rows;
    await pool.query(`CALL run_job(${job?.id})`);
    const { rows } = await pool.query(
      `SELECT is_compressed AS is FROM timescaledb_information.chunks WHERE hypertable_name = 'position'
       ORDER BY range_start`,
    );
    expect(rows).toEqual([{ is: true }, { is: true }, { is: false }]);
  });
});

describe('tracks, on plain PostgreSQL too', () => {
  beforeEach(() => database.clear());

  it('[STO-23] a track is the same from plain rows, compressed ones, and both with late fixes between', async () => {
    const harness = new StorageDatabaseHarness(database);
    const store = harness.open();
    await store.claim({ term: 1, epoch: 'e', first: { nextSeq: 1, alarmsNextSeq: 1 } });
    const log = new EntrySequence();
    // Over a midnight, two sources at every tenth instant, the later source first.
    const instants = Array.from({ length: 400 }, (_, i) => NOON + i * 180_000);
    const sent = instants.flatMap((atMs, i) =>
      (i % 10 === 0 ? ['UWB', 'GNSS'] : ['GNSS']).map((source) => ({
        person: 'p1',
        lng: 121 + i * 1e-6,
        lat: 31,
        atMs,
        source,
      })),
    );
    const apply = (fixes: typeof sent) =>
      store.apply({
        entries: [log.next('fixes', createFixBatch(fixes), NOON)],
        unfit: [],
        effects: [],
        nextSeq: log.seq + 1,
        alarmsNextSeq: 1,
      });
    const track = async () => {
      const query = { companyCode: null, people: [{ personId: 'p1' }], toleranceM: 0 };
      const span = { fromMs: NOON + 180_000, toMs: NOON + 399 * 180_000 };
      const [found] = await readTracks(database.pool, null, { ...query, ...span });
      return found?.observedAtMs.map((atMs, i) => ({ atMs, lng: found.lng[i], source: found.source[i] }));
    };
    // Words get their numbers as they come.
    const rank = (source: string): number => (source === 'UWB' ? 0 : 1);
    const expected = (fixes: typeof sent) =>
      fixes
        .filter(({ atMs }) => atMs > NOON && atMs < NOON + 399 * 180_000)
        .toSorted((a, b) => a.atMs - b.atMs || rank(a.source) - rank(b.source))
        .map(({ atMs, lng, source }) => ({ atMs, lng: Math.round(lng * 1e7) / 1e7, source }));
    const inTime = sent.filter((_, i) => i % 7 !== 3);
    await apply(inTime);
    expect(await track()).toEqual(expected(inTime));
    await compressAll();
    expect(await track()).toEqual(expected(inTime));
    await apply(sent);
    expect(await track()).toEqual(expected(sent));
    await compressAll();
    expect(await track()).toEqual(expected(sent));
  });
});
