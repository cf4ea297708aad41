/**
 * Alarms that vendors report (AQ 3064.3 B.3 but for the SOS, B.4, B.5), taken as authoritative: each stands as an alarm of our
 * class, or joins the one that stands for the same thing, whoever was first. What is the same, and what becomes of an alarm with
 * several sources: alarms/vendor-merge.ts. Rules that raise know nothing of it: what they raise, clear or withdraw passes
 * `beforeAlarm`. One concept each: what was said (vendor-record.ts), what is kept of it (vendor-record-table.ts), what stands for
 * the same thing (alarms-by-thing.ts), what words make of an alarm (vendor-sources.ts), the alarm they raise (vendor-raise.ts).
 */
import { withdrawAlarm } from '../alarms/life-cycle.ts';
import {
  type AboutAlarm,
  isParkHeld,
  isVendorHeld,
  joinOwn,
  settled,
  thingOf,
  withoutVendorSource,
  withParkSource,
} from '../alarms/vendor-merge.ts';
import { type AlarmView, areaKey, type Effect } from '../stream/protocol/effects.ts';
import type { GatheringRecord, LogEntry } from '../stream/protocol/entry.ts';
import { AlarmsByThing, type EndedThing, type Same } from './alarms-by-thing.ts';
import type { Area } from './areas-table.ts';
import type { Park } from './park.ts';
import type { Part } from './part.ts';
import type { Setting } from './settings-table.ts';
import { takePersonAlarms } from './sos-alarms.ts';
import { alarmOf } from './vendor-raise.ts';
import {
  aboutOf,
  isNews,
  isOverAt,
  meaningOf,
  membersOf,
  type Said,
  saidOfArea,
  saidOfGathering,
  saidOfPerson,
  spanOfRecord,
  type VendorRecord,
} from './vendor-record.ts';
import { VendorRecordTable } from './vendor-record-table.ts';
import { counted, levelled, lowered } from './vendor-sources.ts';

const TIDY_EVERY_MS = 3_600_000;
/** Codes of one company that nobody explained and that are asked for; those beyond wait unasked. */
const CODES_ASKED_MAX = 100;

