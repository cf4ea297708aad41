/**
 * Every alarm not yet ended, by its id. When two who raise alarms speak of the same thing, the first alarm stands, and the id
 * that the second would have had is another name of it: whoever holds that id finds what stands.
 */
import type { AlarmView } from '../stream/protocol/effects.ts';

export class StandingAlarms extends Map<string, AlarmView> {
  readonly #standingIdOf = new Map<string, string>();
  readonly #rankOf = new Map<string, number>();
  #nextRank = 0;

  override get(alarmId: string): AlarmView | undefined {
    return super.get(alarmId) ?? super.get(this.#standingIdOf.get(alarmId) ?? '');
  }

  override has(alarmId: string): boolean {
    return this.get(alarmId) !== undefined;
  }

  override set(alarmId: string, alarm: AlarmView): this {
    if (!super.has(alarmId)) this.#rankOf.set(alarmId, this.#nextRank++);
    return super.set(alarmId, alarm);
  }

  override delete(alarmId: string): boolean {
    this.#rankOf.delete(alarmId);
    return super.delete(alarmId);
  }

  /** Those of the ids that stand, in the order of the map. */
  inOrder(alarmIds: Iterable<string>): AlarmView[] {
    const alarms: AlarmView[] = [];
    for (const alarmId of alarmIds) {
      const alarm = super.get(alarmId);
      if (alarm !== undefined) alarms.push(alarm);
    }
    return alarms.sort((one, other) => this.#rankOf.get(one.alarmId)! - this.#rankOf.get(other.alarmId)!);
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
