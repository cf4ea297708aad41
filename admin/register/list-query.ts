/** What a list is asked for in an address, as the store takes it; shared by lists and exports. */
import { z } from 'zod';
import { AppError } from '../../core/errors.ts';
import type { Field } from '../../registers/field.ts';
import type { AnyRegister } from '../../registers/register.ts';
import { text } from '../inputs.ts';
import type { Secrets } from './secrets.ts';
import type { FieldFilter, ListQuery } from './store.ts';

const FILTER_VALUES_MAX = 100;
export const PAGE_MAX = 200;

/** Kinds that are asked for by a span, and how its ends are written. */
const SPANS: Partial<Record<Field['kind'], RegExp>> = {
  integer: /^-?\d{1,15}$/,
  decimal: /^-?\d{1,15}(\.\d{1,9})?$/,
  day: /^\d{4}-\d{2}-\d{2}$/,
  instant: /^\d{1,15}$/,
};
const FILTERED: ReadonlySet<Field['kind']> = new Set([
  ...(Object.keys(SPANS) as Field['kind'][]),
  'text',
  'yes-no',
  'choice',
  'choices',
  'reference',
  'references',
  'sealed',
]);
const SORTED: ReadonlySet<Field['kind']> = new Set([
  ...(Object.keys(SPANS) as Field['kind'][]),
  'text',
  'yes-no',
  'choice',
  'reference',
]);

export const isSortable = ({ kind, indexed }: Field): boolean => indexed === true && SORTED.has(kind);
export const isFilterable = ({ kind, indexed }: Field): boolean =>
  FILTERED.has(kind) && (indexed === true || kind === 'sealed');

const fieldNames = (register: AnyRegister, fits: (field: Field) => boolean): string[] =>
  Object.entries<Field>(register.fields).flatMap(([name, field]) => (fits(field) ? [name] : []));

/** Of the address of a list or of an export. */
export function listInput(register: AnyRegister) {
  const sorted = fieldNames(register, isSortable).flatMap((name) => [name, `-${name}`]);
  const { by, descending } = register.list.sort;
  const first = `${descending === true ? '-' : ''}${by}`;
  return z.strictObject({
    q: z.string().max(100).optional(),
    sort: z.enum([...new Set([first, ...sorted])] as [string, ...string[]]).default(first),
    after: z.string().max(2_000).optional(),
    limit: z.coerce.number().int().min(1).max(PAGE_MAX).default(50),
    company: text(64).optional(),
    state: text(500).optional(),
    ...Object.fromEntries(
      fieldNames(register, isFilterable).map((name) => [`f.${name}`, z.string().max(4_000).optional()]),
    ),
  });
}

export type ListInput = Readonly<Record<string, string | number | undefined>>;

/** Throws AppError INPUT_INVALID. */
export function listQuery(register: AnyRegister, input: ListInput, secrets: Secrets): ListQuery {
  const { q, sort, after, limit, company, state } = input as {
    q?: string;
    sort: string;
    after?: string;
    limit: number;
    company?: string;
    state?: string;
  };
  const filters = Object.entries(input).flatMap(([name, written]): FieldFilter[] => {
    if (!name.startsWith('f.') || typeof written !== 'string' || written === '') return [];
    const field = name.slice(2);
    return [filterOf(field, register.fields[field] as Field, written, secrets)];
  });
  const search = q?.replaceAll('\0', '').trim() ?? '';
  return {
    search: search === '' ? null : search,
    filters,
    companyCode: company ?? null,
    states: state === undefined ? [] : state.split(','),
    sort: { by: sort.replace(/^-/, ''), descending: sort.startsWith('-') },
    after: after ?? null,
    limit,
  };
}

function filterOf(name: string, field: Field, written: string, secrets: Secrets): FieldFilter {
  const form = SPANS[field.kind];
  const bad = (): AppError => new AppError('INPUT_INVALID', { detail: `f.${name}: not a value of this field` });
  const span = form === undefined ? null : /^(.*?)\.\.(.*)$/.exec(written);
  if (form !== undefined && span !== null) {
    const [from, to] = [span[1] || null, span[2] || null];
    if ([from, to].some((end) => end !== null && !(form.test(end) && isWithin(field, end)))) throw bad();
    return { field: name, from, to };
  }
  if (field.kind === 'sealed') {
    // One at a time: a hundred guesses are a hundred looks (sealed-looks.ts).
    if (/[\0\p{Cs}]/u.test(written)) throw bad();
    return { field: name, oneOf: [secrets.blind(field.secret, written.trim().normalize('NFC').toUpperCase())] };
  }
  const oneOf = written.split(',').map((value) => value.trim().normalize('NFC'));
  if (oneOf.length > FILTER_VALUES_MAX || /[\0\p{Cs}]/u.test(written)) throw bad();
  if (form !== undefined && !oneOf.every((value) => form.test(value) && isWithin(field, value))) throw bad();
  if (field.kind === 'yes-no' && !oneOf.every((value) => value === 'true' || value === 'false')) throw bad();
  return { field: name, oneOf };
}

/** What no column of the kind could take. */
function isWithin({ kind }: Field, written: string): boolean {
  if (kind === 'integer') return Math.abs(Number(written)) < 2 ** 31;
  if (kind === 'day') return z.iso.date().safeParse(written).success;
  return kind !== 'instant' || Number(written) < Date.UTC(10_000, 0, 1);
}
