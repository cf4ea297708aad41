/** What is found at one job at a tick, beside what was said of it at the tick before. */
import type { Finding } from '../../../alarms/permits/finding.ts';
import type { PermitRuleId } from '../../../standard/permit-rules.ts';
import type { Park } from '../../park.ts';
import type { Job } from './job.ts';

export class Report {
  readonly job: Job;
  readonly found: Finding[] = [];
  readonly #before: readonly Finding[];

  constructor(job: Job, before: readonly Finding[]) {
    this.job = job;
    this.#before = before;
  }

  /** Nothing was said of it at the tick before. */
  get isNew(): boolean {
    return this.#before.length === 0;
  }

  /** What stands as it was said: distances and people of the moment at which it was found. */
  said(rule: PermitRuleId, about = ''): Finding | undefined {
    return this.#before.find((finding) => finding.rule === rule && finding.about === about);
  }
  say(finding: Finding): void {
    this.found.push(finding);
  }
}

/** One family of rules on site. It looks at every job once a tick, in order of their keys. */
export interface OnSiteRule {
  /** Before the jobs are looked at. */
  begin?(park: Park): void;
  judge(park: Park, report: Report): void;
  /** The job is over, or another than it was. */
  forgetJob?(key: string): void;
  forgetPerson?(slot: number): void;
  save?(): readonly unknown[];
  load?(values: readonly unknown[]): void;
}
