/**
 * What a dry run reads: people, areas as they were, and positions of some people over some minutes, as columns. Read only.
 * Called by server/dry-run/.
 */
import type { AreaRecord } from '../stream/protocol/entry.ts';
import { FIX_FLAG } from '../stream/protocol/entry.ts';
import type { PersonType } from '../stream/protocol/vocabulary.ts';
import { NULL_INT2, NULL_INT4, type PositionColumns } from './copy/position-columns.ts';
import { type Pool, queryArrays, queryRows } from './pool.ts';
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
       name, type, department, post, contractor_code AS "contractorCode", registered AND NOT deleted AS registered
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

type Row = readonly [
  personId: number,
  observedAtMs: number,
  lng: number | null,
  lat: number | null,
  heightCm: number | null,
  delayMs: number,
  accuracyDm: number | null,
  speedCmps: number | null,
  headingDeg: number | null,
  batteryPct: number | null,
  source: number,
  floor: number | null,
  flags: number,
];

// By person, so that the primary key finds them; date_part as in tracks.ts.
const POSITIONS = `
  SELECT person_id, date_part('epoch', observed_at) * 1000, lng, lat, height_cm, delay_ms, accuracy_dm, speed_cmps,
    heading_deg, battery_pct, source, floor, flags
  FROM position
  WHERE person_id = ANY ($1::integer[]) AND observed_at >= $2 AND observed_at < $3 AND flags & ${FIX_FLAG.jointTest} = 0`;

/** Appends the fixes observed in the span, in no order. */
export async function readPositions(
  pool: Pool,
  ids: readonly number[],
  fromMs: number,
  toMs: number,
  into: PositionColumns,
): Promise<void> {
  const rows = await queryArrays<Row>(pool, POSITIONS, [ids, instantOf(fromMs), instantOf(toMs)]);
  into.reserve(into.count + rows.length);
  for (const row of rows) {
    const i = into.count++;
    into.personId[i] = row[0];
    into.observedAtMs[i] = Math.round(row[1]);
    into.lng[i] = row[2] ?? NULL_INT4;
    into.lat[i] = row[3] ?? NULL_INT4;
    into.heightCm[i] = row[4] ?? NULL_INT4;
    into.delayMs[i] = row[5];
    into.accuracyDm[i] = row[6] ?? NULL_INT2;
    into.speedCmps[i] = row[7] ?? NULL_INT2;
    into.headingDeg[i] = row[8] ?? NULL_INT2;
    into.batteryPct[i] = row[9] ?? NULL_INT2;
    into.source[i] = row[10];
    into.floor[i] = row[11] ?? NULL_INT2;
    into.flags[i] = row[12];
  }
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
