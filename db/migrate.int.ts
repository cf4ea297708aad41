import { getTableColumns, getTableName } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { silentLogger } from '../core/logger.ts';
import { isTimescaleLoaded } from '../test/contract/own-database.ts';
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

  it('[STO-27] an ordinary account that owns its database is enough', async (context) => {
    const { pool, url } = database;
    const [me] = (
      await pool.query<{ name: string; may: boolean }>(
        `SELECT current_user AS name, rolsuper AS may FROM pg_roles WHERE rolname = current_user`,
      )
    ).rows;
    if (me?.may !== true) context.skip(`${me?.name} cannot make accounts: every test here runs as an ordinary one`);
    const own = new URL(url);
    own.username = `${own.pathname.slice(1)}_owner`;
    own.password = 'only-for-this-test';
    await pool.query(`CREATE ROLE ${own.username} LOGIN PASSWORD '${own.password}'`);
    try {
      await pool.query(`ALTER DATABASE ${own.pathname.slice(1)} OWNER TO ${own.username}`);
      // TimescaleDB counts as a trusted extension: the owner of a database may create it there.
      const timescale = await isTimescaleLoaded(database.url);
      expect(await migrateDatabase(own.href, silentLogger)).toMatchObject({ timescale });
      expect(await migrateDatabase(own.href, silentLogger)).toEqual({ applied: [], timescale });
    } finally {
      await pool.query(`ALTER DATABASE ${own.pathname.slice(1)} OWNER TO CURRENT_USER`);
      await pool.query(`REASSIGN OWNED BY ${own.username} TO CURRENT_USER`);
      await pool.query(`DROP ROLE ${own.username}`);
    }
  });

  it('[STO-21] positions are a hypertable where the server has TimescaleDB, and says so', async (context) => {
    const { timescale } = await migrateDatabase(database.url, silentLogger);
    const { pool } = database;
    expect(timescale).toBe(await isTimescaleLoaded(database.url));
    if (!timescale) context.skip('TimescaleDB is not installed here: only native partitions were tested');
    const { rows: dimensions } = await pool.query(
      `SELECT column_name AS name, extract(epoch FROM time_interval)::int AS seconds
       FROM timescaledb_information.dimensions WHERE hypertable_name = 'position'`,
    );
    expect(dimensions).toEqual([{ name: 'observed_at', seconds: 86_400 }]);
    const { rows: indexes } = await pool.query(`SELECT indexname FROM pg_indexes WHERE tablename = 'position'`);
    expect(indexes).toEqual([{ indexname: 'position_key' }]);
    const { rows: columnstore } = await pool.query(
      `SELECT attname AS name, segmentby_column_index AS segment, orderby_column_index AS "order"
       FROM timescaledb_information.compression_settings WHERE hypertable_name = 'position' ORDER BY 2, 3`,
    );
    const { rows: jobs } = await pool.query(
      `SELECT config->>'compress_after' AS after FROM timescaledb_information.jobs
       WHERE hypertable_name = 'position' AND proc_name = 'policy_compression'`,
    );
    const [licence] = (await pool.query<{ name: string }>(`SELECT current_setting('timescaledb.license') AS name`))
      .rows;
    if (licence?.name !== 'timescale') {
      expect([columnstore, jobs]).toEqual([[], []]);
      return;
    }
    expect(columnstore).toEqual([
      { name: 'person_id', segment: 1, order: null },
      { name: 'observed_at', segment: null, order: 1 },
      { name: 'source', segment: null, order: 2 },
    ]);
    expect(jobs).toEqual([{ after: '1 day' }]);
  });

  it('[STO-21] native partitions stay what they are when TimescaleDB comes later', async (context) => {
    const { timescale } = await migrateDatabase(database.url, silentLogger);
    if (!timescale) context.skip('TimescaleDB is not installed here: only native partitions were tested');
    // As if it had been migrated before the server had TimescaleDB.
    await database.pool.query('CREATE TABLE before (LIKE position INCLUDING ALL) PARTITION BY RANGE (observed_at)');
    await database.pool.query('DROP TABLE position');
    await database.pool.query('DROP EXTENSION timescaledb CASCADE');
    await database.pool.query('ALTER TABLE before RENAME TO position');
    expect(await migrateDatabase(database.url, silentLogger)).toEqual({ applied: [], timescale: false });
    const { rows } = await database.pool.query(`SELECT extname FROM pg_extension WHERE extname = 'timescaledb'`);
    expect(rows).toEqual([]);
  });
});
