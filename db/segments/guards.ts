/** Whose positions keep full resolution, and when: people with an alarm in a span of time or near it. */
import { type Pool, queryRows } from '../pool.ts';
import { instantOf } from '../range-partitions.ts';

/** Before the onset of an alarm, and after its end. */
const ALARM_SURROUNDINGS_MS = 600_000;

/** An alarm of a person with its surroundings. */
export interface Guard {
  /** person.id */
  readonly personId: number;
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * Those that meet [fromMs, toMs). An alarm reaches from its onset until it was cleared, and while it is not, without end.
 * Throws AppError DATABASE_UNAVAILABLE.
 */
export async function readGuards(pool: Pool, fromMs: number, toMs: number): Promise<Guard[]> {
  const rows = await queryRows<{ id: number; onsetMs: number; endMs: number | null }>(
    pool,
    `SELECT p.id, (extract(epoch FROM a.onset_at) * 1000)::bigint AS "onsetMs",
            (extract(epoch FROM a.end_at) * 1000)::bigint AS "endMs"
     FROM (SELECT onset_at, person_id, card_no, view->'person'->>'companyCode' AS company_code,
                  coalesce(cleared_at, ended_at) AS end_at
           FROM alarm WHERE onset_at < $2) a
     JOIN person p ON p.company_code = a.company_code AND (p.person_id = a.person_id OR p.card_no = a.card_no)
     WHERE a.end_at IS NULL OR a.end_at > $1`,
    [instantOf(fromMs - ALARM_SURROUNDINGS_MS), instantOf(toMs + ALARM_SURROUNDINGS_MS)],
  );
  return rows.map(({ id, onsetMs, endMs }) => ({
    personId: id,
    fromMs: onsetMs - ALARM_SURROUNDINGS_MS,
    toMs: endMs === null ? Number.POSITIVE_INFINITY : endMs + ALARM_SURROUNDINGS_MS,
  }));
}

/** person.id of those guarded at some moment of [fromMs, toMs). */
export const guardedIn = (guards: readonly Guard[], fromMs: number, toMs: number): Set<number> =>
  new Set(guards.filter((guard) => guard.fromMs < toMs && guard.toMs >= fromMs).map((guard) => guard.personId));
