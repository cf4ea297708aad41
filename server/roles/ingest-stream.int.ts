import { once } from 'node:events';
import { chmodSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { systemClock } from '../../core/clock.ts';
import { type LogFields, type Logger, silentLogger } from '../../core/logger.ts';
import { queryRows } from '../../db/pool.ts';
import { signRequest } from '../../ingest/sign-request.ts';
import { issueCredential, sealSecret } from '../../security/credential-secret.ts';
import { createSealer } from '../../security/gm.ts';
import { createMasterKeyFile, readMasterKeys } from '../../security/master-key.ts';
import { decodeEntry } from '../../stream/protocol/entry-codec.ts';
import { CLOSE_CODE } from '../../stream/protocol/live-message.ts';
import { closeRedis, createRedis, whenReady } from '../../stream/redis.ts';
import { RedisLog } from '../../stream/redis-log.ts';
import { createTestDatabase, type TestDatabase } from '../../test/contract/storage-database.ts';
import { loadConfig } from '../config.ts';
import type { RunningRole } from '../role.ts';
import type { EmbeddedServer } from '../services/process.ts';
import { startRedisServer } from '../services/redis-server.ts';
import { start } from './ingest.ts';

const COMPANY = '310000001';
const PARK = 'stream';
const STREAM = '/v1/positioning/stream';
const FRAMES = 200;
const UNANSWERED = 16;

let dataFolder: string;
let database: TestDatabase;
let redisServer: EmbeddedServer;
let role: RunningRole;
let port = 0;
const credential = issueCredential();

const startRedis = (): Promise<EmbeddedServer> => startRedisServer({ dataFolder, maxMemoryMb: 256 });

beforeAll(async () => {
  dataFolder = mkdtempSync(join(realpathSync(tmpdir()), 'ingest-stream-'));
  chmodSync(dataFolder, 0o711);
  const masterKeyFile = join(dataFolder, 'master.key');
  createMasterKeyFile(masterKeyFile);
  database = await createTestDatabase(inject('databaseUrl'));
  redisServer = await startRedis();
  await queryRows(database.pool, `INSERT INTO company (code, name) VALUES ($1, '海澜示例化工')`, [COMPANY]);
  const sealed = sealSecret(createSealer(readMasterKeys(masterKeyFile)), credential.appId, credential.appSecret);
  await queryRows(database.pool, 'INSERT INTO credential (app_id, company_code, secret_sealed) VALUES ($1, $2, $3)', [
    credential.appId,
    COMPANY,
    sealed,
  ]);
  const logger: Logger = {
    ...silentLogger,
    info: (event: string, fields?: LogFields) => {
      if (event === 'ingest-listening') port = Number(fields?.['port']);
    },
  };
  const config = loadConfig({ PARK_CODE: PARK, PARK_HOST: '127.0.0.1', PARK_DATA_DIR: dataFolder });
  const running = { ...config, masterKeyFile, ingestPort: 0, redisUrl: redisServer.url, databaseUrl: database.url };
  role = await start({ config: running, logger, clock: systemClock });
});
afterAll(async () => {
  await role.close();
  await redisServer.stop();
  await database.drop();
  rmSync(dataFolder, { recursive: true });
});

/** Sends `FRAMES` frames of one person each, again until each is answered as accepted; a few are under way at any time. */
class Sender {
  readonly accepted = new Set<number>();
  refused = 0;
  readonly socket: WebSocket;
  #nextSeq = 1;

  constructor() {
    const timestampMs = systemClock.nowMs();
    const headers = signRequest({ ...credential, method: 'GET', target: STREAM, body: '', timestampMs });
    this.socket = new WebSocket(`ws://127.0.0.1:${port}${STREAM}`, { headers });
    this.socket.on('open', () => {
      for (let i = 0; i < UNANSWERED; i++) this.#sendNext();
    });
    this.socket.on('message', (data: Buffer) => {
      const { seq, error } = JSON.parse(data.toString()) as { seq: number; error?: { code: string } };
      if (error === undefined) {
        this.accepted.add(seq);
        this.#sendNext();
        return;
      }
      expect(error.code).toBe('LOG_UNAVAILABLE');
      this.refused++;
      setTimeout(() => this.#send(seq), 20);
    });
  }

  #sendNext(): void {
    if (this.#nextSeq <= FRAMES) this.#send(this.#nextSeq++);
  }

  #send(seq: number): void {
    const COLLECT_TIME = systemClock.nowMs();
    const place = { LONGITUDE: 121.48, LATITUDE: 30.8, COLLECT_TIME };
    const records = [{ COMPANY_CODE: COMPANY, PERSON_ID: `P-${seq}`, ...place }];
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify({ seq, records }));
  }
}

test('[VST-5] a stream lives through a killed log: refused meanwhile, and everything accepted is in it', async () => {
  const sender = new Sender();
  await vi.waitFor(() => expect(sender.accepted.size).toBeGreaterThan(FRAMES / 4), { timeout: 20_000, interval: 1 });
  process.kill(redisServer.pid, 'SIGKILL');
  await redisServer.ended;
  await vi.waitFor(() => expect(sender.refused).toBeGreaterThan(0), { timeout: 20_000 });
  redisServer = await startRedis();
  await vi.waitFor(() => expect(sender.accepted.size).toBe(FRAMES), { timeout: 30_000 });

  const closed = once(sender.socket, 'close');
  await role.close();
  expect((await closed)[0]).toBe(CLOSE_CODE.shuttingDown);

  const redis = createRedis(redisServer.url, { name: 'ingest-stream-test' });
  await whenReady(redis);
  const log = new RedisLog({ redis, park: PARK });
  const entries = (await log.read(1, 10_000, 0)).map(decodeEntry);
  await log.close();
  closeRedis(redis);
  const kept = new Set(entries.flatMap((entry) => (entry.kind === 'fixes' ? [...entry.body.strings] : [])));
  expect([...sender.accepted].filter((seq) => !kept.has(`P-${seq}`))).toEqual([]);
  const reports = entries.flatMap((entry) => (entry.kind === 'doorCounts' ? [entry.body] : []));
  const lines = reports.flatMap((report) => report.lines);
  expect(lines.reduce((sum, line) => sum + line.acknowledged, 0)).toBe(FRAMES);
  expect(reports.map(({ report }) => report)).toEqual(reports.map((_report, i) => i + 1));
}, 90_000);
