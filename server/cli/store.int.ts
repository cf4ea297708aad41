import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { systemClock } from '../../core/clock.ts';
import { silentLogger } from '../../core/logger.ts';
import { readStoreOffset } from '../../db/ledger.ts';
import { idFromSeq, keys } from '../../stream/keys.ts';
import { ENTRY_KIND } from '../../stream/protocol/entry.ts';
import { encodeBody } from '../../stream/protocol/entry-codec.ts';
import { closeRedis, createRedis, whenReady } from '../../stream/redis.ts';
import { RedisLog } from '../../stream/redis-log.ts';
import { RedisOpsAlarms } from '../../stream/redis-ops-alarms.ts';
import { createFixBatch } from '../../test/builders/entries.ts';
import { createTestDatabase, type TestDatabase } from '../../test/contract/storage-database.ts';
import { runPark } from '../../test/run-park.ts';
import { loadConfig, runningConfig } from '../config.ts';
import type { RunningRole } from '../role.ts';
import { start } from '../roles/store.ts';
import { command } from './store.ts';

const commands = [{ ...command, load: async () => command }];
const soon = { timeout: 30_000, interval: 50 };

describe('park store go-on', () => {
  const park = `test-${randomUUID().slice(0, 8)}`;
  const redis = createRedis(inject('redisUrl'), { name: 'store-go-on-test' });
  const log = new RedisLog({ redis, park });
  const opsAlarms = new RedisOpsAlarms({ redis, park });
  let dataFolder: string;
  let database: TestDatabase;
  let env: Record<string, string>;
  let role: RunningRole | null = null;

  beforeAll(async () => {
    dataFolder = mkdtempSync(join(tmpdir(), 'store-go-on-'));
    database = await createTestDatabase(inject('databaseUrl'));
    env = { DATABASE_URL: database.url, REDIS_URL: inject('redisUrl'), PARK_CODE: park, PARK_DATA_DIR: dataFolder };
    await whenReady(redis);
  });
  afterAll(async () => {
    await role?.close();
    const found = await redis.keys(`*{${park}}*`);
    if (found.length > 0) await redis.del(...found);
    closeRedis(redis);
    await database.drop();
    rmSync(dataFolder, { recursive: true, force: true });
  });

  const append = async (n: number): Promise<void> => {
    const receivedAtMs = systemClock.nowMs();
    const body = encodeBody(
      'fixes',
      createFixBatch([{ person: `p${n}`, lng: 121.48, lat: 30.8, atMs: receivedAtMs - n }]),
    );
    await log.append({ kind: ENTRY_KIND.fixes, receivedAtMs, body, dedupId: `${park}-${n}` });
  };
  const open = async (): Promise<void> => {
    const config = runningConfig(loadConfig(env));
    role = await start({ config, logger: silentLogger, clock: systemClock });
  };
  const nextSeq = async (): Promise<number | undefined> => (await readStoreOffset(database.pool))?.nextSeq;
  const goOn = (from: number) =>
    runPark(['store', 'go-on', '--from', String(from), '--reason', 'disk of the old server', '--json'], commands, {
      env,
      nowMs: systemClock.nowMs(),
    });

  it('[LOG-77] [LOG-78] a store that waits at a lost range goes on behind it when a person says so, and not otherwise', async () => {
    await append(1);
    await append(2);
    await open();
    await vi.waitFor(async () => expect(await nextSeq()).toBe(3), soon);
    await role?.close();
    for (let n = 3; n <= 6; n++) await append(n);
    await redis.xtrim(keys.log(park), 'MINID', idFromSeq(5));
    await open();
    await vi.waitFor(async () => expect(await opsAlarms.list()).toHaveLength(1), soon);
    expect(await opsAlarms.list()).toMatchObject([
      {
        code: 'log-range-lost',
        subject: 'store',
        detail: 'entries 3 to 4 are missing; park store go-on goes on behind them',
      },
    ]);
    expect(await nextSeq()).toBe(3);

    for (const from of [4, 6]) {
      expect(await goOn(from)).toMatchObject({
        code: 1,
        err: expect.stringContaining('entries 3 to 4 are missing: --from 5'),
      });
    }
    expect(await nextSeq()).toBe(3);
    const told = await goOn(5);
    expect(told).toMatchObject({ code: 0 });
    expect(JSON.parse(told.out)).toMatchObject({ from: { nextSeq: 3 }, to: { nextSeq: 5 } });
    await vi.waitFor(async () => expect(await nextSeq()).toBe(7), soon);
    const people = await database.pool.query('SELECT person_id FROM person ORDER BY 1');
    expect(people.rows.map((row) => row.person_id)).toEqual(['p1', 'p2', 'p5', 'p6']);
    expect(await opsAlarms.list()).toEqual([]);
    const audit = await database.pool.query(`SELECT action, detail FROM audit WHERE action = 'log.range-lost'`);
    expect(audit.rows).toMatchObject([
      { detail: { reason: 'disk of the old server', from: { nextSeq: 3 }, to: { nextSeq: 5 } } },
    ]);
    expect((await goOn(3)).code).toBe(1);
    expect(await nextSeq()).toBe(7);
  }, 90_000);
});
