/**
 * The park at an instant and what changed after it, out of rows: people, areas, alarms by their transitions, permits by their words.
 * The scope is a clause of every statement. Called by admin/playback/.
 */
import { parkDayNumber, parkMidnightMs } from '../../core/park-time.ts';
import type { PlaybackMark } from '../../core/playback-api.ts';
import { type AlarmView, alarmViewFrom, type OlderAlarmView, type PersonView } from '../../stream/protocol/effects.ts';
import type { AreaRecord } from '../../stream/protocol/entry.ts';
import { mergePermit, type PermitState } from '../../stream/protocol/permit-merge.ts';
import { OPEN_PERMIT_STATUSES, type PermitRecord } from '../../stream/protocol/permits.ts';
import type { CompanyScope } from '../company-scope.ts';
import { isHypertable } from '../migrate.ts';
import { type Pool, queryArrays, queryRows } from '../pool.ts';
import { DAY_MS, instantOf, listChunks, listPartitions } from '../range-partitions.ts';
import { readKeptFrom } from '../segments/border.ts';

const ms = (column: string): string => `(extract(epoch FROM ${column}) * 1000)::bigint`;
const inScope = (column: string): string => `($1::text IS NULL OR ${column} = $1)`;
const ALARM_IN_SCOPE = '($1::text IS NULL OR a.company_codes @> ARRAY[$1::text])';
const STOOD = `tstzrange(least(a.raised_at, a.ended_at), a.ended_at, '[]')`;

type PersonRow = [
  id: number,
  personId: string | null,
  cardNo: string | null,
  companyCode: string,
  companyName: string,
  name: string,
  type: PersonView['type'],
  department: string,
  post: string,
];

/** Of the register as it is today; tags that nobody is known to wear among them. Ascending by id. */
export async function readPastPeople(pool: Pool, scope: CompanyScope): Promise<{ id: number; view: PersonView }[]> {
  const rows = await queryArrays<PersonRow>(
    pool,
    `SELECT p.id, p.person_id, p.card_no, p.company_code, coalesce(nullif(p.company_name, ''), c.name, ''), p.name, p.type, p.department, p.post
     FROM person p LEFT JOIN company c ON c.code = p.company_code
     WHERE NOT p.joint_test AND ${inScope('p.company_code')} ORDER BY p.id`,
    [scope],
  );
  return rows.map(([id, personId, cardNo, companyCode, companyName, name, type, department, post]) => ({
    id,
    view: { personId, cardNo, companyCode, companyName, name, type, department, post },
  }));
}

/** Words of FLOOR_NO by the numbers that positions carry (name-dictionary.ts). */
export async function readFloorWords(pool: Pool): Promise<ReadonlyMap<number, string>> {
  const rows = await queryRows<{ id: number; name: string }>(pool, 'SELECT id, name FROM fix_floor WHERE id > 0');
  return new Map(rows.map(({ id, name }) => [id, name]));
}

export const readPastAliases = (
  pool: Pool,
  scope: CompanyScope,
): Promise<{ id: number; alsoId: number; untilMs: number }[]> =>
  queryRows(
    pool,
    `SELECT a.person_id AS id, a.also_id AS "alsoId", ${ms('a.until')} AS "untilMs"
     FROM person_alias a JOIN person p ON p.id = a.person_id WHERE isfinite(a.until) AND ${inScope('p.company_code')}`,
    [scope],
  );

/** Versions that held at `fromMs` and those received in (fromMs, toMs], in order of time; withdrawals are versions too. */
export const readPastAreas = (
  pool: Pool,
  scope: CompanyScope,
  fromMs: number,
  toMs: number,
): Promise<{ atMs: number; version: number; record: AreaRecord }[]> =>
  queryRows(
    pool,
    `SELECT ${ms('v.received_at')} AS "atMs", v.version, v.body AS record FROM area_version v
     WHERE ${inScope('v.company_code')} AND v.received_at <= $3 AND v.version >= (
       SELECT coalesce(max(o.version), 0) FROM area_version o
       WHERE o.company_code = v.company_code AND o.area_id = v.area_id AND o.received_at <= $2)
     ORDER BY v.received_at, v.company_code, v.area_id, v.version`,
    [scope, instantOf(fromMs), instantOf(toMs)],
  );

/** Alarms that stood at the instant, each as its newest transition until then left it. */
export async function readAlarmsAt(pool: Pool, scope: CompanyScope, atMs: number): Promise<AlarmView[]> {
  const rows = await queryRows<{ view: OlderAlarmView }>(
    pool,
    `SELECT t.view FROM alarm a CROSS JOIN LATERAL (
       SELECT view FROM alarm_transition o WHERE o.alarm_id = a.alarm_id AND o.at <= $2
       ORDER BY o.at DESC, o.seq DESC, o.ordinal DESC LIMIT 1) AS t
     WHERE ${ALARM_IN_SCOPE} AND ${STOOD} && tstzrange($2, $2, '[]') AND t.view ->> 'endedAtMs' IS NULL
     ORDER BY a.alarm_id COLLATE "C"`,
    [scope, instantOf(atMs)],
  );
  return rows.map(({ view }) => alarmViewFrom(view));
}

