import { randomUUID } from 'node:crypto';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { systemClock } from '../../core/clock.ts';
import { silentLogger } from '../../core/logger.ts';
import { PositionColumns } from '../../db/copy/position-columns.ts';
import { closeRedis, createRedis, type Redis, whenReady } from '../../stream/redis.ts';
import { RedisOpsAlarms } from '../../stream/redis-ops-alarms.ts';
import { appendWalk, DAY_MS, storeRows } from '../../test/contract/packed-days.ts';
import { createTestDatabase, type TestDatabase } from '../../test/contract/storage-database.ts';
import { loadConfig, runningConfig } from '../config.ts';
import { start } from './store.ts';

describe('role store, old positions', () => {
  const park = `test-${randomUUID().slice(0, 8)}`;
  let dataFolder: string;
  let database: TestDatabase;
  let redis: Redis;
  beforeAll(async () => {
    dataFolder = mkdtempSync(join(realpathSync(tmpdir()), 'parksentry-retention-'));
    database = await createTestDatabase(inject('databaseUrl'));
    redis = createRedis(inject('redisUrl'), { name: 'retention-test' });
    await whenReady(redis);
  });
  afterAll(async () => {
    const found = await redis.keys(`*{${park}}*`);
    if (found.length > 0) await redis.del(...found);
    closeRedis(redis);
    await database.drop();
    rmSync(dataFolder, { recursive: true, force: true });
  });

  it('[RET-9] runs the ladder with the configured days, and raises its alarm where the operators see it', async () => {
    const columns = new PositionColumns(1);
    const oldest = Math.floor(systemClock.nowMs() / DAY_MS) * DAY_MS - 16 * DAY_MS;
    appendWalk(columns, 1, oldest, 60_000, 3);
    await storeRows(database.pool, columns);
    const config = runningConfig(
      loadConfig({
        PARK_CODE: park,
        PARK_DATA_DIR: dataFolder,
        DATABASE_URL: database.url,
        REDIS_URL: inject('redisUrl'),
        PARK_POSITION_RETENTION_DAYS: '12',
      }),
    );
    const role = await start({ config, logger: silentLogger, clock: systemClock });
    try {
      const alarms = new RedisOpsAlarms({ redis, park });
      const detail = `${new Date(oldest).toISOString().slice(0, 10)} is not packed yet`;
      await vi.waitFor(
        async () =>
          expect(await alarms.list()).toMatchObject([{ code: 'retention-behind', subject: 'positions', detail }]),
        { timeout: 30_000 },
      );
    } finally {
      await role.close();
    }
  });
});
