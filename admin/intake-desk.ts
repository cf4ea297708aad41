/**
 * The books, stages, refusals, findings and ops alarms as the intake page sees them, read through db/ and the ports it is
 * given. Invariant: the scope goes into every read. The twin is MemoryIntakeDesk.
 */
import type { Clock } from '../core/clock.ts';
import type {
  FindingsAnswer,
  InterfacesAnswer,
  LedgerAnswer,
  OpsAlarmsAnswer,
  Refusal,
  RefusalsAnswer,
} from '../core/web-api.ts';
import type { CompanyScope } from '../db/company-scope.ts';
import { readFindings } from '../db/findings.ts';
import {
  type LedgerMinutes,
  type LedgerSum,
  readAtOnce,
  readLedger,
  readLedgerMinutes,
  readStoreOffset,
  type StoreOffset,
} from '../db/ledger.ts';
import { isBalanced, type LedgerLine, type RefusalLine } from '../db/ledger-counts.ts';
import { readPending } from '../db/ledger-pending.ts';
import type { Pool } from '../db/pool.ts';
import type { LogReader } from '../stream/protocol/log.ts';
import type { OpsAlarms } from '../stream/protocol/ops-alarms.ts';
import type { IntakeDesk, LedgerRequest } from './ports.ts';
import { readStandings } from './stages.ts';

export interface IntakeDeskOptions {
  readonly pool: Pool;
  /** Of the log, for what lies before the store. */
  readonly log: LogReader;
  readonly opsAlarms: Pick<OpsAlarms, 'list'>;
  readonly clock: Clock;
  /** Newest first, at most `limit`, those older than `before`. */
  readonly readRefusals: (companyCode: string, limit: number, before: string | null) => Promise<readonly Refusal[]>;
}

const REFUSALS_SHOWN = 100;

export class StoredIntakeDesk implements IntakeDesk {
  readonly #o: IntakeDeskOptions;

  constructor(options: IntakeDeskOptions) {
    this.#o = options;
  }

  /** Minutes and refused requests are given for one company and interface; sums for whatever is asked. */
  async ledger(scope: CompanyScope, request: LedgerRequest): Promise<LedgerAnswer> {
    const { pool } = this.#o;
    const { fromMs, toMs, companyCode, interface: interfaceName } = request;
    const isOne = companyCode !== null && interfaceName !== null;
    const { minutes, refusals }: Pick<LedgerMinutes, 'minutes' | 'refusals'> = isOne
      ? await readLedgerMinutes(pool, scope, request)
      : { minutes: [], refusals: [] };
    // Of one moment: what the store takes after it is still pending here, and counts once.
    const { store, sums } = await readAtOnce(pool, async (db) => ({
      store: await readStoreOffset(db),
      sums: await readLedger(db, scope, request),
    }));
    const pending = await this.#pendingLines(store);
    const isAsked = (line: LedgerLine): boolean =>
      (scope === null || line.companyCode === scope) &&
      (companyCode === null || line.companyCode === companyCode) &&
      (interfaceName === null || line.interface === interfaceName) &&
      line.minuteMs >= fromMs &&
      line.minuteMs < toMs;
    return {
      fromMs,
      toMs,
      sums: withPending(sums, pending?.filter(isAsked) ?? null),
      minutes,
      refusals: byCode(refusals),
    };
  }

  async interfaces(scope: CompanyScope): Promise<InterfacesAnswer> {
    const standings = await readStandings(this.#o.pool, this.#o.clock, scope);
    return {
      interfaces: standings.map(({ companyCode, companyName, interfaceName, stage, checkList }) => ({
        companyCode,
        companyName,
        interface: interfaceName,
        stage,
        checkList: checkList.map(({ sample, firstAt }) => ({ sample, shownAtMs: firstAt?.getTime() ?? null })),
      })),
    };
  }

  async refusals(scope: CompanyScope, companyCode: string, before: string | null): Promise<RefusalsAnswer> {
    if (scope !== null && companyCode !== scope) return { refusals: [], nextBefore: null };
    const refusals = await this.#o.readRefusals(companyCode, REFUSALS_SHOWN, before);
    const last = refusals.at(-1);
    return { refusals, nextBefore: refusals.length === REFUSALS_SHOWN && last !== undefined ? last.id : null };
  }

  async findings(scope: CompanyScope): Promise<FindingsAnswer> {
    return { findings: await readFindings(this.#o.pool, scope) };
  }

  async opsAlarms(scope: CompanyScope): Promise<OpsAlarmsAnswer> {
    const alarms = await this.#o.opsAlarms.list();
    return { alarms: alarms.filter((alarm) => scope === null || alarm.companyCode === scope) };
  }

  /** null: not known, because the log does not answer, is another one, or has too much before the store. */
  async #pendingLines(store: StoreOffset | null): Promise<readonly LedgerLine[] | null> {
    const { log } = this.#o;
    try {
      const head = await log.head();
      if (store !== null && store.epoch !== head.epoch) return null;
      const pending = await readPending(log, head, store?.nextSeq ?? head.firstSeq);
      return pending.isWhole ? pending.lines : null;
    } catch {
      // A log that began anew is read from the next time on.
      await log.close();
      return null;
    }
  }
}

/** What is pending was received, and is not in the store's books yet. */
function withPending(sums: readonly LedgerSum[], pending: readonly LedgerLine[] | null): LedgerAnswer['sums'] {
  const keyOf = (line: { readonly companyCode: string; readonly interface: string }): string =>
    `${line.companyCode}/${line.interface}`;
  const rows = new Map(sums.map((sum) => [keyOf(sum), { ...sum, pending: 0, balanced: isBalanced(sum) }]));
  for (const line of pending ?? []) {
    const row = rows.get(keyOf(line)) ?? { ...line, received: 0, refused: 0, pending: 0, balanced: true };
    rows.set(keyOf(line), {
      ...row,
      received: row.received + line.received,
      refused: row.refused + line.refused,
      pending: row.pending + line.received - line.refused,
    });
  }
  return [...rows.values()].map((row) => ({ ...row, pending: pending === null ? null : row.pending }));
}

function byCode(lines: readonly RefusalLine[]): LedgerAnswer['refusals'] {
  const sums = new Map<string, LedgerAnswer['refusals'][number]>();
  for (const { companyCode, interface: interfaceName, code, requests } of lines) {
    const before = sums.get(code)?.requests ?? 0;
    sums.set(code, { companyCode, interface: interfaceName, code, requests: before + requests });
  }
  return [...sums.values()];
}
