/**
 * Conditions that a rule finds on ticks, from the first moment to the end of their alarms. A rule says each second which of
 * them hold; what happens then is the same for all rules: raised when the on-delay is over, kept up to date while it holds,
 * continued when it comes back within the off-delay (engine/off-delay.ts), withdrawn when nothing asks for it any more.
 */
import { type AlarmChange, changeAlarm, type RaiseInput, raiseAlarm, withdrawAlarm } from '../../alarms/life-cycle.ts';
import type { Effect } from '../../stream/protocol/effects.ts';
import { continueCondition, endCondition } from '../off-delay.ts';
import type { Park } from '../park.ts';

export interface Condition {
  /** Whom it is about; NOBODY: no one person. */
  readonly slot: number;
  /** Area key or post key. */
  readonly place: string;
  /** Event time at which it began. */
  readonly onsetAtMs: number;
  /** Engine time at which the rule first found it. */
  readonly foundAtMs: number;
  /** Engine time since which it does not hold; 0: it holds. */
  goneAtMs: number;
  alarmId: string | null;
}

/** What a rule says about its conditions. */
export interface ConditionRule {
  onDelayMs(condition: Condition): number;
  /** Why nothing asks for the condition any more (`withdrawn`, `validity-over`); null: something does. */
  over(condition: Condition): string | null;
  /** The alarm of a condition that began at `onsetAtMs`. */
  alarm(condition: Condition, onsetAtMs: number): RaiseInput;
  /** What may be otherwise by now. */
  change(condition: Condition): AlarmChange;
}

export class Conditions {
  readonly #known = new Map<string, Condition>();
  readonly #holding = new Set<string>();

  has(slot: number, place: string): boolean {
    return this.#known.has(keyOf(slot, place));
  }

  get size(): number {
    return this.#known.size;
  }

  /** It holds at this tick; `onsetAtMs` counts when it is new. */
  hold(park: Park, slot: number, place: string, onsetAtMs: number): void {
    const key = keyOf(slot, place);
    this.#holding.add(key);
    if (this.#known.has(key)) return;
    const onset = Math.min(onsetAtMs, park.nowMs);
    this.#known.set(key, { slot, place, onsetAtMs: onset, foundAtMs: park.nowMs, goneAtMs: 0, alarmId: null });
  }

  /** After `hold` was said of all that hold at this tick. */
  settle(park: Park, rule: ConditionRule, effects: Effect[]): void {
    for (const [key, condition] of [...this.#known]) {
      const over = rule.over(condition);
      if (over !== null) {
        this.#end(park, key, over, effects);
      } else if (this.#holding.has(key)) {
        this.#goOn(park, rule, condition, effects);
      } else if (this.#stop(park, condition, effects)) {
        this.#known.delete(key);
      }
    }
    this.#holding.clear();
  }

  /** Forgets what its alarms said already: of a person or a place that is gone, with its alarms. */
  drop(isGone: (condition: Condition) => boolean): void {
    for (const [key, condition] of this.#known) if (isGone(condition)) this.#known.delete(key);
  }

  save(): readonly unknown[] {
    return [...this.#known.values()].map((one) => [
      one.slot,
      one.place,
      one.onsetAtMs,
      one.foundAtMs,
      one.goneAtMs,
      one.alarmId,
    ]);
  }

  load(values: readonly unknown[]): void {
    for (const value of values) {
      const [slot, place, onsetAtMs, foundAtMs, goneAtMs, alarmId] = value as [
        number,
        string,
        number,
        number,
        number,
        string | null,
      ];
      this.#known.set(keyOf(slot, place), { slot, place, onsetAtMs, foundAtMs, goneAtMs, alarmId });
    }
  }

  #goOn(park: Park, rule: ConditionRule, condition: Condition, effects: Effect[]): void {
    condition.goneAtMs = 0;
    if (condition.alarmId !== null && continueCondition(park, condition.alarmId, effects)) {
      const alarm = park.alarms.standing.get(condition.alarmId);
      if (alarm !== undefined) park.applyAlarm(changeAlarm(alarm, park.nowMs, rule.change(condition)), effects);
      return;
    }
    condition.alarmId = null;
    if (park.nowMs - condition.foundAtMs < rule.onDelayMs(condition)) return;
    condition.alarmId = raise(park, rule, condition, effects);
  }

  /** Whether it is over for good. */
  #stop(park: Park, condition: Condition, effects: Effect[]): boolean {
    if (condition.goneAtMs === 0) {
      condition.goneAtMs = park.nowMs;
      const alarm = condition.alarmId === null ? undefined : park.alarms.standing.get(condition.alarmId);
      if (alarm !== undefined) endCondition(park, alarm, effects);
    }
    // One that comes and goes before its on-delay is over must come to be raised too.
    return park.nowMs - condition.goneAtMs >= park.settings.lifeCycle.offDelayMs;
  }

  #end(park: Park, key: string, reason: string, effects: Effect[]): void {
    const { alarmId } = this.#known.get(key)!;
    this.#known.delete(key);
    const alarm = alarmId === null ? undefined : park.alarms.standing.get(alarmId);
    if (alarm !== undefined) park.applyAlarm(withdrawAlarm(alarm, park.nowMs, reason), effects);
  }
}

/**
 * An alarm that has ended is never raised again, and one that was cleared waits for its acknowledgement: what holds once more
 * since the same moment (a limit was lifted and set again) is then another alarm, from now on.
 */
function raise(park: Park, rule: ConditionRule, condition: Condition, effects: Effect[]): string | null {
  for (const onsetAtMs of [condition.onsetAtMs, park.nowMs]) {
    const alarm = raiseAlarm(rule.alarm(condition, onsetAtMs));
    const known = park.alarms.standing.get(alarm.alarmId);
    if (known !== undefined) {
      if (known.active) return alarm.alarmId;
    } else if (park.applyAlarm(alarm, effects)) return alarm.alarmId;
  }
  return null;
}

const keyOf = (slot: number, place: string): string => `${slot}@${place}`;