/** Transitions in (fromMs, toMs], in order. */
export async function readAlarmChanges(
  pool: Pool,
  scope: CompanyScope,
  fromMs: number,
  toMs: number,
): Promise<{ atMs: number; alarm: AlarmView }[]> {
  const rows = await queryRows<{ atMs: number; view: OlderAlarmView }>(
    pool,
    `SELECT ${ms('t.at')} AS "atMs", t.view FROM alarm a JOIN alarm_transition t ON t.alarm_id = a.alarm_id
     WHERE ${ALARM_IN_SCOPE} AND ${STOOD} && tstzrange($2, $3, '[]') AND t.at > $2 AND t.at <= $3
     ORDER BY t.at, t.epoch, t.seq, t.ordinal`,
    [scope, instantOf(fromMs), instantOf(toMs)],
  );
  return rows.map(({ atMs, view }) => ({ atMs, alarm: alarmViewFrom(view) }));
}

/** As it is now. */
export async function readAlarm(pool: Pool, scope: CompanyScope, alarmId: string): Promise<AlarmView | null> {
  const [row] = await queryRows<{ view: OlderAlarmView }>(
    pool,
    `SELECT a.view FROM alarm a WHERE ${ALARM_IN_SCOPE} AND a.alarm_id = $2`,
    [scope, alarmId],
  );
  return row === undefined ? null : alarmViewFrom(row.view);
}

/** Every transition of these, in order. */
export async function readHistories(
  pool: Pool,
  scope: CompanyScope,
  alarmIds: readonly string[],
): Promise<{ atMs: number; alarm: AlarmView }[]> {
  const rows = await queryRows<{ atMs: number; view: OlderAlarmView }>(
    pool,
    `SELECT ${ms('t.at')} AS "atMs", t.view FROM alarm a JOIN alarm_transition t ON t.alarm_id = a.alarm_id
     WHERE ${ALARM_IN_SCOPE} AND a.alarm_id = ANY ($2::text[]) ORDER BY t.at, t.epoch, t.seq, t.ordinal`,
    [scope, alarmIds],
  );
  return rows.map(({ atMs, view }) => ({ atMs, alarm: alarmViewFrom(view) }));
}

/** By onset. */
export async function readMarks(
  pool: Pool,
  scope: CompanyScope,
  fromMs: number,
  toMs: number,
  limit: number,
): Promise<{ marks: PlaybackMark[]; leftOut: number }> {
  const rows = await queryRows<PlaybackMark & { total: number }>(
    pool,
    `SELECT a.alarm_id AS "alarmId", a.rule, a.level::int AS level, ${ms('a.onset_at')} AS "onsetAtMs",
       ${ms('a.raised_at')} AS "raisedAtMs", ${ms('a.ended_at')} AS "endedAtMs",
       coalesce(a.view #>> '{person,name}', a.view ->> 'areaName', '') AS who,
       coalesce(a.view #>> '{person,companyCode}', a.area_company_code) AS "companyCode", a.person_id AS "personId",
       count(*) OVER () AS total
     FROM alarm a WHERE ${ALARM_IN_SCOPE} AND ${STOOD} && tstzrange($2, $3, '[]')
     ORDER BY a.onset_at, a.alarm_id COLLATE "C" LIMIT $4`,
    [scope, instantOf(fromMs), instantOf(toMs), limit],
  );
  const total = rows[0]?.total ?? 0;
  return { marks: rows.map(({ total: _, ...mark }) => mark), leftOut: total - rows.length };
}

/** Work of a permit goes on for some days at most; one that was left open for longer than that is not looked for. */
const WORK_WITHIN_MS = 31 * DAY_MS;

/**
 * Permits that had been told of and were open, or closed on the day of the instant or later, merged from the words received until
 * then. One that heard nothing since is as it is kept.
 */
