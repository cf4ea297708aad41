/**
 * Acts of people as the log has them, and who may. An act that is none of the actor's, or that does not fit the alarm as it
 * is by now, changes nothing: the gateway answered by the same rules (act-rules.ts) on what it knew a moment before.
 */
import { actOnAlarm } from '../alarms/life-cycle.ts';
import { resetSos } from '../alarms/sos.ts';
import { isAlarmAct, mayAct } from '../stream/protocol/act-rules.ts';
import type { Effect } from '../stream/protocol/effects.ts';
import type { ActBody } from '../stream/protocol/entry.ts';
import type { Park } from './park.ts';

/** Whether the role may do such a thing at all. Entries of older versions name none. */
export const isAllowed = ({ role, companyCode, act }: ActBody): boolean =>
  mayAct(role ?? (companyCode === null ? 'operator' : 'enterprise'), act);

/** An act on one alarm. Shelves and orders take theirs themselves. */
export function takeAct(park: Park, body: ActBody, effects: Effect[]): void {
  const { act, alarmId, companyCode, actId, userName, comment } = body;
  if (!isAlarmAct(act) || !isAllowed(body)) return;
  const alarm = park.alarms.standing.get(alarmId);
  if (alarm === undefined || (companyCode !== null && !alarm.companyCodes.includes(companyCode))) return;
  const next = actOnAlarm(alarm, act, park.nowMs, { userName, actId, comment });
  if (!park.applyAlarm(next, effects)) return;
  if (act === 'reset' && next.rule === 'sos') resetSos(park.sos.memoryOf(next.slot, next.generation), park.nowMs);
}
