/** The musters of nobody; keeps what it was asked: what a company may see is decided by the scope that reaches the reads. */
import { AppError } from '../core/errors.ts';
import type { CompanyScope } from '../db/company-scope.ts';
import type { MusterPhones } from '../stream/protocol/muster-api.ts';
import type { MusterDesk, MusterPersonKey } from './musters.ts';

export class MemoryMusterDesk implements MusterDesk {
  readonly asked: unknown[] = [];

  async list(scope: CompanyScope): Promise<readonly []> {
    this.asked.push(['list', scope]);
    return [];
  }

  async report(scope: CompanyScope, musterId: string): Promise<never> {
    this.asked.push(['report', scope, musterId]);
    throw new AppError('NOT_FOUND');
  }

  async phones(scope: CompanyScope, musterId: string, people: readonly MusterPersonKey[]): Promise<MusterPhones> {
    this.asked.push(['phones', scope, musterId, people]);
    return { people: [], companies: [] };
  }
}
