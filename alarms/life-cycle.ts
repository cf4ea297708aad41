/**
 * Life of one alarm after ISA-18.2 / OPC UA Part 9: active or cleared, acknowledged or not, latched. Pure: each function
 * returns the alarm's next view, or null when the event changes nothing. An alarm ends when it is cleared and
 * acknowledged, or withdrawn; an ended alarm never comes back under its id.
 */
import {
  type AlarmPlace,
  type AlarmView,
  type EvidenceFix,
  type PersonView,
  PLAIN_ALARM,
} from '../stream/protocol/effects.ts';
import type { AlarmLevel, RuleId } from '../stream/protocol/vocabulary.ts';

/** What an alarm is when it is raised; of the rest of a view what differs from PLAIN_ALARM. */
export interface RaiseInput extends Partial<Pick<AlarmView, keyof typeof PLAIN_ALARM>> {
  readonly alarmId: string;
  readonly rule: RuleId;
  readonly ruleVersion: number;
  readonly level: AlarmLevel;
  readonly latched: boolean;
  readonly companyCodes: readonly string[];
  /** -1 with generation 0 and no person: it is about no one person. */
  readonly slot: number;
  readonly generation: number;
  readonly person: PersonView | null;
  readonly subject: string;
  readonly areaCompanyCode: string | null;
  readonly areaId: string | null;
  readonly areaName: string | null;
  readonly areaVersion: number | null;
  readonly onsetAtMs: number;
  readonly raisedAtMs: number;
  readonly place: AlarmPlace | null;
  readonly evidence: readonly EvidenceFix[];
}

export function raiseAlarm(input: RaiseInput): AlarmView {
  return {
    ...PLAIN_ALARM,
    ...input,
    transition: 'raised',
    active: true,
    acknowledged: false,
    recordedAtMs: null,
    clearedAtMs: null,
    acknowledgedAtMs: null,
    acknowledgedBy: null,
    resetBy: null,
    comment: null,
    endedAtMs: null,
    reason: null,
  };
}

/** The condition went. A latched alarm stays active until a person resets it. */
export function clearAlarm(alarm: AlarmView, atMs: number, reason: string): AlarmView | null {
  if (!alarm.active || alarm.latched || alarm.endedAtMs !== null) return null;
  return cleared(alarm, atMs, reason, 'cleared');
}

export interface ActBy {
  readonly userName: string;
  readonly comment: string | null;
}

export function acknowledgeAlarm(alarm: AlarmView, atMs: number, by: ActBy): AlarmView | null {
  if (alarm.acknowledged || alarm.endedAtMs !== null) return null;
  return {
    ...alarm,
    transition: 'acknowledged',
    acknowledged: true,
    acknowledgedAtMs: atMs,
    acknowledgedBy: by.userName,
    comment: by.comment ?? alarm.comment,
    endedAtMs: alarm.active ? null : atMs,
  };
}

/** Somebody looked after it: ends a latched alarm. Only after it was acknowledged, so that nothing is reset unseen. */
export function resetAlarm(alarm: AlarmView, atMs: number, by: ActBy): AlarmView | null {
  if (!alarm.latched || !alarm.active || !alarm.acknowledged || alarm.endedAtMs !== null) return null;
  return {
    ...cleared(alarm, atMs, 'reset', 'reset'),
    resetBy: by.userName,
    comment: by.comment ?? alarm.comment,
  };
}

/** Lasted long enough to become a record of its own (AQ 3064.3 5.2.4 a: 30 s). */
export function recordAlarm(alarm: AlarmView, atMs: number): AlarmView | null {
  if (!alarm.active || alarm.recordedAtMs !== null || alarm.endedAtMs !== null) return null;
  return { ...alarm, transition: 'recorded', recordedAtMs: atMs };
}

/** What it rests on was withdrawn (DELETED=1, validity over): it ends, acknowledged or not, with that reason. */
export function withdrawAlarm(alarm: AlarmView, atMs: number, reason: string): AlarmView | null {
  if (alarm.endedAtMs !== null) return null;
  return {
    ...alarm,
    transition: 'ended',
    active: false,
    clearedAtMs: alarm.clearedAtMs ?? atMs,
    endedAtMs: atMs,
    reason,
  };
}

/** New place or person data of a standing alarm. */
export function updateAlarm(
  alarm: AlarmView,
  change: { readonly place?: AlarmPlace; readonly person?: PersonView },
): AlarmView | null {
  if (alarm.endedAtMs !== null) return null;
  return { ...alarm, ...change, transition: 'updated' };
}

function cleared(alarm: AlarmView, atMs: number, reason: string, transition: 'cleared' | 'reset'): AlarmView {
  return {
    ...alarm,
    transition,
    active: false,
    clearedAtMs: atMs,
    endedAtMs: alarm.acknowledged ? atMs : null,
    reason,
  };
}
