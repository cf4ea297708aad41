/**
 * A part of the engine: one family of rules with its own state. The engine tells every part what happens, in the order of
 * parts.ts; a part changes its own state, raises through park.alarms, and tells through park.docs. To delete a family, delete
 * its files and its line in parts.ts.
 *
 * Invariants every part keeps: only entries and engine time decide, never the clock, never the order in which a Map was filled
 * before a restart (`load(save())` goes on byte for byte alike); work is counted, never timed; nothing is changed before it is
 * known that nothing throws.
 */
import type { Steps } from '../core/slices.ts';
import type { AlarmView, Effect, PersonView } from '../stream/protocol/effects.ts';
import type { FixBatch, LogEntry } from '../stream/protocol/entry.ts';
import type { Area } from './areas-table.ts';
import type { Park } from './park.ts';
import type { Setting } from './settings-table.ts';

export interface Part {
  /** In snapshots. */
  readonly name: string;

  /** A fix that moved its person: the newest of its source, placed. The people table holds the place already. */
  onFix?(park: Park, batch: FixBatch, i: number, slot: number, observedAtMs: number, effects: Effect[]): void;
  /** Every entry but those of a joint test, after the engine itself has taken it. */
  onEntry?(park: Park, entry: LogEntry, effects: Effect[]): void;
  /** Engine time moved on; once a second. */
  onTick?(park: Park, effects: Effect[]): void;
  /** Somebody was bound (`before` null) or is described otherwise. */
  onPerson?(park: Park, slot: number, before: PersonView | null, effects: Effect[]): void;
  /** The slot is being freed; its view still stands. Its alarms are withdrawn already. */
  onForget?(park: Park, slot: number, effects: Effect[]): void;
  /** An area came (`before` undefined), changed, or went (`after` undefined). Alarms of one that went are withdrawn already. */
  onArea?(park: Park, key: string, before: Area | undefined, after: Area | undefined, effects: Effect[]): void;
  /** A setting came, changed, or went (`setting.value` null); it is in park.config already. */
  onSetting?(park: Park, setting: Setting, before: Setting | undefined, effects: Effect[]): void;
  /**
   * Before a transition of an alarm is taken, of whatever part: what is taken in its place; null: nothing. For parts that join
   * alarms or hold them back.
   */
  beforeAlarm?(park: Park, next: AlarmView): AlarmView | null;
  /** After each transition of an alarm, of whatever part. */
  onAlarm?(park: Park, alarm: AlarmView, effects: Effect[]): void;

  /**
   * Plain msgpack values in an order that hangs on nothing but the state; a copy that later steps do not change. Every alarm waits while
   * it is made: what is large and rarely changes is handed over packed (PackedChunk stands for its values, load() gets these).
   */
  save(park: Park): readonly unknown[];
  /** Packs what changed of it since, so that save() hands it over at once. */
  packAhead?(): Steps<undefined>;
  /** Into a part as it was made; [] from a snapshot that knows nothing of it. */
  load(values: readonly unknown[], park: Park): void;
}
