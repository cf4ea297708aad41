/**
 * Tags that lie: an empty battery, a moving tag that nobody is known to wear, two tags on one person, somebody on duty
 * without a live tag (alarms/tags.ts). Cheap per fix: a person of one source with a good battery costs three reads.
 */
import { clearAlarm, type RaiseInput, raiseAlarm } from '../alarms/life-cycle.ts';
import { NO_CALENDAR, shiftsAt } from '../alarms/shifts.ts';
import {
  type Awaited,
  createTwoFeeds,
  createUnknownTag,
  type TwoFeeds,
  type UnknownTag,
  watchTwoFeeds,
  watchUnknownTag,
} from '../alarms/tags.ts';
import { type AlarmView, type Effect, type PersonView, subjectOf } from '../stream/protocol/effects.ts';
import { ABSENT_U8, ABSENT_U16, FIX_FLAG, type FixBatch, type LogEntry } from '../stream/protocol/entry.ts';
import { NOBODY } from './alarm-table.ts';
import type { Park } from './park.ts';
import type { Part } from './part.ts';
import { SOURCES_PER_PERSON } from './people-table.ts';
import { placeOfFix } from './places.ts';
import { Reporting } from './reporting.ts';
import { alarmInput, alarmPerson } from './rules/alarm-input.ts';

type TagRule = 'low-battery' | 'unknown-tag' | 'two-tags' | 'no-live-tag';
const RULE_VERSION = 1;
/** Those who ought to be heard are looked at this often. */
const AWAITED_EVERY_MS = 10_000;
/** How a person's fixes name him: by PERSON_ID, by card. */
const NAMED = { person: 1, card: 2 } as const;

interface WithAlarm {
  alarmId: string | null;
}
interface Missing extends WithAlarm {
  readonly awaited: Awaited;
  /** Engine time from which he is waited for: never before the park was told to, nor from before its own downtime. */
  fromMs: number;
  isSeen: boolean;
}

export class Tags implements Part {
  readonly name = 'tags';
  /** Alarms of low batteries by slot. */
  readonly #lowBattery = new Map<number, string>();
  readonly #unknown = new Map<number, UnknownTag & WithAlarm>();
  readonly #feeds = new Map<number, TwoFeeds & WithAlarm>();
  /** NAMED bits by slot, `#slots` of them used. */
  #named = new Uint8Array(0);
  #slots = 0;
  /** By subject. */
  readonly #missing = new Map<string, Missing>();
  #awaitedAtMs = 0;

