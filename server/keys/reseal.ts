/**
 * Brings every sealed value of the database under the current master key, with its blind index, in small transactions: it may
 * end at any moment and begin again. A value that somebody changes meanwhile is left to the next pass.
 */
import { type Pool, queryRows, withTransaction } from '../../db/pool.ts';
import type { BlindIndex } from '../../security/blind-index.ts';
import type { Sealer } from '../../security/gm.ts';
import type { SealedFor, SealedRow, SealedTable } from './sealed-columns.ts';

const BATCH = 500;
const SEALED = /^v1\.([0-9a-f]{16})\.[A-Za-z0-9_-]+$/;

export interface KeyUse {
  readonly table: string;
  readonly keyId: string;
  readonly values: number;
}

export interface Resealed {
  readonly table: string;
  readonly values: number;
  /** Values that open under no key of the file, or belong to another row: left as they are. */
  readonly unreadable: number;
}

/** How many values of each table each key has. */
export async function readKeyUses(pool: Pool, tables: readonly SealedTable[]): Promise<KeyUse[]> {
  const uses: KeyUse[] = [];
  for (const { table, name, columns, where } of tables) {
    const counted = columns.map(
      ({ name: column }) =>
        `SELECT m[1] AS key FROM "${table}" t, regexp_matches(t."${column}"::text, 'v1\\.([0-9a-f]{16})\\.', 'g') AS m
         ${where === undefined ? '' : `WHERE ${where}`}`,
    );
    const rows = await queryRows<{ key: string; count: number }>(
      pool,
      `SELECT key, count(*) AS count FROM (${counted.join(' UNION ALL ')}) AS found GROUP BY key ORDER BY key`,
    );
    uses.push(...rows.map(({ key, count }) => ({ table: name, keyId: key, values: count })));
  }
  return uses;
}

export interface ResealOptions {
  readonly pool: Pool;
  readonly tables: readonly SealedTable[];
  readonly sealer: Sealer;
  readonly blindIndex: BlindIndex;
  readonly currentKeyId: string;
  /** After each batch. */
  readonly onProgress?: (table: string, values: number) => void;
  readonly signal?: AbortSignal;
}

/** Throws AppError DATABASE_UNAVAILABLE; what was done stays done. */
export async function reseal(options: ResealOptions): Promise<Resealed[]> {
  const done: Resealed[] = [];
  for (const table of options.tables) done.push(await resealTable(options, table));
  return done;
}

async function resealTable(options: ResealOptions, table: SealedTable): Promise<Resealed> {
  let values = 0;
  let unreadable = 0;
  let after: readonly unknown[] | null = null;
  while (options.signal?.aborted !== true) {
    const batch: Batch = await resealBatch(options, table, after);
    values += batch.values;
    unreadable += batch.unreadable;
    if (batch.last === null) break;
    options.onProgress?.(table.name, values);
    after = batch.last;
  }
  return { table: table.name, values, unreadable };
}

interface Batch {
  readonly values: number;
  readonly unreadable: number;
  /** Key of its last row; null: there was none. */
  readonly last: readonly unknown[] | null;
}

type Row = Readonly<Record<string, unknown>>;

function resealBatch(options: ResealOptions, table: SealedTable, after: readonly unknown[] | null): Promise<Batch> {
  return withTransaction(options.pool, async (client) => {
    const rows = await queryRows<Row>(client, selectOf(table, options.currentKeyId, after), after ?? []);
    const changes = rows.map((row) => changeOf(options, table, row));
    const changed = changes.filter((change) => change.values > 0);
    if (changed.length > 0) {
      const trigger = (verb: string): string => `ALTER TABLE "${table.table}" ${verb} TRIGGER ${table.appendOnly}`;
      if (table.appendOnly !== undefined) await client.query(trigger('DISABLE'));
      await queryRows(client, updateOf(table), [JSON.stringify(changed.map(({ record }) => record))]);
      if (table.appendOnly !== undefined) await client.query(trigger('ENABLE'));
    }
    const last = rows.at(-1);
    return {
      values: changes.reduce((sum, change) => sum + change.values, 0),
      unreadable: changes.reduce((sum, change) => sum + change.unreadable, 0),
      last: last === undefined ? null : Object.keys(table.keys).map((key) => last[`key_${key}`]),
    };
  });
}

