import { inject } from 'vitest';
import { registerStoreContract } from '../../test/contract/register-store.ts';
import { createTestDatabase } from '../../test/contract/storage-database.ts';
import { SAMPLE } from './sample-register.ts';
import { TableStore } from './table-store.ts';

registerStoreContract('a table', async () => {
  const database = await createTestDatabase(inject('databaseUrl'), false, [SAMPLE]);
  const { pool } = database;
  await pool.query(`INSERT INTO company (code, name) VALUES ('900000001', '甲公司'), ('900000002', '乙公司')`);
  return {
    store: new TableStore(SAMPLE),
    pool,
    companies: ['900000001', '900000002'],
    clear: async () => {
      await pool.query('TRUNCATE reg_sample');
    },
    end: () => database.drop(),
  };
});
