import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { AppError } from '../../core/errors.ts';
import { silentLogger } from '../../core/logger.ts';
import { channels } from '../keys.ts';
import { closeRedis, createRedis, type Redis, whenReady } from '../redis.ts';
import type { LiveHub } from './live-hub.ts';
import { SessionWatch } from './session-watch.ts';

let redis: Redis;
beforeAll(async () => {
  redis = createRedis(inject('redisUrl'), { name: 'session-watch-test' });
  await whenReady(redis);
});
afterAll(() => closeRedis(redis));

test('[LIVE-41] [LIVE-44] ends what is announced, finds what ran out, and ends nothing that it cannot ask about', async () => {
  const [over, fine, announced] = [`over-${randomUUID()}`, `fine-${randomUUID()}`, `ended-${randomUUID()}`];
  const open = new Set([over, fine, announced]);
  const hub = {
    sessionIds: () => open,
    endSession: (id: string) => void open.delete(id),
  } as unknown as LiveHub;
  let isAway = true;
  let asked = 0;
  const keepAlive = async (id: string): Promise<boolean> => {
    asked++;
    if (isAway) throw new AppError('REDIS_UNAVAILABLE');
    return id !== over;
  };
  const watch = new SessionWatch({ redis, hub, keepAlive, logger: silentLogger });
  // The look that comes with every connection.
  await vi.waitUntil(() => asked > 0);
  expect(open.size).toBe(3);
  await redis.publish(channels.sessions, 'not json');
  await redis.publish(channels.sessions, JSON.stringify({ ended: announced }));
  await vi.waitUntil(() => !open.has(announced));
  isAway = false;
  await watch.look();
  expect([...open]).toEqual([fine]);
  watch.close();
});
