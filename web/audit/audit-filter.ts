/** Filters of the audit as the page holds them, and as the server takes them. Pure. */
import { fromChinaInput } from '../registers/china-time.ts';

export interface AuditFilterTexts {
  /** As `<input type="datetime-local">` gives them, China time. */
  readonly from: string;
  readonly to: string;
  readonly user: string;
  readonly action: string;
  readonly subject: string;
  readonly outcome: string;
  readonly search: string;
}

export const NO_FILTER: AuditFilterTexts = {
  from: '',
  to: '',
  user: '',
  action: '',
  subject: '',
  outcome: '',
  search: '',
};

/** Only what was filled in. */
export function auditQuery(filter: AuditFilterTexts): URLSearchParams {
  const query = new URLSearchParams();
  for (const [name, written] of Object.entries(filter) as [keyof AuditFilterTexts, string][]) {
    const value = written.trim();
    if (value === '') continue;
    if (name !== 'from' && name !== 'to') query.set(name, value);
    else {
      const atMs = fromChinaInput(value);
      if (atMs !== null) query.set(name, String(atMs));
    }
  }
  return query;
}
