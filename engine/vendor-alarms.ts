/**
 * Alarms that vendors report (AQ 3064.3 B.3 but for the SOS, B.4, B.5), taken as authoritative: each stands as an alarm of our
 * class, or joins the one that stands for the same thing, whoever was first. What is the same, and what becomes of an alarm with
 * several sources: alarms/vendor-merge.ts. Rules that raise know nothing of it: what they raise, clear or withdraw passes
 * `beforeAlarm`.
 */
import { levelOf as classLevelOf } from '../alarms/alarm-classes.ts';
import { alarmIdFrom } from '../alarms/alarm-id.ts';
import { gatheringLevelOf, isGatheringLatched } from '../alarms/gathering.ts';
import { raiseAlarm, withdrawAlarm } from '../alarms/life-cycle.ts';
import type { CodeRule } from '../alarms/settings/alarm-code.ts';
import {
  type AboutAlarm,
  isNewerWord,
  isParkHeld,
  isSameArea,
  isSameTime,
  isVendorHeld,
  joinOwn,
  leftRule,
  type Span,
  settled,
  sharesMembers,
  spanOf,
  thingOf,
  withoutVendorSource,
  withParkSource,
  withVendorSource,
} from '../alarms/vendor-merge.ts';
import {
  type AlarmPerson,
  type AlarmSource,
  type AlarmView,
  areaKey,
  type Effect,
} from '../stream/protocol/effects.ts';
import type { AreaAlarmRecord, GatheringRecord, LogEntry, PersonAlarmRecord } from '../stream/protocol/entry.ts';
import { type AlarmLevel, localCodeOf, type RuleId } from '../stream/protocol/vocabulary.ts';
import { NOBODY } from './alarm-table.ts';
import type { Area } from './areas-table.ts';
import type { Park } from './park.ts';
import type { Part } from './part.ts';
import { lastKnownPlace } from './places.ts';
import type { Setting } from './settings-table.ts';
import { takePersonAlarms } from './sos-alarms.ts';
import { tellPerson } from './tell-person.ts';

export const VENDOR_ALARM_RULE_VERSION = 1;

/** A record that is over is remembered for as long as a fix that came before may come again, so that repeats stay repeats. */
const KEPT_MS = 8 * 86_400_000;
const KEPT_MAX = 100_000;
const TIDY_EVERY_MS = 3_600_000;
/**
 * What one company may keep us busy with: gatherings that go on at once, those that began at one instant, people who are kept of
 * each (all are counted), and codes that nobody explained. Far more than any company has; without an end of them one supplier's
 * records would hold up everybody's alarms.
 */
const GATHERINGS_OPEN_MAX = 100;
const MEMBERS_KEPT = 1_000;
const CODES_ASKED_MAX = 100;

/** The newest word of one vendor's record. Plain data, never changed, only replaced. */
interface VendorRecord {
  readonly key: string;
  readonly recordId: string;
  readonly companyCode: string;
  /** '' where the code is one of the standard's, or of the field. */
  readonly localCode: string;
  /** null: a local code that nobody explained yet, or an SOS by a local code, which is the SOS rule's. */
  readonly rule: Exclude<RuleId, 'sos'> | null;
  readonly level: AlarmLevel | null;
  readonly personId: string | null;
  readonly areaId: string | null;
  /** Of a gathering, in order of their ids, the first MEMBERS_KEPT. */
  readonly members: readonly AlarmPerson[];
  /** All of them. */
  readonly count: number;
  /** Middle of the members' places, degrees; null: none had one. */
  readonly middle: { readonly lng: number; readonly lat: number } | null;
  readonly raisedAtMs: number;
  readonly endedAtMs: number | null;
  readonly description: string;
  readonly updatedAtMs: number | null;
  readonly deleted: boolean;
  /** Engine time of the newest copy. */
  readonly heardAtMs: number;
  /** It is over by its own word, its withdrawal or its silence. */
  readonly isOver: boolean;
  /** Alarm that it is a source of; null: none yet, or that one ended. */
  readonly alarmId: string | null;
}

