import { randomUUID } from 'node:crypto';
import { chmodSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { systemClock } from '../../core/clock.ts';
import { silentLogger } from '../../core/logger.ts';
import { readLedger, readStoreOffset } from '../../db/ledger.ts';
import { isBalanced } from '../../db/ledger-counts.ts';
import { migrateDatabase } from '../../db/migrate.ts';
import { createPool, type Pool } from '../../db/pool.ts';
import { ENTRY_KIND } from '../../stream/protocol/entry.ts';
import { encodeBody } from '../../stream/protocol/entry-codec.ts';
import { closeRedis, createRedis, type Redis, whenReady } from '../../stream/redis.ts';
import { RedisLog } from '../../stream/redis-log.ts';
import { RedisOpsAlarms } from '../../stream/redis-ops-alarms.ts';
import { RedisQuarantineSet } from '../../stream/redis-quarantine.ts';
import { RedisReaderRegistry } from '../../stream/redis-readers.ts';
import { createFixBatch } from '../../test/builders/entries.ts';
import { loadConfig, runningConfig } from '../config.ts';
import type { RunningRole } from '../role.ts';
import { type PostgresServer, startPostgresServer } from '../services/postgres-server.ts';
import { start } from './store.ts';

describe('role store', () => {
  let dataFolder: string;
  let server: PostgresServer;
  let pool: Pool;
  let redis: Redis;
  let park: string;
  let log: RedisLog;
  let roles: RunningRole[];
  let appended: number;

  beforeAll(async () => {
    dataFolder = mkdtempSync(join(realpathSync(tmpdir()), 'parksentry-store-'));
    chmodSync(dataFolder, 0o711);
    server = await startPostgresServer({ dataFolder, sharedBuffersMb: 32 });
    await migrateDatabase(server.url, silentLogger);
    pool = createPool(server.url, { max: 2 });
    redis = createRedis(inject('redisUrl'), { name: 'store-role-test' });
    await whenReady(redis);
  });
  afterAll(async () => {
    closeRedis(redis);
    await pool.end();
    await server.stop();
    rmSync(server.place, { recursive: true, force: true });
    rmSync(dataFolder, { recursive: true, force: true });
  });
  beforeEach(() => {
    park = `test-${randomUUID().slice(0, 8)}`;
    log = new RedisLog({ redis, park });
    roles = [];
    appended = 0;
  });
  afterEach(async () => {
    for (const role of roles) await role.close();
    await log.close();
    const found = await redis.keys(`*{${park}}*`);
    if (found.length > 0) await redis.del(...found);
  });

  const open = async (): Promise<RunningRole> => {
    const config = runningConfig(
      loadConfig({
        PARK_CODE: park,
        PARK_DATA_DIR: dataFolder,
        DATABASE_URL: server.url,
        REDIS_URL: inject('redisUrl'),
      }),
    );
    const role = await start({ config, logger: silentLogger, clock: systemClock });
    roles.push(role);
    return role;
  };
  /** Ten fixes of ten people of this park's own company, at a second of their own. */
  const append = async (): Promise<void> => {
    const receivedAtMs = systemClock.nowMs();
    const atMs = Math.floor(receivedAtMs / 1000) * 1000 - 600_000 + ++appended * 1000;
    const inputs = Array.from({ length: 10 }, (_, i) => ({ person: `p${i}`, lng: 121.48, lat: 30.8, atMs }));
    const body = encodeBody('fixes', createFixBatch(inputs, { companyCode: park }));
    await log.append({ kind: ENTRY_KIND.fixes, receivedAtMs, body, dedupId: `${park}-${appended}` });
  };
  const stored = async (): Promise<number> => {
    const rows = await pool.query<{ count: number }>(
      `SELECT count(*) AS count FROM position o JOIN person p ON p.id = o.person_id WHERE p.company_code = $1`,
      [park],
    );
    return rows.rows[0]?.count ?? 0;
  };
  const untilStored = (fixes: number) => expect.poll(stored, { interval: 50, timeout: 30_000 }).toBe(fixes);

  it('[STO-15] stores what the log has, and registers what is on disk', async () => {
    await append();
    await append();
    await open();
    await untilStored(20);
    const readers = new RedisReaderRegistry({ redis, park, of: 'log' });
    await expect
      .poll(async () => (await readers.list()).find((reader) => reader.reader === 'store')?.nextSeq, {
        timeout: 30_000,
      })
      .toBe(3);
    const [line] = await readLedger(pool, park, { fromMs: null, toMs: null });
    expect(line).toMatchObject({ interface: 'positions', received: 20, stored: 20, duplicate: 0 });
  });

  it('[STO-17] waits while PostgreSQL is away and loses nothing, also of what was committed but not on disk', async () => {
    const role = await open();
    let failed = false;
    role.failed?.catch(() => {
      failed = true;
    });
    await append();
    await untilStored(10);
    await append();
    // QUIT is PostgreSQL's immediate shutdown: like a crash, the newest asynchronous commits may be lost.
    process.kill(server.pid, 'SIGQUIT');
    await server.ended;
    await append();
    server = await startPostgresServer({ dataFolder, sharedBuffersMb: 32 });
    await append();
    await expect.poll(() => stored().catch(() => -1), { interval: 50, timeout: 40_000 }).toBe(40);
    expect(failed).toBe(false);
    const lines = await readLedger(pool, park, { fromMs: null, toMs: null });
    expect(lines).toMatchObject([{ received: 40, stored: 40, duplicate: 0 }]);
    expect(lines.every(isBalanced)).toBe(true);
  });

  it('[STO-38] reads what watch passed over before the first entry, keeps it aside, and says so', async () => {
    await append();
    await append();
    const { epoch } = await log.head();
    await new RedisQuarantineSet({ redis, park }).add(epoch, 2, 'threw twice');
    await append();
    await open();
    await untilStored(20);
    expect(await readLedger(pool, park, { fromMs: null, toMs: null })).toMatchObject([
      { received: 30, stored: 20, quarantined: 10 },
    ]);
    await expect
      .poll(() => new RedisOpsAlarms({ redis, park }).list())
      .toMatchObject([{ code: 'entry-quarantined', subject: '2', detail: 'store: threw twice' }]);
  });

  it('[STO-6] another store takes over where the first ended', async () => {
    const first = await open();
    await append();
    await untilStored(10);
    const before = await readStoreOffset(pool);
    await open();
    await first.close();
    await append();
    await untilStored(20);
    const after = await readStoreOffset(pool);
    expect(after).toMatchObject({ epoch: before?.epoch, nextSeq: 3 });
    expect(after?.term).toBeGreaterThan(before?.term ?? 0);
  });
});
