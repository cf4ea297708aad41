/** A migrated database of a test file's own, on the server the test run has. */
import { randomBytes } from 'node:crypto';
import { silentLogger } from '../core/logger.ts';
import { migrateDatabase } from '../db/migrate.ts';
import { createPool, queryRows } from '../db/pool.ts';

export interface OwnDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

export async function createOwnDatabase(serverUrl: string): Promise<OwnDatabase> {
  const name = `park_test_${randomBytes(8).toString('hex')}`;
  const run = async (statement: string): Promise<void> => {
    const server = createPool(serverUrl, { max: 1 });
    try {
      await queryRows(server, statement);
    } finally {
      await server.end();
    }
  };
  await run(`CREATE DATABASE ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  await migrateDatabase(url.href, silentLogger);
  return { url: url.href, drop: () => run(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}
