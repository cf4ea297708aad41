/**
 * What a subcommand of `park` is. Each is one file of this folder, exporting `command`; server/park.ts lists their names
 * and loads a file only when its command runs. `--help` and `--json` exist for every command.
 *
 * Exit codes: 0 done; 1 it failed, or found something wrong; 2 it was called wrongly.
 */
import type { Clock } from '../../core/clock.ts';
import type { Logger } from '../../core/logger.ts';
import type { Config } from '../config.ts';

export const EXIT_DONE = 0;
export const EXIT_FAILED = 1;
export const EXIT_MISUSED = 2;

export interface CommandOption {
  readonly type: 'string' | 'boolean';
  readonly doc: string;
  /** What stands for the value in the help, such as `CODE`; for type string. */
  readonly value?: string;
  /** Shown in the help and given by the context's readers when the option is absent; for type string. */
  readonly defaultText?: string;
}

export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** Ways to call it, without `park`, such as `company add --code CODE --name NAME`. */
  readonly usage: readonly string[];
  readonly options: Readonly<Record<string, CommandOption>>;
  /** More for the help, after the options. */
  readonly notes?: readonly string[];
  /** It ends itself when `context.signal` aborts; other commands are simply ended by Ctrl-C. */
  readonly handlesSignals?: boolean;
  /** Returns the exit code. Throws AppError, or UsageError when it was called wrongly. */
  run(context: CommandContext): Promise<number>;
}

export interface CommandContext {
  /** Read on first use; throws AppError CONFIG_INVALID. */
  readonly config: Config;
  /** The environment the process was started with plus .env; for children. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** JSON lines on stderr. */
  readonly logger: Logger;
  readonly clock: Clock;
  readonly isJson: boolean;
  /** Words that are not options, after the command's name: `['issue']` of `park credential issue`. */
  readonly words: readonly string[];
  readonly stdin: NodeJS.ReadableStream;
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
  /** Aborts at the first Ctrl-C, SIGTERM or SIGHUP; for commands that handle signals. */
  readonly signal: AbortSignal;
  /** Value of a string option, its default, or undefined. */
  text(option: string): string | undefined;
  /** As text, but throws UsageError when it is absent. */
  required(option: string): string;
  /** As text, read as a whole number; throws UsageError when it is none or out of range. */
  wholeNumber(option: string, low: number, high: number): number | undefined;
  /** Whether a boolean option was given. */
  has(option: string): boolean;
  /** One result: `value` as one JSON line with --json, else `text` as it is. */
  print(value: object, text: string): void;
}

/** Called wrongly: printed with the usage, exit code 2. */
export class UsageError extends Error {
  readonly code = 'USAGE';
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}
