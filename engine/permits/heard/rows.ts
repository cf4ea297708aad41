/** Rows of one register as the log told them, by id; whoever indexes them is told of each that comes and goes. */
import type { HeardRow, HeardRowsBody } from '../../../stream/protocol/permits.ts';

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
  readonly #rows = new Map<string, StandingRow>();
  readonly #counts = new Map<string, number>();
  /** Telling that was told to its end. */
  #complete = 0;

  constructor(index: RowIndex) {
    this.#index = index;
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

  /** Ascending by id: the same however it was filled. */
  save(): readonly unknown[] {
    const rows = [...this.#rows.values()].sort((a, b) => Number(a.rowId) - Number(b.rowId));
    return [
      this.#index.register,
      this.#complete,
      rows.map(({ rowId, companyCode, key, version, state, createdAtMs, telling, values }) => [
        rowId,
        companyCode,
        key,
        version,
        state,
        createdAtMs,
        telling,
        values,
      ]),
    ];
  }

  load([, complete, rows]: SavedRows): void {
    this.#complete = complete;
    for (const [rowId, companyCode, key, version, state, createdAtMs, telling, values] of rows) {
      this.#add({ rowId, companyCode, key, version, state, createdAtMs, telling, values });
    }
  }
}

export type SavedRows = [
  string,
  number,
  [string, string, string, number, string | null, number, number, Readonly<Record<string, unknown>>][],
];

/** The same version says the same, unless other fields are declared now. */
const isSameRow = (a: StandingRow, b: StandingRow): boolean =>
  a.version === b.version && (a.telling === b.telling || JSON.stringify(a.values) === JSON.stringify(b.values));

/** A text of a row; null where the field holds none. */
export function textOf({ values }: StandingRow, field: string): string | null {
  const value = values[field];
  return typeof value === 'string' && value !== '' ? value : null;
}

/** What several rows share, by key: rows in order of their ids. */
export class RowsBy {
  readonly #rows = new Map<string, StandingRow[]>();

  put(key: string, row: StandingRow): void {
    const rows = this.#rows.get(key);
    if (rows === undefined) this.#rows.set(key, [row]);
    else rows.splice(placeOf(rows, row), 0, row);
  }

  drop(key: string, row: StandingRow): void {
    const rest = (this.#rows.get(key) ?? []).filter(({ rowId }) => rowId !== row.rowId);
    if (rest.length === 0) this.#rows.delete(key);
    else this.#rows.set(key, rest);
  }

  of(key: string): readonly StandingRow[] {
    return this.#rows.get(key) ?? [];
  }
}

function placeOf(rows: readonly StandingRow[], { rowId }: StandingRow): number {
  if (Number(rows.at(-1)?.rowId) < Number(rowId)) return rows.length;
  const at = rows.findIndex((other) => Number(other.rowId) > Number(rowId));
  return at === -1 ? rows.length : at;
}
