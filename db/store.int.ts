import { afterAll, beforeAll, inject } from 'vitest';
import { registerParity } from '../test/contract/register-parity.ts';
import { type StorageHarness, storageContract } from '../test/contract/storage.ts';
import { createTestDatabase, type TestDatabase } from '../test/contract/storage-database.ts';
import { StorageDatabaseHarness } from '../test/contract/storage-postgres.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase(inject('databaseUrl'));
});
afterAll(() => database.drop());

const createHarness = (): Promise<StorageHarness> => StorageDatabaseHarness.create(database);
storageContract('PostgreSQL', createHarness);
registerParity('PostgreSQL', createHarness, 60);
