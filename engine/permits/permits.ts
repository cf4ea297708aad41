/**
 * Work permits as a part of the engine. Takes what suppliers say of them, keeps each from its first word until the end of the park's
 * day on which it was closed, has it judged when anything that it is judged by changed or its time has come, and tells what screens
 * show. What a word says of a permit is judged with that word; what changed about the park (people, areas, settings, registers) is
 * judged at the next tick. The rules on site (on-site/) see the same permits and raise by the same findings.
 */

import { isSame } from '../../alarms/life-cycle.ts';
import type { Finding, Judge } from '../../alarms/permits/finding.ts';
import { PERMIT_JUDGES } from '../../alarms/permits/judges.ts';
import { parkDayNumber } from '../../core/park-time.ts';
import type { Steps } from '../../core/slices.ts';
import { signedDepthM } from '../../geo/fence.kernel.ts';
import type { AlarmView, Effect, PersonView } from '../../stream/protocol/effects.ts';
import type { LogEntry } from '../../stream/protocol/entry.ts';
import { mergePermit, type PermitState, rowsOf, statusSinceMs } from '../../stream/protocol/permit-merge.ts';
import { type ActivityRecord, type PermitRecord, permitKey } from '../../stream/protocol/permits.ts';
import type { Area } from '../areas-table.ts';
import { Deadlines } from '../deadlines.ts';
import { countOf, PackedOnce } from '../packed.ts';
import type { Park } from '../park.ts';
import type { Part } from '../part.ts';
import type { Setting } from '../settings-table.ts';
import { AskedPeople } from './asked-people.ts';
import { tellBookings } from './bookings.ts';
import { tellCamera } from './camera-docs.ts';
import { ClosedPermits } from './closed-permits.ts';
import { tellCoverage } from './coverage-docs.ts';
import { Findings } from './findings.ts';
import { HeardRows } from './heard/heard-rows.ts';
import { type Hour, hourOf, type JudgedBy, PermitContext, PermitsOfDay, reachM } from './judging.ts';
import { Boundaries, keptFrom } from './kept-permit.ts';
import { NewestRecords } from './newest-records.ts';
import { type KeptPermit, PermitTable, type PlanePlace, relationsOf } from './permit-table.ts';
import { PermitVendorAlarms } from './vendor-alarms.ts';
import { Videos } from './videos.ts';
import { permitView } from './views.ts';

/** Of one company; a supplier that makes up an id for every word would else fill the memory. Further ones are for the store alone. */
const PERMITS_MAX = 20_000;
const ACTIVITIES_MAX = 20_000;
const DAY_MS = 86_400_000;
/** Applied for, its time long over, and no word since: nobody will issue it. */
const APPLIED_KEPT_DAYS = 30;
/** Open otherwise, and no word for longer than any permit holds. */
const SILENT_KEPT_DAYS = 180;
const ACTIVITY_KEPT_MS = 2 * DAY_MS;
/** As snapshots hold them: states are never changed, only replaced. */
const packedStates = new PackedOnce<PermitState>((state) => state);
/** Settings that permits are judged by. */
const TOPICS: readonly string[] = ['rules', 'calendar', 'weather'];
/** Each judge says what it finds under its own name. */
const JUDGES = 'judges/';

export class Permits implements Part {
  readonly name = 'permits';
  /** Permits that are kept; for the rules on site too. */
  readonly table = new PermitTable();
  /** Where everybody who looks at permits says what is wrong. */
  readonly findings = new Findings(this.table);
  readonly videos = new Videos();
  readonly #activities = new NewestRecords<ActivityRecord>(({ activityId }) => activityId, ACTIVITIES_MAX);
  readonly #vendorAlarms = new PermitVendorAlarms();
  readonly #closed = new ClosedPermits();
  readonly #deadlines = new Deadlines();
  readonly #people = new AskedPeople();
  readonly #boundaries = new Boundaries();
  readonly #permitsOfDay = new PermitsOfDay();
  /** To be judged with this entry; empty between entries. */
  readonly #now = new Set<string>();
  /** To be judged at the next tick. */
  readonly #soon = new Set<string>();
  /** Companies whose bookings are to be told at the next tick. */
  readonly #bookingsOf = new Set<string>();
  /** Cameras to be told with this entry; empty between entries. */
  readonly #cameras = new Set<string>();
  /** Companies that registers spoke of: they may have bookings. */
  readonly #registered = new Set<string>();
  #day = 0;
  /** No part of the state. */
  #unjudged = new Map<string, string>();
  readonly #judges: readonly Judge[];

