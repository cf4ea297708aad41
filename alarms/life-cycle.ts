/**
 * Life of one alarm after ISA-18.2 / OPC UA Part 9: active or cleared, acknowledged or not, latched, quiet (shelved or
 * suppressed). Pure: each function returns the alarm's next view, or null when the event changes nothing. An alarm ends when
 * it is cleared and acknowledged, or withdrawn; an ended alarm never comes back under its id. Every view says whose act its
 * transition is and why. The state diagram: docs/spec/life-cycle.md.
 */
import { type AlarmActName, alarmActRefusal } from '../stream/protocol/act-rules.ts';
import {
  type AlarmNote,
  type AlarmPlace,
  type AlarmSource,
  type AlarmTransition,
  type AlarmView,
  type EvidenceFix,
  isQuiet,
  type PersonView,
  PLAIN_ALARM,
} from '../stream/protocol/effects.ts';
import type { AlarmLevel, RuleId } from '../stream/protocol/vocabulary.ts';
import { ALARM_CLASSES } from './alarm-classes.ts';

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
    askedAtMs: input.raisedAtMs,
    resetBy: null,
    comment: null,
    endedAtMs: null,
    reason: null,
  };
}

/** The condition went. A latched alarm stays active until a person resets it. */
export function clearAlarm(alarm: AlarmView, atMs: number, reason: string): AlarmView | null {
  if (!alarm.active || alarm.latched || alarm.endedAtMs !== null) return null;
  return turned(alarm, 'cleared', { ...clearedAt(alarm, atMs, reason), why: reason });
}

/**
 * The condition went, and the alarm stays active: it is latched and waits for a person, or its off-delay runs
 * (engine/off-delay.ts), within which the same condition continues the same alarm.
 */
export function conditionGone(alarm: AlarmView, atMs: number): AlarmView | null {
  if (!alarm.active || alarm.conditionGoneAtMs !== null || alarm.endedAtMs !== null) return null;
  return turned(alarm, 'returned', { conditionGoneAtMs: atMs, why: 'condition-gone' });
}

/** The condition is there again. A latched alarm that was acknowledged asks anew: what was seen to is not what is now. */
export function conditionBack(alarm: AlarmView, atMs: number): AlarmView | null {
  if (!alarm.active || alarm.conditionGoneAtMs === null || alarm.endedAtMs !== null) return null;
  return turned(alarm, 'returned', {
    ...(alarm.latched ? asksAnew(atMs) : {}),
    conditionGoneAtMs: null,
    why: 'condition-back',
  });
}

/** What may become otherwise while an alarm stands. What it is (id, rule, onset, evidence) stays. */
export type AlarmChange = Partial<
  Pick<
    AlarmView,
    | 'level'
    | 'latched'
    | 'companyCodes'
    | 'slot'
    | 'generation'
    | 'person'
    | 'place'
    | 'people'
    | 'count'
    | 'limit'
    | 'radiusM'
    | 'detail'
    | 'settingVersions'
    | 'under'
    | 'permit'
  >
>;

/**
 * The condition goes on, otherwise than before: `level` when the level rose or fell, else `updated`; null when nothing is
 * other than it was. One that rises asks anew (re-alarm), acknowledged or not. A latch is never taken off, and the level of
 * what is cleared stays.
 */
export function changeAlarm(alarm: AlarmView, atMs: number, change: AlarmChange): AlarmView | null {
  if (alarm.endedAtMs !== null) return null;
  const level = (alarm.active ? change.level : null) ?? alarm.level;
  const next = { ...change, level, latched: alarm.latched || change.latched === true };
  const isOther = (Object.keys(next) as (keyof AlarmChange)[]).some((name) => !isSame(alarm[name], next[name]));
  if (!isOther) return null;
  if (level === alarm.level) return turned(alarm, 'updated', next);
  const asks = level < alarm.level ? asksAnew(atMs) : {};
  return turned(alarm, 'level', { ...next, ...asks, why: `level ${alarm.level} to ${level}` });
}

/** A vendor's record speaks of the same; null: it is among the sources already. */
export function addSource(alarm: AlarmView, source: AlarmSource): AlarmView | null {
  if (alarm.endedAtMs !== null || alarm.sources.some((one) => isSameSource(one, source))) return null;
  return turned(alarm, 'updated', { sources: [...alarm.sources, source], why: 'source' });
}

/** The record says something else now; null: it is no source of the alarm, or says what it said. */
export function updateSource(alarm: AlarmView, source: AlarmSource): AlarmView | null {
  const before = alarm.sources.find((one) => isSameSource(one, source));
  if (alarm.endedAtMs !== null || before === undefined || isSame(before, source)) return null;
  const sources = alarm.sources.map((one) => (one === before ? source : one));
  return turned(alarm, 'updated', { sources, why: 'source' });
}

/** Lasted long enough to become a record of its own (AQ 3064.3 5.2.4 a: 30 s). */
export function recordAlarm(alarm: AlarmView, atMs: number): AlarmView | null {
  if (!alarm.active || alarm.recordedAtMs !== null || alarm.endedAtMs !== null) return null;
  return turned(alarm, 'recorded', { recordedAtMs: atMs, why: 'lasting' });
}

/** What it rests on was withdrawn (DELETED=1, validity over): it ends, acknowledged or not, with that reason. */
export function withdrawAlarm(alarm: AlarmView, atMs: number, reason: string): AlarmView | null {
  if (alarm.endedAtMs !== null) return null;
  const clearedAtMs = alarm.clearedAtMs ?? atMs;
  return turned(alarm, 'ended', { active: false, clearedAtMs, endedAtMs: atMs, reason, why: reason });
}

