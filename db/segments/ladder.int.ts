import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { AppError } from '../../core/errors.ts';
import { COMPANY, createFixBatch, EntrySequence } from '../../test/builders/entries.ts';
import {
  appendWalk,
  compressChunks,
  createLadder,
  DAY_MS,
  DAY0,
  HOUR_MS,
  NOW,
  registerPeople,
  storeRows,
} from '../../test/contract/packed-days.ts';
import { createTestDatabase, type TestDatabase } from '../../test/contract/storage-database.ts';
import { StorageDatabaseHarness } from '../../test/contract/storage-postgres.ts';
import { PositionColumns } from '../copy/position-columns.ts';
import { DAYS_BACK } from '../partition-keeper.ts';
import { readTracks, type Track } from '../tracks.ts';
import { readBorder, readKeptFrom } from './border.ts';
import { unpackSegment } from './packed-segment.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase(inject('databaseUrl'));
  if (database.migrated.timescale) {
    // The server's own run of the job would come at a moment of its choosing.
    await database.pool.query(`SELECT alter_job(job_id, scheduled => false) FROM timescaledb_information.jobs
      WHERE hypertable_name = 'position'`);
  }
});
afterAll(() => database.drop());
beforeEach(async () => {
  await database.clear();
  for (const parent of ['position', 'position_segment']) {
    const { rows } = await database.pool.query<{ name: string }>(
      `SELECT inhrelid::regclass::text AS name FROM pg_inherits JOIN pg_class p ON p.oid = inhparent
       WHERE inhparent = $1::regclass AND p.relkind = 'p'`,
      [parent],
    );
    for (const { name } of rows) await database.pool.query(`DROP TABLE ${name}`);
  }
});

const track = async (person: string, fromMs: number, toMs: number, toleranceM = 0): Promise<Track> => {
  const people = [{ personId: person }];
  const [found] = await readTracks(database.pool, null, { companyCode: null, people, fromMs, toMs, toleranceM });
  return found!;
};
const numberOf = async (sql: string): Promise<number> =>
  (await database.pool.query<{ n: number }>(`SELECT (${sql})::bigint AS n`)).rows[0]?.n ?? 0;
const rowsLeft = (): Promise<number> => numberOf('SELECT count(*) FROM position');
const packedFixes = (): Promise<number> => numberOf('SELECT coalesce(sum(fixes + dropped), 0) FROM position_segment');
/** As if the last pass had been an hour ago. */
const settle = (): Promise<unknown> =>
  database.pool.query(`UPDATE position_ladder SET moved_at = moved_at - interval '1 hour'`);

/** Two people over two midnights: a day that is due, the next that is not. */
async function storeTwoDays(people = 2, stepMs = 20_000): Promise<number> {
  const columns = new PositionColumns(1);
  const fromMs = DAY0 + 20 * HOUR_MS;
  for (let person = 1; person <= people; person++) {
    appendWalk(columns, person, fromMs, stepMs, (8 * HOUR_MS) / stepMs);
  }
  await registerPeople(database.pool, people);
  await storeRows(database.pool, columns);
  return columns.count;
}

