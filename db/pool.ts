/**
 * The one place that knows pg: connection pools, transactions, and the translation of its failures. Invariant: what
 * leaves this file is either a row, or AppError DATABASE_UNAVAILABLE (trying again may help), or pg's own DatabaseError
 * for a statement PostgreSQL refused. Called by everything in db/, by admin and by server.
 */
import pg from 'pg';
import { AppError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import { silentLogger } from '../core/logger.ts';

export type Pool = pg.Pool;
export type PoolClient = pg.PoolClient;
/** Anything that runs a statement: a pool, or a client inside a transaction. */
export type Queryable = Pick<pg.Pool, 'query'> | Pick<pg.PoolClient, 'query'>;

export interface PoolOptions {
  /** Most connections at a time. Default 10. */
  readonly max?: number;
  /** Shown in pg_stat_activity. */
  readonly applicationName?: string;
  /** PostgreSQL ends a statement after this; 0: never. Default 30 s. */
  readonly statementTimeoutMs?: number;
  /** PostgreSQL ends a session that holds a transaction open without a statement for this long. Default: never. */
  readonly idleInTransactionMs?: number;
  readonly connectTimeoutMs?: number;
  readonly logger?: Logger;
}

const INT8_OID = 20;
const asNumber = (text: string): number => Number(text);

/** int8 arrives as a number: sequences and counts here stay far below 2^53. Everything else as pg reads it. */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === INT8_OID && format !== 'binary'
      ? asNumber
      : pg.types.getTypeParser(oid, format as 'text')) as pg.CustomTypesConfig['getTypeParser'],
};

/** Answers share the machine with the stream: a search of one page that takes every core holds up all the others. */
const ONE_CORE_EACH = '-c max_parallel_workers_per_gather=0';

/** Does not connect yet: the first query does. Close it with `pool.end()`. */
export function createPool(databaseUrl: string, options: PoolOptions = {}): Pool {
  const logger = options.logger ?? silentLogger;
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: options.max ?? 10,
    connectionTimeoutMillis: options.connectTimeoutMs ?? 5_000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    application_name: options.applicationName ?? 'parksentry',
    statement_timeout: options.statementTimeoutMs ?? 30_000,
    idle_in_transaction_session_timeout: options.idleInTransactionMs ?? 0,
    options: ONE_CORE_EACH,
    types,
  });
  // Without a listener an idle connection that dies would end the process.
  pool.on('error', (error) => logger.warn('database-connection-lost', { error }));
  return pool;
}

/** Five-character SQLSTATE of an error from PostgreSQL, or of the error it was wrapped in; else undefined. */
export function sqlState(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}

const NETWORK_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT',
]);

/**
 * SQLSTATE classes where the same statement may succeed later: 08 connection, 53 resources (disk full, too many
 * connections), 57 operator intervention (shutdown, starting up, cancelled), 58 system, 40 rollback (deadlock), 55P03 lock
 * timeout, 25P03 idle in a transaction.
 */
function isUnavailable(error: unknown): boolean {
  const state = sqlState(error);
  if (state !== undefined) return /^(08|53|57|58|40)/.test(state) || state === '55P03' || state === '25P03';
  const { code, message } = error as { code?: unknown; message?: unknown };
  if (typeof code === 'string' && NETWORK_CODES.has(code)) return true;
  // pg gives these without a code.
  return (
    typeof message === 'string' && /connection terminated|connection ended|timeout|not queryable|ECONN/i.test(message)
  );
}

/** AppError DATABASE_UNAVAILABLE for what may pass, everything else as it came. */
export function databaseError(error: unknown): unknown {
  if (error instanceof AppError || !isUnavailable(error)) return error;
  return new AppError('DATABASE_UNAVAILABLE', {
    detail: sqlState(error) ?? String((error as { code?: unknown }).code ?? (error as Error).message),
    cause: error,
  });
}

/** Runs one statement and returns its rows. `Row` is the caller's claim about the columns. */
export async function queryRows<Row extends object>(
  db: Queryable,
  text: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  try {
    const result = await db.query<Row>(text, values as unknown[]);
    return result.rows;
  } catch (error) {
    throw databaseError(error);
  }
}

/** By text; `queryPrepared`. */
const preparedNames = new Map<string, string>();

/**
 * As queryRows, parsed once a connection, and planned once where one plan fits all values: for statements by key that every
 * request runs. Each connection keeps what it prepared, so their texts have to be few.
 */
export async function queryPrepared<Row extends object>(
  db: Queryable,
  text: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  const name = preparedNames.get(text) ?? `p${preparedNames.size}`;
  preparedNames.set(text, name);
  try {
    const result = await db.query<Row>({ name, text, values: values as unknown[] });
    return result.rows;
  } catch (error) {
    throw databaseError(error);
  }
}

/** As queryRows, each row as an array in the order of the columns: for many rows of few columns. */
export async function queryArrays<Row extends readonly unknown[]>(
  db: Queryable,
  text: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  try {
    const result = await db.query<Row & unknown[]>({ text, values: values as unknown[], rowMode: 'array' });
    return result.rows;
  } catch (error) {
    throw databaseError(error);
  }
}

/** Several statements on one connection, which is closed behind them. Failures are those of queryRows. */
export async function withClient<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  let client: PoolClient;
  try {
    client = await pool.connect();
  } catch (error) {
    throw databaseError(error);
  }
  // The pool listens for errors of idle clients only: a socket that dies between two statements must not end the process.
  const ignore = (): void => {};
  client.on('error', ignore);
  try {
    return await work(client);
  } catch (error) {
    throw databaseError(error);
  } finally {
    client.off('error', ignore);
    // It may have settings of its own, or work left half done: it goes to nobody else.
    client.release(true);
  }
}

/**
 * Runs `work` between BEGIN and COMMIT on one connection; rolls back when it throws. A connection whose rollback
 * fails is thrown away, never returned to the pool.
 */
export async function withTransaction<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  let client: PoolClient;
  try {
    client = await pool.connect();
  } catch (error) {
    throw databaseError(error);
  }
  // The pool listens for errors of idle clients only: a socket that dies between two statements must not end the process.
  const ignore = (): void => {};
  client.on('error', ignore);
  let broken: Error | undefined;
  try {
    await client.query('BEGIN');
    const value = await work(client);
    await client.query('COMMIT');
    return value;
  } catch (error) {
    try {
      await client.query('ROLLBACK');
    } catch (rollbackError) {
      broken = rollbackError as Error;
    }
    throw databaseError(error);
  } finally {
    client.off('error', ignore);
    client.release(broken);
  }
}
