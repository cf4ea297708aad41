/**
 * What a dry run reads: people, areas as they were, and positions of some people over some minutes, as columns. Read only.
 * Called by server/dry-run/.
 */
import type { AreaRecord } from '../stream/protocol/entry.ts';
import { FIX_FLAG } from '../stream/protocol/entry.ts';
import type { PersonType } from '../stream/protocol/vocabulary.ts';
import { CopiedRows } from './copy/copied-rows.kernel.ts';
import { copyTo } from './copy/copy-to.ts';
import type { PositionColumns } from './copy/position-columns.ts';
import { POSITION_COLUMNS } from './copy/position-rows.kernel.ts';
import { type Pool, queryRows, withTransaction } from './pool.ts';
import { instantOf } from './range-partitions.ts';

export interface DryRunPerson {
  /** person.id */
  readonly id: number;
  readonly companyCode: string;
  readonly personId: string | null;
  readonly cardNo: string | null;
  readonly companyName: string;
  readonly name: string;
  readonly type: PersonType;
  readonly department: string;
  readonly post: string;
  readonly contractorCode: string | null;
  /** A record describes him. */
  readonly registered: boolean;
}

/** As they are today: the register keeps no history. */
export const readDryRunPeople = (pool: Pool, ids: readonly number[]): Promise<DryRunPerson[]> =>
  queryRows<DryRunPerson>(
    pool,
    `SELECT id, company_code AS "companyCode", person_id AS "personId", card_no AS "cardNo", company_name AS "companyName",
       name, type, department, post, said_contractor_code AS "contractorCode", registered AND NOT deleted AS registered
     FROM person WHERE id = ANY ($1::integer[]) AND NOT joint_test ORDER BY id`,
    [ids],
  );

/** Each version of an area that stood at `fromMs` or came before `toMs`, in order of time. */
export const readAreaHistory = (
  pool: Pool,
  fromMs: number,
  toMs: number,
): Promise<{ atMs: number; record: AreaRecord }[]> =>
  queryRows<{ atMs: number; record: AreaRecord }>(
    pool,
    `SELECT (extract(epoch FROM v.received_at) * 1000)::bigint AS "atMs", v.body AS record FROM area_version v
     WHERE v.received_at < $2 AND v.version >= (
       SELECT coalesce(max(o.version), 0) FROM area_version o
       WHERE o.company_code = v.company_code AND o.area_id = v.area_id AND o.received_at <= $1)
     ORDER BY v.received_at, v.company_code, v.area_id, v.version`,
    [instantOf(fromMs), instantOf(toMs)],
  );

/** Appends the fixes observed in the span, in no order. */
export async function readPositions(
  pool: Pool,
  ids: readonly number[],
  fromMs: number,
  toMs: number,
  into: PositionColumns,
): Promise<void> {
  const copied = new CopiedRows();
  const all = `'{${ids.map(Math.trunc).join(',')}}'::integer[]`;
  // A COPY takes no parameters. By person, so that the primary key finds them.
  const text = `COPY (SELECT ${POSITION_COLUMNS} FROM position
    WHERE person_id = ANY (${all}) AND observed_at >= '${instantOf(fromMs)}' AND observed_at < '${instantOf(toMs)}'
      AND flags & ${FIX_FLAG.jointTest} = 0) TO STDOUT (FORMAT binary)`;
  await withTransaction(pool, (client) =>
    copyTo(client, text, (bytes) => {
      copied.append(bytes, into);
      return undefined;
    }),
  );
}

/** Words of SOURCE and FLOOR_NO by their numbers. */
export async function readFixWords(pool: Pool): Promise<{ sources: Map<number, string>; floors: Map<number, string> }> {
  const wordsOf = async (table: 'fix_source' | 'fix_floor') => {
    const rows = await queryRows<{ id: number; name: string }>(pool, `SELECT id, name FROM ${table} WHERE id > 0`);
    return new Map(rows.map(({ id, name }) => [id, name]));
  };
  const [sources, floors] = await Promise.all([wordsOf('fix_source'), wordsOf('fix_floor')]);
  return { sources, floors };
}
