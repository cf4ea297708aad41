/**
 * What `park doctor` looks at, one function per subject. A finding says what is, and when that is wrong, what to do.
 * Nothing is written to any service.
 */
import { statSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { createConnection } from 'node:net';
import type { Clock } from '../../core/clock.ts';
import type { Pool } from '../../db/pool.ts';
import { createPool, queryRows } from '../../db/pool.ts';
import { readMasterKeys } from '../../security/master-key.ts';
import { closeRedis, createRedis, isRedisReply, type Redis, whenReady } from '../../stream/redis.ts';
import { type Config, databaseUrlOf, redisUrlOf } from '../config.ts';

export interface Finding {
  readonly subject: string;
  /** unknown: it could not be found out, which alone is no failure. */
  readonly state: 'ok' | 'wrong' | 'unknown';
  readonly detail: string;
}

const CONNECT_LIMIT_MS = 5_000;
/** Records carry three clocks (sensor, ingest, database); above this their order stops making sense. */
const CLOCK_LIMIT_MS = 1_000;
const LEAST_FREE_BYTES = 2e9;

const ok = (subject: string, detail: string): Finding => ({ subject, state: 'ok', detail });
const wrong = (subject: string, detail: string): Finding => ({ subject, state: 'wrong', detail });
const unknown = (subject: string, detail: string): Finding => ({ subject, state: 'unknown', detail });
const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export function checkNode(version: string): Finding {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  const isGood = (major === 20 && minor >= 19) || major === 21 || major === 22;
  return isGood ? ok('node', version) : wrong('node', `${version}; needed: 20.19 or newer, below 23`);
}

export function checkMasterKey(config: Config): Finding {
  const path = config.masterKeyFile;
  try {
    const mode = statSync(path).mode & 0o777;
    const count = readMasterKeys(path).length;
    if ((mode & 0o077) !== 0) return wrong('master key', `${path} is readable by others; chmod 600 it`);
    return ok('master key', `${path}, ${count} ${count === 1 ? 'key' : 'keys'}`);
  } catch (error) {
    const isAbsent = (error as NodeJS.ErrnoException).code === 'ENOENT';
    return wrong('master key', isAbsent ? `${path} does not exist; park up makes it` : reason(error));
  }
}

export async function checkDisk(config: Config): Promise<Finding> {
  try {
    const { bavail, bsize } = await statfs(config.dataFolder);
    const free = bavail * bsize;
    const detail = `${(free / 1e9).toFixed(1)} GB free at ${config.dataFolder}, cap ${config.dataCapGb} GB`;
    return free < LEAST_FREE_BYTES ? wrong('disk', `${detail}; a full disk ends Redis`) : ok('disk', detail);
  } catch (error) {
    return unknown('disk', reason(error));
  }
}

/** Whether something accepts connections; a role that does not run is not wrong, doctor may be asked before `up`. */
export async function checkPorts(config: Config): Promise<Finding[]> {
  const ports = [
    ['pages and admin', config.port],
    ['vendor interface', config.ingestPort],
    ['live gateway', config.livePort],
  ] as const;
  const host = config.host === '0.0.0.0' || config.host === '::' ? '127.0.0.1' : config.host;
  return Promise.all(
    ports.map(async ([subject, port]) =>
      (await accepts(host, port))
        ? ok(subject, `answers at ${host}:${port}`)
        : unknown(subject, `nothing listens at ${host}:${port}`),
    ),
  );
}

const accepts = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = createConnection({ host, port, timeout: 2_000 });
    const finish = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => finish(true));
    socket.once('timeout', () => finish(false));
    socket.once('error', () => finish(false));
  });

export async function checkRedis(config: Config, clock: Clock): Promise<Finding[]> {
  let redis: Redis | undefined;
  try {
    redis = createRedis(redisUrlOf(config), { name: 'doctor' });
    await whenReady(redis, CONNECT_LIMIT_MS);
    const info = infoFields(await redis.info());
    const settings = await redisSettings(redis);
    return [redisVersion(info), ...redisDurability(settings), redisMemory(info), await redisClock(redis, clock)];
  } catch (error) {
    return [wrong('redis', reason(error))];
  } finally {
    if (redis !== undefined) closeRedis(redis);
  }
}

const infoFields = (text: string): Map<string, string> =>
  new Map(text.split('\r\n').flatMap((line) => (line.includes(':') ? [line.split(':', 2) as [string, string]] : [])));

/** Undefined where CONFIG is not allowed, as with many hosted services. */
async function redisSettings(redis: Redis): Promise<Map<string, string> | undefined> {
  try {
    const flat = (await redis.config('GET', '*')) as string[];
    const settings = new Map<string, string>();
    for (let i = 0; i + 1 < flat.length; i += 2) settings.set(flat[i] ?? '', flat[i + 1] ?? '');
    return settings;
  } catch (error) {
    if (isRedisReply(error)) return undefined;
    throw error;
  }
}

function redisVersion(info: ReadonlyMap<string, string>): Finding {
  const version = info.get('redis_version') ?? 'unknown';
  return Number.parseInt(version, 10) >= 7 ? ok('redis', version) : wrong('redis', `${version}; needed: 7.0 or newer`);
}

