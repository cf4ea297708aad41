/** A Redis of little memory, filled through the gate as ingest fills it. */
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../core/clock.ts';
import { silentLogger } from '../core/logger.ts';
import { RedisNonceLedger } from '../ingest/redis-nonce-ledger.ts';
import { startRedisServer } from '../server/services/redis-server.ts';
import { itemOf } from '../test/contract/lanes.ts';
import { keys } from './keys.ts';
import { ENTRY_KIND } from './protocol/entry.ts';
import type { NewEntry } from './protocol/log.ts';
import { closeRedis, createRedis, type Redis, whenReady } from './redis.ts';
import { RedisWatchPublisher } from './redis-lanes.ts';
import { RedisLeaseKeeper } from './redis-lease.ts';
import { RedisLog } from './redis-log.ts';
import { MemoryOpsAlarms, RedisOpsAlarms } from './redis-ops-alarms.ts';
import { RedisQuarantineSet } from './redis-quarantine.ts';
import { RedisReaderRegistry } from './redis-readers.ts';
import { RedisSnapshotStore } from './redis-snapshots.ts';
import { RoomGauge } from './room-gauge.ts';
import { Trimmer } from './trimmer.ts';

const park = 'room';
const MAX_MB = 48;
const POSITIONS_BYTES = 40_000;
/** A call for help as it is appended, about. */
const SOS_BYTES = 300;

describe('a Redis of little memory', () => {
  let folder: string;
  let stop: () => Promise<void>;
  let redis: Redis;
  let log: RedisLog;
  let appended = 0;

  beforeAll(async () => {
    folder = mkdtempSync(join(realpathSync(tmpdir()), 'parksentry-room-'));
    const server = await startRedisServer({ dataFolder: folder, maxMemoryMb: MAX_MB });
    stop = () => server.stop();
    redis = createRedis(server.url, { name: 'room-test' });
    await whenReady(redis);
    log = new RedisLog({ redis, park });
  });
  afterAll(async () => {
    await log.close();
    closeRedis(redis);
    await stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const entry = (bytes: number, canWait: boolean): NewEntry => ({
    kind: ENTRY_KIND.fixes,
    receivedAtMs: systemClock.nowMs(),
    body: new Uint8Array(bytes),
    dedupId: `e${++appended}`,
    canWait,
  });
  const calls = async (count: number): Promise<void> => {
    for (let n = 0; n < count; n += 500) {
      await Promise.all(Array.from({ length: 500 }, () => log.append(entry(SOS_BYTES, false))));
    }
  };

  it('[LOG-65] [LOG-63] positions are refused and calls for help go on, to maxmemory and beyond; trimming makes room again', async () => {
    const gauge = new RoomGauge({ redis, limitBytes: 0, logger: silentLogger });
    const term = await new RedisLeaseKeeper({ redis, park }).acquire(
      'watch',
      'a',
      600_000,
      new AbortController().signal,
    );
    const fence = { lease: 'watch', term };
    for (let n = 0; gauge.positionsOpen(); n++) {
      await log.append(entry(POSITIONS_BYTES, true));
      if (n % 20 === 0) await gauge.look();
      expect(n).toBeLessThan(10_000);
    }
    expect(gauge.room.used).toBeLessThan(0.9);
    expect(gauge.framesOpen()).toBe(true);
    const closedAt = (await log.head()).seq;
    await calls(4_000);
    expect((await log.head()).seq).toBe(closedAt + 4_000);

    // Whoever does not look at the gate is refused in the end, and the gauge leaves frames out before that.
    let refusal: unknown = null;
    while (refusal === null) {
      await log.append(entry(POSITIONS_BYTES, true)).catch((error: unknown) => {
        refusal = error;
      });
    }
    expect(refusal).toMatchObject({ code: 'LOG_FULL' });
    await gauge.look();
    expect(gauge.framesOpen()).toBe(false);
    const fullAt = (await log.head()).seq;
    await calls(5_000);
    expect((await log.head()).seq).toBe(fullAt + 5_000);

    const publisher = new RedisWatchPublisher({ redis, park });
    expect(await publisher.publishEffects(term, itemOf(fullAt))).toBe(true);
    await publisher.publishPicture(term, new Uint8Array(10_000));
    await expect(publisher.publishFrame(term, new Uint8Array(100), 1)).rejects.toMatchObject({
      code: 'REDIS_UNAVAILABLE',
    });
    expect(await new RedisLeaseKeeper({ redis, park }).renew('watch', 'a', 60_000, term)).toBe(true);
    expect(await new RedisLeaseKeeper({ redis, park }).tryAcquire('store', 'b', 60_000)).toBe(1);
    expect(await new RedisNonceLedger(redis).spend('app', 'nonce')).toBe(true);
    await new RedisQuarantineSet({ redis, park }).add('e', 1, 'why', fence);
    const opsAlarms = new RedisOpsAlarms({ redis, park });
    await opsAlarms.raise({ code: 'log-filling', subject: 'memory', companyCode: null, detail: '', atMs: 1 });
    expect(await opsAlarms.list()).toHaveLength(1);

    // Two snapshots and the readers at the head: everything below goes.
    const { epoch, seq } = await log.head();
    const snapshots = new RedisSnapshotStore({ redis, park });
    for (const at of [seq - 1, seq]) await snapshots.put({ epoch, seq: at, term, bytes: new Uint8Array(1_000) });
    const logReaders = new RedisReaderRegistry({ redis, park, of: 'log' });
    for (const reader of ['watch', 'store']) await logReaders.register(reader, seq + 1, systemClock.nowMs(), fence);
    const trimmer = new Trimmer({
      redis,
      park,
      logReaders,
      alarmReaders: new RedisReaderRegistry({ redis, park, of: 'alarms' }),
      snapshots,
      requiredReaders: ['watch', 'store'],
      requiredAlarmReaders: ['store'],
      opsAlarms: new MemoryOpsAlarms(),
      clock: systemClock,
      logger: silentLogger,
    });
    expect((await trimmer.trim(fence)).logRemoved).toBe(seq - 1);
    expect(await redis.xlen(keys.log(park))).toBe(1);
    await gauge.look();
    expect(gauge.positionsOpen()).toBe(true);
    await log.append(entry(POSITIONS_BYTES, true));
  }, 120_000);
});
