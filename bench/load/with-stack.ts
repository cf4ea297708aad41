/** A private park with connections to its stores, for the length of one bench. */
import { createPool, type Pool } from '../../db/pool.ts';
import { closeRedis, createRedis, type Redis, whenReady } from '../../stream/redis.ts';
import { RedisLog } from '../../stream/redis-log.ts';
import { type PrivateStack, startPrivateStack } from './private-stack.ts';

export interface Tools {
  readonly stack: PrivateStack;
  readonly redis: Redis;
  readonly log: RedisLog;
  readonly pool: Pool;
}

export async function withStack<T>(tickMs: number, use: (tools: Tools) => Promise<T>): Promise<T> {
  const stack = await startPrivateStack({ tickMs });
  const redis = createRedis(stack.redisUrl, { name: 'bench' });
  const log = new RedisLog({ redis, park: stack.parkCode, name: 'bench-log' });
  const pool = createPool(stack.databaseUrl, { max: 2 });
  try {
    await whenReady(redis);
    return await use({ stack, redis, log, pool });
  } finally {
    await log.close();
    closeRedis(redis);
    await pool.end();
    await stack.stop();
  }
}

/** Before anything is measured: JIT, caches, the first picture. */
export const WARM_UP_MS = 10_000;

/** Two decimals. */
export const rounded = (value: number): number => Math.round(value * 100) / 100;
