/**
 * Online rate: minutes in which a company reported, of those in which it had to, per interface. Minutes come from the books and
 * from heartbeats; they are rolled into days once they are over and wholly in the store, so that a month is thirty rows.
 *
 * A minute does not count when a maintenance was declared, when the log stood still, or when nobody at all was heard in it or
 * beside it while two companies or more were expected: the door may have been shut. Called by the role `quality`, read by the
 * pages. Who is expected is who the engine watches: those with a document `sender`, from its first on.
 */
import type { CompanyScope } from './company-scope.ts';
import { readStoreOffset } from './ledger.ts';
import { MINUTE_MS } from './ledger-counts.ts';
import { type Pool, type PoolClient, queryRows, withTransaction } from './pool.ts';

/** A minute is rolled when the store is so far past it: what was received in it is stored, and its neighbours are known. */
const SETTLED_MS = 2 * MINUTE_MS;
/** In one transaction: about 100,000 minutes of thirty companies. */
const ROLL_AT_MOST_MS = 6 * 3_600_000;
/** Rolled minutes of heartbeats and downtimes are kept for a look at what happened. */
const KEPT_DAYS = 40;
/** Senders try again at their own pace after a downtime. */
const GRACE = `interval '1 minute'`;

/** $1: from, $2: to, both whole minutes. */
const ROLL = `
  WITH minutes AS (
    SELECT m AS minute FROM generate_series($1::timestamptz - ${GRACE}, $2::timestamptz, ${GRACE}) AS m
  ), expected AS (
    SELECT d.value ->> 'companyCode' AS company_code, d.value ->> 'interfaceName' AS interface,
      d.value ->> 'mode' = 'on-change' AS on_change,
      floor((d.value ->> 'allowedS')::numeric / 60)::int AS before_minutes,
      (SELECT min(c.at) FROM doc_change c WHERE c.kind = 'sender' AND c.key = d.key) AS since
    FROM doc d
    LEFT JOIN company_interface i
      ON i.company_code = d.value ->> 'companyCode' AND i.interface = d.value ->> 'interfaceName'
    WHERE d.kind = 'sender' AND coalesce(i.stage, 'live') <> 'joint'
  ), span AS (
    SELECT $1::timestamptz - (coalesce(max(before_minutes), 0) + 1) * ${GRACE} AS from_at,
      count(DISTINCT company_code) > 1 AS is_several, min(since) AS first_at
    FROM expected
  ), heard AS (
    SELECT company_code, interface, minute, false AS by_heartbeat FROM ledger_minute, span
    WHERE minute >= span.from_at AND minute <= $2 AND received > refused
    UNION ALL
    SELECT company_code, interface, minute, true FROM heartbeat_minute, span
    WHERE minute >= span.from_at AND minute <= $2
  ), deaf AS (
    SELECT minute FROM minutes, span
    WHERE span.is_several AND minute >= span.first_at AND minute NOT IN (SELECT minute FROM heard)
  ), own AS (
    SELECT DISTINCT m.minute FROM minutes m
    WHERE EXISTS (SELECT FROM downtime t WHERE t.from_at < m.minute + ${GRACE} AND t.to_at + ${GRACE} > m.minute)
      OR EXISTS (SELECT FROM deaf d WHERE d.minute BETWEEN m.minute - ${GRACE} AND m.minute + ${GRACE})
  ), counted AS (
    SELECT e.*, m.minute FROM expected e
    JOIN minutes m ON m.minute >= e.since AND m.minute >= $1 AND m.minute < $2
    WHERE m.minute NOT IN (SELECT minute FROM own)
      AND NOT EXISTS (
        SELECT FROM setting s
        WHERE s.topic = 'maintenance' AND s.value ->> 'companyCode' = e.company_code
          AND (s.value -> 'interfaces' = '[]' OR s.value -> 'interfaces' ? e.interface)
          AND to_timestamp((s.value ->> 'fromMs')::float8 / 1000) < m.minute + ${GRACE}
          AND to_timestamp((s.value ->> 'toMs')::float8 / 1000) > m.minute)
  ), online AS (
    SELECT DISTINCT e.company_code, e.interface, h.minute + n * ${GRACE} AS minute
    FROM expected e
    JOIN heard h ON h.company_code = e.company_code AND h.interface = e.interface AND (e.on_change OR NOT h.by_heartbeat)
    CROSS JOIN LATERAL generate_series(0, e.before_minutes) AS n
  )
  INSERT INTO reporting_day AS r (day, company_code, interface, online, counted)
  SELECT (c.minute AT TIME ZONE interval '08:00')::date, c.company_code, c.interface, count(o.minute), count(*)
  FROM counted c
  LEFT JOIN online o ON o.company_code = c.company_code AND o.interface = c.interface AND o.minute = c.minute
  GROUP BY 1, 2, 3
  ON CONFLICT (day, company_code, interface) DO UPDATE
    SET online = r.online + excluded.online, counted = r.counted + excluded.counted`;

