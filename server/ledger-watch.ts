/**
 * Looks whether the books balance, and says so as an ops alarm while they do not. Only minutes that are over and wholly
 * behind the store's offset count: in others records may still be on their way. Run by server/roles/store.ts.
 */
import type { Clock } from '../core/clock.ts';
import type { Logger } from '../core/logger.ts';
import { readAtOnce, readOverAcknowledged, readStoreOffset, readUnbalanced } from '../db/ledger.ts';
import { MINUTE_MS, RECORD_FIELDS } from '../db/ledger-counts.ts';
import type { Pool } from '../db/pool.ts';
import type { OpsAlarms } from '../stream/protocol/ops-alarms.ts';

export const WATCH_LEDGER_EVERY_MS = 30_000;
/** Front doors whose clocks differ, and reports that came late, are in by then. */
const SETTLED_AFTER_MS = 120_000;
const CODE = 'ledger-unbalanced';

export interface LedgerWatchOptions {
  readonly pool: Pool;
  readonly opsAlarms: OpsAlarms;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** One look. Throws what the ports throw. */
export async function watchLedger({ pool, opsAlarms, clock, logger }: LedgerWatchOptions): Promise<void> {
  const nowMs = clock.nowMs();
  const wrong = await readAtOnce(pool, async (db) => {
    const lastReceivedAtMs = (await readStoreOffset(db))?.lastReceivedAtMs ?? 0;
    const closedMs = Math.floor(Math.min(nowMs - SETTLED_AFTER_MS, lastReceivedAtMs) / MINUTE_MS) * MINUTE_MS;
    return { lines: await readUnbalanced(db, closedMs), totals: await readOverAcknowledged(db, null) };
  });
  const found = new Map<string, { readonly companyCode: string; readonly details: string[] }>();
  const note = (companyCode: string, interfaceName: string, detail: string): void => {
    const subject = `${companyCode || '-'}/${interfaceName || '-'}`;
    const known = found.get(subject) ?? { companyCode, details: [] };
    known.details.push(detail);
    found.set(subject, known);
  };
  for (const line of wrong.lines) {
    const sums = RECORD_FIELDS.map((field) => `${field} ${line[field]}`).join(', ');
    const since = new Date(line.firstMinuteMs).toISOString();
    note(line.companyCode, line.interface, `${line.minutes} minutes since ${since} do not balance: ${sums}`);
  }
  for (const { companyCode, interface: interfaceName, accepted, acknowledged } of wrong.totals) {
    note(companyCode, interfaceName, `acknowledged ${acknowledged}, but accepted ${accepted}`);
  }
  for (const [subject, { companyCode, details }] of found) {
    const detail = details.join('; ');
    logger.error(CODE, { subject, detail });
    await opsAlarms.raise({ code: CODE, subject, companyCode: companyCode || null, detail, atMs: nowMs });
  }
  for (const standing of await opsAlarms.list()) {
    if (standing.code === CODE && !found.has(standing.subject)) await opsAlarms.clear(CODE, standing.subject);
  }
}
