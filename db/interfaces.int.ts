import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../test/contract/storage-database.ts';
import { readInterfaces } from './interfaces.ts';

describe('interfaces of companies', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase(inject('databaseUrl'));
    const { pool } = database;
    await pool.query(`INSERT INTO company (code, name) VALUES ('c2', '乙化工'), ('c1', '甲化工')`);
    await pool.query(
      `INSERT INTO company_interface (company_code, interface, stage) VALUES ('c1', 'positions', 'live')`,
    );
    await pool.query(
      `INSERT INTO interface_sample VALUES ('c1', 'areas', 'accepted', to_timestamp(5), 'b'), ('c1', 'areas', 'updated', to_timestamp(6), 'b')`,
    );
  });
  afterAll(() => database.drop());

  test('[ID-60] every interface of every company has its stage, joint where nothing else is said, and what was shown', async () => {
    const all = await readInterfaces(database.pool, null);
    const of = (companyCode: string, name: string) =>
      all.find((one) => one.companyCode === companyCode && one.interface === name);
    expect(of('c1', 'positions')).toMatchObject({ stage: 'live', companyName: '甲化工', shown: {} });
    expect(of('c1', 'areas')).toMatchObject({ stage: 'joint', shown: { accepted: 5_000, updated: 6_000 } });
    expect(of('c2', 'areas')).toMatchObject({ stage: 'joint', shown: {} });
    const own = await readInterfaces(database.pool, 'c2');
    expect(new Set(own.map((one) => one.companyCode))).toEqual(new Set(['c2']));
    expect(all).toHaveLength(2 * own.length);
  });
});
