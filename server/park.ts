/** Entry of ./bin/park: runs one subcommand with this process's streams, environment and signals. */
import { existsSync } from 'node:fs';
import { systemClock } from '../core/clock.ts';
import { commands } from './cli/command-table.ts';
import { runCommandLine } from './cli/run-command.ts';

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
