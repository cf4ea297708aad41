/** Role watch over several parks, in two processes' worth of roles. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { systemClock } from '../core/clock.ts';
import { silentLogger } from '../core/logger.ts';
import { keys } from '../stream/keys.ts';
import { ENTRY_KIND } from '../stream/protocol/entry.ts';
import { encodeBody } from '../stream/protocol/entry-codec.ts';
import { closeRedis, createRedis, whenReady } from '../stream/redis.ts';
import { RedisLaneReader } from '../stream/redis-lanes.ts';
import { RedisLog } from '../stream/redis-log.ts';
import { createFixBatch } from '../test/builders/entries.ts';
import { lngLatAt } from '../test/builders/plane.ts';
import { loadConfig, runningConfig } from './config.ts';
import type { RunningRole } from './role.ts';
import { start } from './roles/watch.ts';

const soon = { timeout: 30_000, interval: 50 };

describe('role watch over several parks', () => {
  const run = randomUUID().slice(0, 8);
  const parks = [1, 2, 3, 4].map((n) => `test-${run}-${n}`);
  const redis = createRedis(inject('redisUrl'), { name: 'parks-test' });
  const roles: RunningRole[] = [];
  let dataFolder: string;
  let appended = 0;

  beforeAll(async () => {
    dataFolder = mkdtempSync(join(tmpdir(), 'parks-'));
    await whenReady(redis);
  });
  afterAll(async () => {
    for (const role of roles) await role.close();
    for (const park of parks) {
      const found = await redis.keys(`*{${park}}*`);
      if (found.length > 0) await redis.del(...found);
    }
    closeRedis(redis);
    rmSync(dataFolder, { recursive: true, force: true });
  });

  const open = async (): Promise<RunningRole> => {
    const config = runningConfig(
      loadConfig({
        PARK_CODE: parks[0],
        PARK_CODES: parks.join(','),
        PARK_DATA_DIR: dataFolder,
        DATABASE_URL: 'postgres://nobody@127.0.0.1:1/{park}',
        REDIS_URL: inject('redisUrl'),
      }),
    );
    const role = await start({ config, logger: silentLogger, clock: systemClock });
    roles.push(role);
    return role;
  };
  /** An SOS in each park; resolves when each was raised there, and nowhere else. */
  const areAllWatched = async (person: string): Promise<void> => {
    for (const park of parks) {
      const receivedAtMs = systemClock.nowMs();
      const fix = { person: `${person} of ${park}`, ...lngLatAt(0, 50), atMs: receivedAtMs, sos: true };
      const body = encodeBody('fixes', createFixBatch([fix]));
      await new RedisLog({ redis, park }).append({
        kind: ENTRY_KIND.fixes,
        receivedAtMs,
        body,
        dedupId: `${run}-${++appended}`,
      });
    }
    for (const park of parks) {
      await vi.waitFor(async () => {
        const items = await new RedisLaneReader({ redis, park }).recentEffects(Number.MAX_SAFE_INTEGER, 1_000);
        const raised = items.flatMap(({ effects }) =>
          effects.flatMap((effect) => (effect.t === 'alarm' ? [effect.alarm.person?.personId ?? ''] : [])),
        );
        expect(raised.filter((id) => id.startsWith(person))).toEqual([`${person} of ${park}`]);
      }, soon);
    }
  };
  const loads = async (): Promise<number[]> => {
    const held = await redis.mget(...parks.map((park) => keys.lease(park, 'watch')));
    expect(held).not.toContain(null);
    return [...new Set(held)].map((name) => held.filter((holder) => holder === name).length);
  };

  it('[LOG-84] one process watches all parks, two share them, and the one that stays has them all again', async () => {
    const first = await open();
    await areAllWatched('alone');
    expect(await loads()).toEqual([4]);
    await open();
    await vi.waitFor(async () => expect(await loads()).toEqual([2, 2]), soon);
    await areAllWatched('shared');
    await first.close();
    await vi.waitFor(async () => expect(await loads()).toEqual([4]), soon);
    await areAllWatched('left');
  }, 120_000);
});
