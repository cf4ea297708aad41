/**
 * Rows of the alarm list: alarms alone, groups that open, and what hangs below an open one. The same rows are drawn and
 * walked by the arrow keys. Pure.
 */
import { type AlarmView, isQuiet } from '../../stream/protocol/effects.ts';
import { compareAlarms, isWaiting, sortAlarms } from './alarm-order.ts';

/** Key of the folded section of what is shelved or suppressed. */
export const QUIET_KEY = 'quiet';

export interface AlarmGroup {
  readonly key: string;
  /** Alarm that explains the others; null: they came in one flood, of one rule and place. */
  readonly cause: string | null;
  readonly alarmIds: readonly string[];
}

/** Alarms under the one that explains them. */
export function groupsOf(alarms: readonly AlarmView[]): AlarmGroup[] {
  const byCause = new Map<string, string[]>();
  for (const { under, alarmId } of alarms) {
    if (under !== null) byCause.set(under, [...(byCause.get(under) ?? []), alarmId]);
  }
  return [...byCause].map(([cause, alarmIds]) => ({ key: cause, cause, alarmIds }));
}

export type AlarmRow =
  | {
      readonly kind: 'alarm';
      readonly key: string;
      readonly alarm: AlarmView;
      /** Alarms that it explains; shown below while open. */
      readonly below: number;
      readonly isOpen: boolean;
      readonly isInside: boolean;
    }
  | {
      readonly kind: 'group';
      readonly key: string;
      readonly group: AlarmGroup;
      readonly alarms: readonly AlarmView[];
      /** The first in order stands for all of them: level, standing. */
      readonly first: AlarmView;
      readonly waiting: number;
      readonly isOpen: boolean;
    }
  | {
      readonly kind: 'quiet';
      readonly key: string;
      readonly shelved: number;
      readonly suppressed: number;
      readonly isOpen: boolean;
    };

const alarmRow = (alarm: AlarmView, below: number, isOpen: boolean, isInside: boolean): AlarmRow => ({
  kind: 'alarm',
  key: alarm.alarmId,
  alarm,
  below,
  isOpen,
  isInside,
});

interface Unit {
  readonly first: AlarmView;
  readonly group: AlarmGroup | null;
  readonly members: readonly AlarmView[];
}

export function rowsOf(
  alarms: readonly AlarmView[],
  groups: readonly AlarmGroup[],
  openKeys: ReadonlySet<string>,
): AlarmRow[] {
  const byId = new Map(alarms.filter((alarm) => !isQuiet(alarm)).map((alarm) => [alarm.alarmId, alarm]));
  const causes = new Set(groups.flatMap(({ cause }) => (cause !== null && byId.has(cause) ? [cause] : [])));
  const grouped = new Set<string>();
  const units: Unit[] = [];
  for (const group of groups) {
    const cause = group.cause === null ? undefined : byId.get(group.cause);
    const members = sortAlarms(group.alarmIds.flatMap((id) => byId.get(id) ?? [])).filter(
      // A call for help stands alone whatever happens around it; so does what explains others itself.
      ({ alarmId, rule }) => rule !== 'sos' && !causes.has(alarmId) && !grouped.has(alarmId),
    );
    const [first] = members;
    if (first === undefined || (cause === undefined && members.length === 1)) continue;
    for (const alarm of members) grouped.add(alarm.alarmId);
    if (cause !== undefined) grouped.add(cause.alarmId);
    units.push({ first: cause ?? first, group, members });
  }
  for (const alarm of byId.values()) {
    if (!grouped.has(alarm.alarmId)) units.push({ first: alarm, group: null, members: [] });
  }
  units.sort((a, b) => compareAlarms(a.first, b.first));
  return [...units.flatMap((unit) => unitRows(unit, openKeys)), ...quietRows(alarms, openKeys)];
}

function unitRows({ first, group, members }: Unit, openKeys: ReadonlySet<string>): AlarmRow[] {
  if (group === null) return [alarmRow(first, 0, false, false)];
  const key = group.cause === first.alarmId ? first.alarmId : `group:${group.key}`;
  const isOpen = openKeys.has(key);
  const head: AlarmRow =
    group.cause === first.alarmId
      ? alarmRow(first, members.length, isOpen, false)
      : { kind: 'group', key, group, alarms: members, first, waiting: members.filter(isWaiting).length, isOpen };
  return isOpen ? [head, ...members.map((alarm) => alarmRow(alarm, 0, false, true))] : [head];
}

function quietRows(alarms: readonly AlarmView[], openKeys: ReadonlySet<string>): AlarmRow[] {
  const quiet = sortAlarms(alarms.filter(isQuiet));
  if (quiet.length === 0) return [];
  const isOpen = openKeys.has(QUIET_KEY);
  const shelved = quiet.filter((alarm) => alarm.shelfId !== null).length;
  const head: AlarmRow = { kind: 'quiet', key: QUIET_KEY, shelved, suppressed: quiet.length - shelved, isOpen };
  return isOpen ? [head, ...quiet.map((alarm) => alarmRow(alarm, 0, false, true))] : [head];
}

/** Row by `by` from the chosen one; without one, the first or last. */
export function stepRow(rows: readonly AlarmRow[], chosenKey: string | null, by: 1 | -1): AlarmRow | undefined {
  const at = rows.findIndex((row) => row.key === chosenKey);
  const next = at === -1 ? (by === 1 ? 0 : rows.length - 1) : at + by;
  return rows[Math.max(0, Math.min(rows.length - 1, next))];
}

/** The row that holds the given one when it closes: the head above it; itself when it has no head. */
export function headOf(rows: readonly AlarmRow[], key: string): AlarmRow | undefined {
  const at = rows.findIndex((row) => row.key === key);
  for (let i = at; i >= 0; i--) {
    const row = rows[i];
    if (row !== undefined && !(row.kind === 'alarm' && row.isInside)) return row;
  }
  return undefined;
}

export const opens = (row: AlarmRow): boolean => row.kind !== 'alarm' || row.below > 0;
