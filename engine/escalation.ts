/**
 * Nobody acknowledged: an alarm is handed up when its level's time is over since it last began to ask, and again after each
 * further such time. Whoever delivers hears of it by the transition.
 */
import { escalateAlarm } from '../alarms/life-cycle.ts';
import type { LifeCycleSettings } from '../alarms/rule-settings.ts';
import type { Effect } from '../stream/protocol/effects.ts';
import type { AlarmLevel } from '../stream/protocol/vocabulary.ts';
import type { Park } from './park.ts';
import type { Part } from './part.ts';

export class Escalation implements Part {
  readonly name = 'escalation';

  onTick(park: Park, effects: Effect[]): void {
    const settings = park.settings.lifeCycle;
    for (const alarm of [...park.alarms.standing.values()]) {
      if (alarm.acknowledged || !alarm.active || alarm.under !== null) continue;
      if (alarm.escalations >= settings.escalations) continue;
      const waitedMs = park.nowMs - (alarm.askedAtMs ?? alarm.raisedAtMs);
      if (waitedMs < limitMs(settings, alarm.level) * (alarm.escalations + 1)) continue;
      park.applyAlarm(escalateAlarm(alarm), effects);
    }
  }

  /** The alarms say it all. */
  save(): readonly unknown[] {
    return [];
  }
  load(): void {
    // nothing of its own
  }
}

const limitMs = (settings: LifeCycleSettings, level: AlarmLevel): number =>
  [settings.escalateLevel1Ms, settings.escalateLevel2Ms, settings.escalateLevel3Ms, settings.escalateLevel4Ms][
    level - 1
  ]!;
