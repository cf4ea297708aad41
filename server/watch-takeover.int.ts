/** Two watches on a real Redis: one stands still, the other takes over, the first wakes. */
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { systemClock } from '../core/clock.ts';
import { silentLogger } from '../core/logger.ts';
import { Engine } from '../engine/engine.ts';
import { createPark } from '../engine/park.ts';
import { keys } from '../stream/keys.ts';
import { decodeEffects, encodeEffects } from '../stream/lane-codec.ts';
import type { AlarmView, EffectsAt } from '../stream/protocol/effects.ts';
import { ENTRY_KIND, type EntryBodies, type EntryKindName, type LogEntry } from '../stream/protocol/entry.ts';
import { decodeEntry, encodeBody } from '../stream/protocol/entry-codec.ts';
import { closeRedis, createRedis, type Redis, whenReady } from '../stream/redis.ts';
import { RedisLaneReader, RedisWatchPublisher } from '../stream/redis-lanes.ts';
import { RedisLeaseKeeper } from '../stream/redis-lease.ts';
import { RedisLog } from '../stream/redis-log.ts';
import { MemoryOpsAlarms } from '../stream/redis-ops-alarms.ts';
import { RedisQuarantineSet } from '../stream/redis-quarantine.ts';
import { RedisReaderRegistry } from '../stream/redis-readers.ts';
import { RedisSnapshotStore } from '../stream/redis-snapshots.ts';
import { createArea, createFixBatch, createOrigin, type FixInput } from '../test/builders/entries.ts';
import { lngLatAt, projection, squareAt } from '../test/builders/plane.ts';
import { openTcpGate, type TcpGate } from '../test/tcp-gate.ts';
import { Watch } from './watch.ts';

const LIMIT_MS = 20_000;
const soon = { timeout: LIMIT_MS };

