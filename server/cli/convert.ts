/**
 * `park convert`: CSV of CGCS2000 lng,lat in, plane easting,northing out, and back. It streams: any length of input
 * in constant memory. A bad line is reported by its number and skipped; the others are converted.
 */
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { AppError, type ErrorCode } from '../../core/errors.ts';
import type { Result } from '../../core/result.ts';
import { err, ok } from '../../core/result.ts';
import { createProjection, type Projection, parametersFromConfiguration } from '../../geo/projection.ts';
import { boundedLines } from './bounded-lines.ts';
import { type Command, type CommandContext, EXIT_DONE, EXIT_FAILED, UsageError } from './command.ts';

/** Metres to a tenth of a millimetre; degrees to the same (1e-9 degree of latitude is 0.11 mm). */
const METRE_DIGITS = 4;
const DEGREE_DIGITS = 9;

/** A line of coordinates and names is far shorter; a file without line ends must not end up in memory. */
const LONGEST_LINE = 65_536;
/** Of a value that is repeated in a message. */
const SHOWN_LENGTH = 40;

/** Output is written in pieces of about this many characters. */
const CHUNK_LENGTH = 65_536;

interface LineError {
  readonly code: ErrorCode;
  readonly message: string;
}

/** One converted line: two numbers as text, and what stood behind them, unchanged. */
interface Converted {
  readonly first: string;
  readonly second: string;
  readonly rest: string;
}

export type ConvertLine = (line: string) => Result<Converted, LineError>;

export const command: Command = {
  name: 'convert',
  summary: 'Convert CSV between CGCS2000 lng,lat and Shanghai 2000 easting,northing',
  usage: ['convert [FILE] [--inverse] [--projection ID|PROJ]   (without FILE: standard input)'],
  options: {
    inverse: { type: 'boolean', doc: 'From easting,northing to lng,lat' },
    projection: {
      type: 'string',
      value: 'ID|PROJ',
      doc: 'Plane grid: a preset id or a PROJ string; PARK_PROJECTION when absent',
    },
  },
  notes: [
    'The first two columns are the coordinates, in degrees or metres; further columns are kept as they are.',
    'A first line without numbers is a header and gets a new one. Bad lines are reported by number (on stderr, with',
    '--json among the output), left out, and make the exit code 1.',
  ],
  run: async (context) => {
    const [file, ...more] = context.words;
    if (more.length > 0) throw new UsageError('one file at a time');
    const input = file === undefined ? context.stdin : createReadStream(file, 'utf8');
    const isInverse = context.has('inverse');
    const bad = await convertStream(input, context, createConverter(projectionOf(context), isInverse), isInverse);
    return bad === 0 ? EXIT_DONE : EXIT_FAILED;
  },
};

function projectionOf(context: CommandContext): Projection {
  const text = context.text('projection');
  if (text === undefined) return createProjection(context.config.projection);
  const parameters = parametersFromConfiguration(text);
  if (!parameters.ok) throw new UsageError(`--projection: ${parameters.error.problems.join('; ')}`);
  return createProjection(parameters.value);
}

/** Converts one line of CSV in either direction. */
export function createConverter(projection: Projection, isInverse: boolean): ConvertLine {
  const out = new Float64Array(2);
  const digits = isInverse ? DEGREE_DIGITS : METRE_DIGITS;
  return (line) => {
    const [first, second, ...rest] = line.split(',');
    if (second === undefined)
      return err({ code: 'FIELD_MISSING', message: 'expected two numbers with a comma between' });
    const a = numberOf(first);
    const b = numberOf(second);
    if (a === undefined || b === undefined) {
      return err({ code: 'FIELD_TYPE', message: `"${shown(a === undefined ? first : second)}" is not a number` });
    }
    const isInReach = isInverse ? projection.unproject(a, b, out) : projection.project(a, b, out);
    if (!isInReach) return err({ code: 'FIELD_RANGE', message: outOfReach(a, b, isInverse) });
    return ok({
      first: (out[0] ?? Number.NaN).toFixed(digits),
      second: (out[1] ?? Number.NaN).toFixed(digits),
      rest: rest.length === 0 ? '' : `,${rest.join(',')}`,
    });
  };
}

/** No two repeats may take the same digits: a long line of them would take minutes to be refused. */
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;

function numberOf(text: string | undefined): number | undefined {
  const trimmed = text?.trim().replace(/^"(.*)"$/, '$1') ?? '';
  return NUMBER.test(trimmed) ? Number(trimmed) : undefined;
}

/** Cut, and without the control characters that would steer the reader's terminal. */
const shown = (text = ''): string =>
  text
    .trim()
    .replaceAll(/\p{Cc}/gu, '\uFFFD')
    .slice(0, SHOWN_LENGTH);

function outOfReach(a: number, b: number, isInverse: boolean): string {
  if (isInverse) return 'the point is outside the reach of this projection';
  const isSwapped = Math.abs(b) > 90 && Math.abs(a) <= 90;
  return isSwapped
    ? 'latitude beyond 90 degrees: the order is lng,lat'
    : 'the point is outside the reach of this projection';
}

const TOO_LONG = err({ code: 'FIELD_RANGE', message: `longer than ${LONGEST_LINE} characters` } as const);

/** Returns the number of bad lines. Waits for a slow reader of the output. */
async function convertStream(
  input: NodeJS.ReadableStream,
  context: CommandContext,
  convert: ConvertLine,
  isInverse: boolean,
): Promise<number> {
  const names = isInverse ? (['lng', 'lat'] as const) : (['easting', 'northing'] as const);
  const { isJson, stdout, stderr } = context;
  let pending = '';
  let lineNumber = 0;
  let bad = 0;
  const flush = async (): Promise<void> => {
    const text = pending;
    pending = '';
    if (text !== '' && !stdout.write(text)) await once(stdout, 'drain');
  };
  try {
    for await (const raw of boundedLines(input, LONGEST_LINE)) {
      lineNumber++;
      const line = lineNumber === 1 ? (raw?.replace(/^\uFEFF/, '') ?? null) : raw;
      if (line?.trim() === '') continue;
      if (line !== null && lineNumber === 1 && isHeader(line)) {
        if (!isJson) pending += `${[...names, ...line.split(',').slice(2)].join(',')}\n`;
        continue;
      }
      const result = line === null ? TOO_LONG : convert(line);
      if (result.ok) {
        const { first, second, rest } = result.value;
        pending += isJson
          ? `{"line":${lineNumber},"${names[0]}":${first},"${names[1]}":${second}}\n`
          : `${first},${second}${rest}\n`;
      } else {
        bad++;
        if (isJson) pending += `${JSON.stringify({ line: lineNumber, ...result.error })}\n`;
        else stderr.write(`line ${lineNumber}: ${result.error.code}: ${result.error.message}\n`);
      }
      if (pending.length >= CHUNK_LENGTH) await flush();
    }
  } catch (cause) {
    throw new AppError('INPUT_INVALID', { detail: (cause as Error).message, cause });
  }
  await flush();
  return bad;
}

/** Two words, neither of which starts a number. */
function isHeader(line: string): boolean {
  const [first, second] = line.split(',').map((cell) => cell.trim().replace(/^"/, ''));
  const isWord = (cell: string | undefined): boolean => cell !== undefined && /^[\p{L}_]/u.test(cell);
  return isWord(first) && isWord(second);
}
