/**
 * What stands in a form while it is filled in. Numbers and coordinates are the text that was typed, so that nothing is lost while
 * it is half written; `valueOfDraft` makes a value of it, or says what is wrong. The server checks all of it again. Pure.
 */
import type { FieldDescription, RowValues } from '../../core/register-api.ts';
import type { TextKey } from '../i18n/i18n.ts';
import { chinaInput, fromChinaInput } from './china-time.ts';
import { crossesItself, type LngLat } from './plan-text.ts';

export interface PlaceDraft {
  readonly lng: string;
  readonly lat: string;
  readonly heightM: string;
}
/** As registers/field.ts has it. */
export interface FileValue {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly bytes: number;
  readonly digest: string;
}
export type ItemDraft = Readonly<Record<string, Draft>>;
/** null: nothing was chosen; of a sealed field: as it is kept. */
export type Draft =
  | string
  | boolean
  | null
  | PlaceDraft
  | readonly string[]
  | readonly FileValue[]
  | readonly LngLat[]
  | readonly ItemDraft[];
export type Drafts = Readonly<Record<string, Draft>>;

export interface Fault {
  readonly key: TextKey;
  readonly args?: Readonly<Record<string, string | number>>;
}
/** By field; of items `shifts.2.start`. */
export type Faults = Readonly<Record<string, Fault>>;

const LISTS = ['choices', 'references', 'files', 'plan', 'items'];
/** Kinds whose value an address can say. */
const WRITTEN = ['text', 'lines', 'choice', 'reference', 'day', 'instant'];
const NO_PLACE: PlaceDraft = { lng: '', lat: '', heightM: '' };

export function draftOf(field: FieldDescription, value: unknown): Draft {
  if (field.kind === 'sealed') return value === null || value === undefined ? '' : null;
  if (field.kind === 'yes-no') return typeof value === 'boolean' ? value : null;
  if (field.kind === 'items') return (asList(value) as RowValues[]).map((item) => draftsOf(field.fields ?? [], item));
  if (LISTS.includes(field.kind)) return asList(value) as Draft;
  if (field.kind === 'place') {
    const at = value as { lng: number; lat: number; heightM: number | null } | null | undefined;
    return at == null ? NO_PLACE : { lng: String(at.lng), lat: String(at.lat), heightM: String(at.heightM ?? '') };
  }
  if (value === null || value === undefined) return '';
  return field.kind === 'instant' && typeof value === 'number' ? chinaInput(value) : String(value);
}

const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

export const draftsOf = (fields: readonly FieldDescription[], values: RowValues): Drafts =>
  Object.fromEntries(fields.map((field) => [field.name, draftOf(field, values[field.name])]));

/** Of a new row, by words `v.<field>` of its address: a page that knows them has written them already. Instants are epoch ms. */
export const valuesFromQuery = (fields: readonly FieldDescription[], query: URLSearchParams): RowValues =>
  Object.fromEntries(
    fields.flatMap(({ name, kind }) => {
      const written = query.get(`v.${name}`);
      if (written === null || !WRITTEN.includes(kind)) return [];
      return [[name, kind === 'instant' ? Number(written) : written]];
    }),
  );

export interface Read {
  readonly values: Record<string, unknown>;
  readonly faults: Record<string, Fault>;
}

/** A sealed field that is kept as it is has no value here: there is nothing to send. */
export function readDrafts(fields: readonly FieldDescription[], drafts: Drafts, path = ''): Read {
  const read: Read = { values: {}, faults: {} };
  for (const field of fields) {
    const written = drafts[field.name];
    const draft = written === undefined ? draftOf(field, null) : written;
    const at = `${path}${field.name}`;
    if (field.kind === 'sealed' && draft === null) continue;
    if (field.kind === 'items') {
      const items = (draft as readonly ItemDraft[]).map((item, index) =>
        readDrafts(field.fields ?? [], item, `${at}.${index}.`),
      );
      for (const item of items) Object.assign(read.faults, item.faults);
      read.values[field.name] = items.map(({ values }) => values);
      if (field.required && items.length === 0) read.faults[at] = { key: 'wrong.required' };
      continue;
    }
    const result = valueOfDraft(field, draft);
    if ('fault' in result) read.faults[at] = result.fault;
    else read.values[field.name] = result.value;
  }
  return read;
}

