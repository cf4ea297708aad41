/**
 * Alarms counted, one alarm with all that became of it, and what was announced. Every read takes a company scope. Called by
 * admin/alarms.ts.
 */
import type { AlarmDetail, AlarmStatisticsRow, StatisticsBy } from '../core/alarm-api.ts';
import { ANNOUNCING } from '../stream/protocol/effects.ts';
import type { AlarmLevel, RuleId } from '../stream/protocol/vocabulary.ts';
import { ALARM_WHERE, type AlarmFilter, whereValues } from './alarms.ts';
import type { CompanyScope } from './company-scope.ts';
import { type Pool, queryRows } from './pool.ts';

const KEY_OF: Readonly<Record<StatisticsBy, string>> = {
  rule: 'rule',
  area: `coalesce(area_company_code || '/' || area_id, '')`,
  company: 'company',
  day: `to_char(raised_at AT TIME ZONE interval '08:00', 'YYYY-MM-DD')`,
  month: `to_char(raised_at AT TIME ZONE interval '08:00', 'YYYY-MM')`,
};

/** An alarm of two companies counts for each of them, by company; a company sees its own line alone. */
export const countAlarmsBy = (
  pool: Pool,
  scope: CompanyScope,
  by: StatisticsBy,
  fromMs: number,
  toMs: number,
  filter: AlarmFilter,
): Promise<AlarmStatisticsRow[]> =>
  queryRows<AlarmStatisticsRow>(
    pool,
    `SELECT ${KEY_OF[by]} AS key, count(*) AS raised, count(ended_at) AS ended,
       count(*) FILTER (WHERE jsonb_typeof(view -> 'falseMark') = 'object') AS "falseCount",
       count(*) FILTER (WHERE jsonb_typeof(view -> 'falseMark') = 'object')::float8 / count(*) AS "falseShare",
       count(*) FILTER (WHERE coalesce(view ->> 'shelfId', view ->> 'suppressedBy') IS NOT NULL) AS "shelvedOrSuppressed",
       count(*) FILTER (WHERE (view ->> 'escalations')::int > 0) AS escalated,
       (extract(epoch FROM avg(acknowledged_at - raised_at)) * 1000)::float8 AS "acknowledgedAfterMs"
     FROM alarm ${by === 'company' ? 'CROSS JOIN LATERAL unnest(company_codes) AS company' : ''}
     WHERE ${ALARM_WHERE} ${by === 'company' ? 'AND ($1::text IS NULL OR company = $1)' : ''}
     GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 1000`,
    whereValues(scope, fromMs, toMs, filter),
  );

/** null: no such alarm in this scope. */
export async function readAlarmDetail(pool: Pool, scope: CompanyScope, alarmId: string): Promise<AlarmDetail | null> {
  const [found] = await queryRows<{ view: unknown }>(
    pool,
    'SELECT view FROM alarm WHERE alarm_id = $2 AND ($1::text IS NULL OR company_codes @> ARRAY[$1::text])',
    [scope, alarmId],
  );
  if (found === undefined) return null;
  const transitions = await queryRows<AlarmDetail['transitions'][number]>(
    pool,
    `SELECT (extract(epoch FROM at) * 1000)::float8 AS "atMs", transition, view ->> 'actedBy' AS by, view ->> 'why' AS why,
       (view ->> 'level')::int AS level
     FROM alarm_transition WHERE alarm_id = $1 ORDER BY at, seq, ordinal`,
    [alarmId],
  );
  return { alarm: found.view, transitions };
}

export interface StoredAnnouncement {
  readonly atMs: number;
  readonly rule: RuleId;
  readonly subject: string;
  readonly level: AlarmLevel;
}

/**
 * As isAnnounced (stream/protocol/effects.ts) says, in order. Of alarms raised up to 31 days before the span: the transitions
 * are found through their alarms.
 */
export const readAnnouncements = (pool: Pool, fromMs: number, toMs: number): Promise<StoredAnnouncement[]> =>
  queryRows<StoredAnnouncement>(
    pool,
    `SELECT (extract(epoch FROM t.at) * 1000)::float8 AS "atMs", a.rule, coalesce(t.view ->> 'subject', '') AS subject,
       (t.view ->> 'level')::int AS level
     FROM alarm a JOIN alarm_transition t USING (alarm_id)
     WHERE a.raised_at >= $1::timestamptz - interval '31 days' AND a.raised_at < $2
       AND t.at >= $1 AND t.at < $2 AND t.transition = ANY ($3::text[]) AND (t.view ->> 'active')::boolean
       AND coalesce(t.view ->> 'shelfId', t.view ->> 'suppressedBy', t.view ->> 'under') IS NULL
       AND (t.transition = 'raised' OR (t.view ->> 'askedAtMs')::numeric = round(extract(epoch FROM t.at) * 1000))
     ORDER BY t.at, t.seq, t.ordinal`,
    [new Date(fromMs), new Date(toMs), ANNOUNCING],
  );

/** Active now and not quiet, raised before then. */
export async function countStale(pool: Pool, beforeMs: number): Promise<number> {
  const [row] = await queryRows<{ n: number }>(
    pool,
    `SELECT count(*) AS n FROM alarm WHERE ended_at IS NULL AND active AND raised_at < $1
       AND coalesce(view ->> 'shelfId', view ->> 'suppressedBy', view ->> 'under') IS NULL`,
    [new Date(beforeMs)],
  );
  return row?.n ?? 0;
}
