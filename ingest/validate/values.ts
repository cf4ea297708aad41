/**
 * One value of a record against its field: the rules that all routes share. Nothing here throws, whatever JSON can
 * hold; NaN and infinity never pass. Vendors send numbers as strings and flags as digits, so strictly formatted ones
 * are taken: `"12.5"` is 12.5, `"1"` is true.
 */
import type { ErrorCode } from '../../core/errors.ts';
import type { Field, FieldType } from './fields.ts';
import { isRecent, parseDay, parseTime } from './times.ts';

/** Why a value was not taken. */
export class Problem {
  readonly code: ErrorCode;
  readonly reason: string;
  /** Where below the field: `[3].X`; empty: the value itself. */
  readonly at: string;
  constructor(code: ErrorCode, reason: string, at = '') {
    this.code = code;
    this.reason = reason;
    this.at = at;
  }

  /** The same, seen from one step further out. */
  below(step: string): Problem {
    return new Problem(this.code, this.reason, step + this.at);
  }
}

export const NO_TIME = new Problem('TIME_FORMAT', 'must be a time');
export const TIME_OUT = new Problem('TIME_OUT_OF_RANGE', 'is older than 7 days or more than 60 s ahead of receipt');

const DECIMAL = /^[+-]?\d{1,15}(?:\.\d{1,17})?$/;
const NOT_A_NUMBER = /^[+-]?(?:nan|inf(?:inity)?)$/i;
/** PostgreSQL stores no NUL, logs break on control characters, and half a surrogate pair has no UTF-8. */
const UNSTORABLE = /\p{Cc}|\p{Surrogate}/u;
const UNSTORABLES = /\p{Cc}|\p{Surrogate}/gu;
/** 1990 to 2100, for times that are not COLLECT_TIME. */
export const FIRST_MS = Date.UTC(1990, 0, 1);
export const LAST_MS = Date.UTC(2100, 0, 1);

export const isAbsent = (raw: unknown): boolean =>
  raw === undefined || raw === null || (typeof raw === 'string' && raw.trim() === '');

/** undefined: no number at all. NaN or infinity when the sender meant those: they fail every range. */
export function decimal(raw: unknown): number | undefined {
  if (typeof raw === 'number') return raw;
  if (typeof raw !== 'string') return undefined;
  const text = raw.trim();
  if (DECIMAL.test(text)) return Number(text);
  return NOT_A_NUMBER.test(text) ? Number.NaN : undefined;
}

/** undefined: no flag. */
export function flagValue(raw: unknown): boolean | undefined {
  if (typeof raw === 'boolean') return raw;
  if (raw === 1 || raw === 0) return raw === 1;
  if (typeof raw !== 'string') return undefined;
  switch (raw.trim().toLowerCase()) {
    case '1':
    case 'true':
      return true;
    case '0':
    case 'false':
      return false;
    default:
      return undefined;
  }
}

export function textValue(raw: unknown, maxLength: number): string | Problem {
  if (typeof raw !== 'string') return new Problem('FIELD_TYPE', 'must be a string');
  const text = raw.trim();
  if (isLonger(text, maxLength)) return new Problem('FIELD_RANGE', `must have at most ${maxLength} characters`);
  return UNSTORABLE.test(text) ? new Problem('FIELD_RANGE', 'must not hold control characters') : text;
}

/** Characters are counted as PostgreSQL and JSON Schema do: one beyond the basic plane is one. */
const isLonger = (text: string, maxLength: number): boolean =>
  text.length > maxLength && (text.length > 2 * maxLength || [...text].length > maxLength);

const formed = (text: string | Problem, form: Extract<FieldType, { type: 'text' }>['form']): string | Problem =>
  form === undefined || text instanceof Problem || form.pattern.test(text)
    ? text
    : new Problem('FIELD_RANGE', `must be ${form.words}`);

const proseValue = (raw: unknown, maxLength: number): string | Problem =>
  textValue(typeof raw === 'string' ? raw.replace(UNSTORABLES, ' ') : raw, maxLength);

export function numberValue(raw: unknown, is: Extract<FieldType, { type: 'number' }>): number | Problem {
  const value = decimal(raw);
  if (value === undefined) return new Problem('FIELD_TYPE', 'must be a number');
  if (!(value >= is.min && value <= is.max))
    return new Problem('FIELD_RANGE', `must be between ${is.min} and ${is.max}`);
  return is.integer === true && !Number.isInteger(value) ? new Problem('FIELD_RANGE', 'must be a whole number') : value;
}

/** Codes are strings; a whole number counts as its digits, padded to the length of the codes. null: neither. */
export function codeText(raw: unknown, length: number): string | null {
  if (typeof raw === 'number') return Number.isSafeInteger(raw) ? String(raw).padStart(length, '0') : null;
  return typeof raw === 'string' ? raw.trim() : null;
}

function codeValue(raw: unknown, codes: readonly string[], local?: RegExp): string | Problem {
  const text = codeText(raw, codes[0]?.length ?? 0);
  if (text === null) return new Problem('FIELD_TYPE', 'must be a code');
  if (codes.includes(text) || local?.test(text) === true) return text;
  const own = local === undefined ? '' : ', or a code of your own: a letter and 1 to 19 letters, digits, - or _';
  return new Problem('CODE_UNKNOWN', `must be one of ${codes.join(', ')}${own}`);
}