  constructor(judges: readonly Judge[] = PERMIT_JUDGES) {
    this.#judges = judges;
  }

  // --- what is said ----------------------------------------------------------------------------------------------------

  onEntry(park: Park, entry: LogEntry, effects: Effect[]): void {
    for (const companyCode of park.part(HeardRows).changed) {
      this.#registered.add(companyCode);
      this.#mark(companyCode);
    }
    switch (entry.kind) {
      case 'permits':
        this.#take(park, entry.body.records, entry.receivedAtMs, effects);
        break;
      case 'permitVideos':
        for (const record of entry.body.records) {
          for (const link of this.videos.take(record, park.nowMs)) {
            this.#cameras.add(link.cameraCode);
            this.#now.add(permitKey(link.companyCode, link.permitId));
          }
        }
        break;
      case 'cameras':
        for (const state of entry.body.states) {
          if (!this.videos.see(state)) continue;
          this.#cameras.add(state.cameraCode);
          for (const key of this.videos.permitsOf(state.cameraCode)) this.#now.add(key);
        }
        break;
      case 'activities':
        for (const record of entry.body.records) {
          if (this.#activities.take(record, park.nowMs) === null) continue;
          this.#bookingsOf.add(record.companyCode);
          for (const { key } of this.table.ofActivity(record.companyCode, record.activityId)) this.#now.add(key);
        }
        break;
      case 'permitAlarms':
        for (const record of entry.body.records) this.#vendorAlarms.take(park, this.findings, record, effects);
        break;
      default:
        break;
    }
    this.#judgeMarked(park, effects);
  }

  /** A permit is worked out once for all words on it: one entry may tell a crew of hundreds one by one. */
  #take(park: Park, records: readonly PermitRecord[], receivedAtMs: number, effects: Effect[]): void {
    const said = new Map<string, PermitState>();
    const fresh = new Map<string, number>();
    for (const record of records) {
      const { companyCode } = record;
      const key = permitKey(companyCode, record.permitId);
      const before = said.get(key) ?? this.table.get(key)?.state;
      if (before !== undefined) {
        said.set(key, mergePermit(before, record, receivedAtMs));
        continue;
      }
      const freshCount = fresh.get(companyCode) ?? 0;
      if (this.table.countOf(companyCode) + freshCount >= PERMITS_MAX) continue;
      const state = this.#closed.opened(record, park.nowMs, receivedAtMs);
      if (state === null) continue;
      fresh.set(companyCode, freshCount + 1);
      said.set(key, state);
    }
    for (const [key, state] of said) {
      const before = this.table.get(key);
      if (state === before?.state) continue;
      const kept = this.#put(park, state, before);
      if (isOver(kept, park.nowMs)) this.#forget(park, kept, effects);
      else this.#now.add(key);
    }
  }

  // --- what changes about the park -------------------------------------------------------------------------------------

