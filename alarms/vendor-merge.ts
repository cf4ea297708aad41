/**
 * Alarms that vendors report (AQ 3064.3 B.3 - B.5) beside those of our own rules: which of two records is the newer word, when
 * two speak of the same thing, and what becomes of an alarm that several sources hold. Pure. An alarm without sources rests on
 * our own rule alone; with the first vendor's record that joins it, both are named.
 */
import type { AlarmPerson, AlarmSource, AlarmView } from '../stream/protocol/effects.ts';
import type { AlarmLevel, AreaKind, RuleId } from '../stream/protocol/vocabulary.ts';
import { changeAlarm, clearAlarm, conditionBack, conditionGone } from './life-cycle.ts';

// --- which word holds --------------------------------------------------------------------------------------------------

export interface Wording {
  readonly raisedAtMs: number;
  readonly endedAtMs: number | null;
  readonly updatedAtMs: number | null;
  readonly deleted: boolean;
}

/**
 * Does `next` replace `known`, both of one id? The later UPDATE_DATE does. Without one on either side an id used anew (another
 * ALARM_TIME, later) does, and of one alarm its withdrawal goes before its end, its end before its going on: so words without
 * a date come to the same in any order, and repeats change nothing.
 */
export function isNewerWord(known: Wording, next: Wording): boolean {
  if (known.updatedAtMs !== null && next.updatedAtMs !== null) return next.updatedAtMs > known.updatedAtMs;
  if (known.raisedAtMs !== next.raisedAtMs) return next.raisedAtMs > known.raisedAtMs;
  if (known.deleted !== next.deleted) return next.deleted;
  return (next.endedAtMs ?? 0) > (known.endedAtMs ?? 0);
}

// --- what a record is about ----------------------------------------------------------------------------------------------

const AREA_RULES: ReadonlySet<RuleId> = new Set(['over-capacity', 'under-capacity', 'post-vacant']);
const PERSON_RULES: ReadonlySet<RuleId> = new Set(['out-of-bounds', 'dwell', 'stillness', 'left-post', 'left-site']);

/** ALARM_TYPE 4 (离场) names no class of its own: leaving the company's ground is leaving the site, any other area a post. */
export const leftRule = (areaId: string | null, kind: AreaKind | null): RuleId =>
  areaId === null || kind === 'COMPANY_BOUNDARY' ? 'left-site' : 'left-post';

export type AboutAlarm = Pick<AlarmView, 'rule' | 'subject' | 'areaCompanyCode' | 'areaId'>;

/** Alarms that may be the same thing have the same key; null: of a class that no vendor's record joins. */
export function thingOf({ rule, subject, areaCompanyCode, areaId }: AboutAlarm): string | null {
  if (rule === 'gathering') return rule;
  if (PERSON_RULES.has(rule)) return `${rule} ${subject}`;
  return AREA_RULES.has(rule) ? `${rule} ${areaCompanyCode}/${areaId}` : null;
}

/** Vendors name no area where the table asks for none; then any area is meant. */
export const isSameArea = (one: AboutAlarm, other: AboutAlarm): boolean =>
  one.areaId === null ||
  other.areaId === null ||
  (one.areaId === other.areaId && one.areaCompanyCode === other.areaCompanyCode);

/** Event time; `toMs` Infinity: it goes on. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

export const spanOf = (alarm: AlarmView): Span => ({
  fromMs: Math.min(alarm.onsetAtMs, ...alarm.sources.map(({ raisedAtMs }) => raisedAtMs)),
  toMs:
    alarm.active && alarm.conditionGoneAtMs === null ? Infinity : (alarm.conditionGoneAtMs ?? alarm.clearedAtMs ?? 0),
});

export const isSameTime = (one: Span, other: Span, windowMs: number): boolean =>
  one.fromMs <= other.toMs + windowMs && other.fromMs <= one.toMs + windowMs;

const keyOf = ({ companyCode, personId, cardNo }: AlarmPerson): string =>
  `${companyCode}/${personId ?? `card:${cardNo}`}`;

/** At least half of the smaller of the two, of the people of `companyCode`: a vendor knows its own alone. */
export function sharesMembers(
  one: readonly AlarmPerson[],
  other: readonly AlarmPerson[],
  companyCode: string,
): boolean {
  const own = keysOf(one, companyCode);
  const others = keysOf(other, companyCode);
  if (own.size === 0 || others.size === 0) return false;
  const [few, many] = own.size <= others.size ? [own, others] : [others, own];
  let missing = 0;
  // Done as soon as more than half of the smaller is not in the other.
  for (const key of few) if (!many.has(key) && ++missing * 2 > few.size) return false;
  return true;
}

/** One list is held against many others, and is never changed. */
const KEYS = new WeakMap<readonly AlarmPerson[], Map<string, ReadonlySet<string>>>();

function keysOf(people: readonly AlarmPerson[], companyCode: string): ReadonlySet<string> {
  const byCompany = KEYS.get(people) ?? new Map<string, ReadonlySet<string>>();
  KEYS.set(people, byCompany);
  const known = byCompany.get(companyCode);
  if (known !== undefined) return known;
  const keys = new Set(people.filter((person) => person.companyCode === companyCode).map(keyOf));
  byCompany.set(companyCode, keys);
  return keys;
}

// --- sources -------------------------------------------------------------------------------------------------------------

export const isVendorHeld = ({ sources }: Pick<AlarmView, 'sources'>): boolean =>
  sources.some(({ by, endedAtMs }) => by === 'vendor' && endedAtMs === null);

