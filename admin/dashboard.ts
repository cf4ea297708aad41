/** The positioning dashboard over db/dashboard.ts. Invariant: the scope narrows whatever leaves. */

import type { Clock } from '../core/clock.ts';
import type { DashboardAlarms, DashboardMonths, DashboardNow, DashboardTrend } from '../core/dashboard-api.ts';
import { parkDay } from '../core/park-time.ts';
import { readCompanyNames } from '../db/company-contacts.ts';
import type { CompanyScope } from '../db/company-scope.ts';
import { countAlarms, readAreaNames, readCensus, readCensuses, readOnlineMonths } from '../db/dashboard.ts';
import type { Pool } from '../db/pool.ts';
import type { Census } from '../stream/protocol/census.ts';

/** Throws AppError DATABASE_UNAVAILABLE. */
export interface Dashboard {
  now(scope: CompanyScope): Promise<DashboardNow>;
  /** `day` null: today. */
  trend(scope: CompanyScope, day: string | null): Promise<DashboardTrend>;
  alarms(scope: CompanyScope, step: 'day' | 'month', fromDay: string, toDay: string): Promise<DashboardAlarms>;
  /** The newest `count`, the running one included. */
  months(scope: CompanyScope, count: number): Promise<DashboardMonths>;
}

const TREND_STEP_MS = 300_000;

export class StoredDashboard implements Dashboard {
  readonly #pool: Pool;
  readonly #clock: Clock;

  constructor(pool: Pool, clock: Clock) {
    this.#pool = pool;
    this.#clock = clock;
  }

  async now(scope: CompanyScope): Promise<DashboardNow> {
    const census = await readCensus(this.#pool, scope);
    const { people, areas } = census ?? { people: [], areas: [] };
    const codes = [...new Set(people.map(({ companyCode }) => companyCode))];
    const keys = [...new Set(areas.map(({ area }) => area))];
    const [companyNames, areaNames] = await Promise.all([
      readCompanyNames(this.#pool, scope, codes),
      readAreaNames(this.#pool, keys),
    ]);
    const companies = codes.map((companyCode) => {
      const own = people.filter((one) => one.companyCode === companyCode);
      const types = Object.fromEntries(own.map(({ type, count }) => [type, count]));
      return { companyCode, companyName: companyNames.get(companyCode) ?? '', online: sumOf(own), types };
    });
    const inAreas = keys.map((area) => {
      const inside = areas.filter((one) => one.area === area);
      const { name = '', kind = null } = areaNames.get(area) ?? {};
      return {
        area,
        name,
        kind,
        count: sumOf(inside),
        companies: inside.map(({ companyCode, count }) => ({ companyCode, count })),
      };
    });
    return {
      atMs: census?.atMs ?? null,
      online: sumOf(people),
      companies: companies.sort((a, b) => b.online - a.online || byText(a.companyCode, b.companyCode)),
      types: Object.entries(countsBy(people, 'type')).map(([type, count]) => ({ type, count })),
      areas: inAreas.sort((a, b) => b.count - a.count || byText(a.area, b.area)),
    };
  }

  async trend(scope: CompanyScope, day: string | null): Promise<DashboardTrend> {
    const shown = day ?? parkDay(this.#clock.nowMs());
    const censuses = await readCensuses(this.#pool, scope, shown, TREND_STEP_MS);
    const points = censuses.map(({ atMs, people }) => ({
      atMs,
      online: sumOf(people),
      types: countsBy(people, 'type'),
      companies: countsBy(people, 'companyCode'),
    }));
    return { day: shown, stepMs: TREND_STEP_MS, points };
  }

  async alarms(scope: CompanyScope, step: 'day' | 'month', fromDay: string, toDay: string): Promise<DashboardAlarms> {
    return { step, rows: await countAlarms(this.#pool, scope, step, fromDay, toDay) };
  }

  async months(scope: CompanyScope, count: number): Promise<DashboardMonths> {
    const today = parkDay(this.#clock.nowMs());
    const months = monthsUpTo(today, count);
    const fromDay = `${months[0]}-01`;
    const [online, alarms] = await Promise.all([
      readOnlineMonths(this.#pool, scope, fromDay),
      countAlarms(this.#pool, scope, 'month', fromDay, today),
    ]);
    return {
      months: months.map((month) => {
        const found = online.find((one) => one.month === month);
        const raised = alarms.filter(({ period }) => period === month);
        return {
          month,
          onlineMax: found?.onlineMax ?? null,
          onlineMean: found?.onlineMean ?? null,
          alarms: raised.reduce((sum, row) => sum + row.raised, 0),
          marked: raised.reduce((sum, row) => sum + row.marked, 0),
        };
      }),
    };
  }
}

function monthsUpTo(day: string, count: number): string[] {
  const last = Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1;
  return Array.from({ length: count }, (_, i) => {
    const month = last - count + 1 + i;
    return `${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}`;
  });
}

type Counted = Census['people'][number];

const sumOf = (rows: readonly { readonly count: number }[]): number => rows.reduce((sum, { count }) => sum + count, 0);

function countsBy(rows: readonly Counted[], by: 'type' | 'companyCode'): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const row of rows) counts[row[by]] = (counts[row[by]] ?? 0) + row.count;
  return counts;
}

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
