/**
 * Reads the books: what became of the records of each company and interface, minute by minute, where they do not balance,
 * and how far the store is. Called by admin, by `park ledger`, `park doctor` and the store's watch over the books.
 */
import { AppError } from '../core/errors.ts';
import type { CompanyScope } from './company-scope.ts';
import {
  isBalanced,
  LEDGER_FIELDS,
  type LedgerLine,
  type LedgerSums,
  RECORD_FIELDS,
  type RefusalLine,
} from './ledger-counts.ts';
import { columnOf } from './ledger-rows.ts';
import { type Pool, type Queryable, queryRows, withTransaction } from './pool.ts';
import { STORE_READER, type StoreOffsets } from './store-port.ts';

export interface LedgerSum extends LedgerSums {
  readonly companyCode: string;
  readonly interface: string;
}

export interface LedgerSpan {
  /** By minute of receipt; null: open. */
  readonly fromMs: number | null;
  readonly toMs: number | null;
}

export interface LedgerQuery {
  /** By minute of receipt, from this instant on, up to but without the other. */
  readonly fromMs: number;
  readonly toMs: number;
  /** null: every company in scope. */
  readonly companyCode: string | null;
  /** null: every interface. */
  readonly interface: string | null;
}

export interface LedgerMinutes {
  /** Where the store was when this was so: what follows in the log is pending. */
  readonly store: StoreOffset | null;
  /** In order of minute, company, interface; minutes in which nothing was counted are left out. */
  readonly minutes: readonly (LedgerLine & { readonly balanced: boolean })[];
  readonly sums: readonly (LedgerSum & { readonly balanced: boolean })[];
  /** Requests refused as a whole, by code, in the same order. */
  readonly refusals: readonly RefusalLine[];
}

/** Ten hours of thirty companies with three interfaces each, or eleven days of one. */
export const MAX_LEDGER_LINES = 50_000;

const instant = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());
const MINUTE = '(extract(epoch FROM minute) * 1000)::bigint';
const SUMS = LEDGER_FIELDS.map((field) => `sum(${columnOf(field)})::bigint AS "${field}"`).join(', ');
const COLUMNS = LEDGER_FIELDS.map((field) => `${columnOf(field)} AS "${field}"`).join(', ');

const SPAN = `($1::text IS NULL OR company_code = $1)
  AND ($2::timestamptz IS NULL OR minute >= $2) AND ($3::timestamptz IS NULL OR minute < $3)
  AND ($4::text IS NULL OR company_code = $4) AND ($5::text IS NULL OR interface = $5)`;

/** Reads that belong together, all of one moment. Throws AppError DATABASE_UNAVAILABLE. */
export const readAtOnce = <T>(pool: Pool, read: (db: Queryable) => Promise<T>): Promise<T> =>
  withTransaction(pool, async (client) => {
    await client.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY');
    return read(client);
  });

/** Sums by company and interface, in that order. Throws AppError DATABASE_UNAVAILABLE. */
export async function readLedger(
  db: Queryable,
  scope: CompanyScope,
  span: LedgerSpan & Partial<Pick<LedgerQuery, 'companyCode' | 'interface'>>,
): Promise<LedgerSum[]> {
  return queryRows<LedgerSum>(
    db,
    `SELECT company_code AS "companyCode", interface, ${SUMS} FROM ledger_minute WHERE ${SPAN}
     GROUP BY company_code, interface ORDER BY company_code, interface`,
    valuesOf(scope, span),
  );
}

const valuesOf = (
  scope: CompanyScope,
  span: LedgerSpan & Partial<Pick<LedgerQuery, 'companyCode' | 'interface'>>,
): unknown[] => [scope, instant(span.fromMs), instant(span.toMs), span.companyCode ?? null, span.interface ?? null];

/**
 * The books of a span for a page: minutes, their sums, refused requests. What lies in the log before the store is not in
 * it: see readPending. Throws AppError INPUT_INVALID when the span has more lines than MAX_LEDGER_LINES,
 * DATABASE_UNAVAILABLE.
 */
