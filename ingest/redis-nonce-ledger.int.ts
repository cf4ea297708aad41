import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { keys } from '../stream/keys.ts';
import { closeRedis, createRedis, type Redis, whenReady } from '../stream/redis.ts';
import { NONCE_KEPT_MS, NONCE_REFUSED_MS } from './ports.ts';
import { RedisNonceLedger } from './redis-nonce-ledger.ts';

const appId = `test-${randomUUID()}`;
let redis: Redis;

beforeAll(async () => {
  redis = createRedis(inject('redisUrl'), { name: 'test-nonces' });
  await whenReady(redis);
});
afterAll(async () => {
  await redis.del(keys.nonce(appId, 'one'), keys.nonce(appId, 'two'), keys.nonce(`${appId}-b`, 'one'));
  closeRedis(redis);
});

test('[ING-4] of many requests with one nonce at the same moment exactly one is let in', async () => {
  const other = createRedis(inject('redisUrl'), { name: 'test-nonces-2' });
  const ledgers = [new RedisNonceLedger(redis), new RedisNonceLedger(other)];
  const spent = await Promise.all(Array.from({ length: 40 }, (_, i) => ledgers[i % 2]!.spend(appId, 'one')));
  expect(spent.filter(Boolean)).toHaveLength(1);
  closeRedis(other);
});

test('[ING-4] a nonce is kept for 600 s and more, for its app id alone', async () => {
  const ledger = new RedisNonceLedger(redis);
  expect(await ledger.spend(appId, 'two')).toBe(true);
  const leftMs = await redis.pttl(keys.nonce(appId, 'two'));
  expect(leftMs).toBeGreaterThan(NONCE_REFUSED_MS);
  expect(leftMs).toBeLessThanOrEqual(NONCE_KEPT_MS);
  expect(await ledger.spend(`${appId}-b`, 'one')).toBe(true);
});

test('[ING-10] without Redis nobody is let in', async () => {
  const gone = createRedis('redis://127.0.0.1:1', { name: 'test-gone', offlineQueue: false });
  await expect(new RedisNonceLedger(gone).spend(appId, 'three')).rejects.toMatchObject({ code: 'REDIS_UNAVAILABLE' });
  closeRedis(gone);
});
