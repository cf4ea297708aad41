/**
 * What keeps the rows of a register. Implementations: table-store.ts (a table made from the declaration), setting-store.ts
 * (settings that the engine runs), and stores by hand for what has tables of its own (users, people, credentials ...), composed
 * in server/roles/admin.ts. All run test/contract/register-store.ts. A store judges no rights: the desk (desk.ts) did. Reads
 * take a scope; there is no way to ask without one.
 */
import type { Pool, PoolClient, Queryable } from '../../db/pool.ts';
import type { AnyRegister } from '../../registers/register.ts';

/** Rows that the reader may know: of one company, of one contractor unit, or all (both null). */
export interface RowScope {
  readonly companyCode: string | null;
  readonly contractorCode: string | null;
}

/** Of a sealed field: as security/gm.ts seals it, and the blind index (security/blind-index.ts) that finds it again. */
export interface SealedValue {
  readonly sealed: string;
  readonly blind: string;
}

/** Values by field, as in registers/field.ts; sealed ones as SealedValue; null: nothing there. */
export type StoredValues = Readonly<Record<string, unknown>>;

export interface StoredRow {
  readonly id: string;
  /** Grows by one with each change. */
  readonly version: number;
  readonly companyCode: string | null;
  readonly state: string | null;
  readonly values: StoredValues;
  readonly createdAtMs: number;
  readonly createdBy: string;
  readonly updatedAtMs: number;
  readonly updatedBy: string;
  readonly fromVendor: readonly string[];
  readonly running: { readonly version: number; readonly problem: string | null } | null;
}

/** Whose the row is, or whom it is about where rows belong to none; null: the park. */
export const companyOf = ({ company }: AnyRegister, { companyCode, values }: StoredRow): string | null =>
  company === undefined ? companyCode : String(values[company]);

/** Equal to one of several (of sealed fields: blind indexes), or within a span, ends included, either of them open. */
export type FieldFilter =
  | { readonly field: string; readonly oneOf: readonly string[] }
  | { readonly field: string; readonly from: string | null; readonly to: string | null };

export interface ListQuery {
  /** Of the search box; null: everything. */
  readonly search: string | null;
  readonly filters: readonly FieldFilter[];
  /** For readers of all companies: one of them. */
  readonly companyCode: string | null;
  readonly states: readonly string[];
  readonly sort: { readonly by: string; readonly descending: boolean };
  /** Opaque; of the page before. */
  readonly after: string | null;
  readonly limit: number;
}

export interface RowList {
  readonly rows: readonly StoredRow[];
  readonly next: string | null;
}

export interface NewRow {
  readonly companyCode: string | null;
  readonly state: string | null;
  readonly values: StoredValues;
  /** Default: none. */
  readonly fromVendor?: readonly string[];
}

export interface RowUpdate {
  readonly id: string;
  readonly version: number;
  /** Those that change. */
  readonly values: StoredValues;
  readonly state?: string;
  /** Default: as it was, but for the fields that change, which are the page's from now on. */
  readonly fromVendor?: readonly string[];
}

/** Who changed it, when, and in the history as what. */
export interface Authorship {
  readonly userId: string;
  readonly userName: string;
  readonly atMs: number;
  /** `create`, `update`, `remove`, `import`, or a move's name. */
  readonly act: string;
  readonly reason: string | null;
}

export interface StoredChange {
  readonly version: number;
  readonly atMs: number;
  readonly by: string;
  readonly act: string;
  readonly reason: string | null;
  /** null: there was none, there is none. */
  readonly before: StoredValues | null;
  readonly after: StoredValues | null;
}

/**
 * Writes happen inside the caller's transaction, with their history, and what the engine is to hear goes to the outbox there.
 * They throw AppError CONFLICT (another version holds, or another standing row has that key), NOT_FOUND, INPUT_INVALID
 * (something that only the store knows), DATABASE_UNAVAILABLE.
 */
export interface RegisterStore {
  list(db: Queryable, scope: RowScope, query: ListQuery): Promise<RowList>;
  /** Up to `limit`. */
  count(db: Queryable, scope: RowScope, query: ListQuery, limit: number): Promise<number>;
  get(db: Queryable, scope: RowScope, id: string): Promise<StoredRow | null>;
  /** Standing rows by key, of these companies; null: of a register whose rows belong to none. For references and imports. */
  byKeys(db: Queryable, companyCodes: readonly string[] | null, keys: readonly string[]): Promise<readonly StoredRow[]>;
  /** In the order of `rows`. */
  insert(client: PoolClient, rows: readonly NewRow[], by: Authorship): Promise<readonly StoredRow[]>;
  /** In the order of `changes`. */
  update(client: PoolClient, changes: readonly RowUpdate[], by: Authorship): Promise<readonly StoredRow[]>;
  remove(client: PoolClient, id: string, version: number, by: Authorship): Promise<void>;
  /** Newest first. */
  history(db: Queryable, id: string): Promise<readonly StoredChange[]>;
  /** After the commit of a write, for rows that somebody else writes: the row as it comes out, waited for within bounds. */
  settle?(db: Pool, row: StoredRow): Promise<StoredRow>;
  /** What a value is sealed for, where values were sealed before there was a register of them; else secret.ts says. */
  sealContext?(companyCode: string | null, key: string, field: string): string;
}