  onPerson(park: Park, slot: number, before: PersonView | null): void {
    for (const key of this.#people.come(slot, before, park.people.views[slot]!)) this.#soon.add(key);
  }

  onForget(park: Park, slot: number): void {
    for (const key of this.#people.gone(slot, park.people.views[slot]!)) this.#soon.add(key);
  }

  onArea(_park: Park, key: string, before: Area | undefined, after: Area | undefined): void {
    const { companyCode, kind } = (after ?? before)!.record;
    if (kind === 'COMPANY_BOUNDARY' || before?.record.kind === 'COMPANY_BOUNDARY') {
      this.#boundaries.changed();
      this.#mark(companyCode);
      return;
    }
    for (const permit of this.table.ofArea(key)) this.#soon.add(permit.key);
    for (const { key: permit, place } of this.table.all()) {
      if (place !== null && (holds(before, place) || holds(after, place))) this.#soon.add(permit);
    }
  }

  onSetting(_park: Park, { topic }: Setting): void {
    if (TOPICS.includes(topic)) for (const { key } of this.table.all()) this.#soon.add(key);
  }

  /** An alarm that ended though what it is about goes on: its person was withdrawn, say. */
  onAlarm(_park: Park, alarm: AlarmView): void {
    if (this.findings.noteAlarm(alarm)) this.#soon.add(alarm.subject);
  }

  #mark(companyCode: string): void {
    this.#bookingsOf.add(companyCode);
    for (const { key } of this.table.ofCompany(companyCode)) this.#soon.add(key);
  }

  // --- time ------------------------------------------------------------------------------------------------------------

  onTick(park: Park, effects: Effect[]): void {
    const today = parkDayNumber(park.nowMs);
    if (today !== this.#day) {
      this.#day = today;
      this.#tidy(park, effects);
    }
    for (const key of this.#deadlines.take(park.nowMs)) this.#now.add(key);
    for (const key of this.#soon) this.#now.add(key);
    this.#soon.clear();
    this.#judgeMarked(park, effects);
    for (const companyCode of [...this.#bookingsOf].sort()) this.#tellBookings(park, companyCode, effects);
    this.#bookingsOf.clear();
  }

  /** At the first tick of a day. */
  #tidy(park: Park, effects: Effect[]): void {
    for (const kept of [...this.table.all()]) if (isOver(kept, park.nowMs)) this.#forget(park, kept, effects);
    const isKept = (key: string): boolean => this.table.get(key) !== undefined;
    this.#closed.tidy(park.nowMs);
    this.videos.tidy(park.nowMs, isKept);
    this.#vendorAlarms.tidy(park, this.findings, effects);
    this.#activities.tidy(
      ({ record, heardAtMs }) =>
        Math.max(record.toMs, heardAtMs) > park.nowMs - ACTIVITY_KEPT_MS ||
        this.table.ofActivity(record.companyCode, record.activityId).length > 0,
    );
    for (const { companyCode } of park.docs.values('booking')) this.#bookingsOf.add(companyCode);
    for (const { record } of this.#activities.save()) this.#bookingsOf.add(record.companyCode);
    for (const companyCode of this.#registered) this.#bookingsOf.add(companyCode);
  }

  #tellBookings(park: Park, companyCode: string, effects: Effect[]): void {
    const said = {
      permits: this.table.ofCompany(companyCode).map(({ state }) => state),
      bookings: park.part(HeardRows).bookings(companyCode),
      activities: this.#activities.of(companyCode),
    };
    tellBookings(park, companyCode, said, effects);
  }

  // --- judging ---------------------------------------------------------------------------------------------------------

  /** In order of their keys, whatever marked them first: a restored park raises in the same order. */
  #judgeMarked(park: Park, effects: Effect[]): void {
    if (this.#now.size > 0) {
      const keys = [...this.#now].sort();
      this.#now.clear();
      const hour = hourOf(park);
      for (const key of keys) this.#judge(park, key, hour, effects);
    }
    if (this.#cameras.size > 0) {
      const codes = [...this.#cameras].sort();
      this.#cameras.clear();
      for (const code of codes) tellCamera(park, this.table, this.videos, code, effects);
    }
  }

  #judge(park: Park, key: string, hour: Hour, effects: Effect[]): void {
    const before = this.table.get(key);
    if (before === undefined) return;
    const kept = this.#put(park, before.state, before);
    const { state } = kept;
    for (const code of this.videos.camerasOf(key)) this.#cameras.add(code);
    if (!kept.isOpen) {
      this.#deadlines.set(key, null);
      if (state.deleted || kept.status !== 'accepted') this.findings.withdraw(park, key, effects);
      else this.findings.close(park, key, effects);
    } else {
      const context = new PermitContext(park, kept, this.#judgedBy(park), hour);
      for (const { fromMs, toMs } of kept.people) {
        for (const atMs of [fromMs, toMs]) if (atMs !== null && atMs > park.nowMs) context.again(atMs);
      }
      for (const judge of this.#judges) {
        const findings = this.#findingsOf(key, judge, state, context);
        if (findings !== null) this.findings.settle(park, key, `${JUDGES}${judge.name}`, findings, effects);
      }
      this.#deadlines.set(key, context.nextAtMs);
    }
    this.#tell(park, kept, effects);
  }

  /**
   * null: the judge failed, which is a defect. What it found before stands on, the others are heard, and whoever runs the engine is told:
   * one permit that a judge cannot read must not keep the park from hearing of all others.
   */
  #findingsOf(key: string, judge: Judge, state: PermitState, context: PermitContext): readonly Finding[] | null {
    try {
      return judge(state, context);
    } catch (error) {
      this.#unjudged.set(key, `${judge.name}: ${error instanceof Error ? error.message : String(error)}`);
      return null;
    }
  }

  /** Permits that a judge failed at since it was asked last, with what it failed by. */
  takeUnjudged(): ReadonlyMap<string, string> {
    const unjudged = this.#unjudged;
    if (unjudged.size > 0) this.#unjudged = new Map();
    return unjudged;
  }

  #judgedBy(park: Park): JudgedBy {
    return {
      table: this.table,
      heard: park.part(HeardRows),
      videos: this.videos,
      activities: this.#activities,
      permitsOfDay: this.#permitsOfDay,
    };
  }

  /** The permit with all that follows from it now; those that are judged by it are marked. */
  #put(park: Park, state: PermitState, before: KeptPermit | undefined): KeptPermit {
    const by = { names: this.#people.names, boundaries: this.#boundaries, heard: park.part(HeardRows) };
    const kept = keptFrom(park, state, by);
    this.table.put(kept);
    if (before?.state === state) return kept;
    this.#people.follow(before, kept);
    if (before !== undefined && relationsOf(before) === relationsOf(kept)) return kept;
    this.#permitsOfDay.changed();
    for (const one of before === undefined ? [kept] : [before, kept]) this.#markRelated(park, one);
    return kept;
  }

  #markRelated(park: Park, permit: KeptPermit): void {
    const { companyCode, fields } = permit.state;
    const now = [
      ...(permit.place === null ? [] : this.table.near(permit.place, reachM(park))),
      ...this.table.referringTo(permit),
      ...rowsOf(permit.state, 'links').flatMap(({ permitId }) => this.table.byReference(companyCode, permitId) ?? []),
      ...(fields.activityId == null ? [] : this.table.ofActivity(companyCode, fields.activityId)),
    ];
    for (const { key } of now) this.#now.add(key);
    if (fields.workCode !== undefined)
      for (const { key } of this.table.ofCode(companyCode, fields.workCode)) this.#soon.add(key);
    this.#bookingsOf.add(companyCode);
  }

  #tell(park: Park, kept: KeptPermit, effects: Effect[]): void {
    const { key, state } = kept;
    tellCoverage(park, kept, this.videos, effects);
    const known = park.docs.get('permit', key);
    if (state.deleted) {
      if (known !== undefined) park.docs.end('permit', key, known, effects);
      return;
    }
    const view = permitView(kept, this.videos.camerasOf(key), park.nowMs);
    if (!isSame(known, view)) park.docs.put('permit', key, view, [state.companyCode], effects);
  }

  /** Closed on a day that is over, or given up: off the map, its alarms withdrawn unless a vendor still holds them. */
  #forget(park: Park, kept: KeptPermit, effects: Effect[]): void {
    const { key, state } = kept;
    this.table.remove(key);
    this.#people.follow(kept, undefined);
    this.#permitsOfDay.changed();
    this.#markRelated(park, kept);
    this.#soon.delete(key);
    this.#now.delete(key);
    this.#deadlines.set(key, null);
    if (kept.isOpen || kept.status !== 'accepted' || state.deleted) this.findings.withdraw(park, key, effects);
    else this.findings.close(park, key, effects);
    if (!kept.isOpen) this.#closed.put(state, park.nowMs);
    const view = park.docs.get('permit', key);
    if (view !== undefined) park.docs.end('permit', key, view, effects);
    const coverage = park.docs.get('coverage', key);
    if (coverage !== undefined) park.docs.end('coverage', key, coverage, effects);
    for (const code of this.videos.camerasOf(key)) this.#cameras.add(code);
  }

