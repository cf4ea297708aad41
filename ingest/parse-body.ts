/** The raw body or frame to its records; nothing here throws, whatever the bytes are. */
import { isAscii, isUtf8 } from 'node:buffer';
import type { ErrorCode } from '../core/errors.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { BodyType } from './body-type.ts';
import { decodeMsgpack } from './msgpack-body.ts';
import { isRecord, type RecordColumns, type RecordSet } from './record-set.ts';
import { RECORDS_MAX } from './routes.ts';

export interface BodyProblem {
  readonly code: ErrorCode;
  readonly detail: string;
}

const NAME_SHOWN = 64;

/** One frame of a stream. */
export interface Frame {
  /** As the sender numbered it: a whole number from 0. */
  readonly seq: number;
  readonly records: RecordSet;
}

const unreadable = (detail: string): Result<never, BodyProblem> => err({ code: 'BODY_UNREADABLE', detail });

/** `{records: [...]}` or `{columns: {NAME: [...], ...}}`. */
export function parseRecords(body: Buffer, type: BodyType): Result<RecordSet, BodyProblem> {
  const decoded = decode(body, type);
  return decoded.ok ? recordsIn(decoded.value) : decoded;
}

/** The same with `seq` beside. */
export function parseFrame(frame: Buffer, type: BodyType): Result<Frame, BodyProblem> {
  const decoded = decode(frame, type);
  if (!decoded.ok) return decoded;
  const seq = memberOf(decoded.value, 'seq');
  if (!isCount(seq)) return unreadable('the frame has no "seq", a whole number from 0');
  const records = recordsIn(decoded.value);
  return records.ok ? ok({ seq, records: records.value }) : records;
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/** A byte-order mark in front of JSON is passed over: some stacks write one. */
function decode(body: Buffer, type: BodyType): Result<unknown, BodyProblem> {
  if (type === 'msgpack') {
    const decoded = decodeMsgpack(body);
    return decoded.ok ? decoded : unreadable(`the body is not MessagePack as it is taken here: it ${decoded.error}`);
  }
  // Most bodies are ASCII, and latin1 is the cheapest way to a string; JSON must be UTF-8 (RFC 8259 section 8.1).
  const isPlain = isAscii(body);
  if (!isPlain && !isUtf8(body)) return unreadable('the body is not UTF-8');
  const text = body.toString(isPlain ? 'latin1' : 'utf8');
  try {
    return ok(JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text));
  } catch {
    return unreadable('the body is not JSON');
  }
}

function recordsIn(parsed: unknown): Result<RecordSet, BodyProblem> {
  const rows = memberOf(parsed, 'records');
  const columns = memberOf(parsed, 'columns');
  if (rows !== undefined && columns !== undefined) return unreadable('the body has both "records" and "columns"');
  const records = columns === undefined ? rowsOf(rows) : columnsOf(columns);
  if (!records.ok || records.value.length <= RECORDS_MAX) return records;
  return err({ code: 'BODY_TOO_LARGE', detail: `${records.value.length} records` });
}

function memberOf(parsed: unknown, name: string): unknown {
  return isRecord(parsed) && Object.hasOwn(parsed, name) ? (parsed as Record<string, unknown>)[name] : undefined;
}

const rowsOf = (rows: unknown): Result<RecordSet, BodyProblem> =>
  Array.isArray(rows) ? ok(rows as readonly unknown[]) : unreadable('the body has no "records" array');

function columnsOf(columns: unknown): Result<RecordColumns, BodyProblem> {
  if (!isRecord(columns)) return unreadable('"columns" is no object of arrays');
  let length: number | null = null;
  for (const [name, values] of Object.entries(columns)) {
    const shown = `column "${name.slice(0, NAME_SHOWN)}"`;
    if (!Array.isArray(values)) return unreadable(`${shown} is no array`);
    length ??= values.length;
    if (values.length !== length) return unreadable(`${shown} is not as long as the others`);
  }
  return ok({ length: length ?? 0, columns: columns as RecordColumns['columns'] });
}
