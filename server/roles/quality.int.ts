import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test, vi } from 'vitest';
import { ManualClock } from '../../core/clock.ts';
import { silentLogger } from '../../core/logger.ts';
import { ENTRY_KIND } from '../../stream/protocol/entry.ts';
import { encodeBody } from '../../stream/protocol/entry-codec.ts';
import { closeRedis, createRedis, type Redis, whenReady } from '../../stream/redis.ts';
import { RedisLog } from '../../stream/redis-log.ts';
import { createFixBatch } from '../../test/builders/entries.ts';
import { lngLatAt } from '../../test/builders/plane.ts';
import { createTestDatabase, type TestDatabase } from '../../test/contract/storage-database.ts';
import { loadConfig, runningConfig } from '../config.ts';
import { JUDGE_EVERY_MS } from '../quality.ts';
import type { RunningRole } from '../role.ts';
import { start } from './quality.ts';

const T0 = Date.UTC(2026, 6, 1, 4);

describe('role quality', () => {
  let database: TestDatabase;
  let redis: Redis;
  let park: string;
  let log: RedisLog;
  let roles: RunningRole[];

  beforeAll(async () => {
    database = await createTestDatabase(inject('databaseUrl'));
    redis = createRedis(inject('redisUrl'), { name: 'quality-role-test' });
    await whenReady(redis);
  });
  afterAll(async () => {
    closeRedis(redis);
    await database.drop();
  });
  beforeEach(() => {
    park = `test-${randomUUID().slice(0, 8)}`;
    log = new RedisLog({ redis, park });
    roles = [];
  });
  afterEach(async () => {
    for (const role of roles) await role.close();
    await log.close();
    const found = await redis.keys(`*{${park}}*`);
    if (found.length > 0) await redis.del(...found);
  });

  const open = async (clock: ManualClock): Promise<RunningRole> => {
    const env = { PARK_CODE: park, DATABASE_URL: database.url, REDIS_URL: inject('redisUrl') };
    const role = await start({ config: runningConfig(loadConfig(env)), logger: silentLogger, clock });
    roles.push(role);
    return role;
  };

  test('[SCO-5] what companies send is in their hours a minute later, also after another process took over', async () => {
    const clock = new ManualClock(T0);
    let batches = 0;
    const send = async (companyCode: string): Promise<void> => {
      clock.advance(JUDGE_EVERY_MS + 1);
      const receivedAtMs = clock.nowMs();
      const body = encodeBody('fixes', createFixBatch([{ ...lngLatAt(0, 0), atMs: receivedAtMs }], { companyCode }));
      await log.append({ kind: ENTRY_KIND.fixes, receivedAtMs, body, dedupId: `b${batches++}` });
    };
    const isScored = (companyCode: string) =>
      vi.waitFor(
        async () => {
          await send(companyCode);
          const { rows } = await database.pool.query('SELECT FROM vendor_hour WHERE company_code = $1', [companyCode]);
          expect(rows.length).toBeGreaterThan(0);
        },
        { timeout: 15_000, interval: 50 },
      );
    const first = await open(clock);
    await isScored('c1');
    await open(clock);
    await first.close();
    await isScored('c2');
  });
});
