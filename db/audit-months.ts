/**
 * The months of the audit: made ahead of time, and dropped when they are older than what is kept. A month goes with a record
 * under a mac, so that verification does not miss its rows, and with it the seals at the start of the chain that have no rows
 * left. Run by role `audit`.
 */

import type { Logger } from '../core/logger.ts';
import { type AuditKeys, CHAIN_START, type DropContent, isSameMac } from '../security/audit-chain.ts';
import { type DropRow, readDrops, readLastHead } from './audit-chain.ts';
import { type Pool, queryRows, sqlState, withTransaction } from './pool.ts';
import { listPartitions } from './range-partitions.ts';

const MONTHS_AHEAD = 2;
const LOCK_TIMEOUT = '3s';
/** Rows of that month lie among those of no month. */
const TAKEN_BY_OTHERS = '23514';

/** First instant of the month that is `months` after the one of `atMs`, UTC. */
export function monthStart(atMs: number, months = 0): number {
  const at = new Date(atMs);
  return Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + months);
}

const dayText = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

export interface AuditMonthsOptions {
  readonly pool: Pool;
  readonly keys: AuditKeys;
  /** The running month and those before it that are kept whole. */
  readonly keptMonths: number;
  readonly logger: Logger;
}

/** Returns the months that went, `YYYY-MM-DD`. Throws AppError DATABASE_UNAVAILABLE. */
export async function keepAuditMonths(options: AuditMonthsOptions, nowMs: number): Promise<string[]> {
  const { pool, keptMonths, logger } = options;
  for (let months = -keptMonths; months <= MONTHS_AHEAD; months++) {
    await makeMonth(pool, dayText(monthStart(nowMs, months)), logger);
  }
  const dropped: string[] = [];
  for (const { name, fromMs, toMs } of await listPartitions(pool, 'audit')) {
    if (toMs > monthStart(nowMs, -keptMonths)) continue;
    if (await dropMonth(options, name, dayText(fromMs), nowMs)) dropped.push(dayText(fromMs));
  }
  if (dropped.length > 0) logger.info('audit-months-dropped', { dropped });
  return dropped;
}

async function makeMonth(pool: Pool, month: string, logger: Logger): Promise<void> {
  try {
    await withTransaction(pool, async (client) => {
      await client.query(`SET LOCAL lock_timeout = '${LOCK_TIMEOUT}'`);
      await queryRows(client, 'SELECT make_audit_month($1)', [month]);
    });
  } catch (error) {
    if (sqlState(error) !== TAKEN_BY_OTHERS) throw error;
    logger.warn('audit-month-not-made', { month, error });
  }
}

/** false: not all of it is sealed yet. */
function dropMonth(options: AuditMonthsOptions, name: string, month: string, nowMs: number): Promise<boolean> {
  const { pool, keys } = options;
  return withTransaction(pool, async (client) => {
    await client.query(`SET LOCAL lock_timeout = '${LOCK_TIMEOUT}'`);
    // Nobody writes into it nor seals meanwhile: what is sealed by now is all there is of the month.
    await client.query(`LOCK TABLE ${name} IN ACCESS EXCLUSIVE MODE`);
    await client.query('LOCK TABLE audit_seal IN SHARE ROW EXCLUSIVE MODE');
    const [waiting] = await queryRows(
      client,
      `SELECT FROM ${name} a JOIN audit_unsealed u ON u.audit_id = a.id AND u.at = a.at LIMIT 1`,
    );
    if (waiting !== undefined) return false;
    const before = (await readDrops(client)).filter((drop) => isGenuine(keys, drop));
    const throughNo = (await readLastHead(client))?.no ?? 0;
    const gone = [...before, { month, throughNo }];
    // Seals with no rows left go, but never the newest: the next one names it.
    const [start] = await queryRows<{ no: number; previous: Uint8Array }>(
      client,
      `SELECT no, previous FROM audit_seal s WHERE no = $3 OR NOT EXISTS (
         SELECT FROM unnest($1::date[], $2::bigint[]) AS g (month, through_no)
         WHERE g.month = s.month AND s.no <= g.through_no)
       ORDER BY no LIMIT 1`,
      [gone.map((one) => one.month), gone.map((one) => one.throughNo), throughNo],
    );
    const startNo = start?.no ?? 1;
    const content: DropContent = {
      month,
      throughNo,
      startNo,
      startPrevious: start?.previous ?? CHAIN_START,
      atMs: nowMs,
    };
    await queryRows(
      client,
      `INSERT INTO audit_drop (month, through_no, start_no, start_previous, at, key_id, mac)
       VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [
        month,
        content.throughNo,
        content.startNo,
        content.startPrevious,
        new Date(nowMs),
        keys.current.id,
        keys.current.dropMac(content),
      ],
    );
    await client.query('ALTER TABLE audit_seal DISABLE TRIGGER audit_seal_append_only');
    await queryRows(client, 'DELETE FROM audit_seal WHERE no < $1', [startNo]);
    await client.query('ALTER TABLE audit_seal ENABLE TRIGGER audit_seal_append_only');
    await client.query(`ALTER TABLE audit DETACH PARTITION ${name}`);
    await client.query(`DROP TABLE ${name}`);
    return true;
  });
}

/** Its mac is what the key that it names makes of it. */
export function isGenuine(keys: AuditKeys, drop: DropRow): boolean {
  const key = keys.of(drop.keyId);
  return key !== undefined && isSameMac(key.dropMac(drop), drop.mac);
}