/**
 * Adds the minutes that are over since the last time, each once, whoever else does the same. Returns the instant up to which
 * they are in; null: nobody was ever watched. Throws AppError DATABASE_UNAVAILABLE.
 */
export async function rollOnlineMinutes(pool: Pool): Promise<number | null> {
  const store = await readStoreOffset(pool);
  if (store === null || store.lastReceivedAtMs === null) return null;
  const settledMs = Math.floor((store.lastReceivedAtMs - SETTLED_MS) / MINUTE_MS) * MINUTE_MS;
  for (;;) {
    const rolledMs = await withTransaction(pool, (client) => rollOnce(client, settledMs));
    if (rolledMs === null || rolledMs >= settledMs) return rolledMs;
  }
}

async function rollOnce(client: PoolClient, settledMs: number): Promise<number | null> {
  const fromMs = await rolledTo(client);
  if (fromMs === null || fromMs >= settledMs) return fromMs;
  const toMs = Math.min(settledMs, fromMs + ROLL_AT_MOST_MS);
  await client.query(ROLL, [instant(fromMs), instant(toMs)]);
  await client.query('UPDATE reporting_rolled SET to_at = $1', [instant(toMs)]);
  const forgotten = [instant(toMs - KEPT_DAYS * 86_400_000)];
  await client.query('DELETE FROM heartbeat_minute WHERE minute < $1', forgotten);
  await client.query('DELETE FROM downtime WHERE to_at < $1', forgotten);
  return toMs;
}

/** Held until the transaction ends. */
async function rolledTo(client: PoolClient): Promise<number | null> {
  await client.query(
    `INSERT INTO reporting_rolled (to_at) SELECT date_trunc('minute', min(at)) FROM doc_change WHERE kind = 'sender'
     HAVING min(at) IS NOT NULL ON CONFLICT DO NOTHING`,
  );
  const [row] = await queryRows<{ toMs: number }>(
    client,
    'SELECT (extract(epoch FROM to_at) * 1000)::bigint AS "toMs" FROM reporting_rolled FOR UPDATE',
  );
  return row?.toMs ?? null;
}

const instant = (ms: number): string => new Date(ms).toISOString();

export interface OnlineMinutes {
  readonly companyCode: string;
  readonly interfaceName: string;
  readonly online: number;
  readonly counted: number;
}

/** Sums of the days of UTC+8 from `fromDay` to `toDay`, both in it, `yyyy-MM-dd`. Throws AppError DATABASE_UNAVAILABLE. */
export const readOnlineMinutes = (
  pool: Pool,
  scope: CompanyScope,
  fromDay: string,
  toDay: string,
): Promise<OnlineMinutes[]> =>
  queryRows<OnlineMinutes>(
    pool,
    `SELECT company_code AS "companyCode", interface AS "interfaceName", sum(online)::int AS online,
       sum(counted)::int AS counted
     FROM reporting_day WHERE day BETWEEN $2 AND $3 AND ($1::text IS NULL OR company_code = $1)
     GROUP BY company_code, interface ORDER BY company_code, interface`,
    [scope, fromDay, toDay],
  );
