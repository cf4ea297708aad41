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
import { isOnDutyAt } from '../permit-people.ts';
import type { Job } from './job.ts';
import type { Jobs } from './jobs.ts';
import type { OnSiteRule, Report } from './report.ts';
import { alarmPersonOf, filteredM, metres, newestM } from './sight.ts';

/** Two jobs so near that their crews may meet at work; `later` is told of it. */
interface Pair {
  readonly earlier: Job;
  readonly later: Job;
}

interface Meeting {
  readonly slot: number;
  readonly other: number;
  readonly newestM: number;
  readonly filteredM: number;
}

export class Meetings implements OnSiteRule {
  readonly #jobs: Jobs;
  /** By the key of the later job, then of the other. */
  readonly #pairs = new Map<string, Map<string, Pair>>();
  /** Since when they are together, by both keys. */
  readonly #sinceMs = new Map<string, number>();

  constructor(jobs: Jobs) {
    this.#jobs = jobs;
  }

  /** After jobs came, changed or went. */
  pair(park: Park, changed: ReadonlySet<string>): void {
    if (changed.size === 0) return;
    for (const [later, pairs] of this.#pairs) {
      for (const earlier of pairs.keys()) if (changed.has(later) || changed.has(earlier)) pairs.delete(earlier);
      if (pairs.size === 0) this.#pairs.delete(later);
    }
    for (const key of changed) {
      const job = this.#jobs.byKey.get(key);
      if (job === undefined) continue;
      for (const other of this.#jobs.all) {
        if (other !== job && mayMeet(park, job, other)) this.#put(job, other);
      }
    }
  }

  judge(park: Park, report: Report): void {
    const pairs = this.#pairs.get(report.job.key);
    if (pairs === undefined) return;
    const { conflictM, conflictMs } = park.settings.permit;
    for (const about of [...pairs.keys()].sort()) {
      const pair = pairs.get(about)!;
      const key = pairKey(pair);
      const said = report.said('work-conflict', about);
      const meeting = nearest(park, pair);
      // Nobody seen at work at one of them: they are not together.
      if (meeting === null) {
        this.#sinceMs.delete(key);
        continue;
      }
      const { slot, other } = meeting;
      const observedAtMs = Math.max(park.people.observedAtMs[slot]!, park.people.observedAtMs[other]!);
      const [newest, filtered] = [conflictM - meeting.newestM, conflictM - meeting.filteredM];
      const isTold = said !== undefined;
      const sinceMs = beyondSince(this.#sinceMs.get(key) ?? 0, isTold, newest, filtered, observedAtMs);
      if (sinceMs === 0) {
        this.#sinceMs.delete(key);
        continue;
      }
      this.#sinceMs.set(key, sinceMs);
      if (isTold) report.say(said);
      else if (isBeyond(sinceMs, false, filtered) && park.nowMs - sinceMs >= conflictMs) {
        const facts: Fact[] = [
          { name: 'permit', value: numberOf(pair.earlier), unit: 'text', limit: null },
          { name: 'distanceM', value: metres(meeting.newestM), unit: 'm', limit: conflictM },
          { name: 'at', value: sinceMs, unit: 'instant', limit: null },
        ];
        const people = [alarmPersonOf(park, slot), alarmPersonOf(park, other)];
        report.say({ rule: 'work-conflict', about, onsetAtMs: sinceMs, facts, people });
      }
    }
  }

  forgetJob(gone: string): void {
    for (const key of this.#sinceMs.keys()) if (key.split('\n').includes(gone)) this.#sinceMs.delete(key);
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
    const pairs = this.#pairs.get(later.key) ?? new Map<string, Pair>();
    pairs.set(earlier.key, { earlier, later });
    this.#pairs.set(later.key, pairs);
  }
}

const pairKey = ({ earlier, later }: Pair): string => `${later.key}\n${earlier.key}`;

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

/** Of the workers seen at their jobs the two nearest each other; who works on both is no conflict. */
function nearest(park: Park, { earlier, later }: Pair): Meeting | null {
  let least: Meeting | null = null;
  const others = atWork(park, earlier);
  if (others.length === 0) return null;
  for (const slot of atWork(park, later)) {
    if (earlier.slots.has(slot)) continue;
    for (const other of others) {
      if (later.slots.has(other)) continue;
      const { easting, northing } = park.people;
      const apartM = Math.hypot(easting[slot]! - easting[other]!, northing[slot]! - northing[other]!);
      if (least !== null && apartM >= least.newestM) continue;
      least = { slot, other, newestM: apartM, filteredM: filteredApartM(park, slot, other) };
    }
  }
  return least;
}

function atWork(park: Park, job: Job): number[] {
  const presence = park.part(Presence);
  return job.workers
    .filter(
      (one) =>
        isOnDutyAt(one, park.nowMs) &&
        presence.isFresh(park, one.slot) &&
        newestM(park, one.slot, job.distanceM) <= job.permit.guardianRadiusM,
    )
    .map(({ slot }) => slot);
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
