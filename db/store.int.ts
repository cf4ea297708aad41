import { afterAll, beforeAll, inject } from 'vitest';
import { registerParity } from '../test/contract/register-parity.ts';
import { storageContract } from '../test/contract/storage.ts';
import { storageBooksContract } from '../test/contract/storage-books.ts';
import { createTestDatabase, type TestDatabase } from '../test/contract/storage-database.ts';
import { storageExactness } from '../test/contract/storage-exactness.ts';
import type { StorageHarness } from '../test/contract/storage-harness.ts';
import { storagePermitsContract } from '../test/contract/storage-permits.ts';
import { StorageDatabaseHarness } from '../test/contract/storage-postgres.ts';
import { storageRegistersContract } from '../test/contract/storage-registers.ts';
import { storageVendorContract } from '../test/contract/storage-vendor.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase(inject('databaseUrl'));
});
afterAll(() => database.drop());

const createHarness = (): Promise<StorageHarness> => StorageDatabaseHarness.create(database);
storageContract('PostgreSQL', createHarness);
storageBooksContract('PostgreSQL', createHarness);
storageVendorContract('PostgreSQL', createHarness);
storagePermitsContract('PostgreSQL', createHarness, 25);
storageRegistersContract('PostgreSQL', createHarness);
storageExactness('PostgreSQL', createHarness, 25);
registerParity('PostgreSQL', createHarness, 60);
