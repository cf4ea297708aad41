/**
 * Finds, parses and runs a subcommand, and turns everything that can go wrong into one line with a stable code (JSON
 * with --json) and an exit code. Called by server/park.ts and by tests, which give their own streams and loader.
 */
import { parseArgs } from 'node:util';
import type { Clock } from '../../core/clock.ts';
import { AppError } from '../../core/errors.ts';
import { createLogger } from '../../core/logger.ts';
import { type Config, type Environment, loadConfig } from '../config.ts';
import {
  type Command,
  type CommandContext,
  type CommandOption,
  EXIT_DONE,
  EXIT_FAILED,
  EXIT_MISUSED,
  UsageError,
} from './command.ts';

/** A line of the command list; the file is loaded only when the command runs. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  load(): Promise<Command>;
}

export interface CommandHost {
  readonly commands: readonly CommandEntry[];
  readonly env: Environment;
  readonly clock: Clock;
  readonly stdin: NodeJS.ReadableStream;
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
  /** Called only for commands that handle signals. */
  readonly interruption: () => AbortSignal;
}

const COMMON_OPTIONS: Readonly<Record<string, CommandOption>> = {
  json: { type: 'boolean', doc: 'Print JSON, one object a line; errors too (on stderr)' },
  help: { type: 'boolean', doc: 'Show this' },
};

/** `args` without node and script. Returns the exit code; never throws. */
export async function runCommandLine(args: readonly string[], host: CommandHost): Promise<number> {
  const isJson = args.includes('--json');
  const name = args[0]?.startsWith('-') ? undefined : args[0];
  const rest = name === undefined ? args : args.slice(1);
  if (name === undefined || name === 'help') {
    const isAsked = name === 'help' || rest.includes('--help') || rest.includes('-h');
    (isAsked ? host.stdout : host.stderr).write(listText(host.commands, isJson));
    return isAsked ? EXIT_DONE : EXIT_MISUSED;
  }
  const entry = host.commands.find((candidate) => candidate.name === name);
  if (entry === undefined) {
    report(host, { name: '', isJson, code: 'USAGE', message: `unknown command "${name}"` });
    if (!isJson) host.stderr.write(`\n${listText(host.commands, false)}`);
    return EXIT_MISUSED;
  }
  try {
    return await runOne(await entry.load(), rest, host);
  } catch (error) {
    const isMisuse = error instanceof UsageError || isParseError(error);
    report(host, { name, isJson, code: codeOf(error), message: messageOf(error) });
    if (isMisuse && !isJson) host.stderr.write(`See: park ${name} --help\n`);
    if (!isMisuse && !(error instanceof AppError) && error instanceof Error && !isJson) {
      host.stderr.write(`${error.stack ?? ''}\n`);
    }
    return isMisuse ? EXIT_MISUSED : EXIT_FAILED;
  }
}

async function runOne(command: Command, args: readonly string[], host: CommandHost): Promise<number> {
  const options = { ...command.options, ...COMMON_OPTIONS };
  const parsed = parseArgs({
    args: [...args],
    options: Object.fromEntries(Object.entries(options).map(([name, { type }]) => [name, { type }])),
    allowPositionals: true,
    strict: true,
  });
  const values = parsed.values as Readonly<Record<string, string | boolean | undefined>>;
  if (values['help'] === true) {
    host.stdout.write(values['json'] === true ? `${JSON.stringify(helpOf(command))}\n` : helpText(command));
    return EXIT_DONE;
  }
  return command.run(createContext(command, values, parsed.positionals, host));
}

function createContext(
  command: Command,
  values: Readonly<Record<string, string | boolean | undefined>>,
  words: readonly string[],
  host: CommandHost,
): CommandContext {
  let config: Config | undefined;
  const isJson = values['json'] === true;
  const text = (option: string): string | undefined => {
    const given = values[option];
    return typeof given === 'string' ? given : command.options[option]?.defaultText;
  };
  return {
    get config() {
      config ??= loadConfig(host.env);
      return config;
    },
    env: host.env,
    logger: createLogger({
      write: (line) => host.stderr.write(line),
      level: host.env['PARK_LOG_LEVEL'] === 'debug' ? 'debug' : 'warn',
      nowMs: () => host.clock.nowMs(),
      fields: { command: command.name },
    }),
    clock: host.clock,
    isJson,
    words,
    stdin: host.stdin,
    stdout: host.stdout,
    stderr: host.stderr,
    signal: command.handlesSignals ? host.interruption() : new AbortController().signal,
    text,
    required(option) {
      const value = text(option)?.trim();
      if (!value) throw new UsageError(`--${option} is missing`);
      return value;
    },
    wholeNumber(option, low, high) {
      const given = text(option);
      if (given === undefined) return undefined;
      const value = /^-?\d+$/.test(given) ? Number(given) : Number.NaN;
      if (!(value >= low && value <= high)) {
        throw new UsageError(`--${option} must be a whole number from ${low} to ${high}`);
      }
      return value;
    },
    has: (option) => values[option] === true,
    print: (value, line) => {
      host.stdout.write(isJson ? `${JSON.stringify(value)}\n` : `${line}\n`);
    },
  };
}

function report(host: CommandHost, e: { name: string; isJson: boolean; code: string; message: string }): void {
  const { name, isJson, code, message } = e;
  const line = isJson
    ? JSON.stringify({ ok: false, code, message })
    : `park${name ? ` ${name}` : ''}: ${code}: ${message}`;
  host.stderr.write(`${line}\n`);
}

const isParseError = (error: unknown): boolean =>
  String((error as { code?: unknown } | null)?.code).startsWith('ERR_PARSE_ARGS');

function codeOf(error: unknown): string {
  if (error instanceof AppError || error instanceof UsageError) return error.code;
  return isParseError(error) ? 'USAGE' : 'INTERNAL';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

const helpOf = ({ name, summary, usage, options, notes }: Command): object => ({
  name,
  summary,
  usage: usage.map((line) => `park ${line}`),
  options: { ...options, ...COMMON_OPTIONS },
  notes: notes ?? [],
});

function helpText(command: Command): string {
  const usage = command.usage.map((line) => `  park ${line}\n`).join('');
  const options = Object.entries({ ...command.options, ...COMMON_OPTIONS }).map(([name, option]) => {
    const flag = option.type === 'boolean' ? `--${name}` : `--${name} ${option.value ?? 'VALUE'}`;
    const fallback = option.defaultText === undefined ? '' : ` (default ${option.defaultText})`;
    return [flag, `${option.doc}${fallback}`] as const;
  });
  const notes = (command.notes ?? []).map((note) => `${note}\n`).join('');
  return `${command.summary}\n\n${usage}\n${columns(options)}${notes === '' ? '' : `\n${notes}`}`;
}

function listText(commands: readonly CommandEntry[], isJson: boolean): string {
  const list = commands.map(({ name, summary }) => ({ name, summary }));
  if (isJson) return `${JSON.stringify({ commands: list })}\n`;
  const rows = list.map(({ name, summary }) => [name, summary] as const);
  return `ParkSentry 园区哨兵\n\n  park COMMAND [OPTIONS]\n\n${columns(rows)}\nEvery command takes --help and --json. Exit codes: 0 done, 1 failed or found something wrong, 2 called wrongly.\n`;
}

function columns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}\n`).join('');
}
