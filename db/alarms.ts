/**
 * Reads the history of alarms, newest first, page by page. A cursor names the last row seen, so pages neither repeat nor
 * skip while new alarms come in. Called by admin.
 */
import type { AlarmState } from '../core/alarm-api.ts';
import { AppError } from '../core/errors.ts';
import { type AlarmView, alarmViewFrom, type OlderAlarmView } from '../stream/protocol/effects.ts';
import type { CompanyScope } from './company-scope.ts';
import { type Pool, queryRows } from './pool.ts';

/** What is asked for of the history; null or empty: whatever it is. */
export interface AlarmFilter {
  readonly rules: readonly string[];
  readonly levels: readonly number[];
  /** areaKey() */
  readonly area: string | null;
  readonly companyCode: string | null;
  /** PERSON_ID, or a card number. */
  readonly person: string | null;
  readonly state: AlarmState | null;
}
export const ANY_ALARM: AlarmFilter = {
  rules: [],
  levels: [],
  area: null,
  companyCode: null,
  person: null,
  state: null,
};

export interface AlarmQuery {
  readonly filter?: AlarmFilter;
  /** By the time they were raised; null: open. */
  readonly fromMs: number | null;
  readonly toMs: number | null;
  readonly limit: number;
  /** From the page before; null: the newest. */
  readonly cursor: string | null;
}

export interface AlarmPage {
  readonly alarms: AlarmView[];
  /** null: this was the last page. */
  readonly nextCursor: string | null;
}

const instant = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

/** Conditions on table alarm with parameters $1 - $9: scope, span of raising, filter. */
export const ALARM_WHERE = `($1::text IS NULL OR company_codes @> ARRAY[$1::text])
  AND ($2::timestamptz IS NULL OR raised_at >= $2) AND ($3::timestamptz IS NULL OR raised_at < $3)
  AND ($4::text[] = '{}' OR rule = ANY ($4)) AND ($5::smallint[] = '{}' OR level = ANY ($5))
  AND ($6::text IS NULL OR area_company_code || '/' || area_id = $6)
  AND ($7::text IS NULL OR company_codes @> ARRAY[$7::text])
  AND ($8::text IS NULL OR person_id = $8 OR card_no = $8)
  AND CASE $9::text
    WHEN 'open' THEN ended_at IS NULL
    WHEN 'unacknowledged' THEN ended_at IS NULL AND NOT acknowledged
    WHEN 'ended' THEN ended_at IS NOT NULL
    WHEN 'false' THEN jsonb_typeof(view -> 'falseMark') = 'object'
    WHEN 'quiet' THEN ended_at IS NULL AND coalesce(view ->> 'shelfId', view ->> 'suppressedBy') IS NOT NULL
    ELSE true END`;

export const whereValues = (
  scope: CompanyScope,
  fromMs: number | null,
  toMs: number | null,
  filter: AlarmFilter,
): unknown[] => [
  scope,
  instant(fromMs),
  instant(toMs),
  filter.rules,
  filter.levels,
  filter.area,
  filter.companyCode,
  filter.person,
  filter.state,
];

/** Throws AppError INPUT_INVALID on a cursor that is none of ours, DATABASE_UNAVAILABLE. */
export async function listAlarms(pool: Pool, scope: CompanyScope, query: AlarmQuery): Promise<AlarmPage> {
  const after = query.cursor === null ? null : decodeCursor(query.cursor);
  const rows = await queryRows<{ view: AlarmView }>(
    pool,
    `SELECT view FROM alarm
     WHERE ${ALARM_WHERE} AND ($10::timestamptz IS NULL OR (raised_at, alarm_id) < ($10, $11))
     ORDER BY raised_at DESC, alarm_id DESC LIMIT $12`,
    [
      ...whereValues(scope, query.fromMs, query.toMs, query.filter ?? ANY_ALARM),
      instant(after?.raisedAtMs ?? null),
      after?.alarmId ?? '',
      query.limit + 1,
    ],
  );
  const alarms = rows.slice(0, query.limit).map((row) => row.view);
  const last = alarms.at(-1);
  return { alarms, nextCursor: rows.length > query.limit && last !== undefined ? encodeCursor(last) : null };
}

const YEAR_10000_MS = Date.UTC(10_000, 0, 1);

const encodeCursor = (alarm: AlarmView): string =>
  Buffer.from(JSON.stringify([alarm.raisedAtMs, alarm.alarmId])).toString('base64url');

function decodeCursor(cursor: string): { raisedAtMs: number; alarmId: string } {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(parsed) && Number.isSafeInteger(parsed[0]) && typeof parsed[1] === 'string') {
      const [raisedAtMs, alarmId] = parsed as [number, string];
      // A date outside these years has no form that PostgreSQL reads, and a text with NUL none at all.
      if (raisedAtMs >= 0 && raisedAtMs < YEAR_10000_MS && !alarmId.includes('\0')) return { raisedAtMs, alarmId };
    }
  } catch (cause) {
    throw new AppError('INPUT_INVALID', { detail: 'cursor', cause });
  }
  throw new AppError('INPUT_INVALID', { detail: 'cursor' });
}

/** Newest stored view; null: none by that id in scope. Throws AppError DATABASE_UNAVAILABLE. */
export async function findAlarm(pool: Pool, scope: CompanyScope, alarmId: string): Promise<AlarmView | null> {
  const [row] = await queryRows<{ view: OlderAlarmView }>(
    pool,
    'SELECT view FROM alarm WHERE alarm_id = $2 AND ($1::text IS NULL OR company_codes @> ARRAY[$1::text])',
    [scope, alarmId],
  );
  return row === undefined ? null : alarmViewFrom(row.view);
}
