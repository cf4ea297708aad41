/** Which alarm stands, or stood, for a thing, whoever raised it: what a vendor says and what our rules say are joined by it. */
import {
  type AboutAlarm,
  isSameArea,
  isSameTime,
  type Span,
  sharesMembers,
  spanOf,
  thingOf,
} from '../alarms/vendor-merge.ts';
import type { AlarmPerson, AlarmView } from '../stream/protocol/effects.ts';
import type { RuleId } from '../stream/protocol/vocabulary.ts';
import type { Park } from './park.ts';

/** How a span, its people and the company whose people count are held against an alarm; null: of every company. */
export interface Same {
  readonly span: Span;
  readonly people: readonly AlarmPerson[];
  readonly companyCodes: string | null;
}

/** What stood for a thing, so that a late record about it raises it no second time. */
export interface EndedThing {
  readonly thing: string;
  readonly about: AboutAlarm;
  readonly span: Span;
  readonly people: readonly AlarmPerson[];
  readonly endedAtMs: number;
}

export class AlarmsByThing {
  /** Ids of standing alarms by the thing they are about. */
  readonly #standing = new Map<string, Set<string>>();
  #ended: EndedThing[] = [];

  /** After each transition of the alarm. */
  note(alarm: AlarmView, nowMs: number): void {
    const thing = thingOf(alarm);
    if (thing === null) return;
    const ids = this.#standing.get(thing);
    if (alarm.endedAtMs === null) {
      if (ids === undefined) this.#standing.set(thing, new Set([alarm.alarmId]));
      else ids.add(alarm.alarmId);
      return;
    }
    ids?.delete(alarm.alarmId);
    if (ids?.size === 0) this.#standing.delete(thing);
    if (alarm.reason === 'withdrawn') return;
    const { rule, subject, areaCompanyCode, areaId, people } = alarm;
    const span = { ...spanOf(alarm), toMs: alarm.clearedAtMs ?? nowMs };
    const about = { rule, subject, areaCompanyCode, areaId };
    this.#ended.push({ thing, about, span, people, endedAtMs: alarm.endedAtMs });
  }

  /** The standing alarm about the same thing: active before cleared, then the one that began first. */
  find(
    park: Park,
    about: AboutAlarm,
    same: Same,
    isFree: (alarm: AlarmView) => boolean = () => true,
  ): AlarmView | undefined {
    const { joinMs } = park.settings.vendorAlarms;
    let found: AlarmView | undefined;
    for (const alarmId of this.#standing.get(thingOf(about) ?? '') ?? []) {
      const alarm = park.alarms.standing.get(alarmId);
      if (alarm === undefined || !isFree(alarm) || !isSameArea(alarm, about)) continue;
      if (!isSameTime(spanOf(alarm), same.span, joinMs) || !isSamePeople(alarm.rule, alarm.people, same)) continue;
      if (found === undefined || isBefore(alarm, found)) found = alarm;
    }
    return found;
  }

  /** An alarm about the same thing and time was seen to and ended. */
  hasEnded(about: AboutAlarm, same: Same, joinMs: number): boolean {
    const thing = thingOf(about);
    return this.#ended.some(
      (ended) =>
        ended.thing === thing &&
        isSameArea(ended.about, about) &&
        isSameTime(ended.span, same.span, joinMs) &&
        isSamePeople(ended.about.rule, ended.people, same),
    );
  }

  /** Those that ended before are of no more use. */
  forgetEnded(beforeMs: number): void {
    this.#ended = this.#ended.filter(({ endedAtMs }) => endedAtMs >= beforeMs);
  }

  get ended(): readonly EndedThing[] {
    return this.#ended;
  }

  load(ended: readonly EndedThing[]): void {
    this.#ended = [...ended];
  }
}

const isSamePeople = (rule: RuleId, people: readonly AlarmPerson[], same: Same): boolean => {
  if (rule !== 'gathering') return true;
  const companies =
    same.companyCodes === null ? [...new Set(people.map((one) => one.companyCode))] : [same.companyCodes];
  return companies.some((companyCode) => sharesMembers(people, same.people, companyCode));
};

function isBefore(one: AlarmView, other: AlarmView): boolean {
  if (one.active !== other.active) return one.active;
  if (one.onsetAtMs !== other.onsetAtMs) return one.onsetAtMs < other.onsetAtMs;
  return one.alarmId < other.alarmId;
}
