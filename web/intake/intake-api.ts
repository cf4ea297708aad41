/** What the intake page asks of the admin server (core/web-api.ts). */
import type {
  FindingsAnswer,
  InterfacesAnswer,
  LedgerAnswer,
  OpsAlarmsAnswer,
  RefusalsAnswer,
} from '../../core/web-api.ts';
import { request } from '../app/api.ts';

export interface LedgerQuestion {
  readonly fromMs: number;
  readonly toMs: number;
  /** '' or absent: all. */
  readonly company?: string;
  readonly interface?: string;
}

export const intakeApi = {
  ledger(question: LedgerQuestion): Promise<LedgerAnswer> {
    const query = new URLSearchParams({ from: String(question.fromMs), to: String(question.toMs) });
    if (question.company) query.set('company', question.company);
    if (question.interface) query.set('interface', question.interface);
    return request('GET', `/api/intake/ledger?${query}`);
  },
  interfaces: () => request<InterfacesAnswer>('GET', '/api/intake/interfaces'),
  refusals(company: string, before: string | null): Promise<RefusalsAnswer> {
    const query = new URLSearchParams({ company });
    if (before !== null) query.set('before', before);
    return request('GET', `/api/intake/refusals?${query}`);
  },
  findings: () => request<FindingsAnswer>('GET', '/api/intake/findings'),
  opsAlarms: () => request<OpsAlarmsAnswer>('GET', '/api/ops/alarms'),
};
