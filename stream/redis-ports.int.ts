import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, inject } from 'vitest';
import { describeLanes } from '../test/contract/lanes.ts';
import { describeLeases } from '../test/contract/lease.ts';
import { describeReaders } from '../test/contract/readers.ts';
import { keys } from './keys.ts';
import { closeRedis, createRedis, type Redis, whenReady } from './redis.ts';
import { RedisLaneReader, RedisWatchPublisher } from './redis-lanes.ts';
import { RedisLeaseKeeper } from './redis-lease.ts';
import { RedisLog } from './redis-log.ts';
import { RedisReaderRegistry } from './redis-readers.ts';

let redis: Redis;
beforeAll(async () => {
  redis = createRedis(inject('redisUrl'), { name: 'redis-ports-test' });
  await whenReady(redis);
});
afterAll(() => closeRedis(redis));

async function removePark(park: string): Promise<void> {
  const found = await redis.keys(`*{${park}}*`);
  if (found.length > 0) await redis.del(...found);
}

describeLanes('RedisLanes', async () => {
  const park = `test-${randomUUID()}`;
  const readers: RedisLaneReader[] = [];
  // The log's head stands before anything is published: watch follows the log.
  await new RedisLog({ redis, park }).head();
  return {
    publisher: () => new RedisWatchPublisher({ redis, park }),
    reader: () => {
      const reader = new RedisLaneReader({ redis, park });
      readers.push(reader);
      return reader;
    },
    grant: async (term) => {
      await redis.hset(keys.terms(park), 'watch', term);
    },
    trimEffects: async (firstSeq) => {
      await redis.xtrim(keys.alarms(park), 'MINID', `${firstSeq}-0`);
      await redis.hset(keys.laneHead(park), 'keptFrom', firstSeq);
    },
    restart: async () => {
      await redis.del(keys.log(park), keys.logHead(park));
      await new RedisLog({ redis, park }).head();
    },
    close: async () => {
      for (const reader of readers) await reader.close();
      await removePark(park);
    },
  };
});

describeLeases('RedisLeaseKeeper', async () => {
  const park = `test-${randomUUID()}`;
  return {
    keeper: () => new RedisLeaseKeeper({ redis, park }),
    expire: async (lease) => {
      await redis.pexpire(keys.lease(park, lease), 0);
    },
    close: () => removePark(park),
  };
});

describeReaders('RedisReaderRegistry', async () => {
  const park = `test-${randomUUID()}`;
  return { registry: () => new RedisReaderRegistry({ redis, park, of: 'log' }), close: () => removePark(park) };
});