/** What stood for a thing, so that a late record about it raises it no second time. */
interface EndedThing {
  readonly thing: string;
  readonly about: AboutAlarm;
  readonly span: Span;
  readonly people: readonly AlarmPerson[];
  readonly endedAtMs: number;
}

type Said = Omit<VendorRecord, 'rule' | 'level' | 'heardAtMs' | 'isOver' | 'alarmId'> & { readonly type: string };

export class VendorAlarms implements Part {
  readonly name = 'vendor-alarms';
  /** By key, oldest word first. */
  readonly #records = new Map<string, VendorRecord>();
  /** Keys of those that go on. */
  readonly #open = new Set<string>();
  /** Those of gatherings, by company. */
  readonly #gatherings = new Map<string, Set<string>>();
  /** Ids of standing alarms by the thing they are about. */
  readonly #byThing = new Map<string, Set<string>>();
  #ended: EndedThing[] = [];
  #tidiedAtMs = 0;
  /** What is applied is this part's own: it is in step with the sources already. */
  #isOwn = false;

  onEntry(park: Park, entry: LogEntry, effects: Effect[]): void {
    if (entry.kind === 'personAlarms') {
      for (const record of entry.body.records) {
        if (record.type !== 'sos') this.#take(park, saidOfPerson(record), effects);
      }
    } else if (entry.kind === 'areaAlarms') {
      for (const record of entry.body.records) this.#take(park, saidOfArea(record), effects);
    } else if (entry.kind === 'gatherings') {
      for (const record of entry.body.records) {
        const said = this.#saidOfGathering(record);
        if (said !== null) this.#take(park, said, effects);
      }
    }
  }

