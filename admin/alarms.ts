/** Alarms counted, one of them with its whole life, and the load of the past, over db/alarm-statistics.ts. */
import type { AlarmDetail, AlarmLoadHistory, AlarmStatistics, StatisticsBy } from '../core/alarm-api.ts';
import type { Clock } from '../core/clock.ts';
import {
  countAlarmsBy,
  countStale,
  readAlarmDetail,
  readAnnouncements,
  type StoredAnnouncement,
} from '../db/alarm-statistics.ts';
import { type AlarmFilter, ANY_ALARM } from '../db/alarms.ts';
import type { CompanyScope } from '../db/company-scope.ts';
import type { Pool } from '../db/pool.ts';
import {
  causeKey,
  chatteringOf,
  isFloodNow,
  mostFrequent,
  STALE_MS,
  TEN_MIN_MS,
} from '../stream/protocol/operator-load.ts';

export interface AlarmSpan {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Outside the scope is the same as not there. Throws AppError DATABASE_UNAVAILABLE. */
export interface AlarmDesk {
  detail(scope: CompanyScope, alarmId: string): Promise<AlarmDetail | null>;
  statistics(scope: CompanyScope, by: StatisticsBy, span: AlarmSpan, filter: AlarmFilter): Promise<AlarmStatistics>;
  /** Of the whole park. */
  load(span: AlarmSpan): Promise<AlarmLoadHistory>;
}

export class StoredAlarmDesk implements AlarmDesk {
  readonly #pool: Pool;
  readonly #clock: Clock;

  constructor(pool: Pool, clock: Clock) {
    this.#pool = pool;
    this.#clock = clock;
  }

  detail(scope: CompanyScope, alarmId: string): Promise<AlarmDetail | null> {
    return readAlarmDetail(this.#pool, scope, alarmId);
  }

  async statistics(
    scope: CompanyScope,
    by: StatisticsBy,
    { fromMs, toMs }: AlarmSpan,
    filter: AlarmFilter,
  ): Promise<AlarmStatistics> {
    return { rows: await countAlarmsBy(this.#pool, scope, by, fromMs, toMs, filter) };
  }

  async load(span: AlarmSpan): Promise<AlarmLoadHistory> {
    const [announced, stale, years] = await Promise.all([
      readAnnouncements(this.#pool, span.fromMs, span.toMs),
      countStale(this.#pool, this.#clock.nowMs() - STALE_MS),
      countAlarmsBy(this.#pool, null, 'month', span.fromMs, span.toMs, ANY_ALARM),
    ]);
    const raised = years.reduce((sum, row) => sum + row.raised, 0);
    const marked = years.reduce((sum, row) => sum + row.falseCount, 0);
    return { ...loadFrom(announced, span), stale, falseShare: raised === 0 ? 0 : marked / raised };
  }
}

/** `announced` in order, all within the span. */
export function loadFrom(
  announced: readonly StoredAnnouncement[],
  { fromMs, toMs }: AlarmSpan,
): Omit<AlarmLoadHistory, 'stale' | 'falseShare'> {
  const counts = new Map<number, number>();
  const causes = new Map<string, number>();
  const byLevel: [number, number, number, number] = [0, 0, 0, 0];
  for (const { atMs, rule, subject, level } of announced) {
    const bucket = Math.floor(atMs / TEN_MIN_MS);
    counts.set(bucket, (counts.get(bucket) ?? 0) + 1);
    const key = causeKey(rule, subject);
    causes.set(key, (causes.get(key) ?? 0) + 1);
    byLevel[(level - 1) as 0 | 1 | 2 | 3]++;
  }
  const first = Math.floor(fromMs / TEN_MIN_MS);
  const last = Math.floor((toMs - 1) / TEN_MIN_MS);
  let isFlood = false;
  let floods = 0;
  for (let bucket = first; bucket <= last; bucket++) {
    isFlood = isFloodNow(isFlood, counts.get(bucket) ?? 0);
    if (isFlood) floods++;
  }
  return {
    announced: announced.length,
    buckets: [...counts].map(([bucket, count]) => ({ atMs: bucket * TEN_MIN_MS, count })),
    perHour: (announced.length * 3_600_000) / (toMs - fromMs),
    mostIn10Min: Math.max(0, ...counts.values()),
    floodShare: floods / (last - first + 1),
    causes: mostFrequent([causes]),
    chattering: chatteringOf(announced.map(({ atMs, rule, subject }) => [atMs, rule, subject] as const)),
    byLevel,
  };
}
