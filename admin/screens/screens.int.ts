import { afterAll, beforeAll, inject } from 'vitest';
import { ManualClock } from '../../core/clock.ts';
import { describeScreenBook } from '../../test/contract/screens.ts';
import { createTestDatabase, type TestDatabase } from '../../test/contract/storage-database.ts';
import { MemoryScreenBook } from './memory-screen-book.ts';
import { StoredScreenBook } from './screen-book.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase(inject('databaseUrl'));
});
afterAll(() => database.drop());

describeScreenBook('StoredScreenBook', async () => {
  const { pool } = database;
  const clock = new ManualClock(0);
  return {
    book: new StoredScreenBook(pool, clock),
    clock,
    audited: async () =>
      (await pool.query('SELECT action, subject, user_name FROM audit ORDER BY id')).rows.map(
        ({ action, subject, user_name }) => `${action} ${subject} ${user_name}`,
      ),
    async close() {
      await pool.query('TRUNCATE screen');
      await database.clear();
    },
  };
});

describeScreenBook('MemoryScreenBook', async () => {
  const clock = new ManualClock(0);
  const book = new MemoryScreenBook(clock);
  return {
    book,
    clock,
    audited: async () => book.changes.map(({ action, subject, by }) => `${action} ${subject} ${by}`),
    close: async () => {},
  };
});
