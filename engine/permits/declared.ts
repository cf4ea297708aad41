/**
 * The expectation model of permits: their upload is by event, so that silence says nothing by itself. What a company declared in the day's
 * commitment and no permit shows by an hour of the day (setting `rules`, permit.declaredByMinute) may be work without a permit, or an
 * upload that stands still. One alarm of a company, day and kind; level low. Looked at once a minute.
 */

import { clearAlarm, raiseAlarm } from '../../alarms/life-cycle.ts';
import { dateOf } from '../../alarms/shifts.ts';
import { parkDayNumber, parkMidnightMs } from '../../core/park-time.ts';
import { WORK_TYPES } from '../../standard/special-work.ts';
import type { AlarmView, Effect } from '../../stream/protocol/effects.ts';
import { NOBODY } from '../alarm-table.ts';
import type { Park } from '../park.ts';
import type { Part } from '../part.ts';
import { alarmInput } from '../rules/alarm-input.ts';
import { daysOf } from './bookings.ts';
import { HeardRows } from './heard/heard-rows.ts';
import { Permits } from './permits.ts';

const RULE = 'declared-no-permit';
const RULE_VERSION = 1;
const LOOK_EVERY_MS = 60_000;
const MINUTE_MS = 60_000;

/** Declared and not seen. */
interface Unseen {
  readonly subject: string;
  readonly companyCode: string;
  readonly code: string;
  readonly places: number;
}

export class DeclaredWatch implements Part {
  readonly name = 'declared';
  /** Alarms by `company/day/code`. */
  readonly #alarms = new Map<string, string>();
  #lookedAtMs = 0;

  onTick(park: Park, effects: Effect[]): void {
    if (park.nowMs - this.#lookedAtMs < LOOK_EVERY_MS) return;
    this.#lookedAtMs = park.nowMs;
    const dueAtMs = parkMidnightMs(parkDayNumber(park.nowMs)) + park.settings.permit.declaredByMinute * MINUTE_MS;
    const unseen = park.nowMs < dueAtMs ? [] : unseenNow(park);
    const subjects = new Set(unseen.map(({ subject }) => subject));
    for (const [subject, alarmId] of [...this.#alarms])
      if (!subjects.has(subject)) this.#clear(park, subject, alarmId, effects);
    for (const one of unseen) if (!this.#alarms.has(one.subject)) this.#raise(park, one, dueAtMs, effects);
  }

  #raise(park: Park, one: Unseen, dueAtMs: number, effects: Effect[]): void {
    // Told and over once today: told from now on.
    for (const onsetAtMs of [dueAtMs, park.nowMs]) {
      const alarm = unseenAlarm(park, one, onsetAtMs);
      if (!park.applyAlarm(alarm, effects)) continue;
      this.#alarms.set(one.subject, alarm.alarmId);
      return;
    }
  }

  #clear(park: Park, subject: string, alarmId: string, effects: Effect[]): void {
    this.#alarms.delete(subject);
    const alarm = park.alarms.standing.get(alarmId);
    const isToday = subject.includes(`/${dateOf(parkDayNumber(park.nowMs))}/`);
    if (alarm !== undefined)
      park.applyAlarm(clearAlarm(alarm, park.nowMs, isToday ? 'condition' : 'day-over'), effects);
  }

  save(): readonly unknown[] {
    return [this.#lookedAtMs, [...this.#alarms].sort(([a], [b]) => (a < b ? -1 : 1))];
  }

  load(values: readonly unknown[]): void {
    if (values.length === 0) return;
    const [lookedAtMs, alarms] = values as [number, [string, string][]];
    this.#lookedAtMs = lookedAtMs;
    for (const [subject, alarmId] of alarms) this.#alarms.set(subject, alarmId);
  }
}

function unseenNow(park: Park): Unseen[] {
  const heard = park.part(HeardRows);
  const today = parkDayNumber(park.nowMs);
  const committed = heard.committed(park.nowMs);
  if (committed.length === 0) return [];
  const seen = seenOn(park, today);
  return committed.flatMap((companyCode) => {
    const places = heard.commitment(companyCode, park.nowMs)?.places ?? {};
    return Object.keys(places)
      .sort()
      .filter((code) => places[code]! > 0 && !seen.has(`${companyCode}/${code}`))
      .map((code) => ({
        subject: `${companyCode}/${dateOf(today)}/${code}`,
        companyCode,
        code,
        places: places[code]!,
      }));
  });
}

/** Kinds of which any permit, open or closed, is about the day; one that was upgraded stands for its grade before too. */
function seenOn(park: Park, day: number): Set<string> {
  const seen = new Set<string>();
  for (const { state } of park.part(Permits).table.all()) {
    const { from, to } = daysOf(state);
    if (state.deleted || day < from || to < day) continue;
    for (const code of [state.fields.workCode, state.fields.baseWorkCode]) {
      if (code != null) seen.add(`${state.companyCode}/${code}`);
    }
  }
  return seen;
}

const unseenAlarm = (park: Park, { subject, companyCode, code, places }: Unseen, onsetAtMs: number): AlarmView =>
  raiseAlarm(
    alarmInput(
      park,
      {
        rule: RULE,
        ruleVersion: RULE_VERSION,
        slot: NOBODY,
        subject,
        area: undefined,
        areaKey: '',
        onsetAtMs,
        settings: [],
      },
      { companyCodes: [companyCode], detail: WORK_TYPES[code]?.words.zh ?? code, count: 0, limit: places },
    ),
  );
