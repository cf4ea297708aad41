/**
 * Every alarm not yet ended, by its id. When two who raise alarms speak of the same thing, the first alarm stands, and the id
 * that the second would have had is another name of it: whoever holds that id finds what stands.
 */
import type { AlarmView } from '../stream/protocol/effects.ts';

export class StandingAlarms extends Map<string, AlarmView> {
  readonly #standingIdOf = new Map<string, string>();

  override get(alarmId: string): AlarmView | undefined {
    return super.get(alarmId) ?? super.get(this.#standingIdOf.get(alarmId) ?? '');
  }

  override has(alarmId: string): boolean {
    return this.get(alarmId) !== undefined;
  }

  /** `otherId` is a name of `alarmId`, until that ends. */
  nameAlso(otherId: string, alarmId: string): void {
    if (otherId !== alarmId) this.#standingIdOf.set(otherId, alarmId);
  }

  /** The alarm ended; returns what it was called beside its id, and forgets it. */
  takeOtherNames(alarmId: string): string[] {
    const names: string[] = [];
    for (const [otherId, id] of this.#standingIdOf) if (id === alarmId) names.push(otherId);
    for (const otherId of names) this.#standingIdOf.delete(otherId);
    return names;
  }

  /** [other id, alarm id], oldest first. */
  otherNames(): [string, string][] {
    return [...this.#standingIdOf];
  }
}