  /** Ends that were said ahead, and gatherings that nobody speaks of any more. */
  onTick(park: Park, effects: Effect[]): void {
    for (const key of [...this.#open]) {
      const record = this.#records.get(key)!;
      if (isOverAt(record, park)) this.#put(park, { ...record, isOver: true }, effects);
    }
    if (park.nowMs - this.#tidiedAtMs >= TIDY_EVERY_MS) this.#tidy(park);
  }

  /** A local code was explained: what waits for it is taken. */
  onSetting(park: Park, setting: Setting, _before: Setting | undefined, effects: Effect[]): void {
    if (setting.topic !== 'alarm-code') return;
    for (const record of [...this.#records.values()]) {
      if (record.localCode === '' || areaKey(record.companyCode, record.localCode) !== setting.key) continue;
      const type = `local:${record.localCode}`;
      if (record.rule === null) this.#classify(park, { ...record, type }, record.heardAtMs, effects);
    }
    const waiting = park.docs.get('alarm-code', setting.key);
    if (waiting !== undefined && setting.value !== null) {
      park.docs.end('alarm-code', setting.key, { ...waiting, waiting: 0 }, effects);
    }
  }

  onForget(park: Park, slot: number, effects: Effect[]): void {
    for (const alarm of park.alarms.ofSlot(slot)) {
      if (thingOf(alarm) !== null) this.#apply(park, withdrawAlarm(alarm, park.nowMs, 'withdrawn'), effects);
    }
  }

  onArea(park: Park, _key: string, before: Area | undefined, after: Area | undefined, effects: Effect[]): void {
    const { companyCode, areaId } = (after ?? before)!.record;
    for (const alarm of park.alarms.ofArea(companyCode, areaId)) {
      if (alarm.sources.length === 0 || alarm.rule === 'gathering') continue;
      if (after === undefined) this.#apply(park, withdrawAlarm(alarm, park.nowMs, 'withdrawn'), effects);
      else if (alarm.areaName === null) {
        const named = { areaName: after.record.name, areaVersion: after.version };
        this.#apply(park, { ...alarm, ...named, transition: 'updated', why: 'source' }, effects);
      }
    }
  }

  // --- what our own rules do ---------------------------------------------------------------------------------------------

  beforeAlarm(park: Park, next: AlarmView): AlarmView | null {
    const thing = thingOf(next);
    if (this.#isOwn || thing === null) return next;
    if (next.transition === 'raised') return this.#raisedByRule(park, thing, next);
    const before = park.alarms.standing.get(next.alarmId);
    if (before === undefined || before.sources.length === 0) return next;
    const isGone = next.conditionGoneAtMs !== null && before.conditionGoneAtMs === null;
    if (next.transition === 'cleared' || next.transition === 'ended' || isGone) {
      const released = withParkSource(before, before.onsetAtMs, park.nowMs);
      if (isVendorHeld(before)) return released;
      return released === null ? next : { ...next, sources: released.sources };
    }
    if (next.conditionGoneAtMs === null && before.conditionGoneAtMs !== null) {
      return { ...next, sources: (withParkSource(next, next.onsetAtMs, null) ?? next).sources };
    }
    return next.transition === 'level' ? this.#lowered(park, before, next) : next;
  }

  /** Our rule counts fewer than a vendor: the alarm stays as grave as it is. */
  #lowered(park: Park, before: AlarmView, next: AlarmView): AlarmView | null {
    const held = this.#heldUp(park, next);
    if (held.level !== before.level) return held;
    const isSame = isSameCount(before, held);
    return isSame ? null : { ...held, transition: 'updated', why: null };
  }

  #raisedByRule(park: Park, thing: string, own: AlarmView): AlarmView {
    const about = { span: { fromMs: own.onsetAtMs, toMs: Infinity }, people: own.people, companyCodes: null };
    const standing = this.#find(park, thing, own, about, (alarm) => alarm.sources.length > 0 && !isParkHeld(alarm));
    if (standing === undefined) return own;
    park.alarms.standing.nameAlso(own.alarmId, standing.alarmId);
    const joined = joinOwn(standing, own, park.nowMs);
    return settled(joined, park.nowMs) ?? joined;
  }

  /** Of a gathering that a vendor counts higher than we do, the level stays the vendor's. */
  #heldUp(park: Park, next: AlarmView): AlarmView {
    let { level } = next;
    for (const source of next.sources) {
      const record =
        source.by === 'vendor' && source.endedAtMs === null ? this.#records.get(source.recordId) : undefined;
      if (record !== undefined && levelOf(record, park) < level) level = levelOf(record, park);
    }
    return level === next.level ? next : { ...next, level };
  }

  onAlarm(park: Park, alarm: AlarmView): void {
    const thing = thingOf(alarm);
    if (thing === null) return;
    const ids = this.#byThing.get(thing);
    if (alarm.endedAtMs === null) {
      if (ids === undefined) this.#byThing.set(thing, new Set([alarm.alarmId]));
      else ids.add(alarm.alarmId);
      return;
    }
    ids?.delete(alarm.alarmId);
    if (ids?.size === 0) this.#byThing.delete(thing);
    if (alarm.reason === 'withdrawn') return;
    const { rule, subject, areaCompanyCode, areaId, people } = alarm;
    const span = { ...spanOf(alarm), toMs: alarm.clearedAtMs ?? park.nowMs };
    const about = { rule, subject, areaCompanyCode, areaId };
    this.#ended.push({ thing, about, span, people, endedAtMs: alarm.endedAtMs });
  }

  // --- what vendors say ----------------------------------------------------------------------------------------------------

  #take(park: Park, said: Said, effects: Effect[]): void {
    const known = this.#records.get(said.key);
    if (known !== undefined && !isNews(known, said)) {
      // A gathering that is told again goes on, though nothing new is said of it.
      if (known.rule === 'gathering' && !known.isOver) {
        this.#records.set(known.key, { ...known, heardAtMs: park.nowMs });
      }
      return;
    }
    this.#classify(park, said, park.nowMs, effects);
  }

