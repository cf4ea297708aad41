/**
 * Standing alarms: every alarm not yet ended, by id. Each change goes out as an effect with the whole view, and keeps the
 * person's highest level in step for the position lane.
 */
import { type ActBy, acknowledgeAlarm, resetAlarm } from '../alarms/life-cycle.ts';
import type { AlarmView, Effect } from '../stream/protocol/effects.ts';
import type { ActBody } from '../stream/protocol/entry.ts';
import type { PeopleTable } from './people-table.ts';

export class AlarmTable {
  readonly standing = new Map<string, AlarmView>();
  #people: PeopleTable;

  constructor(people: PeopleTable, standing: readonly AlarmView[] = []) {
    this.#people = people;
    for (const alarm of standing) this.standing.set(alarm.alarmId, alarm);
  }

  /** Takes the next view of an alarm (null: nothing changed) and tells about it. Returns whether something changed. */
  apply(next: AlarmView | null, effects: Effect[]): next is AlarmView {
    if (next === null) return false;
    if (next.endedAtMs === null) this.standing.set(next.alarmId, next);
    else this.standing.delete(next.alarmId);
    effects.push({ t: 'alarm', alarm: next });
    this.#refreshPerson(next.slot);
    return true;
  }

  /** An operator's act; null when the alarm is unknown, ended, or outside the actor's scope. */
  act(act: ActBody, atMs: number): AlarmView | null {
    const alarm = this.standing.get(act.alarmId);
    if (alarm === undefined) return null;
    if (act.companyCode !== null && !alarm.companyCodes.includes(act.companyCode)) return null;
    const by: ActBy = { userName: act.userName, comment: act.comment };
    return act.act === 'acknowledge' ? acknowledgeAlarm(alarm, atMs, by) : resetAlarm(alarm, atMs, by);
  }

  ofSlot(slot: number): AlarmView[] {
    return [...this.standing.values()].filter((alarm) => alarm.slot === slot);
  }

  ofArea(companyCode: string, areaId: string): AlarmView[] {
    return [...this.standing.values()].filter((a) => a.areaId === areaId && a.areaCompanyCode === companyCode);
  }

  /** Highest active level of the person, and whether an SOS stands. */
  #refreshPerson(slot: number): void {
    let level = 0;
    let sos = 0;
    for (const alarm of this.standing.values()) {
      if (alarm.slot !== slot || !alarm.active) continue;
      if (level === 0 || alarm.level < level) level = alarm.level;
      if (alarm.rule === 'sos') sos = 1;
    }
    this.#people.level[slot] = level;
    this.#people.sos[slot] = sos;
    this.#people.refreshState(slot);
  }
}
