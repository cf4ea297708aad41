/** Nobody of the permit on site though it is in progress; more people in a confined space than on its permits. Notices, both. */
import type { Fact } from '../../../standard/permit-rules.ts';
import type { Park } from '../../park.ts';
import { Presence } from '../../presence.ts';
import { isOnDutyAt } from '../permit-people.ts';
import { areaKeyOf, type Job } from './job.ts';
import type { Jobs } from './jobs.ts';
import type { OnSiteRule, Report } from './report.ts';
import { alarmPersonOf, newestM } from './sight.ts';

export class Crews implements OnSiteRule {
  readonly #jobs: Jobs;
  /** By job: event time up to which somebody of it was seen near. */
  readonly #nearToMs = new Map<string, number>();
  #deafToMs = 0;

  constructor(jobs: Jobs) {
    this.#jobs = jobs;
  }

  deaf(toMs: number): void {
    this.#deafToMs = Math.max(this.#deafToMs, toMs);
  }

  judge(park: Park, report: Report): void {
    this.#judgeNobody(park, report);
    this.#judgeTooMany(park, report);
  }

  forgetJob(key: string): void {
    this.#nearToMs.delete(key);
  }

  save(): readonly unknown[] {
    return [this.#deafToMs, [...this.#nearToMs].sort(([one], [other]) => (one < other ? -1 : 1))];
  }
  load([deafToMs, nearToMs]: readonly unknown[]): void {
    this.#deafToMs = deafToMs as number;
    for (const [key, atMs] of nearToMs as [string, number][]) this.#nearToMs.set(key, atMs);
  }

  #judgeNobody(park: Park, report: Report): void {
    const { job } = report;
    const { people } = park;
    const { nobodyRadiusM, nobodyMs } = park.settings.permit;
    const presence = park.part(Presence);
    let nearToMs = this.#nearToMs.get(job.key) ?? job.sinceMs;
    for (const slot of job.crew) {
      if (!presence.isFresh(park, slot) || newestM(park, slot, job.distanceM) > nobodyRadiusM) continue;
      // A resting tag of a company that sends on change is there as long as its company stands ready.
      const readyAtMs = park.senders.readyAtMs(people.views[slot]!.companyCode);
      nearToMs = Math.max(nearToMs, people.observedAtMs[slot]!, Math.min(readyAtMs, park.nowMs));
      this.#nearToMs.set(job.key, nearToMs);
      return;
    }
    const hasTag = job.crew.some((slot) => people.placed[slot] === 1 || people.views[slot]?.cardNo != null);
    if (!hasTag || park.nowMs - Math.max(nearToMs, this.#deafToMs) < nobodyMs) return;
    const since: Fact = { name: 'at', value: nearToMs, unit: 'instant', limit: null };
    const none: Fact = { name: 'people', value: 0, unit: 'people', limit: job.crew.length };
    report.say({ rule: 'nobody-on-site', about: '', onsetAtMs: nearToMs, facts: [none, since] });
  }

  /** Said of the first of several jobs in one space, for all of them. Guardians are counted apart: they should not be inside. */
  #judgeTooMany(park: Park, report: Report): void {
    const { job } = report;
    if (job.area === null || job.work?.kind !== 'confined-space') return;
    const presence = park.part(Presence);
    const key = areaKeyOf(job.area);
    const inside = presence.insideOf(key);
    if (inside.length === 0) return;
    const jobs = this.#jobs.all.filter(({ area, work }) => area === job.area && work?.kind === 'confined-space');
    if (jobs[0] !== job) return;
    const limit = new Set(jobs.flatMap((one) => workersOn(park, one))).size;
    if (limit === 0) return;
    const guardians = new Set(jobs.flatMap((one) => one.guardians.all.map(({ slot }) => slot)));
    const counted = inside.filter((slot) => presence.isFresh(park, slot) && !guardians.has(slot));
    if (counted.length <= limit) return;
    // Since the one too many came in.
    const entered = counted.map((slot) => presence.enteredAtMs(slot, key)).sort((one, other) => one - other);
    const sinceMs = Math.max(entered[limit]!, job.sinceMs);
    const said = report.said('too-many-inside');
    if (said === undefined && park.nowMs - sinceMs < park.settings.permit.insideMs) return;
    const facts: Fact[] = [
      { name: 'people', value: counted.length, unit: 'people', limit },
      { name: 'at', value: said?.onsetAtMs ?? sinceMs, unit: 'instant', limit: null },
    ];
    const people = counted.map((slot) => alarmPersonOf(park, slot));
    report.say({ rule: 'too-many-inside', about: '', onsetAtMs: said?.onsetAtMs ?? sinceMs, facts, people });
  }
}

/** Found or not: each counts as one who may be inside. */
const workersOn = (park: Park, { permit }: Job): string[] =>
  permit.people
    .filter((one) => one.role === 'worker' && isOnDutyAt(one, park.nowMs))
    .map(({ saidId, saidName, personId }) => personId ?? saidId ?? saidName);
