/**
 * A whole park of its own for a bench: `park up --no-simulator` of the built product in a temporary folder on free
 * ports, with the demonstration park's companies and credentials. Nothing of it is left afterwards.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { knownPostgresUrl, knownRedisUrl } from '../../server/services/known-urls.ts';
import type { VendorCredential } from '../simulator/signed-post.ts';

export interface StackOptions {
  readonly tickMs: number;
}

export interface PrivateStack {
  readonly parkCode: string;
  readonly webUrl: string;
  readonly ingestUrl: string;
  readonly redisUrl: string;
  readonly databaseUrl: string;
  readonly operator: { readonly name: string; readonly password: string };
  /** Users who see people live, the operator first. */
  readonly viewers: readonly { readonly name: string; readonly password: string }[];
  readonly credentials: Readonly<Record<string, VendorCredential>>;
  /** Process id by member: redis, postgres, ingest, watch, store, live, admin. */
  readonly pids: ReadonlyMap<string, number>;
  /** Members that ended unasked since the start: name, reason, last words of their log. */
  readonly ended: readonly string[];
  stop(): Promise<void>;
}

interface ParkEvent {
  readonly event: string;
  readonly name?: string;
  readonly state?: string;
  readonly pid?: number;
  readonly reason?: string;
  readonly web?: string;
  readonly signIns?: readonly { readonly name: string; readonly password: string; readonly role: string }[];
}

/** Far above what one credential sends; the bench measures the path, not the limit. */
const RATE_RECORDS_PER_S = '1000000';
const PARK_CODE = 'bench';
const VIEWERS: readonly string[] = ['operator', 'park', 'company-admin', 'enterprise'];
const STOP_LIMIT_MS = 60_000;

export async function startPrivateStack(options: StackOptions): Promise<PrivateStack> {
  const script = fileURLToPath(new URL('../../server/park.js', import.meta.url));
  if (!existsSync(script)) throw new Error('benches run on built code: npm run build:server');
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'parksentry-load-'));
  // The account of the private PostgreSQL has to pass through it.
  chmodSync(folder, 0o711);
  const [port, ingestPort, livePort] = await freePorts();
  const { REDIS_URL: _redis, DATABASE_URL: _database, ...rest } = process.env;
  const env = {
    ...rest,
    PARK_CODE,
    PARK_DEMO_SIGN_IN: 'true',
    PARK_DATA_DIR: folder,
    PARK_PORT: String(port),
    PARK_INGEST_PORT: String(ingestPort),
    PARK_LIVE_PORT: String(livePort),
    PARK_TICK_MS: String(options.tickMs),
    PARK_RATE_RECORDS_PER_S: RATE_RECORDS_PER_S,
  };
  const child = spawn(process.execPath, [script, 'up', '--no-simulator', '--json'], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const pids = new Map<string, number>();
  const ended: string[] = [];
  const stop = async (): Promise<void> => {
    await end(child);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const ready = await untilReady(child, folder, pids, ended);
    const operator = ready.signIns?.find((one) => one.role === 'operator');
    const redisUrl = knownRedisUrl(folder);
    const databaseUrl = knownPostgresUrl(folder);
    if (operator === undefined || redisUrl === undefined || databaseUrl === undefined)
      throw new Error('no park came up');
    return {
      parkCode: PARK_CODE,
      webUrl: `http://127.0.0.1:${port}`,
      ingestUrl: `http://127.0.0.1:${ingestPort}`,
      redisUrl,
      databaseUrl,
      operator,
      viewers: (ready.signIns ?? []).filter(({ role }) => VIEWERS.includes(role)),
      credentials: JSON.parse(readFileSync(join(folder, 'simulator-credentials.json'), 'utf8')),
      pids,
      ended,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function untilReady(
  child: ChildProcess,
  folder: string,
  pids: Map<string, number>,
  ended: string[],
): Promise<ParkEvent> {
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`park up ended with exit code ${code}`)));
    createInterface({ input: child.stdout! }).on('line', (line) => {
      const event = JSON.parse(line) as ParkEvent;
      if (event.event === 'park-ready') resolve(event);
      if (event.event !== 'state' || event.name === undefined) return;
      if (event.state === 'ready' && event.pid !== undefined) pids.set(event.name, event.pid);
      if (event.state === 'ended') ended.push(`${event.name}: ${event.reason}; ${lastErrorOf(folder, event.name)}`);
    });
  });
}

/** The newest line of a member's log that is an error. */
function lastErrorOf(folder: string, name: string): string {
  try {
    const lines = readFileSync(join(folder, 'logs', `${name}.log`), 'utf8').split('\n');
    return lines.findLast((line) => line.includes('"level":"error"')) ?? lines.at(-2) ?? '';
  } catch {
    return 'no log';
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
  await gone;
  clearTimeout(timer);
}

async function freePorts(): Promise<[number, number, number]> {
  const servers = await Promise.all(
    [0, 1, 2].map(async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as { readonly port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports as [number, number, number];
}
