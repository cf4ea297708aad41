/** Order and grouping of the alarm list. Pure. */
import type { AlarmView } from '../../stream/protocol/effects.ts';

/** Waiting ones first, then by level, then the youngest first; the id breaks ties so that rows never jump. */
export function compareAlarms(a: AlarmView, b: AlarmView): number {
  if (a.acknowledged !== b.acknowledged) return a.acknowledged ? 1 : -1;
  if (a.level !== b.level) return a.level - b.level;
  if (a.onsetAtMs !== b.onsetAtMs) return b.onsetAtMs - a.onsetAtMs;
  return a.alarmId < b.alarmId ? -1 : a.alarmId > b.alarmId ? 1 : 0;
}

export function sortAlarms(alarms: Iterable<AlarmView>): AlarmView[] {
  return [...alarms].sort(compareAlarms);
}

/** Level to sound: the highest of those nobody acknowledged; null: silence. */
export function soundingLevel(alarms: Iterable<AlarmView>): AlarmView['level'] | null {
  let highest: AlarmView['level'] | null = null;
  for (const alarm of alarms) {
    if (!alarm.acknowledged && (highest === null || alarm.level < highest)) highest = alarm.level;
  }
  return highest;
}

export type AlarmStanding = 'active-waiting' | 'active-acknowledged' | 'cleared-waiting' | 'cleared-acknowledged';

export function standingOf(alarm: Pick<AlarmView, 'active' | 'acknowledged'>): AlarmStanding {
  if (alarm.active) return alarm.acknowledged ? 'active-acknowledged' : 'active-waiting';
  return alarm.acknowledged ? 'cleared-acknowledged' : 'cleared-waiting';
}

/** A latched alarm is ended by hand, and only after somebody acknowledged it. */
export const canReset = (alarm: AlarmView): boolean => alarm.latched && alarm.active && alarm.acknowledged;

/** How long it lasts or lasted, ms. */
export function alarmDurationMs(alarm: AlarmView, nowMs: number): number {
  return Math.max(0, (alarm.active ? nowMs : (alarm.clearedAtMs ?? nowMs)) - alarm.onsetAtMs);
}
