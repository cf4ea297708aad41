/**
 * Alarms of two runs over the same past, laid beside each other: one with the settings of then, one with a setting tried. Two
 * alarms are the same when they have one id, or are of one rule about one subject in one area and at the same time.
 */
import type { DryRunAlarm, DryRunSummary } from '../../core/settings-api.ts';
import { type AlarmView, areaKey } from '../../stream/protocol/effects.ts';

export type Side = 'now' | 'tried';
type Pair = { -readonly [S in Side]: AlarmView | null } & { readonly id: string };

export class ComparedAlarms {
  readonly #byAlarmId: Record<Side, Map<string, Pair>> = { now: new Map(), tried: new Map() };
  /** Newest of each rule, subject and area, by the side that has it. */
  readonly #newest: Record<Side, Map<string, Pair>> = { now: new Map(), tried: new Map() };
  readonly #pairs = new Set<Pair>();
  readonly #changed = new Set<Pair>();

  take(side: Side, alarm: AlarmView): void {
    const pair = this.#byAlarmId[side].get(alarm.alarmId) ?? this.#pairFor(side, alarm);
    pair[side] = alarm;
    this.#changed.add(pair);
  }

  /** Those that changed since it was last asked. */
  changed(): DryRunAlarm[] {
    const changed = [...this.#changed].map(shownFrom);
    this.#changed.clear();
    return changed;
  }

  counts(): Pick<DryRunSummary, 'added' | 'dropped' | 'same'> {
    const counts = { added: 0, dropped: 0, same: 0 };
    for (const { now, tried } of this.#pairs) counts[now === null ? 'added' : tried === null ? 'dropped' : 'same']++;
    return counts;
  }

  #pairFor(side: Side, alarm: AlarmView): Pair {
    const other = side === 'now' ? 'tried' : 'now';
    const subject = subjectKey(alarm);
    let pair = this.#byAlarmId[other].get(alarm.alarmId);
    const newest = this.#newest[other].get(subject);
    if (pair === undefined && newest !== undefined && newest[side] === null && meets(newest[other], alarm))
      pair = newest;
    pair ??= { id: alarm.alarmId, now: null, tried: null };
    this.#pairs.add(pair);
    this.#byAlarmId[side].set(alarm.alarmId, pair);
    this.#newest[side].set(subject, pair);
    return pair;
  }
}

const subjectKey = ({ rule, subject, areaCompanyCode, areaId }: AlarmView): string =>
  [rule, subject, areaCompanyCode ?? '', areaId ?? ''].join('\u0000');

const endOf = ({ clearedAtMs, endedAtMs }: AlarmView): number | null => clearedAtMs ?? endedAtMs;

/** The other one was still on when this one began. */
const meets = (other: AlarmView | null, alarm: AlarmView): boolean =>
  other !== null && (endOf(other) ?? Number.POSITIVE_INFINITY) >= alarm.onsetAtMs;

function shownFrom({ id, now, tried }: Pair): DryRunAlarm {
  const alarm = (tried ?? now) as AlarmView;
  const { person, place, areaCompanyCode, areaId } = alarm;
  return {
    id,
    rule: alarm.rule,
    level: alarm.level,
    subject: alarm.subject,
    personName: person?.name ?? null,
    companyCode: person?.companyCode ?? alarm.companyCodes[0] ?? null,
    area: areaId === null ? null : areaKey(areaCompanyCode ?? '', areaId),
    areaName: alarm.areaName,
    onsetAtMs: alarm.onsetAtMs,
    nowRaisedAtMs: now?.raisedAtMs ?? null,
    triedRaisedAtMs: tried?.raisedAtMs ?? null,
    nowClearedAtMs: now === null ? null : endOf(now),
    triedClearedAtMs: tried === null ? null : endOf(tried),
    place: place === null ? null : { lng: place.lng, lat: place.lat },
  };
}