type Result = { readonly value: unknown } | { readonly fault: Fault };

const fault = (key: TextKey, args?: Fault['args']): Result => ({ fault: args === undefined ? { key } : { key, args } });

export function valueOfDraft(field: FieldDescription, draft: Draft): Result {
  if (isEmpty(field, draft)) {
    // An empty list is a value of its own where a list may be empty.
    const nothing = LISTS.includes(field.kind) && field.kind !== 'plan' ? [] : null;
    return field.required ? fault('wrong.required') : { value: nothing };
  }
  switch (field.kind) {
    case 'integer':
    case 'decimal':
      return numberOf(field, String(draft).trim());
    case 'instant': {
      const atMs = fromChinaInput(String(draft));
      return atMs === null ? fault('wrong.required') : { value: atMs };
    }
    case 'place':
      return placeOf(draft as PlaceDraft);
    case 'plan':
      return planOf(draft as readonly LngLat[]);
    case 'text':
    case 'lines':
    case 'sealed':
      return textOf(field, String(draft).trim());
    default:
      return { value: draft };
  }
}

function isEmpty({ kind }: FieldDescription, draft: Draft): boolean {
  if (kind === 'place') {
    const { lng, lat, heightM } = draft as PlaceDraft;
    return lng.trim() === '' && lat.trim() === '' && heightM.trim() === '';
  }
  if (Array.isArray(draft)) return draft.length === 0;
  return draft === null || (typeof draft === 'string' && draft.trim() === '');
}

function textOf({ maxLength, pattern }: FieldDescription, text: string): Result {
  if (maxLength !== undefined && text.length > maxLength) return fault('wrong.tooLong', { n: maxLength });
  if (pattern !== undefined && !new RegExp(pattern.source).test(text)) return fault('wrong.pattern');
  return { value: text };
}

const NUMBER = /^[+-]?\d+(\.\d+)?$/;

function numberOf({ kind, min, max, digits = 0 }: FieldDescription, text: string): Result {
  if (!NUMBER.test(text)) return fault('wrong.notNumber');
  const value = Number(text);
  if (kind === 'integer' && !Number.isSafeInteger(value)) return fault('wrong.notInteger');
  if (kind === 'decimal' && (text.split('.')[1] ?? '').length > digits) return fault('wrong.digits', { n: digits });
  if (min !== undefined && value < min) return fault('wrong.tooSmall', { n: min });
  if (max !== undefined && value > max) return fault('wrong.tooLarge', { n: max });
  return { value };
}

function placeOf({ lng, lat, heightM }: PlaceDraft): Result {
  const at = { lng: degrees(lng), lat: degrees(lat), heightM: heightM.trim() === '' ? null : degrees(heightM) };
  if (!(Math.abs(at.lng) <= 180)) return fault('wrong.lng');
  if (!(Math.abs(at.lat) <= 90)) return fault('wrong.lat');
  if (Number.isNaN(at.heightM)) return fault('wrong.height');
  return { value: at };
}

const degrees = (text: string): number => (NUMBER.test(text.trim()) ? Number(text) : Number.NaN);

function planOf(corners: readonly LngLat[]): Result {
  if (corners.length < 3) return fault('wrong.corners');
  return crossesItself(corners) ? fault('wrong.crossing') : { value: corners };
}

/** Fields whose draft is not what it would be for the kept values: what nobody touched is no change, however it was rounded to be shown. */
export const touchedFields = (fields: readonly FieldDescription[], kept: RowValues, drafts: Drafts): string[] =>
  fields
    .filter((field) => JSON.stringify(drafts[field.name]) !== JSON.stringify(draftOf(field, kept[field.name])))
    .map(({ name }) => name);

export function sameValue(a: unknown, b: unknown): boolean {
  if (isNothing(a) && isNothing(b)) return true;
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

const isNothing = (value: unknown): boolean =>
  value === null || value === undefined || (Array.isArray(value) && value.length === 0);

/** Members in one order; what is absent is null. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value ?? null;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, part]) => [name, sorted(part)]),
  );
}