function timeValue(raw: unknown, mustBeRecent: boolean, receivedAtMs: number): number | Problem {
  const ms = parseTime(raw);
  if (Number.isNaN(ms)) return NO_TIME;
  if (mustBeRecent) return isRecent(ms, receivedAtMs) ? ms : TIME_OUT;
  return ms >= FIRST_MS && ms < LAST_MS ? ms : new Problem('FIELD_RANGE', 'must be between 1990 and 2100');
}

function dayValue(raw: unknown): string | Problem {
  const day = parseDay(raw);
  if (day === null) return new Problem('TIME_FORMAT', 'must be a date, yyyy-MM-dd');
  return day >= '1900-01-01' && day < '2100-01-01' ? day : new Problem('FIELD_RANGE', 'must be between 1900 and 2100');
}

export function listValue<T>(raw: unknown, maxItems: number, read: (item: unknown) => T | Problem): T[] | Problem {
  if (!Array.isArray(raw)) return new Problem('FIELD_TYPE', 'must be an array');
  if (raw.length > maxItems) return new Problem('FIELD_RANGE', `must have at most ${maxItems} items`);
  const items: T[] = [];
  for (const item of raw) {
    const value = read(item);
    if (value instanceof Problem) return value.below(`[${items.length}]`);
    items.push(value);
  }
  return items;
}

const itemValue = (item: unknown, maxLength: number): string | Problem =>
  isAbsent(item) ? new Problem('FIELD_MISSING', 'is empty') : textValue(item, maxLength);

/** As people write lists: the comma of both scripts, and the enumeration comma. */
export const LIST_COMMAS = ',，、';
const COMMAS = new RegExp(`[${LIST_COMMAS}]`);

/** Empty items are passed over: `甲,乙,` names two. */
function splitValue(raw: string, { maxLength, maxItems }: Extract<FieldType, { type: 'list' }>): string[] | Problem {
  const pieces = raw.trim().split(COMMAS, maxItems + 1);
  const items = listValue(pieces, maxItems, (piece) => (isAbsent(piece) ? '' : textValue(piece, maxLength)));
  return items instanceof Problem ? items : items.filter((item) => item !== '');
}

export const CERTIFICATE = { membersMax: 30, textMax: 512, memberName: /^[A-Za-z][A-Za-z0-9_]{0,63}$/ } as const;

/** Plain values only, so nothing nested is kept, measured or walked; names cannot reach a prototype. */
function certificateValue(raw: unknown): Record<string, string | number | boolean | null> | Problem {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw))
    return new Problem('FIELD_TYPE', 'must be an object');
  const members = Object.entries(raw);
  if (members.length > CERTIFICATE.membersMax)
    return new Problem('FIELD_RANGE', `at most ${CERTIFICATE.membersMax} members`);
  const kept: [string, string | number | boolean | null][] = [];
  for (const [memberName, value] of members) {
    if (!CERTIFICATE.memberName.test(memberName)) return new Problem('FIELD_RANGE', 'names must be of [A-Za-z0-9_]');
    if (typeof value === 'string') {
      const text = textValue(value, CERTIFICATE.textMax);
      if (text instanceof Problem) return text;
      kept.push([memberName, text]);
    } else if (value === null || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))) {
      kept.push([memberName, value]);
    } else {
      return new Problem('FIELD_TYPE', 'values must be plain');
    }
  }
  return Object.fromEntries(kept);
}

const absent = ({ required }: Field): Problem | null => (required ? new Problem('FIELD_MISSING', 'is required') : null);

/**
 * The value in our terms, null when an optional one is absent, or why not. Geometry is checked by validate/areas.ts, a file by
 * validate/attachments.ts, and objects in a list are read by records.ts.
 */
export function readValue(field: Field, raw: unknown, receivedAtMs: number): unknown {
  if (isAbsent(raw)) return absent(field);
  const { is } = field;
  switch (is.type) {
    case 'text':
      return formed(textValue(raw, is.maxLength), is.form);
    case 'prose': {
      const prose = proseValue(raw, is.maxLength);
      return prose === '' ? absent(field) : prose;
    }
    case 'number':
      return numberValue(raw, is);
    case 'flag':
      return flagValue(raw) ?? new Problem('FIELD_TYPE', 'must be true, false, 1 or 0');
    case 'time':
      return timeValue(raw, is.recent === true, receivedAtMs);
    case 'day':
      return dayValue(raw);
    case 'code':
      return codeValue(raw, is.codes, is.local);
    case 'texts':
      return listValue(raw, is.maxItems, (item) => itemValue(item, is.maxLength));
    case 'list':
      return typeof raw === 'string'
        ? splitValue(raw, is)
        : listValue(raw, is.maxItems, (item) => itemValue(item, is.maxLength));
    case 'codes':
      return listValue(raw, is.codes.length * 4, (item) => codeValue(item, is.codes));
    case 'certificates':
      return listValue(raw, is.maxItems, certificateValue);
    case 'geometry':
    case 'objects':
    case 'file':
      return raw;
  }
}
