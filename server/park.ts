/**
 * Entry of ./bin/park: the list of subcommands. A command's file is loaded only when it runs, so that each starts fast
 * and one that is broken does not take the others with it.
 */
import { existsSync } from 'node:fs';
import { systemClock } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import type { Command } from './cli/command.ts';
import { type CommandEntry, runCommandLine } from './cli/run-command.ts';

const SUMMARIES: Readonly<Record<string, string>> = {
  up: 'Start a whole park with its own Redis and PostgreSQL, and a simulator',
  serve: 'Run the roles of a park against configured services',
  doctor: 'Show what is configured, what answers, and whether it keeps its promises',
  migrate: 'Bring the database to the newest schema',
  company: 'Add and list companies',
  credential: 'Issue, list and revoke the credentials of a company',
  user: 'Add users and set passwords',
  convert: 'Convert CSV between CGCS2000 lng,lat and Shanghai 2000 easting,northing',
  watch: 'Follow a park live from the terminal',
  simulate: 'Send positions of invented people through the vendor interface',
  ledger: 'Account for every record: accepted, stored, repeated, quarantined',
};

/** Source files under tsx, built ones under node. */
const EXTENSION = import.meta.url.endsWith('.ts') ? 'ts' : 'js';

async function load(name: string): Promise<Command> {
  const file = new URL(`./cli/${name}.${EXTENSION}`, import.meta.url);
  if (!existsSync(file)) throw new AppError('NOT_FOUND', { detail: `this build has no command "${name}"` });
  const module = (await import(file.href)) as { readonly command: Command };
  return module.command;
}

const commands: readonly CommandEntry[] = Object.entries(SUMMARIES).map(([name, summary]) => ({
  name,
  summary,
  load: () => load(name),
}));

const controller = new AbortController();
let isHandled = false;

/** Under `npm run` one Ctrl-C arrives twice, from the terminal and from npm; only a later one means impatience. */
const SAME_CTRL_C_MS = 2_000;

/** The first signal asks for an orderly end; a second Ctrl-C ends the process at once. */
function interruption(): AbortSignal {
  isHandled = true;
  let firstAtMs = 0;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (!controller.signal.aborted) firstAtMs = performance.now();
      else if (signal === 'SIGINT' && performance.now() - firstAtMs > SAME_CTRL_C_MS) process.exit(130);
      controller.abort(signal);
    });
  }
  return controller.signal;
}

const isChild = process.send !== undefined;
// A role or the simulator: without its supervisor it is to end, not to be found running next week.
if (isChild) process.once('disconnect', () => (isHandled ? controller.abort('supervisor-gone') : process.exit(1)));

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  // `park ... | head` closes the pipe early, which is no failure; a role whose supervisor is gone closes in order.
  if (!isChild) process.exit(0);
});

// The environment wins over .env: loadEnvFile leaves alone what is set.
if (existsSync('.env')) process.loadEnvFile('.env');

const code = await runCommandLine(process.argv.slice(2), {
  commands,
  env: process.env,
  clock: systemClock,
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  interruption,
});
// Not exitCode: a connection that a command forgot, or the channel to the supervisor, must not keep the process.
process.stdout.write('', () => process.exit(code));
