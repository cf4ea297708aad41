/**
 * Counts rows again, by company and minute of receipt, to hold them against the books. Called by `park ledger --verify`.
 * Only what is kept row by row can be counted: registers keep the newest record of each id.
 */
import { type Queryable, queryRows } from './pool.ts';

export interface RowCount {
  readonly companyCode: string;
  readonly minuteMs: number;
  readonly rows: number;
}

/** A fix observed further than this from its receipt is refused (fix-rows.kernel.ts). */
const LONGEST_DELAY_DAYS = 24;
/** The door takes nothing observed longer ago, nor further ahead than this (with the minute that a line stands for). */
const OLDEST_FIX_MS = 7 * 86_400_000;
const AHEAD_MS = 120_000;
const instant = (ms: number): string => new Date(ms).toISOString();
const MINUTE = (receivedAt: string): string => `floor(extract(epoch FROM ${receivedAt}) / 60)::bigint * 60000`;

/**
 * First instant of receipt from which on every position is still a row of its own: older ones were thinned, or dropped to
 * keep a size. null: all of them are.
 */
export async function wholePositionsFrom(db: Queryable): Promise<number | null> {
  const [row] = await queryRows<{ packedToMs: number | null; firstRowMs: number | null; firstLineMs: number | null }>(
    db,
    `SELECT (SELECT (extract(epoch FROM packed_to) * 1000)::bigint FROM position_ladder) AS "packedToMs",
            (SELECT (extract(epoch FROM min(observed_at)) * 1000)::bigint FROM position) AS "firstRowMs",
            (SELECT (extract(epoch FROM min(minute)) * 1000)::bigint FROM ledger_minute
             WHERE interface = 'positions' AND stored > 0) AS "firstLineMs"`,
  );
  const { packedToMs, firstRowMs, firstLineMs } = row ?? { packedToMs: null, firstRowMs: null, firstLineMs: null };
  const isPacked = packedToMs !== null && packedToMs > 0;
  // Something was counted as stored before the oldest row there is: what lay there was dropped.
  const isCut = firstLineMs !== null && (firstRowMs === null || firstLineMs < firstRowMs - AHEAD_MS);
  const keptFromMs = Math.max(isPacked ? packedToMs : 0, isCut ? (firstRowMs ?? Number.POSITIVE_INFINITY) : 0);
  return keptFromMs === 0 ? null : keptFromMs + OLDEST_FIX_MS;
}

/** Minutes from `fromMs` up to `toMs`, by the receipt that each row's delay tells. */
export function countPositionRows(db: Queryable, fromMs: number, toMs: number): Promise<RowCount[]> {
  const receivedAt = `o.observed_at + o.delay_ms * interval '1 millisecond'`;
  return queryRows<RowCount>(
    db,
    `SELECT p.company_code AS "companyCode", ${MINUTE(receivedAt)} AS "minuteMs", count(*) AS rows
     FROM position o JOIN person p ON p.id = o.person_id
     WHERE o.observed_at >= $1::timestamptz - interval '${LONGEST_DELAY_DAYS} days'
       AND o.observed_at < $2::timestamptz + interval '${LONGEST_DELAY_DAYS} days'
       AND ${receivedAt} >= $1 AND ${receivedAt} < $2
     GROUP BY 1, 2`,
    [instant(fromMs), instant(toMs)],
  );
}

export function countSensorRows(db: Queryable, fromMs: number, toMs: number): Promise<RowCount[]> {
  return queryRows<RowCount>(
    db,
    `SELECT company_code AS "companyCode", ${MINUTE('received_at')} AS "minuteMs", count(*) AS rows
     FROM sensor_report WHERE received_at >= $1 AND received_at < $2 GROUP BY 1, 2`,
    [instant(fromMs), instant(toMs)],
  );
}