export class VendorAlarms implements Part {
  readonly name = 'vendor-alarms';
  readonly #records = new VendorRecordTable();
  readonly #things = new AlarmsByThing();
  /** Records of gatherings passed over since it was asked last, by company. No part of the state. */
  #passedOver = new Map<string, number>();
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
        else this.#passedOver.set(record.companyCode, (this.#passedOver.get(record.companyCode) ?? 0) + 1);
      }
    }
  }

  /** How many records of gatherings were passed over since it was asked last, by company. */
  takePassedOver(): ReadonlyMap<string, number> {
    const passedOver = this.#passedOver;
    if (passedOver.size > 0) this.#passedOver = new Map();
    return passedOver;
  }

  /** Ends that were said ahead, and gatherings that nobody speaks of any more. */
  onTick(park: Park, effects: Effect[]): void {
    for (const key of this.#records.openKeys()) {
      const record = this.#records.get(key)!;
      if (isOverAt(record, park)) this.#put(park, { ...record, isOver: true }, effects);
    }
    if (park.nowMs - this.#tidiedAtMs >= TIDY_EVERY_MS) this.#tidy(park);
  }

  /** A local code was explained: what waits for it is taken. */
  onSetting(park: Park, setting: Setting, _before: Setting | undefined, effects: Effect[]): void {
    if (setting.topic !== 'alarm-code') return;
    for (const record of this.#records.all()) {
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
    if (this.#isOwn || thingOf(next) === null) return next;
    if (next.transition === 'raised') return this.#raisedByRule(park, next);
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
    return next.transition === 'level' ? lowered(park, this.#records, before, next) : next;
  }

  #raisedByRule(park: Park, own: AlarmView): AlarmView {
    const same = { span: { fromMs: own.onsetAtMs, toMs: Infinity }, people: own.people, companyCodes: null };
    const standing = this.#things.find(park, own, same, (alarm) => alarm.sources.length > 0 && !isParkHeld(alarm));
    if (standing === undefined) return own;
    park.alarms.standing.nameAlso(own.alarmId, standing.alarmId);
    const joined = joinOwn(standing, own, park.nowMs);
    return settled(joined, park.nowMs) ?? joined;
  }

  onAlarm(park: Park, alarm: AlarmView): void {
    this.#things.note(alarm, park.nowMs);
  }

  // --- what vendors say ----------------------------------------------------------------------------------------------------

  #take(park: Park, said: Said, effects: Effect[]): void {
    const known = this.#records.get(said.key);
    if (known !== undefined && !isNews(known, said)) {
      // A gathering that is told again goes on, though nothing new is said of it.
      if (known.rule === 'gathering' && !known.isOver) this.#records.hearAgain(known, park.nowMs);
      return;
    }
    this.#classify(park, said, park.nowMs, effects);
  }

  #classify(park: Park, { type, ...said }: Said, heardAtMs: number, effects: Effect[]): void {
    const meant = meaningOf({ ...said, type }, park);
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

  #askFor(park: Park, { key, companyCode, localCode: code, description }: Omit<Said, 'type'>, effects: Effect[]): void {
    const docKey = areaKey(companyCode, code);
    const known = park.docs.get('alarm-code', docKey);
    const asked = (): number =>
      park.docs.values('alarm-code').reduce((n, one) => n + Number(one.companyCode === companyCode), 0);
    if (known === undefined && asked() >= CODES_ASKED_MAX) return;
    const waiting = (known?.waiting ?? 0) + (this.#records.get(key) === undefined ? 1 : 0);
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
    this.#records.keep(record);
    if (record.deleted) this.#withdraw(park, record, effects);
    else if (record.rule !== null) this.#weigh(park, record, effects);
  }

  /** Brings the record to its alarm: the one it is a source of, one that stands for the same, or a new one. */
  #weigh(park: Park, record: VendorRecord, effects: Effect[]): void {
    const linked = record.alarmId === null ? undefined : park.alarms.standing.get(record.alarmId);
    const about = aboutOf(record);
    const span = spanOfRecord(record);
    const same = { span, people: record.members, companyCodes: record.companyCode };
    const standing = linked ?? this.#things.find(park, about, same);
    if (standing !== undefined) {
      this.#records.keep({ ...record, alarmId: standing.alarmId });
      this.#say(park, standing, counted(standing, record), effects);
      return;
    }
    if (record.isOver && !this.#isWorthTelling(park, about, same)) return;
    // An alarm that ended comes never back: what goes on by a later word is another alarm, from now on.
    const begunAtMs = Math.min(record.raisedAtMs, park.nowMs);
    for (const onsetAtMs of record.isOver ? [begunAtMs] : [begunAtMs, park.nowMs]) {
      const alarm = alarmOf(park, record, onsetAtMs, effects);
      this.#records.keep({ ...record, alarmId: alarm.alarmId });
      if (!this.#apply(park, alarm, effects)) continue;
      this.#settle(park, alarm.alarmId, effects);
      return;
    }
  }

  /** What is over before anybody heard of it: not when it is long past, nor when somebody saw to it already. */
  #isWorthTelling(park: Park, about: AboutAlarm, same: Same): boolean {
    const { joinMs, lateMs } = park.settings.vendorAlarms;
    if (same.span.toMs < park.nowMs - lateMs) return false;
    return !this.#things.hasEnded(about, same, joinMs);
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
    const raised = next === null ? null : levelled(park, this.#records, next);
    this.#apply(park, raised, effects);
    this.#settle(park, alarm.alarmId, effects);
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

  /** null: it is passed over, another one of a company of which as many go on as can. */
  #saidOfGathering(record: GatheringRecord): Said | null {
    const members = membersOf(record);
    const recordId = this.#records.gatheringIdOf(record.companyCode, record.startedAtMs, members);
    return recordId === null ? null : saidOfGathering(record, recordId, members);
  }

  // --- what is kept --------------------------------------------------------------------------------------------------------

  #tidy(park: Park): void {
    this.#tidiedAtMs = park.nowMs;
    this.#things.forgetEnded(park.nowMs - park.settings.vendorAlarms.lateMs);
    this.#records.tidy(park.nowMs);
  }

  save(park: Park): readonly unknown[] {
    const names = park.alarms.standing.otherNames();
    const { ended } = this.#things;
    return [this.#tidiedAtMs, names, ended.length, ...ended, ...this.#records.all()];
  }

  load(values: readonly unknown[], park: Park): void {
    for (const alarm of park.alarms.standing.values()) this.onAlarm(park, alarm);
    if (values.length === 0) return;
    const [tidiedAtMs, names, endedCount] = values as [number, [string, string][], number];
    this.#tidiedAtMs = tidiedAtMs;
    for (const [otherId, alarmId] of names) park.alarms.standing.nameAlso(otherId, alarmId);
    this.#things.load(values.slice(3, 3 + endedCount) as EndedThing[]);
    for (const record of values.slice(3 + endedCount) as VendorRecord[]) {
      // Older versions counted those they kept.
      this.#records.keep({ ...record, count: record.count ?? record.members.length });
    }
  }
}
