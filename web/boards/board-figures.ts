/** What the boards at the map's edge count of the live lanes. Pure. */
import type { DashboardAlarms, DashboardNow, DashboardTrend } from '../../core/dashboard-api.ts';
import { type AlarmView, isQuiet } from '../../stream/protocol/effects.ts';
import type { SenderState } from '../../stream/protocol/sender-state.ts';
import type { AlarmLevel, RuleId } from '../../stream/protocol/vocabulary.ts';

/** One class of alarms: how many stand, how many were raised today. */
export interface AlarmCount {
  readonly rule: RuleId;
  readonly standing: number;
  /** Worst that stands; null: none does. */
  readonly worst: AlarmLevel | null;
  /** null: nobody told yet. */
  readonly today: number | null;
}

/** null: the whole park. */
export const isOf = (alarm: Pick<AlarmView, 'companyCodes'>, companyCode: string | null): boolean =>
  companyCode === null || alarm.companyCodes.includes(companyCode);

/** Standing ones of a level; shelved and suppressed ones count not. */
export function standingByLevel(alarms: readonly AlarmView[], companyCode: string | null): Record<AlarmLevel, number> {
  const counts: Record<AlarmLevel, number> = { 1: 0, 2: 0, 3: 0, 4: 0 };
  for (const alarm of alarms) if (!isQuiet(alarm) && isOf(alarm, companyCode)) counts[alarm.level]++;
  return counts;
}

/** What stands comes first, the gravest before the others; then what was most today. */
export function alarmCounts(
  alarms: readonly AlarmView[],
  today: DashboardAlarms | undefined,
  companyCode: string | null,
): AlarmCount[] {
  const byRule = new Map<RuleId, { rule: RuleId; standing: number; worst: AlarmLevel | null; today: number | null }>();
  const of = (rule: RuleId) => {
    const known = byRule.get(rule) ?? { rule, standing: 0, worst: null, today: today === undefined ? null : 0 };
    byRule.set(rule, known);
    return known;
  };
  for (const { rule, raised } of today?.rows ?? []) {
    const count = of(rule as RuleId);
    count.today = (count.today ?? 0) + raised;
  }
  for (const alarm of alarms) {
    if (isQuiet(alarm) || !isOf(alarm, companyCode)) continue;
    const count = of(alarm.rule);
    count.standing++;
    count.worst = count.worst === null || alarm.level < count.worst ? alarm.level : count.worst;
  }
  return [...byRule.values()].sort(
    (a, b) =>
      (a.worst ?? 9) - (b.worst ?? 9) ||
      b.standing - a.standing ||
      (b.today ?? 0) - (a.today ?? 0) ||
      (a.rule < b.rule ? -1 : 1),
  );
}

export interface AreaCount {
  readonly key: string;
  readonly name: string;
  /** Areas of several companies may be called the same. */
  readonly companyCode: string;
  readonly count: number;
}

/** Areas with somebody in, most first; boundaries are companies, and counted as such. */
export function areaCounts(now: DashboardNow | undefined, companyCode: string | null): AreaCount[] {
  return (now?.areas ?? [])
    .filter(({ kind }) => kind !== 'COMPANY_BOUNDARY')
    .map(({ area, name, count, companies }) => ({
      key: area,
      name,
      companyCode: area.slice(0, area.indexOf('/')),
      count: companyCode === null ? count : (companies.find((one) => one.companyCode === companyCode)?.count ?? 0),
    }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count || (a.key < b.key ? -1 : 1));
}

export const trendPoints = (
  trend: DashboardTrend,
  companyCode: string | null,
): readonly { readonly atMs: number; readonly value: number }[] =>
  trend.points.map(({ atMs, online, companies }) => ({
    atMs,
    value: companyCode === null ? online : (companies[companyCode] ?? 0),
  }));

export interface SenderCounts {
  readonly expected: number;
  readonly heard: number;
  /** Silent before late, then by company and interface. */
  readonly missing: readonly SenderState[];
}

/** Those under declared maintenance are expected of nobody. */
export function senderCounts(senders: readonly SenderState[], companyCode: string | null): SenderCounts {
  const expected = senders.filter(
    (sender) => sender.state !== 'maintenance' && (companyCode === null || sender.companyCode === companyCode),
  );
  const missing = expected.filter(({ state }) => state !== 'online');
  missing.sort((a, b) => rankOf(a) - rankOf(b) || (keyOf(a) < keyOf(b) ? -1 : 1));
  return { expected: expected.length, heard: expected.length - missing.filter(isLost).length, missing };
}

const isLost = ({ state }: SenderState): boolean => state === 'silent' || state === 'unknown';
const rankOf = (sender: SenderState): number => (isLost(sender) ? 0 : 1);
const keyOf = ({ companyCode, interfaceName }: SenderState): string => `${companyCode}/${interfaceName}`;