/** Rows with a value under another key than the current one, in the order of their keys. */
function selectOf(
  { table, keys, columns, more = {}, where }: SealedTable,
  currentKeyId: string,
  after: readonly unknown[] | null,
): string {
  const names = Object.keys(keys);
  const types = Object.values(keys);
  const selected = [
    ...names.map((key) => `t."${key}"::text AS "key_${key}"`),
    ...names.map((key) => `t."${key}"`),
    ...columns.map(({ name }) => `t."${name}"::text AS "old_${name}"`),
    ...Object.entries(more).map(([name, sql]) => `${sql} AS "${name}"`),
  ];
  const stale = columns.map(({ name }) => `t."${name}"::text ~ 'v1\\.(?!${currentKeyId})[0-9a-f]{16}\\.'`);
  const clauses = [
    `(${stale.join(' OR ')})`,
    ...(where === undefined ? [] : [where]),
    ...(after === null
      ? []
      : [
          `(${names.map((key) => `t."${key}"`).join(', ')}) > (${types.map((type, i) => `$${i + 1}::text::${type}`).join(', ')})`,
        ]),
  ];
  return `SELECT ${selected.join(', ')} FROM "${table}" t WHERE ${clauses.join(' AND ')}
    ORDER BY ${names.map((key) => `t."${key}"`).join(', ')} LIMIT ${BATCH}`;
}

/** Only where the values are still those that were read. */
function updateOf({ table, keys, columns }: SealedTable): string {
  const set = columns.flatMap(({ name, blind, isJson }) => [
    `"${name}" = v."new_${name}"${isJson === true ? '::jsonb' : ''}`,
    ...(blind === undefined ? [] : [`"${blind}" = coalesce(v."blind_${name}", t."${blind}")`]),
  ]);
  const typed = [
    ...Object.entries(keys).map(([key, type]) => `"key_${key}" ${type}`),
    ...columns.flatMap(({ name }) => [`"old_${name}" text`, `"new_${name}" text`, `"blind_${name}" text`]),
  ];
  const same = [
    ...Object.keys(keys).map((key) => `t."${key}" = v."key_${key}"`),
    ...columns.map(({ name }) => `t."${name}"::text IS NOT DISTINCT FROM v."old_${name}"`),
  ];
  return `UPDATE "${table}" t SET ${set.join(', ')} FROM jsonb_to_recordset($1::jsonb) AS v (${typed.join(', ')})
    WHERE ${same.join(' AND ')}`;
}

interface Change {
  readonly record: Readonly<Record<string, unknown>>;
  readonly values: number;
  readonly unreadable: number;
}

function changeOf(options: ResealOptions, table: SealedTable, row: Readonly<Record<string, unknown>>): Change {
  const resealer = new RowResealer(options, table.uses(row as SealedRow));
  const record: Record<string, unknown> = {};
  for (const key of Object.keys(table.keys)) record[`key_${key}`] = row[`key_${key}`];
  for (const { name, isJson } of table.columns) {
    const old = row[`old_${name}`] as string | null;
    record[`old_${name}`] = old;
    if (old === null) record[`new_${name}`] = null;
    else if (isJson === true) record[`new_${name}`] = JSON.stringify(resealer.json(JSON.parse(old) as unknown));
    else {
      const { sealed, blind } = resealer.value(old);
      record[`new_${name}`] = sealed;
      record[`blind_${name}`] = blind;
    }
  }
  return { record, values: resealer.values, unreadable: resealer.unreadable };
}

class RowResealer {
  readonly #o: ResealOptions;
  readonly #uses: readonly SealedFor[];
  values = 0;
  unreadable = 0;

  constructor(options: ResealOptions, uses: readonly SealedFor[]) {
    this.#o = options;
    this.#uses = uses;
  }

  /** As it is where it is under the current key, or cannot be opened. */
  value(old: string): { readonly sealed: string; readonly blind: string | null } {
    const keyId = SEALED.exec(old)?.[1];
    if (keyId === undefined || keyId === this.#o.currentKeyId) return { sealed: old, blind: null };
    const { sealer, blindIndex } = this.#o;
    for (const use of this.#uses) {
      let plain: string;
      try {
        plain = use.open(sealer, old);
      } catch {
        continue;
      }
      this.values++;
      return { sealed: use.seal(sealer, plain), blind: use.blind?.(blindIndex, plain) ?? null };
    }
    this.unreadable++;
    return { sealed: old, blind: null };
  }

  json(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((one) => this.json(one));
    if (typeof value !== 'object' || value === null) return value;
    const copy: Record<string, unknown> = { ...value };
    for (const [name, one] of Object.entries(value)) {
      if (typeof one !== 'string') {
        copy[name] = this.json(one);
        continue;
      }
      const { sealed, blind } = this.value(one);
      copy[name] = sealed;
      const blindName = name === 'sealed' ? 'blind' : name.replace(/Sealed$/, 'Blind');
      if (blind !== null && blindName !== name && blindName in copy) copy[blindName] = blind;
    }
    return copy;
  }
}
