import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import pg from 'pg';
import { afterEach, describe, expect, it } from 'vitest';
import { pause } from '../../core/pause.ts';
import { type PostgresServer, startPostgresServer } from './postgres-server.ts';
import { type EmbeddedServer, isRunning, readPidFile } from './process.ts';
import { startRedisServer } from './redis-server.ts';

const cleanups: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

function createDataFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'parksentry-services-'));
  chmodSync(folder, 0o711);
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function startRedis(dataFolder: string): Promise<EmbeddedServer> {
  const server = await startRedisServer({ dataFolder, maxMemoryMb: 64 });
  cleanups.push(() => server.stop());
  return server;
}

async function startPostgres(dataFolder: string): Promise<PostgresServer> {
  const server = await startPostgresServer({ dataFolder, sharedBuffersMb: 16, maxConnections: 20 });
  cleanups.push(async () => {
    await server.stop();
    rmSync(server.place, { recursive: true, force: true });
  });
  return server;
}

async function withRedis<T>(url: string, use: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url, { maxRetriesPerRequest: 0 });
  try {
    return await use(redis);
  } finally {
    redis.disconnect();
  }
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await pause(20);
}

/** A process that starts a server, prints its pid and waits to be killed. */
async function startOwner(
  module: string,
  call: string,
  dataFolder: string,
): Promise<{ owner: ChildProcess; serverPid: number }> {
  const script = `import { ${call} } from ${JSON.stringify(new URL(module, import.meta.url).href)};
    const server = await ${call}({ dataFolder: ${JSON.stringify(dataFolder)}, sharedBuffersMb: 16, endsWithOwner: false });
    console.log('pid=' + server.pid);
    setInterval(() => {}, 1000);`;
  const owner = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  cleanups.push(() => owner.kill('SIGKILL'));
  const serverPid = await new Promise<number>((resolve, reject) => {
    let text = '';
    owner.once('exit', () => reject(new Error(`owner ended: ${text}`)));
    owner.stdout?.on('data', (chunk) => {
      text += chunk;
      const match = /pid=(\d+)/.exec(text);
      if (match) resolve(Number(match[1]));
    });
  });
  return { owner, serverPid };
}

async function kill9(owner: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => owner.once('exit', resolve));
  owner.kill('SIGKILL');
  await gone;
}

describe('private Redis', () => {
  it('[SET-1] acknowledges only what is on disk, evicts nothing and asks for its password', async () => {
    const server = await startRedis(createDataFolder());
    const settings = await withRedis(server.url, (redis) =>
      redis.config('GET', 'appendonly', 'appendfsync', 'maxmemory-policy', 'maxmemory', 'save', 'bind'),
    );
    expect(Object.fromEntries(pairs(settings as string[]))).toEqual({
      appendonly: 'yes',
      appendfsync: 'always',
      'maxmemory-policy': 'noeviction',
      maxmemory: String(64 * 1024 * 1024),
      save: '',
      bind: '127.0.0.1',
    });
    const stranger = new Redis({ port: server.port, host: '127.0.0.1', maxRetriesPerRequest: 0 });
    stranger.on('error', () => undefined);
    await expect(stranger.get('any')).rejects.toThrow('NOAUTH');
    stranger.disconnect();
  });

  it('[SET-2] keeps data, port and password over a stop and a start, and over kill -9', async () => {
    const folder = createDataFolder();
    const value = randomUUID();
    const first = await startRedis(folder);
    await withRedis(first.url, (redis) => redis.set('kept', value));
    await first.stop();
    expect(isRunning(first.pid)).toBe(false);

    const second = await startRedis(folder);
    expect(second.url).toBe(first.url);
    expect(await withRedis(second.url, (redis) => redis.get('kept'))).toBe(value);
    await withRedis(second.url, (redis) => redis.set('late', value));
    process.kill(second.pid, 'SIGKILL');
    expect(await second.ended).toMatchObject({ signal: 'SIGKILL', expected: false });

    const third = await startRedis(folder);
    expect(third.url).toBe(first.url);
    expect(await withRedis(third.url, (redis) => redis.get('late'))).toBe(value);
  });

  it('[SET-3] ends the server that a killed owner left over, and keeps its data', async () => {
    const folder = createDataFolder();
    const { owner, serverPid } = await startOwner('./redis-server.ts', 'startRedisServer', folder);
    cleanups.push(() => isRunning(serverPid) && process.kill(serverPid, 'SIGKILL'));
    await kill9(owner);
    expect(isRunning(serverPid)).toBe(true);
    const next = await startRedis(folder);
    expect(isRunning(serverPid)).toBe(false);
    expect(await withRedis(next.url, (redis) => redis.ping())).toBe('PONG');
  });

  it('[SET-4] refuses a folder that another living process uses, and leaves that server alone', async () => {
    const folder = createDataFolder();
    const { serverPid } = await startOwner('./redis-server.ts', 'startRedisServer', folder);
    cleanups.push(() => isRunning(serverPid) && process.kill(serverPid, 'SIGKILL'));
    await expect(startRedisServer({ dataFolder: folder })).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(isRunning(serverPid)).toBe(true);
  });

  it('[SET-5] says how to install redis-server when it is missing', async () => {
    const folder = createDataFolder();
    await expect(startRedisServer({ dataFolder: folder, binary: '/nowhere/redis-server' })).rejects.toThrow(
      'apt-get install redis-server',
    );
  });

  it('[SET-6] keeps secrets readable by their owner only', async () => {
    const folder = createDataFolder();
    await startRedis(folder);
    for (const name of ['password', 'redis.conf'])
      expect(statSync(join(folder, 'redis', name)).mode & 0o777).toBe(0o600);
  });
});

