/** Lists over rows that are at hand: for stores whose rows are few. The same order, pages and matches as table-store.ts gives. */

import { searchedFields } from '../../db/registers/table.ts';
import type { Field } from '../../registers/field.ts';
import type { AnyRegister } from '../../registers/register.ts';
import { readCursor, writeCursor } from './cursor.ts';
import {
  companyOf,
  type FieldFilter,
  type ListQuery,
  type RowList,
  type RowScope,
  type SealedValue,
  type StoredRow,
} from './store.ts';

export function isInScope(register: AnyRegister, row: StoredRow, { companyCode, contractorCode }: RowScope): boolean {
  if (companyCode !== null && companyOf(register, row) !== companyCode) return false;
  const { contractor } = register;
  return contractorCode === null || (contractor !== undefined && row.values[contractor] === contractorCode);
}

function fits(register: AnyRegister, scope: RowScope, query: ListQuery): (row: StoredRow) => boolean {
  const searched = searchedFields(register);
  const words = searchForm(query.search ?? '')
    .split(/\s+/)
    .filter((word) => word !== '');
  return (row) => {
    if (!isInScope(register, row, scope)) return false;
    if (query.companyCode !== null && companyOf(register, row) !== query.companyCode) return false;
    if (query.states.length > 0 && !query.states.includes(row.state ?? '')) return false;
    if (!query.filters.every((filter) => passes(register, filter, row.values[filter.field] ?? null))) return false;
    if (words.length === 0) return true;
    const text = searchForm(searched.map((name) => String(row.values[name] ?? '')).join('\n'));
    return words.every((word) => text.includes(word));
  };
}

const searchForm = (text: string): string => text.normalize('NFKC').toLowerCase();

function passes(register: AnyRegister, filter: FieldFilter, value: unknown): boolean {
  if (value === null) return false;
  const field = register.fields[filter.field] as Field;
  if ('oneOf' in filter) {
    const wanted = filter.oneOf.map((written) => typed(field, written));
    if (Array.isArray(value)) return value.some((one) => wanted.includes(one));
    return wanted.includes(field.kind === 'sealed' ? (value as SealedValue).blind : value);
  }
  const { from, to } = filter;
  return (
    (from === null || compare(value, typed(field, from)) >= 0) && (to === null || compare(value, typed(field, to)) <= 0)
  );
}

function typed({ kind }: Field, written: string): unknown {
  if (kind === 'integer' || kind === 'decimal' || kind === 'instant') return Number(written);
  return kind === 'yes-no' ? written === 'true' : written;
}

/** Texts by code points, as PostgreSQL does under C. */
function compare(a: unknown, b: unknown): number {
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return Number(a) - Number(b);
}

export function listRows(
  register: AnyRegister,
  rows: readonly StoredRow[],
  scope: RowScope,
  query: ListQuery,
): RowList {
  const { sort, limit } = query;
  const cursor = readCursor(query);
  const direction = sort.descending ? -1 : 1;
  const sortedBy = (row: StoredRow): unknown => row.values[sort.by] ?? null;
  const inOrder = (a: { value: unknown; id: string }, b: { value: unknown; id: string }): number => {
    if ((a.value === null) !== (b.value === null)) return a.value === null ? 1 : -1;
    return direction * ((a.value === null ? 0 : compare(a.value, b.value)) || compare(a.id, b.id));
  };
  const field = register.fields[sort.by] as Field;
  const placeOf = (row: StoredRow) => ({ value: sortedBy(row), id: row.id });
  const start = cursor && { value: cursor.value === null ? null : typed(field, cursor.value), id: cursor.id };
  const found = rows
    .filter(fits(register, scope, query))
    .filter((row) => start === null || inOrder(placeOf(row), start) > 0)
    .sort((a, b) => inOrder(placeOf(a), placeOf(b)));
  const last = found[limit - 1];
  if (found.length <= limit || last === undefined) return { rows: found, next: null };
  const value = sortedBy(last);
  return {
    rows: found.slice(0, limit),
    next: writeCursor(sort, { value: value === null ? null : String(value), id: last.id }),
  };
}

export const countRows = (
  register: AnyRegister,
  rows: readonly StoredRow[],
  scope: RowScope,
  query: ListQuery,
  limit: number,
): number => Math.min(limit, rows.filter(fits(register, scope, query)).length);
