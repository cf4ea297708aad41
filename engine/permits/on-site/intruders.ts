/**
 * 无关人员进入作业区: somebody who has no business at a job stays in its area. Everybody is looked at each second, by cells that jobs
 * touch; who is in a drawn area, presence says. Whoever passes by is in and out again before the time is over. GB 30871-2022 4.10, 9.2.12.
 */
import { beyondSince, isBeyond } from '../../../alarms/permits/on-site/spell.ts';
import type { Fact } from '../../../standard/permit-rules.ts';
import { subjectOf } from '../../../stream/protocol/effects.ts';
import type { Park } from '../../park.ts';
import { Presence } from '../../presence.ts';
import { Access } from './access.ts';
import { areaKeyOf, type Job } from './job.ts';
import { JobGrid } from './job-grid.ts';
import type { Jobs } from './jobs.ts';
import type { OnSiteRule, Report } from './report.ts';
import { alarmPersonOf, filteredM, metres, nameOf, newestM } from './sight.ts';

export class Intruders implements OnSiteRule {
  readonly access = new Access();
  readonly #jobs: Jobs;
  readonly #grid = new JobGrid();
  #gridVersion = -1;
  /** By job, by slot: since when somebody who has no business there is in its area, event time. */
  readonly #inside = new Map<string, Map<number, number>>();

  constructor(jobs: Jobs) {
    this.#jobs = jobs;
  }

  begin(park: Park): void {
    if (this.#gridVersion !== this.#jobs.version) {
      this.#grid.build(this.#jobs.all);
      this.#gridVersion = this.#jobs.version;
    }
    if (this.#jobs.all.length === 0) return;
    const { people } = park;
    const presence = park.part(Presence);
    const grid = this.#grid;
    for (let slot = 0; slot < people.slotCount; slot++) {
      if (!presence.isFresh(park, slot)) continue;
      const easting = people.easting[slot]!;
      const northing = people.northing[slot]!;
      for (let entry = grid.first(easting, northing); entry !== -1; entry = grid.next(entry)) {
        const job = grid.job(entry);
        if (job.depthM(easting, northing, Number.NaN) > 0) this.#enter(park, job, slot, people.observedAtMs[slot]!);
      }
    }
    for (const job of this.#jobs.all) {
      if (job.area === null) continue;
      const key = areaKeyOf(job.area);
      for (const slot of presence.insideOf(key)) {
        if (!presence.isFresh(park, slot) || newestM(park, slot, job.depthM) <= 0) continue;
        this.#enter(park, job, slot, presence.enteredAtMs(slot, key));
      }
    }
  }

  judge(park: Park, report: Report): void {
    const { job } = report;
    const inside = this.#inside.get(job.key);
    if (inside === undefined) return;
    const presence = park.part(Presence);
    const slots = [...inside.keys()].sort((one, other) => one - other);
    for (const slot of slots) {
      const since = inside.get(slot)!;
      const said = report.isNew ? undefined : report.said('intruder', subjectOf(park.people.views[slot]!));
      const isTold = said !== undefined;
      const filtered = filteredM(park, slot, job.depthM);
      const newest = newestM(park, slot, job.depthM);
      const sinceMs = beyondSince(since, isTold, newest, filtered, park.people.observedAtMs[slot]!);
      // Silence is no leaving: what stands goes on, but nothing new is said of somebody unheard of.
      const isLost = !isTold && !presence.isFresh(park, slot);
      if (sinceMs === 0 || isLost || this.access.mayBeThere(park, this.#jobs, job, slot)) {
        inside.delete(slot);
        continue;
      }
      const isLong =
        isBeyond(sinceMs, isTold, filtered) &&
        park.nowMs - Math.max(sinceMs, job.sinceMs) >= park.settings.permit.intruderMs;
      if (isTold) report.say(said);
      else if (isLong) {
        const onsetAtMs = Math.max(sinceMs, job.sinceMs);
        report.say({
          rule: 'intruder',
          about: subjectOf(park.people.views[slot]!),
          onsetAtMs,
          facts: factsOf(park, job, slot, onsetAtMs),
          people: [alarmPersonOf(park, slot)],
        });
      }
    }
    if (inside.size === 0) this.#inside.delete(job.key);
  }

  forgetJob(key: string): void {
    this.#inside.delete(key);
    this.access.forgetJob(key);
  }
  forgetPerson(slot: number): void {
    for (const inside of this.#inside.values()) inside.delete(slot);
  }

  save(): readonly unknown[] {
    const saved = [...this.#inside].map(([key, inside]): [string, [number, number][]] => [
      key,
      [...inside].sort(([one], [other]) => one - other),
    ]);
    return saved.sort(([one], [other]) => (one < other ? -1 : 1));
  }
  load(values: readonly unknown[]): void {
    for (const [key, inside] of values as [string, [number, number][]][]) this.#inside.set(key, new Map(inside));
  }

  #enter(park: Park, job: Job, slot: number, sinceMs: number): void {
    const inside = this.#inside.get(job.key);
    if (inside?.has(slot) === true || this.access.mayBeThere(park, this.#jobs, job, slot)) return;
    if (inside === undefined) this.#inside.set(job.key, new Map([[slot, sinceMs]]));
    else inside.set(slot, sinceMs);
  }
}

function factsOf(park: Park, job: Job, slot: number, sinceMs: number): Fact[] {
  const { companyName } = park.people.views[slot]!;
  const fromJobM = Math.hypot(park.people.easting[slot]! - job.easting, park.people.northing[slot]! - job.northing);
  return [
    { name: 'person', value: nameOf(park, slot), unit: 'text', limit: null },
    ...(companyName === '' ? [] : [{ name: 'unit', value: companyName, unit: 'text', limit: null } as const]),
    { name: 'distanceM', value: metres(fromJobM), unit: 'm', limit: job.area === null ? job.radiusM : null },
    { name: 'at', value: sinceMs, unit: 'instant', limit: null },
  ];
}
