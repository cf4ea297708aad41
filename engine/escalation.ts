/**
 * Nobody acknowledged: an alarm is handed up when its level's time is over since it last began to ask, and again after each
 * further such time. Whoever delivers hears of it by the transition.
 */
import { escalateAlarm } from '../alarms/life-cycle.ts';
import type { LifeCycleSettings } from '../alarms/rule-settings.ts';
import { type AlarmView, type Effect, isQuiet } from '../stream/protocol/effects.ts';
import type { AlarmLevel } from '../stream/protocol/vocabulary.ts';
import { DueAlarms } from './due-alarms.ts';
import type { Park } from './park.ts';
import type { Part } from './part.ts';

export class Escalation implements Part {
  readonly name = 'escalation';
  readonly #unanswered = new DueAlarms(handedUpAtMs);

  onTick(park: Park, effects: Effect[]): void {
    this.#unanswered.each(park, (alarm) => park.applyAlarm(escalateAlarm(alarm), effects));
  }

  /** The alarms say it all. */
  save(): readonly unknown[] {
    return [];
  }
  load(): void {
    // nothing of its own
  }
}

function handedUpAtMs(alarm: AlarmView, { settings: { lifeCycle } }: Park): number | null {
  if (alarm.acknowledged || !alarm.active || alarm.under !== null || isQuiet(alarm)) return null;
  if (alarm.escalations >= lifeCycle.escalations) return null;
  return (alarm.askedAtMs ?? alarm.raisedAtMs) + limitMs(lifeCycle, alarm.level) * (alarm.escalations + 1);
}

const limitMs = (settings: LifeCycleSettings, level: AlarmLevel): number =>
  [settings.escalateLevel1Ms, settings.escalateLevel2Ms, settings.escalateLevel3Ms, settings.escalateLevel4Ms][
    level - 1
  ]!;
