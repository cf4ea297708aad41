/**
 * What was missed while the picture was not live: the alarms of before are compared with those of after. Pure. What came and ended in
 * between left no trace in the picture; the record and the playback of the span have it.
 */
import type { AlarmView } from '../../stream/protocol/effects.ts';
import type { AlarmLevel } from '../../stream/protocol/vocabulary.ts';
import { sortAlarms } from '../alarm/alarm-order.ts';
import type { Health } from './connection-health.ts';

export interface Missed {
  /** Park time of the last picture before and of the first one after. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Stand now and did not then, gravest first as the list has them. */
  readonly raised: readonly string[];
  readonly worstLevel: AlarmLevel | null;
  /** Stood then, ended by now. */
  readonly ended: number;
}

/** Shorter breaks are told by the strip alone. */
const TOLD_FROM_MS = 5_000;
/** From here on it is told also that nothing changed. */
const TOLD_ANYHOW_FROM_MS = 60_000;
const LOOKS_TO_BE_SURE = 2;

export class Away {
  #since: { readonly atMs: number; readonly alarmIds: ReadonlySet<string> } | null = null;
  /** Looks in a row that found it live: the lanes may come one after the other. */
  #liveLooks = 0;

  /** At every look, at least each second. `pictureAtMs`: park time of what is on the screen. null: nothing to tell. */
  take(health: Health, pictureAtMs: number, alarms: ReadonlyMap<string, AlarmView>): Missed | null {
    if (health !== 'live') {
      if (this.#liveLooks > 0) this.#since ??= { atMs: pictureAtMs, alarmIds: new Set(alarms.keys()) };
      this.#liveLooks = 0;
      return null;
    }
    this.#liveLooks++;
    const since = this.#since;
    if (since === null || this.#liveLooks < LOOKS_TO_BE_SURE) return null;
    this.#since = null;
    const raised = sortAlarms(alarms.values()).filter(({ alarmId }) => !since.alarmIds.has(alarmId));
    const ended = [...since.alarmIds].filter((alarmId) => !alarms.has(alarmId)).length;
    const fromMs = raised.length + ended > 0 ? TOLD_FROM_MS : TOLD_ANYHOW_FROM_MS;
    if (pictureAtMs - since.atMs < fromMs) return null;
    const levels = raised.map(({ level }) => level);
    return {
      fromMs: since.atMs,
      toMs: pictureAtMs,
      raised: raised.map(({ alarmId }) => alarmId),
      worstLevel: levels.length === 0 ? null : (Math.min(...levels) as AlarmLevel),
      ended,
    };
  }
}
