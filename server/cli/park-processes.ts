/**
 * The processes of a park as members of a supervisor, the order in which they end, and how their states are printed.
 * Shared by `park up` and `park serve`.
 */
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError } from '../../core/errors.ts';
import type { Config } from '../config.ts';
import { ROLE_NAMES, type RoleName } from '../role.ts';
import { processMember } from '../role-process.ts';
import type { Member, StateChange } from '../supervisor.ts';
import type { CommandContext } from './command.ts';

/** Senders first, then the front doors, then what works off what came in, then what keeps it. */
export const STOP_ORDER = ['simulator', ...ROLE_NAMES, 'redis', 'postgres'] as const;

const script = (): string =>
  fileURLToPath(new URL(`../park.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url));

const logFileOf = (config: Config, name: string): string => join(config.dataFolder, 'logs', `${name}.log`);

/** Roles that the configuration asks for. */
const isWanted = (config: Config, name: RoleName): boolean => name !== 'backup' || config.backupFolder !== undefined;

export const roleMembers = (config: Config, env: CommandContext['env']): Member[] =>
  ROLE_NAMES.filter((name) => isWanted(config, name)).map((name) =>
    processMember({
      name,
      script: script(),
      args: ['serve', '--roles', name],
      env,
      logFile: logFileOf(config, name),
      saysReady: true,
    }),
  );

/** `args` after `park simulate`. */
export const simulatorMember = (config: Config, env: CommandContext['env'], args: readonly string[]): Member =>
  processMember({
    name: 'simulator',
    script: script(),
    args: ['simulate', ...args],
    env,
    logFile: logFileOf(config, 'simulator'),
    saysReady: false,
  });

/** Throws CONFLICT naming every port that something else listens on. */
export async function requireFreePorts(config: Config): Promise<void> {
  const wanted = [
    ['PARK_PORT', config.port],
    ['PARK_INGEST_PORT', config.ingestPort],
    ['PARK_LIVE_PORT', config.livePort],
  ] as const;
  const taken: string[] = [];
  for (const [name, port] of wanted) {
    if (!(await canListen(config.host, port))) taken.push(`${port} (${name})`);
  }
  if (taken.length > 0) {
    throw new AppError('CONFLICT', {
      detail: `in use on ${config.host}, or not allowed: port ${taken.join(', ')}; end what listens there, or set the variable to another port`,
    });
  }
}

const canListen = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve(true)));
  });

/** Prints changes of state, with --json as lines; a healthy start and stop are one line each. */
export function statePrinter(context: CommandContext): (change: StateChange) => void {
  return (change) => {
    if (context.isJson) {
      context.stdout.write(`${JSON.stringify({ event: 'state', ...change })}\n`);
      return;
    }
    const { name, state, pid, reason, retryInMs } = change;
    if (state === 'starting' || state === 'stopping') return;
    const why = reason === undefined ? '' : `: ${reason}`;
    const next =
      retryInMs === undefined ? '' : retryInMs === 0 ? '; starting again' : `; again in ${retryInMs / 1000} s`;
    const process = pid === undefined ? '' : ` (process ${pid})`;
    context.stdout.write(`  ${name.padEnd(10)} ${state.replace('-', ' ')}${process}${why}${next}\n`);
  };
}