describe('private PostgreSQL', () => {
  it('[SET-2] keeps data, port and password over a stop and a start, and over kill -9', async () => {
    const folder = createDataFolder();
    const first = await startPostgres(folder);
    await query(first.url, "CREATE TABLE kept (word text); INSERT INTO kept VALUES ('早班')");
    await first.stop();
    expect(isRunning(first.pid)).toBe(false);

    const second = await startPostgres(folder);
    expect(second.url).toBe(first.url);
    await query(second.url, "INSERT INTO kept VALUES ('晚班')");
    process.kill(second.pid, 'SIGKILL');
    expect(await second.ended).toMatchObject({ expected: false });

    const third = await startPostgres(folder);
    expect(await query(third.url, 'SELECT word FROM kept ORDER BY ctid')).toEqual([{ word: '早班' }, { word: '晚班' }]);
  });

  it('[SET-2] starts again although sessions of the killed server are still ending', async () => {
    const folder = createDataFolder();
    const first = await startPostgres(folder);
    const clients = Array.from({ length: 8 }, () => new pg.Client({ connectionString: first.url }));
    for (const client of clients) {
      client.on('error', () => undefined);
      await client.connect();
      client.query('SELECT pg_sleep(600)').catch(() => undefined);
    }
    process.kill(first.pid, 'SIGKILL');
    await first.ended;
    const second = await startPostgres(folder);
    expect(await query(second.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('[SET-2] starts although another program has the number in its pid file by now', async () => {
    const folder = createDataFolder();
    const first = await startPostgres(folder);
    const pidFile = join(first.place, 'cluster', 'postmaster.pid');
    const text = readFileSync(pidFile, 'utf8');
    await first.stop();
    writeFileSync(pidFile, text.replace(/^\d+/, String(process.ppid)), { mode: 0o600 });
    const second = await startPostgres(folder);
    expect(await query(second.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(isRunning(process.ppid)).toBe(true);
  });

  it('[SET-1] commits to disk, speaks UTF-8 and UTC, and asks for its password', async () => {
    const server = await startPostgres(createDataFolder());
    const rows = await query(
      server.url,
      `SELECT current_setting('synchronous_commit') AS commit, current_setting('fsync') AS fsync,
        current_setting('timezone') AS zone, current_setting('server_encoding') AS encoding`,
    );
    expect(rows).toEqual([{ commit: 'on', fsync: 'on', zone: 'UTC', encoding: 'UTF8' }]);
    const wrong = new URL(server.url);
    wrong.password = 'wrong';
    await expect(query(wrong.href, 'SELECT 1')).rejects.toThrow('password authentication failed');
  });

  it('[SET-3] ends the server that a killed owner left over, and keeps its data', async () => {
    const folder = createDataFolder();
    const { owner, serverPid } = await startOwner('./postgres-server.ts', 'startPostgresServer', folder);
    cleanups.push(() => isRunning(serverPid) && process.kill(serverPid, 'SIGKILL'));
    await kill9(owner);
    expect(isRunning(serverPid)).toBe(true);
    const next = await startPostgres(folder);
    expect(isRunning(serverPid)).toBe(false);
    expect(await query(next.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it.runIf(process.getuid?.() === 0)('[SET-7] as root, keeps its data where its own account can go', async () => {
    const folder = createDataFolder();
    chmodSync(folder, 0o700);
    const first = await startPostgres(folder);
    expect(first.place.startsWith('/var/lib/parksentry/')).toBe(true);
    expect(existsSync(join(folder, 'postgres'))).toBe(false);
    await query(first.url, 'CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)');
    await first.stop();
    const second = await startPostgres(folder);
    expect(second.place).toBe(first.place);
    expect(await query(second.url, 'SELECT n FROM kept')).toEqual([{ n: 7 }]);
  });

  it('[SET-3] ends with an owner that is killed outright, where the kernel can do that', async () => {
    if (!existsSync('/usr/bin/setpriv')) return;
    const folder = createDataFolder();
    const script = `import { startPostgresServer } from ${JSON.stringify(new URL('./postgres-server.ts', import.meta.url).href)};
      await startPostgresServer({ dataFolder: ${JSON.stringify(folder)}, sharedBuffersMb: 16 });
      setInterval(() => {}, 1000);`;
    const owner = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
      stdio: 'inherit',
    });
    cleanups.push(() => owner.kill('SIGKILL'));
    const pidFile = join(folder, 'postgres', 'cluster', 'postmaster.pid');
    await until(() => existsSync(pidFile) && readFileSync(pidFile, 'utf8').includes('ready'));
    const pid = readPidFile(pidFile) ?? 0;
    await kill9(owner);
    await until(() => !isRunning(pid));
    expect(existsSync(pidFile)).toBe(false);
  });
});

function pairs(flat: readonly string[]): [string, string][] {
  return Array.from({ length: flat.length / 2 }, (_, i) => [flat[2 * i]!, flat[2 * i + 1]!]);
}
