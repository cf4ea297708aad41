/**
 * Hand-overs of a shift: the state of things summed up from what is stored, and those that were given and taken. A desk (the park's, or
 * a company's) sees its own alone, and of the park what its scope has. Called by admin/handover.ts.
 */
import { HANDOVER_LISTED, type Handover, type HandoverHead, type HandoverSummary } from '../core/handover-api.ts';
import { OPEN_PERMIT_STATUSES } from '../stream/protocol/permits.ts';
import { readCompanyNames } from './company-contacts.ts';
import type { CompanyScope } from './company-scope.ts';
import { type Pool, type Queryable, queryRows } from './pool.ts';
import { readSenders } from './reporting.ts';

type Listed<T> = T & { readonly total: number };
const UNDER_WAY = OPEN_PERMIT_STATUSES.filter((status) => status === 'working' || status === 'paused');
const atMs = (column: string): string => `(extract(epoch FROM ${column}) * 1000)::float8`;
const listed = <T extends { readonly total: number }>(
  rows: readonly T[],
): { rows: Omit<T, 'total'>[]; total: number } => ({
  rows: rows.map(({ total: _, ...row }) => row),
  total: rows[0]?.total ?? 0,
});

/** Throws AppError DATABASE_UNAVAILABLE. */
export async function readHandoverSummary(
  pool: Pool,
  scope: CompanyScope,
  fromMs: number,
  toMs: number,
): Promise<HandoverSummary> {
  const [alarms, standing, shelves, orders, permits, senders] = await Promise.all([
    readAlarms(pool, scope, fromMs, toMs),
    readStanding(pool, scope),
    readShelves(pool, scope),
    readOpenOrders(pool, scope),
    readPermitsUnderWay(pool, scope),
    readSenders(pool, scope),
  ]);
  const codes = [
    ...standing.rows.flatMap(({ companyCodes }) => companyCodes),
    ...orders.rows.map(({ party }) => party.slice(0, party.indexOf('/'))),
    ...shelves.flatMap(({ area, person }) => [area, person].flatMap((key) => key?.split('/')[0] ?? [])),
  ];
  const companyNames = await readCompanyNames(pool, scope, [...new Set(codes)]);
  return {
    fromMs,
    toMs,
    companyNames: Object.fromEntries(companyNames),
    alarms,
    standing: standing.rows,
    standingCount: standing.total,
    shelves,
    orders: orders.rows,
    orderCount: orders.total,
    permits: permits.rows,
    permitCount: permits.total,
    silent: senders.flatMap(({ companyCode, companyName, interfaceName, state }) =>
      state?.state === 'silent' ? [{ companyCode, companyName, interfaceName, sinceMs: state.sinceMs }] : [],
    ),
  };
}

const readAlarms = (
  pool: Pool,
  scope: CompanyScope,
  fromMs: number,
  toMs: number,
): Promise<HandoverSummary['alarms'][number][]> =>
  queryRows(
    pool,
    `SELECT rule, level, count(*) AS raised, count(*) FILTER (WHERE acknowledged) AS acknowledged, count(ended_at) AS ended,
       count(*) FILTER (WHERE jsonb_typeof(view -> 'falseMark') = 'object') AS "markedFalse",
       count(*) FILTER (WHERE (view ->> 'escalations')::int > 0) AS escalated,
       (extract(epoch FROM avg(acknowledged_at - raised_at)) * 1000)::float8 AS "acknowledgedAfterMs"
     FROM alarm
     WHERE ($1::text IS NULL OR company_codes @> ARRAY[$1::text]) AND raised_at >= $2 AND raised_at < $3
     GROUP BY rule, level ORDER BY level, raised DESC, rule`,
    [scope, new Date(fromMs), new Date(toMs)],
  );

const readStanding = async (pool: Pool, scope: CompanyScope) =>
  listed(
    await queryRows<Listed<HandoverSummary['standing'][number]>>(
      pool,
      `SELECT alarm_id AS "alarmId", rule, level, coalesce(view #>> '{person,name}', '') AS person,
         coalesce(view ->> 'areaName', '') AS area, coalesce(view ->> 'subject', '') AS subject,
         company_codes AS "companyCodes", ${atMs('onset_at')} AS "onsetAtMs", active,
         view ->> 'acknowledgedBy' AS "acknowledgedBy", view ->> 'shelfId' AS "shelfId",
         coalesce(view -> 'comments', '[]') AS comments, count(*) OVER () AS total
       FROM alarm WHERE ended_at IS NULL AND ($1::text IS NULL OR company_codes @> ARRAY[$1::text])
       ORDER BY acknowledged, level, onset_at DESC, alarm_id LIMIT ${HANDOVER_LISTED}`,
      [scope],
    ),
  );

const readShelves = (pool: Pool, scope: CompanyScope): Promise<HandoverSummary['shelves'][number][]> =>
  queryRows(
    pool,
    `SELECT d.key AS "shelfId", d.value #>> '{scope,rule}' AS rule, d.value #>> '{scope,area}' AS area,
       coalesce(a.name, '') AS "areaName", d.value #>> '{scope,person}' AS person, coalesce(p.name, '') AS "personName",
       coalesce(d.value ->> 'reason', '') AS reason, d.value ->> 'by' AS by, (d.value ->> 'untilMs')::float8 AS "untilMs"
     FROM doc d
     LEFT JOIN LATERAL (SELECT name FROM area WHERE company_code || '/' || area_id = d.value #>> '{scope,area}' LIMIT 1) a ON true
     LEFT JOIN LATERAL (SELECT name FROM person
       WHERE company_code || '/' || coalesce(person_id, 'card:' || card_no) = d.value #>> '{scope,person}' LIMIT 1) p ON true
     WHERE d.kind = 'shelf' AND NOT d.gone AND ($1::text IS NULL OR d.company_codes @> ARRAY[$1::text])
     ORDER BY 9, 1 LIMIT ${HANDOVER_LISTED}`,
    [scope],
  );