export function readLedgerMinutes(pool: Pool, scope: CompanyScope, query: LedgerQuery): Promise<LedgerMinutes> {
  return readAtOnce(pool, async (db) => {
    const minutes = await readLines(db, scope, query);
    if (minutes.length > MAX_LEDGER_LINES) {
      throw new AppError('INPUT_INVALID', { detail: 'too many minutes: ask for a shorter span' });
    }
    const refusals = await queryRows<RefusalLine>(
      db,
      `SELECT company_code AS "companyCode", interface, ${MINUTE} AS "minuteMs", code, requests FROM ledger_refusal
       WHERE ${SPAN} ORDER BY minute, company_code, interface, code LIMIT ${MAX_LEDGER_LINES}`,
      valuesOf(scope, query),
    );
    const sums = await readLedger(db, scope, query);
    return { store: await readStoreOffset(db), minutes: minutes.map(told), sums: sums.map(told), refusals };
  });
}

const told = <T extends LedgerSums>(line: T): T & { readonly balanced: boolean } => ({
  ...line,
  balanced: isBalanced(line),
});

/** At most MAX_LEDGER_LINES + 1, in order of minute, company, interface. */
export const readLines = (db: Queryable, scope: CompanyScope, query: LedgerQuery): Promise<LedgerLine[]> =>
  queryRows<LedgerLine>(
    db,
    `SELECT company_code AS "companyCode", interface, ${MINUTE} AS "minuteMs", ${COLUMNS} FROM ledger_minute WHERE ${SPAN}
     ORDER BY minute, company_code, interface LIMIT ${MAX_LEDGER_LINES + 1}`,
    valuesOf(scope, query),
  );

/** Minutes of a company and interface that do not balance. */
export interface UnbalancedBooks extends LedgerSum {
  readonly minutes: number;
  readonly firstMinuteMs: number;
}

/** Looked for in all minutes before `beforeMs`; an index has just these, so it costs nothing while there are none. */
export function readUnbalanced(db: Queryable, beforeMs: number): Promise<UnbalancedBooks[]> {
  return queryRows<UnbalancedBooks>(
    db,
    `SELECT company_code AS "companyCode", interface, count(*) AS minutes,
            (extract(epoch FROM min(minute)) * 1000)::bigint AS "firstMinuteMs", ${SUMS}
     FROM ledger_minute WHERE received <> ${RECORD_FIELDS.slice(1).join(' + ')} AND minute < $1
     GROUP BY company_code, interface ORDER BY company_code, interface`,
    [instant(beforeMs)],
  );
}

export interface LedgerTotal {
  readonly companyCode: string;
  readonly interface: string;
  /** received - refused, since the beginning. */
  readonly accepted: number;
  readonly acknowledged: number;
}

/** Where more was answered as accepted than the log held: something acknowledged is not there. */
export function readOverAcknowledged(db: Queryable, scope: CompanyScope): Promise<LedgerTotal[]> {
  return queryRows<LedgerTotal>(
    db,
    `SELECT company_code AS "companyCode", interface, accepted, acknowledged FROM ledger_total
     WHERE acknowledged > accepted AND ($1::text IS NULL OR company_code = $1) ORDER BY company_code, interface`,
    [scope],
  );
}

export interface StoreOffset extends StoreOffsets {
  readonly epoch: string;
  readonly term: number;
  /** Receipt time of the newest entry taken; null: not known. */
  readonly lastReceivedAtMs: number | null;
  readonly updatedAtMs: number;
}

/** null: no store has ever followed a log into this database. */
export async function readStoreOffset(db: Queryable): Promise<StoreOffset | null> {
  const [row] = await queryRows<StoreOffset>(
    db,
    `SELECT epoch, term, next_seq AS "nextSeq", alarms_next_seq AS "alarmsNextSeq",
            last_received_ms AS "lastReceivedAtMs", (extract(epoch FROM updated_at) * 1000)::bigint AS "updatedAtMs"
     FROM reader_offset WHERE reader = $1`,
    [STORE_READER],
  );
  return row ?? null;
}

/** Entries kept aside and not put in again. */
export async function countQuarantined(db: Queryable): Promise<number> {
  const [row] = await queryRows<{ count: number }>(
    db,
    'SELECT count(DISTINCT (epoch, seq)) AS count FROM quarantine WHERE again_seq IS NULL',
  );
  return row?.count ?? 0;
}
