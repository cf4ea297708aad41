/** Keeps what it was asked: what a company may see is decided by the scope that reaches the reads. */
import { AppError } from '../../core/errors.ts';
import type { CompanyScope } from '../../db/company-scope.ts';
import type { PermitFilter } from '../../db/permits/permit-lists.ts';
import type { PermitDesk } from './permits.ts';

export class MemoryPermitDesk implements PermitDesk {
  readonly asked: { readonly what: string; readonly scope: CompanyScope; readonly detail: unknown }[] = [];

  async list(scope: CompanyScope, filter: PermitFilter, limit: number, cursor: string | null) {
    this.#note('list', scope, { filter, limit, cursor });
    return { permits: [], total: 0, cursor: null };
  }
  async detail(scope: CompanyScope, companyCode: string, permitId: string): Promise<never> {
    this.#note('detail', scope, { companyCode, permitId });
    throw new AppError('NOT_FOUND');
  }
  async history(scope: CompanyScope, companyCode: string, permitId: string) {
    this.#note('history', scope, { companyCode, permitId });
    return { words: [] };
  }
  async file(scope: CompanyScope, companyCode: string, permitId: string, attachmentId: string) {
    this.#note('file', scope, { companyCode, permitId, attachmentId });
    const head = { attachmentId, kind: 'other', mediaType: 'application/pdf', bytes: 3, hash: '', receivedAtMs: 0 };
    return { head: { ...head, fileName: '../票\u202e"\r\n.pdf' }, bytes: new Uint8Array([1, 2, 3]) };
  }
  async export(scope: CompanyScope, filter: PermitFilter) {
    this.#note('export', scope, filter);
    return (async function* () {
      yield 'a';
    })();
  }
  async dayBoard(scope: CompanyScope, day: string | null, companyCode: string | null) {
    this.#note('dayBoard', scope, { day, companyCode });
    return { day: day ?? '', total: 0, counts: [], booked: 0, alarmed: 0, openAlarms: 0 };
  }
  async monthsBoard(scope: CompanyScope, year: number | null, companyCode: string | null) {
    this.#note('monthsBoard', scope, { year, companyCode });
    return { year: year ?? 0, months: [] };
  }
  async companiesBoard(scope: CompanyScope, day: string | null) {
    this.#note('companiesBoard', scope, day);
    return { day: day ?? '', companies: [] };
  }
  async alarmsBoard(scope: CompanyScope, fromMs: number, toMs: number, companyCode: string | null) {
    this.#note('alarmsBoard', scope, { fromMs, toMs, companyCode });
    return { rules: [] };
  }

  #note(what: string, scope: CompanyScope, detail: unknown): void {
    this.asked.push({ what, scope, detail });
  }
}
