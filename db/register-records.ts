/**
 * What vendors send into registers, inside the store's transaction: each record that stands (vendor-records.ts judged it) meets
 * its row, field by field as registers/merge.ts says. A row that a vendor withdrew and sends again is the same row again, in
 * the state in which it went. Rules VRG-20 to VRG-29.
 */
import { AppError } from '../core/errors.ts';
import { type Merged, mergeVendor, type StandingRow } from '../registers/merge.ts';
import type { AnyRegister } from '../registers/register.ts';
import type { RegisterRecord } from '../stream/protocol/entry.ts';
import { type PoolClient, type Queryable, queryRows } from './pool.ts';
import { isSealedValue } from './register-rules.ts';
import { insertChanges } from './registers/changes.ts';
import { columnName, tableName } from './registers/table.ts';
import type { JudgedRecords } from './vendor-records.ts';

type Values = Readonly<Record<string, unknown>>;

export interface KnownRow extends StandingRow {
  readonly id: string;
  readonly version: number;
  readonly state: string | null;
}

interface Author {
  readonly userId: string;
  readonly userName: string;
  readonly atMs: number;
  readonly act: string;
  readonly reason: string | null;
}

/**
 * Rows of one register, with their history; admin/register/table-store.ts. `insert` and `update` throw AppError CONFLICT when
 * another standing row has the key, or another version holds.
 */
export interface RegisterRows {
  byKeys(db: Queryable, companyCodes: readonly string[], keys: readonly string[]): Promise<readonly KnownRow[]>;
  insert(
    client: PoolClient,
    rows: readonly {
      readonly companyCode: string;
      readonly state: string | null;
      readonly values: Values;
      readonly fromVendor: readonly string[];
    }[],
    by: Author,
  ): Promise<unknown>;
  update(
    client: PoolClient,
    changes: readonly {
      readonly id: string;
      readonly version: number;
      readonly values: Values;
      readonly fromVendor: readonly string[];
    }[],
    by: Author,
  ): Promise<unknown>;
}

export interface VendorRegister {
  readonly register: AnyRegister;
  readonly rows: RegisterRows;
}
/** By name of register, which is the name of the interface. */
export type VendorRegisters = ReadonlyMap<string, VendorRegister>;

export function vendorRegisterOf(registers: VendorRegisters, name: string): VendorRegister {
  const found = registers.get(name);
  if (found === undefined) throw new Error(`no vendor sends records of a register ${name}`);
  return found;
}

/** The same key was entered on a page meanwhile. */
export const isTaken = (error: unknown): boolean => error instanceof AppError && error.code === 'CONFLICT';

/** In which a row begins that a vendor sent. */
export const vendorState = ({ vendor, states }: AnyRegister): string | null => vendor?.state ?? states?.initial ?? null;

/** null: the record says nothing new. A sealed value under the same blind index is the same, however it was sealed. */
export function mergeRecord(
  register: AnyRegister,
  standing: StandingRow | null,
  record: RegisterRecord,
): Merged | null {
  const sent = Object.fromEntries(
    Object.entries(record.values).map(([name, value]) => {
      const held = standing?.values[name];
      return [name, isSealedValue(value) && isSealedValue(held) && held.blind === value.blind ? held : value];
    }),
  );
  const merged = mergeVendor(register, standing, sent);
  const isNews =
    standing === null ||
    Object.keys(merged.values).length > 0 ||
    merged.fromVendor.length !== standing.fromVendor.length ||
    merged.fromVendor.some((name) => !standing.fromVendor.includes(name));
  return isNews ? merged : null;
}

export interface SentBy {
  readonly appId: string;
  readonly companyCode: string;
  readonly receivedAtMs: number;
}

/** Throws what the rows throw; CONFLICT: see `isTaken`. */
export async function writeRegisterRows(
  client: PoolClient,
  { register, rows }: VendorRegister,
  { written, returned }: Pick<JudgedRecords, 'written' | 'returned'>,
  { appId, companyCode, receivedAtMs }: SentBy,
): Promise<void> {
  if (written.length === 0) return;
  const by = { userId: '', userName: appId, atMs: receivedAtMs, act: 'vendor', reason: null };
  const records = written.map(({ body }) => body as RegisterRecord);
  const keys = records.map(({ key }) => key);
  const back = await holdRows(client, register, companyCode, keys, [...returned]);
  const standing = new Map(
    (await rows.byKeys(client, [companyCode], keys)).map((row) => [String(row.values[register.key]), row]),
  );
  const gone: KnownRow[] = [];
  const made: Merged[] = [];
  const changed: (Merged & Pick<KnownRow, 'id' | 'version'>)[] = [];
  for (const record of records) {
    const row = standing.get(record.key) ?? null;
    if (record.deleted) {
      if (row !== null) gone.push(row);
      continue;
    }
    const merged = mergeRecord(register, row, record);
    if (row === null) {
      if (merged !== null) made.push(merged);
    } else if (merged !== null) changed.push({ ...merged, id: row.id, version: row.version });
    else if (back.has(row.id)) changed.push({ ...row, values: {} });
  }
  const state = vendorState(register);
  if (made.length > 0) {
    await rows.insert(
      client,
      made.map((row) => ({ ...row, companyCode, state })),
      by,
    );
  }
  if (changed.length > 0) await rows.update(client, changed, by);
  if (gone.length > 0) await removeRows(client, register, gone, by);
}

/** Nobody changes these rows until the transaction ends. Those that come back stand again; returns their ids. */
async function holdRows(
  client: PoolClient,
  register: AnyRegister,
  companyCode: string,
  keys: readonly string[],
  returned: readonly string[],
): Promise<ReadonlySet<string>> {
  const [table, key] = [`"${tableName(register)}"`, `"${columnName(register.key)}"::text`];
  const hold = `SELECT ${key} AS key FROM ${table} WHERE removed_at IS NULL AND company_code = $1 AND ${key} = ANY ($2::text[])
                ORDER BY id FOR UPDATE`;
  const held = new Set((await queryRows<{ key: string }>(client, hold, [companyCode, keys])).map((row) => row.key));
  const missing = returned.filter((one) => !held.has(one));
  if (missing.length === 0) return new Set();
  const back = await queryRows<{ id: string }>(
    client,
    `UPDATE ${table} SET removed_at = NULL WHERE id IN (
       SELECT max(id) FROM ${table} WHERE company_code = $1 AND ${key} = ANY ($2::text[]) GROUP BY ${key})
     RETURNING id::text AS id`,
    [companyCode, missing],
  );
  return new Set(back.map(({ id }) => id));
}

async function removeRows(
  client: PoolClient,
  register: AnyRegister,
  gone: readonly KnownRow[],
  by: Author,
): Promise<void> {
  await client.query(
    `UPDATE "${tableName(register)}" SET removed_at = $2, version = version + 1, updated_at = $2, updated_by = $3
     WHERE id = ANY ($1::bigint[])`,
    [gone.map(({ id }) => id), new Date(by.atMs), by.userName],
  );
  const changes = gone.map(({ id, version, values, state }) => ({
    rowId: id,
    version: version + 1,
    before: state === null ? values : { ...values, state },
    after: null,
  }));
  await insertChanges(client, register.name, changes, by);
}
