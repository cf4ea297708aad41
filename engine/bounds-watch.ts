/**
 * Out-of-bounds states of people at areas: only pairs that are near enough to matter have one. Keyed by slot first, so
 * that a person who goes far from every edge costs one look-up.
 */
import { createOutOfBoundsState, type OutOfBoundsState } from '../alarms/out-of-bounds.ts';

export interface BoundsData {
  states: [number, [string, OutOfBoundsState][]][];
}

export class BoundsWatch {
  readonly #bySlot = new Map<number, Map<string, OutOfBoundsState>>();

  ofSlot(slot: number): ReadonlyMap<string, OutOfBoundsState> | undefined {
    return this.#bySlot.get(slot);
  }

  /** State of a person at an area (key of areaKey, made when missing). */
  stateOf(slot: number, key: string): OutOfBoundsState {
    let states = this.#bySlot.get(slot);
    if (states === undefined) {
      states = new Map();
      this.#bySlot.set(slot, states);
    }
    let state = states.get(key);
    if (state === undefined) {
      state = createOutOfBoundsState();
      states.set(key, state);
    }
    return state;
  }

  drop(slot: number, key: string): void {
    const states = this.#bySlot.get(slot);
    if (states?.delete(key) === true && states.size === 0) this.#bySlot.delete(slot);
  }

  /** The alarm ended by other means than a fix: its state starts afresh. */
  release(alarmId: string): void {
    for (const [slot, states] of this.#bySlot) {
      for (const [key, state] of states) {
        if (state.alarmId === alarmId) {
          this.drop(slot, key);
          return;
        }
      }
    }
  }

  forget(slot: number): void {
    this.#bySlot.delete(slot);
  }

  /** The area has a new shape: evidence gathered on the old one counts no more, alarms stay until a fix clears them. */
  forgetUnalarmed(key: string): void {
    for (const [slot, states] of [...this.#bySlot]) {
      if (states.get(key)?.alarmId === null) this.drop(slot, key);
    }
  }

  forgetArea(key: string): void {
    for (const slot of [...this.#bySlot.keys()]) this.drop(slot, key);
  }

  save(): BoundsData {
    return { states: [...this.#bySlot].map(([slot, states]) => [slot, [...states]]) };
  }

  static load(data: BoundsData): BoundsWatch {
    const watch = new BoundsWatch();
    for (const [slot, states] of data.states) watch.#bySlot.set(slot, new Map(states));
    return watch;
  }
}
