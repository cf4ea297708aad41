/**
 * Both ends of a role that runs as a process of its own: `processMember` is the parent's side, a Member for the
 * supervisor; `runRoles` is the child's. The child says `ready` over the IPC channel; when the channel
 * closes its signal aborts (park.ts), so that a killed parent leaves no roles behind. Called by server/cli/up.ts and serve.ts.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { AppError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import { CappedLog } from './capped-log.ts';
import type { RoleContext, RoleModule, RunningRole } from './role.ts';
import { endProcess, followChild } from './services/process.ts';
import type { Member, MemberRun } from './supervisor.ts';

const READY = 'ready';
/** A role drains and closes within this, or is ended. */
const CLOSE_LIMIT_MS = 10_000;
const STOP_STEPS = [
  { signal: 'SIGTERM', waitMs: CLOSE_LIMIT_MS + 2_000 },
  { signal: 'SIGKILL', waitMs: 2_000 },
] as const;

export interface ProcessMemberOptions {
  readonly name: string;
  /** Script to fork, and its arguments. */
  readonly script: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Everything the process prints goes there, capped. */
  readonly logFile: string;
  /** False: it counts as ready as soon as it runs (the simulator). */
  readonly saysReady: boolean;
  /** Loading a snapshot and replaying a log takes its time; default 120,000. */
  readonly readyLimitMs?: number;
}

/** A child process in a session of its own: Ctrl-C in the terminal reaches the parent only, which ends it in order. */
export const processMember = (options: ProcessMemberOptions): Member => ({
  name: options.name,
  start: (signal) => startProcess(options, signal),
});

async function startProcess(options: ProcessMemberOptions, signal: AbortSignal): Promise<MemberRun> {
  const log = new CappedLog(options.logFile);
  const child = fork(options.script, [...options.args], {
    detached: true,
    env: { ...options.env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const write = (chunk: Uint8Array): void => log.write(chunk);
  child.stdout?.on('data', write);
  child.stderr?.on('data', write);
  child.once('close', () => log.close());
  const life = followChild(child);
  const pid = child.pid ?? 0;
  const run: MemberRun = {
    pid,
    ended: life.ended,
    stop: async () => {
      life.expectEnd();
      if (pid > 1) await endProcess(pid, STOP_STEPS, life.hasEnded);
    },
  };
  if (!options.saysReady) return run;
  const decided = new AbortController();
  const problem = await Promise.race([
    readyMessage(child),
    life.ended.then(({ code, signal }) => `ended with ${signal ?? `exit code ${code}`}`),
    limit(options.readyLimitMs ?? 120_000),
    aborted(signal, decided.signal),
  ]);
  decided.abort();
  if (problem === undefined) return run;
  await run.stop();
  throw new AppError('INTERNAL', { detail: `${options.name} ${problem}; see ${options.logFile}` });
}

async function readyMessage(child: NodeJS.EventEmitter): Promise<undefined> {
  for (;;) {
    const [message] = (await once(child, 'message')) as [unknown];
    if (message === READY) return undefined;
  }
}

const limit = (ms: number): Promise<string> =>
  new Promise((resolve) => {
    setTimeout(() => resolve(`was not ready within ${ms / 1000} s`), ms).unref();
  });

/** `signal` outlives every start of the member: what listens to it ends with `until`. */
const aborted = (signal: AbortSignal, until: AbortSignal): Promise<string> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve('was stopped while starting');
    signal.addEventListener('abort', () => resolve('was stopped while starting'), { once: true, signal: until });
  });

/** Loads server/roles/<name>.ts, or .js in the built tree. */
export async function loadRole(name: string): Promise<RoleModule> {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const file = new URL(`./roles/${name}.${extension}`, import.meta.url);
  if (!existsSync(file)) throw new AppError('NOT_FOUND', { detail: `this build has no role "${name}"` });
  return (await import(file.href)) as RoleModule;
}

export interface RunRolesOptions {
  readonly names: readonly string[];
  readonly contextOf: (name: string) => RoleContext;
  readonly logger: Logger;
  /** Aborts when the process is asked to end, or its supervisor is gone. */
  readonly signal: AbortSignal;
  readonly load?: (name: string) => Promise<RoleModule>;
}

/** Runs roles in this process until it is asked to end or one fails. Resolves with the exit code. */
export async function runRoles(options: RunRolesOptions): Promise<number> {
  const { names, logger } = options;
  const running: { readonly name: string; readonly role: RunningRole }[] = [];
  const { signal } = options;
  const asked = new Promise<string>((resolve) => {
    if (signal.aborted) resolve(String(signal.reason));
    signal.addEventListener('abort', () => resolve(String(signal.reason)), { once: true });
  });
  let exitCode = 0;
  try {
    for (const name of names) {
      const module = await (options.load ?? loadRole)(name);
      running.push({ name, role: await module.start(options.contextOf(name)) });
    }
    logger.info('roles-ready', { roles: names });
    process.send?.(READY);
    const failures = running.flatMap(({ role }) => (role.failed === undefined ? [] : [role.failed]));
    const reason = await Promise.race([asked, ...failures]);
    logger.info('roles-stopping', { reason });
  } catch (error) {
    logger.error('role-failed', { error });
    exitCode = 1;
  }
  return (await closeRoles(running, logger)) ? exitCode : 1;
}

/** Closes in the order of `names`, front doors first; false when it was not over in time. */
async function closeRoles(
  running: readonly { readonly name: string; readonly role: RunningRole }[],
  logger: Logger,
): Promise<boolean> {
  const closing = (async (): Promise<boolean> => {
    let isClean = true;
    for (const { name, role } of running) {
      try {
        await role.close();
      } catch (error) {
        logger.error('role-close-failed', { role: name, error });
        isClean = false;
      }
    }
    return isClean;
  })();
  const late = new Promise<boolean>((resolve) => {
    setTimeout(() => {
      logger.error('role-close-late', { limitMs: CLOSE_LIMIT_MS });
      resolve(false);
    }, CLOSE_LIMIT_MS).unref();
  });
  return Promise.race([closing, late]);
}
