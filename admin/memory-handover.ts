/** Memory twin of the hand-over of a shift: what it sums up is put in by the test. */
import type { Clock } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import type { Handover, HandoverDraft, HandoverPage, HandoverSummary } from '../core/handover-api.ts';
import type { CompanyScope } from '../db/company-scope.ts';
import { checkSpan, type HandoverDesk, type HandoverUser, type HandoverWords, isSamePerson } from './handover.ts';

interface Kept {
  readonly scope: CompanyScope;
  readonly giverId: string;
  handover: Handover;
}

export class MemoryHandoverDesk implements HandoverDesk {
  readonly #kept: Kept[] = [];
  readonly #clock: Clock;
  /** What stands, whatever the span. */
  found: Omit<HandoverSummary, 'fromMs' | 'toMs'> = {
    alarms: [],
    standing: [],
    standingCount: 0,
    shelves: [],
    orders: [],
    orderCount: 0,
    permits: [],
    permitCount: 0,
    silent: [],
    companyNames: {},
  };

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async draft(scope: CompanyScope, fromMs: number): Promise<Omit<HandoverDraft, 'signedInAtMs'>> {
    checkSpan(fromMs, this.#clock.nowMs());
    const summary = { ...this.found, fromMs, toMs: this.#clock.nowMs() };
    return { summary, lastAtMs: this.#of(scope)[0]?.handover.given.atMs ?? null };
  }

  async give(user: HandoverUser, fromMs: number, words: HandoverWords): Promise<Handover> {
    const { companyCode: scope, userId, userName } = user;
    const { summary } = await this.draft(scope, fromMs);
    const { toMs } = summary;
    const id = this.#kept.length + 1;
    const handover = { id, fromMs, toMs, given: { userName, ...words, atMs: toMs }, taken: null, summary };
    this.#kept.push({ scope, giverId: userId, handover });
    return handover;
  }

  async take(user: HandoverUser, id: number, words: HandoverWords): Promise<Handover> {
    const { companyCode, userId, userName } = user;
    const kept = this.#find(companyCode, id);
    const giver = { userId: kept.giverId, name: kept.handover.given.name };
    if (isSamePerson(giver, { userId, name: words.name })) throw new AppError('INPUT_INVALID');
    if (kept.handover.taken !== null) throw new AppError('CONFLICT');
    kept.handover = { ...kept.handover, taken: { userName, ...words, atMs: this.#clock.nowMs() } };
    return kept.handover;
  }

  async list(scope: CompanyScope, before: number | null, limit: number): Promise<HandoverPage> {
    const found = this.#of(scope).filter(({ handover }) => before === null || handover.id < before);
    const handovers = found.slice(0, limit).map(({ handover: { summary: _, ...head } }) => head);
    return { handovers, next: found.length > limit ? (handovers.at(-1)?.id ?? null) : null };
  }

  async one(scope: CompanyScope, id: number): Promise<Handover> {
    return this.#find(scope, id).handover;
  }

  /** Newest first. */
  #of(scope: CompanyScope): Kept[] {
    return this.#kept.filter((one) => one.scope === scope).reverse();
  }

  #find(scope: CompanyScope, id: number): Kept {
    const kept = this.#of(scope).find(({ handover }) => handover.id === id);
    if (kept === undefined) throw new AppError('NOT_FOUND');
    return kept;
  }
}
