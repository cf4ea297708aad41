/**
 * Standing alarms of which something is due by time alone, so that a tick looks at these and at no other. When that is hangs on the
 * alarm, the settings and the areas: nothing of it is in snapshots, it is found anew from what stands.
 */
import type { RuleSettings } from '../alarms/rule-settings.ts';
import type { AlarmView } from '../stream/protocol/effects.ts';
import { Deadlines } from './deadlines.ts';
import type { Park } from './park.ts';

/** Engine time, ms; null: never, unless the alarm changes. */
type DueAtMs = (alarm: AlarmView, park: Park) => number | null;

export class DueAlarms {
  readonly #dueAtMs: DueAtMs;
  #deadlines = new Deadlines();
  /** Of which park, and by which settings, the deadlines are; null: of none. */
  #park: Park | null = null;
  #settings: RuleSettings | null = null;

  constructor(dueAtMs: DueAtMs) {
    this.#dueAtMs = dueAtMs;
  }

  /** Told by the table of alarms: the alarm came, changed or ended. */
  note(alarm: AlarmView): void {
    if (this.#park === null) return;
    this.#deadlines.set(alarm.alarmId, alarm.endedAtMs === null ? this.#dueAtMs(alarm, this.#park) : null);
  }

  /** All of them are asked anew at the next tick: what they are due by is other than it was. */
  forget(): void {
    this.#settings = null;
  }

  /** Those that are due, in the order in which they came to stand. What is left as it was is due again. */
  each(park: Park, look: (alarm: AlarmView) => void): void {
    const { standing } = park.alarms;
    if (this.#park !== park || this.#settings !== park.settings) this.#beginAnew(park);
    for (const alarm of standing.inOrder(this.#deadlines.take(park.nowMs))) {
      look(alarm);
      const left = standing.get(alarm.alarmId);
      if (left === alarm) this.note(alarm);
    }
  }

  #beginAnew(park: Park): void {
    if (this.#park !== park) park.alarms.follow(this);
    this.#park = park;
    this.#settings = park.settings;
    this.#deadlines = new Deadlines();
    for (const alarm of park.alarms.standing.values()) this.note(alarm);
  }
}