  #classify(park: Park, { type, ...said }: Said, heardAtMs: number, effects: Effect[]): void {
    const meant = this.#meaningOf(park, { ...said, type });
    if (meant === null) this.#askFor(park, said, effects);
    if (meant?.rule === 'sos') this.#callForHelp(park, said, effects);
    const rule = meant === null || meant.rule === 'sos' ? null : meant.rule;
    const known = this.#records.get(said.key);
    const record: VendorRecord = {
      ...said,
      rule,
      level: meant?.level ?? null,
      heardAtMs,
      isOver: false,
      alarmId: null,
    };
    // It speaks of something else now: what it said before is withdrawn.
    const isOther =
      known !== undefined && (known.rule !== rule || known.personId !== said.personId || known.areaId !== said.areaId);
    if (isOther) this.#withdraw(park, known, effects);
    const alarmId = isOther ? null : (known?.alarmId ?? null);
    this.#put(park, { ...record, alarmId, isOver: isOverAt(record, park) }, effects);
  }

  /** null: a local code that nobody explained. */
  #meaningOf(
    park: Park,
    said: Said,
  ): { readonly rule: CodeRule | 'gathering'; readonly level: AlarmLevel | null } | null {
    if (said.localCode !== '') return park.config.get('alarm-code', areaKey(said.companyCode, said.localCode)) ?? null;
    if (said.type === 'absent') {
      const area = said.areaId === null ? undefined : park.areas.byKey.get(areaKey(said.companyCode, said.areaId));
      return { rule: leftRule(said.areaId, area?.record.kind ?? null) as CodeRule, level: null };
    }
    return { rule: RULE_OF_TYPE[said.type]!, level: null };
  }

  #askFor(park: Park, { key, companyCode, localCode: code, description }: Omit<Said, 'type'>, effects: Effect[]): void {
    const docKey = areaKey(companyCode, code);
    const known = park.docs.get('alarm-code', docKey);
    const asked = (): number =>
      park.docs.values('alarm-code').reduce((n, one) => n + Number(one.companyCode === companyCode), 0);
    if (known === undefined && asked() >= CODES_ASKED_MAX) return;
    const waiting = (known?.waiting ?? 0) + (this.#records.has(key) ? 0 : 1);
    const sinceMs = known?.sinceMs ?? park.nowMs;
    const value = { companyCode, code, waiting, sinceMs, newestAtMs: park.nowMs, description };
    park.docs.put('alarm-code', docKey, value, [companyCode], effects);
  }

  #callForHelp(park: Park, said: Omit<Said, 'type'>, effects: Effect[]): void {
    if (said.personId === null) return;
    const { companyCode, personId, recordId: alarmId, areaId, raisedAtMs, endedAtMs, description, updatedAtMs } = said;
    const record = { companyCode, personId, alarmId, areaId, raisedAtMs, endedAtMs, description, updatedAtMs };
    const call = { ...record, type: 'sos' as const, deleted: said.deleted, timeReplaced: false };
    takePersonAlarms(
      park,
      { origin: { batchId: '', appId: '', companyCode, received: 1, refused: 0 }, records: [call] },
      park.nowMs,
      effects,
    );
  }

  #put(park: Park, record: VendorRecord, effects: Effect[]): void {
    this.#keep(record);
    if (record.deleted) this.#withdraw(park, record, effects);
    else if (record.rule !== null) this.#weigh(park, record, effects);
  }

  #keep(record: VendorRecord): void {
    this.#records.delete(record.key);
    this.#records.set(record.key, record);
    this.#open.delete(record.key);
    const isOpen = !record.isOver && !record.deleted && record.rule !== null;
    if (isOpen) this.#open.add(record.key);
    if (record.rule === 'gathering') this.#countGathering(record, isOpen);
  }

  /** Brings the record to its alarm: the one it is a source of, one that stands for the same, or a new one. */
  #weigh(park: Park, record: VendorRecord, effects: Effect[]): void {
    const linked = record.alarmId === null ? undefined : park.alarms.standing.get(record.alarmId);
    const about = aboutOf(record);
    const thing = thingOf(about)!;
    const span = spanOfRecord(record);
    const same = { span, people: record.members, companyCodes: record.companyCode };
    const standing = linked ?? this.#find(park, thing, about, same, () => true);
    if (standing !== undefined) {
      this.#keep({ ...record, alarmId: standing.alarmId });
      this.#say(park, standing, counted(standing, record), effects);
      return;
    }
    if (record.isOver && !this.#isWorthTelling(park, thing, about, same)) return;
    // An alarm that ended comes never back: what goes on by a later word is another alarm, from now on.
    const begunAtMs = Math.min(record.raisedAtMs, park.nowMs);
    for (const onsetAtMs of record.isOver ? [begunAtMs] : [begunAtMs, park.nowMs]) {
      const alarm = this.#alarmOf(park, record, onsetAtMs, effects);
      this.#keep({ ...record, alarmId: alarm.alarmId });
      if (!this.#apply(park, alarm, effects)) continue;
      this.#settle(park, alarm.alarmId, effects);
      return;
    }
  }

  /** What is over before anybody heard of it: not when it is long past, nor when somebody saw to it already. */
  #isWorthTelling(park: Park, thing: string, about: AboutAlarm, same: Same): boolean {
    const { joinMs, lateMs } = park.settings.vendorAlarms;
    if (same.span.toMs < park.nowMs - lateMs) return false;
    return !this.#ended.some(
      (ended) =>
        ended.thing === thing &&
        isSameArea(ended.about, about) &&
        isSameTime(ended.span, same.span, joinMs) &&
        isSamePeople(ended.about.rule, ended.people, same),
    );
  }

  #withdraw(park: Park, record: VendorRecord, effects: Effect[]): void {
    const alarm = record.alarmId === null ? undefined : park.alarms.standing.get(record.alarmId);
    const without = alarm === undefined ? null : withoutVendorSource(alarm, record.key);
    if (alarm === undefined || without === null) return;
    if (without.sources.length > 0) this.#say(park, alarm, without, effects);
    else this.#apply(park, withdrawAlarm(alarm, park.nowMs, 'withdrawn'), effects);
  }

  /** The alarm with other sources, and what follows from them, as one transition where they end it. */
  #say(park: Park, alarm: AlarmView, next: AlarmView | null, effects: Effect[]): void {
    const raised = next === null ? null : this.#levelled(park, next);
    this.#apply(park, raised, effects);
    this.#settle(park, alarm.alarmId, effects);
  }

  /** Sources changed: a gathering is as grave as the gravest of them says. */
  #levelled(park: Park, next: AlarmView): AlarmView {
    const held = next.rule === 'gathering' ? this.#heldUp(park, next) : next;
    return held.level === next.level
      ? next
      : { ...held, latched: held.latched || isGatheringLatched(held.level), transition: 'level' };
  }

  #settle(park: Park, alarmId: string, effects: Effect[]): void {
    const alarm = park.alarms.standing.get(alarmId);
    if (alarm !== undefined) this.#apply(park, settled(alarm, park.nowMs), effects);
  }

  #apply(park: Park, next: AlarmView | null, effects: Effect[]): boolean {
    this.#isOwn = true;
    const isTaken = park.applyAlarm(next, effects);
    this.#isOwn = false;
    return isTaken;
  }

  /** The standing alarm about the same thing: active before cleared, then the one that began first. */
  #find(
    park: Park,
    thing: string,
    about: AboutAlarm,
    same: Same,
    isFree: (alarm: AlarmView) => boolean,
  ): AlarmView | undefined {
    const { joinMs } = park.settings.vendorAlarms;
    let found: AlarmView | undefined;
    for (const alarmId of this.#byThing.get(thing) ?? []) {
      const alarm = park.alarms.standing.get(alarmId);
      if (alarm === undefined || !isFree(alarm) || !isSameArea(alarm, about)) continue;
      if (!isSameTime(spanOf(alarm), same.span, joinMs) || !isSamePeople(alarm.rule, alarm.people, same)) continue;
      if (found === undefined || isBefore(alarm, found)) found = alarm;
    }
    return found;
  }

  #alarmOf(park: Park, record: VendorRecord, onsetAtMs: number, effects: Effect[]): AlarmView {
    const rule = record.rule!;
    const { companyCode, areaId, personId } = record;
    const area = areaId === null ? undefined : park.areas.byKey.get(areaKey(companyCode, areaId));
    const slot = personId === null ? NOBODY : slotOf(park, companyCode, personId, effects);
    const { subject } = aboutOf(record);
    const level = levelOf(record, park);
    return raiseAlarm({
      // Beside those of our own rules; the date tells what is said anew of an alarm that somebody saw to and that ended.
      alarmId: alarmIdFrom(rule, subject, `vendor:${record.recordId}@${record.updatedAtMs}`, onsetAtMs),
      rule,
      ruleVersion: VENDOR_ALARM_RULE_VERSION,
      level,
      latched: rule === 'gathering' && isGatheringLatched(level),
      companyCodes: [companyCode],
      slot,
      generation: slot === NOBODY ? 0 : park.people.generation[slot]!,
      person: slot === NOBODY ? null : park.people.views[slot]!,
      subject,
      areaCompanyCode: areaId === null ? null : companyCode,
      areaId,
      areaName: area?.record.name ?? null,
      areaVersion: area?.version ?? null,
      onsetAtMs,
      raisedAtMs: park.nowMs,
      place: slot === NOBODY ? placeOfMiddle(park, record) : lastKnownPlace(park, slot),
      evidence: [],
      people: record.members,
      count: rule === 'gathering' ? record.count : null,
      sources: [sourceOf(record)],
    });
  }

  /** null: another one of a company of which as many go on as can. */
  #saidOfGathering(record: GatheringRecord): Said | null {
    const members = record.members
      .map(
        ({ personId, name, type }): AlarmPerson => ({
          companyCode: record.companyCode,
          personId,
          cardNo: null,
          name,
          type,
        }),
      )
      .sort((a, b) => ((a.personId ?? '') < (b.personId ?? '') ? -1 : 1))
      .slice(0, MEMBERS_KEPT);
    // No id: company, beginning, and at least half of the members tell the same gathering.
    let recordId = `${record.startedAtMs}`;
    for (let n = 2; ; n++) {
      const known = this.#records.get(keyOf('gathering', record.companyCode, recordId));
      if (known === undefined && this.#openGatherings(record.companyCode) >= GATHERINGS_OPEN_MAX) return null;
      if (known === undefined || sharesMembers(known.members, members, record.companyCode)) break;
      if (n > GATHERINGS_OPEN_MAX) return null;
      recordId = `${record.startedAtMs}#${n}`;
    }
    const placed = record.members.filter(({ lng, lat }) => lng !== null && lat !== null);
    const mean = (of: 'lng' | 'lat') => placed.reduce((sum, member) => sum + member[of]!, 0) / placed.length;
    return {
      key: keyOf('gathering', record.companyCode, recordId),
      recordId,
      companyCode: record.companyCode,
      localCode: '',
      type: 'gathering',
      personId: null,
      areaId: null,
      members,
      count: record.members.length,
      middle: placed.length === 0 ? null : { lng: mean('lng'), lat: mean('lat') },
      raisedAtMs: record.startedAtMs,
      endedAtMs: record.lasted === null ? null : record.startedAtMs + record.lasted * 1_000,
      description: '',
      updatedAtMs: record.updatedAtMs,
      deleted: record.deleted,
    };
  }

  #countGathering({ key, companyCode }: VendorRecord, isOpen: boolean): void {
    const keys = this.#gatherings.get(companyCode) ?? new Set();
    if (isOpen) this.#gatherings.set(companyCode, keys.add(key));
    else keys.delete(key);
  }

  #openGatherings(companyCode: string): number {
    return this.#gatherings.get(companyCode)?.size ?? 0;
  }

  // --- what is kept --------------------------------------------------------------------------------------------------------

  #tidy(park: Park): void {
    this.#tidiedAtMs = park.nowMs;
    const { lateMs } = park.settings.vendorAlarms;
    this.#ended = this.#ended.filter(({ endedAtMs }) => endedAtMs >= park.nowMs - lateMs);
    let surplus = this.#records.size - KEPT_MAX;
    for (const [key, { heardAtMs }] of this.#records) {
      if (this.#open.has(key)) continue;
      if (heardAtMs >= park.nowMs - KEPT_MS && surplus <= 0) continue;
      this.#records.delete(key);
      surplus--;
    }
  }

  save(park: Park): readonly unknown[] {
    const names = park.alarms.standing.otherNames();
    return [this.#tidiedAtMs, names, this.#ended.length, ...this.#ended, ...this.#records.values()];
  }

  load(values: readonly unknown[], park: Park): void {
    for (const alarm of park.alarms.standing.values()) this.onAlarm(park, alarm);
    if (values.length === 0) return;
    const [tidiedAtMs, names, endedCount] = values as [number, [string, string][], number];
    this.#tidiedAtMs = tidiedAtMs;
    for (const [otherId, alarmId] of names) park.alarms.standing.nameAlso(otherId, alarmId);
    this.#ended = values.slice(3, 3 + endedCount) as EndedThing[];
    for (const record of values.slice(3 + endedCount) as VendorRecord[]) {
      // Older versions counted those they kept.
      this.#keep({ ...record, count: record.count ?? record.members.length });
    }
  }
}

