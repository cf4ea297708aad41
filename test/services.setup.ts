/**
 * One private Redis (appendfsync always) and one private PostgreSQL for a test run, in a folder of their own that is
 * removed at the end; runs do not meet. REDIS_URL and DATABASE_URL, where set, are used instead. A test file gets the
 * addresses by `inject('redisUrl')` and `inject('databaseUrl')`; it uses keys and a database of its own.
 * The database's user may create databases.
 */
import { chmodSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startPostgresServer } from '../server/services/postgres-server.ts';
import { startRedisServer } from '../server/services/redis-server.ts';

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
    project.provide('databaseUrl', process.env['DATABASE_URL'] || (await privatePostgres(dataFolder, endings)));
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
  const postgres = await startPostgresServer({ dataFolder, sharedBuffersMb: 128, maxConnections: 200 });
  endings.push(async () => {
    await postgres.stop();
    rmSync(postgres.place, { recursive: true, force: true });
  });
  return postgres.url;
}