describe('two watches of a park', () => {
  const park = `test-${randomUUID()}`;
  let redis: Redis;
  let log: RedisLog;
  let gate: TcpGate;
  let appended = 0;
  const endings: (() => Promise<unknown>)[] = [];

  beforeEach(async () => {
    redis = createRedis(inject('redisUrl'), { name: 'takeover-test' });
    await whenReady(redis);
    log = new RedisLog({ redis, park });
    gate = await openTcpGate(inject('redisUrl'));
  });
  afterEach(async () => {
    for (const end of endings.splice(0)) await end();
    await log.close();
    await gate.close();
    const found = await redis.keys(`*{${park}}*`);
    if (found.length > 0) await redis.del(...found);
    closeRedis(redis);
  });

  const watchOver = async (url: string, holder: string): Promise<{ watch: Watch; running: Promise<void> }> => {
    const own = createRedis(url, { name: holder });
    await whenReady(own);
    const reader = new RedisLog({ redis: own, park, name: `${holder}-log` });
    const watch = new Watch({
      projection,
      tickMs: 200,
      holder,
      lease: new RedisLeaseKeeper({ redis: own, park }),
      reader,
      appender: reader,
      publisher: new RedisWatchPublisher({ redis: own, park }),
      readers: new RedisReaderRegistry({ redis: own, park, of: 'log' }),
      snapshots: new RedisSnapshotStore({ redis: own, park }),
      quarantine: new RedisQuarantineSet({ redis: own, park }),
      opsAlarms: new MemoryOpsAlarms(),
      clock: systemClock,
      logger: silentLogger,
    });
    const running = watch.run();
    running.catch(() => {});
    endings.push(async () => {
      await watch.close();
      await reader.close();
      closeRedis(own);
    });
    return { watch, running };
  };
  const append = <K extends EntryKindName>(kind: K, body: EntryBodies[K]): Promise<unknown> =>
    log.append({
      kind: ENTRY_KIND[kind],
      receivedAtMs: systemClock.nowMs(),
      body: encodeBody(kind, body),
      dedupId: `takeover:${++appended}`,
    });
  const fix = (person: string, east: number, more: Partial<FixInput> = {}): Promise<unknown> =>
    append('fixes', createFixBatch([{ person, ...lngLatAt(east, 50), atMs: systemClock.nowMs(), ...more }]));
  const lane = async (): Promise<readonly EffectsAt[]> =>
    new RedisLaneReader({ redis, park }).recentEffects(Number.MAX_SAFE_INTEGER, 10_000);
  const alarms = async (): Promise<AlarmView[]> =>
    (await lane()).flatMap(({ effects }) => effects.flatMap((effect) => (effect.t === 'alarm' ? [effect.alarm] : [])));
  const entries = async (): Promise<LogEntry[]> =>
    (await new RedisLog({ redis, park }).read(1, 10_000, 0)).map(decodeEntry);
  const sosOf = async (person: string): Promise<AlarmView[]> =>
    (await alarms()).filter((alarm) => alarm.rule === 'sos' && alarm.person?.personId === person);

  it('[LOG-75] [LOG-76] one that slept does nothing when it wakes, and the other goes on without a repeat or a gap', async () => {
    const first = await watchOver(gate.url, 'first');
    await first.watch.caughtUp;
    const second = await watchOver(inject('redisUrl'), 'second');
    await append('areas', { origin: createOrigin(), records: [createArea({ polygons: squareAt(0, 0, 100) })] });
    await fix('p1', 50);
    await vi.waitFor(async () => expect(await alarms()).toHaveLength(1), soon);
    const [raised] = await alarms();

    // It still hears what its blocking read was promised, steps, and wants to publish; none of that leaves it.
    gate.hold();
    await fix('p2', -200, { sos: true });
    await vi.waitFor(() => expect(first.watch.engine.park.alarms.standing.size).toBe(2), soon);
    await vi.waitFor(async () => expect(await sosOf('p2')).toHaveLength(1), soon);
    await second.watch.caughtUp;
    expect([first.watch.term, second.watch.term]).toEqual([1, 2]);
    await fix('p3', -200, { sos: true });
    await vi.waitFor(async () => expect(await sosOf('p3')).toHaveLength(1), soon);

    const frameTerms = async (): Promise<number[]> =>
      (await redis.xrange(keys.live(park), '-', '+')).map(([, fields]) => Number(fields[1]));
    await vi.waitFor(async () => expect(await frameTerms()).toContain(2), soon);
    gate.letGo();
    await expect(first.running).rejects.toMatchObject({ code: 'TERM_LOST' });
    await fix('p1', -300);
    await vi.waitFor(async () => {
      expect((await alarms()).filter(({ alarmId }) => alarmId === raised?.alarmId).length).toBeGreaterThan(1);
    }, soon);
    await vi.waitFor(async () => {
      expect((await entries()).some((entry) => entry.kind === 'tick' && entry.body.term === 2)).toBe(true);
    }, soon);
    const held = await redis.get(keys.lease(park, 'watch'));
    expect(held).toBe('second');
    await second.watch.close();

    // Behind the second's first word nothing of the first's term.
    const all = await entries();
    const live = all.findLastIndex((entry) => entry.kind === 'engineVersion');
    const terms = all.slice(live).flatMap((entry) => (entry.kind === 'tick' ? [entry.body.term] : []));
    expect(new Set(terms)).toEqual(new Set([2]));
    const frames = await frameTerms();
    expect(frames).toEqual(frames.toSorted((a, b) => a - b));
    // The lane is what one engine says of this log that never stood still.
    const engine = new Engine(createPark(projection));
    const published = await lane();
    const said = all.flatMap((entry) => {
      const item = engine.step(entry);
      return item === null ? [] : [{ ...item, effects: decodeEffects(encodeEffects(item.effects)) }];
    });
    expect(published).toEqual(said.slice(0, published.length));
    const ids = (await alarms()).filter(({ transition }) => transition === 'raised').map(({ alarmId }) => alarmId);
    expect(new Set(ids).size).toBe(ids.length);
  }, 60_000);
});
