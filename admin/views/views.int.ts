import { afterAll, beforeAll, inject } from 'vitest';
import { ManualClock } from '../../core/clock.ts';
import { describeSavedViews } from '../../test/contract/saved-views.ts';
import { createTestDatabase, type TestDatabase } from '../../test/contract/storage-database.ts';
import { MemoryViewDesk } from './memory-views.ts';
import { StoredViewDesk } from './views.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase(inject('databaseUrl'));
});
afterAll(() => database.drop());

describeSavedViews('StoredViewDesk', async () => {
  const { pool } = database;
  const clock = new ManualClock(0);
  return {
    desk: new StoredViewDesk(pool, clock),
    clock,
    async addUser(name) {
      const sql = `INSERT INTO app_user (name, password_hash, role) VALUES ($1, 'x', 'operator') RETURNING id`;
      return (await pool.query(sql, [name])).rows[0].id;
    },
    async setNames({ companies, cameras }) {
      for (const { code, name } of companies) {
        await pool.query('INSERT INTO company (code, name) VALUES ($1, $2) ON CONFLICT DO NOTHING', [code, name]);
      }
      for (const { companyCode, code, name, lng, lat } of cameras) {
        await pool.query(
          `INSERT INTO reg_cameras (company_code, code, name, place, version, created_at, created_by, updated_at, updated_by, from_vendor)
           VALUES ($1, $2, $3, $4, 1, now(), 't', now(), 't', '{}')`,
          [companyCode, code, name, lng === null ? null : { lng, lat }],
        );
      }
    },
    audited: async () =>
      (await pool.query('SELECT action, subject FROM audit ORDER BY id')).rows.map(
        ({ action, subject }) => `${action} ${subject}`,
      ),
    async close() {
      await pool.query('TRUNCATE reg_cameras');
      await database.clear();
    },
  };
});

describeSavedViews('MemoryViewDesk', async () => {
  const clock = new ManualClock(0);
  const desk = new MemoryViewDesk(clock);
  return {
    desk,
    clock,
    addUser: async (name) => name,
    async setNames(names) {
      desk.named = names;
    },
    audited: async () =>
      desk.changes.map(({ action, key }) => `${action} ${key.userId === null ? 'park/' : ''}${key.name}`),
    close: async () => {},
  };
});
