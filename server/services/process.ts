/**
 * What the embedded servers need to know about processes: is one running, is it really ours, end it in bounded time.
 * A process is recognised as ours by its working directory (Redis and PostgreSQL both change into their data folder),
 * never by its number alone: numbers are used again, most of all in containers.
 * Called by redis-server.ts and postgres-server.ts.
 */
import { type ChildProcess, type SpawnOptions, spawn, spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
  realpathSync,
  statSync,
} from 'node:fs';
import { pause } from '../../core/pause.ts';

const POLL_MS = 25;

/** A step of ending a process: send `signal`, then wait up to `waitMs` for it to be gone. */
export interface EndStep {
  readonly signal: NodeJS.Signals;
  readonly waitMs: number;
}

export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** True when stop() asked for it. */
  readonly expected: boolean;
}

/** A private server that this process started, and will end. */
export interface EmbeddedServer {
  /** Connection string with the password in it. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Resolves when the process is gone, asked for or not; it never rejects. */
  readonly ended: Promise<ProcessEnd>;
  /** Ends the server in bounded time; idempotent. */
  stop(): Promise<void>;
}

/** True while the process exists and is not a zombie waiting for a parent that never asks. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // "pid (name) state ...": the name may hold spaces and brackets, so count from its last bracket.
    return stat.charAt(stat.lastIndexOf(')') + 2) !== 'Z';
  } catch {
    return !existsSync('/proc/self/stat');
  }
}

/** True when the running process `pid` has `folder` as its working directory. */
export function worksIn(pid: number, folder: string): boolean {
  if (!isRunning(pid)) return false;
  try {
    if (existsSync('/proc/self/cwd')) return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(folder);
    const lsof = spawnSync('lsof', ['-a', '-p', String(pid), '-d', 'cwd', '-Fn'], { encoding: 'utf8' });
    return lsof.stdout.split('\n').includes(`n${realpathSync(folder)}`);
  } catch {
    return false;
  }
}

/**
 * Every running process called `name` that has `folder` as its working directory (someone's shell may stand there too);
 * none where /proc is missing.
 */
export function processesIn(folder: string, name: string): number[] {
  if (!existsSync('/proc/self/cwd')) return [];
  const pids = readdirSync('/proc').filter((entry) => /^\d+$/.test(entry));
  return pids.map(Number).filter((pid) => isCalled(pid, name) && worksIn(pid, folder));
}

function isCalled(pid: number, name: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === name;
  } catch {
    return false;
  }
}

/**
 * What tells this run of process `pid` from a later one with the same number: its start time, as text without meaning.
 * Undefined when there is no such process.
 */
export function startMarkOf(pid: number): string | undefined {
  if (!isRunning(pid)) return undefined;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // Field 22 of proc(5) is the start time in ticks since boot; fields are counted from after the name (field 2).
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).stdout.trim();
  }
}

/** The number on the first line of a pid file; undefined when there is none. */
export function readPidFile(path: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(path, 'utf8'), 10);
    return pid > 1 ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** Sends one signal after the other until `hasEnded`; false when the process outlived them all. */
export async function endProcess(pid: number, steps: readonly EndStep[], hasEnded: () => boolean): Promise<boolean> {
  for (const { signal, waitMs } of steps) {
    if (hasEnded()) return true;
    try {
      process.kill(pid, signal);
    } catch {
      // Gone between the check and the signal: the loop below sees it.
    }
    for (let waitedMs = 0; waitedMs < waitMs && !hasEnded(); waitedMs += POLL_MS) await pause(POLL_MS);
  }
  return hasEnded();
}

/** Asks `isReady` until it says yes; undefined then, else why not. */
export async function waitUntilReady(options: {
  isReady: () => boolean | Promise<boolean>;
  hasEnded: () => boolean;
  timeoutMs: number;
}): Promise<'ended' | 'timeout' | undefined> {
  for (let waitedMs = 0; waitedMs < options.timeoutMs; waitedMs += POLL_MS) {
    if (options.hasEnded()) return 'ended';
    if (await options.isReady()) return undefined;
    await pause(POLL_MS);
  }
  return 'timeout';
}

/**
 * Spawns a server in a session of its own, so that Ctrl-C in the terminal reaches its owner only, which then ends things
 * in order. With `signalOnParentDeath` the kernel ends it when the owner is killed outright (Linux with setpriv; elsewhere
 * the next start ends the leftover).
 */
export function spawnServer(
  command: string,
  args: readonly string[],
  options: SpawnOptions & { signalOnParentDeath?: NodeJS.Signals | undefined },
): ChildProcess {
  const { signalOnParentDeath, ...spawnOptions } = options;
  const all = { ...spawnOptions, detached: true };
  const setpriv = ['/usr/bin/setpriv', '/bin/setpriv'].find((path) => existsSync(path));
  if (signalOnParentDeath === undefined || setpriv === undefined) return spawn(command, [...args], all);
  return spawn(setpriv, ['--pdeathsig', signalOnParentDeath.replace('SIG', ''), '--', command, ...args], all);
}

/** Follows a child: `end` is set and `ended` resolves when it is gone, also when it could not be started at all. */
export function followChild(child: ChildProcess): {
  readonly ended: Promise<ProcessEnd>;
  hasEnded(): boolean;
  expectEnd(): void;
} {
  let isGone = false;
  let isExpected = false;
  const ended = new Promise<ProcessEnd>((resolve) => {
    const settle = (code: number | null, signal: NodeJS.Signals | null): void => {
      isGone = true;
      resolve({ code, signal, expected: isExpected });
    };
    child.once('exit', settle);
    child.once('error', () => settle(null, null));
  });
  return {
    ended,
    hasEnded: () => isGone,
    expectEnd: () => {
      isExpected = true;
    },
  };
}

/** The last lines of a log file, for an error message. */
export function tailOf(path: string, maxBytes = 1500): string {
  try {
    const size = statSync(path).size;
    const buffer = Buffer.alloc(Math.min(size, maxBytes));
    const fd = openSync(path, 'r');
    try {
      readSync(fd, buffer, 0, buffer.length, size - buffer.length);
    } finally {
      closeSync(fd);
    }
    return buffer.toString('utf8').trim();
  } catch {
    return '';
  }
}
