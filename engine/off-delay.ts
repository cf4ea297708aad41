/**
 * Off-delay: the end of a condition is told when it has lasted for a while. Until then the alarm stays active, marked with
 * when the condition went, and the same condition coming back continues it: what hovers about its limit is one alarm, not a
 * row of them. Rules that weigh evidence of their own for the end (out of bounds) clear by themselves.
 */
import { clearAlarm, conditionBack, conditionGone } from '../alarms/life-cycle.ts';
import { heldByPark } from '../alarms/vendor-merge.ts';
import type { AlarmView, Effect } from '../stream/protocol/effects.ts';
import { DueAlarms } from './due-alarms.ts';
import type { Park } from './park.ts';
import type { Part } from './part.ts';

/** The condition of this alarm went. A latched one waits for a person. */
export function endCondition(park: Park, alarm: AlarmView, effects: Effect[]): void {
  const isAtOnce = !alarm.latched && park.settings.lifeCycle.offDelayMs === 0;
  const next = isAtOnce ? clearAlarm(alarm, park.nowMs, 'condition') : conditionGone(alarm, park.nowMs);
  park.applyAlarm(next, effects);
}

/** The condition is there: true, the alarm stands for it, continued if it was about to end; false: raise another. */
export function continueCondition(park: Park, alarmId: string, effects: Effect[]): boolean {
  const alarm = park.alarms.standing.get(alarmId);
  if (alarm === undefined || !alarm.active) return false;
  park.applyAlarm(conditionBack(alarm, park.nowMs) ?? heldByPark(alarm, park.nowMs), effects);
  return true;
}

export class OffDelay implements Part {
  readonly name = 'off-delay';
  readonly #gone = new DueAlarms(({ latched, active, conditionGoneAtMs }, { settings }) =>
    latched || !active || conditionGoneAtMs === null ? null : conditionGoneAtMs + settings.lifeCycle.offDelayMs,
  );

  onTick(park: Park, effects: Effect[]): void {
    this.#gone.each(park, (alarm) => park.applyAlarm(clearAlarm(alarm, park.nowMs, 'condition'), effects));
  }

  /** The alarms say it all. */
  save(): readonly unknown[] {
    return [];
  }
  load(): void {
    // nothing of its own
  }
}
