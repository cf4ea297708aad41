/** The raw body to its array of records; and whether a body can hold an SOS at all, without parsing it. */
import { isAscii, isUtf8 } from 'node:buffer';
import type { ErrorCode } from '../core/errors.ts';
import { err, ok, type Result } from '../core/result.ts';
import { RECORDS_MAX } from './routes.ts';
import { isRecord } from './validate/records.ts';

export interface BodyProblem {
  readonly code: ErrorCode;
  readonly detail: string;
}

const unreadable = (detail: string): Result<never, BodyProblem> => err({ code: 'BODY_UNREADABLE', detail });

/** Never throws. A byte-order mark in front is passed over: some stacks write one. */
export function parseRecords(body: Buffer): Result<readonly unknown[], BodyProblem> {
  // Most bodies are ASCII, and latin1 is the cheapest way to a string; JSON must be UTF-8 (RFC 8259 section 8.1).
  const isPlain = isAscii(body);
  if (!isPlain && !isUtf8(body)) return unreadable('the body is not UTF-8');
  const text = body.toString(isPlain ? 'latin1' : 'utf8');
  let parsed: unknown;
  try {
    parsed = JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
  } catch {
    return unreadable('the body is not JSON');
  }
  const records =
    isRecord(parsed) && Object.hasOwn(parsed, 'records') ? (parsed as { records: unknown }).records : undefined;
  if (!Array.isArray(records)) return unreadable('the body has no "records" array');
  if (records.length > RECORDS_MAX) return err({ code: 'BODY_TOO_LARGE', detail: `${records.length} records` });
  return ok(records);
}

/**
 * SOS true in any accepted spelling, or a Unicode escape behind which one could hide. No two unbounded repeats stand
 * side by side, so a body made of blanks costs one pass too.
 */
const SOS_TRUE = /"s_*o_*s_*"\s*:\s*(?:"\s*)?(?:true|1)|\\u00/i;

/** false: certainly no record with SOS true. Costs one pass over the bytes, no parsing. */
export const mayHoldSos = (body: Buffer): boolean => SOS_TRUE.test(body.toString('latin1'));
