/**
 * Standing alarms as a screen shows them in a flood: below the alarm that explains them, and beyond a few of the same rule at the
 * same place close in time as one line that opens. Nothing is left out and nothing stands twice; an SOS, and a red alarm that
 * asks, always stands by itself. Pure, for the page; the order of what comes in does not matter.
 */
import { type AlarmView, isQuiet } from './effects.ts';
import { areaOf } from './shelves.ts';
import type { AlarmLevel, RuleId } from './vocabulary.ts';

export interface GroupLimits {
  /** So many of a kind still stand one by one. */
  readonly alone: number;
  /** Onsets further apart than this are not of one cause. */
  readonly windowMs: number;
}
export const GROUP_LIMITS: GroupLimits = { alone: 3, windowMs: 600_000 };

export type AlarmGroup =
  | {
      readonly kind: 'alarm';
      /** Of the row; stays while the alarm stands. */
      readonly key: string;
      readonly alarm: AlarmView;
      /** What it explains. */
      readonly under: readonly AlarmGroup[];
    }
  | {
      readonly kind: 'group';
      /** Of the row; stays while its oldest member stands. */
      readonly key: string;
      readonly rule: RuleId;
      /** areaKey(), or the company where there is no area. */
      readonly place: string;
      /** The highest among the members. */
      readonly level: AlarmLevel;
      readonly count: number;
      readonly unacknowledged: number;
      readonly members: readonly AlarmGroup[];
    };

export function groupAlarms(alarms: Iterable<AlarmView>, limits: GroupLimits = GROUP_LIMITS): AlarmGroup[] {
  const byId = new Map<string, AlarmView>();
  for (const alarm of alarms) byId.set(alarm.alarmId, alarm);
  const top: AlarmView[] = [];
  const below = new Map<string, AlarmView[]>();
  for (const alarm of byId.values()) {
    const cause = causeOf(alarm, byId);
    if (cause === null) top.push(alarm);
    else addTo(below, cause, alarm);
  }
  const rowOf = (alarm: AlarmView): AlarmGroup => ({
    kind: 'alarm',
    key: alarm.alarmId,
    alarm,
    under: rowsOf(below.get(alarm.alarmId) ?? [], rowOf, limits),
  });
  return rowsOf(top, rowOf, limits);
}

/** Every alarm of the rows, whatever it stands below. */
export function alarmsIn(rows: readonly AlarmGroup[]): AlarmView[] {
  return rows.flatMap((row) => (row.kind === 'alarm' ? [row.alarm, ...alarmsIn(row.under)] : alarmsIn(row.members)));
}

/** Id of the alarm it stands below; null: by itself. An SOS does, and so do all whose causes lead back to themselves. */
function causeOf(alarm: AlarmView, byId: ReadonlyMap<string, AlarmView>): string | null {
  if (alarm.rule === 'sos' || alarm.under === null || !byId.has(alarm.under)) return null;
  const seen = new Set([alarm.alarmId]);
  for (let at: string | null = alarm.under; at !== null; at = byId.get(at)?.under ?? null) {
    if (seen.has(at)) return null;
    seen.add(at);
  }
  return alarm.under;
}

function rowsOf(
  alarms: readonly AlarmView[],
  rowOf: (alarm: AlarmView) => AlarmGroup,
  { alone, windowMs }: GroupLimits,
): AlarmGroup[] {
  const rows: AlarmGroup[] = [];
  const kinds = new Map<string, AlarmView[]>();
  for (const alarm of [...alarms].sort(byAge)) {
    if (standsAlone(alarm)) rows.push(rowOf(alarm));
    else addTo(kinds, `${alarm.rule} ${placeOf(alarm)}`, alarm);
  }
  for (const kind of kinds.values()) {
    for (const cluster of clustersOf(kind, windowMs)) {
      if (cluster.length <= alone) rows.push(...cluster.map(rowOf));
      else rows.push(groupOf(cluster, rowOf));
    }
  }
  return sortByUrgency(rows);
}

function addTo(lists: Map<string, AlarmView[]>, key: string, alarm: AlarmView): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [alarm]);
  else list.push(alarm);
}

/** Runs in which each begins within the window of the one before. `alarms` by age. */
function clustersOf(alarms: readonly AlarmView[], windowMs: number): AlarmView[][] {
  const clusters: AlarmView[][] = [];
  for (const alarm of alarms) {
    const last = clusters.at(-1);
    if (last !== undefined && alarm.onsetAtMs - last.at(-1)!.onsetAtMs <= windowMs) last.push(alarm);
    else clusters.push([alarm]);
  }
  return clusters;
}

function groupOf(alarms: readonly AlarmView[], rowOf: (alarm: AlarmView) => AlarmGroup): AlarmGroup {
  const [oldest] = alarms as [AlarmView];
  return {
    kind: 'group',
    key: `group ${oldest.alarmId}`,
    rule: oldest.rule,
    place: placeOf(oldest),
    level: Math.min(...alarms.map((alarm) => alarm.level)) as AlarmLevel,
    count: alarms.length,
    unacknowledged: alarms.filter((alarm) => !alarm.acknowledged && !isQuiet(alarm)).length,
    members: sortByUrgency(alarms.map(rowOf)),
  };
}

const standsAlone = (alarm: AlarmView): boolean =>
  alarm.rule === 'sos' || (alarm.level === 1 && !alarm.acknowledged && !isQuiet(alarm));

const placeOf = (alarm: AlarmView): string => areaOf(alarm) || (alarm.companyCodes[0] ?? '');

const byAge = (a: AlarmView, b: AlarmView): number => a.onsetAtMs - b.onsetAtMs || (a.alarmId < b.alarmId ? -1 : 1);

/** The row's first alarm, by age; its level and whether it still asks. */
const headOf = (row: AlarmGroup) =>
  row.kind === 'alarm'
    ? {
        alarm: row.alarm,
        level: row.alarm.level,
        rank: row.alarm.rule === 'sos' ? 0 : isQuiet(row.alarm) ? 3 : row.alarm.acknowledged ? 2 : 1,
      }
    : {
        alarm: alarmsIn(row.members).reduce((oldest, one) => (byAge(one, oldest) < 0 ? one : oldest)),
        level: row.level,
        rank: row.unacknowledged > 0 ? 1 : 2,
      };

/** SOS first, then what asks, what was seen, what is quiet; by level; the newest first. */
function sortByUrgency(rows: readonly AlarmGroup[]): AlarmGroup[] {
  return rows
    .map((row) => ({ row, head: headOf(row) }))
    .sort(({ head: a }, { head: b }) => a.rank - b.rank || a.level - b.level || byAge(b.alarm, a.alarm))
    .map(({ row }) => row);
}
