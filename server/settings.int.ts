/** Settings on real PostgreSQL and Redis: from the change to the engine that runs it, and back into the database. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unpack } from 'msgpackr';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { COMMAND_LINE } from '../admin/audit.ts';
import { StoredParkSettings } from '../admin/park-settings.ts';
import { systemClock } from '../core/clock.ts';
import { silentLogger } from '../core/logger.ts';
import type { SettingRunning } from '../core/settings-api.ts';
import { addToOutbox, readUnsent } from '../db/outbox.ts';
import { queryRows, withTransaction } from '../db/pool.ts';
import { keys } from '../stream/keys.ts';
import { decodeEntry } from '../stream/protocol/entry-codec.ts';
import type { PictureData } from '../stream/protocol/picture.ts';
import { closeRedis, createRedis, type Redis, whenReady } from '../stream/redis.ts';
import { RedisLaneReader } from '../stream/redis-lanes.ts';
import { RedisLog } from '../stream/redis-log.ts';
import { createTestDatabase, type TestDatabase } from '../test/contract/storage-database.ts';
import { openTcpGate } from '../test/tcp-gate.ts';
import { loadConfig, runningConfig } from './config.ts';
import type { RunningRole, StartRole } from './role.ts';
import { start as startRelay } from './roles/relay.ts';
import { start as startStore } from './roles/store.ts';
import { start as startWatch } from './roles/watch.ts';

const soon = { timeout: 40_000, interval: 50 };

describe('settings from the database to the engine', () => {
  let park: string;
  let database: TestDatabase;
  let redis: Redis;
  let dataFolder: string;
  const roles: RunningRole[] = [];

  beforeAll(async () => {
    redis = createRedis(inject('redisUrl'), { name: 'settings-test' });
    await whenReady(redis);
  });
  afterAll(() => closeRedis(redis));
  beforeEach(async () => {
    park = `test-${randomUUID().slice(0, 8)}`;
    dataFolder = mkdtempSync(join(tmpdir(), 'settings-'));
    database = await createTestDatabase(inject('databaseUrl'));
  });
  afterEach(async () => {
    for (const role of roles.splice(0)) await role.close();
    const found = await redis.keys(`*{${park}}*`);
    if (found.length > 0) await redis.del(...found);
    await database.drop();
    rmSync(dataFolder, { recursive: true, force: true });
  });

  const open = async (
    start: StartRole,
    urls: { redisUrl?: string; databaseUrl?: string } = {},
  ): Promise<RunningRole> => {
    const config = runningConfig(
      loadConfig({
        PARK_CODE: park,
        PARK_DATA_DIR: dataFolder,
        PARK_ARCHIVE: 'none',
        DATABASE_URL: urls.databaseUrl ?? database.url,
        REDIS_URL: urls.redisUrl ?? inject('redisUrl'),
      }),
    );
    const role = await start({ config, logger: silentLogger, clock: systemClock });
    roles.push(role);
    return role;
  };
  const settings = (waitMs = 2_000): StoredParkSettings => new StoredParkSettings(database.pool, systemClock, waitMs);
  const put = (expectedVersion: number, clearMarginM: number, waitMs?: number) => {
    const value = { outOfBounds: { clearMarginM } };
    const change = { topic: 'rules', key: '', value, expectedVersion, reason: 'test' };
    return settings(waitMs).put(change, COMMAND_LINE);
  };
  const runningNow = async (): Promise<SettingRunning | null | undefined> =>
    (await settings().list(null, 'rules')).settings[0]?.running;
  const versionsInLog = async (): Promise<number[]> => {
    const raws = await new RedisLog({ redis, park }).read(1, 10_000, 0);
    return raws.map(decodeEntry).flatMap((entry) => (entry.kind === 'setting' ? [entry.body.version] : []));
  };

  it('[STG-15] a change comes to run in the engine, and its answer into the database', async () => {
    await open(startWatch);
    await open(startStore);
    await open(startRelay);
    expect(await put(0, 1, 30_000)).toEqual({ version: 1, running: true, problem: null });
    expect(await runningNow()).toMatchObject({ version: 1, problem: null });
    expect(await put(1, 3, 30_000)).toMatchObject({ version: 2, running: true });
    expect(await versionsInLog()).toEqual([1, 2]);
  });

  it('[STG-4] without an engine the change is kept and the answer says that it does not run yet', async () => {
    expect(await put(0, 1, 100)).toEqual({ version: 1, running: false, problem: null });
    expect(await runningNow()).toBeNull();
    await open(startRelay);
    await open(startWatch);
    await open(startStore);
    await vi.waitFor(async () => expect(await runningNow()).toMatchObject({ version: 1 }), soon);
  });

  it('[STG-10] a relay that died between append and mark: the row is in the log once', async () => {
    await put(0, 1, 0);
    const [row] = await readUnsent(database.pool, 1);
    const relay = await open(startRelay);
    await vi.waitFor(async () => expect(await versionsInLog()).toEqual([1]), soon);
    await relay.close();
    await queryRows(database.pool, 'UPDATE outbox SET sent_at = NULL');
    await open(startRelay);
    await vi.waitFor(async () => expect(await readUnsent(database.pool, 1)).toEqual([]), soon);
    expect(await versionsInLog()).toEqual([1]);
    expect(row?.body).toMatchObject({ topic: 'rules', version: 1 });
  });

  it('[GBP-1] rows of registers that rules go by come into the log by the same way', async () => {
    await open(startRelay);
    const heardInLog = async (register: string): Promise<(string | undefined)[]> => {
      const raws = await new RedisLog({ redis, park }).read(1, 10_000, 0);
      return raws
        .map(decodeEntry)
        .flatMap((entry) => (entry.kind === 'heardRows' && entry.body.register === register ? entry.body.rows : []))
        .map(({ key, values }) => `${key} ${values?.['name']}`);
    };
    await queryRows(database.pool, `INSERT INTO company (code, name) VALUES ('C1', '甲')`);
    await queryRows(
      database.pool,
      `INSERT INTO reg_hazard_sources (company_code, code, name, level, version, created_at, created_by, updated_at, updated_by, from_vendor)
       VALUES ('C1', 'H1', '罐区', '2', 1, now(), 'a', now(), 'a', '{}')`,
    );
    await vi.waitFor(async () => expect(await heardInLog('hazard-sources')).toEqual(['H1 罐区']), soon);
    await queryRows(database.pool, `UPDATE reg_hazard_sources SET name = '储罐区', version = version + 1`);
    await vi.waitFor(async () => expect(await heardInLog('hazard-sources')).toEqual(['H1 罐区', 'H1 储罐区']), soon);
  });

  it('[STG-11] a row whose transaction commits after that of a larger id is taken', async () => {
    await open(startRelay);
    const body = (version: number) => ({
      topic: 'rules' as const,
      key: '',
      version,
      value: {},
      userId: '',
      userName: '',
    });
    await withTransaction(database.pool, async (client) => {
      await addToOutbox(client, 'setting', [body(1)]);
      await withTransaction(database.pool, (other) => addToOutbox(other, 'setting', [body(2)]));
      await vi.waitFor(async () => expect(await versionsInLog()).toEqual([2]), soon);
    });
    await vi.waitFor(async () => expect(await versionsInLog()).toEqual([2, 1]), soon);
    await vi.waitFor(async () => expect(await readUnsent(database.pool, 10)).toEqual([]), soon);
  });

  it('[STG-12] PostgreSQL and Redis stand still for a while: what was changed meanwhile comes to run', async () => {
    const databaseGate = await openTcpGate(database.url);
    const redisGate = await openTcpGate(inject('redisUrl'));
    await open(startRelay, { databaseUrl: databaseGate.url, redisUrl: redisGate.url });
    await put(0, 1, 0);
    await vi.waitFor(async () => expect(await versionsInLog()).toEqual([1]), soon);
    databaseGate.hold();
    await put(1, 2, 0);
    databaseGate.letGo();
    await vi.waitFor(async () => expect(await versionsInLog()).toEqual([1, 2]), soon);
    redisGate.hold();
    await put(2, 3, 0);
    redisGate.letGo();
    await vi.waitFor(async () => expect(await versionsInLog()).toEqual([1, 2, 3]), soon);
    await Promise.all([databaseGate.close(), redisGate.close()]);
  });

  it('[STG-13] a park whose Redis and snapshots are gone has its settings again', async () => {
    const first = await open(startWatch);
    await open(startStore);
    await open(startRelay);
    await put(0, 1, 30_000);
    await first.close();
    const found = await redis.keys(`*{${park}}*`);
    await redis.del(...found.filter((key) => !key.includes('lease:') && key !== keys.terms(park)));
    rmSync(dataFolder, { recursive: true, force: true });
    await open(startWatch);
    const lanes = new RedisLaneReader({ redis, park });
    await vi.waitFor(async () => {
      const picture = unpack((await lanes.picture()) as Uint8Array) as PictureData;
      const answers = (picture.docs ?? []).filter(({ doc }) => doc === 'setting').map(({ value }) => value);
      expect(answers).toMatchObject([{ topic: 'rules', version: 1, problem: null }]);
    }, soon);
    await lanes.close();
  });
});
