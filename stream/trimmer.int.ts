import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { ManualClock } from '../core/clock.ts';
import { silentLogger } from '../core/logger.ts';
import { itemOf } from '../test/contract/lanes.ts';
import { entryOf } from '../test/contract/log.ts';
import { keys } from './keys.ts';
import { closeRedis, createRedis, type Redis, whenReady } from './redis.ts';
import { RedisLaneReader, RedisWatchPublisher } from './redis-lanes.ts';
import { RedisLog } from './redis-log.ts';
import { MemoryOpsAlarms } from './redis-ops-alarms.ts';
import { RedisReaderRegistry } from './redis-readers.ts';
import { MemorySnapshotStore } from './redis-snapshots.ts';
import { READER_SILENT_MS, RESUME_KEPT_ITEMS, RESUME_KEPT_MS, Trimmer } from './trimmer.ts';

let redis: Redis;
beforeAll(async () => {
  redis = createRedis(inject('redisUrl'), { name: 'trimmer-test' });
  await whenReady(redis);
});
afterAll(() => closeRedis(redis));

describe('Trimmer', () => {
  const START_MS = 1_764_000_000_000;
  const FENCE = { lease: 'watch', term: 1 };
  let park: string;
  let log: RedisLog;
  let epoch: string;
  let clock: ManualClock;
  let logReaders: RedisReaderRegistry;
  let alarmReaders: RedisReaderRegistry;
  let snapshots: MemorySnapshotStore;
  let opsAlarms: MemoryOpsAlarms;
  let trimmer: Trimmer;

  beforeEach(async () => {
    park = `test-${randomUUID()}`;
    clock = new ManualClock(START_MS);
    log = new RedisLog({ redis, park });
    logReaders = new RedisReaderRegistry({ redis, park, of: 'log' });
    alarmReaders = new RedisReaderRegistry({ redis, park, of: 'alarms' });
    snapshots = new MemorySnapshotStore();
    opsAlarms = new MemoryOpsAlarms();
    await redis.hset(keys.terms(park), 'watch', FENCE.term);
    trimmer = new Trimmer({
      redis,
      park,
      logReaders,
      alarmReaders,
      snapshots,
      requiredReaders: ['watch', 'store'],
      requiredAlarmReaders: ['store'],
      opsAlarms,
      clock,
      logger: silentLogger,
    });
    for (let i = 1; i <= 20; i++) await log.append(entryOf(`e${i}`));
    epoch = (await log.head()).epoch;
  });
  afterEach(async () => {
    await log.close();
    await redis.del(...(await redis.keys(`*{${park}}*`)));
  });

  const stand = async (reader: string, nextSeq: number): Promise<void> =>
    logReaders.register(reader, nextSeq, clock.nowMs());
  const snapshotAt = (seq: number): Promise<void> => snapshots.put({ epoch, seq, term: 1, bytes: new Uint8Array(1) });

  test('[LOG-42] the log is trimmed to the lowest of readers and second-newest snapshot', async () => {
    await stand('watch', 19);
    await stand('store', 15);
    await snapshotAt(11);
    await snapshotAt(17);
    expect(await trimmer.trim(FENCE)).toMatchObject({ logKeptFrom: 12, logRemoved: 11 });
    expect((await log.head()).firstSeq).toBe(12);
    await snapshotAt(18);
    expect(await trimmer.trim(FENCE)).toMatchObject({ logKeptFrom: 15, logRemoved: 3 });
    await stand('archive', 16);
    await stand('store', 20);
    expect(await trimmer.trim(FENCE)).toMatchObject({ logKeptFrom: 16, logRemoved: 1 });
    expect((await log.read(16, 100, 0)).length).toBe(5);
  });

  test('[LOG-43] nothing is trimmed without the readers that are expected, or without two snapshots of this epoch', async () => {
    await stand('watch', 19);
    await snapshotAt(11);
    await snapshotAt(17);
    expect(await trimmer.trim(FENCE)).toMatchObject({ logKeptFrom: null, logRemoved: 0 });
    await stand('store', 19);
    await snapshots.put({ epoch: 'another', seq: 18, term: 1, bytes: new Uint8Array(1) });
    expect(await trimmer.trim(FENCE)).toMatchObject({ logKeptFrom: null, logRemoved: 0 });
    expect((await log.head()).firstSeq).toBe(1);
  });

  test('[LOG-41] a reader silent for 24 h holds nothing up any more, and an ops alarm names it until it is back', async () => {
    await stand('archive', 2);
    clock.advance(READER_SILENT_MS + 1);
    await stand('watch', 19);
    await stand('store', 19);
    await snapshotAt(17);
    await snapshotAt(18);
    expect(await trimmer.trim(FENCE)).toMatchObject({ logKeptFrom: 18 });
    expect((await logReaders.list()).map((reader) => reader.reader)).toEqual(['store', 'watch']);
    expect(await opsAlarms.list()).toMatchObject([{ code: 'reader-dropped', subject: 'log/archive' }]);
    await stand('archive', 19);
    await trimmer.trim(FENCE);
    expect(await opsAlarms.list()).toEqual([]);
  });

  test('[LOG-72] a holder whose lease went to another trims nothing', async () => {
    await stand('watch', 19);
    await stand('store', 15);
    await snapshotAt(11);
    await snapshotAt(17);
    // It has read the readers and the snapshots, and stands still before it removes.
    const list = snapshots.list.bind(snapshots);
    snapshots.list = async () => {
      const heads = await list();
      await redis.hset(keys.terms(park), 'watch', 2);
      return heads;
    };
    await expect(trimmer.trim(FENCE)).rejects.toMatchObject({ code: 'TERM_LOST' });
    expect((await log.head()).firstSeq).toBe(1);
    snapshots.list = list;
    expect(await trimmer.trim({ lease: 'watch', term: 2 })).toMatchObject({ logRemoved: 11 });
  });

  test('[LOG-44] the alarm lane keeps 15 minutes, 10,000 items, what its readers need and what the picture may lack', async () => {
    const publisher = new RedisWatchPublisher({ redis, park });
    const surplus = 40;
    const pipeline = redis.pipeline();
    // Filled by hand: ten thousand calls of the script would be most of the test.
    const item = itemOf(1);
    await publisher.publishEffects(1, item);
    const body = (await redis.xrangeBuffer(keys.alarms(park), '-', '+'))[0]?.[1][3];
    if (body === undefined) throw new Error('not published');
    for (let seq = 2; seq <= RESUME_KEPT_ITEMS + surplus; seq++) {
      pipeline.xadd(keys.alarms(park), `${seq}-0`, 'a', START_MS + (seq > 30 ? 1_000 : 0), 'b', body);
    }
    await pipeline.exec();
    await redis.hset(keys.laneHead(park), 'seq', RESUME_KEPT_ITEMS + surplus);

    // The picture may lack everything so far: only the second one certainly has what was there at the first.
    clock.set(START_MS + RESUME_KEPT_MS + 1);
    await publisher.publishPicture(1, new Uint8Array(1));
    expect((await trimmer.trim(FENCE)).alarmsRemoved).toBe(0);
    await publisher.publishPicture(1, new Uint8Array(1));
    await alarmReaders.register('store', 21, clock.nowMs());
    expect((await trimmer.trim(FENCE)).alarmsRemoved).toBe(20);
    await alarmReaders.register('store', 10_000, clock.nowMs() - READER_SILENT_MS - 1);
    // Away for more than a day it is dropped, and still what it has not stored stays.
    expect((await trimmer.trim(FENCE)).alarmsRemoved).toBe(0);
    expect(await alarmReaders.list()).toEqual([]);
    await alarmReaders.register('store', 10_000, clock.nowMs());
    // 30 are older than 15 minutes.
    expect((await trimmer.trim(FENCE)).alarmsRemoved).toBe(10);
    clock.advance(1_000);
    expect((await trimmer.trim(FENCE)).alarmsRemoved).toBe(surplus - 30);
    clock.advance(RESUME_KEPT_MS);
    expect((await trimmer.trim(FENCE)).alarmsRemoved).toBe(0);
    const reader = new RedisLaneReader({ redis, park });
    expect(await reader.laneHead()).toMatchObject({ firstSeq: surplus + 1 });
    await expect(reader.read(surplus, '', 0)).rejects.toMatchObject({ code: 'LOG_GAP' });
    await reader.close();
  });

  test('[LOG-28] frames go after 30 s, but not those that the picture may lack', async () => {
    const publisher = new RedisWatchPublisher({ redis, park });
    await publisher.publishPicture(1, new Uint8Array(1));
    // Ids are the server's time: these are an hour old.
    const oldMs = Date.now() - 3_600_000;
    for (let i = 0; i < 5; i++) await redis.xadd(keys.live(park), `${oldMs + i}-0`, 't', 1, 'a', oldMs, 'f', 'old');
    await publisher.publishFrame(1, new Uint8Array(1), 1);
    expect(await redis.xlen(keys.live(park))).toBe(6);
    await redis.hset(keys.laneHead(park), 'liveId', `${oldMs + 3}-0`);
    await publisher.publishPicture(1, new Uint8Array(1));
    await publisher.publishPicture(1, new Uint8Array(1));
    await publisher.publishFrame(1, new Uint8Array(1), 2);
    const ids = (await redis.xrange(keys.live(park), '-', '+')).map(([id]) => Number(id.split('-')[0]));
    expect(ids.length).toBe(4);
    expect(ids[0]).toBe(oldMs + 3);
  });
});
