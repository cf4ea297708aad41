/**
 * Rows of the alarm list: alarms alone, groups that open, and what hangs below an open one. The same rows are drawn and
 * walked by the arrow keys. Pure.
 */
import { type AlarmGroup, alarmsIn, GROUP_LIMITS, groupAlarms } from '../../stream/protocol/alarm-groups.ts';
import { type AlarmView, isQuiet } from '../../stream/protocol/effects.ts';
import type { AlarmLevel, RuleId } from '../../stream/protocol/vocabulary.ts';
import { compareAlarms, isWaiting, sortAlarms } from './alarm-order.ts';

/** Key of the folded section of what is shelved or suppressed. */
export const QUIET_KEY = 'quiet';

interface Drawn {
  readonly key: string;
  /** 0: stands by itself; else how deep below an open row. */
  readonly depth: number;
  readonly isOpen: boolean;
}

export type AlarmRow =
  | (Drawn & {
      readonly kind: 'alarm';
      readonly alarm: AlarmView;
      /** Alarms that it explains; shown below while open. */
      readonly below: number;
    })
  | (Drawn & {
      readonly kind: 'group';
      readonly rule: RuleId;
      readonly level: AlarmLevel;
      readonly count: number;
      readonly waiting: number;
      /** Stands for all of them where a name is needed. */
      readonly first: AlarmView;
    })
  | (Drawn & { readonly kind: 'quiet'; readonly shelved: number; readonly suppressed: number });

/** In a flood all of a kind at one place are one line, whenever they began. */
const FLOOD_LIMITS = { alone: 1, windowMs: Number.POSITIVE_INFINITY };
/** More lines than a person can keep in view; the flood is over when most of them are gone. */
const FLOOD_FROM = 60;
const FLOOD_UNTIL = 40;

/** Whether the list folds as in a flood, after it did or did not before: it must not flicker at the border. */
export function isListFlooded(alarms: readonly AlarmView[], wasFlooded: boolean): boolean {
  const loud = alarms.reduce((sum, alarm) => (isQuiet(alarm) ? sum : sum + 1), 0);
  return loud > (wasFlooded ? FLOOD_UNTIL : FLOOD_FROM);
}

export interface RowsState {
  readonly openKeys: ReadonlySet<string>;
  /** Drawn in a closed group too: nobody acts on what is not there. */
  readonly chosenKey: string | null;
  readonly isFlooded: boolean;
}

/** Groups of what is not quiet, in the order of what asks for something. The dear part: it does not depend on what is chosen. */
export function loudGroups(alarms: readonly AlarmView[], isFlooded: boolean): AlarmGroup[] {
  const loud = alarms.filter((alarm) => !isQuiet(alarm));
  return groupAlarms(loud, isFlooded ? FLOOD_LIMITS : GROUP_LIMITS)
    .map((group) => ({ group, first: firstOf(group) }))
    .sort((a, b) => compareAlarms(a.first, b.first))
    .map(({ group }) => group);
}

/** Rows in the order of `groups`; within an open row as the groups have it. */
export function rowsOf(
  alarms: readonly AlarmView[],
  state: RowsState,
  groups: readonly AlarmGroup[] = loudGroups(alarms, state.isFlooded),
): AlarmRow[] {
  return [...groups.flatMap((group) => drawn(group, 0, state)), ...quietRows(alarms, state)];
}

/** Rows that are drawn at once. */
export const PAGE_ROWS = 60;

/** First row of the page that holds row `index`. */
export const pageStart = (index: number): number => Math.floor(Math.max(0, index) / PAGE_ROWS) * PAGE_ROWS;

/** Of a group the one that comes first by itself. */
const firstOf = (group: AlarmGroup): AlarmView =>
  group.kind === 'alarm'
    ? group.alarm
    : alarmsIn(group.members).reduce((first, one) => (compareAlarms(one, first) < 0 ? one : first));

function drawn(group: AlarmGroup, depth: number, state: RowsState): AlarmRow[] {
  const { key } = group;
  const isOpen = state.openKeys.has(key);
  const inside = group.kind === 'alarm' ? group.under : group.members;
  const of = { key, depth, isOpen };
  const row: AlarmRow =
    group.kind === 'alarm'
      ? { ...of, kind: 'alarm', alarm: group.alarm, below: alarmsIn(inside).length }
      : {
          ...of,
          kind: 'group',
          rule: group.rule,
          level: group.level,
          count: group.count,
          waiting: alarmsIn(inside).filter(isWaiting).length,
          first: firstOf(group),
        };
  const shown = isOpen ? inside : inside.filter((one) => holds(one, state.chosenKey));
  return [row, ...shown.flatMap((one) => drawn(one, depth + 1, state))];
}

const holds = (group: AlarmGroup, key: string | null): boolean =>
  key !== null &&
  (group.key === key || (group.kind === 'alarm' ? group.under : group.members).some((one) => holds(one, key)));

/** The group of a row, however deep; undefined: the row is none. */
export function groupOf(groups: readonly AlarmGroup[], key: string): AlarmGroup | undefined {
  for (const group of groups) {
    if (group.kind === 'group' && group.key === key) return group;
    const inside = groupOf(group.kind === 'alarm' ? group.under : group.members, key);
    if (inside !== undefined) return inside;
  }
  return undefined;
}

/** Those of a group that somebody has to acknowledge, in the order of the list. */
export const waitingIn = (group: AlarmGroup): AlarmView[] => sortAlarms(alarmsIn([group]).filter(isWaiting));

function quietRows(alarms: readonly AlarmView[], { openKeys }: RowsState): AlarmRow[] {
  const quiet = sortAlarms(alarms.filter(isQuiet));
  if (quiet.length === 0) return [];
  const isOpen = openKeys.has(QUIET_KEY);
  const shelved = quiet.filter((alarm) => alarm.shelfId !== null).length;
  const head: AlarmRow = {
    kind: 'quiet',
    key: QUIET_KEY,
    depth: 0,
    isOpen,
    shelved,
    suppressed: quiet.length - shelved,
  };
  if (!isOpen) return [head];
  return [
    head,
    ...quiet.map(
      (alarm): AlarmRow => ({ kind: 'alarm', key: alarm.alarmId, depth: 1, isOpen: false, alarm, below: 0 }),
    ),
  ];
}

/** Row by `by` from the chosen one; without one, the first or last. */
export function stepRow(rows: readonly AlarmRow[], chosenKey: string | null, by: 1 | -1): AlarmRow | undefined {
  const at = rows.findIndex((row) => row.key === chosenKey);
  const next = at === -1 ? (by === 1 ? 0 : rows.length - 1) : at + by;
  return rows[Math.max(0, Math.min(rows.length - 1, next))];
}

/** The row that closes from the given one: itself while it is open, else the one that it stands below. */
export function headOf(rows: readonly AlarmRow[], key: string): AlarmRow | undefined {
  const at = rows.findIndex((row) => row.key === key);
  const row = rows[at];
  if (row === undefined || (row.isOpen && opens(row))) return row;
  for (let i = at - 1; i >= 0; i--) {
    const above = rows[i];
    if (above !== undefined && above.depth < row.depth) return above;
  }
  return undefined;
}

export const opens = (row: AlarmRow): boolean => row.kind !== 'alarm' || row.below > 0;
