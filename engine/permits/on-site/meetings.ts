/**
 * 现场观察到同时作业冲突: crews of two jobs that shut each other out are seen together, at their work. Told once, at the job that began
 * later. GB 30871-2022 5.2.9, 7.6, 8.2.8, 9.2.12.
 */
import { exclusionOf } from '../../../alarms/permits/on-site/conflicts.ts';
import { beyondSince, isBeyond } from '../../../alarms/permits/on-site/spell.ts';
import type { Fact } from '../../../standard/permit-rules.ts';
import { rowsOf } from '../../../stream/protocol/permit-merge.ts';
import { FilteredPlaces } from '../../filtered-places.ts';
import type { Park } from '../../park.ts';
import { Presence } from '../../presence.ts';
import { type Job, onItAt } from './job.ts';
import type { Jobs } from './jobs.ts';
import type { OnSiteRule, Report } from './report.ts';
import { alarmPersonOf, filteredM, metres, newestM } from './sight.ts';

interface Pair {
  /** Of the job that began earlier. */
  readonly about: string;
  /** Of both. */
  readonly key: string;
}

interface Meeting {
  readonly slot: number;
  readonly other: number;
  readonly newestM: number;
}

export class Meetings implements OnSiteRule {
  readonly #jobs: Jobs;
  /** Jobs so near that their crews may meet at work, by the one that began later, in order of the others' keys. */
  readonly #pairs = new Map<string, readonly Pair[]>();
  /** Workers seen at their jobs at this tick, by job; filled as they are asked for. */
  readonly #atWork = new Map<string, readonly number[]>();
  /** Since when they are together, by both keys. */
  readonly #sinceMs = new Map<string, number>();

  constructor(jobs: Jobs) {
    this.#jobs = jobs;
  }

