import { randomUUID } from 'node:crypto';
import { inject } from 'vitest';
import { keys } from '../stream/keys.ts';
import { closeRedis, createRedis, whenReady } from '../stream/redis.ts';
import { describeRefusals } from '../test/contract/refusals.ts';
import { RedisRefusals } from './redis-refusals.ts';

describeRefusals('RedisRefusals', async () => {
  const redis = createRedis(inject('redisUrl'), { name: 'test-refusals' });
  await whenReady(redis);
  const park = randomUUID();
  return {
    store: new RedisRefusals({ redis, park }),
    close: async () => {
      await redis.del(keys.refusals(park, 'c1'), keys.refusals(park, ''));
      closeRedis(redis);
    },
  };
});
