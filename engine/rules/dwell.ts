/** 滞留 (AQ 3064.3 5.2.4 e): somebody is inside an area for longer than its limit. */
import type { Effect } from '../../stream/protocol/effects.ts';
import { AreaWatch } from '../area-limits.ts';
import { type Area, isValidAt } from '../areas-table.ts';
import type { Park } from '../park.ts';
import type { Part } from '../part.ts';
import { Presence } from '../presence.ts';
import { alarmInput } from './alarm-input.ts';
import { type Condition, Conditions } from './conditions.ts';

export const DWELL_RULE_VERSION = 1;

export class Dwell implements Part {
  readonly name = 'dwell';
  readonly #conditions = new Conditions();

  onTick(park: Park, effects: Effect[]): void {
    const presence = park.part(Presence);
    const watch = park.part(AreaWatch);
    for (const { key, area, dwellLimitS } of watch.lists(park).stays) {
      if (!isValidAt(area.record, park.nowMs)) continue;
      const beforeMs = park.nowMs - dwellLimitS! * 1_000;
      for (const slot of presence.insideOf(key)) {
        const sinceMs = presence.enteredAtMs(slot, key);
        // Silence is no leaving: what stands goes on, but nothing new is said of somebody unheard of.
        const isSaid = presence.isFresh(park, slot) || this.#conditions.has(slot, key);
        if (sinceMs < beforeMs && isSaid) this.#conditions.hold(park, slot, key, sinceMs);
      }
    }
    const stayS = (condition: Condition): number => Math.floor((park.nowMs - condition.onsetAtMs) / 1_000);
    this.#conditions.settle(
      park,
      {
        onDelayMs: () => 0,
        over: ({ place }) => areaOver(park, place, watch.of(park, place)?.dwellLimitS ?? null),
        alarm: (condition, onsetAtMs) =>
          alarmInput(
            park,
            {
              rule: 'dwell',
              ruleVersion: DWELL_RULE_VERSION,
              slot: condition.slot,
              area: park.areas.byKey.get(condition.place),
              areaKey: condition.place,
              onsetAtMs,
              settings: [['area', condition.place]],
            },
            { count: stayS(condition), limit: watch.of(park, condition.place)!.dwellLimitS },
          ),
        change: ({ place }) => ({ limit: watch.of(park, place)!.dwellLimitS }),
      },
      effects,
    );
  }

  onForget(_park: Park, slot: number): void {
    this.#conditions.drop((condition) => condition.slot === slot);
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

/** Why an area asks for nothing any more; `limit` null: it has none. */
export function areaOver(park: Park, key: string, limit: unknown): string | null {
  const area = park.areas.byKey.get(key);
  if (area === undefined || limit === null) return 'withdrawn';
  return isValidAt(area.record, park.nowMs) ? null : 'validity-over';
}
