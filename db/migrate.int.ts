import { getTableColumns, getTableName } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { silentLogger } from '../core/logger.ts';
import { createTestDatabase, type TestDatabase } from '../test/contract/storage-database.ts';
import { migrateDatabase } from './migrate.ts';
import { appUser, audit, company, credential, drizzleOf } from './schema.ts';

describe('migrations', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase(inject('databaseUrl'), true);
  });
  afterEach(() => database.drop());

  it('[STO-19] applies everything once, in order', async () => {
    const first = await migrateDatabase(database.url, silentLogger);
    expect(first.applied).toEqual([...first.applied].sort());
    expect(first.applied[0]).toBe('0001_identity');
    expect(await migrateDatabase(database.url, silentLogger)).toEqual({ applied: [], timescale: first.timescale });
  });

  it('[STO-19] several at once apply each migration once', async () => {
    const runs = await Promise.all([1, 2, 3].map(() => migrateDatabase(database.url, silentLogger)));
    const applied = runs.flatMap((run) => run.applied);
    expect(new Set(applied).size).toBe(applied.length);
    expect(runs.filter((run) => run.applied.length > 0)).toHaveLength(1);
  });

  it('[STO-19] refuses to go on when an applied migration was changed', async () => {
    await migrateDatabase(database.url, silentLogger);
    await database.pool.query(`UPDATE schema_migration SET checksum = 'other' WHERE version = '0001_identity'`);
    await expect(migrateDatabase(database.url, silentLogger)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      detail: expect.stringContaining('0001_identity'),
    });
  });

  it('[STO-19] a failing migration leaves nothing behind', async () => {
    // In the way of the second migration: its transaction must take everything before that table back.
    await database.pool.query('CREATE TABLE alarm (other int)');
    await expect(migrateDatabase(database.url, silentLogger)).rejects.toThrow('alarm');
    const { rows } = await database.pool.query(
      `SELECT to_regclass('person') AS person, (SELECT count(*) FROM schema_migration) AS applied`,
    );
    expect(rows).toEqual([{ person: null, applied: 1 }]);
  });

  it('[STO-20] audit takes rows and gives none back', async () => {
    await migrateDatabase(database.url, silentLogger);
    const { pool } = database;
    await pool.query(`INSERT INTO audit (user_name, action, outcome) VALUES ('a', 'b', 'ok')`);
    for (const statement of [`UPDATE audit SET action = 'c'`, 'DELETE FROM audit', 'TRUNCATE audit']) {
      await expect(pool.query(statement)).rejects.toThrow('append-only');
    }
  });

  it('[STO-19] the drizzle schema names the columns that the migrations make', async () => {
    await migrateDatabase(database.url, silentLogger);
    for (const table of [company, credential, appUser, audit]) {
      const { rows } = await database.pool.query<{ name: string; nullable: boolean }>(
        `SELECT column_name AS name, is_nullable = 'YES' AS nullable FROM information_schema.columns
         WHERE table_name = $1 ORDER BY column_name`,
        [getTableName(table)],
      );
      const declared = Object.values(getTableColumns(table))
        .map((column) => ({ name: column.name, nullable: !column.notNull }))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
      expect(declared).toEqual(rows);
    }
    expect(await drizzleOf(database.pool).select().from(company)).toEqual([]);
  });

  it('[STO-21] says whether positions are a hypertable', async (context) => {
    const { timescale } = await migrateDatabase(database.url, silentLogger);
    const { rows } = await database.pool.query<{ ready: boolean }>(
      `SELECT current_setting('shared_preload_libraries') LIKE '%timescaledb%' AS ready`,
    );
    expect(timescale).toBe(rows[0]?.ready);
    if (!timescale) context.skip('TimescaleDB is not installed here: only native partitions were tested');
  });
});
