import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { ManualClock } from '../core/clock.ts';
import { silentLogger } from '../core/logger.ts';
import { createTestDatabase, type TestDatabase } from '../test/contract/storage-database.ts';
import { DAY_MS, dayOf, PartitionKeeper } from './partition-keeper.ts';

const NOON = Date.UTC(2026, 6, 15, 12);
const TODAY = dayOf(NOON);

describe('partition keeper', () => {
  let database: TestDatabase;
  let clock: ManualClock;
  beforeAll(async () => {
    database = await createTestDatabase(inject('databaseUrl'));
  });
  afterAll(() => database.drop());
  beforeEach(async (context) => {
    if (database.migrated.timescale) context.skip('TimescaleDB makes its own chunks');
    for (const { name } of await partitions()) await database.pool.query(`DROP TABLE ${name}`);
    clock = new ManualClock(NOON);
  });

  const keeper = (retentionDays = 30, maxBytes: number | null = null): PartitionKeeper =>
    new PartitionKeeper({
      pool: database.pool,
      clock,
      logger: silentLogger,
      timescale: false,
      retentionDays,
      maxBytes,
    });
  const partitions = async (): Promise<{ name: string; bytes: number }[]> => {
    const { rows } = await database.pool.query<{ name: string; bytes: number }>(
      `SELECT inhrelid::regclass::text AS name, pg_total_relation_size(inhrelid) AS bytes
       FROM pg_inherits WHERE inhparent = 'position'::regclass ORDER BY 1`,
    );
    return rows;
  };
  const days = async (): Promise<string[]> => (await partitions()).map(({ name }) => name.slice('position_'.length));
  const fill = (day: number, rows: number): Promise<unknown> =>
    database.pool.query(
      `INSERT INTO position (observed_at, person_id, delay_ms, source, flags)
       SELECT to_timestamp($1) + n * interval '1 ms', 1, 0, 0, 0 FROM generate_series(1, $2) n`,
      [(day * DAY_MS) / 1000, rows],
    );

  it('[STO-21] makes the days from 8 back to 2 ahead, once', async () => {
    expect(await keeper().run()).toMatchObject({ created: 11, dropped: [] });
    const found = await days();
    expect(found).toHaveLength(11);
    expect(found[0]).toBe('20260707');
    expect(found.at(-1)).toBe('20260717');
    expect((await keeper().run()).created).toBe(0);
    clock.advance(DAY_MS);
    expect((await keeper().run()).created).toBe(1);
  });

  it('[STO-21] makes any day that a batch asks for, also when two ask at once', async () => {
    await Promise.all([keeper().ensureDays([TODAY - 20]), keeper().ensureDays([TODAY - 20])]);
    await fill(TODAY - 20, 3);
    expect(await days()).toEqual(['20260625']);
  });

  it('[STO-22] drops days beyond the retention', async () => {
    const short = keeper(3);
    await short.ensureDays([TODAY - 5, TODAY - 4, TODAY - 3]);
    expect((await short.run()).dropped).toEqual([TODAY - 5, TODAY - 4]);
    expect((await days())[0]).toBe('20260712');
    await short.ensureDays([TODAY - 4]);
    expect((await days())[0]).toBe('20260711');
  });

  it('[STO-22] above the cap drops the oldest days, never today', async () => {
    const wide = keeper();
    await wide.run();
    for (const day of [TODAY - 3, TODAY - 2, TODAY - 1, TODAY]) await fill(day, 5_000);
    const all = await partitions();
    const total = all.reduce((sum, { bytes }) => sum + bytes, 0);
    const one = all.find(({ name }) => name === 'position_20260712')?.bytes ?? 0;
    const run = await keeper(30, total - one - 1).run();
    expect(run.dropped).toEqual([TODAY - 3, TODAY - 2]);
    expect(run.bytes).toBeLessThanOrEqual(total - one - 1);
    expect((await keeper(30, 1).run()).dropped).toEqual([TODAY - 1]);
    expect(await days()).toContain('20260715');
    const { rows } = await database.pool.query<{ n: number }>('SELECT count(*) AS n FROM position');
    expect(rows[0]?.n).toBe(5_000);
  });
});