  onFix(park: Park, batch: FixBatch, i: number, slot: number, observedAtMs: number, effects: Effect[]): void {
    const pct = batch.batteryPct[i]!;
    if (pct !== ABSENT_U8 && (pct < park.settings.tags.lowBatteryPct || this.#lowBattery.size > 0)) {
      this.#watchBattery(park, batch, i, slot, pct, observedAtMs, effects);
    }
    if (park.people.views[slot]!.type === 'unidentified')
      this.#watchUnknown(park, batch, i, slot, observedAtMs, effects);
    else {
      const isTwofold = this.#noteNamed(slot, batch.flags[i]! & FIX_FLAG.byCard) === (NAMED.person | NAMED.card);
      if (isTwofold || park.people.sourceId[slot * SOURCES_PER_PERSON + 1] !== 0) {
        this.#watchFeeds(park, batch, i, slot, observedAtMs, effects);
      }
    }
  }

  onTick(park: Park, effects: Effect[]): void {
    const { unknownGoneMs, apartClearMs } = park.settings.tags;
    for (const [slot, tag] of this.#unknown) {
      if (park.nowMs - park.people.receivedAtMs[slot]! <= unknownGoneMs) continue;
      this.#clear(park, tag, 'gone', effects);
      this.#unknown.delete(slot);
    }
    for (const feeds of this.#feeds.values()) {
      if (feeds.alarmId !== null && park.nowMs - feeds.farAtMs >= apartClearMs) {
        feeds.farPairs = 0;
        this.#clear(park, feeds, 'condition', effects);
      }
    }
    if (park.nowMs - this.#awaitedAtMs >= AWAITED_EVERY_MS) {
      this.#awaitedAtMs = park.nowMs;
      this.#watchAwaited(park, onDuty(park), effects);
    }
  }

  /** Nobody was heard while the park was away. */
  onEntry(park: Park, entry: LogEntry): void {
    if (entry.kind !== 'downtime') return;
    for (const missing of this.#missing.values()) missing.fromMs = park.nowMs;
  }

  onPerson(park: Park, slot: number, before: PersonView | null, effects: Effect[]): void {
    const tag = this.#unknown.get(slot);
    if (before === null || tag === undefined || park.people.views[slot]?.type === 'unidentified') return;
    this.#clear(park, tag, 'identified', effects);
    this.#unknown.delete(slot);
  }

  /** Its alarms are withdrawn already. */
  onForget(park: Park, slot: number): void {
    this.#lowBattery.delete(slot);
    this.#unknown.delete(slot);
    this.#feeds.delete(slot);
    if (slot < this.#slots) this.#named[slot] = 0;
    const missing = this.#missing.get(subjectOf(park.people.views[slot]!));
    if (missing !== undefined && missing.alarmId !== null && !park.alarms.standing.has(missing.alarmId)) {
      missing.alarmId = null;
    }
  }

  // --- by fix ------------------------------------------------------------------------------------------------------------

  #watchBattery(
    park: Park,
    batch: FixBatch,
    i: number,
    slot: number,
    pct: number,
    observedAtMs: number,
    effects: Effect[],
  ): void {
    const { lowBatteryPct, batteryClearPct } = park.settings.tags;
    const standing = this.#lowBattery.get(slot);
    if (standing === undefined && pct < lowBatteryPct) {
      const place = placeOfFix(park, batch, i, observedAtMs);
      const more = { place, count: pct, limit: lowBatteryPct };
      const alarm = tagAlarm(park, 'low-battery', slot, observedAtMs, more);
      if (park.applyAlarm(alarm, effects)) this.#lowBattery.set(slot, alarm.alarmId);
    } else if (standing !== undefined && pct > batteryClearPct) {
      this.#lowBattery.delete(slot);
      this.#clear(park, { alarmId: standing }, 'condition', effects);
    }
  }

  #watchUnknown(park: Park, batch: FixBatch, i: number, slot: number, observedAtMs: number, effects: Effect[]): void {
    let tag = this.#unknown.get(slot);
    if (tag === undefined) {
      tag = { ...createUnknownTag(observedAtMs), alarmId: null };
      this.#unknown.set(slot, tag);
    }
    const { easting, northing } = park.people;
    const lies = watchUnknownTag(tag, park.settings.tags, easting[slot]!, northing[slot]!, observedAtMs);
    if (!lies || tag.alarmId !== null) return;
    const place = placeOfFix(park, batch, i, observedAtMs);
    const alarm = tagAlarm(park, 'unknown-tag', slot, tag.sinceMs, { place });
    if (park.applyAlarm(alarm, effects)) tag.alarmId = alarm.alarmId;
  }

  #watchFeeds(park: Park, batch: FixBatch, i: number, slot: number, observedAtMs: number, effects: Effect[]): void {
    const at = batch.sourceIndex[i]!;
    const by = (batch.flags[i]! & FIX_FLAG.byCard) === 0 ? 'person' : 'card';
    const feed = `${by}/${at === ABSENT_U16 ? '' : batch.strings[at]!}`;
    const easting = park.people.easting[slot]!;
    const northing = park.people.northing[slot]!;
    const feeds = this.#feeds.get(slot);
    if (feeds === undefined) {
      this.#feeds.set(slot, { ...createTwoFeeds(feed, easting, northing, observedAtMs), alarmId: null });
      return;
    }
    const other = feeds.feed;
    if (!watchTwoFeeds(feeds, park.settings.tags, feed, easting, northing, observedAtMs) || feeds.alarmId !== null)
      return;
    const detail = [feed, other].sort().join(' | ');
    const place = placeOfFix(park, batch, i, observedAtMs);
    const alarm = tagAlarm(park, 'two-tags', slot, feeds.farSinceMs, { place, detail });
    if (park.applyAlarm(alarm, effects)) feeds.alarmId = alarm.alarmId;
  }