  // --- snapshots -------------------------------------------------------------------------------------------------------

  save(): readonly unknown[] {
    const permits = [...this.table.all()];
    const lists = [
      permits.map(({ state }) => packedStates.of(state)),
      this.findings.save(),
      this.#activities.save(),
      this.#closed.save(),
      this.#vendorAlarms.save(),
    ];
    const sets = [this.#soon, this.#bookingsOf, this.#registered].map((set) => [...set].sort());
    const dueAtMs = permits.map(({ key }) => this.#deadlines.atMs(key));
    const head = [this.#day, sets, lists.map((list) => countOf(list)), dueAtMs];
    return [head, this.videos.save(), ...lists.flat()];
  }

  *packAhead(): Steps<undefined> {
    for (const { state } of this.table.all()) {
      packedStates.of(state);
      yield;
    }
    yield* this.findings.packAhead();
  }

  load(values: readonly unknown[], park: Park): void {
    park.people.views.forEach((view, slot) => {
      if (view !== null) this.#people.names.put(slot, view);
    });
    const [head, videos, ...rest] = values;
    if (head === undefined) return;
    const [day, sets, lengths, dueAtMs] = head as [number, string[][], number[], (number | null)[]];
    this.#day = day;
    [this.#soon, this.#bookingsOf, this.#registered].forEach((set, n) => {
      for (const one of sets[n]!) set.add(one);
    });
    this.videos.load(videos as readonly unknown[]);
    let from = 0;
    const [permits, findings, activities, closed, vendorAlarms] = lengths.map((length) => {
      const list = rest.slice(from, from + length);
      from += length;
      return list;
    });
    const by = { names: this.#people.names, boundaries: this.#boundaries, heard: park.part(HeardRows) };
    for (const [n, state] of (permits as PermitState[]).entries()) {
      const kept = keptFrom(park, state, by);
      this.table.put(kept);
      this.#people.follow(undefined, kept);
      this.#deadlines.set(kept.key, dueAtMs[n]!);
    }
    this.findings.load(findings!);
    this.#activities.load(activities as ReturnType<NewestRecords<ActivityRecord>['save']>);
    this.#closed.load(closed!);
    this.#vendorAlarms.load(vendorAlarms!);
  }
}

/** Kept no more: closed on an earlier day, or open and given up by everybody. */
export function isOver(
  { state, status, isOpen }: Pick<KeptPermit, 'state' | 'status' | 'isOpen'>,
  nowMs: number,
): boolean {
  const { plannedToMs, validToMs } = state.fields;
  if (!isOpen) {
    const closedAtMs = state.deleted ? (state.deletedAtMs ?? state.updatedAtMs) : statusSinceMs(state);
    return parkDayNumber(closedAtMs) < parkDayNumber(nowMs);
  }
  const lastMs = Math.max(state.updatedAtMs, plannedToMs ?? 0, validToMs ?? 0);
  return lastMs < nowMs - (status === 'applied' ? APPLIED_KEPT_DAYS : SILENT_KEPT_DAYS) * DAY_MS;
}

const holds = (area: Area | undefined, { easting, northing }: PlanePlace): boolean =>
  area !== undefined && signedDepthM(area.fence, easting, northing) > 0;
