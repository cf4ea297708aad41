/** Days of UTC+8 as the dashboard names them, and alarms added up by class. Pure. */

import type { DashboardAlarms } from '../../core/dashboard-api.ts';
import { parkDay } from '../../core/park-time.ts';

const DAY_MS = 86_400_000;

/** The last `days` days, today included. */
export const lastDays = (days: number, nowMs: number): { from: string; to: string } => ({
  from: parkDay(nowMs - (days - 1) * DAY_MS),
  to: parkDay(nowMs),
});

export interface RuleSum {
  readonly rule: string;
  readonly byLevel: readonly [number, number, number, number];
  readonly raised: number;
  readonly marked: number;
}

/** Most frequent first. */
export function sumByRule(rows: DashboardAlarms['rows']): RuleSum[] {
  const sums = new Map<string, { byLevel: [number, number, number, number]; raised: number; marked: number }>();
  for (const { rule, level, raised, marked } of rows) {
    const sum = sums.get(rule) ?? { byLevel: [0, 0, 0, 0], raised: 0, marked: 0 };
    sum.byLevel[(level - 1) as 0 | 1 | 2 | 3] += raised;
    sum.raised += raised;
    sum.marked += marked;
    sums.set(rule, sum);
  }
  return [...sums]
    .map(([rule, sum]) => ({ rule, ...sum }))
    .sort((a, b) => b.raised - a.raised || (a.rule < b.rule ? -1 : 1));
}
