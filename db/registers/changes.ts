/** The history of rows of registers: written in the transaction of each change, by whatever store keeps the rows. */
import { type PoolClient, type Queryable, queryPrepared, queryRows } from '../pool.ts';

type Values = Readonly<Record<string, unknown>>;

export interface RowChange {
  readonly rowId: string;
  readonly version: number;
  /** Of what changed; null: there was no row, there is none any more. `state` is among them. */
  readonly before: Values | null;
  readonly after: Values | null;
}

export interface ChangeAuthor {
  readonly userId: string;
  readonly userName: string;
  readonly atMs: number;
  readonly act: string;
  readonly reason: string | null;
}

export async function insertChanges(
  client: PoolClient,
  register: string,
  changes: readonly RowChange[],
  { userId, userName, atMs, act, reason }: ChangeAuthor,
): Promise<void> {
  await queryPrepared(
    client,
    `INSERT INTO register_change (register, row_id, version, at, by_user, by_name, act, reason, before, after)
     SELECT $1, c."rowId", c.version, $2, $3, $4, $5, $6, c.before, c.after
     FROM jsonb_to_recordset($7::jsonb) AS c ("rowId" text, version integer, before jsonb, after jsonb)`,
    [register, new Date(atMs), userId, userName, act, reason, JSON.stringify(changes)],
  );
}

/** Newest first. */
export const readChanges = (
  db: Queryable,
  register: string,
  rowId: string,
): Promise<(Omit<RowChange, 'rowId'> & Pick<ChangeAuthor, 'atMs' | 'act' | 'reason'> & { readonly by: string })[]> =>
  queryRows(
    db,
    `SELECT version, (extract(epoch FROM at) * 1000)::bigint AS "atMs", by_name AS by, act, reason, before, after
     FROM register_change WHERE register = $1 AND row_id = $2 ORDER BY version DESC`,
    [register, rowId],
  );

/** What differs between two sets of values, compared as JSON; null: nothing. */
export function changedValues(
  before: Values,
  after: Values,
): { readonly before: Values; readonly after: Values } | null {
  const names = Object.keys(after).filter((name) => !isSameJson(before[name] ?? null, after[name] ?? null));
  if (names.length === 0) return null;
  const pick = (of: Values): Values => Object.fromEntries(names.map((name) => [name, of[name] ?? null]));
  return { before: pick(before), after: pick(after) };
}

/** Whatever the order of names: PostgreSQL keeps none. */
export function isSameJson(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return Object.is(a, b);
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [left, right] = [Object.entries(a), new Map(Object.entries(b))];
  return (
    left.length === right.size && left.every(([name, value]) => right.has(name) && isSameJson(value, right.get(name)))
  );
}
