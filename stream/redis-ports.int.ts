import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { describeLanes, itemOf } from '../test/contract/lanes.ts';
import { describeLeases } from '../test/contract/lease.ts';
import { describeReaders } from '../test/contract/log-readers.ts';
import { describeLogStores } from '../test/contract/log-snapshots.ts';
import { describeOpsAlarms } from '../test/contract/ops-alarms.ts';
import { keys } from './keys.ts';
import { closeRedis, createRedis, type Redis, whenReady } from './redis.ts';
import { RedisLaneReader, RedisWatchPublisher } from './redis-lanes.ts';
import { RedisLeaseKeeper } from './redis-lease.ts';
import { RedisLeaseMembers } from './redis-lease-members.ts';
import { RedisLog } from './redis-log.ts';
import { RedisOpsAlarms } from './redis-ops-alarms.ts';
import { RedisQuarantineSet } from './redis-quarantine.ts';
import { RedisReaderRegistry } from './redis-readers.ts';
import { RedisSnapshotStore } from './redis-snapshots.ts';

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
    members: () => new RedisLeaseMembers({ redis, park }),
    pass: async (ms) => {
      const serverMs = async () => Number((await redis.time())[0]) * 1000 + Number((await redis.time())[1]) / 1000;
      const fromMs = await serverMs();
      await vi.waitUntil(async () => (await serverMs()) > fromMs + ms);
    },
    expire: async (lease) => {
      await redis.pexpire(keys.lease(park, lease), 0);
    },
    close: () => removePark(park),
  };
});

describeOpsAlarms('RedisOpsAlarms', async () => {
  const park = `test-${randomUUID()}`;
  return { alarms: () => new RedisOpsAlarms({ redis, park }), close: () => removePark(park) };
});

describeReaders('RedisReaderRegistry', async () => {
  const park = `test-${randomUUID()}`;
  return {
    registry: () => new RedisReaderRegistry({ redis, park, of: 'log' }),
    grant: async (lease, term) => {
      await redis.hset(keys.terms(park), lease, term);
    },
    close: () => removePark(park),
  };
});

describeLogStores('Redis stores of the log', async () => {
  const park = `test-${randomUUID()}`;
  return {
    snapshots: new RedisSnapshotStore({ redis, park }),
    quarantine: new RedisQuarantineSet({ redis, park }),
    grant: async (term) => {
      await redis.hset(keys.terms(park), 'watch', term);
    },
    close: () => removePark(park),
  };
});

test('[LOG-18] after a lost connection a reader notices that the alarm lane lost its tail', async () => {
  const park = `test-${randomUUID()}`;
  await new RedisLog({ redis, park }).head();
  await redis.hset(keys.terms(park), 'watch', 1);
  await redis.hset(keys.logHead(park), 'seq', 9);
  const publisher = new RedisWatchPublisher({ redis, park });
  const reader = new RedisLaneReader({ redis, park });
  for (const seq of [3, 5]) await publisher.publishEffects(1, itemOf(seq));
  expect((await reader.read(1, '', 0)).effects).toHaveLength(2);
  await killConnection(`lane-reader-${park}`);
  expect((await vi.waitFor(() => reader.read(6, '', 0))).effects).toEqual([]);
  await killConnection(`lane-reader-${park}`);
  await redis.del(keys.alarms(park));
  await redis.hset(keys.laneHead(park), 'seq', 0);
  await publisher.publishEffects(1, { ...itemOf(5), atMs: 77 });
  await publisher.publishEffects(1, itemOf(8));
  await expect(vi.waitFor(() => reader.read(6, '', 0))).rejects.toMatchObject({ code: 'LOG_GAP' });
  await reader.laneHead();
  expect((await reader.read(6, '', 0)).effects).toEqual([itemOf(8)]);
  await reader.close();
  await removePark(park);
});

async function killConnection(name: string): Promise<void> {
  const clients = String(await redis.client('LIST')).split('\n');
  for (const client of clients.filter((line) => line.includes(`name=${name}`))) {
    const id = /^id=(\d+)/.exec(client)?.[1];
    if (id !== undefined) await redis.client('KILL', 'ID', id);
  }
  // Its owner has to hear of it.
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
}

test('[LOG-52] a snapshot that does not match its checksum is not given out', async () => {
  const park = `test-${randomUUID()}`;
  const store = new RedisSnapshotStore({ redis, park });
  await store.put({ epoch: 'e', seq: 5, term: 1, bytes: new Uint8Array([1, 2, 3]) });
  expect(await store.get({ epoch: 'e', seq: 5 })).toEqual(Buffer.from([1, 2, 3]));
  await redis.lset(`${keys.snapshot(park)}:5:e`, 0, Buffer.from([1, 2, 99]));
  expect(await store.get({ epoch: 'e', seq: 5 })).toBeNull();
  await removePark(park);
});

test('[LOG-55] a snapshot of several pieces is whole; its pieces go with it', async () => {
  const park = `test-${randomUUID()}`;
  const store = new RedisSnapshotStore({ redis, park });
  const bytes = new Uint8Array(randomBytes(700_001));
  for (const seq of [5, 6, 7]) await store.put({ epoch: 'e', seq, term: 1, bytes });
  expect(await store.get({ epoch: 'e', seq: 7 })).toEqual(Buffer.from(bytes));
  const keyOf = (seq: number): string => `${keys.snapshot(park)}:${seq}:e`;
  expect(await Promise.all([5, 6, 7].map((seq) => redis.exists(keyOf(seq))))).toEqual([0, 1, 1]);
  await removePark(park);
});

test('[LOG-55] a snapshot of a term that ended as it was written is not there; what is written next is whole', async () => {
  const park = `test-${randomUUID()}`;
  const store = new RedisSnapshotStore({ redis, park });
  const put = store.put({ epoch: 'e', seq: 5, term: 1, bytes: new Uint8Array(40 << 18) });
  const refused = expect(put).rejects.toMatchObject({ code: 'TERM_LOST' });
  await vi.waitFor(async () => expect(await redis.exists(keys.staged(park, 'snapshot'))).toBe(1), { interval: 1 });
  await redis.hset(keys.terms(park), 'watch', 2);
  await refused;
  expect(await store.list()).toEqual([]);
  expect(await store.get({ epoch: 'e', seq: 5 })).toBeNull();
  const bytes = new Uint8Array(randomBytes(300_000));
  await store.put({ epoch: 'e', seq: 6, term: 2, bytes });
  expect(await store.get({ epoch: 'e', seq: 6 })).toEqual(Buffer.from(bytes));
  await removePark(park);
});

test('[LOG-55] a snapshot whose pieces were lost before it was there is not', async () => {
  const park = `test-${randomUUID()}`;
  const store = new RedisSnapshotStore({ redis, park });
  const put = store.put({ epoch: 'e', seq: 5, term: 1, bytes: new Uint8Array(40 << 18) });
  const refused = expect(put).rejects.toMatchObject({ code: 'REDIS_UNAVAILABLE' });
  await vi.waitFor(async () => expect(await redis.exists(keys.staged(park, 'snapshot'))).toBe(1), { interval: 1 });
  await redis.del(keys.staged(park, 'snapshot'));
  await refused;
  expect(await store.list()).toEqual([]);
  await removePark(park);
});