export async function readPermitsAt(pool: Pool, scope: CompanyScope, atMs: number): Promise<PermitState[]> {
  const dayMs = parkMidnightMs(parkDayNumber(atMs));
  const rows = await queryRows<{ companyCode: string; permitId: string; state: PermitState | null }>(
    pool,
    `SELECT p.company_code AS "companyCode", p.permit_id AS "permitId",
       CASE WHEN NOT EXISTS (
         SELECT FROM permit_word w WHERE w.company_code = p.company_code AND w.permit_id = p.permit_id
           AND NOT w.joint_test AND w.received_at > $2) THEN p.state END AS state
     FROM permit p
     WHERE NOT p.joint_test AND ${inScope('p.company_code')} AND p.received_at <= $2 AND p.work_at BETWEEN $3 AND $4
       AND (p.updated_at >= $5 OR (p.status = ANY ($6::text[]) AND NOT p.deleted))
`,
    [
      scope,
      instantOf(atMs),
      instantOf(atMs - WORK_WITHIN_MS),
      instantOf(atMs + WORK_WITHIN_MS),
      instantOf(dayMs),
      OPEN_PERMIT_STATUSES,
    ],
  );
  const later = await readPermitStates(
    pool,
    rows.filter(({ state }) => state === null),
    atMs,
  );
  return [...rows.flatMap(({ state }) => (state === null ? [] : [state])), ...later];
}

/** Merged from the words received until the instant; permits that nothing was said of are left out. */
export async function readPermitStates(
  pool: Pool,
  permits: readonly Pick<PermitState, 'companyCode' | 'permitId'>[],
  atMs: number,
): Promise<PermitState[]> {
  if (permits.length === 0) return [];
  const words = await queryRows<{ receivedAtMs: number; record: PermitRecord }>(
    pool,
    `SELECT ${ms('w.received_at')} AS "receivedAtMs", w.said AS record
     FROM unnest($1::text[], $2::text[]) AS k (company_code, permit_id)
     JOIN permit_word w ON w.company_code = k.company_code AND w.permit_id = k.permit_id
     WHERE NOT w.joint_test AND w.received_at <= $3 ORDER BY w.received_at, w.updated_at, w.hash`,
    [permits.map(({ companyCode }) => companyCode), permits.map(({ permitId }) => permitId), instantOf(atMs)],
  );
  const merged = new Map<string, PermitState>();
  for (const { receivedAtMs, record } of words) {
    const key = `${record.companyCode}/${record.permitId}`;
    merged.set(key, mergePermit(merged.get(key) ?? null, record, receivedAtMs));
  }
  return [...merged.values()];
}

/** In order of receipt. */
export const readPermitWords = (
  pool: Pool,
  scope: CompanyScope,
  fromMs: number,
  toMs: number,
): Promise<{ receivedAtMs: number; record: PermitRecord }[]> =>
  queryRows(
    pool,
    `SELECT ${ms('received_at')} AS "receivedAtMs", said AS record FROM permit_word
     WHERE NOT joint_test AND ${inScope('company_code')} AND received_at > $2 AND received_at <= $3
     ORDER BY received_at, updated_at, hash`,
    [scope, instantOf(fromMs), instantOf(toMs)],
  );

export const readCameraLinks = (
  pool: Pool,
  permits: readonly Pick<PermitState, 'companyCode' | 'permitId'>[],
): Promise<{ companyCode: string; permitId: string; cameraCode: string }[]> =>
  queryRows(
    pool,
    `SELECT DISTINCT v.company_code AS "companyCode", v.body ->> 'permitId' AS "permitId", v.body ->> 'cameraCode' AS "cameraCode"
     FROM unnest($1::text[], $2::text[]) AS k (company_code, permit_id)
     JOIN vendor_record v ON v.company_code = k.company_code AND v.body ->> 'permitId' = k.permit_id
     WHERE v.interface = 'permit-videos' AND NOT v.joint_test AND NOT v.deleted ORDER BY 1, 2, 3`,
    [permits.map(({ companyCode }) => companyCode), permits.map(({ permitId }) => permitId)],
  );

/** A partition without rows has some pages all the same. */
const EMPTY_BYTES = 65_536;

/** Positions were received before, were kept by their age, and lie in a partition that is there. */
export async function readFloor(pool: Pool): Promise<number | null> {
  const [first] = await queryRows<{ atMs: number | null }>(
    pool,
    `SELECT min(l.at) AS "atMs" FROM company c CROSS JOIN LATERAL (
       SELECT ${ms('min(minute)')} AS at FROM ledger_minute WHERE company_code = c.code AND interface = 'positions') AS l`,
  );
  const receivedMs = first?.atMs ?? null;
  if (receivedMs === null) return null;
  const rows = (await isHypertable(pool)) ? listChunks(pool, 'position') : listPartitions(pool, 'position');
  const lists = await Promise.all([listPartitions(pool, 'position_segment'), rows]);
  const stored = lists.flat().filter(({ bytes }) => bytes > EMPTY_BYTES);
  const oldestMs = Math.min(...stored.map(({ fromMs }) => fromMs));
  return Math.max(receivedMs, await readKeptFrom(pool), Number.isFinite(oldestMs) ? oldestMs : 0);
}
