/**
 * Which act fits which alarm, by whom. One place for the page (what it offers), the gateway (what it refuses at once) and
 * the engine (what it does): the engine is the judge, the others spare the way there.
 */
import type { ErrorCode } from '../../core/errors.ts';
import type { ActName } from './acts.ts';
import type { AlarmView } from './effects.ts';
import { PICTURE_ROLES, type Role } from './vocabulary.ts';

/** Acts on one alarm. */
export const ALARM_ACTS = ['acknowledge', 'reset', 'comment', 'mark-false', 'unmark-false', 'justify'] as const;
export type AlarmActName = (typeof ALARM_ACTS)[number];
export const isAlarmAct = (act: ActName): act is AlarmActName => (ALARM_ACTS as readonly string[]).includes(act);
/** Whether the act names the alarm that it is about. */
export const isAboutAlarm = (act: ActName): boolean => isAlarmAct(act) || act === 'order-create';

/** More words on one alarm are refused: a view travels whole with each transition. */
export const COMMENTS_LIMIT = 50;

/**
 * Who may. A company's user acts on alarms of that company only, and makes none of them quiet or false: that is the park's
 * to say.
 */
const ACT_ROLES: Readonly<Record<ActName, readonly Role[]>> = {
  acknowledge: PICTURE_ROLES,
  reset: PICTURE_ROLES,
  comment: PICTURE_ROLES,
  'mark-false': ['operator', 'park'],
  'unmark-false': ['operator', 'park'],
  justify: ['operator', 'park'],
  shelve: ['operator', 'park'],
  unshelve: ['operator', 'park'],
  order: PICTURE_ROLES,
  'order-create': ['operator', 'park'],
  muster: PICTURE_ROLES,
};

export const mayAct = (role: Role, act: ActName): boolean => ACT_ROLES[act].includes(role);

/** Acts whose comment is the reason, without which they are not done. */
const WITH_REASON: readonly ActName[] = ['comment', 'mark-false', 'unmark-false', 'justify', 'shelve', 'order-create'];

export const needsReason = (act: ActName): boolean => WITH_REASON.includes(act);

/** No shelf is longer; the park's own limit (rule settings) may be shorter. */
export const SHELVE_LIMIT_MS = 86_400_000;

/** Why the act does nothing to this alarm now; null: it does. */
export function alarmActRefusal(alarm: AlarmView, act: AlarmActName, comment: string | null): ErrorCode | null {
  if (alarm.endedAtMs !== null) return 'NOT_FOUND';
  if (needsReason(act) && (comment ?? '').trim() === '') return 'REASON_MISSING';
  switch (act) {
    case 'acknowledge':
      return alarm.acknowledged ? 'ACT_DONE' : null;
    case 'reset':
      return resetRefusal(alarm);
    case 'comment':
      return alarm.comments.length >= COMMENTS_LIMIT ? 'ACT_UNFIT' : null;
    case 'mark-false':
      return alarm.falseMark === null ? null : 'ACT_DONE';
    case 'unmark-false':
      return alarm.falseMark === null ? 'ACT_DONE' : null;
    case 'justify':
      return alarm.rule === 'gathering' && alarm.active ? null : 'ACT_UNFIT';
  }
}

/** Nothing is reset unseen; and what a rule can see, such as a gathering, not before it is gone. A call for help is over when a person says so. */
function resetRefusal(alarm: AlarmView): ErrorCode | null {
  if (!alarm.latched || !alarm.active) return 'ACT_UNFIT';
  if (!alarm.acknowledged) return 'ACKNOWLEDGE_FIRST';
  return alarm.rule === 'sos' || alarm.conditionGoneAtMs !== null ? null : 'CONDITION_STANDS';
}
