/** 监护人离岗 (code 31), silent guardians, guardians inside the space: GB 30871-2022 4.10 and 6.8, AQ 3064.2-2025 5.9.6. */
import { type Absence, type Guarding, NO_ABSENCE, stepAbsence } from '../../../alarms/permits/on-site/absence.ts';
import { beyondSince, isBeyond } from '../../../alarms/permits/on-site/spell.ts';
import type { Fact } from '../../../standard/permit-rules.ts';
import { subjectOf } from '../../../stream/protocol/effects.ts';
import type { Park } from '../../park.ts';
import { Presence } from '../../presence.ts';
import { areaKeyOf, type Found, type Job, onItAt } from './job.ts';
import type { OnSiteRule, Report } from './report.ts';
import { alarmPersonOf, filteredM, heardAtMs, metres, nameOf, newestM } from './sight.ts';

interface Memory {
  absence: Absence;
  /** Since when each guardian is beyond the circle, by slot; who is within has none. */
  readonly away: Map<number, number>;
}

export class Guardians implements OnSiteRule {
  readonly #memories = new Map<string, Memory>();
  /** Nobody was heard while the park itself was away: silence counts from here. */
  #deafToMs = 0;

  deaf(toMs: number): void {
    this.#deafToMs = Math.max(this.#deafToMs, toMs);
  }

  judge(park: Park, report: Report): void {
    const { job } = report;
    if (job.guardians.all.length === 0) return;
    const onDuty = onItAt(job.guardians, park.nowMs);
    // Somebody else has the duty whom nobody can tell from others: that is said of him, and he may well be there.
    if (onDuty.length === 0 && job.hasOpenGuardian(park.nowMs)) return;
    if (!this.#areAllNear(park, report, onDuty)) {
      this.#judgeAway(park, report, onDuty);
      this.#judgeSilent(park, report, onDuty);
    }
    judgeInside(park, report, onDuty);
  }

  forgetJob(key: string): void {
    this.#memories.delete(key);
  }
  forgetPerson(slot: number): void {
    for (const { away } of this.#memories.values()) away.delete(slot);
  }

  save(): readonly unknown[] {
    const memories = [...this.#memories].map(([key, { absence, away }]) => [
      key,
      absence.sinceMs,
      absence.nearToMs,
      [...away],
    ]);
    return [this.#deafToMs, memories.sort(([one], [other]) => (one! < other! ? -1 : 1))];
  }
  load([deafToMs, memories]: readonly unknown[]): void {
    this.#deafToMs = deafToMs as number;
    for (const [key, sinceMs, nearToMs, away] of memories as [string, number, number, [number, number][]][]) {
      this.#memories.set(key, { absence: { sinceMs, nearToMs }, away: new Map(away) });
    }
  }

  /** As at most jobs: each is heard and within the circle, none was beyond it, nothing was said. The long way comes to the same. */
  #areAllNear(park: Park, report: Report, onDuty: readonly Found[]): boolean {
    const { job } = report;
    const memory = this.#memories.get(job.key);
    if (memory === undefined || memory.absence.sinceMs !== 0 || memory.away.size > 0 || !report.isNew) return false;
    if (onDuty.length === 0) return false;
    const { people } = park;
    let { nearToMs } = memory.absence;
    for (const { slot } of onDuty) {
      if (people.placed[slot] !== 1) return false;
      if (park.nowMs - people.receivedAtMs[slot]! >= park.settings.permit.guardianSilentMs) return false;
      if (newestM(park, slot, job.distanceM) > job.permit.guardianRadiusM) return false;
      nearToMs = Math.max(nearToMs, people.observedAtMs[slot]!);
    }
    memory.absence = { sinceMs: 0, nearToMs };
    return true;
  }

