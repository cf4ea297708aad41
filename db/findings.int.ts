import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { projStringFromParameters, SHANGHAI_2000_B } from '../geo/projection.ts';
import { createTestDatabase, type TestDatabase } from '../test/contract/storage-database.ts';
import { type CurrentFinding, noteProjection, readFindings, writeFindings } from './findings.ts';

const T0 = Date.UTC(2026, 6, 1, 8);
const finding = (companyCode: string, kind: string, share = 1): CurrentFinding => ({
  companyCode,
  kind,
  share,
  looked: 40,
  example: { lng: 121.48, lat: 30.8 },
});

describe('findings', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase(inject('databaseUrl'));
  });
  afterAll(() => database.drop());

  test('[CRD-10] open, are renewed, end, and open anew with a begin of their own; a company sees its own', async () => {
    const { pool } = database;
    await writeFindings(pool, [finding('c1', 'gcj-02', 0.5), finding('c2', 'zero')], T0);
    await writeFindings(pool, [finding('c1', 'gcj-02', 0.75)], T0 + 60_000);
    await writeFindings(pool, [], T0 + 120_000);
    await writeFindings(pool, [finding('c1', 'gcj-02')], T0 + 180_000);
    const shown = (await readFindings(pool, 'c1')).map(({ kind, share, sinceMs, lastMs, endedAtMs }) => ({
      kind,
      share,
      since: sinceMs - T0,
      last: lastMs - T0,
      ended: endedAtMs === null ? null : endedAtMs - T0,
    }));
    expect(shown).toEqual([
      { kind: 'gcj-02', share: 1, since: 180_000, last: 180_000, ended: null },
      { kind: 'gcj-02', share: 0.75, since: 0, last: 60_000, ended: 120_000 },
    ]);
    expect((await readFindings(pool, null)).map(({ companyCode }) => companyCode)).toEqual(['c1', 'c1', 'c2']);
    expect((await readFindings(pool, null))[0]?.example).toEqual({ lng: 121.48, lat: 30.8 });
  });

  test('[GEO-35] a projection is kept once, with its PROJ string and the span of its use', async () => {
    const definition = projStringFromParameters(SHANGHAI_2000_B);
    await noteProjection(database.pool, SHANGHAI_2000_B.id, definition, T0);
    await noteProjection(database.pool, SHANGHAI_2000_B.id, definition, T0 + 1_000);
    const { rows } = await database.pool.query(
      'SELECT id, definition, last_used_at - first_used_at AS used FROM projection_version',
    );
    expect(rows).toMatchObject([{ id: 'shanghai2000-b', definition, used: { seconds: 1 } }]);
  });
});
