/**
 * Brings a database to the newest schema. Owns the order and the checksums of db/migrations; files already applied must
 * not change. One process at a time (advisory lock); every file runs in a transaction of its own together with its row
 * in schema_migration. The tables of the registers follow, from their declarations. Called by `park migrate`, by `park up` and
 * by the tests.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import { REGISTERS } from '../registers/index.ts';
import type { AnyRegister } from '../registers/register.ts';
import type { Pool, PoolClient } from './pool.ts';
import { createPool, databaseError, queryRows } from './pool.ts';
import { createRegisterTables } from './registers/tables.ts';

export interface Migrated {
  /** Versions applied by this call, in order; empty when the schema was up to date. */
  readonly applied: string[];
  /** `position` is a hypertable; false: native range partitions. */
  readonly timescale: boolean;
}

interface MigrationFile {
  readonly version: string;
  readonly checksum: string;
  readonly sql: string;
}

/** PostgreSQL 15 is what the embedded server runs; the SQL stays valid up to 18. */
const MIN_SERVER_VERSION = 150_000;
/** Any constant that nothing else in the database uses. */
const LOCK_KEY = 7_281_904;

/** Nearest folder db/migrations on the way up: beside this file in the source tree, two levels up from dist/db. */
function migrationFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const candidate = join(folder, 'db', 'migrations');
    if (existsSync(candidate)) return candidate;
    const parent = dirname(folder);
    if (parent === folder) throw new Error('db/migrations not found above the running code');
    folder = parent;
  }
}

async function readMigrations(folder: string): Promise<MigrationFile[]> {
  const names = (await readdir(folder)).filter((name) => /^\d{4}_[a-z0-9_]+\.sql$/.test(name)).sort();
  return Promise.all(
    names.map(async (name) => {
      const sql = (await readFile(join(folder, name), 'utf8')).replaceAll('\r\n', '\n');
      return { version: name.replace(/\.sql$/, ''), checksum: createHash('sha256').update(sql).digest('hex'), sql };
    }),
  );
}

async function requireServer(client: PoolClient): Promise<void> {
  const [row] = await queryRows<{ version: string }>(client, `SELECT current_setting('server_version_num') AS version`);
  const version = Number(row?.version);
  if (version < MIN_SERVER_VERSION) {
    throw new AppError('CONFIG_INVALID', {
      detail: `PostgreSQL ${Math.floor(version / 10_000)} is too old, 15 or newer is needed`,
    });
  }
}

/**
 * Creates the extension where the server has it ready. Asking for it without the preloaded library would end the
 * connection, and without the right it fails: both mean native partitions. The library shows by its settings, which
 * every account may see; shared_preload_libraries is for administrators only. Positions that are there already stay what
 * they are, so they need no extension.
 */
async function prepareTimescale(pool: Pool, logger: Logger): Promise<void> {
  const [row] = await queryRows<{ installed: boolean; ready: boolean }>(
    pool,
    `SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'timescaledb') AS installed,
            EXISTS (SELECT FROM pg_available_extensions WHERE name = 'timescaledb')
              AND EXISTS (SELECT FROM pg_settings WHERE name LIKE 'timescaledb.%')
              AND to_regclass('position') IS NULL AS ready`,
  );
  if (row === undefined || row.installed || !row.ready) return;
  try {
    await pool.query('CREATE EXTENSION IF NOT EXISTS timescaledb');
  } catch (error) {
    logger.warn('timescaledb-not-created', { error });
  }
}

/** Whether `position` is a hypertable; read from the table itself, so it stays true whatever is installed later. */
export async function isHypertable(pool: Pool): Promise<boolean> {
  const [row] = await queryRows<{ relkind: string }>(
    pool,
    `SELECT relkind::text FROM pg_class WHERE oid = to_regclass('position')`,
  );
  return row?.relkind === 'r';
}

async function applyMissing(client: PoolClient, files: readonly MigrationFile[], logger: Logger): Promise<string[]> {
  await client.query(
    `CREATE TABLE IF NOT EXISTS schema_migration (
       version text PRIMARY KEY, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())`,
  );
  const rows = await queryRows<{ version: string; checksum: string }>(
    client,
    'SELECT version, checksum FROM schema_migration',
  );
  const known = new Map(rows.map((row) => [row.version, row.checksum]));
  const applied: string[] = [];
  for (const file of files) {
    const checksum = known.get(file.version);
    if (checksum === file.checksum) continue;
    if (checksum !== undefined) {
      throw new AppError('CONFIG_INVALID', { detail: `migration ${file.version} was changed after it was applied` });
    }
    await client.query('BEGIN');
    try {
      await client.query(file.sql);
      await client.query('INSERT INTO schema_migration (version, checksum) VALUES ($1, $2)', [
        file.version,
        file.checksum,
      ]);
      await client.query('COMMIT');
    } catch (error) {
      await client.query('ROLLBACK');
      throw error;
    }
    applied.push(file.version);
    logger.info('migration-applied', { version: file.version });
  }
  return applied;
}

async function bringRegisters(client: PoolClient, registers: readonly AnyRegister[]): Promise<void> {
  await client.query('BEGIN');
  try {
    await createRegisterTables(client, registers);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  }
}

/**
 * Applies what is missing. Throws AppError DATABASE_UNAVAILABLE when PostgreSQL does not answer, CONFIG_INVALID when the
 * server is too old, an applied file has changed, or a register's declaration contradicts its table.
 */
export async function migrateDatabase(
  databaseUrl: string,
  logger: Logger,
  registers: readonly AnyRegister[] = REGISTERS,
): Promise<Migrated> {
  const pool = createPool(databaseUrl, {
    max: 2,
    applicationName: 'parksentry-migrate',
    statementTimeoutMs: 0,
    logger,
  });
  try {
    const files = await readMigrations(migrationFolder());
    const client = await pool.connect();
    try {
      await requireServer(client);
      await client.query('SELECT pg_advisory_lock($1)', [LOCK_KEY]);
      try {
        await prepareTimescale(pool, logger);
        const applied = await applyMissing(client, files, logger);
        await bringRegisters(client, registers);
        const timescale = await isHypertable(pool);
        logger.info('database-ready', { applied: applied.length, timescale });
        return { applied, timescale };
      } finally {
        await client.query('SELECT pg_advisory_unlock($1)', [LOCK_KEY]);
      }
    } finally {
      client.release();
    }
  } catch (error) {
    throw databaseError(error);
  } finally {
    await pool.end();
  }
}
