/** A dry run as its lines tell it: alarms by what changes, how far it is. Pure. */
import type { DryRunAlarm, DryRunLine, DryRunSummary } from '../../core/settings-api.ts';

export interface DryRunState {
  readonly phase: 'running' | 'ended' | 'cancelled' | 'failed';
  /** 0 to 1. */
  readonly done: number;
  readonly summary: DryRunSummary | null;
  readonly alarms: ReadonlyMap<string, DryRunAlarm>;
  readonly problem: string;
}

export const DRY_RUN_STARTED: DryRunState = {
  phase: 'running',
  done: 0,
  summary: null,
  alarms: new Map(),
  problem: '',
};

export function afterLine(state: DryRunState, line: DryRunLine): DryRunState {
  switch (line.t) {
    case 'alarm':
      return { ...state, alarms: new Map(state.alarms).set(line.alarm.id, line.alarm) };
    case 'progress':
      return { ...state, done: line.done, summary: line.summary };
    case 'end':
      return { ...state, phase: 'ended', done: 1, summary: line.summary };
    case 'failed':
      return { ...state, phase: 'failed', problem: line.detail === '' ? line.code : line.detail };
  }
}

export const DRY_RUN_GROUPS = ['added', 'dropped', 'same'] as const;
export type DryRunGroup = (typeof DRY_RUN_GROUPS)[number];

export function groupOf(alarm: Pick<DryRunAlarm, 'nowRaisedAtMs' | 'triedRaisedAtMs'>): DryRunGroup {
  if (alarm.nowRaisedAtMs === null) return 'added';
  return alarm.triedRaisedAtMs === null ? 'dropped' : 'same';
}

/** Of one group, oldest first. */
export const alarmsOf = (state: DryRunState, group: DryRunGroup): DryRunAlarm[] =>
  [...state.alarms.values()]
    .filter((alarm) => groupOf(alarm) === group)
    .sort((a, b) => a.onsetAtMs - b.onsetAtMs || (a.id < b.id ? -1 : 1));
