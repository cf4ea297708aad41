/**
 * A private Redis in a data folder: what Redis acknowledges is on disk (appendfsync always) and nothing is evicted.
 * It listens on 127.0.0.1 only, with a random password and port that the folder keeps. A server left over by a killed
 * owner is ended first; a folder that another living process uses is refused. Called by server/cli/up.ts and
 * test/services.setup.ts.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, realpathSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { AppError } from '../../core/errors.ts';
import { claimFolder, keptPort, keptSecret, writePrivateFile } from './kept.ts';
import { redisUrlFrom } from './known-urls.ts';
import {
  type EmbeddedServer,
  type EndStep,
  endProcess,
  followChild,
  isRunning,
  readPidFile,
  spawnServer,
  tailOf,
  waitUntilReady,
  worksIn,
} from './process.ts';

export interface RedisServerOptions {
  /** The server keeps everything in `<dataFolder>/redis`. */
  readonly dataFolder: string;
  /** Program to run; default `redis-server` on the PATH. */
  readonly binary?: string | undefined;
  /** Above it Redis refuses writes (noeviction); default 2,048. */
  readonly maxMemoryMb?: number;
  /** Default true; see spawnServer. */
  readonly endsWithOwner?: boolean;
  /** Loading a large append-only file takes a second per few hundred MB; default 120,000. */
  readonly startTimeoutMs?: number;
}

export const REDIS_MISSING =
  'redis-server is not installed. Debian and Ubuntu: apt-get install redis-server; Fedora: dnf install redis; macOS: brew install redis. Or set REDIS_URL to a running Redis 7.0 or newer';

/** SIGTERM writes what is buffered and ends. With appendfsync always SIGKILL loses nothing acknowledged. */
const END_STEPS: readonly EndStep[] = [
  { signal: 'SIGTERM', waitMs: 10_000 },
  { signal: 'SIGKILL', waitMs: 5_000 },
];

export async function startRedisServer(options: RedisServerOptions): Promise<EmbeddedServer> {
  const binary = options.binary ?? 'redis-server';
  requireVersion(binary);
  const folder = join(options.dataFolder, 'redis');
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o700);
  const release = claimFolder(folder);
  try {
    const server = await start(binary, realpathSync(folder), options);
    return {
      ...server,
      stop: async () => {
        await server.stop();
        release();
      },
    };
  } catch (error) {
    release();
    throw error;
  }
}

async function start(binary: string, folder: string, options: RedisServerOptions): Promise<EmbeddedServer> {
  const pidFile = join(folder, 'redis.pid');
  await endLeftover(pidFile, folder);
  const port = await keptPort(join(folder, 'port'));
  const password = keptSecret(join(folder, 'password'), 24);
  const logFile = join(folder, 'redis.log');
  const configFile = join(folder, 'redis.conf');
  writePrivateFile(
    configFile,
    configText({ folder, port, password, pidFile, logFile, maxMemoryMb: options.maxMemoryMb ?? 2048 }),
  );

  const child = spawnServer(binary, [configFile], {
    cwd: folder,
    stdio: 'ignore',
    signalOnParentDeath: (options.endsWithOwner ?? true) ? 'SIGTERM' : undefined,
  });
  const life = followChild(child);
  const pid = child.pid ?? 0;
  const problem = await waitUntilReady({
    isReady: () => answersPing(port, password),
    hasEnded: life.hasEnded,
    timeoutMs: options.startTimeoutMs ?? 120_000,
  });
  if (problem !== undefined) {
    if (pid > 1) await endProcess(pid, END_STEPS, life.hasEnded);
    throw new AppError('REDIS_UNAVAILABLE', { detail: `${binary} did not start (${problem}): ${tailOf(logFile)}` });
  }
  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    life.expectEnd();
    await endProcess(pid, END_STEPS, life.hasEnded);
  };
  return {
    url: redisUrlFrom(password, port),
    port,
    pid,
    ended: life.ended,
    stop: () => {
      stopping ??= stop();
      return stopping;
    },
  };
}

function requireVersion(binary: string): void {
  const probe = spawnSync(binary, ['--version'], { encoding: 'utf8' });
  if (probe.error !== undefined) throw new AppError('REDIS_UNAVAILABLE', { detail: REDIS_MISSING, cause: probe.error });
  const major = Number(/v=(\d+)/.exec(probe.stdout)?.[1] ?? 0);
  if (major < 7) {
    throw new AppError('REDIS_UNAVAILABLE', { detail: `${binary} is older than 7.0: ${probe.stdout.trim()}` });
  }
}

async function endLeftover(pidFile: string, folder: string): Promise<void> {
  const pid = readPidFile(pidFile);
  if (pid === undefined || !worksIn(pid, folder)) return;
  const isGone = await endProcess(pid, END_STEPS, () => !isRunning(pid));
  if (!isGone) throw new AppError('REDIS_UNAVAILABLE', { detail: `the earlier redis-server ${pid} does not end` });
}

function configText(c: {
  folder: string;
  port: number;
  password: string;
  pidFile: string;
  logFile: string;
  maxMemoryMb: number;
}): string {
  // JSON's quoting is what Redis' config reader takes for paths with spaces, quotes and backslashes.
  const quote = JSON.stringify;
  return `# Written at every start; change the PARK_ variables instead.
bind 127.0.0.1
port ${c.port}
protected-mode yes
requirepass ${c.password}
tcp-backlog 511
tcp-keepalive 60
timeout 0
daemonize no
pidfile ${quote(c.pidFile)}
logfile ${quote(c.logFile)}
loglevel notice
dir ${quote(c.folder)}
databases 16

# Accepted means kept: the reply to a vendor waits for the disk.
appendonly yes
appendfsync always
no-appendfsync-on-rewrite no
aof-use-rdb-preamble yes
aof-load-truncated yes
save ""
# A rewrite writes all of memory once; below 256 MB it is not worth its disk time.
auto-aof-rewrite-percentage 100
auto-aof-rewrite-min-size 256mb

# Full means refused, never silently dropped.
maxmemory ${c.maxMemoryMb}mb
maxmemory-policy noeviction
shutdown-on-sigterm nosave
shutdown-on-sigint nosave
`;
}

/** True when the server accepts the password and has loaded its data. */
function answersPing(port: number, password: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ port, host: '127.0.0.1' });
    let received = '';
    const finish = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(2_000, () => finish(false));
    socket.once('error', () => finish(false));
    socket.once('close', () => resolve(false));
    socket.once('connect', () => socket.write(`AUTH ${password}\r\nPING\r\n`));
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
      if (received.split('\r\n').length > 2) finish(received.startsWith('+OK\r\n+PONG\r\n'));
    });
  });
}
