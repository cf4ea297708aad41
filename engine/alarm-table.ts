/**
 * Standing alarms: every alarm not yet ended, by id, by person, by area and by rule. Each change goes out as an effect with the
 * whole view, and keeps the person's highest level in step for the position lane.
 */
import { type AlarmView, areaKey, type Effect } from '../stream/protocol/effects.ts';
import type { RuleId } from '../stream/protocol/vocabulary.ts';
import type { DueAlarms } from './due-alarms.ts';
import { PackedInOrder } from './packed-in-order.ts';
import type { PeopleTable } from './people-table.ts';
import { StandingAlarms } from './standing-alarms.ts';

type Alarms = Map<string, AlarmView>;

/** Slot of alarms that are about no one person. */
export const NOBODY = -1;

/** [alarmId, endedAtMs], oldest first. */
export type EndedData = [string, number][];

/** A fix is taken up to 7 days after its observation; so long one that came before may come again. */
const ENDED_KEPT_MS = 8 * 86_400_000;

export class AlarmTable {
  readonly standing = new StandingAlarms();
  /** The same as snapshots and pictures hold them. Views of alarms are never changed, only replaced. */
  readonly packed = new PackedInOrder<AlarmView>();
  /**
   * When alarms ended, by id, oldest first. Somebody who was withdrawn and comes back has no newest fix any more, so a
   * repeated one counts as news and would raise what has ended. An SOS is left out: it is never kept back.
   */
  readonly #ended = new Map<string, number>();
  /** The same alarms again, so that a flood of them costs each change no more than its own person and area. */
  readonly #bySlot = new Map<number, Alarms>();
  readonly #byArea = new Map<string, Alarms>();
  readonly #byRule = new Map<RuleId, Alarms>();
  readonly #followers: DueAlarms[] = [];
  readonly #people: PeopleTable;

  constructor(people: PeopleTable, standing: readonly AlarmView[] = [], ended: EndedData = []) {
    this.#people = people;
    for (const alarm of standing) this.#keep(alarm);
    for (const [alarmId, endedAtMs] of ended) this.#ended.set(alarmId, endedAtMs);
  }

  saveEnded(): EndedData {
    return [...this.#ended];
  }

  /**
   * Takes the next view of an alarm (null: nothing changed) and tells about it. Returns whether something changed; one that
   * stands or has ended is not raised again: whoever finds what holds all the same raises it under another onset.
   */
  apply(next: AlarmView | null, effects: Effect[]): next is AlarmView {
    if (next === null) return false;
    if (next.transition === 'raised' && (this.#ended.has(next.alarmId) || this.standing.has(next.alarmId)))
      return false;
    if (next.endedAtMs === null) this.#keep(next);
    else {
      this.#drop(next);
      this.#noteEnd(next, next.endedAtMs);
    }
    effects.push({ t: 'alarm', alarm: next });
    if (next.slot !== NOBODY) this.#refreshPerson(next.slot);
    for (const follower of this.#followers) follower.note(next);
    return true;
  }

  /** It is told of each change from now on. */
  follow(follower: DueAlarms): void {
    this.#followers.push(follower);
  }

  /** In the order in which they came to stand. Whoever changes alarms meanwhile takes a copy. */
  ofRule(rule: RuleId): Iterable<AlarmView> {
    return this.#byRule.get(rule)?.values() ?? [];
  }

  ofSlot(slot: number): AlarmView[] {
    return [...(this.#bySlot.get(slot)?.values() ?? [])];
  }

  /** In order of their ids: an alarm may come to its area after it was raised (engine/vendor-alarms.ts). */
  ofArea(companyCode: string, areaId: string): AlarmView[] {
    const alarms = [...(this.#byArea.get(areaKey(companyCode, areaId))?.values() ?? [])];
    return alarms.sort((a, b) => (a.alarmId < b.alarmId ? -1 : 1));
  }

  #noteEnd(alarm: AlarmView, endedAtMs: number): void {
    for (const [alarmId, atMs] of this.#ended) {
      if (atMs >= endedAtMs - ENDED_KEPT_MS) break;
      this.#ended.delete(alarmId);
    }
    if (alarm.rule === 'sos') return;
    // What raised under another name is over too.
    for (const alarmId of [alarm.alarmId, ...this.standing.takeOtherNames(alarm.alarmId)])
      this.#ended.set(alarmId, endedAtMs);
  }

  #keep(alarm: AlarmView): void {
    const before = this.standing.get(alarm.alarmId);
    if (before !== undefined && before.slot !== alarm.slot && before.slot !== NOBODY) {
      deleteFrom(this.#bySlot, before.slot, before);
      this.#refreshPerson(before.slot);
    }
    this.standing.set(alarm.alarmId, alarm);
    this.packed.set(alarm.alarmId, alarm);
    if (alarm.slot !== NOBODY) putInto(this.#bySlot, alarm.slot, alarm);
    const area = areaOf(alarm);
    if (area !== null) putInto(this.#byArea, area, alarm);
    putInto(this.#byRule, alarm.rule, alarm);
  }

  #drop(alarm: AlarmView): void {
    this.standing.delete(alarm.alarmId);
    this.packed.delete(alarm.alarmId);
    if (alarm.slot !== NOBODY) deleteFrom(this.#bySlot, alarm.slot, alarm);
    const area = areaOf(alarm);
    if (area !== null) deleteFrom(this.#byArea, area, alarm);
    deleteFrom(this.#byRule, alarm.rule, alarm);
  }

  /** Highest active level of the person, and whether an SOS stands. */
  #refreshPerson(slot: number): void {
    let level = 0;
    let sos = 0;
    for (const alarm of this.#bySlot.get(slot)?.values() ?? []) {
      if (!alarm.active) continue;
      if (level === 0 || alarm.level < level) level = alarm.level;
      if (alarm.rule === 'sos') sos = 1;
    }
    this.#people.level[slot] = level;
    this.#people.sos[slot] = sos;
    this.#people.refreshState(slot);
  }
}

function areaOf(alarm: AlarmView): string | null {
  return alarm.areaCompanyCode === null || alarm.areaId === null ? null : areaKey(alarm.areaCompanyCode, alarm.areaId);
}

function putInto<K>(index: Map<K, Alarms>, key: K, alarm: AlarmView): void {
  const alarms = index.get(key);
  if (alarms === undefined) index.set(key, new Map([[alarm.alarmId, alarm]]));
  else alarms.set(alarm.alarmId, alarm);
}

function deleteFrom<K>(index: Map<K, Alarms>, key: K, alarm: AlarmView): void {
  const alarms = index.get(key);
  if (alarms?.delete(alarm.alarmId) === true && alarms.size === 0) index.delete(key);
}