/** Accepted means kept: what Redis acknowledges must be on disk, and nothing may be evicted. */
export function redisDurability(settings: ReadonlyMap<string, string> | undefined): Finding[] {
  if (settings === undefined) {
    return [
      unknown('redis durability', 'CONFIG is not allowed here; needed: appendonly yes, appendfsync always, noeviction'),
    ];
  }
  const wanted = [
    ['appendonly', 'yes', 'acknowledged records are lost when Redis ends'],
    ['appendfsync', 'always', 'records of about a second are lost in a crash'],
    ['maxmemory-policy', 'noeviction', 'Redis may drop the log when memory is short'],
  ] as const;
  return wanted.map(([name, value, danger]) => {
    const set = settings.get(name) ?? '';
    if (set === value) return ok(`redis ${name}`, set);
    return wrong(`redis ${name}`, `${set || 'not set'}: ${danger}; CONFIG SET ${name} ${value}, and in redis.conf`);
  });
}

function redisMemory(info: ReadonlyMap<string, string>): Finding {
  const used = Number(info.get('used_memory') ?? 0);
  const limit = Number(info.get('maxmemory') ?? 0);
  const usedText = `${(used / 1e6).toFixed(0)} MB used`;
  if (limit === 0) return wrong('redis memory', `${usedText}, no maxmemory: positions could not be refused in time`);
  const percent = Math.round((100 * used) / limit);
  const detail = `${usedText} of ${(limit / 1e6).toFixed(0)} MB (${percent} %)`;
  return percent >= 85 ? wrong('redis memory', `${detail}: positions are refused`) : ok('redis memory', detail);
}

async function redisClock(redis: Redis, clock: Clock): Promise<Finding> {
  return clockFinding('redis clock', clock, async () => {
    const [seconds, microseconds] = (await redis.time()) as unknown as [number | string, number | string];
    return Number(seconds) * 1_000 + Number(microseconds) / 1_000;
  });
}

/** Compares with the middle of the time that asking took. */
async function clockFinding(subject: string, clock: Clock, ask: () => Promise<number>): Promise<Finding> {
  const beforeMs = clock.nowMs();
  const theirsMs = await ask();
  const afterMs = clock.nowMs();
  const differenceMs = Math.round(theirsMs - (beforeMs + afterMs) / 2);
  const detail = `${differenceMs} ms from this machine's (asked in ${afterMs - beforeMs} ms)`;
  const isFar = Math.abs(differenceMs) > CLOCK_LIMIT_MS + (afterMs - beforeMs) / 2;
  return isFar ? wrong(subject, `${detail}; synchronise the clocks`) : ok(subject, detail);
}

export async function checkPostgres(config: Config, clock: Clock): Promise<Finding[]> {
  let pool: Pool | undefined;
  try {
    pool = createPool(databaseUrlOf(config), { max: 1, applicationName: 'doctor', connectTimeoutMs: CONNECT_LIMIT_MS });
    const db = pool;
    const [settings] = await queryRows<PostgresSettings>(db, POSTGRES_SETTINGS);
    if (settings === undefined) throw new Error('no answer');
    return [
      ...postgresFindings(settings),
      settings.has_schema ? await schemaFinding(db) : wrong('schema', 'empty; run: park migrate'),
      await clockFinding('postgres clock', clock, async () => {
        const [row] = await queryRows<{ now_ms: string }>(
          db,
          `SELECT extract(epoch FROM clock_timestamp()) * 1000 AS now_ms`,
        );
        return Number(row?.now_ms);
      }),
    ];
  } catch (error) {
    return [wrong('postgres', reason(error))];
  } finally {
    await pool?.end();
  }
}

interface PostgresSettings {
  readonly version: string;
  readonly version_num: string;
  readonly fsync: string;
  readonly synchronous_commit: string;
  readonly full_page_writes: string;
  /** Null: plain PostgreSQL. */
  readonly timescale: string | null;
  readonly has_schema: boolean;
}

const POSTGRES_SETTINGS = `
  SELECT current_setting('server_version') AS version, current_setting('server_version_num') AS version_num,
    current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS synchronous_commit,
    current_setting('full_page_writes') AS full_page_writes,
    (SELECT extversion FROM pg_extension WHERE extname = 'timescaledb') AS timescale,
    to_regclass('schema_migration') IS NOT NULL AS has_schema`;

export function postgresFindings(s: PostgresSettings): Finding[] {
  const version = Number(s.version_num);
  const isSupported = version >= 150_000 && version < 190_000;
  const isKept = s.fsync === 'on' && s.full_page_writes === 'on' && s.synchronous_commit !== 'off';
  const durability = `fsync ${s.fsync}, full_page_writes ${s.full_page_writes}, synchronous_commit ${s.synchronous_commit}`;
  return [
    isSupported ? ok('postgres', s.version) : wrong('postgres', `${s.version}; needed: 15 to 18`),
    isKept ? ok('postgres durability', durability) : wrong('postgres durability', `${durability}; set all three on`),
    ok('timescaledb', s.timescale ?? 'not present: plain PostgreSQL with native partitions'),
  ];
}

async function schemaFinding(pool: Pool): Promise<Finding> {
  const rows = await queryRows<{ version: string }>(pool, 'SELECT version FROM schema_migration ORDER BY version');
  return ok('schema', `${rows.length} migrations, newest ${rows.at(-1)?.version ?? 'none'}`);
}