// --- records -------------------------------------------------------------------------------------------------------------

/** How a span, its people and the company whose people count are held against an alarm; null: of every company. */
interface Same {
  readonly span: Span;
  readonly people: readonly AlarmPerson[];
  readonly companyCodes: string | null;
}

const RULE_OF_TYPE: Readonly<Record<string, CodeRule | 'gathering'>> = {
  'out-of-bounds': 'out-of-bounds',
  dwell: 'dwell',
  still: 'stillness',
  'over-capacity': 'over-capacity',
  'under-capacity': 'under-capacity',
  'post-empty': 'post-vacant',
  gathering: 'gathering',
};

const levelOf = ({ rule, level, count }: VendorRecord, park: Park): AlarmLevel =>
  level ??
  (rule === 'gathering' ? gatheringLevelOf(park.settings.gathering, count) : classLevelOf(rule!, park.settings));

const keyOf = (kind: string, companyCode: string, recordId: string): string => `${kind}/${companyCode}/${recordId}`;

const saidOfPerson = (record: PersonAlarmRecord): Said => ({
  key: keyOf('person', record.companyCode, record.alarmId),
  recordId: record.alarmId,
  companyCode: record.companyCode,
  localCode: localCodeOf(record.type),
  type: record.type,
  personId: record.personId,
  areaId: record.areaId,
  members: [],
  count: 0,
  middle: null,
  raisedAtMs: record.raisedAtMs,
  endedAtMs: record.endedAtMs,
  description: record.description,
  updatedAtMs: record.updatedAtMs,
  deleted: record.deleted,
});

