import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { WebSocket } from 'ws';
import { systemClock } from '../../core/clock.ts';
import type { LogFields, Logger } from '../../core/logger.ts';
import { silentLogger } from '../../core/logger.ts';
import { queryRows } from '../../db/pool.ts';
import { announceRevocation } from '../../ingest/credential-cache.ts';
import { RedisRefusals } from '../../ingest/redis-refusals.ts';
import { signRequest } from '../../ingest/sign-request.ts';
import { issueCredential, sealSecret } from '../../security/credential-secret.ts';
import { createSealer } from '../../security/gm.ts';
import { createMasterKeyFile, readMasterKeys } from '../../security/master-key.ts';
import { keys } from '../../stream/keys.ts';
import { decodeEntry } from '../../stream/protocol/entry-codec.ts';
import { CLOSE_CODE } from '../../stream/protocol/live-message.ts';
import { closeRedis, createRedis, type Redis, whenReady } from '../../stream/redis.ts';
import { RedisLog } from '../../stream/redis-log.ts';
import { createTestDatabase, type TestDatabase } from '../../test/contract/storage-database.ts';
import { loadConfig } from '../config.ts';
import type { RunningRole } from '../role.ts';
import { start } from './ingest.ts';

const COMPANY = '310000001';
const POSITIONS = '/v1/positioning/positions';
const STREAM = '/v1/positioning/stream';
const NO_DATABASE = 'postgres://nobody@127.0.0.1:1/none';

const folder = mkdtempSync(join(tmpdir(), 'ingest-role-'));
const masterKeyFile = join(folder, 'master.key');
const { appId, appSecret } = issueCredential();
let database: TestDatabase;
let redis: Redis;
let park: string;
let roles: RunningRole[];

beforeAll(async () => {
  createMasterKeyFile(masterKeyFile);
  database = await createTestDatabase(inject('databaseUrl'));
  redis = createRedis(inject('redisUrl'), { name: 'ingest-role-test' });
  await whenReady(redis);
  const sealer = createSealer(readMasterKeys(masterKeyFile));
  await queryRows(database.pool, 'INSERT INTO company (code, name) VALUES ($1, $2)', [COMPANY, '海澜示例化工']);
  await queryRows(database.pool, 'INSERT INTO credential (app_id, company_code, secret_sealed) VALUES ($1, $2, $3)', [
    appId,
    COMPANY,
    sealSecret(sealer, appId, appSecret),
  ]);
});
afterAll(async () => {
  await redis.del(keys.credential(appId));
  closeRedis(redis);
  await database.drop();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  park = `t-${randomUUID().slice(0, 18)}`;
  roles = [];
});
afterEach(async () => {
  for (const role of roles) await role.close();
  await redis.del(keys.log(park), keys.logHead(park));
});

/** Starts the role on a free port and says which. */
async function startIngest(databaseUrl: string): Promise<number> {
  let port = 0;
  const logger: Logger = {
    ...silentLogger,
    info: (event: string, fields?: LogFields) => {
      if (event === 'ingest-listening') port = Number(fields?.['port']);
    },
  };
  const config = loadConfig({ PARK_CODE: park, PARK_HOST: '127.0.0.1', PARK_DATA_DIR: folder });
  const running = { ...config, masterKeyFile, ingestPort: 0, redisUrl: inject('redisUrl'), databaseUrl };
  roles.push(await start({ config: running, logger, clock: systemClock }));
  return port;
}

