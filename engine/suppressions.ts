/**
 * Alarms held back by settings (alarms/settings/suppression.ts): raised held back while a setting holds them, let go when its
 * time is over or it is withdrawn. The setting whose key comes first holds.
 */
import { suppressAlarm, unsuppressAlarm } from '../alarms/life-cycle.ts';
import { isHolding, isSuppressed, type Suppression } from '../alarms/settings/suppression.ts';
import type { AlarmView, Effect } from '../stream/protocol/effects.ts';
import type { Park } from './park.ts';
import type { Part } from './part.ts';
import type { Setting } from './settings-table.ts';

type Holding = readonly (readonly [key: string, suppression: Suppression])[];

export class Suppressions implements Part {
  readonly name = 'suppressions';
  /** What held when all alarms were looked at last; null: they are to be. */
  #holding: Holding | null = null;
  /** Alarms that changed since. */
  readonly #changed = new Set<string>();

  beforeAlarm(park: Park, next: AlarmView): AlarmView {
    const held = next.transition === 'raised' ? holderOf(holdingAt(park), next) : undefined;
    return held === undefined ? next : { ...next, suppressedBy: held[0], why: held[1].reason };
  }

  onTick(park: Park, effects: Effect[]): void {
    this.#judge(park, effects);
  }

  onAlarm(_park: Park, { alarmId }: AlarmView): void {
    this.#changed.add(alarmId);
  }

  onSetting(park: Park, { topic }: Setting, _before: Setting | undefined, effects: Effect[]): void {
    if (topic === 'suppression') this.#judge(park, effects);
  }

  /** Settings and alarms say it all. */
  save(): readonly unknown[] {
    return [];
  }
  load(): void {
    // nothing of its own
  }

  /** An alarm that did not change is held as it was, by the same settings. */
  #judge(park: Park, effects: Effect[]): void {
    const holding = holdingAt(park);
    const { standing } = park.alarms;
    const alarms = isSameHolding(holding, this.#holding) ? standing.inOrder(this.#changed) : [...standing.values()];
    this.#holding = holding;
    this.#changed.clear();
    for (const alarm of alarms) {
      const held = holderOf(holding, alarm);
      if (held !== undefined) park.applyAlarm(suppressAlarm(alarm, held[0], held[1].reason), effects);
      else if (alarm.suppressedBy !== null) park.applyAlarm(unsuppressAlarm(alarm, park.nowMs, 'over'), effects);
    }
  }
}

const isSameHolding = (one: Holding, other: Holding | null): boolean =>
  one.length === other?.length && one.every(([key, value], n) => key === other[n]![0] && value === other[n]![1]);

const holdingAt = (park: Park): Holding =>
  park.config.entries('suppression').filter(([, suppression]) => isHolding(suppression, park.nowMs));

const holderOf = (holding: Holding, alarm: AlarmView): Holding[number] | undefined =>
  holding.find(([, suppression]) => isSuppressed(suppression, alarm));
