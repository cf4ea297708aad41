/** Memory twin of the audit's desk, for tests of the routes. */
import type { AuditList, AuditRow, AuditState } from '../core/audit-api.ts';
import type { Actor } from './audit.ts';
import type { AuditDesk, AuditFilter, AuditPlace } from './audit-desk.ts';

export class MemoryAuditDesk implements AuditDesk {
  readonly asked: { readonly what: string; readonly filter: AuditFilter; readonly by: string }[] = [];
  rows: AuditRow[] = [];

  async list(filter: AuditFilter, _after: AuditPlace | null, limit: number, reader: Actor): Promise<AuditList> {
    this.asked.push({ what: 'list', filter, by: reader.userName });
    return { rows: this.rows.slice(0, limit), next: null };
  }

  async export(filter: AuditFilter, reader: Actor): Promise<AsyncIterable<readonly AuditRow[]>> {
    this.asked.push({ what: 'export', filter, by: reader.userName });
    const { rows } = this;
    return (async function* () {
      yield rows;
    })();
  }

  async state(): Promise<AuditState> {
    return {
      lastBlock: 0,
      lastSealedAtMs: null,
      unsealed: 0,
      gone: 0,
      oldestAtMs: null,
      lastVerification: null,
      actions: [],
    };
  }
}
