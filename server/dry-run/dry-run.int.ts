/** A dry run over what the store kept of a live engine's log: the oracle is the engine itself. */
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { COMMAND_LINE } from '../../admin/audit.ts';
import { ManualClock } from '../../core/clock.ts';
import { silentLogger } from '../../core/logger.ts';
import type { DryRunAlarm, DryRunLine, DryRunRequest } from '../../core/settings-api.ts';
import { isHypertable } from '../../db/migrate.ts';
import { PartitionKeeper } from '../../db/partition-keeper.ts';
import { queryRows, withTransaction } from '../../db/pool.ts';
import { putSettings } from '../../db/settings.ts';
import { Store } from '../../db/store.ts';
import { at, EngineRun } from '../../test/builders/engine-run.ts';
import { COMPANY, createArea, createPerson } from '../../test/builders/entries.ts';
import { projection, squareAt } from '../../test/builders/plane.ts';
import { createTestDatabase, type TestDatabase } from '../../test/contract/storage-database.ts';
import { VENDOR_REGISTERS } from '../vendor-registers.ts';
import { ParkDryRuns } from './dry-runs.ts';
import { StoredPast } from './source.ts';

const T0 = Date.UTC(2026, 10, 20, 7, 55);
const AREA = `${COMPANY}/a`;
const LENGTH_S = 900;
/** p1 passes through, p2 stays long, p3 is elsewhere all the time. */
const STAYS = { p1: [60, 260], p2: [60, 800], p3: [0, 0] } as const;

let database: TestDatabase;
let dryRuns: ParkDryRuns;
const live = new EngineRun();
const clock = new ManualClock(T0 + LENGTH_S * 1_000 + 1);

function runLive(value: unknown): void {
  live.tick(T0);
  live.areas(createArea({ areaId: 'a', kind: 'PRODUCTION', polygons: squareAt(0, 0, 60) }));
  live.entry('setting', { topic: 'area', key: AREA, version: 1, value, userId: '', userName: '' }, T0);
  for (const personId of Object.keys(STAYS)) live.persons(createPerson({ personId }));
  for (let s = 0; s < LENGTH_S; s++) {
    const atMs = T0 + s * 1_000;
    if (s % 5 === 0) {
      const fixes = Object.entries(STAYS).map(([person, [fromS, toS]], i) => {
        const isIn = s >= fromS && s < toS;
        return at(person === 'p3' ? 5_000 : isIn ? 30 : 150, 5 + 25 * i, atMs, { person, accuracyM: 1 });
      });
      live.fixes(fixes, atMs + 400);
    }
    live.tick(atMs + 1_000);
  }
}

beforeAll(async () => {
  database = await createTestDatabase(inject('databaseUrl'));
  const { pool } = database;
  const value = { dwellLimitS: 120 };
  runLive(value);
  const timescale = await isHypertable(pool);
  const shared = { pool, clock, logger: silentLogger };
  const store = new Store({
    ...shared,
    partitions: new PartitionKeeper({ ...shared, timescale, maxBytes: null }),
    registers: VENDOR_REGISTERS,
  });
  await store.claim({ term: 1, epoch: 'e', first: { nextSeq: 1, alarmsNextSeq: 1 } });
  for (let i = 0; i < live.entries.length; i += 200) {
    const entries = live.entries.slice(i, i + 200);
    await store.apply({ entries, unfit: [], effects: [], nextSeq: i + entries.length + 1, alarmsNextSeq: 1 });
  }
  await store.close();
  const author = { userId: '', userName: 'x', atMs: T0 - 1, reason: 'x' };
  await withTransaction(pool, (client) =>
    putSettings(client, [{ topic: 'area', key: AREA, value, expectedVersion: 0 }], author),
  );
});
afterAll(() => database.drop());
beforeEach(() => {
  const past = new StoredPast(database.pool);
  dryRuns = new ParkDryRuns({ past, projection, audit: database.pool, clock, logger: silentLogger });
});

const request = (change: Partial<DryRunRequest> = {}): DryRunRequest => ({
  topic: 'area',
  key: AREA,
  value: { dwellLimitS: 120 },
  fromMs: T0,
  toMs: T0 + LENGTH_S * 1_000,
  ...change,
});
async function outcomeOf(lines: AsyncGenerator<DryRunLine>) {
  const alarms = new Map<string, DryRunAlarm>();
  let last: DryRunLine | null = null;
  for await (const line of lines) {
    if (line.t === 'alarm') alarms.set(line.alarm.id, line.alarm);
    last = line;
  }
  return { alarms: [...alarms.values()], last };
}
const liveAlarms = () => {
  const views = live.published.flatMap(({ effects }) =>
    effects.flatMap((one) => (one.t === 'alarm' ? [one.alarm] : [])),
  );
  const ofArea = new Map(views.filter(({ areaId }) => areaId === 'a').map((alarm) => [alarm.alarmId, alarm]));
  return [...ofArea.values()].map(({ alarmId, raisedAtMs }) => [alarmId, raisedAtMs]).sort();
};