describe.each([false, true])('the ladder (days compressed before, where TimescaleDB is: %s)', (compressed) => {
  const compress = async (): Promise<void> => {
    if (compressed) await compressChunks(database.pool);
  };
  beforeEach((context) => {
    if (compressed && !database.migrated.timescale) context.skip('TimescaleDB is not installed here');
  });

  it('[RET-1] a track over the border is one track, and with nothing left out the very same as before', async () => {
    const stored = await storeTwoDays();
    await compress();
    const spans: [number, number][] = [
      [DAY0, DAY0 + 3 * DAY_MS],
      [DAY0 + 21 * HOUR_MS + 1, DAY0 + 22 * HOUR_MS + 7_000],
      [DAY0 + 23 * HOUR_MS + 30_001, DAY0 + 25 * HOUR_MS],
      [DAY0 + DAY_MS, DAY0 + DAY_MS + 1],
      [DAY0 + DAY_MS - 1, DAY0 + DAY_MS],
    ];
    const read = (): Promise<Track[]> =>
      Promise.all(spans.flatMap(([from, to]) => [track('p1', from, to), track('p2', from, to, 2)]));
    const before = await read();
    const { packAll, partitions } = await createLadder(database.pool, { toleranceM: 0 });
    expect(await packAll()).toEqual({ fixes: stored / 2, kept: stored / 2 });
    // The rows are still there, and not read.
    expect(await rowsLeft()).toBe(stored);
    expect(await read()).toEqual(before);
    await settle();
    expect((await partitions.run()).dropped).toEqual([DAY0]);
    expect(await rowsLeft()).toBe(stored / 2);
    expect(await read()).toEqual(before);
    expect((await readBorder(database.pool)).packedToMs).toBe(DAY0 + DAY_MS);
  });

  it('[RET-2] leaves out what the bound allows, and nothing of the days in full resolution', async () => {
    const stored = await storeTwoDays(2, 2_000);
    await compress();
    const before = await track('p1', DAY0, DAY0 + 3 * DAY_MS);
    const { packAll } = await createLadder(database.pool);
    const { fixes, kept } = await packAll();
    expect(fixes).toBe(stored / 2);
    expect(kept).toBeLessThan(fixes / 2);
    const after = await track('p1', DAY0, DAY0 + 3 * DAY_MS);
    const times = new Set(before.observedAtMs);
    expect(after.observedAtMs.every((atMs) => times.has(atMs))).toBe(true);
    const isFull = (atMs: number): boolean => atMs >= DAY0 + DAY_MS;
    expect(after.observedAtMs.filter(isFull)).toEqual(before.observedAtMs.filter(isFull));
    expect(await packedFixes()).toBe(fixes);
  });

  it('[RET-4] near an alarm of a person everything stays, with every column; only of that person', async () => {
    await storeTwoDays(3, 2_000);
    await compress();
    // Ends 10 minutes and a second before 22:00 and begins 10 minutes before 23:00: the hour between is not near it.
    const alarm = (id: string, person: string, fromMs: number, toMs: number | null): Promise<unknown> =>
      database.pool.query(
        `INSERT INTO alarm (alarm_id, rule, level, company_codes, person_id, active, acknowledged, onset_at, raised_at,
           cleared_at, view)
         VALUES ($1, 'sos', 1, $2, $3, false, true, to_timestamp($4), to_timestamp($4), to_timestamp($5), $6)`,
        [
          id,
          [COMPANY],
          person,
          fromMs / 1000,
          toMs === null ? null : toMs / 1000,
          { person: { companyCode: COMPANY } },
        ],
      );
    await alarm('a', 'p1', DAY0 + 21.2 * HOUR_MS, DAY0 + 22 * HOUR_MS - 601_000);
    await alarm('b', 'p1', DAY0 + 23 * HOUR_MS + 600_000, DAY0 + 23.5 * HOUR_MS);
    await alarm('not cleared', 'p3', DAY0 + 22.5 * HOUR_MS, null);
    await alarm('other company', 'p2', DAY0, DAY0 + DAY_MS);
    await database.pool.query(
      `UPDATE alarm SET view = '{"person": {"companyCode": "1"}}' WHERE alarm_id = 'other company'`,
    );
    const { packAll } = await createLadder(database.pool);
    await packAll();
    const { rows } = await database.pool.query<{ hour: number; person: number; dropped: number; body: Buffer }>(
      `SELECT extract(hour FROM from_at)::int AS hour, person_id AS person, dropped, body FROM position_segment
       ORDER BY person_id, from_at`,
    );
    const whole = rows.filter(({ dropped }) => dropped === 0);
    expect(whole.map(({ hour, person }) => [person, hour])).toEqual([
      [1, 21],
      [1, 23],
      [3, 22],
      [3, 23],
    ]);
    const [near] = whole;
    const columns = new PositionColumns(1);
    unpackSegment(near!.body, 1, columns);
    const expected = new PositionColumns(1);
    appendWalk(expected, 1, DAY0 + 20 * HOUR_MS, 2_000, (2 * HOUR_MS) / 2_000);
    const first = expected.count - columns.count;
    for (const name of ['observedAtMs', 'lng', 'delayMs', 'speedCmps', 'headingDeg', 'batteryPct'] as const) {
      expect(Array.from(columns[name].subarray(0, columns.count))).toEqual(
        Array.from(expected[name].subarray(first, expected.count)),
      );
    }
  });

  it('[RET-5] whatever statement fails, each position is found once, and the next pass goes on', async () => {
    const stored = await storeTwoDays();
    await compress();
    const { pool } = database;
    const before = await track('p1', DAY0, DAY0 + 3 * DAY_MS);
    await pool.query('CREATE SEQUENCE fail_count');
    await pool.query(`CREATE FUNCTION fail_seventh() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF nextval('fail_count') % 7 = 0 THEN RAISE EXCEPTION 'crash' USING ERRCODE = 'admin_shutdown'; END IF;
        RETURN NEW;
      END $$`);
    try {
      // While segments come in, and when everything is in: at the commit.
      await pool.query(
        'CREATE TRIGGER fail_insert BEFORE INSERT ON position_segment FOR EACH ROW EXECUTE FUNCTION fail_seventh()',
      );
      await pool.query(`CREATE CONSTRAINT TRIGGER fail_commit AFTER UPDATE ON position_ladder DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION fail_seventh()`);
      const { packAll, partitions, ladder } = await createLadder(pool, { toleranceM: 0 });
      let failures = 0;
      for (let pass = 0; pass < 60 && (await readBorder(pool)).packedToMs < DAY0 + DAY_MS; pass++) {
        await ladder.run(new AbortController().signal).catch(() => failures++);
        expect((await track('p1', DAY0, DAY0 + 3 * DAY_MS)).observedAtMs).toEqual(before.observedAtMs);
      }
      expect(failures).toBeGreaterThan(3);
      expect(await packAll()).toEqual({ fixes: 0, kept: 0 });
      expect(await packedFixes()).toBe(stored / 2);
      await settle();
      await partitions.run();
      expect((await track('p1', DAY0, DAY0 + 3 * DAY_MS)).lng).toEqual(before.lng);
    } finally {
      await pool.query('DROP FUNCTION fail_seventh CASCADE');
      await pool.query('DROP SEQUENCE fail_count');
    }
  });

  it('[RET-5] killed with SIGKILL in the middle, again and again, it ends with each position once', async () => {
    const stored = await storeTwoDays(4, 500);
    await compress();
    const before = await track('p2', DAY0, DAY0 + 3 * DAY_MS);
    let kills = 0;
    for (;;) {
      const goal = Math.max(DAY0, (await readBorder(database.pool)).packedToMs) + 3 * HOUR_MS;
      const child = packInChild();
      const ended = once(child, 'exit');
      await once(child.stdout!, 'data');
      // Right after a move of the border it is in the middle of the next hour.
      const hasMoved = async (): Promise<void> => {
        const { packedToMs } = await readBorder(database.pool);
        if (packedToMs < goal && child.exitCode === null) throw new Error('not yet');
      };
      await vi.waitFor(hasMoved, { timeout: 30_000, interval: 1 });
      child.kill('SIGKILL');
      const [code] = (await ended) as [number | null];
      const { observedAtMs, source } = await track('p2', DAY0, DAY0 + 3 * DAY_MS);
      expect(new Set(observedAtMs.map((atMs, i) => `${atMs} ${source[i]}`)).size).toBe(observedAtMs.length);
      if (code === 0) break;
      kills++;
      if (kills > 30) throw new Error('it never ends');
    }
    expect(kills).toBeGreaterThan(0);
    expect(await packedFixes()).toBe(stored / 2);
    const after = await track('p2', DAY0, DAY0 + 3 * DAY_MS);
    const isFull = (atMs: number): boolean => atMs >= DAY0 + DAY_MS;
    expect(after.observedAtMs.filter(isFull)).toEqual(before.observedAtMs.filter(isFull));
  }, 120_000);

  it('[RET-5] two at a time do not pack an hour twice', async () => {
    const stored = await storeTwoDays();
    await compress();
    const one = await createLadder(database.pool, { toleranceM: 0 });
    const other = await createLadder(database.pool, { toleranceM: 0 });
    await Promise.allSettled([one.packAll(), other.packAll()]);
    await one.packAll();
    expect(await packedFixes()).toBe(stored / 2);
  });
});

