/** What somebody does, once work goes on, that breaks the rule of the job: people who walk off, come, fall silent, and gas that comes out. */
import { type PeopleState, SCRIPTED } from '../people-state.ts';
import type { Ways } from '../ways.ts';
import type { Job } from './jobs.ts';
import type { JobSite } from './sites.ts';

export interface ActsOptions {
  readonly state: PeopleState;
  readonly ways: Ways;
  /** Of its company, free. */
  readonly nearest: (site: JobSite, count: number) => number[];
  readonly release: (person: number, nowMs: number) => void;
  readonly pace: number;
}

export interface Acts {
  begin(job: Job, nowMs: number): void;
  end(job: Job, nowMs: number): void;
  /** Who came to the job beside its crew. */
  comersOf(job: Job): readonly number[];
  isMuted(person: number): boolean;
  unmute(person: number): void;
  /** By road node. */
  soundsAt(node: number): boolean;
}

export function createActs({ state, ways, nearest, release, pace }: ActsOptions): Acts {
  const muted = new Set<number>();
  const sounding = new Set<number>();
  const strangers = new Map<Job, number>();

  const goIn = (person: number, { node, u, v }: JobSite): void => {
    state.scripted[person] = SCRIPTED.goingIn;
    ways.toNode(person, node, u, v + 1, pace);
  };

  return {
    begin: (job, nowMs) => {
      const { facts, site, violation } = job;
      switch (violation?.act) {
        case 'guardian-leaves':
          release(facts.guardian.index, nowMs);
          return;
        case 'guardian-silent':
          muted.add(facts.guardian.index);
          return;
        case 'guardian-enters':
          goIn(facts.guardian.index, site);
          return;
        case 'approver-enters':
          goIn(facts.approver.index, site);
          return;
        case 'stranger-comes': {
          const [stranger] = nearest(site, 1);
          if (stranger === undefined) return;
          strangers.set(job, stranger);
          goIn(stranger, site);
          return;
        }
        case 'gas-sounds':
          sounding.add(site.node);
          return;
        // Done before it began, or nothing to do.
        case 'approver-elsewhere':
        case 'nobody-comes':
        case undefined:
      }
    },
    end: (job, nowMs) => {
      const stranger = strangers.get(job);
      if (stranger !== undefined) release(stranger, nowMs);
      strangers.delete(job);
      sounding.delete(job.site.node);
    },
    comersOf: (job) => {
      const stranger = strangers.get(job);
      return stranger === undefined ? [] : [stranger];
    },
    isMuted: (person) => muted.has(person),
    unmute: (person) => muted.delete(person),
    soundsAt: (node) => sounding.has(node),
  };
}
