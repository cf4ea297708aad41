import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { ManualClock } from '../core/clock.ts';
import { silentLogger } from '../core/logger.ts';
import { createFixBatch, EntrySequence } from '../test/builders/entries.ts';
import { createTestDatabase, type TestDatabase } from '../test/contract/storage-database.ts';
import { StorageDatabaseHarness } from '../test/contract/storage-postgres.ts';
import { DAY_MS, dayOf, PartitionKeeper } from './partition-keeper.ts';

const NOON = Date.UTC(2026, 6, 15, 12);
const TODAY = dayOf(NOON);

describe('positions as a hypertable', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase(inject('databaseUrl'));
  });
  afterAll(() => database.drop());
  beforeEach(async (context) => {
    if (!database.migrated.timescale) context.skip('TimescaleDB is not installed here');
    await database.clear();
  });

  const fill = (day: number, rows: number): Promise<unknown> =>
    database.pool.query(
      `INSERT INTO position (observed_at, person_id, delay_ms, source, flags)
       SELECT to_timestamp($1) + n * interval '1 ms', 1, 0, 0, 0 FROM generate_series(1, $2) n`,
      [(day * DAY_MS) / 1000, rows],
    );
  const compressAll = (): Promise<unknown> =>
    database.pool.query(`SELECT compress_chunk(c) FROM show_chunks('position') c`);
  const run = (retentionDays: number, maxBytes: number | null) =>
    new PartitionKeeper({
      pool: database.pool,
      clock: new ManualClock(NOON),
      logger: silentLogger,
      timescale: true,
      retentionDays,
      maxBytes,
    }).run();

  it('[STO-22] drops chunks beyond the retention, and above the cap the oldest, never today', async () => {
    for (const day of [TODAY - 40, TODAY - 3, TODAY - 2, TODAY - 1, TODAY]) await fill(day, 5_000);
    expect((await run(30, null)).dropped).toEqual([(TODAY - 40) * DAY_MS]);
    const all = await run(30, null);
    expect((await run(30, all.bytes - 1)).dropped).toEqual([(TODAY - 3) * DAY_MS]);
    expect((await run(30, 1)).dropped).toEqual([TODAY - 2, TODAY - 1].map((day) => day * DAY_MS));
    const { rows } = await database.pool.query<{ n: number }>('SELECT count(*) AS n FROM position');
    expect(rows[0]?.n).toBe(5_000);
  });

  it('[STO-2] finds duplicates in compressed chunks, and stores late fixes into them', async () => {
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
});
