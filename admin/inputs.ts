/** Kinds of input that several routes take. */
import { z } from 'zod';
import type { PersonKey } from '../db/people.ts';

const UNFIT = /[\p{Cc}\p{Cs}]/u;

/** PostgreSQL takes no NUL and no half of a surrogate pair, and control characters belong to no name or key. */
export const text = (maxLength: number) =>
  z
    .string()
    .min(1)
    .max(maxLength)
    .refine((value) => !UNFIT.test(value), { message: 'expected no control characters and whole ones alone' });

const CARD_PREFIX = 'card:';
/** PERSON_ID, or `card:` and a CARD_NO. */
export const personKey = text(128).transform(
  (key): PersonKey => (key.startsWith(CARD_PREFIX) ? { cardNo: key.slice(CARD_PREFIX.length) } : { personId: key }),
);
const MAX_PEOPLE = 50;
/** Comma separated. */
export const personKeys = z
  .string()
  .transform((written) => written.split(',').filter((one) => one !== ''))
  .pipe(z.array(personKey).min(1).max(MAX_PEOPLE));

/** '' where none was given: that has a code of its own, REASON_MISSING. */
export const reason = z
  .string()
  .max(500)
  .refine((value) => !UNFIT.test(value), { message: 'expected no control characters and whole ones alone' })
  .default('');

export const degrees = (limit: number) => z.coerce.number().min(-limit).max(limit);

const ISO_WITH_ZONE = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})$/;
const YEAR_10000_MS = Date.UTC(10_000, 0, 1);

/** Epoch milliseconds, or ISO 8601 with a zone; from 1970 to 9999, beyond which a date has another form. */
export const instant = z.string().transform((written, context) => {
  const atMs = /^\d{1,15}$/.test(written)
    ? Number(written)
    : ISO_WITH_ZONE.test(written)
      ? Date.parse(written)
      : Number.NaN;
  if (atMs >= 0 && atMs < YEAR_10000_MS) return atMs;
  context.addIssue({
    code: 'custom',
    message: 'expected epoch milliseconds or ISO 8601 with a zone, from 1970 to 9999',
  });
  return z.NEVER;
});

const JSON_DEPTH_MAX = 16;
const UNSTORABLE = /[\0\p{Cs}]/u;

/** JSON of any shape, null too, which whoever takes it checks; not so deep that walking it overflows, and fit for PostgreSQL. */
export const json = z.unknown().refine(isFitJson, {
  message: `expected JSON of at most ${JSON_DEPTH_MAX} levels, without NUL and halves of surrogate pairs`,
});

function isFitJson(value: unknown, depth = 0): boolean {
  if (typeof value === 'string') return !UNSTORABLE.test(value);
  if (typeof value !== 'object' || value === null) return value !== undefined;
  if (depth === JSON_DEPTH_MAX) return false;
  const inner = Array.isArray(value) ? value : Object.entries(value).flat();
  return inner.every((one) => isFitJson(one, depth + 1));
}
