import { randomUUID } from 'node:crypto';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { describeLog, entryOf } from '../test/contract/log.ts';
import { DEDUP_TTL_MS } from './continuity.ts';
import { keys } from './keys.ts';
import { closeRedis, createRedis, type Redis, whenReady } from './redis.ts';
import { RedisLog } from './redis-log.ts';

let redis: Redis;
beforeAll(async () => {
  redis = createRedis(inject('redisUrl'), { name: 'redis-log-test' });
  await whenReady(redis);
});
afterAll(() => closeRedis(redis));

async function removePark(park: string): Promise<void> {
  const found = await redis.keys(`*{${park}}*`);
  if (found.length > 0) await redis.del(...found);
}

describeLog('RedisLog', async () => {
  const park = `test-${randomUUID()}`;
  const open: RedisLog[] = [];
  const log = (): RedisLog => {
    const made = new RedisLog({ redis, park });
    open.push(made);
    return made;
  };
  return {
    appender: log,
    reader: log,
    trim: async (firstSeq) => {
      await redis.xtrim(keys.log(park), 'MINID', `${firstSeq}-0`);
    },
    lose: async (headSeq) => {
      const newer = await redis.xrange(keys.log(park), `${headSeq + 1}-0`, '+');
      await redis.xdel(keys.log(park), ...newer.map(([id]) => id));
      await redis.hset(keys.logHead(park), 'seq', headSeq);
    },
    wipe: () => removePark(park),
    grant: async (lease, term) => {
      await redis.hset(keys.terms(park), lease, term);
    },
    close: async () => {
      for (const each of open) await each.close();
      await removePark(park);
    },
  };
});

describe('RedisLog on a server of its own kind', () => {
  const park = `test-${randomUUID()}`;
  afterAll(() => removePark(park));

  test('[LOG-1] sequence n lies under the id n-0', async () => {
    await new RedisLog({ redis, park }).append(entryOf('x'));
    expect((await redis.xrange(keys.log(park), '-', '+')).map(([id]) => id)).toEqual(['1-0']);
  });

  test('[LOG-3] the id expires after 600 s', async () => {
    const ttlMs = await redis.pttl(keys.dedup(park, 'x'));
    expect(ttlMs).toBeGreaterThan(0);
    expect(ttlMs).toBeLessThanOrEqual(DEDUP_TTL_MS);
  });

  test('[LOG-9] an append whose answer is lost is rejected as LOG_UNAVAILABLE and not sent again', async () => {
    const gate = await openGate(inject('redisUrl'));
    const through = createRedis(gate.url, { name: 'through-gate' });
    const log = new RedisLog({ redis: through, park });
    const before = await log.head();
    gate.holdAnswers();
    const outcome = log.append(entryOf('lost')).catch((error: unknown) => error);
    await vi.waitUntil(async () => (await new RedisLog({ redis, park }).head()).seq > before.seq);
    gate.cut();
    expect(await outcome).toMatchObject({ code: 'LOG_UNAVAILABLE' });

    await whenReady(through);
    expect((await log.append(entryOf('next'))).seq).toBe(before.seq + 2);
    expect((await log.append(entryOf('lost'))).repeat).toBe(true);
    closeRedis(through);
    await gate.close();
  });

  test.each([
    ['shorter', 1],
    ['longer again', 6],
  ])(
    '[LOG-11] after a lost connection a reader notices that the log lost its tail, %s as it may be',
    async (_, newEntries) => {
      const own = `test-${randomUUID()}`;
      const direct = new RedisLog({ redis, park: own });
      for (let i = 0; i < 4; i++) await direct.append({ ...entryOf(`before-${i}`), receivedAtMs: 1_000 + i });
      const gate = await openGate(inject('redisUrl'));
      const through = createRedis(gate.url, { name: 'through-gate' });
      const reader = new RedisLog({ redis: through, park: own });
      expect(await reader.read(1, 10, 0)).toHaveLength(4);
      gate.cut();
      // A stream never gives an id twice; a server that lost its tail does not know that it did.
      const { epoch } = await direct.head();
      await redis.del(keys.log(own));
      for (const seq of [1, 2])
        await redis.xadd(keys.log(own), `${seq}-0`, 'k', 4, 'e', epoch, 't', 999 + seq, 'b', 'x');
      await redis.hset(keys.logHead(own), 'seq', 2);
      for (let i = 0; i < newEntries; i++) await direct.append({ ...entryOf(`after-${i}`), receivedAtMs: 2_000 + i });
      await expect(
        vi.waitFor(async () => {
          const taken = await reader.read(5, 10, 0).catch((error: { code: string }) => error);
          expect(taken).not.toMatchObject({ code: 'REDIS_UNAVAILABLE' });
          return taken;
        }, 5_000),
      ).resolves.toMatchObject({ code: 'LOG_GAP' });
      await reader.close();
      closeRedis(through);
      await gate.close();
      await removePark(own);
    },
  );

  test('[LOG-9] without a server an append fails as LOG_UNAVAILABLE and a read as REDIS_UNAVAILABLE', async () => {
    const nowhere = createRedis('redis://127.0.0.1:1', { name: 'nowhere' });
    const log = new RedisLog({ redis: nowhere, park });
    await expect(log.append(entryOf('never'))).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE', retryable: true });
    await expect(log.read(1, 1, 0)).rejects.toMatchObject({ code: 'REDIS_UNAVAILABLE' });
    await log.close();
    closeRedis(nowhere);
  });
});

/** A way to Redis that can swallow answers and be cut, as a network does. */
async function openGate(redisUrl: string) {
  const target = new URL(redisUrl);
  const pairs = new Set<[Socket, Socket]>();
  let isHolding = false;
  const server = createServer((near) => {
    const far = connect(Number(target.port || 6379), target.hostname);
    const pair: [Socket, Socket] = [near, far];
    pairs.add(pair);
    near.on('data', (bytes) => far.write(bytes));
    far.on('data', (bytes) => {
      if (!isHolding) near.write(bytes);
    });
    for (const socket of pair) {
      socket.on('error', () => {});
      socket.on('close', () => {
        for (const each of pair) each.destroy();
        pairs.delete(pair);
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(redisUrl);
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const cut = (): void => {
    isHolding = false;
    for (const [near] of pairs) near.destroy();
  };
  return {
    url: url.href,
    holdAnswers: () => {
      isHolding = true;
    },
    cut,
    close: () =>
      new Promise<void>((resolve) => {
        cut();
        server.close(() => resolve());
      }),
  };
}
