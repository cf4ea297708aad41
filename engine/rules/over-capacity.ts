/** 超员 (AQ 3064.3 5.2.4 c): more people inside an area than its number. */
import type { Effect } from '../../stream/protocol/effects.ts';
import { NOBODY } from '../alarm-table.ts';
import { AreaWatch } from '../area-limits.ts';
import { type Area, isValidAt } from '../areas-table.ts';
import type { Park } from '../park.ts';
import type { Part } from '../part.ts';
import { Presence } from '../presence.ts';
import { alarmInput } from './alarm-input.ts';
import { Conditions } from './conditions.ts';
import { areaOver } from './dwell.ts';

export const OVER_CAPACITY_RULE_VERSION = 1;

export class OverCapacity implements Part {
  readonly name = 'over-capacity';
  readonly #conditions = new Conditions();

  onTick(park: Park, effects: Effect[]): void {
    const presence = park.part(Presence);
    const watch = park.part(AreaWatch);
    for (const { key, area, capacityMax } of watch.lists(park).crowds) {
      if (presence.insideOf(key).length <= capacityMax! || !isValidAt(area.record, park.nowMs)) continue;
      if (presence.countFresh(park, key) <= capacityMax!) continue;
      this.#conditions.hold(park, NOBODY, key, newestEntryMs(park, presence, key));
    }
    this.#conditions.settle(
      park,
      {
        onDelayMs: () => park.settings.overCapacity.onDelayMs,
        over: ({ place }) => areaOver(park, place, watch.of(park, place)?.capacityMax ?? null),
        alarm: ({ place }, onsetAtMs) =>
          alarmInput(
            park,
            {
              rule: 'over-capacity',
              ruleVersion: OVER_CAPACITY_RULE_VERSION,
              slot: NOBODY,
              area: park.areas.byKey.get(place),
              areaKey: place,
              onsetAtMs,
              settings: [['area', place]],
            },
            { count: presence.countFresh(park, place), limit: watch.of(park, place)!.capacityMax },
          ),
        change: ({ place }) => ({
          count: presence.countFresh(park, place),
          limit: watch.of(park, place)!.capacityMax,
        }),
      },
      effects,
    );
  }

  onArea(_park: Park, key: string, _before: Area | undefined, after: Area | undefined): void {
    if (after === undefined) this.#conditions.drop((condition) => condition.place === key);
  }

  save(): readonly unknown[] {
    return this.#conditions.save();
  }
  load(values: readonly unknown[]): void {
    this.#conditions.load(values);
  }
}

/** When the last of those inside came: with him there were too many. */
function newestEntryMs(park: Park, presence: Presence, key: string): number {
  let newestMs = 0;
  for (const slot of presence.insideOf(key)) {
    if (presence.isFresh(park, slot)) newestMs = Math.max(newestMs, presence.enteredAtMs(slot, key));
  }
  return newestMs;
}