const saidOfArea = (record: AreaAlarmRecord): Said => ({
  key: keyOf('area', record.companyCode, record.alarmId),
  recordId: record.alarmId,
  companyCode: record.companyCode,
  localCode: localCodeOf(record.type),
  type: record.type,
  personId: null,
  areaId: record.areaId,
  members: [],
  count: 0,
  middle: null,
  raisedAtMs: record.raisedAtMs,
  endedAtMs: record.endedAtMs,
  description: record.description,
  updatedAtMs: record.updatedAtMs,
  deleted: record.deleted,
});

/** More people than before are news of a gathering, also without a date. */
const isNews = (known: VendorRecord, said: Said): boolean =>
  isNewerWord(known, said) ||
  (said.updatedAtMs === null && !known.deleted && said.raisedAtMs === known.raisedAtMs && said.count > known.count);

/**
 * B.5 has no end but a duration, which may have been sent while it lasts: a gathering is over when that has run out and nobody
 * spoke of it since, and without one when nobody spoke of it for long.
 */
function isOverAt(
  { rule, endedAtMs, heardAtMs, deleted }: Pick<VendorRecord, 'rule' | 'endedAtMs' | 'heardAtMs' | 'deleted'>,
  park: Park,
): boolean {
  if (deleted) return true;
  if (rule !== 'gathering') return endedAtMs !== null && endedAtMs <= park.nowMs;
  const { joinMs, silentMs } = park.settings.vendorAlarms;
  if (endedAtMs === null) return park.nowMs > heardAtMs + silentMs;
  return park.nowMs > endedAtMs + joinMs && (heardAtMs > endedAtMs + joinMs || park.nowMs > heardAtMs + joinMs);
}

