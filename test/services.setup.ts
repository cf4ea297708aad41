/**
 * One private Redis (appendfsync always) and one private PostgreSQL for a test run, in a folder of their own that is
 * removed at the end; runs do not meet. REDIS_URL and DATABASE_URL, where set, are used instead. A test file gets the
 * addresses by `inject('redisUrl')` and `inject('databaseUrl')`; it uses keys and a database of its own, best made by
 * test/contract/own-database.ts: a copy of one that was migrated here, once. The database's user may create databases.
 */
import { chmodSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { silentLogger } from '../core/logger.ts';
import { migrateDatabase } from '../db/migrate.ts';
import { startPostgresServer } from '../server/services/postgres-server.ts';
import { startRedisServer } from '../server/services/redis-server.ts';
import { dropDatabase, isTimescaleLoaded, makeDatabase, nameOf } from './contract/own-database.ts';

declare module 'vitest' {
  interface ProvidedContext {
    redisUrl: string;
    databaseUrl: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataFolder = mkdtempSync(join(realpathSync(tmpdir()), 'parksentry-test-'));
  // PostgreSQL's own account has to pass through it when the tests run as root.
  chmodSync(dataFolder, 0o711);
  const endings: (() => Promise<void>)[] = [];
  const teardown = async (): Promise<void> => {
    for (const end of endings.toReversed()) await end();
    rmSync(dataFolder, { recursive: true, force: true });
  };
  try {
    project.provide('redisUrl', process.env['REDIS_URL'] || (await privateRedis(dataFolder, endings)));
    const databaseUrl = process.env['DATABASE_URL'] || (await privatePostgres(dataFolder, endings));
    project.provide('databaseUrl', databaseUrl);
    project.provide('migratedDatabase', await migratedDatabase(databaseUrl, endings));
  } catch (error) {
    await teardown();
    throw error;
  }
  return teardown;
}

async function privateRedis(dataFolder: string, endings: (() => Promise<void>)[]): Promise<string> {
  const binary = process.env['REDIS_SERVER_BIN'] || undefined;
  const redis = await startRedisServer({ dataFolder, binary, maxMemoryMb: 1024 });
  endings.push(() => redis.stop());
  return redis.url;
}

async function privatePostgres(dataFolder: string, endings: (() => Promise<void>)[]): Promise<string> {
  const postgres = await startPostgresServer({ dataFolder, sharedBuffersMb: 128, maxConnections: 300 });
  endings.push(async () => {
    await postgres.stop();
    rmSync(postgres.place, { recursive: true, force: true });
  });
  return postgres.url;
}

async function migratedDatabase(serverUrl: string, endings: (() => Promise<void>)[]): Promise<string | null> {
  // Its workers are at home in every database, and one that somebody is in is not copied.
  if (await isTimescaleLoaded(serverUrl)) return null;
  const url = await makeDatabase(serverUrl, null);
  endings.push(() => dropDatabase(serverUrl, url));
  await migrateDatabase(url, silentLogger);
  return nameOf(url);
}
