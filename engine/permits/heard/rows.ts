/** Rows of one register as the log told them, by id; whoever indexes them is told of each that comes and goes. */

import type { HeardRow, HeardRowsBody } from '../../../stream/protocol/permits.ts';
import type { PackedChunk } from '../../packed.ts';
import { PackedMap } from '../../packed-map.ts';

/** A row that stands. */
export interface StandingRow extends HeardRow {
  readonly values: Readonly<Record<string, unknown>>;
  /** Telling in full that it belongs to. */
  readonly telling: number;
}

/** What is made of the rows of one register. */
export interface RowIndex {
  readonly register: string;
  put(row: StandingRow): void;
  drop(row: StandingRow): void;
  /** Whether rules still ask for it; absent: always. */
  keeps?(row: StandingRow, nowMs: number): boolean;
}

/**
 * Of one company in one register; beyond them rows are not taken. A supplier that makes up a worker a second would else fill the memory;
 * whoever is not taken is not identifiable, and said to be so.
 */
export const ROWS_MAX = 50_000;

export class RegisterRows {
  readonly #index: RowIndex;
  readonly #rows: PackedMap<StandingRow>;
  readonly #counts = new Map<string, number>();
  #complete = 0;

  constructor(index: RowIndex) {
    this.#index = index;
    this.#rows = new PackedMap((row) => savedRow(index.register, row));
  }

  get size(): number {
    return this.#rows.size;
  }

  /** `changed` takes the rows about which something new was said, as they were and as they are. */
  take({ rows, telling, isComplete }: HeardRowsBody, nowMs: number, changed: (row: StandingRow) => void): void {
    for (const row of rows) this.#takeRow(row, telling, nowMs, changed);
    if (!isComplete || this.#complete === telling) return;
    this.#complete = telling;
    for (const row of [...this.#rows.values()]) {
      if (row.telling === telling) continue;
      this.#remove(row);
      changed(row);
    }
  }

  /** Rows that rules ask for no more. */
  tidy(nowMs: number): void {
    if (this.#index.keeps === undefined) return;
    for (const row of [...this.#rows.values()]) if (!this.#index.keeps(row, nowMs)) this.#remove(row);
  }

  #takeRow(row: HeardRow, telling: number, nowMs: number, changed: (row: StandingRow) => void): void {
    const before = this.#rows.get(row.rowId);
    const { values } = row;
    const next = values === null ? null : { ...row, values, telling };
    if (before !== undefined) {
      if (next !== null && isSameRow(before, next)) {
        this.#rows.set(row.rowId, next);
        return;
      }
      this.#remove(before);
      changed(before);
    }
    if (next === null || this.#index.keeps?.(next, nowMs) === false) return;
    const count = this.#counts.get(next.companyCode) ?? 0;
    if (count >= ROWS_MAX) return;
    this.#add(next);
    changed(next);
  }

  #add(row: StandingRow): void {
    this.#rows.set(row.rowId, row);
    this.#counts.set(row.companyCode, (this.#counts.get(row.companyCode) ?? 0) + 1);
    this.#index.put(row);
  }

  #remove(row: StandingRow): void {
    this.#index.drop(row);
    this.#rows.delete(row.rowId);
    this.#counts.set(row.companyCode, (this.#counts.get(row.companyCode) ?? 1) - 1);
  }

  /** Telling that was told to its end. */
  get complete(): number {
    return this.#complete;
  }

  /** All rows, as loadRow() takes them. */
  packed(): Generator<PackedChunk> {
    return this.#rows.packed();
  }

  loadComplete(complete: number): void {
    this.#complete = complete;
  }

  loadRow([, rowId, companyCode, key, version, state, createdAtMs, telling, values]: SavedRow): void {
    this.#add({ rowId, companyCode, key, version, state, createdAtMs, telling, values });
  }
}

export type SavedRow = [
  register: string,
  rowId: string,
  companyCode: string,
  key: string,
  version: number,
  state: string | null,
  createdAtMs: number,
  telling: number,
  values: Readonly<Record<string, unknown>>,
];

const savedRow = (
  register: string,
  { rowId, companyCode, key, version, state, createdAtMs, telling, values }: StandingRow,
): SavedRow => [register, rowId, companyCode, key, version, state, createdAtMs, telling, values];

/** The same version says the same, unless other fields are declared now. */
const isSameRow = (a: StandingRow, b: StandingRow): boolean =>
  a.version === b.version && (a.telling === b.telling || JSON.stringify(a.values) === JSON.stringify(b.values));

/** A text of a row; null where the field holds none. */
export function textOf({ values }: StandingRow, field: string): string | null {
  const value = values[field];
  return typeof value === 'string' && value !== '' ? value : null;
}

/**
 * What several rows share, by key. `max`: where more share it, it names none of them; a supplier's placeholder (one ID number for
 * thousands) would else cost as much at each of them.
 */
export class RowsBy {
  readonly #rows = new Map<string, Map<string, StandingRow>>();
  readonly #max: number;

  constructor(max = Number.POSITIVE_INFINITY) {
    this.#max = max;
  }

  put(key: string, row: StandingRow): void {
    const rows = this.#rows.get(key);
    if (rows === undefined) this.#rows.set(key, new Map([[row.rowId, row]]));
    else rows.set(row.rowId, row);
  }

  drop(key: string, row: StandingRow): void {
    const rows = this.#rows.get(key);
    if (rows?.delete(row.rowId) === true && rows.size === 0) this.#rows.delete(key);
  }

  /** In order of their ids. */
  of(key: string): readonly StandingRow[] {
    const rows = this.#rows.get(key);
    if (rows === undefined || rows.size > this.#max) return [];
    const found = [...rows.values()];
    return found.length === 1 ? found : found.sort((a, b) => Number(a.rowId) - Number(b.rowId));
  }
}

/** So many share a name, a number or an identity at most. */
export const SHARED_MAX = 100;
