import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { Pace } from '../../core/pace.ts';
import { anActivity, aPermit, aPermitVideo, aWord, PERMIT_T0 as P0 } from '../../stream/protocol/permits.fixture.ts';
import type { PermitRecord } from '../../stream/protocol/permits.ts';
import { createTestDatabase, type TestDatabase } from '../../test/contract/storage-database.ts';
import { StorageDatabaseHarness } from '../../test/contract/storage-postgres.ts';
import { StoreRun } from '../../test/contract/store-run.ts';
import { dropOldPermits } from './permit-retention.ts';

const DAY_MS = 86_400_000;

describe('permits that are over', () => {
  let database: TestDatabase;
  let harness: StorageDatabaseHarness;
  let run: StoreRun;
  beforeAll(async () => {
    database = await createTestDatabase(inject('databaseUrl'));
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    harness = await StorageDatabaseHarness.create(database);
    run = await StoreRun.start(harness);
  });

  const over = (permitId: string, workAtMs: number, more: Partial<PermitRecord> = {}): PermitRecord =>
    aPermit({ permitId, status: 'accepted', updatedAtMs: workAtMs, fields: { startedAtMs: workAtMs }, ...more });
  const left = async (): Promise<string[]> => (await harness.permits()).map(({ row }) => row.permitId);

  it('[PST-30] go with their words and what belongs to them; open ones and what was spoken of since stay, months too', async () => {
    await run.apply(
      run.records('permits', [
        over('old', P0),
        over('old-too', P0 + 1),
        over('open', P0, { status: 'paused' }),
        over('told', P0),
        aWord({ permitId: 'told', updatedAtMs: P0 + 3 * DAY_MS, fields: { applicant: '补录' } }),
        over('newer', P0 + 3 * DAY_MS),
      ]),
      run.records('permits', [over('joint', P0, { status: 'working' })], { stage: 'joint' }),
      run.records('permitVideos', [
        aPermitVideo({ videoId: 'v1', permitId: 'old' }),
        aPermitVideo({ videoId: 'v2', permitId: 'open' }),
      ]),
      run.records('activities', [anActivity(), anActivity({ activityId: 'j2', fromMs: P0 + 3 * DAY_MS })]),
    );
    await database.pool.query(
      `INSERT INTO doc (kind, key, company_codes, gone, at, value)
       SELECT 'coverage', $1 || '/' || id, '{}', true, now(), '{}' FROM unnest('{old,open,joint}'::text[]) AS id`,
      [aPermit().companyCode],
    );
    const months = await harness.permitMonths();
    expect(await dropOldPermits(database.pool, P0 + 2 * DAY_MS, new Pace(() => {}), 1)).toBe(3);
    expect(await left()).toEqual(['newer', 'open', 'told']);
    expect((await harness.permitWords()).map(({ permitId }) => permitId)).toEqual(['newer', 'open', 'told', 'told']);
    expect((await harness.vendorRecords()).map(({ recordId }) => recordId)).toEqual(['j2', 'v2']);
    const { rows } = await database.pool.query<{ key: string }>(
      `SELECT key FROM doc WHERE kind = 'coverage' ORDER BY key`,
    );
    expect(rows.map(({ key }) => key.split('/')[1])).toEqual(['joint', 'open']);
    expect(await harness.permitMonths()).toEqual(months);
  });

  it('[PST-30] two days of them at first, the rest waits', async () => {
    await run.apply(
      run.records(
        'permits',
        [0, 1, 2, 3, 4].map((n) => over(`p${n}`, P0 + 1.5 * n * DAY_MS)),
      ),
    );
    let waits = 0;
    const pace = new Pace(
      () => waits++,
      () => 0,
    );
    expect(await dropOldPermits(database.pool, P0 + 100 * DAY_MS, pace)).toBe(2);
    expect(waits).toBe(1);
    expect(await left()).toEqual(['p2', 'p3', 'p4']);
  });
});
