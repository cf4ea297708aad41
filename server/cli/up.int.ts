import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { pause } from '../../core/pause.ts';
import { ROLE_NAMES } from '../role.ts';
import { isRunning } from '../services/process.ts';

interface ParkEvent {
  readonly event: string;
  readonly name?: string;
  readonly state?: string;
  readonly pid?: number;
  readonly web?: string;
  readonly signIns?: readonly object[];
}

interface Park {
  readonly process: ChildProcess;
  readonly events: ParkEvent[];
  /** Resolves with the event; rejects when the park ends before. */
  until(isMet: (event: ParkEvent) => boolean): Promise<ParkEvent>;
  readonly ended: Promise<number | null>;
  /** Newest process of a member. */
  pidOf(name: string): number;
}

const cleanups: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

function createDataFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'parksentry-up-'));
  chmodSync(folder, 0o711);
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** `park up` on ports of its own, with private services whatever the run's are. */
function startPark(dataFolder: string, how = '--no-simulator'): Park {
  const port = 20_000 + randomInt(3_000) * 3;
  const { REDIS_URL: _, DATABASE_URL: __, ...rest } = process.env;
  const env = {
    ...rest,
    PARK_DATA_DIR: dataFolder,
    PARK_PORT: String(port),
    PARK_INGEST_PORT: String(port + 1),
    PARK_LIVE_PORT: String(port + 2),
    PARK_POSTGRES_SHARED_BUFFERS_MB: '32',
  };
  const script = fileURLToPath(new URL('../park.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script, 'up', how, '--json'], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  cleanups.push(() => endAll(child, events));
  const events: ParkEvent[] = [];
  let errors = '';
  child.stderr?.on('data', (chunk) => {
    errors += chunk;
  });
  const listeners = new Set<() => void>();
  createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
    events.push(JSON.parse(line) as ParkEvent);
    for (const listener of listeners) listener();
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const until = (isMet: (event: ParkEvent) => boolean): Promise<ParkEvent> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const met = events.find(isMet);
        if (met !== undefined) resolve(met);
      };
      listeners.add(look);
      look();
      void ended.then((code) => reject(new Error(`park ended with ${code}: ${errors} ${JSON.stringify(events)}`)));
    });
  const pidOf = (name: string): number =>
    events.findLast((event) => event.name === name && event.state === 'ready')?.pid ?? 0;
  return { process: child, events, until, ended, pidOf };
}

/** Whatever the test did, nothing of it stays. */
async function endAll(child: ChildProcess, events: readonly ParkEvent[]): Promise<void> {
  child.kill('SIGKILL');
  const pids = events.flatMap((event) => event.pid ?? []);
  for (let waited = 0; waited < 20_000 && pids.some(isRunning); waited += 50) await pause(50);
  for (const pid of pids.filter(isRunning)) process.kill(pid, 'SIGKILL');
}

const isReady = (event: ParkEvent): boolean => event.event === 'park-ready';
/** The backup role runs where a backup folder is set. */
const roles = ROLE_NAMES.filter((name) => name !== 'backup');

const pidsOf = (park: Park): number[] => [...new Set(park.events.flatMap((event) => event.pid ?? []))];

describe('park up', { timeout: 120_000 }, () => {
  it('[SET-46] starts from an empty folder, restarts a killed role, ends all on Ctrl-C, and starts again on its data', async () => {
    const folder = createDataFolder();
    const first = startPark(folder);
    const ready = await first.until(isReady);
    expect((await fetch(new URL('/api/settings', ready.web))).status).toBe(200);
    const members = ['redis', 'postgres', ...roles];
    expect(members.map((name) => isRunning(first.pidOf(name)))).toEqual(members.map(() => true));

    const watch = first.pidOf('watch');
    process.kill(watch, 'SIGKILL');
    await first.until((event) => event.name === 'watch' && event.state === 'ready' && event.pid !== watch);

    // As under npm: the terminal and npm both pass one Ctrl-C on.
    first.process.kill('SIGINT');
    first.process.kill('SIGINT');
    expect(await first.ended).toBe(0);
    expect(pidsOf(first).filter(isRunning)).toEqual([]);
    const stopped = first.events.filter((event) => event.state === 'stopped').map((event) => event.name);
    expect(stopped).toEqual([...roles, 'redis', 'postgres']);

    const second = startPark(folder);
    const again = await second.until(isReady);
    expect(again.signIns).toEqual(ready.signIns);
    second.process.kill('SIGTERM');
    expect(await second.ended).toBe(0);
    expect(readdirSync(join(folder, 'logs'))).toContain('watch.log');
  });

  it('[SET-48] with --no-demo there is nothing invented in it: no user, no company, no model', async () => {
    const folder = createDataFolder();
    const park = startPark(folder, '--no-demo');
    const ready = await park.until(isReady);
    expect(ready.signIns).toEqual([]);
    expect(existsSync(join(folder, 'tiles'))).toBe(false);
    const script = fileURLToPath(new URL('../park.ts', import.meta.url));
    const { REDIS_URL: _, DATABASE_URL: __, ...env } = process.env;
    const list = (what: string): string =>
      execFileSync(process.execPath, ['--import', 'tsx', script, what, 'list', '--json'], {
        env: { ...env, PARK_DATA_DIR: folder },
        encoding: 'utf8',
      });
    expect([list('user'), list('company')].join('')).not.toContain('name');
    park.process.kill('SIGTERM');
    expect(await park.ended).toBe(0);
  });

  it('[SET-3] leaves no process behind when it is killed outright', async () => {
    const park = startPark(createDataFolder());
    await park.until(isReady);
    park.process.kill('SIGKILL');
    await park.ended;
    const pids = pidsOf(park);
    while (pids.some(isRunning)) await pause(50);
    expect(pids.length).toBeGreaterThanOrEqual(7);
  });
});
