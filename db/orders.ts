/**
 * Work orders as their documents tell (tables doc, doc_change), their files, and what was told of them. Every read takes a company
 * scope. Called by admin/orders.ts.
 */
import type { OrderAssignee, OrderAttachment, OrderCounts, OrderStatistics } from '../core/order-api.ts';
import type { Delivery } from '../stream/protocol/deliveries.ts';
import type { Order } from '../stream/protocol/orders.ts';
import type { CompanyScope } from './company-scope.ts';
import { type Pool, type Queryable, queryRows } from './pool.ts';

export interface OrderFilter {
  readonly state?: string | undefined;
  readonly rule?: string | undefined;
  readonly level?: number | undefined;
  readonly company?: string | undefined;
  readonly party?: string | undefined;
  /** true: open, beyond the deadline of their state. */
  readonly overdue?: boolean | undefined;
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
  readonly before?: { readonly madeAtMs: number; readonly orderId: string } | undefined;
}

const MADE_AT = `(value->>'madeAtMs')::bigint`;

/** Newest first. */
export async function readOrders(
  pool: Pool,
  scope: CompanyScope,
  filter: OrderFilter,
  limit: number,
  nowMs: number,
): Promise<Order[]> {
  const rows = await queryRows<{ value: Order }>(
    pool,
    `SELECT value FROM doc WHERE kind = 'order'
       AND ($1::text IS NULL OR company_codes @> ARRAY[$1])
       AND ($2::text IS NULL OR value->>'state' = $2)
       AND ($3::text IS NULL OR value->>'rule' = $3)
       AND ($4::int IS NULL OR (value->>'level')::int = $4)
       AND ($5::text IS NULL OR company_codes @> ARRAY[$5])
       AND ($6::text IS NULL OR value->>'party' = $6)
       AND ($7::boolean IS NULL OR (NOT gone AND (value->>'deadlineAtMs')::bigint <= $8) = $7)
       AND ($9::bigint IS NULL OR ${MADE_AT} >= $9)
       AND ($10::bigint IS NULL OR ${MADE_AT} < $10)
       AND ($11::bigint IS NULL OR (${MADE_AT}, key) < ($11, $12))
     ORDER BY ${MADE_AT} DESC, key DESC LIMIT $13`,
    [
      scope,
      filter.state ?? null,
      filter.rule ?? null,
      filter.level ?? null,
      filter.company ?? null,
      filter.party ?? null,
      filter.overdue ?? null,
      nowMs,
      filter.fromMs ?? null,
      filter.toMs ?? null,
      filter.before?.madeAtMs ?? null,
      filter.before?.orderId ?? '',
      limit,
    ],
  );
  return rows.map(({ value }) => value);
}

/** null: there is none in scope. */
export async function readOrder(pool: Pool, scope: CompanyScope, orderId: string): Promise<Order | null> {
  const [row] = await queryRows<{ value: Order }>(
    pool,
    `SELECT value FROM doc WHERE kind = 'order' AND key = $2 AND ($1::text IS NULL OR company_codes @> ARRAY[$1])`,
    [scope, orderId],
  );
  return row?.value ?? null;
}

/** Users who may sign in, of a party; of one whose desk nobody is named for, everybody of the company or the park's staff. */
export async function readPartyUsers(pool: Pool, scope: CompanyScope, party: string): Promise<OrderAssignee[]> {
  const slash = party.indexOf('/');
  const [of, desk] = [party.slice(0, slash), party.slice(slash + 1)];
  if (scope !== null && scope !== of) return [];
  return queryRows<OrderAssignee>(
    pool,
    `WITH staff AS (
       SELECT id::text AS "userId", coalesce(nullif(display_name, ''), name) AS name, department = $2 AS is_of_desk
       FROM app_user WHERE NOT disabled AND NOT unconfirmed
         AND CASE WHEN $1 = 'park' THEN role IN ('operator', 'park') ELSE company_code = $1 END)
     SELECT "userId", name FROM staff
     WHERE is_of_desk OR NOT EXISTS (SELECT FROM staff WHERE is_of_desk) ORDER BY name, "userId"`,
    [of, desk],
  );
}

/** A company sees what went to its own parties. */
export async function readOrderDeliveries(pool: Pool, scope: CompanyScope, orderId: string): Promise<Delivery[]> {
  const rows = await queryRows<{ value: Delivery }>(
    pool,
    `SELECT value FROM doc WHERE kind = 'delivery' AND value->>'orderId' = $2
       AND ($1::text IS NULL OR company_codes @> ARRAY[$1]) ORDER BY (value->>'dueAtMs')::bigint, key`,
    [scope, orderId],
  );
  return rows.map(({ value }) => value);
}

