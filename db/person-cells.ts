/** The table person_cell: written by the store in the transaction of the positions, read to find who was near an area. */
import type { Pace } from '../core/pace.ts';
import { HOUR_MS, type NewCells } from './person-cells.kernel.ts';
import { type Pool, type PoolClient, queryArrays, queryRows } from './pool.ts';

export async function insertPersonCells(client: PoolClient, { hours, cells, personIds }: NewCells): Promise<void> {
  if (hours.length === 0) return;
  await client.query(
    `INSERT INTO person_cell (hour, cell, person_id) SELECT * FROM unnest($1::integer[], $2::integer[], $3::integer[])
     ON CONFLICT DO NOTHING`,
    [hours, cells, personIds],
  );
}

/** People by hour (since 1970) who were in one of the cells; `cells` null: anywhere. Those of joint tests are left out. */
export async function readPeopleNear(
  pool: Pool,
  fromHour: number,
  toHour: number,
  cells: readonly number[] | null,
): Promise<Map<number, number[]>> {
  const rows = await queryArrays<[hour: number, personIds: number[]]>(
    pool,
    `SELECT hour, array_agg(DISTINCT person_id ORDER BY person_id) FROM person_cell c
     WHERE hour >= $1 AND hour <= $2 AND ($3::integer[] IS NULL OR cell = ANY ($3::integer[]))
       AND EXISTS (SELECT FROM person p WHERE p.id = c.person_id AND NOT p.joint_test)
     GROUP BY hour`,
    [fromHour, toHour, cells],
  );
  return new Map(rows);
}

/**
 * Hours that ended before `beforeMs`, oldest first, at the given pace; the censuses of the time go with them (their days stay in
 * census_day).
 */
export async function forgetPersonCells(pool: Pool, beforeMs: number, pace: Pace, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const [row] = await queryRows<{ hour: number | null }>(pool, 'SELECT min(hour) AS hour FROM person_cell');
    const hour = row?.hour ?? null;
    if (hour === null || (hour + 1) * HOUR_MS > beforeMs || !pace.allows(HOUR_MS)) return;
    await queryRows(pool, `DELETE FROM doc_change WHERE kind = 'census' AND key = '' AND at < $1`, [
      new Date((hour + 1) * HOUR_MS),
    ]);
    await queryRows(pool, 'DELETE FROM person_cell WHERE hour = $1', [hour]);
  }
}
