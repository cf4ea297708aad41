/** Order, sound and standing of alarms. Pure. */
import { alarmActRefusal } from '../../stream/protocol/act-rules.ts';
import { type AlarmView, areaKey, isQuiet } from '../../stream/protocol/effects.ts';

/** Latched, and what it warned of is gone: a person has to say that it is over. */
export const awaitsConfirmation = (alarm: Pick<AlarmView, 'latched' | 'active' | 'conditionGoneAtMs'>): boolean =>
  alarm.latched && alarm.active && alarm.conditionGoneAtMs !== null;

/**
 * Over as soon as its condition is, seen or not: a yellow gathering when the people part, an empty battery when it is charged. It
 * may be acknowledged, but does not ask: it stands calm, without a sound.
 */
export const endsByItself = (alarm: Pick<AlarmView, 'rule' | 'latched' | 'level'>): boolean =>
  alarm.rule === 'low-battery' || (alarm.rule === 'gathering' && !alarm.latched && alarm.level >= 3);

/** 0 somebody has to acknowledge it, 1 waits for a confirmation, 2 asks for nothing. */
function stageOf(alarm: AlarmView): number {
  if (!alarm.acknowledged && !endsByItself(alarm)) return 0;
  return awaitsConfirmation(alarm) ? 1 : 2;
}

/** What asks for something comes first, then by level, then the youngest; the id breaks ties so that rows never jump. */
export function compareAlarms(a: AlarmView, b: AlarmView): number {
  const byStage = stageOf(a) - stageOf(b);
  if (byStage !== 0) return byStage;
  if (a.level !== b.level) return a.level - b.level;
  if (a.onsetAtMs !== b.onsetAtMs) return b.onsetAtMs - a.onsetAtMs;
  return a.alarmId < b.alarmId ? -1 : a.alarmId > b.alarmId ? 1 : 0;
}

export function sortAlarms(alarms: Iterable<AlarmView>): AlarmView[] {
  return [...alarms].sort(compareAlarms);
}

/** Somebody has to acknowledge it, and it is neither quiet nor explained by another: it makes a sound and is counted. */
export const isWaiting = (alarm: AlarmView): boolean =>
  !alarm.acknowledged && !isQuiet(alarm) && alarm.under === null && !endsByItself(alarm);

const RED = 1;

/** Red ones that wait and are not before the operator already, the gravest first as the list is. */
export const offersOf = (alarms: readonly AlarmView[], chosen: AlarmView | null): AlarmView[] =>
  alarms.filter((alarm) => alarm.level === RED && isWaiting(alarm) && alarm.alarmId !== chosen?.alarmId);

/** What Space looks at: what was chosen and not looked at, else what is offered, else the chosen one again, else the first. */
export const nextToLook = (
  alarms: readonly AlarmView[],
  chosen: AlarmView | null,
  lookedAlarmId: string | null,
): AlarmView | undefined =>
  chosen !== null && chosen.alarmId !== lookedAlarmId ? chosen : (offersOf(alarms, chosen)[0] ?? chosen ?? alarms[0]);

/** Level to sound: the highest of those that wait; null: silence. */
export function soundingLevel(alarms: Iterable<AlarmView>): AlarmView['level'] | null {
  let highest: AlarmView['level'] | null = null;
  for (const alarm of alarms) {
    if (isWaiting(alarm) && (highest === null || alarm.level < highest)) highest = alarm.level;
  }
  return highest;
}

export type AlarmStanding =
  | 'active-waiting'
  | 'active-acknowledged'
  | 'gone-waiting'
  | 'gone-acknowledged'
  | 'cleared-waiting'
  | 'cleared-acknowledged';

/** `gone`: latched, its condition went, it stays until a person confirms. */
export function standingOf(
  alarm: Pick<AlarmView, 'active' | 'acknowledged' | 'latched' | 'conditionGoneAtMs'>,
): AlarmStanding {
  const known = alarm.acknowledged ? 'acknowledged' : 'waiting';
  if (!alarm.active) return `cleared-${known}`;
  return awaitsConfirmation(alarm) ? `gone-${known}` : `active-${known}`;
}

/** A latched alarm is ended by hand, once somebody acknowledged it and what it warned of is gone. */
export const canReset = (alarm: AlarmView): boolean => alarmActRefusal(alarm, 'reset', null) === null;

/** Somebody may be hurt or dying: contacts show at once. */
export const isEmergency = (alarm: Pick<AlarmView, 'rule' | 'level' | 'active'>): boolean =>
  alarm.active && (alarm.rule === 'sos' || (alarm.rule === 'gathering' && alarm.level === 1));

/** How long it lasts or lasted, ms. */
export function alarmDurationMs(alarm: AlarmView, nowMs: number): number {
  const endMs = alarm.active ? nowMs : (alarm.clearedAtMs ?? nowMs);
  return Math.max(0, endMs - alarm.onsetAtMs);
}

/** areaKey() of the area it is about or in; null: none. */
export const alarmAreaKey = (alarm: Pick<AlarmView, 'areaId' | 'areaCompanyCode'>): string | null =>
  alarm.areaId === null || alarm.areaCompanyCode === null ? null : areaKey(alarm.areaCompanyCode, alarm.areaId);
