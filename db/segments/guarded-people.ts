/** Whose positions keep full resolution in a span of time: people with an alarm in it or near it. */
import { type Pool, queryRows } from '../pool.ts';
import { instantOf } from '../range-partitions.ts';

/** Before the onset of an alarm, and after its end. */
export const ALARM_SURROUNDINGS_MS = 600_000;

/**
 * person.id of everybody with an alarm whose surroundings meet [fromMs, toMs). An alarm reaches from its onset until it
 * was cleared, and while it is not, until now. Throws AppError DATABASE_UNAVAILABLE.
 */
export async function guardedPeople(pool: Pool, fromMs: number, toMs: number): Promise<Set<number>> {
  const rows = await queryRows<{ id: number }>(
    pool,
    `SELECT DISTINCT p.id
     FROM alarm a JOIN person p ON p.company_code = a.view->'person'->>'companyCode'
       AND (p.person_id = a.person_id OR p.card_no = a.card_no)
     WHERE a.onset_at < $2 AND coalesce(greatest(a.cleared_at, a.raised_at), a.ended_at, 'infinity') > $1`,
    [instantOf(fromMs - ALARM_SURROUNDINGS_MS), instantOf(toMs + ALARM_SURROUNDINGS_MS)],
  );
  return new Set(rows.map((row) => row.id));
}
