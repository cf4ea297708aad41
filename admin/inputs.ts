/** Kinds of input that several routes take. */
import { z } from 'zod';

const CONTROL = /\p{Cc}/u;

/** PostgreSQL takes no NUL, and control characters belong to no name or key. */
export const text = (maxLength: number) =>
  z
    .string()
    .min(1)
    .max(maxLength)
    .refine((value) => !CONTROL.test(value), { message: 'expected no control characters' });

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
