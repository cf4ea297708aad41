/**
 * Out-of-bounds states of people at areas: only pairs that are near enough to matter have one. Keyed by slot first, so
 * that a person who goes far from every edge costs one look-up; by area for the day an area changes.
 */
import { createOutOfBoundsState, type OutOfBoundsState } from '../alarms/out-of-bounds.ts';

export interface BoundsData {
  states: [number, [string, OutOfBoundsState][]][];
}

export class BoundsWatch {
  readonly #bySlot = new Map<number, Map<string, OutOfBoundsState>>();
  readonly #slotsOf = new Map<string, Set<number>>();

  ofSlot(slot: number): ReadonlyMap<string, OutOfBoundsState> | undefined {
    return this.#bySlot.get(slot);
  }

  /** Slots with a state at the area, ascending: the order must not hang on who came first, or a restored engine differs. */
  slotsAt(key: string): number[] {
    return [...(this.#slotsOf.get(key) ?? [])].sort((a, b) => a - b);
  }

  known(slot: number, key: string): OutOfBoundsState | undefined {
    return this.#bySlot.get(slot)?.get(key);
  }

  /** State of a person at an area (key of areaKey, made when missing). */
  stateOf(slot: number, key: string): OutOfBoundsState {
    const known = this.known(slot, key);
    if (known !== undefined) return known;
    const state = createOutOfBoundsState();
    this.#put(slot, key, state);
    return state;
  }

  drop(slot: number, key: string): void {
    const states = this.#bySlot.get(slot);
    if (states?.delete(key) !== true) return;
    if (states.size === 0) this.#bySlot.delete(slot);
    const slots = this.#slotsOf.get(key);
    if (slots?.delete(slot) === true && slots.size === 0) this.#slotsOf.delete(key);
  }

  forget(slot: number): void {
    for (const key of [...(this.#bySlot.get(slot)?.keys() ?? [])]) this.drop(slot, key);
  }

  forgetArea(key: string): void {
    for (const slot of this.slotsAt(key)) this.drop(slot, key);
  }

  /** A copy that later fixes do not change. */
  save(): BoundsData {
    return {
      states: [...this.#bySlot].map(([slot, states]) => [
        slot,
        [...states].map(([key, state]) => [key, copyOf(state)]),
      ]),
    };
  }

  static load(data: BoundsData): BoundsWatch {
    const watch = new BoundsWatch();
    for (const [slot, states] of data.states) for (const [key, state] of states) watch.#put(slot, key, state);
    return watch;
  }

  #put(slot: number, key: string, state: OutOfBoundsState): void {
    const states = this.#bySlot.get(slot);
    if (states === undefined) this.#bySlot.set(slot, new Map([[key, state]]));
    else states.set(key, state);
    const slots = this.#slotsOf.get(key);
    if (slots === undefined) this.#slotsOf.set(key, new Set([slot]));
    else slots.add(slot);
  }
}

/** Samples are never changed, only replaced. */
const copyOf = ({ alarmId, evidence }: OutOfBoundsState): OutOfBoundsState => ({
  alarmId,
  evidence: { ...evidence, samples: evidence.samples.slice() },
});
