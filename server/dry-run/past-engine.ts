/** An engine that nobody follows but a dry run: the rules asked for, and an operator who sees to whatever is over. */
import { actOnAlarm } from '../../alarms/life-cycle.ts';
import { DEFAULT_RULE_SETTINGS } from '../../alarms/rule-settings.ts';
import { Engine } from '../../engine/engine.ts';
import { createPark, type Park } from '../../engine/park.ts';
import type { Part } from '../../engine/part.ts';
import type { Projection } from '../../geo/projection.ts';
import type { AlarmView, Effect } from '../../stream/protocol/effects.ts';
import type { EntryBodies, EntryKindName, LogEntry } from '../../stream/protocol/entry.ts';
import type { RuleId } from '../../stream/protocol/vocabulary.ts';
import { partsFor } from './touched-rules.ts';

export class PastEngine {
  readonly #engine: Engine;
  readonly #onAlarm: (alarm: AlarmView) => void;

  /** `onAlarm`: of each transition of an alarm of `rules`. */
  constructor(projection: Projection, rules: ReadonlySet<RuleId>, onAlarm: (alarm: AlarmView) => void) {
    this.#engine = new Engine(createPark(projection, DEFAULT_RULE_SETTINGS, [...partsFor(rules), new Acknowledging()]));
    this.#onAlarm = (alarm) => {
      if (rules.has(alarm.rule)) onAlarm(alarm);
    };
  }

  take<K extends EntryKindName>(kind: K, body: EntryBodies[K], receivedAtMs: number): void {
    const item = this.#engine.step({ kind, body, receivedAtMs, seq: this.#engine.seq + 1 } as LogEntry);
    for (const effect of item?.effects ?? []) if (effect.t === 'alarm') this.#onAlarm(effect.alarm);
  }
}

/**
 * Acknowledges what was cleared, at the next tick. Nobody does in a dry run, and alarms that stand for ever would make a day of
 * them dearer each hour. No rule asks whether an alarm that is over was acknowledged.
 */
class Acknowledging implements Part {
  readonly name = 'acknowledging';
  #cleared: string[] = [];

  onAlarm(_park: Park, { alarmId, active, endedAtMs }: AlarmView): void {
    if (!active && endedAtMs === null) this.#cleared.push(alarmId);
  }

  onTick(park: Park, effects: Effect[]): void {
    const cleared = this.#cleared;
    this.#cleared = [];
    for (const alarmId of cleared) {
      const alarm = park.alarms.standing.get(alarmId);
      const by = { userName: '', actId: null, comment: null };
      if (alarm !== undefined) park.applyAlarm(actOnAlarm(alarm, 'acknowledge', park.nowMs, by), effects);
    }
  }

  /** A dry run is never saved. */
  save(): readonly unknown[] {
    return [];
  }
  load(): void {
    // see save
  }
}