describe('dry run over stored positions', () => {
  it('[DRY-1] raises what the live engine raised, [DRY-4] reading those alone who were near', async () => {
    const { alarms, last } = await outcomeOf(await dryRuns.start(request(), COMMAND_LINE));
    expect(liveAlarms()).toHaveLength(2);
    expect(alarms.map(({ id, nowRaisedAtMs }) => [id, nowRaisedAtMs]).sort()).toEqual(liveAlarms());
    expect(alarms.map(({ id, triedRaisedAtMs }) => [id, triedRaisedAtMs]).sort()).toEqual(liveAlarms());
    expect(last).toMatchObject({ t: 'end', summary: { added: 0, dropped: 0, same: 2, people: 2, share: 1 } });
  });

  it('[DRY-2] says what another limit changes, [DRY-6] and leaves no trace but its record', async () => {
    const count = async () =>
      queryRows(
        database.pool,
        `SELECT (SELECT count(*) FROM alarm) AS alarms, (SELECT count(*) FROM outbox) AS outbox,
        (SELECT count(*) FROM setting_version) AS versions`,
      );
    const before = await count();
    const { last } = await outcomeOf(await dryRuns.start(request({ value: { dwellLimitS: 400 } }), COMMAND_LINE));
    expect(last).toMatchObject({ t: 'end', summary: { added: 0, dropped: 1, same: 1 } });
    expect(await count()).toEqual(before);
    const [entry] = await queryRows<{ subject: string }>(
      database.pool,
      `SELECT subject FROM audit WHERE action = 'dry-run' ORDER BY id DESC LIMIT 1`,
    );
    expect(entry?.subject).toBe(`area:${AREA}`);
  });

  it('[DRY-7] one at a time; one that is left makes room, and so does one that nobody began to read', async () => {
    const first = await dryRuns.start(request(), COMMAND_LINE);
    await first.next();
    await expect(dryRuns.start(request(), COMMAND_LINE)).rejects.toMatchObject({ code: 'CONFLICT' });
    await first.return(undefined);
    await (await dryRuns.start(request(), COMMAND_LINE)).return(undefined);
    expect((await outcomeOf(await dryRuns.start(request(), COMMAND_LINE))).last?.t).toBe('end');
  });

  it('[DRY-7] one whose lines nobody takes for long makes room, and says no more when they are taken again', async () => {
    const past = new StoredPast(database.pool);
    const options = { past, projection, audit: database.pool, clock, logger: silentLogger };
    const impatient = new ParkDryRuns({ ...options, stallMs: 20 });
    const left = await impatient.start(request(), COMMAND_LINE);
    await left.next();
    await expect(impatient.start(request(), COMMAND_LINE)).rejects.toMatchObject({ code: 'CONFLICT' });
    const next = await vi.waitFor(() => impatient.start(request(), COMMAND_LINE));
    const first = await next.next();
    expect(first.done).toBe(false);
    expect(await left.next()).toEqual({ done: true, value: undefined });
    await next.return(undefined);
  });

  it('[DRY-7] a job shows its progress and its differences, and can be ended', async () => {
    // Held at its line in the audit, it cannot be through before another one is asked for.
    const starting = await withTransaction(database.pool, async (client) => {
      await client.query('LOCK TABLE audit IN EXCLUSIVE MODE');
      const first = dryRuns.startJob(request({ areas: null, value: { dwellLimitS: 400 } }), COMMAND_LINE);
      await expect.poll(() => dryRuns.jobs().jobs.length).toBe(1);
      await expect(dryRuns.startJob(request(), COMMAND_LINE)).rejects.toMatchObject({ code: 'CONFLICT' });
      return { first };
    });
    const job = await starting.first;
    await expect.poll(() => dryRuns.job(job.id)?.state, { timeout: 30_000 }).toBe('ended');
    const ended = dryRuns.job(job.id);
    expect(ended).toMatchObject({ done: 1, summary: { dropped: 1 }, alarms: [{ subject: `${COMPANY}/p1` }] });
    const second = await dryRuns.startJob(request(), COMMAND_LINE);
    expect(dryRuns.cancelJob(second.id)).toBe(true);
    expect(dryRuns.job(second.id)?.state).toBe('cancelled');
    expect(dryRuns.cancelJob('none')).toBe(false);
    expect(dryRuns.jobs().jobs.map(({ id }) => id)).toEqual([second.id, job.id]);
  });

  it.each<[string, Partial<DryRunRequest>]>([
    ['more than a day', { fromMs: T0 - 86_400_000 }],
    ['the future', { toMs: T0 + 3_600_000 }],
    ['no time', { toMs: T0 }],
    ['a setting that is none', { value: { dwellLimitS: -1 } }],
    ['an unknown topic', { topic: 'tides' }],
    ['rules without areas', { topic: 'rules', key: '', value: {} }],
    ['the whole park while somebody waits', { topic: 'rules', key: '', value: {}, areas: null }],
  ])('[DRY-8] %s is refused', async (_what, change) => {
    await expect(dryRuns.start(request(change), COMMAND_LINE)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });

  it('[DRY-8] positions that are thinned already are refused', async () => {
    await queryRows(database.pool, 'UPDATE position_ladder SET packed_to = $1', [new Date(T0 + 1_000)]);
    await expect(dryRuns.start(request(), COMMAND_LINE)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    await queryRows(database.pool, `UPDATE position_ladder SET packed_to = 'epoch'`);
  });

  it('[DRY-8] an area that was not there then breaks the run off with the reason', async () => {
    const asked = request({ key: `${COMPANY}/elsewhere` });
    const { last } = await outcomeOf(await dryRuns.start(asked, COMMAND_LINE));
    expect(last).toMatchObject({ t: 'failed', code: 'INPUT_INVALID' });
  });
});
