/**
 * The check of what somebody wrote into a register: one zod schema from the fields, which OpenAPI shows too, and what is wrong
 * in words of both languages, field by field. What other rows say (references, what is taken) is asked by writer.ts.
 */
import { z } from 'zod';
import { isIdNumber } from '../../core/id-number.ts';
import type { FieldProblem, RowValues } from '../../core/register-api.ts';
import { err, ok, type Result } from '../../core/result.ts';
import type { Words } from '../../core/words.ts';
import { isSameJson } from '../../db/registers/changes.ts';
import type { Field, SealedField } from '../../registers/field.ts';
import type { AnyRegister, Fields } from '../../registers/register.ts';
import { wordsOfIssue } from './problem-words.ts';

const CONTROL = /[\p{Cc}\p{Cs}]/u;
const CONTROL_BUT_LINES = /[^\P{Cc}\n\t]|\p{Cs}/u;
const YEAR_10000_MS = Date.UTC(10_000, 0, 1);
const KEY_MAX = 256;
const PLAN_CORNERS_MAX = 2_000;
const PHONE = /^\+?\d[\d -]{3,18}\d$/;

const CERTIFICATE_MAX = 64;

/** What a refinement is about; problem-words.ts says it. */
const about = (what: string) => ({ params: { what } });
const plain = (maxLength: number) =>
  z
    .string()
    .min(1)
    .max(maxLength)
    .refine((text) => !CONTROL.test(text), about('characters'));

const secretSchemas: Readonly<Record<SealedField['secret'], z.ZodType>> = {
  'id-number': z.string().refine(isIdNumber, about('id-number')),
  phone: z.string().regex(PHONE),
  certificate: plain(CERTIFICATE_MAX),
};

function schemaOf(field: Field): z.ZodType {
  switch (field.kind) {
    case 'text':
      return field.form === undefined ? plain(field.maxLength) : plain(field.maxLength).regex(field.form.pattern);
    case 'lines':
      return z
        .string()
        .min(1)
        .max(field.maxLength)
        .refine((text) => !CONTROL_BUT_LINES.test(text), about('characters'));
    case 'integer':
      return z.int().min(field.min).max(field.max);
    case 'decimal':
      return z
        .number()
        .min(field.min)
        .max(field.max)
        .refine((value) => Number(value.toFixed(field.digits)) === value, about('digits'));
    case 'yes-no':
      return z.boolean();
    case 'day':
      return z.iso.date();
    case 'instant':
      return z
        .int()
        .min(0)
        .max(YEAR_10000_MS - 1);
    case 'choice':
      return z.enum(Object.keys(field.options));
    case 'choices':
      return z.array(z.enum(Object.keys(field.options)));
    case 'reference':
      return plain(KEY_MAX);
    case 'references':
      return z.array(plain(KEY_MAX)).max(field.max);
    case 'sealed':
      return secretSchemas[field.secret];
    case 'files':
      return z
        .array(z.object({ id: z.uuid(), name: plain(200), type: plain(100), bytes: z.int(), digest: plain(64) }))
        .max(field.max);
    case 'place':
      return z.strictObject({
        lng: degrees(180),
        lat: degrees(90),
        heightM: z.number().min(-1_000).max(10_000).nullable(),
      });
    case 'plan':
      return z
        .array(z.tuple([degrees(180), degrees(90)]))
        .min(3)
        .max(PLAN_CORNERS_MAX);
    case 'items':
      return z.array(objectOf(field.fields)).max(field.max);
  }
}

const degrees = (most: number) => z.number().min(-most).max(most);
const objectOf = (fields: Fields) =>
  z.strictObject(
    Object.fromEntries(
      Object.entries(fields).map(([name, field]) => {
        const schema = schemaOf(field);
        return [name, field.required === true ? schema : schema.nullable().optional()];
      }),
    ),
  );

type Schema = ReturnType<typeof objectOf>;
const schemas = new WeakMap<
  AnyRegister,
  { readonly all: Schema; readonly create: Schema; readonly change: z.ZodType }
>();

