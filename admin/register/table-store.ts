/**
 * Rows of a register in the table made from its declaration (db/registers/table.ts). Lists are read in two parts, rows with a
 * value to sort by and then those without, so that each part is one range of one index. Many rows are written by one statement.
 */

import { sql } from 'drizzle-orm';
import { getTableConfig, PgDialect } from 'drizzle-orm/pg-core';
import { AppError } from '../../core/errors.ts';
import { type PoolClient, type Queryable, queryPrepared, queryRows, sqlState } from '../../db/pool.ts';
import { changedValues, insertChanges, readChanges } from '../../db/registers/changes.ts';
import { blindName, columnName, readExpression, registerTable, searchOf } from '../../db/registers/table.ts';
import { Where } from '../../db/where.ts';
import type { Field } from '../../registers/field.ts';
import type { AnyRegister } from '../../registers/register.ts';
import { cursorUnfit, readCursor, writeCursor } from './cursor.ts';
import type {
  Authorship,
  ListQuery,
  NewRow,
  RegisterStore,
  RowList,
  RowScope,
  RowUpdate,
  SealedValue,
  StoredChange,
  StoredRow,
  StoredValues,
} from './store.ts';

const UNIQUE_VIOLATION = '23505';
const FOREIGN_KEY_VIOLATION = '23503';
/** Class 22: a value that is none of its type. */
const isDataError = (error: unknown): boolean => sqlState(error)?.startsWith('22') === true;
const ID_FORM = /^\d{1,18}$/;
const SEARCH_WORDS_MAX = 5;

/** As a statement gives it back, before `shapeRow`. */
interface RawRow {
  readonly id: string;
  readonly version: number;
  readonly companyCode: string | null;
  readonly state: string | null;
  readonly createdAtMs: number;
  readonly createdBy: string;
  readonly updatedAtMs: number;
  readonly updatedBy: string;
  readonly fromVendor: string[];
  readonly [field: `field:${string}`]: unknown;
}

export class TableStore implements RegisterStore {
  readonly #register: AnyRegister;
  readonly #fields: readonly (readonly [string, Field])[];
  /** As `#select` calls each field. */
  readonly #named: readonly (readonly [name: string, column: `field:${string}`])[];
  readonly #table: string;
  /** Says whose a row is (companyOf). */
  readonly #company: string;
  readonly #types: ReadonlyMap<string, string>;
  readonly #select: string;
  /** The text that the search box looks into; null: it looks into nothing. */
  readonly #searched: string | null;

