import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { ManualClock } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import { silentLogger } from '../core/logger.ts';
import { sealSecret } from '../security/credential-secret.ts';
import { createSealer } from '../security/gm.ts';
import { channels, keys } from '../stream/keys.ts';
import { closeRedis, createRedis, type Redis, whenReady } from '../stream/redis.ts';
import {
  announceRevocation,
  CredentialCache,
  type CredentialRow,
  followCredentialChanges,
} from './credential-cache.ts';

const HOUR_MS = 3_600_000;
const sealer = createSealer([Buffer.alloc(32, 5)]);
const usedKeys: string[] = [];
let redis: Redis;
let appId: string;

beforeAll(async () => {
  redis = createRedis(inject('redisUrl'), { name: 'test-credentials' });
  await whenReady(redis);
});
beforeEach(() => {
  appId = `test-${randomUUID()}`;
  usedKeys.push(keys.credential(appId));
});
afterAll(async () => {
  await redis.del(...usedKeys);
  closeRedis(redis);
});

const createRow = (changes: Partial<CredentialRow> = {}): CredentialRow => ({
  appId,
  companyCode: '310000001',
  secretSealed: sealSecret(sealer, appId, 's3cret'),
  previousSecretSealed: null,
  previousUntilMs: null,
  status: 'active',
  interfaces: null,
  addresses: null,
  rateRecordsPerS: null,
  sandbox: false,
  stages: { positions: 'live' },
  ...changes,
});

/** A table of one row that counts its readers and can be down. */
class Table {
  row: CredentialRow | null;
  isDown = false;
  reads = 0;
  constructor(row: CredentialRow | null) {
    this.row = row;
  }
  readonly load = async (): Promise<CredentialRow | null> => {
    this.reads++;
    if (this.isDown) throw new AppError('DATABASE_UNAVAILABLE');
    return this.row;
  };
}

const createCache = (table: Table, clock = new ManualClock(1_000_000_000_000), of = redis): CredentialCache =>
  new CredentialCache({
    redis: of,
    load: table.load,
    sealer,
    clock,
    logger: silentLogger,
    defaultRateRecordsPerS: 777,
  });

describe('with PostgreSQL', () => {
  test('[ING-29] a credential comes with its secret opened, and defaults where the row says nothing', async () => {
    const cache = createCache(new Table(createRow()));
    expect(await cache.find(appId)).toEqual({
      appId,
      companyCode: '310000001',
      secret: 's3cret',
      previousSecret: null,
      status: 'active',
      interfaces: null,
      addresses: [],
      rateRecordsPerS: 777,
      sandbox: false,
      stages: { positions: 'live' },
    });
    const own = createCache(
      new Table(createRow({ addresses: ['10.0.0.0/8'], interfaces: ['areas'], rateRecordsPerS: 5 })),
    );
    expect(await own.find(appId)).toMatchObject({
      addresses: ['10.0.0.0/8'],
      interfaces: ['areas'],
      rateRecordsPerS: 5,
    });
  });

  test('[ING-29] the answer is kept for 5 s and then asked for again', async () => {
    const clock = new ManualClock(0);
    const table = new Table(createRow());
    const cache = createCache(table, clock);
    await Promise.all([cache.find(appId), cache.find(appId)]);
    clock.advance(4_999);
    await cache.find(appId);
    expect(table.reads).toBe(1);
    table.row = createRow({ status: 'revoked' });
    clock.advance(1);
    expect(await cache.find(appId)).toMatchObject({ status: 'revoked' });
  });

  test('[ING-29] an unknown or ill-formed app id is null, and the latter asks nobody', async () => {
    const table = new Table(null);
    const cache = createCache(table);
    expect(await cache.find(appId)).toBeNull();
    for (const bad of ['', 'a b', 'a:b', 'x'.repeat(65), '{park}']) expect(await cache.find(bad)).toBeNull();
    expect(table.reads).toBe(1);
  });

  test('[ING-30] the copy in Redis shows neither the secret nor the company', async () => {
    await createCache(new Table(createRow())).find(appId);
    const copy = JSON.stringify(await redis.hgetall(keys.credential(appId)));
    expect(copy).not.toContain('s3cret');
    expect(copy).not.toContain('310000001');
    expect(await redis.pttl(keys.credential(appId))).toBeGreaterThan(23 * HOUR_MS);
  });
});