/** `all`: a row as it stands. `create`, `change`: what a page may send for a new row, and for one that is there. */
export function schemasOf(register: AnyRegister) {
  const known = schemas.get(register);
  if (known !== undefined) return known;
  const fields = Object.entries<Field>(register.fields);
  const pick = (isAsked: (field: Field) => boolean) =>
    objectOf(Object.fromEntries(fields.filter(([, field]) => isAsked(field))));
  const made = {
    all: objectOf(register.fields),
    create: pick(({ edit }) => edit === undefined || edit === 'create'),
    change: pick(isChangeable).partial(),
  };
  schemas.set(register, made);
  return made;
}

const isChangeable = ({ edit }: Field): boolean => edit === undefined || edit === 'later';

export type CheckedValues = Result<RowValues, readonly FieldProblem[]>;

/** `page`: what a person may set. `system`: also what is set by moves, actions, vendors. */
export type Source = 'page' | 'system';

/** Every field of a new row; null where nothing was said. */
export function checkNew(register: AnyRegister, written: RowValues, source: Source = 'page'): CheckedValues {
  const { all, create } = schemasOf(register);
  const values = cleanValues(register.fields, written);
  const checked = parse(source === 'page' ? create : all, register.fields, values);
  if (!checked.ok) return checked;
  const empty = Object.fromEntries(Object.keys(register.fields).map((name) => [name, null]));
  return ok({ ...empty, ...checked.value });
}

/**
 * The fields that change. `standing`: the values as they were shown; what was sent back as it was is no change, whether it may
 * be changed or not.
 */
export function checkChange(
  register: AnyRegister,
  written: RowValues,
  standing: RowValues,
  source: Source = 'page',
): CheckedValues {
  const cleaned = Object.entries(cleanValues(register.fields, written));
  const differs = cleaned.filter(([name, value]) => !isSameJson(value, standing[name] ?? null));
  const fixed = differs.filter(([name]) => {
    const field = register.fields[name] as Field | undefined;
    return source === 'page' && field !== undefined && !isChangeable(field);
  });
  if (fixed.length > 0) return err(fixed.map(([field]) => ({ field, words: FIXED })));
  const { all, change } = schemasOf(register);
  return parse(source === 'page' ? change : all.partial(), register.fields, Object.fromEntries(differs));
}

/** Of something that is asked for beside a register: the input of an action. */
export const checkFields = (fields: Fields, written: RowValues): CheckedValues =>
  parse(objectOf(fields), fields, cleanItem(fields, written));

const FIXED: Words = { zh: '不能修改', en: 'Cannot be changed' };

function parse(schema: z.ZodType, fields: Fields, values: RowValues): CheckedValues {
  const parsed = schema.safeParse(values);
  if (!parsed.success) return err(parsed.error.issues.flatMap((issue) => wordsOfIssue(fields, values, issue)));
  return ok(parsed.data as RowValues);
}

function cleanValues(fields: Fields, written: RowValues): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(written).map(([name, value]) => {
      const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
      return [name, field === undefined ? value : clean(field, value)];
    }),
  );
}

/** In one form: composed letters (NFC), no blanks around, no empty text, no choice twice. What has another type stays as it is. */
function clean(field: Field, value: unknown): unknown {
  if (typeof value === 'string') {
    const text = value.normalize('NFC').replaceAll('\r\n', '\n').trim();
    if (text === '') return null;
    return field.kind === 'sealed' && field.secret !== 'phone' ? text.toUpperCase() : text;
  }
  if (!Array.isArray(value)) return value ?? null;
  switch (field.kind) {
    case 'choices': {
      const order = Object.keys(field.options);
      const chosen = new Set(value);
      const unknown = value.filter((one) => !order.includes(one));
      return unknown.length > 0 ? value : order.filter((one) => chosen.has(one));
    }
    case 'references':
      return [...new Set(value.map((one) => (typeof one === 'string' ? one.normalize('NFC').trim() : one)))];
    case 'items':
      return value.map((item) =>
        typeof item === 'object' && item !== null && !Array.isArray(item) ? cleanItem(field.fields, item) : item,
      );
    default:
      return value;
  }
}

const cleanItem = (fields: Fields, item: RowValues): RowValues => ({
  ...Object.fromEntries(Object.keys(fields).map((name) => [name, null])),
  ...cleanValues(fields, item),
});
