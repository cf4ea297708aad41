/**
 * Work permits joined with where people are: once a second every job in progress is looked at, by rules that each keep the little they
 * need; what they find, the part of permits makes alarms of. Places come from the tables of the park, so the order in which fixes of
 * different people come changes nothing.
 */
import type { Finding } from '../../../alarms/permits/finding.ts';
import type { Steps } from '../../../core/slices.ts';
import type { AlarmView, Effect } from '../../../stream/protocol/effects.ts';
import type { LogEntry } from '../../../stream/protocol/entry.ts';
import type { Area } from '../../areas-table.ts';
import type { Park } from '../../park.ts';
import type { Part } from '../../part.ts';
import type { Setting } from '../../settings-table.ts';
import { Permits } from '../permits.ts';
import { Crews } from './crews.ts';
import { GasNear } from './gas-near.ts';
import { Guardians } from './guardians.ts';
import { Intruders } from './intruders.ts';
import { Jobs } from './jobs.ts';
import { Meetings } from './meetings.ts';
import { type OnSiteRule, Report } from './report.ts';
import { SignOffs } from './sign-offs.ts';
import { WithoutPermit } from './without-permit.ts';

/** Under these names findings are settled. */
const ON_SITE = 'on-site';
const SIGN_OFF = 'sign-off';

const NOTHING: readonly Finding[] = [];

export class OnSite implements Part {
  readonly name = 'permits-on-site';
  readonly #jobs = new Jobs();
  /** Keys of the jobs at the newest tick, ascending. */
  #known = new Set<string>();
  readonly #guardians = new Guardians();
  readonly #intruders = new Intruders(this.#jobs);
  readonly #crews = new Crews(this.#jobs);
  readonly #meetings = new Meetings(this.#jobs);
  readonly #gas = new GasNear();
  readonly #rules: readonly OnSiteRule[] = [this.#guardians, this.#intruders, this.#crews, this.#meetings, this.#gas];
  readonly #signOffs = new SignOffs();
  readonly #withoutPermit = new WithoutPermit();
  /** What was said of each job at the newest tick, where anything was. */
  #said = new Map<string, readonly Finding[]>();
  /** Permits with findings about their sign-offs. */
  #signedAway = new Set<string>();
  /** Permits of which an alarm ended: what is still found is said anew. */
  readonly #ended = new Set<string>();

  onTick(park: Park, effects: Effect[]): void {
    const { table, findings } = park.part(Permits);
    this.#follow(park);
    const said = new Map<string, readonly Finding[]>();
    for (const rule of this.#rules) rule.begin?.(park);
    for (const job of this.#jobs.all) {
      const before = this.#said.get(job.key) ?? NOTHING;
      const report = new Report(job, before);
      for (const rule of this.#rules) rule.judge(park, report);
      if (report.found.length > 0) said.set(job.key, report.found);
      if (this.#ended.has(job.key) || !isSame(before, report.found)) {
        findings.settle(park, job.key, ON_SITE, report.found, effects);
      }
    }
    for (const key of this.#said.keys()) {
      if (!this.#jobs.byKey.has(key)) findings.settle(park, key, ON_SITE, NOTHING, effects);
    }
    this.#said = said;
    for (const [key, found] of said) this.#gas.tell(park, this.#jobs.byKey.get(key)!, found, effects);
    this.#judgeSignOffs(park, effects);
    this.#withoutPermit.watch(park, table, effects);
    this.#ended.clear();
  }

  onEntry(_park: Park, entry: LogEntry): void {
    if (entry.kind !== 'downtime') return;
    this.#guardians.deaf(entry.body.toMs);
    this.#crews.deaf(entry.body.toMs);
  }

  onForget(_park: Park, slot: number): void {
    for (const rule of this.#rules) rule.forgetPerson?.(slot);
    this.#signOffs.forgetPerson(slot);
  }

  onArea(_park: Park, key: string, _before: Area | undefined, after: Area | undefined): void {
    this.#intruders.access.forget();
    this.#withoutPermit.forgetAreas();
    if (after === undefined) this.#withoutPermit.dropArea(key);
  }

  onSetting(_park: Park, { topic }: Setting): void {
    if (topic === 'post' || topic === 'permit-access') this.#intruders.access.forget();
    if (topic === 'rules') this.#jobs.forget();
  }

  onAlarm(_park: Park, alarm: AlarmView): void {
    if (alarm.permit !== null && !alarm.active) this.#ended.add(alarm.subject);
  }

  save(): readonly unknown[] {
    return [
      this.#rules.map((rule) => rule.save?.() ?? null),
      [...this.#said],
      this.#withoutPermit.save(),
      [...this.#signedAway].sort(),
      [...this.#ended].sort(),
      [...this.#known],
      ...this.#signOffs.save(),
    ];
  }
  packAhead(): Steps<undefined> {
    return this.#signOffs.packAhead();
  }
  load([rules, said, withoutPermit, signedAway, ended, known, ...signOffs]: readonly unknown[]): void {
    if (rules === undefined) return;
    for (const [n, saved] of (rules as (unknown[] | null)[]).entries()) {
      if (saved !== null) this.#rules[n]!.load?.(saved);
    }
    this.#said = new Map(said as [string, Finding[]][]);
    this.#signOffs.load(signOffs);
    this.#withoutPermit.load(withoutPermit as unknown[]);
    this.#signedAway = new Set(signedAway as string[]);
    for (const key of ended as string[]) this.#ended.add(key);
    this.#known = new Set(known as string[]);
  }

  #follow(park: Park): void {
    const changed = this.#jobs.follow(park, park.part(Permits).table);
    if (changed.size === 0 && this.#known.size === this.#jobs.byKey.size) return;
    for (const key of changed.keys()) this.#intruders.access.forgetJob(key);
    for (const key of this.#known) {
      if (!this.#jobs.byKey.has(key)) for (const rule of this.#rules) rule.forgetJob?.(key);
    }
    this.#known = new Set(this.#jobs.all.map(({ key }) => key));
    this.#meetings.pair(park, changed);
  }

  #judgeSignOffs(park: Park, effects: Effect[]): void {
    const { table, findings } = park.part(Permits);
    const found = this.#signOffs.look(park, table);
    const away = found === null ? this.#signedAway : new Set(found.keys());
    for (const key of [...new Set([...this.#signedAway, ...away])].sort()) {
      if (found === null && !this.#ended.has(key)) continue;
      if (table.get(key)?.isOpen === true) {
        findings.settle(park, key, SIGN_OFF, this.#signOffs.findingsOf(key), effects);
      }
    }
    this.#signedAway = away;
  }
}

/** Most are the very ones that were said before. */
function isSame(one: readonly Finding[], other: readonly Finding[]): boolean {
  if (one.length !== other.length) return false;
  return one.every((finding, n) => finding === other[n] || JSON.stringify(finding) === JSON.stringify(other[n]));
}