async function post(port: number, records: unknown[], nonce = randomBytes(16).toString('hex')) {
  const body = JSON.stringify({ records });
  const timestampMs = systemClock.nowMs();
  const headers = signRequest({ method: 'POST', target: POSITIONS, body, appId, appSecret, timestampMs, nonce });
  const response = await fetch(`http://127.0.0.1:${port}${POSITIONS}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body,
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const position = (personId: string): Record<string, unknown> => ({
  COMPANY_CODE: COMPANY,
  PERSON_ID: personId,
  LONGITUDE: 121.48,
  LATITUDE: 30.8,
  COLLECT_TIME: systemClock.nowMs(),
});

describe('role ingest on real services', () => {
  test('[ING-6] puts what it accepts into the log of its park, in order', async () => {
    const port = await startIngest(database.url);
    const answers: Awaited<ReturnType<typeof post>>[] = [];
    for (const personId of ['P-1', 'P-2', 'P-3']) answers.push(await post(port, [position(personId)]));
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200]);
    const log = new RedisLog({ redis, park });
    const entries = (await log.read(1, 10, 0)).map(decodeEntry).filter(({ kind }) => kind !== 'doorCounts');
    await log.close();
    expect(entries).toMatchObject(
      ['P-1', 'P-2', 'P-3'].map((personId, i) => ({
        kind: 'fixes',
        body: {
          count: 1,
          strings: [personId],
          origin: { batchId: answers[i]?.body['batch_id'], companyCode: COMPANY },
        },
      })),
    );
  });

  test('[ING-4] a nonce is spent for every process and across restarts', async () => {
    const nonce = randomBytes(16).toString('hex');
    expect((await post(await startIngest(database.url), [position('P-1')], nonce)).status).toBe(200);
    const again = await post(await startIngest(database.url), [position('P-1')], nonce);
    expect([again.status, again.body['code']]).toEqual([401, 'NONCE_REPLAYED']);
  });

  test('[ONB-12] what it saw is in the log and in the list when it closed', async () => {
    const port = await startIngest(database.url);
    expect((await post(port, [position('')])).body).toMatchObject({ accepted: 0 });
    await roles.pop()?.close();
    const log = new RedisLog({ redis, park });
    const entries = (await log.read(1, 10, 0)).map(decodeEntry);
    await log.close();
    expect(entries).toMatchObject([
      {
        kind: 'doorCounts',
        body: { report: 1, lines: [{ companyCode: COMPANY, interfaceName: 'positions', refused: 1 }] },
      },
    ]);
    const refusals = new RedisRefusals({ redis, park });
    expect(await refusals.read(COMPANY, 10)).toMatchObject([{ code: 'FIELD_MISSING', field: 'PERSON_ID', index: 0 }]);
    await redis.del(keys.refusals(park, COMPANY));
  });

  test('[ING-29] starts and takes records without PostgreSQL, and a revocation then holds at once', async () => {
    // A process with PostgreSQL leaves the copy that the next one works from.
    expect((await post(await startIngest(database.url), [position('P-1')])).status).toBe(200);
    const port = await startIngest(NO_DATABASE);
    expect((await post(port, [position('P-2')])).status).toBe(200);
    await announceRevocation(redis, appId, systemClock.nowMs());
    await expect.poll(async () => (await post(port, [position('P-3')])).body['code']).toBe('APP_REVOKED');
  });

  test('[VST-7] a revocation that is announced closes an open stream of every process, and its use is on record', async () => {
    const sealer = createSealer(readMasterKeys(masterKeyFile));
    const own = issueCredential();
    await queryRows(database.pool, `INSERT INTO credential (app_id, company_code, secret_sealed) VALUES ($1, $2, $3)`, [
      own.appId,
      COMPANY,
      sealSecret(sealer, own.appId, own.appSecret),
    ]);
    const port = await startIngest(database.url);
    const timestampMs = systemClock.nowMs();
    const headers = signRequest({ ...own, method: 'GET', target: STREAM, body: '', timestampMs });
    const socket = new WebSocket(`ws://127.0.0.1:${port}${STREAM}`, { headers });
    const replies: unknown[] = [];
    socket.on('message', (data: Buffer) => replies.push(JSON.parse(data.toString())));
    const closed = once(socket, 'close');
    await once(socket, 'open');
    socket.send(JSON.stringify({ seq: 1, records: [position('P-1'), position('')] }));
    await expect.poll(() => replies).toMatchObject([{ seq: 1, accepted: 1, stage: 'joint' }]);
    await announceRevocation(redis, own.appId, systemClock.nowMs());
    expect((await closed)[0]).toBe(CLOSE_CODE.revoked);
    await roles.pop()?.close();
    const [row] = await queryRows<{ used: Date }>(
      database.pool,
      'SELECT last_used_at AS used FROM credential WHERE app_id = $1',
      [own.appId],
    );
    expect(row?.used.getTime()).toBeGreaterThanOrEqual(timestampMs);
    await redis.del(keys.credential(own.appId));
  });

  test('does not start on a key file that is not there', async () => {
    const config = loadConfig({ PARK_CODE: park, PARK_HOST: '127.0.0.1', PARK_DATA_DIR: folder });
    const running = {
      ...config,
      masterKeyFile: join(folder, 'none.key'),
      redisUrl: inject('redisUrl'),
      databaseUrl: NO_DATABASE,
    };
    await expect(start({ config: running, logger: silentLogger, clock: systemClock })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
    });
  });
});