/** Our rule holds it, alone or among others. */
export const isParkHeld = ({ sources, active, conditionGoneAtMs }: AlarmView): boolean =>
  sources.length === 0
    ? active && conditionGoneAtMs === null
    : sources.some(({ by, endedAtMs }) => by === 'park' && endedAtMs === null);

/** What our own rule says of an alarm that it raised. */
const parkSourceOf = (alarm: AlarmView): AlarmSource => ({
  by: 'park',
  recordId: '',
  localCode: '',
  raisedAtMs: alarm.onsetAtMs,
  endedAtMs: isParkHeld(alarm) ? null : (alarm.conditionGoneAtMs ?? alarm.clearedAtMs),
  description: '',
});

const updated = (alarm: AlarmView, sources: readonly AlarmSource[]): AlarmView => ({
  ...alarm,
  actedBy: null,
  actId: null,
  why: 'source',
  sources,
  transition: 'updated',
});

/** A vendor's record joins, or says something else now; null: it says what it said. */
export function withVendorSource(alarm: AlarmView, source: AlarmSource): AlarmView | null {
  const before = alarm.sources.find(({ by, recordId }) => by === 'vendor' && recordId === source.recordId);
  if (before !== undefined) {
    const isSame = (Object.keys(source) as (keyof AlarmSource)[]).every((name) => before[name] === source[name]);
    return isSame
      ? null
      : updated(
          alarm,
          alarm.sources.map((one) => (one === before ? source : one)),
        );
  }
  return updated(alarm, [...(alarm.sources.length === 0 ? [parkSourceOf(alarm)] : alarm.sources), source]);
}

/** The vendor's record was withdrawn. null: it was no source. */
export function withoutVendorSource(alarm: AlarmView, recordId: string): AlarmView | null {
  const sources = alarm.sources.filter((one) => one.by !== 'vendor' || one.recordId !== recordId);
  return sources.length === alarm.sources.length ? null : updated(alarm, sources);
}

/** Our own rule begins or ends to hold an alarm that has sources; null: it did, or did not, already. */
export function withParkSource(alarm: AlarmView, onsetAtMs: number, endedAtMs: number | null): AlarmView | null {
  const before = alarm.sources.find(({ by }) => by === 'park');
  if (before === undefined) {
    if (endedAtMs !== null) return null;
    const source = { ...parkSourceOf(alarm), raisedAtMs: onsetAtMs, endedAtMs: null };
    return updated(alarm, [...alarm.sources, source]);
  }
  if ((before.endedAtMs === null) === (endedAtMs === null)) return null;
  return updated(
    alarm,
    alarm.sources.map((one) => (one === before ? { ...one, endedAtMs } : one)),
  );
}

/** Our rule's condition is back in an alarm that a vendor kept active meanwhile; null: it stands for our rule already. */
export const heldByPark = (alarm: AlarmView, onsetAtMs: number): AlarmView | null =>
  alarm.sources.length === 0 ? null : withParkSource(alarm, onsetAtMs, null);

/**
 * Our rule saw what a vendor had reported: what we know of it is the fuller; the stricter level and the latch stay. One that was
 * cleared goes on, as grave as our rule finds it.
 */
export function joinOwn(standing: AlarmView, own: AlarmView, atMs: number): AlarmView {
  const isBack = !standing.active;
  const before = isBack
    ? { ...standing, active: true, clearedAtMs: null, conditionGoneAtMs: null, reason: null }
    : standing;
  const changed = changeAlarm(before, atMs, {
    level: Math.min(own.level, standing.level) as AlarmLevel,
    latched: standing.latched || own.latched,
    companyCodes: [...new Set([...standing.companyCodes, ...own.companyCodes])],
    place: own.place ?? standing.place,
    people: own.people.length > 0 ? own.people : standing.people,
    count: own.count ?? standing.count,
    limit: own.limit ?? standing.limit,
    radiusM: own.radiusM ?? standing.radiusM,
    detail: own.detail ?? standing.detail,
    settingVersions: own.settingVersions,
  });
  const joined = changed ?? updated(before, standing.sources);
  return {
    ...joined,
    transition: isBack && joined.transition === 'updated' ? 'returned' : joined.transition,
    why: 'source',
    sources: (withParkSource(standing, own.onsetAtMs, null) ?? standing).sources,
    areaCompanyCode: standing.areaCompanyCode ?? own.areaCompanyCode,
    areaId: standing.areaId ?? own.areaId,
    areaName: standing.areaName ?? own.areaName,
    areaVersion: standing.areaVersion ?? own.areaVersion,
    ruleVersion: own.ruleVersion,
    evidence: own.evidence,
  };
}

/** Brings an alarm with sources in step with them: it is active as long as one of them holds. null: it is in step. */
export function settled(alarm: AlarmView, atMs: number): AlarmView | null {
  const isHeld = alarm.sources.some(({ endedAtMs }) => endedAtMs === null);
  if (isHeld) return alarm.active ? conditionBack(alarm, atMs) : activeAgain(alarm);
  return alarm.latched ? conditionGone(alarm, atMs) : clearAlarm(alarm, atMs, 'condition');
}

/** Cleared, not acknowledged, and somebody says that it goes on: the same alarm (ISA-18.2 re-alarm). */
function activeAgain(alarm: AlarmView): AlarmView | null {
  if (alarm.endedAtMs !== null) return null;
  return { ...updated(alarm, alarm.sources), transition: 'returned', active: true, clearedAtMs: null, reason: null };
}
