/** Databases of a test's own on the server of a test run, under random names. */
import { randomBytes } from 'node:crypto';
import { createPool } from '../../db/pool.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Name of a database that is migrated, to be copied (services.setup.ts); null: this server does not copy databases. */
    migratedDatabase: string | null;
  }
}

export const nameOf = (databaseUrl: string): string => new URL(databaseUrl).pathname.slice(1);

/** Gives its address. `copyOf`: name of another one to begin as; null: it is empty. */
export async function makeDatabase(serverUrl: string, copyOf: string | null): Promise<string> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await onServer(serverUrl, `CREATE DATABASE ${name}${copyOf === null ? '' : ` TEMPLATE ${copyOf}`}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

export const dropDatabase = (serverUrl: string, databaseUrl: string): Promise<void> =>
  onServer(serverUrl, `DROP DATABASE ${nameOf(databaseUrl)} WITH (FORCE)`);

async function onServer(serverUrl: string, command: string): Promise<void> {
  const admin = createPool(serverUrl, { max: 1 });
  try {
    await admin.query(command);
  } finally {
    await admin.end();
  }
}

/** Its settings are there for every account to see once the server has loaded it, created in a database or not. */
export async function isTimescaleLoaded(serverUrl: string): Promise<boolean> {
  const pool = createPool(serverUrl, { max: 1 });
  const { rows } = await pool.query(`SELECT FROM pg_settings WHERE name LIKE 'timescaledb.%' LIMIT 1`);
  await pool.end();
  return rows.length > 0;
}
