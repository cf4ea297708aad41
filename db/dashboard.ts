/**
 * What the dashboard shows: the newest census, the day's, months of them, and alarms counted by day or month. Invariant: every
 * read takes a company scope; days and months are those of UTC+8. Called by admin/dashboard.ts.
 */
import { parkDayStartMs } from '../core/park-time.ts';
import type { Census } from '../stream/protocol/census.ts';
import type { CompanyScope } from './company-scope.ts';
import { type Pool, queryRows } from './pool.ts';

const DAY_MS = 86_400_000;

/** Of a list of counts, those of people of the companies in scope ($1). */
const inScope = (list: string): string => `jsonb_path_query_array(value -> '${list}',
  '$[*] ? ($c == null || @.companyCode == $c)', jsonb_build_object('c', $1::text))`;

/** A company sees its own people, wherever they are. null: there was no census yet. */
export async function readCensus(pool: Pool, scope: CompanyScope): Promise<Census | null> {
  const [row] = await queryRows<Census>(
    pool,
    `SELECT (value ->> 'atMs')::bigint AS "atMs", ${inScope('people')} AS people, ${inScope('areas')} AS areas
     FROM doc WHERE kind = 'census' AND key = '' AND NOT gone`,
    [scope],
  );
  return row ?? null;
}

/** Newest census of each step of the day, in order. */
export const readCensuses = (
  pool: Pool,
  scope: CompanyScope,
  day: string,
  stepMs: number,
): Promise<Pick<Census, 'atMs' | 'people'>[]> =>
  queryRows(
    pool,
    `SELECT (value ->> 'atMs')::bigint AS "atMs", ${inScope('people')} AS people FROM doc_change c
     JOIN (
       SELECT max(at) AS at FROM doc_change WHERE kind = 'census' AND key = '' AND at >= $2 AND at < $3
       GROUP BY floor(extract(epoch FROM at) * 1000 / $4::bigint)
     ) newest USING (at)
     WHERE c.kind = 'census' AND c.key = '' AND c.at >= $2 AND c.at < $3 ORDER BY at`,
    [scope, new Date(parkDayStartMs(day)), new Date(parkDayStartMs(day) + DAY_MS), stepMs],
  );

/** Names and kinds of areas by areaKey(). */
export async function readAreaNames(
  pool: Pool,
  areas: readonly string[],
): Promise<Map<string, { name: string; kind: string | null }>> {
  const rows = await queryRows<{ area: string; name: string; kind: string | null }>(
    pool,
    `SELECT company_code || '/' || area_id AS area, name, kind FROM area
     WHERE company_code || '/' || area_id = ANY ($1::text[])`,
    [areas],
  );
  return new Map(rows.map(({ area, name, kind }) => [area, { name, kind }]));
}

export interface AlarmCount {
  readonly period: string;
  readonly rule: string;
  readonly level: number;
  readonly raised: number;
  readonly marked: number;
}

const PERIOD = { day: 'YYYY-MM-DD', month: 'YYYY-MM' } as const;

/** By period, rule and the level it has now; `toDay` included. */
export const countAlarms = (
  pool: Pool,
  scope: CompanyScope,
  step: 'day' | 'month',
  fromDay: string,
  toDay: string,
): Promise<AlarmCount[]> =>
  queryRows<AlarmCount>(
    pool,
    `SELECT to_char(raised_at AT TIME ZONE interval '08:00', $4) AS period, rule, level, count(*) AS raised,
       count(*) FILTER (WHERE jsonb_typeof(view -> 'falseMark') = 'object') AS marked
     FROM alarm
     WHERE ($1::text IS NULL OR company_codes @> ARRAY[$1::text]) AND raised_at >= $2 AND raised_at < $3
     GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`,
    [scope, new Date(parkDayStartMs(fromDay)), new Date(parkDayStartMs(toDay) + DAY_MS), PERIOD[step]],
  );

export interface OnlineMonth {
  /** YYYY-MM */
  readonly month: string;
  readonly onlineMax: number;
  readonly onlineMean: number;
}

/** Months with a census, from that of `fromDay` on. */
export const readOnlineMonths = (pool: Pool, scope: CompanyScope, fromDay: string): Promise<OnlineMonth[]> =>
  queryRows<OnlineMonth>(
    pool,
    `SELECT to_char(c.day, 'YYYY-MM') AS month, max(d.online_max) AS "onlineMax",
       round(sum(d.online_sum)::numeric / sum(c.censuses), 1)::float8 AS "onlineMean"
     FROM census_day c LEFT JOIN census_day d ON d.day = c.day AND d.company_code = $1
     WHERE c.company_code = '' AND c.day >= $2::date
     GROUP BY 1 HAVING max(d.online_max) IS NOT NULL ORDER BY 1`,
    [scope ?? '', fromDay],
  );
