import { getEventListeners } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../core/clock.ts';
import { silentLogger } from '../core/logger.ts';
import { CappedLog } from './capped-log.ts';
import { loadConfig, type RunningConfig } from './config.ts';
import { processMember, runRoles } from './role-process.ts';
import { isRunning } from './services/process.ts';
import { Supervisor } from './supervisor.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'park-role-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A role in a process of its own, as small as it gets. */
function memberRunning(source: string, saysReady = true) {
  const script = join(folder, 'role.mjs');
  writeFileSync(script, source);
  return processMember({
    name: 'tiny',
    script,
    args: ['an argument'],
    env: { ...process.env, PARK_SAYS: 'hello' },
    logFile: join(folder, 'logs', 'tiny.log'),
    saysReady,
  });
}

const READY_ROLE = `
  process.on('SIGTERM', () => { console.log('closing'); process.exit(0); });
  console.log(process.env.PARK_SAYS, process.argv[2]);
  process.send('ready');
  setInterval(() => {}, 1000);`;
const never = new AbortController().signal;

describe('a role as a process', () => {
  it('[SET-43] is ready when it says so; what it prints is in its log; it ends on request', async () => {
    const run = await memberRunning(READY_ROLE).start(never);
    expect(isRunning(run.pid)).toBe(true);
    await run.stop();
    expect(await run.ended).toEqual({ code: 0, signal: null, expected: true });
    expect(readFileSync(join(folder, 'logs', 'tiny.log'), 'utf8')).toBe('hello an argument\nclosing\n');
  });

  it('[SET-40] nothing of a start is left with the supervisor once it is over', async () => {
    const { signal } = new AbortController();
    const run = await memberRunning(READY_ROLE).start(signal);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    await run.stop();
  });

  it('[SET-41] one that ends before it is ready is a failed start that names its log', async () => {
    const member = memberRunning(`console.error('no such thing'); process.exit(3);`);
    await expect(member.start(never)).rejects.toThrow(/tiny ended with exit code 3; see .*tiny\.log/);
    expect(readFileSync(join(folder, 'logs', 'tiny.log'), 'utf8')).toContain('no such thing');
  });

  it('[SET-42] one that is still starting is ended when the supervisor stops', async () => {
    const stop = new AbortController();
    const starting = memberRunning(`process.send('hello'); setInterval(() => {}, 1000);`).start(stop.signal);
    stop.abort();
    await expect(starting).rejects.toThrow('was stopped while starting');
  });

  it('[SET-40] the supervisor restarts one that was killed outright', async () => {
    let readyTwice: (pid: number) => void = () => undefined;
    const secondReady = new Promise<number>((resolve) => {
      readyTwice = resolve;
    });
    let readies = 0;
    const supervisor = new Supervisor({
      onState: (change) => {
        if (change.state === 'ready' && ++readies === 2) readyTwice(change.pid ?? 0);
      },
    });
    const [first] = await supervisor.start([memberRunning(READY_ROLE)]);
    process.kill(first!.pid, 'SIGKILL');
    const pid = await secondReady;
    expect(pid).not.toBe(first!.pid);
    expect(isRunning(pid)).toBe(true);
    await supervisor.stop(['tiny']);
    expect(isRunning(pid)).toBe(false);
  });
});

describe('runRoles', () => {
  const config: RunningConfig = { ...loadConfig({}), redisUrl: 'redis://none', databaseUrl: 'postgres://none' };
  const contextOf = () => ({ config, logger: silentLogger, clock: new ManualClock(0) });

  it('[SET-44] starts roles in order, closes front doors first when asked to end, exit code 0', async () => {
    const events: string[] = [];
    const stop = new AbortController();
    const load = (name: string) =>
      Promise.resolve({
        start: () => {
          events.push(`start ${name}`);
          if (name === 'store') stop.abort('SIGTERM');
          return Promise.resolve({ close: () => Promise.resolve(void events.push(`close ${name}`)) });
        },
      });
    const code = await runRoles({
      names: ['ingest', 'store'],
      contextOf,
      logger: silentLogger,
      signal: stop.signal,
      load,
    });
    expect(code).toBe(0);
    expect(events).toEqual(['start ingest', 'start store', 'close ingest', 'close store']);
  });

  it('[SET-44] one role that cannot start or go on ends the process with 1 after closing the others', async () => {
    const closed: string[] = [];
    const good = { start: () => Promise.resolve({ close: () => Promise.resolve(void closed.push('good')) }) };
    const bad = { start: () => Promise.reject(new Error('port taken')) };
    const failing = {
      start: () => Promise.resolve({ close: () => Promise.resolve(), failed: Promise.reject(new Error('term lost')) }),
    };
    for (const second of [bad, failing]) {
      const load = (name: string) => Promise.resolve(name === 'live' ? second : good);
      expect(await runRoles({ names: ['ingest', 'live'], contextOf, logger: silentLogger, signal: never, load })).toBe(
        1,
      );
    }
    expect(closed).toEqual(['good', 'good']);
  });
});

describe('CappedLog', () => {
  it.skipIf(!existsSync('/dev/full'))('[LOG-69] leaves out what a full disk does not take', () => {
    const log = new CappedLog('/dev/full', 100);
    for (let n = 0; n < 20; n++) expect(() => log.write(Buffer.from('a line of some length\n'))).not.toThrow();
    log.close();
  });

  it('[SET-45] puts a full file aside, in place of the one before', () => {
    const path = join(folder, 'role.log');
    const log = new CappedLog(path, 100);
    for (let n = 0; n < 10; n++) log.write(Buffer.from(`${n}`.repeat(39).concat('\n')));
    log.close();
    expect(statSync(path).size + statSync(`${path}.1`).size).toBeLessThanOrEqual(200);
    expect(readFileSync(`${path}.1`, 'utf8') + readFileSync(path, 'utf8')).toMatch(/9\n$/);
  });
});
