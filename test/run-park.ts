/** Runs `park` in this process with streams of its own, for the tests of commands. */
import { PassThrough, Readable } from 'node:stream';
import { ManualClock } from '../core/clock.ts';
import { type CommandEntry, runCommandLine } from '../server/cli/run-command.ts';

export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export async function runPark(
  args: readonly string[],
  commands: readonly CommandEntry[],
  options: { readonly stdin?: string; readonly env?: Record<string, string>; readonly nowMs?: number } = {},
): Promise<Outcome> {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const collect = (stream: PassThrough): (() => string) => {
    let text = '';
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    return () => text;
  };
  const out = collect(stdout);
  const err = collect(stderr);
  const code = await runCommandLine(args, {
    commands,
    env: options.env ?? {},
    clock: new ManualClock(options.nowMs ?? 0),
    stdin: Readable.from([options.stdin ?? '']),
    stdout,
    stderr,
    interruption: () => new AbortController().signal,
  });
  await new Promise((resolve) => setImmediate(resolve));
  return { code, out: out(), err: err() };
}
