/**
 * Hand-over of a shift (交接班): one sums up and hands over, another takes over by name; both are kept as they were said, and on
 * record. Invariant: a desk is its company scope; none reads or touches another's.
 */
import type { Clock } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import { HANDOVER_LIMIT_MS, type Handover, type HandoverDraft, type HandoverPage } from '../core/handover-api.ts';
import type { CompanyScope } from '../db/company-scope.ts';
import {
  type HandoverSigner,
  insertHandover,
  readHandover,
  readHandoverSummary,
  readHandovers,
  signHandover,
} from '../db/handover.ts';
import { type Pool, withTransaction } from '../db/pool.ts';
import { insertAudit } from './audit.ts';

/** Who signs, as the session says. */
export interface HandoverUser {
  readonly userId: string;
  readonly userName: string;
  readonly companyCode: CompanyScope;
  readonly address: string | null;
}

/** What he says: his name, where a desk shares an account, and his words. */
export interface HandoverWords {
  readonly name: string;
  readonly notes: string;
}

/** Throws AppError NOT_FOUND out of scope, INPUT_INVALID on a span that is none (checkSpan), and DATABASE_UNAVAILABLE. */
export interface HandoverDesk {
  draft(scope: CompanyScope, fromMs: number): Promise<Omit<HandoverDraft, 'signedInAtMs'>>;
  give(user: HandoverUser, fromMs: number, words: HandoverWords): Promise<Handover>;
  /** Throws CONFLICT when it was taken over, INPUT_INVALID by whom it was handed over. */
  take(user: HandoverUser, id: number, words: HandoverWords): Promise<Handover>;
  list(scope: CompanyScope, before: number | null, limit: number): Promise<HandoverPage>;
  one(scope: CompanyScope, id: number): Promise<Handover>;
}

/** One account under one name: a person cannot take over from himself; two who share an account can. */
export const isSamePerson = (
  giver: { readonly userId: string; readonly name: string },
  taker: { readonly userId: string; readonly name: string },
): boolean => giver.userId === taker.userId && giver.name.trim() === taker.name.trim();

/** Throws AppError INPUT_INVALID. */
export function checkSpan(fromMs: number, nowMs: number): void {
  if (fromMs < nowMs && fromMs >= nowMs - HANDOVER_LIMIT_MS) return;
  const hours = HANDOVER_LIMIT_MS / 3_600_000;
  throw new AppError('INPUT_INVALID', { detail: `from: expected in the past, at most ${hours} hours` });
}

export class StoredHandoverDesk implements HandoverDesk {
  readonly #pool: Pool;
  readonly #clock: Clock;

  constructor(pool: Pool, clock: Clock) {
    this.#pool = pool;
    this.#clock = clock;
  }

  async draft(scope: CompanyScope, fromMs: number): Promise<Omit<HandoverDraft, 'signedInAtMs'>> {
    const nowMs = this.#clock.nowMs();
    checkSpan(fromMs, nowMs);
    const [summary, last] = await Promise.all([
      readHandoverSummary(this.#pool, scope, fromMs, nowMs),
      readHandovers(this.#pool, scope, null, 1),
    ]);
    return { summary, lastAtMs: last[0]?.given.atMs ?? null };
  }

  async give(user: HandoverUser, fromMs: number, words: HandoverWords): Promise<Handover> {
    const { companyCode: scope } = user;
    const nowMs = this.#clock.nowMs();
    checkSpan(fromMs, nowMs);
    const summary = await readHandoverSummary(this.#pool, scope, fromMs, nowMs);
    const id = await withTransaction(this.#pool, async (client) => {
      const given = await insertHandover(client, scope, summary, signerOf(user, words, nowMs));
      await insertAudit(client, {
        actor: user,
        action: 'handover.give',
        subject: String(given),
        outcome: 'ok',
        detail: { name: words.name, fromMs, standing: summary.standingCount, orders: summary.orderCount },
      });
      return given;
    });
    return this.one(scope, id);
  }

  async take(user: HandoverUser, id: number, words: HandoverWords): Promise<Handover> {
    const { companyCode: scope, userId } = user;
    const found = await readHandover(this.#pool, scope, id);
    if (found === null) throw new AppError('NOT_FOUND');
    if (isSamePerson({ userId: found.giverId, name: found.handover.given.name }, { userId, name: words.name })) {
      throw new AppError('INPUT_INVALID', { detail: 'name: whoever hands over does not take over' });
    }
    await withTransaction(this.#pool, async (client) => {
      if (!(await signHandover(client, scope, id, signerOf(user, words, this.#clock.nowMs())))) {
        throw new AppError('CONFLICT');
      }
      const detail = { name: words.name };
      await insertAudit(client, { actor: user, action: 'handover.take', subject: String(id), outcome: 'ok', detail });
    });
    return this.one(scope, id);
  }

  async list(scope: CompanyScope, before: number | null, limit: number): Promise<HandoverPage> {
    const found = await readHandovers(this.#pool, scope, before, limit + 1);
    const handovers = found.slice(0, limit);
    return { handovers, next: found.length > limit ? (handovers.at(-1)?.id ?? null) : null };
  }

  async one(scope: CompanyScope, id: number): Promise<Handover> {
    const found = await readHandover(this.#pool, scope, id);
    if (found === null) throw new AppError('NOT_FOUND');
    return found.handover;
  }
}

const signerOf = ({ userId, userName }: HandoverUser, words: HandoverWords, atMs: number): HandoverSigner => ({
  userId,
  userName,
  ...words,
  atMs,
});
