/** Routes of the dashboard (core/dashboard-api.ts): the same rows as JSON, or as a CSV file. All of them only read. */

import { z } from 'zod';
import type { DashboardAlarms, DashboardMonths, DashboardNow, DashboardTrend } from '../core/dashboard-api.ts';
import { parkDayStartMs } from '../core/park-time.ts';
import { ok } from '../core/result.ts';
import { PICTURE_ROLES } from '../stream/protocol/vocabulary.ts';
import { csvFrom } from './csv.ts';
import type { Dashboard } from './dashboard.ts';
import { text } from './inputs.ts';
import { Content, type RouteSpec, route } from './route.ts';

const DAY_MS = 86_400_000;
const MAX_DAYS = 400;
const MAX_MONTHS = 60;

const format = z.enum(['json', 'csv']).default('json');
const day = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/)
  .refine((written) => new Date(`${written}T00:00:00Z`).toJSON()?.startsWith(written) === true, {
    message: 'expected a day as YYYY-MM-DD',
  });

export function dashboardRoutes(dashboard: Dashboard): RouteSpec[] {
  return [
    route({
      method: 'GET',
      path: '/api/dashboard/now',
      roles: PICTURE_ROLES,
      query: z.object({ format }),
      async handle({ session, query }) {
        const now = await dashboard.now(session.companyCode);
        return ok(query.format === 'csv' ? csvFile('people-now', ...nowTable(now)) : now);
      },
    }),
    route({
      method: 'GET',
      path: '/api/dashboard/trend',
      roles: PICTURE_ROLES,
      query: z.object({ format, day: day.optional() }),
      async handle({ session, query }) {
        const trend = await dashboard.trend(session.companyCode, query.day ?? null);
        return ok(query.format === 'csv' ? csvFile(`people-${trend.day}`, ...trendTable(trend)) : trend);
      },
    }),
    route({
      method: 'GET',
      path: '/api/dashboard/alarms',
      roles: PICTURE_ROLES,
      query: z
        .object({
          format,
          from: day,
          to: day,
          step: z.enum(['day', 'month']).default('day'),
          company: text(64).optional(),
        })
        .refine(({ from, to, step }) => isSpan(from, to, step === 'day' ? MAX_DAYS : MAX_MONTHS * 31), {
          path: ['to'],
          message: `expected not before from, and at most ${MAX_DAYS} days or ${MAX_MONTHS} months`,
        }),
      async handle({ session, query }) {
        const scope = session.companyCode ?? query.company ?? null;
        const alarms = await dashboard.alarms(scope, query.step, query.from, query.to);
        return ok(query.format === 'csv' ? csvFile(`alarms-${query.from}`, ...alarmTable(alarms)) : alarms);
      },
    }),
    route({
      method: 'GET',
      path: '/api/dashboard/months',
      roles: PICTURE_ROLES,
      query: z.object({ format, count: z.coerce.number().int().min(1).max(MAX_MONTHS).default(13) }),
      async handle({ session, query }) {
        const months = await dashboard.months(session.companyCode, query.count);
        return ok(query.format === 'csv' ? csvFile('months', ...monthTable(months)) : months);
      },
    }),
  ];
}

const isSpan = (from: string, to: string, maxDays: number): boolean => {
  const days = (parkDayStartMs(to) - parkDayStartMs(from)) / DAY_MS + 1;
  return days >= 1 && days <= maxDays;
};

type Table = [head: readonly string[], rows: readonly (readonly (string | number | null)[])[]];

const csvFile = (name: string, ...table: Table): Content =>
  new Content('text/csv; charset=utf-8', csvFrom(...table), `${name}.csv`);

const nowTable = ({ companies, areas }: DashboardNow): Table => [
  ['of', 'code', 'name', 'company', 'type', 'people'],
  [
    ...companies.flatMap(({ companyCode, companyName, types }) =>
      Object.entries(types).map(([type, count]) => ['company', companyCode, companyName, companyCode, type, count]),
    ),
    ...areas.flatMap(({ area, name, companies: inside }) =>
      inside.map(({ companyCode, count }) => ['area', area, name, companyCode, '', count]),
    ),
  ],
];

const trendTable = ({ points }: DashboardTrend): Table => [
  ['at', 'company', 'people'],
  points.flatMap(({ atMs, companies }) =>
    Object.entries(companies).map(([companyCode, count]) => [new Date(atMs).toISOString(), companyCode, count]),
  ),
];

const alarmTable = ({ rows }: DashboardAlarms): Table => [
  ['period', 'rule', 'level', 'raised', 'marked_false'],
  rows.map(({ period, rule, level, raised, marked }) => [period, rule, level, raised, marked]),
];

const monthTable = ({ months }: DashboardMonths): Table => [
  ['month', 'online_max', 'online_mean', 'alarms', 'marked_false'],
  months.map(({ month, onlineMax, onlineMean, alarms, marked }) => [month, onlineMax, onlineMean, alarms, marked]),
];
