/** Permits that are over for long go, with their words and what belongs to them, day after day as far as the pace allows. */
import type { Pace } from '../../core/pace.ts';
import { type Queryable, queryRows } from '../pool.ts';

const DAY_MS = 86_400_000;
const SLICE_PERMITS = 2_000;
/** Work that somebody still says to be open stays, however old. `$1`: nothing was said since. */
const OVER = `(NOT standing OR status IN ('accepted', 'void', 'withdrawn')) AND updated_at < $1`;

const DROP = `
  WITH gone AS (
    DELETE FROM permit WHERE ctid = ANY (ARRAY(SELECT ctid FROM permit WHERE work_at < $2 AND ${OVER} LIMIT $3))
    RETURNING company_code, permit_id, joint_test),
  words AS (
    DELETE FROM permit_word w USING gone g
    WHERE w.company_code = g.company_code AND w.permit_id = g.permit_id AND w.joint_test = g.joint_test),
  beside AS (
    DELETE FROM vendor_record v USING gone g
    WHERE v.interface IN ('permit-videos', 'permit-attachments', 'permit-alarms') AND v.company_code = g.company_code
      AND v.body ->> 'permitId' = g.permit_id AND v.joint_test = g.joint_test),
  coverage AS (
    DELETE FROM doc d USING gone g
    WHERE d.kind = 'coverage' AND d.key = g.company_code || '/' || g.permit_id AND NOT g.joint_test)
  SELECT count(*) AS n FROM gone`;

/** Those whose work began before `beforeMs` and of which nothing was said since. Returns how many. */
export async function dropOldPermits(
  db: Queryable,
  beforeMs: number,
  pace: Pace,
  slicePermits: number = SLICE_PERMITS,
): Promise<number> {
  const before = new Date(beforeMs).toISOString();
  let dropped = 0;
  for (;;) {
    const [oldest] = await queryRows<{ ms: number | null }>(
      db,
      `SELECT (extract(epoch FROM min(work_at)) * 1000)::float8 AS ms FROM permit WHERE work_at < $1 AND ${OVER}`,
      [before],
    );
    const fromMs = oldest?.ms ?? beforeMs;
    const toMs = Math.min(beforeMs, fromMs + DAY_MS);
    if (fromMs >= beforeMs || !pace.allows(toMs - fromMs)) return dropped;
    const to = new Date(toMs).toISOString();
    for (let n = slicePermits; n === slicePermits; dropped += n) {
      const [row] = await queryRows<{ n: number }>(db, DROP, [before, to, slicePermits]);
      n = row?.n ?? 0;
    }
    await db.query(`DELETE FROM vendor_record WHERE interface = 'activities' AND at < $1`, [to]);
  }
}