const endOf = ({ isOver, endedAtMs, heardAtMs }: VendorRecord): number | null =>
  isOver ? (endedAtMs ?? heardAtMs) : null;

const spanOfRecord = (record: VendorRecord): Span => ({
  fromMs: record.raisedAtMs,
  toMs: endOf(record) ?? Infinity,
});

/** `recordId` of a source is the key: ids are a vendor's own, and a gathering may be told by several. */
const sourceOf = (record: VendorRecord): AlarmSource => ({
  by: 'vendor',
  recordId: record.key,
  localCode: record.localCode,
  raisedAtMs: record.raisedAtMs,
  endedAtMs: endOf(record),
  description: record.description,
});

function aboutOf({ rule, companyCode, personId, areaId, members }: VendorRecord): AboutAlarm {
  const subject =
    personId !== null ? `${companyCode}/${personId}` : `${companyCode}/${areaId ?? members[0]?.personId ?? ''}`;
  return { rule: rule!, subject, areaCompanyCode: areaId === null ? null : companyCode, areaId };
}

/** The alarm with what the record says of it; who gathers is the vendor's to say as long as our rule sees nobody. */
function counted(alarm: AlarmView, record: VendorRecord): AlarmView | null {
  const next = withVendorSource(alarm, sourceOf(record));
  if (record.rule !== 'gathering' || alarm.sources.length === 0 || isParkHeld(alarm)) return next;
  const told = { ...(next ?? alarm), people: record.members, count: record.count };
  return next === null && isSameCount(alarm, told) ? null : { ...told, transition: 'updated', why: 'source' };
}

