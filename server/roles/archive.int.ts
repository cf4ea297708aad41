import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { systemClock } from '../../core/clock.ts';
import { silentLogger } from '../../core/logger.ts';
import { BlobArchive } from '../../stream/archive/blob-archive.ts';
import { closeRedis, createRedis, type Redis, whenReady } from '../../stream/redis.ts';
import { RedisLog } from '../../stream/redis-log.ts';
import { RedisReaderRegistry } from '../../stream/redis-readers.ts';
import { collect } from '../../test/contract/archive.ts';
import { S3Server } from '../../test/s3-server.ts';
import { openArchive } from '../archive-place.ts';
import { type Environment, loadConfig, runningConfig } from '../config.ts';
import type { RunningRole } from '../role.ts';
import { start } from './archive.ts';
import { requiredReaders } from './watch.ts';

describe('role archive', () => {
  let redis: Redis;
  let folder: string;
  let park: string;
  let log: RedisLog;
  let roles: RunningRole[];
  let appended = 0;

  beforeAll(async () => {
    redis = createRedis(inject('redisUrl'), { name: 'archive-role-test' });
    await whenReady(redis);
  });
  afterAll(() => closeRedis(redis));
  beforeEach(() => {
    park = `test-${randomUUID().slice(0, 8)}`;
    folder = mkdtempSync(join(tmpdir(), 'parksentry-archive-role-'));
    log = new RedisLog({ redis, park });
    roles = [];
    appended = 0;
  });
  afterEach(async () => {
    for (const role of roles) await role.close();
    await log.close();
    const found = await redis.keys(`*{${park}}*`);
    if (found.length > 0) await redis.del(...found);
    rmSync(folder, { recursive: true });
  });

  const configOf = (env: Environment = {}) =>
    runningConfig(
      loadConfig({
        PARK_CODE: park,
        PARK_DATA_DIR: folder,
        // Nobody listens there: the archive does without PostgreSQL.
        DATABASE_URL: 'postgres://nobody@127.0.0.1:9/none',
        REDIS_URL: inject('redisUrl'),
        ...env,
      }),
    );
  const open = async (env: Environment = {}): Promise<RunningRole> => {
    const role = await start({ config: configOf(env), logger: silentLogger, clock: systemClock });
    roles.push(role);
    return role;
  };
  /** Bodies of 4 MiB: nine of them are more than a segment. */
  const append = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i++) {
      const body = Buffer.alloc(4 << 20, `${++appended} `);
      await log.append({ kind: 4, receivedAtMs: systemClock.nowMs(), body, dedupId: `${park}-${appended}` });
    }
  };
  const registered = async (): Promise<number | undefined> =>
    (await new RedisReaderRegistry({ redis, park, of: 'log' }).list()).find((reader) => reader.reader === 'archive')
      ?.nextSeq;
  const untilRegistered = (nextSeq: number) => expect.poll(registered, { timeout: 30_000 }).toBe(nextSeq);
  const archived = async (env: Environment = {}): Promise<number[]> => {
    const blobs = openArchive(configOf(env));
    if (blobs === null) throw new Error('no archive');
    const archive = new BlobArchive(blobs);
    const { epoch } = await log.head();
    const lastSeq = Math.max(0, ...(await archive.segments()).map((segment) => segment.lastSeq));
    return (await collect(archive.entries(epoch, 1, lastSeq))).map((entry) => entry.seq);
  };

  it('[ARC-28] archives in the data folder, without PostgreSQL; another takes over where the first ended', async () => {
    await append(9);
    const first = await open();
    await untilRegistered(9);
    await open();
    await first.close();
    await append(8);
    await untilRegistered(17);
    expect(await archived()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);
  });

  it('[ARC-28] archives in S3-compatible storage, with the secret from a file', async () => {
    const s3 = await S3Server.start();
    try {
      writeFileSync(join(folder, 'secret'), `${s3.secretAccessKey}\n`, { mode: 0o600 });
      const env = {
        PARK_ARCHIVE: `s3://${s3.bucket}/parks/${park}`,
        PARK_S3_ENDPOINT: s3.endpoint,
        PARK_S3_REGION: s3.region,
        PARK_S3_ACCESS_KEY_ID: s3.accessKeyId,
        PARK_S3_SECRET_KEY_FILE: join(folder, 'secret'),
      };
      await append(8);
      await open(env);
      await untilRegistered(9);
      expect(await archived(env)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
      expect([...s3.objects.keys()][0]).toMatch(new RegExp(`^parks/${park}/segments/`));
    } finally {
      await s3.close();
    }
  });

  it('[ARC-28] with none it archives nothing, and one that was on before holds nothing up', async () => {
    await append(1);
    await new RedisReaderRegistry({ redis, park, of: 'log' }).register('archive', 1, systemClock.nowMs());
    await open({ PARK_ARCHIVE: 'none' });
    expect(await registered()).toBeUndefined();
    expect(openArchive(configOf({ PARK_ARCHIVE: 'none' }))).toBeNull();
  });

  it('[ARC-29] trimming waits for the archive where there is one', () => {
    expect(requiredReaders(configOf())).toEqual(['watch', 'store', 'archive']);
    expect(requiredReaders(configOf({ PARK_ARCHIVE: 'none' }))).toEqual(['watch', 'store']);
  });

  it('[ARC-28] a secret that cannot be read is refused at the start, by its variable', async () => {
    const env = {
      PARK_ARCHIVE: 's3://bucket',
      PARK_S3_ENDPOINT: 'http://127.0.0.1:9',
      PARK_S3_ACCESS_KEY_ID: 'id',
      PARK_S3_SECRET_KEY_FILE: join(folder, 'not-there'),
    };
    await expect(open(env)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      detail: expect.stringContaining('PARK_S3_SECRET_KEY_FILE') as string,
    });
  });
});