const COUNTS = `count(*)::int AS made,
  count(*) FILTER (WHERE NOT gone)::int AS open,
  count(*) FILTER (WHERE value->>'state' = 'closed')::int AS closed,
  count(*) FILTER (WHERE value->>'state' = 'withdrawn')::int AS withdrawn,
  count(*) FILTER (WHERE NOT gone AND (value->>'deadlineAtMs')::bigint <= $4)::int AS overdue,
  (avg(((value->>'lateStates')::int = 0)::int) FILTER (WHERE value->>'state' = 'closed'))::float8 AS "onTimeShare",
  (avg((value->>'closedAtMs')::bigint - ${MADE_AT}) FILTER (WHERE value->>'state' = 'closed'))::float8 AS "meanCloseMs",
  avg(is_false::int)::float8 AS "falseShare"`;
/** Parameters: scope, from, to, now. */
const CHOSEN = `SELECT d.*, coalesce(jsonb_typeof(a.view->'falseMark') = 'object', false) AS is_false
  FROM doc d LEFT JOIN alarm a ON a.alarm_id = d.value->'alarmIds'->>0
  WHERE d.kind = 'order' AND ($1::text IS NULL OR d.company_codes @> ARRAY[$1])
    AND (d.value->>'madeAtMs')::bigint >= $2 AND (d.value->>'madeAtMs')::bigint < $3`;

/** Of orders made in [fromMs, toMs). */
export async function readOrderStatistics(
  pool: Pool,
  scope: CompanyScope,
  fromMs: number,
  toMs: number,
  nowMs: number,
): Promise<OrderStatistics> {
  const values = [scope, fromMs, toMs, nowMs];
  const [total, byRule, byCompany, byState] = await Promise.all([
    queryRows<OrderCounts>(pool, `SELECT ${COUNTS} FROM (${CHOSEN}) o`, values),
    queryRows<OrderCounts & { rule: string }>(
      pool,
      `SELECT value->>'rule' AS rule, ${COUNTS} FROM (${CHOSEN}) o GROUP BY 1 ORDER BY made DESC, 1`,
      values,
    ),
    // An order of several companies counts for each of them; a company is told of itself alone.
    queryRows<OrderCounts & { companyCode: string }>(
      pool,
      `SELECT code AS "companyCode", ${COUNTS} FROM (${CHOSEN}) o, unnest(company_codes) code
       WHERE $1::text IS NULL OR code = $1 GROUP BY 1 ORDER BY made DESC, 1`,
      values,
    ),
    queryRows<{ state: string; count: number; meanMs: number }>(
      pool,
      `SELECT state, count(*)::int AS count, avg(next - since)::float8 AS "meanMs" FROM (
         SELECT state, since, lead(since) OVER (PARTITION BY key ORDER BY since) AS next FROM (
           SELECT DISTINCT c.key, c.value->>'state' AS state, (c.value->>'stateSinceMs')::bigint AS since
           FROM doc_change c JOIN (${CHOSEN}) o USING (kind, key)) turns) spans
       WHERE next IS NOT NULL AND $4::bigint IS NOT NULL GROUP BY state ORDER BY state`,
      values,
    ),
  ]);
  return { fromMs, toMs, total: total[0] as OrderCounts, byRule, byCompany, byState };
}

const ATTACHMENT = `attachment_id AS "attachmentId", order_id AS "orderId", name, media_type AS "mediaType",
  size_bytes AS "sizeBytes", sm3, by, (extract(epoch FROM at) * 1000)::float8 AS "atMs"`;

export const readAttachments = (pool: Pool, orderId: string): Promise<OrderAttachment[]> =>
  queryRows(pool, `SELECT ${ATTACHMENT} FROM order_attachment WHERE order_id = $1 ORDER BY at, attachment_id`, [
    orderId,
  ]);

/** The scope is that of its order: whoever asks has looked at that. */
export async function readAttachment(
  pool: Pool,
  orderId: string,
  attachmentId: string,
): Promise<OrderAttachment | null> {
  const rows = await queryRows<OrderAttachment>(
    pool,
    `SELECT ${ATTACHMENT} FROM order_attachment WHERE order_id = $1 AND attachment_id = $2`,
    [orderId, attachmentId],
  );
  return rows[0] ?? null;
}

export async function insertAttachment(db: Queryable, one: OrderAttachment): Promise<void> {
  await queryRows(
    db,
    `INSERT INTO order_attachment (attachment_id, order_id, name, media_type, size_bytes, sm3, by, at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [one.attachmentId, one.orderId, one.name, one.mediaType, one.sizeBytes, one.sm3, one.by, new Date(one.atMs)],
  );
}
