/**
 * Rows of registers that rules go by, on their way to the engine (server/heard-feed.ts): each row keeps which of its versions was
 * told (`told_version`), `told_register` by which declaration a register was told and where the log has the newest of it. Whoever
 * changes a row has nothing to do for it. Invariant: a version is marked only after its entry is on the log's disk.
 */
import type { Field } from '../../registers/field.ts';
import type { AnyRegister } from '../../registers/register.ts';
import type { HeardRow } from '../../stream/protocol/permits.ts';
import type { LogPlaceOfRow } from '../outbox.ts';
import { type Queryable, queryPrepared, queryRows } from '../pool.ts';
import { blindName, columnName, readExpression, tableName, UNTOLD } from './table.ts';

/** Where the log has the newest entry. `receivedAtMs` 0: not known. */
export interface ToldPlace extends LogPlaceOfRow {
  readonly receivedAtMs: number;
}

export interface ToldRegister {
  readonly fields: readonly string[];
  /** When the telling in full began, epoch ms. */
  readonly telling: number;
  /** It is in the log to its end. */
  readonly isComplete: boolean;
  readonly place: ToldPlace;
}

/** Rows that forget at a time which version was told, so that nobody who changes one waits for all of them. */
const FORGOTTEN_AT_ONCE = 5_000;

/** By register. */
export async function readToldRegisters(db: Queryable): Promise<Map<string, ToldRegister>> {
  const rows = await queryRows<ToldRegister & { register: string; epoch: string; seq: number; receivedAtMs: number }>(
    db,
    `SELECT register, fields, telling, is_complete AS "isComplete", log_epoch AS epoch, log_seq AS seq,
       log_received_ms AS "receivedAtMs" FROM told_register`,
  );
  return new Map(
    rows.map(({ register, fields, telling, isComplete, epoch, seq, receivedAtMs }) => [
      register,
      { fields, telling, isComplete, place: { epoch, seq, receivedAtMs } },
    ]),
  );
}

/** What was told of the register counts no more; every standing row will be told again. */
export async function beginTelling(db: Queryable, register: AnyRegister, told: ToldRegister): Promise<void> {
  const table = `"${tableName(register)}"`;
  for (let after = 0; ; ) {
    const [row] = await queryRows<{ last: number | null }>(
      db,
      `WITH forgotten AS (
         UPDATE ${table} SET told_version = 0 WHERE id IN
           (SELECT id FROM ${table} WHERE id > $1 AND told_version <> 0 ORDER BY id LIMIT ${FORGOTTEN_AT_ONCE})
         RETURNING id)
       SELECT max(id) AS last FROM forgotten`,
      [after],
    );
    if (row?.last == null) break;
    after = row.last;
  }
  await queryRows(
    db,
    `INSERT INTO told_register (register, fields, telling, is_complete, log_epoch, log_seq, log_received_ms)
     VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT (register) DO UPDATE SET fields = excluded.fields, telling = excluded.telling, is_complete = excluded.is_complete,
       log_epoch = excluded.log_epoch, log_seq = excluded.log_seq, log_received_ms = excluded.log_received_ms`,
    [register.name, told.fields, told.telling, told.isComplete, ...placeValues(told.place)],
  );
}

/** Rows whose newest version was not told, as they stand now; oldest row first. */
export async function readUntold(db: Queryable, register: AnyRegister, limit: number): Promise<HeardRow[]> {
  const fields = (register.heard ?? []).map((name) => `${heardExpression(register, name)} AS "field:${name}"`);
  const rows = await queryPrepared<RawHeard>(
    db,
    `SELECT t.id::text AS "rowId", coalesce(t.company_code, '') AS "companyCode", t."${columnName(register.key)}"::text AS key,
       t.version, t.state, (extract(epoch FROM t.created_at) * 1000)::bigint AS "createdAtMs", t.removed_at IS NOT NULL AS "isGone"
       ${fields.map((field) => `, ${field}`).join('')}
     FROM "${tableName(register)}" t WHERE ${UNTOLD} ORDER BY t.id LIMIT $1`,
    [limit],
  );
  return rows.map(({ isGone, rowId, companyCode, key, version, state, createdAtMs, ...row }) => {
    const values = isGone
      ? null
      : Object.fromEntries((register.heard ?? []).map((name) => [name, row[`field:${name}`] ?? null]));
    return { companyCode, rowId, key, version, state, createdAtMs, values };
  });
}

/** The log has them. A row that changed since it was read is told again. */
export async function markTold(
  db: Queryable,
  register: AnyRegister,
  rows: readonly HeardRow[],
  { isComplete, place }: Pick<ToldRegister, 'isComplete' | 'place'>,
): Promise<void> {
  await queryPrepared(
    db,
    `WITH marked AS (
       UPDATE "${tableName(register)}" t SET told_version = m.version
       FROM unnest($2::bigint[], $3::integer[]) AS m (id, version) WHERE t.id = m.id)
     UPDATE told_register SET is_complete = $4, log_epoch = $5, log_seq = $6, log_received_ms = $7 WHERE register = $1`,
    [
      register.name,
      rows.map(({ rowId }) => rowId),
      rows.map(({ version }) => version),
      isComplete,
      ...placeValues(place),
    ],
  );
}

const placeValues = ({ epoch, seq, receivedAtMs }: ToldPlace): unknown[] => [epoch, seq, receivedAtMs];

interface RawHeard extends Omit<HeardRow, 'values'> {
  readonly isGone: boolean;
  readonly [field: `field:${string}`]: unknown;
}

function heardExpression({ name: register, fields }: AnyRegister, name: string): string {
  const field = (fields as Readonly<Record<string, Field>>)[name];
  if (field === undefined) throw new Error(`register ${register} has no ${name} to be heard`);
  return field.kind === 'sealed' ? `t."${blindName(name)}"` : readExpression(name, field.kind);
}