  #judgeAway(park: Park, report: Report, onDuty: readonly Found[]): void {
    const { job } = report;
    const memory = this.#memories.get(job.key) ?? { absence: NO_ABSENCE, away: new Map<number, number>() };
    this.#memories.set(job.key, memory);
    const said = report.said('guardian-away');
    const guarding = onDuty.map((one) => this.#guarding(park, job, memory, one, said !== undefined));
    memory.absence = stepAbsence(memory.absence, guarding, onDuty.length > 0 ? job.sinceMs : dutyEndedAtMs(park, job));
    const { sinceMs } = memory.absence;
    if (sinceMs === 0) return;
    const isKnown = guarding.length === 0 || guarding.some(({ silentSinceMs }) => silentSinceMs === 0);
    const lastsMs = park.nowMs - Math.max(sinceMs, this.#deafToMs);
    const isAway = said !== undefined || (isKnown && lastsMs >= park.settings.permit.guardianAwayMs);
    if (!isAway) return;
    const people = onDuty.map(({ slot }) => alarmPersonOf(park, slot));
    // As it was said, unless others are on duty now.
    const isSame = said !== undefined && isSameText(said.people ?? [], people);
    const facts = isSame ? said.facts : awayFacts(park, job, onDuty, sinceMs);
    report.say({ rule: 'guardian-away', about: '', onsetAtMs: said?.onsetAtMs ?? sinceMs, facts, people });
  }

  #guarding(park: Park, job: Job, { away }: Memory, { slot, fromMs }: Found, isTold: boolean): Guarding {
    const heardMs = heardAtMs(park, slot);
    const silentMs = park.settings.permit.guardianSilentMs;
    if (heardMs === 0) return { awaySinceMs: 0, nearToMs: 0, silentSinceMs: job.sinceMs, fromMs };
    if (park.nowMs - Math.max(heardMs, this.#deafToMs) >= silentMs) {
      return { awaySinceMs: 0, nearToMs: 0, silentSinceMs: heardMs + silentMs, fromMs };
    }
    const radiusM = job.permit.guardianRadiusM;
    const observedAtMs = park.people.observedAtMs[slot]!;
    const beyondM = filteredM(park, slot, job.distanceM) - radiusM;
    const outM = newestM(park, slot, job.distanceM) - radiusM;
    const sinceMs = beyondSince(away.get(slot) ?? 0, isTold, outM, beyondM, observedAtMs);
    if (sinceMs === 0) away.delete(slot);
    else away.set(slot, sinceMs);
    const isAway = isBeyond(sinceMs, isTold, beyondM);
    return {
      awaySinceMs: isAway ? sinceMs : 0,
      nearToMs: isAway ? 0 : sinceMs === 0 ? observedAtMs : sinceMs,
      silentSinceMs: 0,
      fromMs,
    };
  }

  #judgeSilent(park: Park, report: Report, onDuty: readonly Found[]): void {
    if (onDuty.length === 0) return;
    const { job } = report;
    const silentMs = park.settings.permit.guardianSilentMs;
    const lastMs = Math.max(
      ...onDuty.map(({ slot, fromMs }) => Math.max(heardAtMs(park, slot), fromMs ?? 0, job.sinceMs)),
    );
    if (park.nowMs - Math.max(lastMs, this.#deafToMs) < silentMs) return;
    const people = onDuty.map(({ slot }) => alarmPersonOf(park, slot));
    const facts: Fact[] = [
      ...onDuty.map(({ slot }): Fact => ({ name: 'person', value: nameOf(park, slot), unit: 'text', limit: null })),
      { name: 'at', value: lastMs, unit: 'instant', limit: null },
    ];
    report.say({ rule: 'guardian-silent', about: '', onsetAtMs: lastMs, facts, people });
  }
}

/** When the last of those was off duty who had it, or when the work began. */
const dutyEndedAtMs = (park: Park, { guardians, sinceMs }: Job): number =>
  guardians.all.reduce(
    (endMs, { toMs }) => (toMs !== null && toMs <= park.nowMs ? Math.max(endMs, toMs) : endMs),
    sinceMs,
  );

function awayFacts(park: Park, job: Job, onDuty: readonly Found[], sinceMs: number): Fact[] {
  const since: Fact = { name: 'at', value: sinceMs, unit: 'instant', limit: null };
  if (onDuty.length === 0) return [since, { name: 'people', value: 0, unit: 'people', limit: 1 }];
  const limit = job.permit.guardianRadiusM;
  return [
    since,
    ...onDuty.flatMap(({ slot }): Fact[] => {
      const person: Fact = { name: 'person', value: nameOf(park, slot), unit: 'text', limit: null };
      if (park.people.placed[slot] !== 1) return [person];
      const value = metres(newestM(park, slot, job.distanceM));
      return [person, { name: 'distanceM', value, unit: 'm', limit }];
    }),
  ];
}

/** A guardian stays outside the space (6.8). */
function judgeInside(park: Park, report: Report, onDuty: readonly Found[]): void {
  const { job } = report;
  if (job.area === null || job.work?.kind !== 'confined-space') return;
  const presence = park.part(Presence);
  const key = areaKeyOf(job.area);
  for (const { slot, fromMs } of onDuty) {
    if (!presence.isInside(slot, key)) continue;
    const about = subjectOf(park.people.views[slot]!);
    const said = report.said('guardian-inside', about);
    const sinceMs = Math.max(presence.enteredAtMs(slot, key), job.sinceMs, fromMs ?? 0);
    const isFound = presence.isFresh(park, slot) && park.nowMs - sinceMs > park.settings.permit.insideMs;
    if (said === undefined && !isFound) continue;
    const person: Fact = { name: 'person', value: nameOf(park, slot), unit: 'text', limit: null };
    const since: Fact = { name: 'at', value: sinceMs, unit: 'instant', limit: null };
    const people = [alarmPersonOf(park, slot)];
    report.say(said ?? { rule: 'guardian-inside', about, onsetAtMs: sinceMs, facts: [person, since], people });
  }
}

const isSameText = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);
