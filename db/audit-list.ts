/** Reads of the audit for its administrator: newest first, by key and not by number of page. */
import type { AuditRow } from '../core/audit-api.ts';
import { type Queryable, queryRows } from './pool.ts';

export interface AuditFilter {
  readonly fromMs: number | null;
  readonly toMs: number | null;
  readonly userName: string | null;
  readonly action: string | null;
  readonly subject: string | null;
  readonly outcome: string | null;
  /** Somewhere in user, subject, address or detail; letter case does not count. */
  readonly search: string | null;
}

/** A page; `after`: what the one before called `next`. Throws AppError DATABASE_UNAVAILABLE. */
export async function readAudit(
  db: Queryable,
  filter: AuditFilter,
  after: AuditPlace | null,
  limit: number,
): Promise<{ readonly rows: AuditRow[]; readonly next: AuditPlace | null }> {
  const values: unknown[] = [];
  const clauses: string[] = [];
  const add = (clause: (of: (value: unknown) => string) => string): void => {
    clauses.push(clause((value) => `$${values.push(value)}`));
  };
  const { fromMs, toMs, search } = filter;
  if (fromMs !== null) add((of) => `at >= ${of(new Date(fromMs))}`);
  if (toMs !== null) add((of) => `at < ${of(new Date(toMs))}`);
  for (const [column, value] of [
    ['user_name', filter.userName],
    ['action', filter.action],
    ['subject', filter.subject],
    ['outcome', filter.outcome],
  ] as const) {
    if (value !== null) add((of) => `${column} = ${of(value)}`);
  }
  if (search !== null) {
    add((of) => `strpos(lower(concat_ws(' ', user_name, subject, address, detail::text)), lower(${of(search)})) > 0`);
  }
  if (after !== null) add((of) => `(at, id) < (${of(after.at)}::timestamptz, ${of(after.id)})`);
  const rows = await queryRows<AuditRow & { place: string }>(
    db,
    `SELECT id, (extract(epoch FROM at) * 1000)::bigint AS "atMs", user_id AS "userId", user_name AS "userName", action, subject,
            outcome, detail, address, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS place
     FROM audit WHERE isfinite(at) ${clauses.map((clause) => `AND ${clause}`).join(' ')}
     ORDER BY at DESC, id DESC LIMIT ${limit + 1}`,
    values,
  );
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    rows: shown.map(({ place: _, ...row }) => row),
    next: rows.length > limit && last !== undefined ? { at: last.place, id: last.id } : null,
  };
}

/** Whole microseconds: two rows of one millisecond are two places. */
export interface AuditPlace {
  readonly at: string;
  readonly id: number;
}

export interface SealState {
  readonly lastBlock: number;
  readonly lastSealedAtMs: number | null;
  readonly oldestAtMs: number | null;
}

export async function readSealState(db: Queryable): Promise<SealState> {
  const [row] = await queryRows<SealState>(
    db,
    `SELECT coalesce(max(s.no), 0) AS "lastBlock", (extract(epoch FROM max(s.at)) * 1000)::bigint AS "lastSealedAtMs",
            (SELECT (extract(epoch FROM at) * 1000)::bigint FROM audit WHERE isfinite(at) ORDER BY at LIMIT 1) AS "oldestAtMs"
     FROM (SELECT no, at FROM audit_seal ORDER BY no DESC LIMIT 1) AS s`,
  );
  return row ?? { lastBlock: 0, lastSealedAtMs: null, oldestAtMs: null };
}