  /** After jobs came, changed or went. */
  pair(park: Park, changed: ReadonlyMap<string, Job | undefined>): void {
    const moved = new Set<string>();
    for (const [key, before] of changed) {
      const job = this.#jobs.byKey.get(key);
      if (before === undefined || job === undefined || !isPairedAlike(before, job)) moved.add(key);
    }
    if (moved.size === 0) return;
    for (const [later, pairs] of this.#pairs) {
      const rest = moved.has(later) ? [] : pairs.filter(({ about }) => !moved.has(about));
      if (rest.length === 0) this.#pairs.delete(later);
      else if (rest.length < pairs.length) this.#pairs.set(later, rest);
    }
    for (const key of moved) {
      const job = this.#jobs.byKey.get(key);
      if (job === undefined) continue;
      for (const other of this.#jobs.all) {
        if (other !== job && mayMeet(park, job, other)) this.#put(job, other);
      }
    }
    const paired = new Set([...this.#pairs.values()].flatMap((pairs) => pairs.map(({ key }) => key)));
    for (const key of this.#sinceMs.keys()) if (!paired.has(key)) this.#sinceMs.delete(key);
  }

  begin(): void {
    this.#atWork.clear();
  }

  judge(park: Park, report: Report): void {
    const { job } = report;
    const pairs = this.#pairs.get(job.key);
    if (pairs === undefined) return;
    const { conflictM, conflictMs } = park.settings.permit;
    for (const { about, key } of pairs) {
      const earlier = this.#jobs.byKey.get(about)!;
      const said = report.isNew ? undefined : report.said('work-conflict', about);
      const meeting = this.#nearest(park, job, earlier);
      // Nobody seen at work at one of them: they are not together.
      if (meeting === null) {
        this.#sinceMs.delete(key);
        continue;
      }
      const { slot, other } = meeting;
      const known = this.#sinceMs.get(key) ?? 0;
      // As of most pairs: they are apart, and were before.
      if (known === 0 && meeting.newestM >= conflictM) continue;
      const observedAtMs = Math.max(park.people.observedAtMs[slot]!, park.people.observedAtMs[other]!);
      const newest = conflictM - meeting.newestM;
      const filtered = conflictM - filteredApartM(park, slot, other);
      const isTold = said !== undefined;
      const sinceMs = beyondSince(known, isTold, newest, filtered, observedAtMs);
      if (sinceMs === 0) {
        this.#sinceMs.delete(key);
        continue;
      }
      this.#sinceMs.set(key, sinceMs);
      if (isTold) report.say(said);
      else if (isBeyond(sinceMs, false, filtered) && park.nowMs - sinceMs >= conflictMs) {
        const facts: Fact[] = [
          { name: 'permit', value: numberOf(earlier), unit: 'text', limit: null },
          { name: 'distanceM', value: metres(meeting.newestM), unit: 'm', limit: conflictM },
          { name: 'at', value: sinceMs, unit: 'instant', limit: null },
        ];
        const people = [alarmPersonOf(park, slot), alarmPersonOf(park, other)];
        report.say({ rule: 'work-conflict', about, onsetAtMs: sinceMs, facts, people });
      }
    }
  }

  save(): readonly unknown[] {
    return [...this.#sinceMs].sort(([one], [other]) => (one < other ? -1 : 1));
  }
  load(values: readonly unknown[]): void {
    for (const [key, sinceMs] of values as [string, number][]) this.#sinceMs.set(key, sinceMs);
  }

  #put(one: Job, other: Job): void {
    const isLater = one.sinceMs !== other.sinceMs ? one.sinceMs > other.sinceMs : one.key > other.key;
    const [earlier, later] = isLater ? [other, one] : [one, other];
    const pairs = (this.#pairs.get(later.key) ?? []).filter(({ about }) => about !== earlier.key);
    const pair = { about: earlier.key, key: `${later.key}\n${earlier.key}` };
    this.#pairs.set(
      later.key,
      [...pairs, pair].sort((a, b) => (a.about < b.about ? -1 : 1)),
    );
  }

  /** Of the workers seen at their jobs the two nearest each other; who works on both is no conflict. */
  #nearest(park: Park, later: Job, earlier: Job): Meeting | null {
    const others = this.#workersOf(park, earlier);
    if (others.length === 0) return null;
    const { easting, northing } = park.people;
    let [near, nearOther, leastM] = [-1, -1, Number.POSITIVE_INFINITY];
    for (const slot of this.#workersOf(park, later)) {
      if (earlier.slots.has(slot)) continue;
      for (const other of others) {
        const eastM = easting[slot]! - easting[other]!;
        if (Math.abs(eastM) >= leastM) continue;
        const apartM = Math.hypot(eastM, northing[slot]! - northing[other]!);
        if (apartM < leastM && !later.slots.has(other)) [near, nearOther, leastM] = [slot, other, apartM];
      }
    }
    if (near === -1) return null;
    return { slot: near, other: nearOther, newestM: leastM };
  }

  #workersOf(park: Park, job: Job): readonly number[] {
    let workers = this.#atWork.get(job.key);
    if (workers === undefined) {
      workers = atWork(park, job);
      this.#atWork.set(job.key, workers);
    }
    return workers;
  }
}

/** Where it is, what is done there, with which it belongs: by these alone pairs are made. */
function isPairedAlike(one: Job, other: Job): boolean {
  const of = ({ permit: { state, guardianRadiusM } }: Job) => [
    guardianRadiusM,
    state.fields.activityId ?? null,
    state.fields.number ?? null,
    rowsOf(state, 'links'),
  ];
  return (
    one.easting === other.easting &&
    one.northing === other.northing &&
    one.area === other.area &&
    one.sinceMs === other.sinceMs &&
    one.work?.kind === other.work?.kind &&
    one.work?.isPainting === other.work?.isPainting &&
    JSON.stringify(of(one)) === JSON.stringify(of(other))
  );
}

const numberOf = ({ permit: { state } }: Job): string => state.fields.number ?? state.permitId;

/** Whoever is this far from his job is not at work. */
const reachM = ({ permit, area }: Job): number =>
  permit.guardianRadiusM +
  (area === null ? 0 : Math.hypot(area.fence.east - area.fence.west, area.fence.north - area.fence.south));

function mayMeet(park: Park, one: Job, other: Job): boolean {
  const farM = reachM(one) + reachM(other) + park.settings.permit.conflictM;
  if (Math.abs(one.easting - other.easting) > farM || Math.abs(one.northing - other.northing) > farM) return false;
  if (one.work === null || other.work === null) return false;
  const exclusion = exclusionOf(one.work, other.work);
  return exclusion !== null && (exclusion.isWithinJob || !isOneJob(one, other));
}

/** Linked permits, or those of one activity. */
function isOneJob({ permit: one }: Job, { permit: other }: Job): boolean {
  if (one.state.companyCode !== other.state.companyCode) return false;
  const activity = one.state.fields.activityId;
  if (activity != null && activity === other.state.fields.activityId) return true;
  return isNamedBy(one.state, other.state) || isNamedBy(other.state, one.state);
}
const isNamedBy = (one: Job['permit']['state'], other: Job['permit']['state']): boolean =>
  rowsOf(one, 'links').some(({ permitId }) => permitId === other.permitId || permitId === other.fields.number);

function atWork(park: Park, job: Job): number[] {
  const presence = park.part(Presence);
  const slots: number[] = [];
  for (const { slot } of onItAt(job.workers, park.nowMs)) {
    if (presence.isFresh(park, slot) && newestM(park, slot, job.distanceM) <= job.permit.guardianRadiusM)
      slots.push(slot);
  }
  return slots;
}

/** Each as filtered: the one from the other's mean. */
function filteredApartM(park: Park, slot: number, other: number): number {
  const filtered = park.part(FilteredPlaces);
  const { people } = park;
  const isFiltered =
    filtered.known[other]! > 0 && park.nowMs - filtered.observedAtMs[other]! <= park.settings.gathering.gapMs;
  const easting = isFiltered ? filtered.easting[other]! : people.easting[other]!;
  const northing = isFiltered ? filtered.northing[other]! : people.northing[other]!;
  return filteredM(park, slot, (e, n) => Math.hypot(e - easting, n - northing));
}
