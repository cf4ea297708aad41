import { describe, expect, test } from 'vitest';
import type { ReportingAnswer, ScoreCardsAnswer } from '../core/reporting-api.ts';
import type { CompanyScope } from '../db/company-scope.ts';
import type { ScoreQuery } from '../db/score-cards.ts';
import type { Session } from '../security/sessions.ts';
import type { ReportingDesk } from './reporting.ts';
import { reportingRoutes } from './reporting-routes.ts';
import type { RouteCall } from './route.ts';

/** Notes what it was asked. */
class NotingDesk implements ReportingDesk {
  readonly asked: unknown[] = [];
  async now(scope: CompanyScope): Promise<ReportingAnswer> {
    this.asked.push([scope]);
    return { ratesUntilMs: null, expected: 0, online: 0, senders: [] };
  }
  async scoreCards(scope: CompanyScope, query: Partial<ScoreQuery>): Promise<ScoreCardsAnswer> {
    this.asked.push([scope, query]);
    return { fromMs: 0, toMs: 0, cards: [] };
  }
}

const routesBy = (desk: ReportingDesk) => new Map(reportingRoutes(desk).map((spec) => [spec.path, spec]));
const callOf = (companyCode: string | null, query: unknown) =>
  ({ session: { companyCode } as Session, query }) as unknown as RouteCall<
    readonly ['park'],
    unknown,
    unknown,
    unknown
  >;

describe('routes of the reporting watch', () => {
  test('[RPW-17] what is asked is narrowed to the scope of the session', async () => {
    const desk = new NotingDesk();
    const routes = routesBy(desk);
    await routes.get('/api/reporting')?.handle(callOf('c1', undefined) as never);
    await routes.get('/api/reporting/score-cards')?.handle(callOf('c1', { from: 1, to: 2, company: 'c2' }) as never);
    await routes.get('/api/reporting/score-cards')?.handle(callOf(null, {}) as never);
    expect(desk.asked).toEqual([['c1'], ['c1', { fromMs: 1, toMs: 2, companyCode: 'c2' }], [null, {}]]);
  });

  test('[SCO-6] a span has both ends, the later behind, and at most 31 days', () => {
    const schema = routesBy(new NotingDesk()).get('/api/reporting/score-cards')?.query;
    const good = (query: unknown): boolean => schema?.safeParse(query).success === true;
    expect(
      [{}, { company: 'c1' }, { from: '1000', to: '2000' }, { from: '0', to: String(31 * 86_400_000) }].map(good),
    ).toEqual([true, true, true, true]);
    expect(
      [
        { from: '1000' },
        { to: '1000' },
        { from: '2000', to: '1000' },
        { from: '0', to: String(31 * 86_400_000 + 1) },
      ].map(good),
    ).toEqual([false, false, false, false]);
  });
});
