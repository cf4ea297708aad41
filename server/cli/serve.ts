/**
 * `park serve`: runs roles against configured services. With --roles they run in this process; without, each runs as a
 * process of its own under the supervisor.
 */
import { createLogger } from '../../core/logger.ts';
import { type RunningConfig, runningConfig } from '../config.ts';
import { ROLE_NAMES } from '../role.ts';
import { runRoles } from '../role-process.ts';
import { claimFolder } from '../services/kept.ts';
import { Supervisor } from '../supervisor.ts';
import { type Command, type CommandContext, EXIT_DONE, EXIT_FAILED, UsageError } from './command.ts';
import { requireFreePorts, roleMembers, STOP_ORDER, statePrinter } from './park-processes.ts';

export const command: Command = {
  name: 'serve',
  summary: 'Run the roles of a park against configured services',
  usage: [
    'serve                    (every role, each as a process of its own)',
    'serve --roles ROLE[,ROLE] (in this process)',
  ],
  options: {
    roles: { type: 'string', value: 'ROLE[,ROLE]', doc: `Of ${ROLE_NAMES.join(', ')}` },
  },
  notes: [
    'A role that ends is started again; its log is PARK_DATA_DIR/logs/ROLE.log. Ctrl-C or SIGTERM ends them in order:',
    `${STOP_ORDER.filter((name) => (ROLE_NAMES as readonly string[]).includes(name)).join(', ')}.`,
  ],
  handlesSignals: true,
  run: (context) => {
    const roles = context.text('roles');
    return roles === undefined ? superviseRoles(context) : runHere(roleNames(roles), context);
  },
};

function roleNames(text: string): string[] {
  const names = [...new Set(text.split(',').map((name) => name.trim()))];
  const unknown = names.filter((name) => !(ROLE_NAMES as readonly string[]).includes(name));
  if (unknown.length > 0) {
    throw new UsageError(
      `--roles: ${unknown.map((name) => `"${name}"`).join(', ')} is none of ${ROLE_NAMES.join(', ')}`,
    );
  }
  // Closed in this order: front doors first.
  return ROLE_NAMES.filter((name) => names.includes(name));
}

async function runHere(names: readonly string[], context: CommandContext): Promise<number> {
  const config = runningConfig(context.config);
  const logger = createLogger({
    write: (line) => context.stdout.write(line),
    level: config.logLevel,
    nowMs: () => context.clock.nowMs(),
    fields: { pid: process.pid },
  });
  const fail = (event: string) => (error: unknown) => {
    logger.error(event, { error });
    process.exit(EXIT_FAILED);
  };
  process.on('uncaughtException', fail('uncaught-exception'));
  process.on('unhandledRejection', fail('unhandled-rejection'));
  return runRoles({
    names,
    contextOf: (role) => ({ config, logger: logger.child({ role }), clock: context.clock }),
    logger,
    signal: context.signal,
  });
}

async function superviseRoles(context: CommandContext): Promise<number> {
  const config = runningConfig(context.config);
  const release = claimFolder(config.dataFolder);
  const supervisor = new Supervisor({ onState: statePrinter(context) });
  try {
    await requireFreePorts(config);
    const starting = supervisor.start(roleMembers(config, context.env));
    await untilAborted(starting, context.signal);
    if (!context.signal.aborted) {
      context.print({ event: 'park-ready', ...addressesOf(config) }, `ready: ${addressesOf(config).web}`);
      await untilAborted(new Promise(() => undefined), context.signal);
    }
    return EXIT_DONE;
  } finally {
    await supervisor.stop(STOP_ORDER);
    release();
  }
}

export function addressesOf(config: RunningConfig): { web: string; vendors: string; live: string } {
  const host = config.host === '0.0.0.0' || config.host === '::' ? '127.0.0.1' : config.host;
  return {
    web: `http://${host}:${config.port}/`,
    vendors: `http://${host}:${config.ingestPort}/v1`,
    live: config.publicLiveUrl ?? `ws://${host}:${config.livePort}/`,
  };
}

/** Waits for `work`, or until the signal aborts; then the failure of the work no longer matters. */
export function untilAborted(work: Promise<unknown>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
    work.then(() => resolve(), reject);
  });
}