  constructor(register: AnyRegister) {
    this.#register = register;
    this.#fields = Object.entries<Field>(register.fields);
    this.#named = this.#fields.map(([name]) => [name, `field:${name}`]);
    const { name, columns } = getTableConfig(registerTable(register));
    this.#table = `"${name}"`;
    this.#company = `t."${register.company === undefined ? 'company_code' : columnName(register.company)}"`;
    this.#types = new Map(columns.map((column) => [column.name, column.getSQLType()]));
    this.#select = [
      `t.id::text AS id, t.version, t.company_code AS "companyCode", t.state`,
      `(extract(epoch FROM t.created_at) * 1000)::bigint AS "createdAtMs", t.created_by AS "createdBy"`,
      `(extract(epoch FROM t.updated_at) * 1000)::bigint AS "updatedAtMs", t.updated_by AS "updatedBy"`,
      `t.from_vendor AS "fromVendor"`,
      ...this.#fields.map(([field, { kind }]) => `${readExpression(field, kind)} AS "field:${field}"`),
    ].join(', ');
    const searched = searchOf(register, (field) => sql.raw(`t."${columnName(field)}"`));
    this.#searched = searched === null ? null : new PgDialect().sqlToQuery(searched).sql;
  }

  async list(db: Queryable, scope: RowScope, query: ListQuery): Promise<RowList> {
    const { sort, limit } = query;
    const cursor = readCursor(query);
    const column = `t."${columnName(sort.by)}"`;
    const type = this.#types.get(columnName(sort.by)) ?? 'text';
    const [order, beyond] = sort.descending ? ['DESC', '<'] : ['ASC', '>'];
    type Found = RawRow & { readonly sortedBy: string | null };
    const read = (part: string, orderBy: string, room: number, where: Where): Promise<Found[]> =>
      queryRows<Found>(
        db,
        `SELECT ${this.#select}, ${column}::text AS "sortedBy" FROM ${this.#table} t
         WHERE ${[...where.clauses, part].join(' AND ')} ORDER BY ${orderBy} LIMIT ${where.of(room)}`,
        where.values,
      );
    const rows: Found[] = [];
    try {
      if (cursor === null || cursor.value !== null) {
        const where = this.#where(scope, query);
        const after =
          cursor === null
            ? ''
            : ` AND (${column}, t.id) ${beyond} (${where.of(cursor.value)}::${type}, ${where.of(cursor.id)}::bigint)`;
        rows.push(
          ...(await read(`${column} IS NOT NULL${after}`, `${column} ${order}, t.id ${order}`, limit + 1, where)),
        );
      }
      if (rows.length <= limit) {
        const where = this.#where(scope, query);
        const after = cursor?.value === null ? ` AND t.id ${beyond} ${where.of(cursor.id)}::bigint` : '';
        rows.push(...(await read(`${column} IS NULL${after}`, `t.id ${order}`, limit + 1 - rows.length, where)));
      }
    } catch (error) {
      // Filters were checked by whoever asks; what else comes from outside is the cursor.
      throw cursor !== null && isDataError(error) ? cursorUnfit(error) : error;
    }
    const last = rows[limit - 1];
    const next =
      rows.length > limit && last !== undefined ? writeCursor(sort, { value: last.sortedBy, id: last.id }) : null;
    return { rows: rows.slice(0, limit).map((row) => this.#shape(row)), next };
  }

  async count(db: Queryable, scope: RowScope, query: ListQuery, limit: number): Promise<number> {
    const where = this.#where(scope, query);
    const [row] = await queryRows<{ count: number }>(
      db,
      `SELECT count(*) AS count FROM (
         SELECT FROM ${this.#table} t WHERE ${where.clauses.join(' AND ')} LIMIT ${where.of(limit)}) s`,
      where.values,
    );
    return row?.count ?? 0;
  }

  async get(db: Queryable, scope: RowScope, id: string): Promise<StoredRow | null> {
    if (!ID_FORM.test(id)) return null;
    const where = this.#scoped(scope);
    where.add(`t.id = ${where.of(id)}::bigint`);
    const [row] = await this.#rows(db, where);
    return row ?? null;
  }

  byKeys(db: Queryable, companyCodes: readonly string[] | null, keys: readonly string[]): Promise<StoredRow[]> {
    const where = this.#scoped({ companyCode: null, contractorCode: null });
    const { scope, key } = this.#register;
    if (scope === 'company') where.add(`t.company_code = ANY (${where.of(companyCodes ?? [])}::text[])`);
    where.add(`t."${columnName(key)}"::text = ANY (${where.of(keys)}::text[])`);
    return this.#rows(db, where);
  }

  async insert(client: PoolClient, rows: readonly NewRow[], by: Authorship): Promise<readonly StoredRow[]> {
    const at = new Date(by.atMs);
    const columns = [...this.#fieldColumns(), 'company_code', 'state', 'from_vendor'];
    const written = rows.map(({ companyCode, state, values, fromVendor = [] }, nth) => ({
      '#': nth,
      ...this.#record(values),
      company_code: companyCode,
      state,
      from_vendor: fromVendor,
    }));
    const kept = await this.#write(
      client,
      `INSERT INTO ${this.#table} AS t (${columns.map(quoted).join(', ')}, version, created_at, created_by, updated_at, updated_by)
       SELECT ${columns.map((column) => `r.${quoted(column)}`).join(', ')}, 1, $2, $3, $2, $3
       FROM jsonb_to_recordset($1::jsonb) AS r ("#" integer, ${this.#definitions(columns)}) ORDER BY r."#"
       RETURNING ${this.#select}`,
      [JSON.stringify(written), at, by.userName],
    );
    // Ids are given in the order of the rows.
    const stored = kept.sort((a, b) => Number(a.id) - Number(b.id));
    const changes = stored.map((row) => ({ rowId: row.id, version: 1, before: null, after: withState(row) }));
    await insertChanges(client, this.#register.name, changes, by);
    return stored;
  }

  async update(client: PoolClient, changes: readonly RowUpdate[], by: Authorship): Promise<readonly StoredRow[]> {
    const before = await this.#lock(client, changes);
    const columns = [...this.#fieldColumns(), 'state', 'from_vendor'];
    const written = changes.map(({ id, values, state, fromVendor }) => {
      const old = before.get(id) as StoredRow;
      return {
        id,
        ...this.#record({ ...old.values, ...values }),
        state: state ?? old.state,
        from_vendor: fromVendor ?? old.fromVendor.filter((field) => !Object.hasOwn(values, field)),
      };
    });
    const kept = await this.#write(
      client,
      `UPDATE ${this.#table} AS t SET version = t.version + 1, updated_at = $2, updated_by = $3,
         ${columns.map((column) => `${quoted(column)} = r.${quoted(column)}`).join(', ')}
       FROM jsonb_to_recordset($1::jsonb) AS r (id bigint, ${this.#definitions(columns)}) WHERE t.id = r.id
       RETURNING ${this.#select}`,
      [JSON.stringify(written), new Date(by.atMs), by.userName],
    );
    const after = new Map(kept.map((row) => [row.id, row]));
    const stored = changes.map(({ id }) => after.get(id) as StoredRow);
    const told = stored.map((row) => {
      const differs = changedValues(withState(before.get(row.id) as StoredRow), withState(row));
      return { rowId: row.id, version: row.version, ...(differs ?? { before: {}, after: {} }) };
    });
    await insertChanges(client, this.#register.name, told, by);
    return stored;
  }

  async remove(client: PoolClient, id: string, version: number, by: Authorship): Promise<void> {
    const before = await this.#lock(client, [{ id, version }]);
    await queryRows(
      client,
      `UPDATE ${this.#table} SET removed_at = $2, version = version + 1, updated_at = $2, updated_by = $3 WHERE id = $1`,
      [id, new Date(by.atMs), by.userName],
    );
    const change = { rowId: id, version: version + 1, before: withState(before.get(id) as StoredRow), after: null };
    await insertChanges(client, this.#register.name, [change], by);
  }

  history(db: Queryable, id: string): Promise<StoredChange[]> {
    return readChanges(db, this.#register.name, id);
  }

  /** Holds the rows until the transaction ends. Throws NOT_FOUND, CONFLICT. */
  async #lock(
    client: PoolClient,
    wanted: readonly { readonly id: string; readonly version: number }[],
  ): Promise<Map<string, StoredRow>> {
    const ids = wanted.map(({ id }) => id).filter((id) => ID_FORM.test(id));
    const where = this.#scoped({ companyCode: null, contractorCode: null });
    where.add(`t.id = ANY (${where.of(ids)}::bigint[])`);
    const found = new Map((await this.#rows(client, where, 'ORDER BY t.id FOR UPDATE')).map((row) => [row.id, row]));
    for (const { id, version } of wanted) {
      const row = found.get(id);
      if (row === undefined) throw new AppError('NOT_FOUND', { detail: `${this.#register.name} ${id}` });
      if (row.version !== version) {
        throw new AppError('CONFLICT', { detail: `version ${row.version} holds, by ${row.updatedBy}` });
      }
    }
    return found;
  }

  async #rows(db: Queryable, where: Where, rest = ''): Promise<StoredRow[]> {
    const text = `SELECT ${this.#select} FROM ${this.#table} t WHERE ${where.clauses.join(' AND ')} ${rest}`;
    return (await queryPrepared<RawRow>(db, text, where.values)).map((row) => this.#shape(row));
  }

  async #write(client: PoolClient, text: string, values: readonly unknown[]): Promise<StoredRow[]> {
    try {
      return (await queryPrepared<RawRow>(client, text, values)).map((row) => this.#shape(row));
    } catch (error) {
      const { detail = '' } = error as { detail?: string };
      if (sqlState(error) === UNIQUE_VIOLATION)
        throw new AppError('CONFLICT', { detail: this.#taken(detail), cause: error });
      if (sqlState(error) === FOREIGN_KEY_VIOLATION)
        throw new AppError('INPUT_INVALID', { detail: 'companyCode: no such company', cause: error });
      throw error;
    }
  }

  /** PostgreSQL says `Key (company_code, code)=(…, …) already exists.` A sealed value is not repeated. */
  #taken(detail: string): string {
    const columns = /^Key \(([^)]*)\)=/.exec(detail)?.[1]?.split(', ') ?? [];
    const field = this.#fields.find(
      ([name]) => columns.includes(columnName(name)) || columns.includes(blindName(name)),
    );
    return `${field?.[0] ?? this.#register.key}: another row has it`;
  }

  #scoped({ companyCode, contractorCode }: RowScope): Where {
    const where = new Where();
    where.add('t.removed_at IS NULL');
    if (companyCode !== null) where.add(`${this.#company} = ${where.of(companyCode)}`);
    if (contractorCode !== null) {
      const { contractor } = this.#register;
      where.add(contractor === undefined ? 'false' : `t."${columnName(contractor)}" = ${where.of(contractorCode)}`);
    }
    return where;
  }

  #where(scope: RowScope, { search, filters, companyCode, states }: ListQuery): Where {
    const where = this.#scoped(scope);
    if (companyCode !== null) where.add(`${this.#company} = ${where.of(companyCode)}`);
    if (states.length > 0) where.add(`t.state = ANY (${where.of(states)}::text[])`);
    for (const filter of filters) {
      const field = this.#register.fields[filter.field] as Field | undefined;
      if (field === undefined) throw new Error(`register ${this.#register.name} has no field ${filter.field}`);
      const name = field.kind === 'sealed' ? blindName(filter.field) : columnName(filter.field);
      const type = this.#types.get(name) ?? 'text';
      if ('oneOf' in filter) {
        const values = where.of(filter.oneOf.map((value) => boundOf(field, value)));
        where.add(
          type.endsWith('[]') ? `t."${name}" && ${values}::${type}` : `t."${name}" = ANY (${values}::${type}[])`,
        );
      } else {
        if (filter.from !== null) where.add(`t."${name}" >= ${where.of(boundOf(field, filter.from))}::${type}`);
        if (filter.to !== null) where.add(`t."${name}" <= ${where.of(boundOf(field, filter.to))}::${type}`);
      }
    }
    if (search !== null) this.#addSearch(where, search);
    return where;
  }

  /** Every word has to be there. The index knows pairs of characters; the comparison of the whole word has the last word. */
  #addSearch(where: Where, search: string): void {
    const searched = this.#searched;
    // A word said twice would count twice for the planner, who would take the rows for few.
    const words = [...new Set(search.split(/\s+/))].filter((word) => word !== '');
    if (searched === null && words.length > 0) where.add('false');
    for (const word of searched === null ? [] : words.slice(0, SEARCH_WORDS_MAX)) {
      const wanted = `search_form(${where.of(word)}::text)`;
      if (word.length > 1 || word > '\x7f') where.add(`bigrams(${searched}) @> bigrams_sought(${wanted})`);
      where.add(`strpos(${searched}, ${wanted}) > 0`);
    }
  }

  #fieldColumns(): string[] {
    return this.#fields.flatMap(([name, { kind }]) =>
      kind === 'sealed' ? [columnName(name), blindName(name)] : [columnName(name)],
    );
  }

  #definitions(columns: readonly string[]): string {
    return columns.map((column) => `${quoted(column)} ${this.#types.get(column) ?? 'text'}`).join(', ');
  }

  /** By column, as jsonb_to_recordset takes it. */
  #record(values: StoredValues): Record<string, unknown> {
    const record: Record<string, unknown> = {};
    for (const [name, { kind }] of this.#fields) {
      const value = values[name] ?? null;
      if (kind === 'sealed') {
        const { sealed = null, blind = null } = (value as SealedValue | null) ?? {};
        record[columnName(name)] = sealed;
        record[blindName(name)] = blind;
      } else record[columnName(name)] = kind === 'instant' && value !== null ? new Date(value as number) : value;
    }
    return record;
  }

  #shape(row: RawRow): StoredRow {
    const { id, version, companyCode, state, createdAtMs, createdBy, updatedAtMs, updatedBy, fromVendor } = row;
    const values: Record<string, unknown> = {};
    for (const [name, column] of this.#named) values[name] = row[column] ?? null;
    const base = { id, version, companyCode, state, createdAtMs, createdBy, updatedAtMs, updatedBy, fromVendor };
    return { ...base, values, running: null };
  }
}

const quoted = (name: string): string => `"${name}"`;
const withState = ({ values, state }: StoredRow): StoredValues => (state === null ? values : { ...values, state });
const boundOf = ({ kind }: Field, written: string): unknown =>
  kind === 'instant' ? new Date(Number(written)) : written;
