import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { ManualClock } from '../core/clock.ts';
import { silentLogger } from '../core/logger.ts';
import { createTestDatabase, type TestDatabase } from '../test/contract/storage-database.ts';
import { dayOf, PartitionKeeper } from './partition-keeper.ts';
import { DAY_MS } from './range-partitions.ts';

const NOON = Date.UTC(2026, 6, 15, 12);
const TODAY = dayOf(NOON);
const HOUR_MS = 3_600_000;

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
    await setBorder('epoch');
    clock = new ManualClock(NOON);
  });

  const keeper = (maxBytes: number | null = null): PartitionKeeper =>
    new PartitionKeeper({
      pool: database.pool,
      clock,
      logger: silentLogger,
      timescale: false,
      maxBytes,
    });
  const partitions = async (): Promise<{ name: string; bytes: number }[]> => {
    const { rows } = await database.pool.query<{ name: string; bytes: number }>(
      `SELECT inhrelid::regclass::text AS name, pg_total_relation_size(inhrelid) AS bytes
       FROM pg_inherits WHERE inhparent = 'position'::regclass ORDER BY 1`,
    );
    return rows;
  };
  /** As a pass of the ladder that ended an hour ago would leave it. */
  const setBorder = (packedTo: string): Promise<unknown> =>
    database.pool.query(`UPDATE position_ladder SET packed_to = $1, moved_at = now() - interval '1 hour'`, [packedTo]);
  const names = async (): Promise<string[]> => (await partitions()).map(({ name }) => name.slice('position_'.length));
  const fill = (fromMs: number, rows: number): Promise<unknown> =>
    database.pool.query(
      `INSERT INTO position (observed_at, person_id, delay_ms, source, flags)
       SELECT to_timestamp($1) + n * interval '1 ms', 1, 0, 0, 0 FROM generate_series(1, $2) n`,
      [fromMs / 1000, rows],
    );

  it('[STO-21] makes the days from 8 back to 2 ahead, once', async () => {
    expect(await keeper().run()).toMatchObject({ created: 11, dropped: [] });
    const found = await names();
    expect(found).toHaveLength(11);
    expect(found[0]).toBe('20260707');
    expect(found.at(-1)).toBe('20260717');
    expect((await keeper().run()).created).toBe(0);
    clock.advance(DAY_MS);
    expect((await keeper().run()).created).toBe(1);
  });

  it('[STO-21] makes any day that a batch asks for, also when two ask at once', async () => {
    const at = (TODAY - 20) * DAY_MS + 7_000;
    await Promise.all([keeper().ensureAt([at]), keeper().ensureAt([at])]);
    await fill(at, 3);
    expect(await names()).toEqual(['20260625']);
  });

  it('[STO-21] makes hours under a cap, and goes along with days and hours that are there already', async () => {
    const capped = keeper(1e9);
    expect((await capped.run()).created).toBe(6);
    expect(await names()).toEqual(['10', '11', '12', '13', '14', '15'].map((hour) => `20260715${hour}`));
    // Without the cap: the rest of the day in hours, other days whole.
    await keeper().ensureAt([NOON, NOON + DAY_MS]);
    expect(await names()).toHaveLength(25);
    await fill(TODAY * DAY_MS, 1);
    await fill((TODAY + 1) * DAY_MS, 1);
    // With the cap again: the whole day has room for its hours.
    await keeper(1e9).ensureAt([NOON + DAY_MS]);
    expect(await names()).toHaveLength(25);
  });

  it('[STO-21] has the days ready before they begin, over midnights and when the clock jumps', async () => {
    const kept = keeper();
    await kept.run();
    for (const stepMs of [12 * HOUR_MS - 1, 1, DAY_MS, 9 * DAY_MS, -3 * DAY_MS]) {
      clock.advance(stepMs);
      await kept.run();
      const today = dayOf(clock.nowMs()) * DAY_MS;
      // Straight into the table: without the keeper making room.
      for (const atMs of [today, today + DAY_MS - 1, today + 2 * DAY_MS]) await fill(atMs, 1);
      await database.pool.query('DELETE FROM position');
    }
  });

  it('[STO-22] drops days whose positions are packed, once nobody reads them there any more', async () => {
    const kept = keeper();
    const days = [TODAY - 12, TODAY - 11, TODAY - 10].map((day) => day * DAY_MS);
    await kept.ensureAt(days);
    expect((await kept.run()).dropped).toEqual([]);
    await database.pool.query('UPDATE position_ladder SET packed_to = $1, moved_at = now()', [
      new Date(days[2]!).toISOString(),
    ]);
    expect((await kept.run()).dropped).toEqual([]);
    await setBorder(new Date(days[2]!).toISOString());
    expect((await kept.run()).dropped).toEqual(days.slice(0, 2));
    expect((await names())[0]).toBe('20260705');
  });

  it('[RET-6] takes no row before the border, from the first batch on', async () => {
    await setBorder('2026-07-03');
    const border = Date.UTC(2026, 6, 3);
    await expect(keeper().ensureAt([border - 1])).rejects.toThrow('packed already');
    expect(await keeper().ensureAt([border])).toBe(1);
    const kept = keeper();
    await kept.run();
    kept.closeBefore(border + DAY_MS);
    await expect(kept.ensureAt([border])).rejects.toThrow('packed already');
  });

  it('[STO-22] above the cap drops the oldest hours, never the running one', async () => {
    const hours = [3, 2, 1, 0].map((back) => NOON - back * HOUR_MS);
    await keeper(1e9).ensureAt(hours);
    for (const hour of hours) await fill(hour, 5_000);
    const all = await partitions();
    const total = all.reduce((sum, { bytes }) => sum + bytes, 0);
    const one = all.find(({ name }) => name === 'position_2026071509')?.bytes ?? 0;
    const cap = total - one - 1;
    const run = await keeper(cap).run();
    expect(run.dropped).toEqual([NOON - 3 * HOUR_MS, NOON - 2 * HOUR_MS]);
    expect((await keeper(1).run()).dropped).toEqual([NOON - HOUR_MS]);
    const { rows } = await database.pool.query<{ n: number; first: Date }>(
      'SELECT count(*) AS n, min(observed_at) AS first FROM position',
    );
    expect(rows).toEqual([{ n: 5_000, first: new Date(NOON + 1) }]);
  });
});