/** What explained it is over (`under`). What is active still asks from now on: until then it asked nobody. */
export function leaveUnder(alarm: AlarmView, atMs: number): AlarmView | null {
  if (alarm.endedAtMs !== null || alarm.under === null) return null;
  return turned(alarm, 'returned', { ...(alarm.active ? asksAnew(atMs) : {}), under: null, why: 'explained-no-more' });
}

/** Nobody acknowledged it in time: it is handed up once more. A quiet one asks for nobody. */
export function escalateAlarm(alarm: AlarmView): AlarmView | null {
  if (alarm.endedAtMs !== null || !alarm.active || alarm.acknowledged || isQuiet(alarm)) return null;
  return turned(alarm, 'escalated', { escalations: alarm.escalations + 1, why: 'unacknowledged' });
}

/** As it stands, said once more to whoever may lack it. */
export const announceAlarm = (alarm: AlarmView): AlarmView => turned(alarm, 'updated', { why: 'announced' });

export interface ActBy {
  readonly userName: string;
  readonly actId: string | null;
  readonly comment: string | null;
}

/** A person's act on the alarm; null when it does not fit (alarmActRefusal says why not). */
export function actOnAlarm(alarm: AlarmView, act: AlarmActName, atMs: number, by: ActBy): AlarmView | null {
  if (alarmActRefusal(alarm, act, by.comment) !== null) return null;
  const acted = { actedBy: by.userName, actId: by.actId, why: by.comment };
  const note: AlarmNote = { by: by.userName, atMs, text: by.comment ?? '' };
  switch (act) {
    case 'acknowledge':
      return turned(alarm, 'acknowledged', {
        ...acted,
        acknowledged: true,
        acknowledgedAtMs: atMs,
        acknowledgedBy: by.userName,
        comment: by.comment ?? alarm.comment,
        endedAtMs: alarm.active ? null : atMs,
      });
    case 'reset':
      return turned(alarm, 'reset', {
        ...acted,
        ...clearedAt(alarm, atMs, 'reset'),
        resetBy: by.userName,
        comment: by.comment ?? alarm.comment,
      });
    case 'comment':
      return turned(alarm, 'commented', { ...acted, comments: [...alarm.comments, note] });
    case 'mark-false':
      return turned(alarm, 'marked-false', { ...acted, falseMark: note });
    case 'unmark-false':
      return turned(alarm, 'unmarked-false', { ...acted, falseMark: null });
    case 'justify':
      return turned(alarm, 'justified', { ...acted, justified: note });
  }
}

/** Who puts aside, and why. `by` null: the engine, as a time that is over. */
export interface QuietBy {
  readonly by: string | null;
  readonly why: string;
}

/** Put aside for a while. An SOS never is. */
export function shelveAlarm(alarm: AlarmView, shelfId: string, { by, why }: QuietBy): AlarmView | null {
  if (alarm.endedAtMs !== null || alarm.rule === 'sos' || alarm.shelfId === shelfId) return null;
  return turned(alarm, 'shelved', { shelfId, actedBy: by, why });
}

/** Back from the shelf. What is active still asks anew, also when it was acknowledged before. */
export function unshelveAlarm(alarm: AlarmView, atMs: number, { by, why }: QuietBy): AlarmView | null {
  if (alarm.endedAtMs !== null || alarm.shelfId === null) return null;
  return turned(alarm, 'unshelved', { ...(alarm.active ? asksAnew(atMs) : {}), shelfId: null, actedBy: by, why });
}

/** Held back by a setting (by design, silence, out of service). An SOS never is. */
export function suppressAlarm(alarm: AlarmView, settingKey: string, why: string): AlarmView | null {
  if (alarm.endedAtMs !== null || alarm.rule === 'sos' || alarm.suppressedBy === settingKey) return null;
  return turned(alarm, 'suppressed', { suppressedBy: settingKey, why });
}

/** The setting holds it no more. What is active still asks anew. */
export function unsuppressAlarm(alarm: AlarmView, atMs: number, why: string): AlarmView | null {
  if (alarm.endedAtMs !== null || alarm.suppressedBy === null) return null;
  return turned(alarm, 'unsuppressed', { ...(alarm.active ? asksAnew(atMs) : {}), suppressedBy: null, why });
}

const asksAnew = (atMs: number) => ({
  acknowledged: false,
  acknowledgedAtMs: null,
  acknowledgedBy: null,
  askedAtMs: atMs,
  escalations: 0,
});

/** The next view. What a transition does not say of itself is not said: nobody's act, for no other reason. */
const turned = (alarm: AlarmView, transition: AlarmTransition, change: Partial<AlarmView>): AlarmView => ({
  ...alarm,
  actedBy: null,
  actId: null,
  why: null,
  ...change,
  transition,
});

const clearedAt = (alarm: AlarmView, atMs: number, reason: string): Partial<AlarmView> => ({
  active: false,
  clearedAtMs: atMs,
  endedAtMs: alarm.acknowledged || ALARM_CLASSES[alarm.rule].endsByItself ? atMs : null,
  reason,
});

/** A table without ids (B.5) tells its records apart by their beginning. */
const isSameSource = (one: AlarmSource, other: AlarmSource): boolean =>
  one.by === other.by &&
  one.recordId === other.recordId &&
  (one.recordId !== '' || one.raisedAtMs === other.raisedAtMs);

/** Plain values, as views are made of. */
export function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length &&
    names.every((name) => isSame(one[name as keyof typeof one], other[name as keyof typeof other]))
  );
}