describe('without PostgreSQL', () => {
  const downTable = (): Table => {
    const table = new Table(null);
    table.isDown = true;
    return table;
  };

  test('[ING-29] a fresh process works from the copy, for 24 h and not longer', async () => {
    const clock = new ManualClock(1_000_000_000_000);
    await createCache(new Table(createRow()), clock).find(appId);
    clock.advance(24 * HOUR_MS);
    expect(await createCache(downTable(), clock).find(appId)).toMatchObject({ secret: 's3cret', status: 'active' });
    clock.advance(1);
    await expect(createCache(downTable(), clock).find(appId)).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
  });

  test('[ING-29] an app id without a copy is not taken for unknown', async () => {
    await expect(createCache(downTable()).find(appId)).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
  });

  test('[ING-29] PostgreSQL is asked again only after 5 s, and then found back', async () => {
    const clock = new ManualClock(1_000_000_000_000);
    const table = new Table(createRow());
    const cache = createCache(table, clock);
    await cache.find(appId);
    table.isDown = true;
    clock.advance(5_000);
    await cache.find(appId);
    expect(table.reads).toBe(2);
    cache.drop(appId);
    table.isDown = false;
    table.row = createRow({ rateRecordsPerS: 9 });
    expect(await cache.find(appId)).toMatchObject({ rateRecordsPerS: 9 });
  });

  test('[ING-29] a copy that was tampered with is no copy', async () => {
    await createCache(new Table(createRow())).find(appId);
    const sealed = (await redis.hget(keys.credential(appId), 'sealed')) ?? '';
    const changed = `${sealed.slice(0, 40)}${sealed[40] === 'A' ? 'B' : 'A'}${sealed.slice(41)}`;
    await redis.hset(keys.credential(appId), 'sealed', changed);
    await expect(createCache(downTable()).find(appId)).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
  });

  test('[ING-29] a credential that PostgreSQL no longer has does not come back from the copy', async () => {
    await createCache(new Table(createRow())).find(appId);
    await createCache(new Table(null)).find(appId);
    await expect(createCache(downTable()).find(appId)).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
  });

  test('[ING-29] a revocation that was announced wins over the copy, and over PostgreSQL when it is back', async () => {
    const clock = new ManualClock(1_000_000_000_000);
    await createCache(new Table(createRow()), clock).find(appId);
    await announceRevocation(redis, appId, clock.nowMs());
    expect(await createCache(downTable(), clock).find(appId)).toMatchObject({ status: 'revoked' });
    expect(await createCache(new Table(createRow()), clock).find(appId)).toMatchObject({ status: 'revoked' });
    expect(await redis.pttl(keys.credential(appId))).toBe(-1);
  });

  test('[ING-29] a revocation once read from PostgreSQL is known without it', async () => {
    await createCache(new Table(createRow({ status: 'revoked' }))).find(appId);
    expect(await createCache(downTable()).find(appId)).toMatchObject({ status: 'revoked' });
    expect(await redis.hexists(keys.credential(appId), 'revokedAtMs')).toBe(1);
  });
});

describe('without Redis', () => {
  test('[ING-29] PostgreSQL alone is enough to know a credential', async () => {
    const gone = createRedis('redis://127.0.0.1:1', { name: 'test-gone', offlineQueue: false });
    expect(await createCache(new Table(createRow()), new ManualClock(0), gone).find(appId)).toMatchObject({
      status: 'active',
    });
    closeRedis(gone);
  });
});

describe('followCredentialChanges', () => {
  test('[ING-29] an announced change is asked for at once, not after 5 s', async () => {
    const table = new Table(createRow());
    const cache = createCache(table);
    const heard: (string | undefined)[] = [];
    const stop = followCredentialChanges(redis, cache, silentLogger, (changed) => heard.push(changed));
    // Announced until it is heard: the subscription stands from then on.
    await expect
      .poll(async () => {
        await redis.publish(channels.credentials, 'another-app');
        return heard;
      })
      .toContain('another-app');
    await cache.find(appId);
    table.row = createRow({ status: 'revoked' });
    await announceRevocation(redis, appId, 0);
    await expect.poll(() => heard).toContain(appId);
    expect((await cache.find(appId))?.status).toBe('revoked');
    stop();
  });

  test('[ING-29] an answer that was under way during a change is not kept', async () => {
    const table = new Table(createRow());
    const cache = createCache(table);
    const underWay = cache.find(appId);
    cache.drop(appId);
    await underWay;
    table.row = createRow({ rateRecordsPerS: 1 });
    expect(await cache.find(appId)).toMatchObject({ rateRecordsPerS: 1 });
  });
});
