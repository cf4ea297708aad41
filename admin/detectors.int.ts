import { afterAll, beforeAll, inject } from 'vitest';
import { describeNearDetectors } from '../test/contract/near-detectors.ts';
import { createTestDatabase, type TestDatabase } from '../test/contract/storage-database.ts';
import { StoredDetectors } from './detectors.ts';
import { MemoryDetectors } from './memory-detectors.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase(inject('databaseUrl'));
});
afterAll(() => database.drop());

describeNearDetectors('StoredDetectors', async () => ({
  detectors: new StoredDetectors(database.pool),
  add: async ({ companyCode, code, name, unit, lng, lat, newest }) => {
    const value = { name, lng, lat, ...(unit === null ? {} : { unit }) };
    await database.pool.query(
      `INSERT INTO setting (topic, key, version, value, by, at, reason) VALUES ('detector', $1, 1, $2, 't', now(), 't')`,
      [`${companyCode}/${code}`, value],
    );
    if (newest === null) return;
    await database.pool.query(
      `INSERT INTO newest_reading (company_code, point_id, value, is_sounding, collected_at) VALUES ($1, $2, $3, $4, $5)`,
      [companyCode, code, newest.value, newest.isSounding, new Date(newest.atMs)],
    );
  },
  close: async () => void (await database.pool.query('TRUNCATE setting, newest_reading')),
}));

describeNearDetectors('MemoryDetectors', async () => {
  const detectors = new MemoryDetectors();
  return { detectors, add: async (one) => void detectors.detectors.push(one), close: async () => {} };
});
