/** Routes of alarms (core/alarm-api.ts): history with filters, as JSON or CSV, one alarm's life, statistics, load. They only read. */
import { z } from 'zod';
import { ALARM_STATES, STATISTICS_BY } from '../core/alarm-api.ts';
import { err, ok } from '../core/result.ts';
import type { AlarmHistory } from '../core/web-api.ts';
import type { AlarmFilter } from '../db/alarms.ts';
import type { AlarmView } from '../stream/protocol/effects.ts';
import { PICTURE_ROLES, RULES, RUNNING_ROLES } from '../stream/protocol/vocabulary.ts';
import type { AlarmDesk } from './alarms.ts';
import { csvFrom } from './csv.ts';
import { instant, text } from './inputs.ts';
import type { Directory } from './ports.ts';
import { Content, type RouteSpec, route } from './route.ts';

/** Of the park: what all operators together are asked. */
const SEES_LOAD = ['operator', 'park', 'ops'] as const;
const MAX_LOAD_MS = 31 * 86_400_000;
const MAX_STATISTICS_MS = 3 * 366 * 86_400_000;

const listOf = <T extends z.ZodType<unknown, string>>(one: T) =>
  z
    .string()
    .transform((written) => written.split(',').filter((part) => part !== ''))
    .pipe(z.array(one).max(50));

const filters = {
  rule: listOf(z.enum(RULES)).optional(),
  level: listOf(z.enum(['1', '2', '3', '4'])).optional(),
  area: text(256).optional(),
  company: text(64).optional(),
  person: text(128).optional(),
  state: z.enum(ALARM_STATES).optional(),
};

interface Filters {
  readonly rule?: string[] | undefined;
  readonly level?: string[] | undefined;
  readonly area?: string | undefined;
  readonly company?: string | undefined;
  readonly person?: string | undefined;
  readonly state?: AlarmFilter['state'] | undefined;
}
const filterFrom = ({ rule, level, area, company, person, state }: Filters): AlarmFilter => ({
  rules: rule ?? [],
  levels: (level ?? []).map(Number),
  area: area ?? null,
  companyCode: company ?? null,
  person: person ?? null,
  state: state ?? null,
});

const spanOf = (limitMs: number) => ({
  check: ({ from, to }: { from: number; to: number }) => from < to && to - from <= limitMs,
  message: { path: ['to'], message: `expected after from, and at most ${limitMs / 86_400_000} days later` },
});
const loadSpan = spanOf(MAX_LOAD_MS);
const statisticsSpan = spanOf(MAX_STATISTICS_MS);

export function alarmRoutes(directory: Pick<Directory, 'alarms'>, desk: AlarmDesk): RouteSpec[] {
  return [
    route({
      method: 'GET',
      path: '/api/alarms',
      roles: PICTURE_ROLES,
      query: z.object({
        cursor: z.string().min(1).max(256).optional(),
        limit: z.coerce.number().int().min(1).max(500).default(100),
        from: instant.optional(),
        to: instant.optional(),
        format: z.enum(['json', 'csv']).default('json'),
        ...filters,
      }),
      async handle({ session, query }) {
        const answer: AlarmHistory = await directory.alarms(session.companyCode, {
          cursor: query.cursor ?? null,
          limit: query.limit,
          fromMs: query.from ?? null,
          toMs: query.to ?? null,
          filter: filterFrom(query),
        });
        return ok(query.format === 'csv' ? csvOf(answer.alarms as readonly AlarmView[]) : answer);
      },
    }),
    route({
      method: 'GET',
      path: '/api/alarms/statistics',
      roles: RUNNING_ROLES,
      query: z
        .object({ from: instant, to: instant, by: z.enum(STATISTICS_BY), ...filters })
        .refine(statisticsSpan.check, statisticsSpan.message),
      handle: async ({ session, query }) =>
        ok(
          await desk.statistics(
            session.companyCode,
            query.by,
            { fromMs: query.from, toMs: query.to },
            filterFrom(query),
          ),
        ),
    }),
    route({
      method: 'GET',
      path: '/api/alarms/load',
      roles: SEES_LOAD,
      query: z.object({ from: instant, to: instant }).refine(loadSpan.check, loadSpan.message),
      handle: async ({ query }) => ok(await desk.load({ fromMs: query.from, toMs: query.to })),
    }),
    route({
      method: 'GET',
      path: '/api/alarms/:id',
      roles: PICTURE_ROLES,
      params: z.object({ id: text(128) }),
      async handle({ session, params }) {
        const detail = await desk.detail(session.companyCode, params.id);
        return detail === null ? err({ code: 'NOT_FOUND' }) : ok(detail);
      },
    }),
  ];
}

const HEAD = [
  'alarm_id',
  'rule',
  'level',
  'raised_at',
  'cleared_at',
  'acknowledged_at',
  'ended_at',
  'companies',
  'person',
];
const iso = (atMs: number | null): string => (atMs === null ? '' : new Date(atMs).toISOString());

const csvOf = (alarms: readonly AlarmView[]): Content =>
  new Content(
    'text/csv; charset=utf-8',
    csvFrom(
      [...HEAD, 'area', 'acknowledged_by', 'reason', 'false_mark', 'comment'],
      alarms.map((alarm) => [
        alarm.alarmId,
        alarm.rule,
        alarm.level,
        iso(alarm.raisedAtMs),
        iso(alarm.clearedAtMs),
        iso(alarm.acknowledgedAtMs),
        iso(alarm.endedAtMs),
        alarm.companyCodes.join(' '),
        alarm.person?.name ?? '',
        alarm.areaName ?? '',
        alarm.acknowledgedBy ?? '',
        alarm.reason ?? '',
        alarm.falseMark?.text ?? '',
        alarm.comment ?? '',
      ]),
    ),
    'alarms.csv',
  );
