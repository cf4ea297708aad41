import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { ManualClock } from '../core/clock.ts';
import { isHypertable } from '../db/migrate.ts';
import { type Pool, queryRows } from '../db/pool.ts';
import { CHECK_LIST } from '../stream/protocol/check-list.ts';
import { INTERFACES } from '../stream/protocol/vocabulary.ts';
import { createTestDatabase, type TestDatabase } from '../test/contract/storage-database.ts';
import { COMMAND_LINE } from './audit.ts';
import { addCompany } from './companies.ts';
import { readStandings, type StageRequest, setStage } from './stages.ts';

const T0 = Date.UTC(2026, 6, 1, 4);
let database: TestDatabase;
let pool: Pool;
let companyCode: string;
const clock = new ManualClock(T0);
const announced: string[] = [];

beforeAll(async () => {
  database = await createTestDatabase(inject('databaseUrl'));
  pool = database.pool;
  if (await isHypertable(pool)) return;
  const range = `FROM ('${new Date(T0 - 86_400_000).toISOString()}') TO ('${new Date(T0 + 1).toISOString()}')`;
  await queryRows(pool, `CREATE TABLE position_of_the_test PARTITION OF position FOR VALUES ${range}`);
});
afterAll(() => database.drop());
beforeEach(async () => {
  companyCode = `S${randomUUID().slice(0, 8)}`;
  announced.length = 0;
  await addCompany(pool, COMMAND_LINE, { code: companyCode, name: '岚屿测试' });
});

const set = (change: Partial<StageRequest> = {}) => {
  const request: StageRequest = {
    companyCode,
    interfaceName: 'persons',
    stage: 'trial',
    forcedBecause: null,
    ...change,
  };
  const parts = { pool, announcer: { changed: async (appId: string) => void announced.push(appId) } };
  return setStage(parts, clock, COMMAND_LINE, request);
};
const standingOf = async (interfaceName: string) =>
  (await readStandings(pool, clock, companyCode)).find((one) => one.interfaceName === interfaceName);
const show = (interfaceName: string, ...samples: string[]) =>
  queryRows(
    pool,
    `INSERT INTO interface_sample (company_code, interface, sample, first_at, batch_id)
     SELECT $1, $2, sample, $3, 'batch' FROM unnest($4::text[]) AS s (sample)`,
    [companyCode, interfaceName, new Date(T0), samples],
  );
const stageAudit = () =>
  queryRows<{ detail: Record<string, unknown> }>(
    pool,
    `SELECT detail FROM audit WHERE subject = $1 AND action = 'stage.set' ORDER BY id`,
    [companyCode],
  );

describe('stages', () => {
  test('[ONB-1] a new company stands at joint with every interface, or where it is told', async () => {
    const standings = await readStandings(pool, clock, companyCode);
    expect(standings.map(({ interfaceName, stage }) => [interfaceName, stage])).toEqual(
      INTERFACES.map((interfaceName) => [interfaceName, 'joint']),
    );
    await addCompany(pool, COMMAND_LINE, { code: `${companyCode}L`, name: 'live' }, 'live');
    const live = await readStandings(pool, clock, `${companyCode}L`);
    expect(live.every(({ stage }) => stage === 'live')).toBe(true);
    await expect(readStandings(pool, clock, 'nowhere')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('[ONB-1] an interface without a row stands at joint', async () => {
    await queryRows(pool, 'DELETE FROM company_interface WHERE company_code = $1', [companyCode]);
    expect((await standingOf('sensors'))?.stage).toBe('joint');
  });

  test('[ONB-4] going up names what the joint test has not shown, and goes once it has', async () => {
    await show('persons', 'accepted');
    expect(await set()).toEqual({
      ok: false,
      error: { code: 'INPUT_INVALID', detail: 'the joint test has not shown: updated, withdrawn' },
    });
    expect((await standingOf('persons'))?.stage).toBe('joint');
    expect(await stageAudit()).toEqual([]);
    await show('persons', 'updated', 'withdrawn');
    expect(await set()).toMatchObject({ ok: true, value: { stage: 'trial', changedBy: COMMAND_LINE.userName } });
    expect(await set({ stage: 'live' })).toMatchObject({ ok: true });
    expect(await standingOf('persons')).toMatchObject({
      stage: 'live',
      checkList: CHECK_LIST.persons.map((item) => ({ ...item, firstAt: new Date(T0), batchId: 'batch' })),
    });
  });

  test('[ONB-4] it can be forced with a reason, which is on record with what was missing; going back is free', async () => {
    await set({ stage: 'live', forcedBecause: 'old system, known for years' });
    expect(await set({ stage: 'joint' })).toMatchObject({ ok: true, value: { stage: 'joint' } });
    const missing = ['accepted', 'updated', 'withdrawn'];
    expect((await stageAudit()).map(({ detail }) => detail)).toEqual([
      { interface: 'persons', from: 'joint', to: 'live', missing, forcedBecause: 'old system, known for years' },
      { interface: 'persons', from: 'live', to: 'joint', missing, forcedBecause: null },
    ]);
  });

  test('[ONB-4] the front door is told for every credential of the company, and of no other', async () => {
    for (const [appId, code] of [
      [`${companyCode}-1`, companyCode],
      [`${companyCode}-2`, companyCode],
    ]) {
      await queryRows(pool, `INSERT INTO credential (app_id, company_code, secret_sealed) VALUES ($1, $2, 's')`, [
        appId,
        code,
      ]);
    }
    await set({ forcedBecause: 'test' });
    expect(announced.sort()).toEqual([`${companyCode}-1`, `${companyCode}-2`]);
  });
});

describe('the steady sample of positions', () => {
  const fixes = async (gapsS: readonly number[], isJoint = true): Promise<void> => {
    const [person] = await queryRows<{ id: number }>(
      pool,
      `INSERT INTO person (company_code, person_id, joint_test, received_at) VALUES ($1, $2, $3, now()) RETURNING id`,
      [companyCode, randomUUID(), isJoint],
    );
    await queryRows(pool, `INSERT INTO fix_source (id, name) VALUES (1, 'GNSS') ON CONFLICT DO NOTHING`);
    let atMs = T0 - 3_600_000;
    const times = [atMs, ...gapsS.map((gapS) => (atMs += gapS * 1_000))].map((ms) => new Date(ms));
    await queryRows(
      pool,
      `INSERT INTO position (observed_at, person_id, lng, lat, delay_ms, source, flags)
       SELECT at, $1, 0, 0, 0, 1, 0 FROM unnest($2::timestamptz[]) AS f (at)`,
      [person?.id, times],
    );
  };
  const steadyAt = async (): Promise<Date | null | undefined> =>
    (await standingOf('positions'))?.checkList.find(({ sample }) => sample === 'steady')?.firstAt;

  test.each<[string, number[], boolean]>([
    ['ten minutes with gaps of 30 s', new Array(20).fill(30), true],
    ['ten minutes behind a longer gap', [300, ...new Array(20).fill(30)], true],
    ['a little less than ten minutes', [...new Array(19).fill(30), 29], false],
    ['one gap of 31 s in the middle', [...new Array(15).fill(30), 31, ...new Array(15).fill(30)], false],
  ])('[ONB-3] %s', async (_what, gapsS, isSteady) => {
    await fixes(gapsS);
    expect((await steadyAt()) !== null).toBe(isSteady);
  });

  test('[ONB-3] two people do not make one, and live positions show nothing', async () => {
    await fixes(new Array(10).fill(30));
    await fixes(new Array(10).fill(30));
    await fixes(new Array(30).fill(10), false);
    expect(await steadyAt()).toBeNull();
  });
});