const isSameCount = (one: AlarmView, other: AlarmView): boolean =>
  JSON.stringify([one.people, one.count, one.place, one.radiusM]) ===
  JSON.stringify([other.people, other.count, other.place, other.radiusM]);

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

// --- who and where ---------------------------------------------------------------------------------------------------------

/** NOBODY: the company has as many people whom no record describes as one may have; the alarm is raised all the same. */
function slotOf(park: Park, companyCode: string, personId: string, effects: Effect[]): number {
  const { people } = park;
  const known = people.slotOf(companyCode, personId, false);
  if (known !== -1) return known;
  if (!people.hasRoomForUnidentified(companyCode)) return NOBODY;
  const slot = people.addUnidentified(companyCode, personId, false, park.nowMs);
  tellPerson(park, slot, null, effects);
  return slot;
}

const plane = new Float64Array(2);

function placeOfMiddle(park: Park, { middle, raisedAtMs }: VendorRecord): AlarmView['place'] {
  if (middle === null || !park.projection.project(middle.lng, middle.lat, plane, 0)) return null;
  return {
    ...middle,
    easting: plane[0]!,
    northing: plane[1]!,
    heightM: null,
    observedAtMs: raisedAtMs,
    lastKnown: false,
    gridId: park.projection.parameters.id,
  };
}
