/** Role `deliver` beside watch on real Redis and PostgreSQL: from a call for help to a receiver outside, and through a takeover. */
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { systemClock } from '../../core/clock.ts';
import { silentLogger } from '../../core/logger.ts';
import { putContact } from '../../db/contacts.ts';
import { ENTRY_KIND, type EntryBodies, type EntryKindName, type ReceiptBody } from '../../stream/protocol/entry.ts';
import { decodeEntry, encodeBody } from '../../stream/protocol/entry-codec.ts';
import { closeRedis, createRedis, type Redis, whenReady } from '../../stream/redis.ts';
import { RedisLog } from '../../stream/redis-log.ts';
import { createFixBatch } from '../../test/builders/entries.ts';
import { createTestDatabase, type TestDatabase } from '../../test/contract/storage-database.ts';
import { loadConfig, runningConfig } from '../config.ts';
import type { RunningRole, StartRole } from '../role.ts';
import { start as startDeliver } from './deliver.ts';
import { start as startWatch } from './watch.ts';

const soon = { timeout: 40_000, interval: 50 };

describe('role deliver', () => {
  let park: string;
  let database: TestDatabase;
  let redis: Redis;
  let log: RedisLog;
  let dataFolder: string;
  let roles: RunningRole[] = [];
  const got: { deliveryId: string; kind: string; subject: string }[] = [];
  const receiver = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString('utf8');
    });
    request.on('end', () => {
      got.push(JSON.parse(body) as (typeof got)[number]);
      response.end();
    });
  });

  beforeAll(async () => {
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    redis = createRedis(inject('redisUrl'), { name: 'deliver-test' });
    await whenReady(redis);
  });
  afterAll(() => {
    closeRedis(redis);
    receiver.close();
  });
  beforeEach(async () => {
    park = `test-${randomUUID().slice(0, 8)}`;
    dataFolder = mkdtempSync(join(tmpdir(), 'deliver-role-'));
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
    writeFileSync(join(dataFolder, 'delivery.json'), JSON.stringify({ webhooks: { city: { url, secret: 'k' } } }));
    writeFileSync(join(dataFolder, 'master.key'), `${randomBytes(32).toString('hex')}\n`, { mode: 0o600 });
    database = await createTestDatabase(inject('databaseUrl'));
    log = new RedisLog({ redis, park });
    got.length = 0;
  });
  afterEach(async () => {
    for (const role of roles.splice(0)) await role.close();
    await log.close();
    const found = await redis.keys(`*{${park}}*`);
    if (found.length > 0) await redis.del(...found);
    await database.drop();
    rmSync(dataFolder, { recursive: true, force: true });
  });

  const open = async (start: StartRole): Promise<RunningRole> => {
    const env = {
      PARK_CODE: park,
      PARK_DATA_DIR: dataFolder,
      PARK_ARCHIVE: 'none',
      PARK_DELIVERY_FILE: join(dataFolder, 'delivery.json'),
      DATABASE_URL: database.url,
      REDIS_URL: inject('redisUrl'),
    };
    const role = await start({ config: runningConfig(loadConfig(env)), logger: silentLogger, clock: systemClock });
    roles.push(role);
    return role;
  };
  const put = <K extends EntryKindName>(kind: K, body: EntryBodies[K]) =>
    log.append({
      kind: ENTRY_KIND[kind],
      receivedAtMs: systemClock.nowMs(),
      body: encodeBody(kind, body as never),
      dedupId: randomUUID(),
    });
  const call = (person: string) => put('fixes', createFixBatch([{ person, atMs: systemClock.nowMs(), sos: true }]));
  const receipts = async (): Promise<ReceiptBody[]> => {
    const reader = new RedisLog({ redis, park });
    const entries = (await reader.read(1, 1_000, 0)).map(decodeEntry);
    await reader.close();
    return entries.flatMap((entry) => (entry.kind === 'receipt' ? [entry.body] : []));
  };
  const alarmsTold = () => got.filter(({ kind }) => kind === 'alarm');

  it('[DLV-12] [DLV-14] a call for help reaches a receiver outside, each once, also through a takeover', async () => {
    const contact = {
      contactId: 'city',
      companyCode: null,
      name: '市平台',
      language: 'zh-CN',
      webhook: 'city',
    } as const;
    await putContact(database.pool, { ...contact, phoneSealed: null, emailSealed: null }, 'test', 0);
    const value = { people: [{ contactId: 'city', name: '市平台', channels: ['sms', 'webhook'] }] };
    await put('setting', { topic: 'roster', key: 'park/duty', version: 1, value, userId: 'u', userName: 'u' });
    await open(startWatch);
    const first = await open(startDeliver);
    await call('p1');
    await vi.waitFor(() => expect(alarmsTold()).toMatchObject([{ subject: expect.stringContaining('SOS') }]), soon);
    await vi.waitFor(async () => {
      const said = (await receipts()).map(({ outcome, detail }) => `${outcome} ${detail}`);
      expect(said).toContain('failed not configured');
      expect(said).toContain('delivered HTTP 200');
    }, soon);
    await first.close();
    roles = roles.filter((role) => role !== first);
    await call('p2');
    await open(startDeliver);
    await vi.waitFor(() => expect(alarmsTold()).toHaveLength(2), soon);
    await vi.waitFor(async () => {
      const delivered = (await receipts()).filter(({ outcome }) => outcome === 'delivered');
      expect(delivered.length).toBe(got.length);
    }, soon);
    expect(new Set(got.map(({ deliveryId }) => deliveryId)).size).toBe(got.length);
  });
});