function packInChild(): ChildProcess {
  const program = join(import.meta.dirname, '..', '..', 'test', 'contract', 'pack-until-killed.ts');
  return spawn(process.execPath, ['--import', 'tsx', program], {
    env: { ...process.env, DATABASE_URL: database.url },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

describe('what is kept how long', () => {
  const fill = async (...atMs: number[]): Promise<void> => {
    const columns = new PositionColumns(1);
    for (const at of atMs) appendWalk(columns, 1, at, 60_000, 3);
    await storeRows(database.pool, columns);
  };
  const months = async (): Promise<string[]> =>
    (
      await database.pool.query<{ name: string }>(
        `SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'position_segment'::regclass ORDER BY 1`,
      )
    ).rows.map(({ name }) => name);

  it('[RET-1] days stay rows for as long as full resolution is asked for, and while late fixes can come', async () => {
    await fill(DAY0 - DAY_MS, DAY0 + 15 * DAY_MS, NOW - (DAYS_BACK + 1) * DAY_MS, NOW - DAYS_BACK * DAY_MS);
    const long = await createLadder(database.pool, { fullDays: 20 });
    await long.packAll();
    expect((await readBorder(database.pool)).packedToMs).toBe(DAY0);
    const short = await createLadder(database.pool, { fullDays: 1 });
    await short.packAll();
    expect((await readBorder(database.pool)).packedToMs).toBe(NOW - 10 * HOUR_MS - DAYS_BACK * DAY_MS);
    expect(await packedFixes()).toBe(12);
  });

  it('[RET-6] a day is closed to late rows one pass before it is packed', async () => {
    await fill(DAY0);
    const { ladder, partitions } = await createLadder(database.pool);
    expect(await ladder.run(new AbortController().signal)).toEqual({ fixes: 0, kept: 0, hasMore: true });
    await expect(partitions.ensureAt([DAY0 + DAY_MS - 1])).rejects.toThrow('packed already');
    expect(await partitions.ensureAt([DAY0 + DAY_MS])).toBe(database.migrated.timescale ? 0 : 1);
    expect((await ladder.run(new AbortController().signal)).fixes).toBe(4);
  });

  it('[RET-6] an entry with a fix for a closed day is refused whole, as an entry that cannot be stored', async () => {
    await fill(DAY0);
    await (await createLadder(database.pool)).packAll();
    const store = new StorageDatabaseHarness(database).open();
    await store.claim({ term: 1, epoch: 'e', first: { nextSeq: 1, alarmsNextSeq: 1 } });
    const log = new EntrySequence();
    const apply = (...atMs: number[]) => {
      const body = createFixBatch(atMs.map((at) => ({ person: 'p1', lng: 121, lat: 31, atMs: at })));
      const entries = [log.next('fixes', body, DAY0 + DAY_MS)];
      return store.apply({ entries, unfit: [], effects: [], nextSeq: 2, alarmsNextSeq: 1 });
    };
    const refused = await apply(DAY0 + DAY_MS, DAY0 + DAY_MS - 1).catch((error: unknown) => error);
    // No AppError: the store does not wait for it to pass, but quarantines (STO-12).
    expect(refused).not.toBeInstanceOf(AppError);
    expect(String(refused)).toContain('packed already');
    expect(await numberOf(`SELECT count(*) FROM position WHERE observed_at >= '2026-07-01'`)).toBe(0);
  });

  it('[RET-7] packed positions go by whole months once the last of the month is old enough', async () => {
    await fill(DAY0, DAY0 + DAY_MS);
    const year = await createLadder(database.pool);
    year.clock.advance(DAY_MS);
    await year.packAll();
    expect(await months()).toEqual(['position_segment_202606', 'position_segment_202607']);
    year.clock.advance(400 * DAY_MS - 31 * DAY_MS - DAY_MS);
    await year.ladder.run(new AbortController().signal);
    expect(await months()).toHaveLength(2);
    year.clock.advance(DAY_MS);
    for (let day = 0; day < 15; day++) {
      await year.ladder.run(new AbortController().signal);
      year.run(DAY_MS);
    }
    expect(await months()).toEqual(['position_segment_202607']);
  });

  it('[RET-10] a clock that is ahead drops two days at once: the rest of what it takes for old goes by two days a day, across restarts', async () => {
    await fill(DAY0 - 5 * DAY_MS, DAY0, DAY0 + DAY_MS);
    const pass = async (ladder: Awaited<ReturnType<typeof createLadder>>): Promise<void> => {
      ladder.clock.set(NOW + 800 * DAY_MS);
      await ladder.packAll();
    };
    const first = await createLadder(database.pool);
    await pass(first);
    // What is behind the first two days is packed, not passed over.
    expect(await packedFixes()).toBe(8);
    expect(await months()).toEqual(['position_segment_202606', 'position_segment_202607']);
    const fromMs = Date.UTC(2026, 5, 1);
    expect(await readKeptFrom(database.pool)).toBe(DAY0 - 3 * DAY_MS);
    await database.pool.query(`UPDATE position_ladder SET kept_from = $1`, [new Date(fromMs).toISOString()]);
    for (let day = 0; day < 13; day++) {
      first.run(DAY_MS);
      await pass(first);
    }
    expect(await months()).toHaveLength(2);
    expect(await readKeptFrom(database.pool)).toBe(fromMs + 26 * DAY_MS);
    for (let restart = 0; restart < 2; restart++) await pass(await createLadder(database.pool));
    expect(await months()).toEqual(['position_segment_202607']);
    // Right again: nothing of what is young may go for having been taken for old.
    await (await createLadder(database.pool)).packAll();
    expect(await readKeptFrom(database.pool)).toBeLessThan(fromMs);
  });

  it('[RET-7] what is older than anything is kept goes without being packed', async () => {
    await fill(DAY0, DAY0 + 3 * DAY_MS);
    const { packAll, partitions, clock } = await createLadder(database.pool, { trackDays: 29 });
    clock.advance(5 * DAY_MS);
    await database.pool.query(`UPDATE position_ladder SET kept_from = $1`, [new Date(DAY0 + 5 * DAY_MS).toISOString()]);
    expect(await packAll()).toEqual({ fixes: 0, kept: 0 });
    await settle();
    expect((await partitions.run()).dropped).toEqual([DAY0, DAY0 + 3 * DAY_MS]);
    expect(await months()).toEqual([]);
  });

  it('[RET-8] above the size cap packed positions go first, then rows', async () => {
    await registerPeople(database.pool, 1);
    const columns = new PositionColumns(1);
    appendWalk(columns, 1, DAY0, 1_000, 20_000);
    appendWalk(columns, 1, NOW - 2 * DAY_MS, 1_000, 20_000);
    await storeRows(database.pool, columns);
    const { packAll } = await createLadder(database.pool, { toleranceM: 0 });
    await packAll();
    await settle();
    const { partitions } = await createLadder(database.pool);
    const { bytes } = await partitions.run();
    const capped = (await createLadder(database.pool, { maxBytes: bytes - 1 })).partitions;
    expect((await capped.run()).dropped).toEqual([Date.UTC(2026, 5)]);
    expect((await track('p1', DAY0, NOW)).observedAtMs[0]).toBe(NOW - 2 * DAY_MS + 1);
    const tight = (await createLadder(database.pool, { maxBytes: 1 })).partitions;
    expect((await tight.run()).dropped[0]).toBe(NOW - 10 * HOUR_MS - 2 * DAY_MS);
  });

  it('[RET-9] says so when packing is more than two days behind, and takes it back', async () => {
    await fill(DAY0 - 3 * DAY_MS, DAY0);
    const { ladder, packAll, opsAlarms } = await createLadder(database.pool);
    await ladder.run(new AbortController().signal);
    expect(await opsAlarms.list()).toMatchObject([
      { code: 'retention-behind', subject: 'positions', detail: '2026-06-27 is not packed yet' },
    ]);
    await packAll();
    await ladder.run(new AbortController().signal);
    expect(await opsAlarms.list()).toEqual([]);
  });

  it('[RET-1] stops between two hours when it is told to', async () => {
    await storeTwoDays();
    const { ladder } = await createLadder(database.pool, { restShare: 1000 });
    await ladder.run(new AbortController().signal);
    const stop = new AbortController();
    const running = ladder.run(stop.signal);
    await vi.waitFor(async () => expect(await packedFixes()).toBeGreaterThan(0));
    stop.abort();
    expect(await running).toMatchObject({ hasMore: true });
  });
});
