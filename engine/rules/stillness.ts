/**
 * 静止 (AQ 3064.3 5.2.4 b): somebody in a danger area (one with a limit for it) has not moved for longer than that. A tag that
 * says it is on charge or switched off, or that rests in a rest place, is nobody lying there. One that has not moved since it
 * was put on, or whose wearer is off shift by his posts, is most likely laid down: said as that, at a lower level, and not
 * passed over, since most likely is not certain.
 */
import { levelOf } from '../../alarms/alarm-classes.ts';
import { effectiveAccuracyM } from '../../alarms/evidence.ts';
import { gatherRest, type RestColumns } from '../../alarms/rest.kernel.ts';
import type { Effect } from '../../stream/protocol/effects.ts';
import { FIX_FLAG, type FixBatch } from '../../stream/protocol/entry.ts';
import type { AlarmLevel } from '../../stream/protocol/vocabulary.ts';
import { AreaWatch } from '../area-limits.ts';
import { type Area, isValidAt } from '../areas-table.ts';
import type { Park } from '../park.ts';
import type { Part } from '../part.ts';
import { Presence } from '../presence.ts';
import { alarmInput } from './alarm-input.ts';
import { type Condition, Conditions } from './conditions.ts';
import { areaOver } from './dwell.ts';
import { Posts } from './posts.ts';

export const STILLNESS_RULE_VERSION = 1;

const LAID_DOWN = 'laid-down';
const CHARGING = 1;
const SWITCHED_OFF = 2;
const COLUMNS = ['restEasting', 'restNorthing', 'fixes', 'moved', 'sinceMs', 'lastMs', 'hasMoved', 'said'] as const;
type Column = Float64Array | Float32Array | Uint16Array | Uint8Array;

export class Stillness implements Part, RestColumns {
  readonly name = 'stillness';
  restEasting = new Float64Array(0);
  restNorthing = new Float64Array(0);
  fixes = new Uint16Array(0);
  moved = new Float32Array(0);
  sinceMs = new Float64Array(0);
  lastMs = new Float64Array(0);
  hasMoved = new Uint8Array(0);
  /** What the newest fix says of its tag: CHARGING, SWITCHED_OFF. */
  said = new Uint8Array(0);
  /** Slots that ever had a fix are below this. */
  #slots = 0;
  readonly #conditions = new Conditions();

  isCharging(slot: number): boolean {
    return (this.said[slot] ?? 0) === CHARGING;
  }
  isSwitchedOff(slot: number): boolean {
    return (this.said[slot] ?? 0) === SWITCHED_OFF;
  }

  onFix(park: Park, batch: FixBatch, i: number, slot: number, observedAtMs: number): void {
    if (slot >= this.#slots) this.#reserve(slot + 1);
    const flags = batch.flags[i]!;
    const isCharging = (flags & FIX_FLAG.charging) !== 0;
    const isOff = (flags & (FIX_FLAG.onlineKnown | FIX_FLAG.online)) === FIX_FLAG.onlineKnown;
    this.said[slot] = isCharging ? CHARGING : isOff ? SWITCHED_OFF : 0;
    // Off its charger it is put on anew.
    if (isCharging) this.lastMs[slot] = 0;
    else {
      const { people, settings } = park;
      const accuracyM = effectiveAccuracyM(batch.accuracyM[i]!, batch.speedMps[i]!);
      gatherRest(
        settings.stillness,
        settings.outOfBounds.independentMs,
        this,
        slot,
        people.easting[slot]!,
        people.northing[slot]!,
        accuracyM,
        batch.speedMps[i]!,
        observedAtMs,
      );
    }
  }

  onTick(park: Park, effects: Effect[]): void {
    const presence = park.part(Presence);
    const watch = park.part(AreaWatch);
    for (const { key, area, stillLimitS } of watch.lists(park).rests) {
      if (!isValidAt(area.record, park.nowMs)) continue;
      const beforeMs = park.nowMs - stillLimitS! * 1_000;
      for (const slot of presence.insideOf(key)) {
        if (this.sinceMs[slot]! >= beforeMs || this.said[slot] !== 0 || this.lastMs[slot] === 0) continue;
        const sinceMs = Math.max(this.sinceMs[slot]!, presence.enteredAtMs(slot, key));
        const isSaid = presence.isFresh(park, slot) || this.#conditions.has(slot, key);
        if (sinceMs >= beforeMs || !isSaid || isInRestPlace(park, slot)) continue;
        this.#conditions.hold(park, slot, key, sinceMs);
      }
    }
    this.#conditions.settle(
      park,
      {
        onDelayMs: () => 0,
        over: ({ place }) => areaOver(park, place, watch.of(park, place)?.stillLimitS ?? null),
        alarm: (condition, onsetAtMs) =>
          alarmInput(
            park,
            {
              rule: 'stillness',
              ruleVersion: STILLNESS_RULE_VERSION,
              slot: condition.slot,
              area: park.areas.byKey.get(condition.place),
              areaKey: condition.place,
              onsetAtMs,
              settings: [['area', condition.place]],
            },
            {
              count: Math.floor((park.nowMs - condition.onsetAtMs) / 1_000),
              limit: watch.of(park, condition.place)!.stillLimitS,
              ...this.#weight(park, condition),
            },
          ),
        change: (condition) => this.#weight(park, condition),
      },
      effects,
    );
  }

  onForget(_park: Park, slot: number): void {
    if (slot < this.said.length) for (const name of COLUMNS) this[name][slot] = 0;
    this.#conditions.drop((condition) => condition.slot === slot);
  }

  onArea(_park: Park, key: string, _before: Area | undefined, after: Area | undefined): void {
    if (after === undefined) this.#conditions.drop((condition) => condition.place === key);
  }

  save(): readonly unknown[] {
    const columns = COLUMNS.map((name) => new Uint8Array(this[name].slice(0, this.#slots).buffer));
    return [...columns, ...this.#conditions.save()];
  }
  load(values: readonly unknown[]): void {
    if (values.length === 0) return;
    // `said`, the last of them, has a byte a slot.
    this.#reserve((values[COLUMNS.length - 1] as Uint8Array).length);
    COLUMNS.forEach((name, n) => {
      const kind = this[name].constructor as new (buffer: ArrayBuffer) => Column;
      this[name].set(new kind(Uint8Array.from(values[n] as Uint8Array).buffer));
    });
    this.#conditions.load(values.slice(COLUMNS.length));
  }

  /** How much it weighs: a man who lies there, or a tag that was laid down. */
  #weight(park: Park, { slot }: Condition): { readonly level: AlarmLevel; readonly detail: string | null } {
    const isLaidDown = this.hasMoved[slot] === 0 || park.part(Posts).isOffShift(park, slot);
    const level = levelOf('stillness', park.settings);
    if (!isLaidDown) return { level, detail: null };
    return { level: Math.max(level, park.settings.stillness.laidDownLevel) as AlarmLevel, detail: LAID_DOWN };
  }

  #reserve(slots: number): void {
    this.#slots = slots;
    if (slots <= this.said.length) return;
    const capacity = Math.max(1_024, 2 * slots);
    for (const name of COLUMNS) {
      const grown = new (this[name].constructor as new (n: number) => Column)(capacity);
      grown.set(this[name] as never);
      (this as Record<string, unknown>)[name] = grown;
    }
  }
}

function isInRestPlace(park: Park, slot: number): boolean {
  const presence = park.part(Presence);
  return park
    .part(AreaWatch)
    .lists(park)
    .restPlaces.some(({ key }) => presence.isInside(slot, key));
}
