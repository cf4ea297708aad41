/** The audit as its administrator sees it. Reads and exports are on record themselves, before anything is shown. */
import type { AuditList, AuditRow, AuditState } from '../core/audit-api.ts';
import { readWaiting } from '../db/audit-chain.ts';
import { type AuditFilter, type AuditPlace, readAudit, readSealState } from '../db/audit-list.ts';
import type { Pool } from '../db/pool.ts';
import { ACTS } from '../stream/protocol/acts.ts';
import { type Actor, AUDIT_ACTIONS, insertAudit } from './audit.ts';

export type { AuditFilter, AuditPlace };

/** Throws AppError DATABASE_UNAVAILABLE. */
export interface AuditDesk {
  list(filter: AuditFilter, after: AuditPlace | null, limit: number, reader: Actor): Promise<AuditList>;
  /** Everything that fits, newest first, some at a time. */
  export(filter: AuditFilter, reader: Actor): Promise<AsyncIterable<readonly AuditRow[]>>;
  state(): Promise<AuditState>;
}

const EXPORTED_AT_ONCE = 2_000;
/** Rows that the store writes. */
const STORE_ACTIONS = ['log.tail-lost', 'log.epoch-changed', ...ACTS.map((act) => `alarm.${act}`)];

export const placeText = ({ at, id }: AuditPlace): string => `${at}~${id}`;

const filterDetail = (filter: AuditFilter): Record<string, unknown> =>
  Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== null));

export class StoredAuditDesk implements AuditDesk {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  async list(filter: AuditFilter, after: AuditPlace | null, limit: number, reader: Actor): Promise<AuditList> {
    // Turning pages is one look.
    if (after === null) await this.#note('audit.read', filter, reader);
    const { rows, next } = await readAudit(this.#pool, filter, after, limit);
    return { rows, next: next === null ? null : placeText(next) };
  }

  async export(filter: AuditFilter, reader: Actor): Promise<AsyncIterable<readonly AuditRow[]>> {
    await this.#note('audit.export', filter, reader);
    const pool = this.#pool;
    return (async function* () {
      let after: AuditPlace | null = null;
      do {
        const page: Awaited<ReturnType<typeof readAudit>> = await readAudit(pool, filter, after, EXPORTED_AT_ONCE);
        yield page.rows;
        after = page.next;
      } while (after !== null);
    })();
  }

  async state(): Promise<AuditState> {
    const nothing = { fromMs: null, toMs: null, userName: null, subject: null, outcome: null, search: null };
    const [seals, { count, goneIds }, verified] = await Promise.all([
      readSealState(this.#pool),
      readWaiting(this.#pool),
      readAudit(this.#pool, { ...nothing, action: 'audit.verify' }, null, 1),
    ]);
    const [last] = verified.rows;
    return {
      ...seals,
      unsealed: count,
      gone: goneIds.length,
      lastVerification:
        last === undefined
          ? null
          : {
              atMs: last.atMs,
              isWhole: last.outcome === 'ok',
              rows: Number(last.detail['rows']),
              faults: Number(last.detail['faults']),
            },
      actions: [...AUDIT_ACTIONS, ...STORE_ACTIONS],
    };
  }

  #note(action: 'audit.read' | 'audit.export', filter: AuditFilter, actor: Actor): Promise<void> {
    return insertAudit(this.#pool, { actor, action, subject: null, outcome: 'ok', detail: filterDetail(filter) });
  }
}