const readOpenOrders = async (pool: Pool, scope: CompanyScope) =>
  listed(
    await queryRows<Listed<HandoverSummary['orders'][number]>>(
      pool,
      `SELECT key AS "orderId", value ->> 'rule' AS rule, (value ->> 'level')::int AS level,
         value #>> '{title,subject}' AS subject, value #>> '{title,place}' AS place, value ->> 'state' AS state,
         value ->> 'party' AS party, value #>> '{assignee,name}' AS assignee,
         (value ->> 'deadlineAtMs')::float8 AS "deadlineAtMs", count(*) OVER () AS total
       FROM doc WHERE kind = 'order' AND NOT gone AND ($1::text IS NULL OR company_codes @> ARRAY[$1::text])
       ORDER BY 9, 1 LIMIT ${HANDOVER_LISTED}`,
      [scope],
    ),
  );

const readPermitsUnderWay = async (pool: Pool, scope: CompanyScope) =>
  listed(
    await queryRows<Listed<HandoverSummary['permits'][number]>>(
      pool,
      `SELECT company_code AS "companyCode", permit_id AS "permitId", number, company_name AS "companyName",
         work_code AS "workCode", status, site, ${atMs('valid_to')} AS "validToMs", open_alarms AS "openAlarms",
         count(*) OVER () AS total
       FROM permit WHERE standing AND status = ANY ($2::text[]) AND ($1::text IS NULL OR company_code = $1)
       ORDER BY open_alarms DESC, valid_to NULLS LAST, company_code, permit_id LIMIT ${HANDOVER_LISTED}`,
      [scope, UNDER_WAY],
    ),
  );

const PERSON = (of: 'given' | 'taken', notes: string): string =>
  `jsonb_build_object('userName', ${of}_user, 'name', ${of}_name, 'atMs', ${atMs(`${of}_at`)}, 'notes', ${notes})`;
const HEAD = `id, ${atMs('from_at')} AS "fromMs", ${atMs('to_at')} AS "toMs", ${PERSON('given', 'notes')} AS given,
  CASE WHEN taken_at IS NULL THEN NULL ELSE ${PERSON('taken', 'taken_notes')} END AS taken`;
/** Of the desk whose scope it is: no desk reads another's, the park's own none of a company's. */
const OF_DESK = 'company_code IS NOT DISTINCT FROM $1';

/** Newest first, below the id `before`. */
export const readHandovers = (
  pool: Pool,
  scope: CompanyScope,
  before: number | null,
  limit: number,
): Promise<HandoverHead[]> =>
  queryRows<HandoverHead>(
    pool,
    `SELECT ${HEAD} FROM shift_handover WHERE ${OF_DESK} AND ($2::bigint IS NULL OR id < $2) ORDER BY id DESC LIMIT $3`,
    [scope, before, limit],
  );

/** null: this desk has none by that id. `giver`: of the account that gave it. */
export async function readHandover(
  db: Queryable,
  scope: CompanyScope,
  id: number,
): Promise<{ readonly handover: Handover; readonly giverId: string } | null> {
  const [row] = await queryRows<Handover & { readonly giverId: string }>(
    db,
    `SELECT ${HEAD}, summary, given_user_id AS "giverId" FROM shift_handover WHERE ${OF_DESK} AND id = $2`,
    [scope, id],
  );
  if (row === undefined) return null;
  const { giverId, ...handover } = row;
  return { handover, giverId };
}

export interface HandoverSigner {
  readonly userId: string;
  readonly userName: string;
  /** Of the person. */
  readonly name: string;
  readonly notes: string;
  readonly atMs: number;
}

/** Its id. */
export async function insertHandover(
  db: Queryable,
  scope: CompanyScope,
  summary: HandoverSummary,
  by: HandoverSigner,
): Promise<number> {
  const [row] = (await queryRows<{ id: number }>(
    db,
    `INSERT INTO shift_handover (company_code, from_at, to_at, summary, notes, given_user_id, given_user, given_name, given_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id`,
    [
      scope,
      new Date(summary.fromMs),
      new Date(summary.toMs),
      JSON.stringify(summary),
      by.notes,
      by.userId,
      by.userName,
      by.name,
      new Date(by.atMs),
    ],
  )) as [{ id: number }];
  return row.id;
}

/** false: somebody took it over already, or this desk has none by that id. */
export async function signHandover(
  db: Queryable,
  scope: CompanyScope,
  id: number,
  by: HandoverSigner,
): Promise<boolean> {
  const rows = await queryRows<{ id: number }>(
    db,
    `UPDATE shift_handover SET taken_user_id = $3, taken_user = $4, taken_name = $5, taken_notes = $6, taken_at = $7
     WHERE ${OF_DESK} AND id = $2 AND taken_at IS NULL RETURNING id`,
    [scope, id, by.userId, by.userName, by.name, by.notes, new Date(by.atMs)],
  );
  return rows.length === 1;
}
