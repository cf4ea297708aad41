/**
 * What a list shows, in the address: the words of the query are those of the server (core/register-api.ts), so what is asked for
 * is what stands in the link. A record's address keeps the list's query, and leads back to the same list. Pure.
 */
import { parkDay } from '../../core/park-time.ts';
import type { FieldDescription, RegisterDescription } from '../../core/register-api.ts';
import type { Place } from '../app/place.ts';
import { chinaDaySpan } from './china-time.ts';

export const REGISTERS = 'registers';
const LIST_WORDS = ['q', 'sort', 'company', 'state'] as const;

export type RecordTab = 'data' | 'history';
export type RegisterView =
  | { readonly is: 'list' }
  | { readonly is: 'new' }
  | { readonly is: 'import' }
  | { readonly is: 'record'; readonly id: string; readonly tab: RecordTab; readonly edits: boolean };

/** null: the address names no register. */
export function viewOf({ parts, query }: Place): { readonly register: string; readonly view: RegisterView } | null {
  const [register, id] = parts;
  if (register === undefined) return null;
  const act = query.get('do');
  if (id === undefined) return { register, view: { is: act === 'new' || act === 'import' ? act : 'list' } };
  const tab = query.get('tab') === 'history' ? 'history' : 'data';
  return { register, view: { is: 'record', id, tab, edits: act === 'edit' } };
}

/** `list`: the query of the list that one comes from and goes back to. */
export function placeOf(register: string, view: RegisterView, list: URLSearchParams): Place {
  const query = listQuery(list);
  if (view.is === 'new' || view.is === 'import') query.set('do', view.is);
  if (view.is === 'record' && view.edits) query.set('do', 'edit');
  if (view.is === 'record' && view.tab !== 'data') query.set('tab', view.tab);
  return { page: REGISTERS, parts: view.is === 'record' ? [register, view.id] : [register], query };
}

/** The part that the server is asked with, in a steady order. */
export function listQuery(query: URLSearchParams): URLSearchParams {
  const list = new URLSearchParams();
  const names = [...LIST_WORDS, ...[...query.keys()].filter((name) => name.startsWith('f.')).sort()];
  for (const name of names) {
    const value = query.get(name);
    if (value !== null && value !== '') list.set(name, value);
  }
  return list;
}

export const isFiltered = (query: URLSearchParams): boolean =>
  [...listQuery(query).keys()].some((name) => name !== 'sort');

/** '' takes it away. */
export function withWord(query: URLSearchParams, name: string, value: string): URLSearchParams {
  const next = listQuery(query);
  if (value === '') next.delete(name);
  else next.set(name, value);
  return next;
}

export const unfiltered = (query: URLSearchParams): URLSearchParams => {
  const next = new URLSearchParams();
  const sort = query.get('sort');
  if (sort !== null) next.set('sort', sort);
  return next;
};

export interface Sort {
  readonly by: string;
  readonly descending: boolean;
}

export function sortOf(query: URLSearchParams, { sort }: Pick<RegisterDescription, 'sort'>): Sort {
  const word = query.get('sort') ?? sort;
  return { by: word.replace(/^-/, ''), descending: word.startsWith('-') };
}

/** Of a press on a heading: ascending first, then the other way about. */
export const sortWord = (now: Sort, by: string): string => (now.by === by && !now.descending ? `-${by}` : by);

export const chosenOf = (query: URLSearchParams, name: string): readonly string[] =>
  (query.get(name) ?? '').split(',').filter((value) => value !== '');

export interface SpanTexts {
  readonly from: string;
  readonly to: string;
}

const asDay = (ms: string): string => (/^\d+$/.test(ms) ? parkDay(Number(ms)) : ms);

/** As two inputs show it: instants by their day. */
export function spanOf(query: URLSearchParams, field: Pick<FieldDescription, 'name' | 'kind'>): SpanTexts {
  const word = query.get(`f.${field.name}`) ?? '';
  const at = word.indexOf('..');
  const [from, to] = at < 0 ? [word, word] : [word.slice(0, at), word.slice(at + 2)];
  return field.kind === 'instant' ? { from: asDay(from), to: asDay(to) } : { from, to };
}

/** '' for nothing; whole days of instants. */
export function spanWord({ kind }: Pick<FieldDescription, 'kind'>, { from, to }: SpanTexts): string {
  if (from === '' && to === '') return '';
  if (kind !== 'instant') return `${from}..${to}`;
  return `${chinaDaySpan(from)?.fromMs ?? ''}..${chinaDaySpan(to)?.toMs ?? ''}`;
}