  #noteNamed(slot: number, byCard: number): number {
    if (slot >= this.#named.length) {
      const grown = new Uint8Array(Math.max(1024, slot + 1, this.#named.length * 2));
      grown.set(this.#named);
      this.#named = grown;
    }
    if (slot >= this.#slots) this.#slots = slot + 1;
    this.#named[slot]! |= byCard === 0 ? NAMED.person : NAMED.card;
    return this.#named[slot]!;
  }

  // --- who ought to be heard ---------------------------------------------------------------------------------------------

  #watchAwaited(park: Park, awaited: readonly Awaited[], effects: Effect[]): void {
    const asked = new Set<string>();
    for (const one of awaited) {
      const subject = subjectOf({ ...one, cardNo: null });
      if (asked.has(subject)) continue;
      asked.add(subject);
      let missing = this.#missing.get(subject);
      if (missing?.awaited.sinceMs !== one.sinceMs) {
        if (missing !== undefined) this.#clear(park, missing, 'shift-over', effects);
        missing = { awaited: one, fromMs: Math.max(one.sinceMs, park.nowMs), isSeen: false, alarmId: null };
        this.#missing.set(subject, missing);
      }
      this.#watchOne(park, subject, missing, effects);
    }
    for (const [subject, missing] of this.#missing) {
      if (asked.has(subject)) continue;
      this.#clear(park, missing, 'shift-over', effects);
      this.#missing.delete(subject);
    }
  }

  /** Once heard in the shift he has a tag; losing it later is a lost signal. */
  #watchOne(park: Park, subject: string, missing: Missing, effects: Effect[]): void {
    if (missing.isSeen) return;
    const { companyCode, personId, sinceMs } = missing.awaited;
    const { people } = park;
    const slot = people.slotOf(companyCode, personId, false);
    if (slot !== -1 && people.placed[slot] === 1 && people.freshness[slot]! < 3) {
      missing.isSeen = true;
      this.#clear(park, missing, 'condition', effects);
      return;
    }
    const isDue = park.nowMs >= missing.fromMs + park.settings.tags.noLiveGraceMs;
    if (!isDue || missing.alarmId !== null || park.part(Reporting).isSilent(companyCode)) return;
    // Told and over once in this shift (his post was withdrawn and set again): told from now on.
    for (const onsetAtMs of [sinceMs, park.nowMs]) {
      const alarm =
        slot === -1
          ? tagAlarm(
              park,
              'no-live-tag',
              NOBODY,
              onsetAtMs,
              { people: [alarmPerson(park, companyCode, personId)] },
              { subject, companyCode },
            )
          : tagAlarm(park, 'no-live-tag', slot, onsetAtMs);
      if (missing.alarmId === null && park.applyAlarm(alarm, effects)) missing.alarmId = alarm.alarmId;
    }
  }

  #clear(park: Park, of: WithAlarm, reason: string, effects: Effect[]): void {
    const standing = of.alarmId === null ? undefined : park.alarms.standing.get(of.alarmId);
    of.alarmId = null;
    if (standing !== undefined) park.applyAlarm(clearAlarm(standing, park.nowMs, reason), effects);
  }

  // --- keeping -----------------------------------------------------------------------------------------------------------

  save(): readonly unknown[] {
    return [
      this.#awaitedAtMs,
      this.#named.slice(0, this.#slots),
      [...this.#lowBattery],
      [...this.#unknown].map(([slot, tag]) => [slot, { ...tag }]),
      [...this.#feeds].map(([slot, feeds]) => [slot, { ...feeds }]),
      [...this.#missing].map(([subject, missing]) => [subject, { ...missing }]),
    ];
  }

  load(values: readonly unknown[]): void {
    if (values.length === 0) return;
    const [atMs, named, lowBattery, unknown, feeds, missing] = values as SavedTags;
    this.#awaitedAtMs = atMs;
    this.#named = Uint8Array.from(named);
    this.#slots = named.length;
    for (const [slot, alarmId] of lowBattery) this.#lowBattery.set(slot, alarmId);
    for (const [slot, tag] of unknown) this.#unknown.set(slot, tag);
    for (const [slot, one] of feeds) this.#feeds.set(slot, one);
    for (const [subject, one] of missing) this.#missing.set(subject, one);
  }
}

type SavedTags = [
  number,
  Uint8Array,
  [number, string][],
  [number, UnknownTag & WithAlarm][],
  [number, TwoFeeds & WithAlarm][],
  [string, Missing][],
];

/** People whom the posts name for a shift that runs now, by post and name. */
function onDuty(park: Park): Awaited[] {
  const calendar = park.config.get('calendar', '') ?? NO_CALENDAR;
  return park.config.entries('post').flatMap(([key, post]) =>
    shiftsAt(post.pattern, calendar, park.nowMs).flatMap(({ window, fromMs }) => {
      const personIds = window.personIds.length > 0 ? window.personIds : post.personIds;
      const companyCode = key.slice(0, key.indexOf('/'));
      return personIds.map((personId) => ({ companyCode, personId, sinceMs: fromMs }));
    }),
  );
}

/** About whoever has the slot; with NOBODY about `subject` of a company. */
const tagAlarm = (
  park: Park,
  rule: TagRule,
  slot: number,
  onsetAtMs: number,
  more: Partial<RaiseInput> = {},
  nobody?: { readonly subject: string; readonly companyCode: string },
): AlarmView => {
  const about = {
    rule,
    ruleVersion: RULE_VERSION,
    slot,
    area: undefined,
    areaKey: '',
    onsetAtMs,
    settings: [],
    ...nobody,
  };
  return raiseAlarm(alarmInput(park, about, more));
};
