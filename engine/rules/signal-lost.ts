/**
 * Somebody last known inside a danger area fell silent for longer than the offline limit, and nothing shows that he left: tag
 * or man may be in trouble. It ends when he is heard again, wherever. Companies whose every tag is silent: engine/reporting.ts
 * puts these under the one alarm about their sender.
 */
import type { Effect } from '../../stream/protocol/effects.ts';
import { areaKey } from '../../stream/protocol/effects.ts';
import type { LogEntry } from '../../stream/protocol/entry.ts';
import { FRESHNESS_LIMIT_MS } from '../../stream/protocol/vocabulary.ts';
import { AreaWatch } from '../area-limits.ts';
import { type Area, isValidAt } from '../areas-table.ts';
import type { Park } from '../park.ts';
import type { Part } from '../part.ts';
import { Presence } from '../presence.ts';
import { alarmInput } from './alarm-input.ts';
import { type Condition, Conditions } from './conditions.ts';
import { Stillness } from './stillness.ts';

export const SIGNAL_LOST_RULE_VERSION = 1;
const OFFLINE = 3;

export class SignalLost implements Part {
  readonly name = 'signal-lost';
  readonly #conditions = new Conditions();
  /** By slot: 1, its silence was looked into already. */
  #judged = new Uint8Array(0);
  /** Area in which each fell silent. */
  readonly #areaOf = new Map<number, string>();
  /** Until then nobody's silence counts: it was ours. */
  #graceToMs = 0;
  /** The park was blind for long, up to then: nothing is known of who left meanwhile. */
  #blindToMs = 0;

  onEntry(park: Park, entry: LogEntry): void {
    if (entry.kind !== 'downtime') return;
    this.#graceToMs = park.nowMs + park.settings.reporting.graceMs;
    const { fromMs, toMs } = entry.body;
    if (toMs - fromMs > park.settings.signalLost.blindMs) this.#blindToMs = park.nowMs;
  }

  onTick(park: Park, effects: Effect[]): void {
    const { people } = park;
    if (this.#judged.length < people.slotCount) {
      const judged = new Uint8Array(Math.max(1_024, people.slotCount * 2));
      judged.set(this.#judged);
      this.#judged = judged;
    }
    for (let slot = 0; slot < people.slotCount; slot++) {
      if (people.freshness[slot] !== OFFLINE || people.views[slot] == null) {
        if (this.#judged[slot] === 1) {
          this.#judged[slot] = 0;
          this.#areaOf.delete(slot);
        }
        continue;
      }
      if (this.#judged[slot] === 0 && park.nowMs >= this.#graceToMs) this.#judge(park, slot);
      const key = this.#areaOf.get(slot);
      if (key !== undefined) this.#conditions.hold(park, slot, key, people.observedAtMs[slot]!);
    }
    this.#conditions.settle(
      park,
      {
        onDelayMs: () => 0,
        over: ({ place }) => (park.areas.byKey.has(place) ? null : 'withdrawn'),
        alarm: (condition, onsetAtMs) => this.#alarm(park, condition, onsetAtMs),
        change: () => ({}),
      },
      effects,
    );
  }

  onForget(_park: Park, slot: number): void {
    this.#areaOf.delete(slot);
    if (slot < this.#judged.length) this.#judged[slot] = 0;
    this.#conditions.drop((condition) => condition.slot === slot);
  }

  onArea(_park: Park, key: string, _before: Area | undefined, after: Area | undefined): void {
    if (after !== undefined) return;
    for (const [slot, place] of this.#areaOf) {
      if (place !== key) continue;
      // He is no less lost: another danger area that he was in asks for him.
      this.#areaOf.delete(slot);
      this.#judged[slot] = 0;
    }
    this.#conditions.drop((condition) => condition.place === key);
  }

  save(): readonly unknown[] {
    return [
      [this.#graceToMs, this.#blindToMs],
      [...this.#areaOf],
      Uint8Array.from(this.#judged.subarray(0, lastOf(this.#judged) + 1)),
      ...this.#conditions.save(),
    ];
  }
  load([until, areaOf, judged, ...conditions]: readonly unknown[]): void {
    if (judged === undefined) return;
    [this.#graceToMs, this.#blindToMs] = until as [number, number];
    this.#judged = Uint8Array.from(judged as Uint8Array);
    for (const [slot, key] of areaOf as [number, string][]) this.#areaOf.set(slot, key);
    this.#conditions.load(conditions);
  }

  /** In which danger area, if in any, he fell silent. */
  #judge(park: Park, slot: number): void {
    this.#judged[slot] = 1;
    if (park.people.receivedAtMs[slot]! <= this.#blindToMs) return;
    if (park.people.placed[slot] !== 1 || park.part(Stillness).isCharging(slot)) return;
    const watch = park.part(AreaWatch);
    const areas = park.part(Presence).areasOf(slot);
    if (areas.some((area) => watch.ofArea(park, area).restPlace)) return;
    const danger = areas.find((area) => watch.ofArea(park, area).isDangerous && isValidAt(area.record, park.nowMs));
    if (danger !== undefined) this.#areaOf.set(slot, areaKey(danger.record.companyCode, danger.record.areaId));
  }

  #alarm(park: Park, condition: Condition, onsetAtMs: number) {
    const { slot, place } = condition;
    return alarmInput(
      park,
      {
        rule: 'signal-lost',
        ruleVersion: SIGNAL_LOST_RULE_VERSION,
        slot,
        area: park.areas.byKey.get(place),
        areaKey: place,
        onsetAtMs,
        settings: [],
      },
      {
        count: Math.floor((park.nowMs - condition.onsetAtMs) / 1_000),
        limit: FRESHNESS_LIMIT_MS.offline / 1_000,
        detail: park.part(Stillness).isSwitchedOff(slot) ? 'switched-off' : null,
      },
    );
  }
}

function lastOf(judged: Uint8Array): number {
  return judged.lastIndexOf(1);
}
