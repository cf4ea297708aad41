/** The reporting watch as the pages see it, over db/. Invariant: the scope goes into every read. */

import type { Clock } from '../core/clock.ts';
import { parkDay } from '../core/park-time.ts';
import type { OnlineRate, ReportingAnswer, ScoreCardsAnswer } from '../core/reporting-api.ts';
import type { CompanyScope } from '../db/company-scope.ts';
import { type OnlineMinutes, readOnlineMinutes } from '../db/online-rate.ts';
import type { Pool } from '../db/pool.ts';
import { readRatesUntilMs, readSenders } from '../db/reporting.ts';
import { readScoreCards, type ScoreQuery } from '../db/score-cards.ts';

/** Throws AppError DATABASE_UNAVAILABLE. */
export interface ReportingDesk {
  now(scope: CompanyScope): Promise<ReportingAnswer>;
  /** Without `toMs` until now, without `fromMs` a day before that. */
  scoreCards(scope: CompanyScope, query: Partial<ScoreQuery>): Promise<ScoreCardsAnswer>;
}

const DAY_MS = 86_400_000;

export class StoredReportingDesk implements ReportingDesk {
  readonly #pool: Pool;
  readonly #clock: Clock;

  constructor(pool: Pool, clock: Clock) {
    this.#pool = pool;
    this.#clock = clock;
  }

  async now(scope: CompanyScope): Promise<ReportingAnswer> {
    const today = parkDay(this.#clock.nowMs());
    const [senders, day, month, ratesUntilMs] = await Promise.all([
      readSenders(this.#pool, scope),
      readOnlineMinutes(this.#pool, scope, today, today),
      readOnlineMinutes(this.#pool, scope, `${today.slice(0, 8)}01`, today),
      readRatesUntilMs(this.#pool),
    ]);
    const shown = senders.map(({ companyCode, companyName, interfaceName, state }) => ({
      companyCode,
      companyName,
      interfaceName,
      state: state?.state ?? ('unknown' as const),
      sinceMs: state?.sinceMs ?? null,
      heardAtMs: state?.heardAtMs ?? null,
      mode: state?.mode ?? null,
      allowedS: state?.allowedS ?? null,
      phi: state?.phi ?? null,
      day: rateOf(day, companyCode, interfaceName),
      month: rateOf(month, companyCode, interfaceName),
    }));
    const expected = shown.filter(({ state }) => state !== 'maintenance');
    const online = expected.filter(({ state }) => state === 'online' || state === 'late');
    return { ratesUntilMs, expected: expected.length, online: online.length, senders: shown };
  }

  async scoreCards(scope: CompanyScope, query: Partial<ScoreQuery>): Promise<ScoreCardsAnswer> {
    const toMs = query.toMs ?? this.#clock.nowMs();
    const fromMs = query.fromMs ?? toMs - DAY_MS;
    const companyCode = query.companyCode ?? null;
    return { fromMs, toMs, cards: await readScoreCards(this.#pool, scope, { fromMs, toMs, companyCode }) };
  }
}

function rateOf(minutes: readonly OnlineMinutes[], companyCode: string, interfaceName: string): OnlineRate {
  const found = minutes.find((one) => one.companyCode === companyCode && one.interfaceName === interfaceName);
  const { online = 0, counted = 0 } = found ?? {};
  return { onlineMinutes: online, countedMinutes: counted, rate: counted === 0 ? null : online / counted };
}
