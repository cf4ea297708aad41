/**
 * Work permits of the demonstration: so many jobs at a time, each through its life at the pace of a demonstration (applied for, crew on its
 * way, gas, signed on site, work, now and then a pause, accepted), with the people of the park walking to them. Now and then one that
 * breaks a rule (violations.ts). What suppliers send comes out of `take`.
 */

import type { PermitRuleId } from '../../../standard/permit-rules.ts';
import { demoCameraCode, OUT_OF_ORDER } from '../../park/cameras.ts';
import type { DemoPark } from '../../park/demo-park.ts';
import { createRandom } from '../../random.ts';
import type { Habits } from '../habits.ts';
import { ACTIVITY, type PeopleState, SCRIPTED } from '../people-state.ts';
import type { Ways } from '../ways.ts';
import { createActs } from './acts.ts';
import { DRAWN_HALF_M, type JobSite, jobSites } from './sites.ts';
import { type CrewMember, isAnalysed, type JobFacts } from './ticket.ts';
import { isNight, isRestDay, VIOLATIONS, type Violation } from './violations.ts';
import { type JobBatch, JobWords } from './words.ts';

export interface PermitOptions {
  /** Jobs under way at a time; 0 or absent: none. */
  readonly permits?: number;
  /** Time between two jobs that break a rule, s; 0 or absent: all is in order. */
  readonly violationEveryS?: number;
  /** Those that are broken, in turn; absent: all. */
  readonly brokenRules?: readonly PermitRuleId[];
}

export interface Jobs {
  step(nowMs: number): void;
  /** Jobs end where one of the crew hears that everybody has to leave; their permits are withdrawn. */
  callOff(hears: (person: number) => boolean, nowMs: number): void;
  /** What suppliers sent since the last call. */
  take(): JobBatch[];
  /** The tag is silent: its battery is out. */
  isMuted(person: number): boolean;
  /** The gas detector beside the place of jobs at that road node sounds. */
  soundsAt(node: number): boolean;
  /** Jobs under way. */
  readonly openCount: number;
  /** Rules broken so far, in their order. */
  readonly broken: readonly PermitRuleId[];
}

type Phase = 'gathering' | 'analysed' | 'issued' | 'working' | 'paused' | 'ended';

export interface Job {
  readonly facts: JobFacts;
  readonly site: JobSite;
  /** Whom it keeps: two workers, guardian, approver. */
  readonly crew: readonly number[];
  readonly violation: Violation | null;
  phase: Phase;
  nextAtMs: number;
  endAtMs: number;
  gasAtMs: number;
  pauseAtMs: number;
}

const S = 1_000;
const MINUTE_MS = 60_000;
/** The day's commitments go first and reach the rules. */
const FIRST_MS = 20 * S;
const STEP_MS = 1 * S;
const FIRST_VIOLATION_MS = 60 * S;
/** When somebody is not there by then the job is called off. */
const GATHER_MS = 25 * MINUTE_MS;
const VIOLATION_S = 300;
const VIOLATION_MS = VIOLATION_S * S;
const GAS_EVERY_MS = 30 * MINUTE_MS;
const PACE = 1.6;
/** Crews stand within this of the job, m. */
const SPREAD_M = 2.5;
/** Jobs begun in one step, so that suppliers are not flooded. */
const BEGUN_AT_ONCE = 4;

/** Work that is in order at any time: upgraded, or by day. */
const BY_DAY = [
  '02',
  '70',
  '50',
  '22',
  '62',
  '10',
  '30',
  '40',
  '01',
  '21',
  '63',
  '23',
  '90',
  '61',
  '24',
  '03',
] as const;
const ON_REST_DAYS = BY_DAY.filter((code) => code !== '03');
const BY_NIGHT = ['02', '01', '24'] as const;
const BASE: Readonly<Record<string, string>> = { '01': '02', '02': '03' };

export function createJobs(
  park: DemoPark,
  state: PeopleState,
  ways: Ways,
  habits: Habits,
  startMs: number,
  { permits = 0, violationEveryS = 0, brokenRules = Object.keys(VIOLATIONS) as PermitRuleId[] }: PermitOptions,
): Jobs {
  const random = createRandom(park.seed ^ 0x0b5e);
  const sites = permits > 0 ? shuffled(jobSites(park), random) : [];
  const words = new JobWords(park);
  const jobs: Job[] = [];
  /** Jobs at each site: one, unless more are asked for than there are sites; those then are of one activity. */
  const taken = new Map<JobSite, number>();
  const perSite = Math.max(1, Math.ceil(permits / Math.max(1, sites.length / 2)));
  const staff = park.plan.companies.map(({ index: company }) =>
    park.people
      .filter(({ companyIndex, type, habit, bound }) => {
        return companyIndex === company && type === 'staff' && habit !== 'driver' && habit !== 'guard' && !bound;
      })
      .map(({ index }) => index),
  );
  const broken: PermitRuleId[] = [];
  const scripts = brokenRules.map((rule) => ({ rule, violation: VIOLATIONS[rule]! }));
  const lngLat = new Float64Array(2);
  let serial = 0;
  let nextScript = 0;
  let nextStepMs = startMs;
  let siteAt = 0;
  let nextViolationMs = violationEveryS > 0 ? startMs + FIRST_VIOLATION_MS : Number.POSITIVE_INFINITY;

  const isFree = (i: number): boolean => {
    const isThere =
      state.activity[i] === ACTIVITY.staying ||
      (state.activity[i] === ACTIVITY.moving && state.path[i]?.length === 4 && state.place[i]! >= 0);
    return isThere && state.scripted[i] === SCRIPTED.none && state.sosUntilMs[i] === 0;
  };
  const nearest = (site: JobSite, count: number): number[] =>
    staff[site.companyIndex]!.filter(isFree)
      .sort((a, b) => farM(a, site) - farM(b, site) || a - b)
      .slice(0, count);
  const farM = (i: number, { u, v }: JobSite): number => Math.hypot(state.u[i]! - u, state.v[i]! - v);

  const freeSite = (): JobSite | null => {
    for (let tries = 0; tries < sites.length; tries++) {
      const site = sites[siteAt++ % sites.length]!;
      if ((taken.get(site) ?? 0) < perSite && nearest(site, CREW).length === CREW) return site;
    }
    return null;
  };

  const cornersOf = ({ u, v }: JobSite) =>
    [
      [-1, -1],
      [1, -1],
      [1, 1],
      [-1, 1],
    ].map(([du, dv]) => degreesAt(u + du! * DRAWN_HALF_M, v + dv! * DRAWN_HALF_M));
  const degreesAt = (u: number, v: number): readonly [number, number] => {
    park.frame.toLngLat(u, v, lngLat);
    return [Math.round(lngLat[0]! * 1e7) / 1e7, Math.round(lngLat[1]! * 1e7) / 1e7];
  };

  const factsOf = (
    site: JobSite,
    workCode: string,
    crew: readonly number[],
    violation: Violation | null,
    offM = 0,
  ): JobFacts => {
    const company = park.plan.companies[site.companyIndex]!;
    const [worker, other, guardian, approver] = crew.map((index) => {
      const { personId, record } = park.people[index]!;
      return { index, personId, name: record.PERSON_NAME };
    });
    const [lng, lat] = degreesAt(site.u + offM, site.v);
    serial++;
    const day = new Date(startMs).toISOString().slice(0, 10).replaceAll('-', '');
    const id = `TK-${startMs}-${serial}`;
    return {
      id,
      number: `ZY-${day}-${String(serial).padStart(4, '0')}`,
      activityId: perSite > 1 ? `ACT-${startMs}-${site.node}` : `ACT-${id}`,
      companyIndex: company.index,
      companyCode: company.code,
      companyName: company.name.zh,
      workCode,
      baseCode: BASE[workCode] ?? workCode,
      site: site.name,
      lng,
      lat,
      cameraCode: demoCameraCode(company.index, violation?.hasPicture === false ? OUT_OF_ORDER : 1),
      drawn: violation?.isDrawn === true ? cornersOf(site) : null,
      // Of two permits that share a crew each has one of its own.
      workers: violation?.beside?.isOneActivity === true ? [worker!] : [worker!, other!],
      guardian: guardian!,
      approver: approver!,
    };
  };

  const call = ({ facts, site, crew }: Pick<Job, 'facts' | 'site' | 'crew'>): void => {
    for (const [n, index] of crew.entries()) {
      const isWorker = facts.drawn === null || (index !== facts.guardian.index && index !== facts.approver.index);
      const { u, v } = isWorker ? site : site.outside;
      const angle = 1.6 * n;
      state.scripted[index] = SCRIPTED.goingIn;
      ways.toNode(index, site.node, u + SPREAD_M * Math.cos(angle), v + SPREAD_M * Math.sin(angle), PACE);
    }
  };
  const settle = (i: number): boolean => {
    if (state.scripted[i] === SCRIPTED.inside) return true;
    if (state.pathAt[i]! < (state.path[i]?.length ?? 0)) return false;
    state.scripted[i] = SCRIPTED.inside;
    state.activity[i] = ACTIVITY.staying;
    state.speed[i] = 0;
    return true;
  };
  const release = (i: number, nowMs: number): void => {
    acts.unmute(i);
    if (state.scripted[i] === SCRIPTED.none) return;
    state.scripted[i] = SCRIPTED.none;
    habits.resume(i, nowMs);
  };

  const acts = createActs({ state, ways, nearest, release, pace: PACE });

  const begin = (site: JobSite, workCode: string, violation: Violation | null, nowMs: number): void => {
    const crew = nearest(site, CREW);
    const facts = factsOf(site, workCode, crew, violation);
    const job: Job = {
      facts,
      site,
      crew,
      violation,
      phase: 'gathering',
      nextAtMs: nowMs + GATHER_MS,
      endAtMs: Number.POSITIVE_INFINITY,
      gasAtMs: Number.POSITIVE_INFINITY,
      pauseAtMs: Number.POSITIVE_INFINITY,
    };
    taken.set(site, (taken.get(site) ?? 0) + 1);
    jobs.push(job);
    words.draw(facts, false, nowMs);
    if (violation?.hasTicket !== false) words.declare(facts, violation?.isUndeclared !== true, nowMs);
    if (violation?.certificate !== undefined) {
      const holder = violation.certificate === 'expired' ? facts.workers[0]! : elsewhereOf(site);
      if (holder !== null) words.certify(facts, holder.index, violation.certificate, nowMs);
    }
    if (violation?.begunMs === undefined) {
      call(job);
      if (violation?.hasTicket !== false) words.apply(facts, nowMs);
      return;
    }
    words.tellPast(facts, violation, nowMs);
    if (violation.act !== 'nobody-comes') call(job);
    tellBeside(job, nowMs);
    job.phase = 'working';
    job.endAtMs = nowMs + VIOLATION_MS;
  };

  const tellBeside = ({ facts, site, crew, violation }: Job, nowMs: number): void => {
    if (violation?.beside === undefined) return;
    const { code, offM, ticket = {}, isOneActivity = false } = violation.beside;
    const whole = factsOf(site, code, crew, null, offM);
    const { activityId, workers } = facts;
    const others = whole.workers.filter(({ index }) => workers.every((one) => one.index !== index));
    const beside = isOneActivity ? { ...whole, activityId, workers: others } : whole;
    words.declare(beside, true, nowMs);
    const past = { code, begunMs: violation.begunMs ?? 0, ticket: () => ticket };
    words.tellPast(beside, isOneActivity ? { ...past, hasActivity: false } : past, nowMs);
    words.endLater(beside, nowMs + VIOLATION_MS);
  };

  /** false: no crew is free for it. */
  const breakNext = (nowMs: number): boolean => {
    const tried = scripts.findIndex((_, n) => scriptAt(n).violation.when?.(nowMs) !== false);
    if (tried === -1) return true;
    const { rule, violation } = scriptAt(tried);
    const site = freeSite();
    if (site === null) return false;
    if (violation.isOnlyDeclared === true) declareOnly(site, nowMs);
    else begin(site, violation.code, violation, nowMs);
    nextScript += tried + 1;
    broken.push(rule);
    return true;
  };
  const scriptAt = (ahead: number) => scripts[(nextScript + ahead) % scripts.length]!;

  const declareOnly = ({ companyIndex }: JobSite, nowMs: number): void => {
    const { code } = park.plan.companies[companyIndex]!;
    const workCode = words.declareOnly(code, nowMs);
    if (workCode !== null) idle.push({ companyCode: code, workCode, untilMs: nowMs + VIOLATION_MS });
  };
  const idle: { readonly companyCode: string; readonly workCode: string; readonly untilMs: number }[] = [];

  const end = (job: Job, isDone: boolean, nowMs: number): void => {
    const { facts, site, crew, violation } = job;
    if (violation?.hasTicket !== false) words.accept(facts, isDone, nowMs);
    words.draw(facts, true, nowMs);
    for (const index of crew) release(index, nowMs);
    acts.end(job, nowMs);
    taken.set(site, taken.get(site)! - 1);
    jobs.splice(jobs.indexOf(job), 1);
  };

  const stepJob = (job: Job, nowMs: number): void => {
    const { facts, violation } = job;
    // Each looks at everybody: who has arrived stays as he is.
    const areThere = [...job.crew, ...acts.comersOf(job)]
      .filter((index) => state.scripted[index] !== SCRIPTED.none)
      .map(settle)
      .every(Boolean);
    switch (job.phase) {
      case 'gathering':
        if (!areThere) {
          if (nowMs >= job.nextAtMs) end(job, false, nowMs);
          return;
        }
        if (violation?.hasTicket === false) {
          job.phase = 'working';
          job.endAtMs = nowMs + S * (violation.lastsS ?? VIOLATION_S);
          return;
        }
        if (isAnalysed(facts.workCode)) words.analyse(facts, nowMs);
        job.phase = 'analysed';
        job.nextAtMs = nowMs + 15 * S;
        return;
      case 'analysed':
        if (nowMs < job.nextAtMs) return;
        words.issue(facts, violation, violation?.act === 'approver-elsewhere' ? elsewhereOf(job.site) : null, nowMs);
        job.phase = 'issued';
        job.nextAtMs = nowMs + 15 * S;
        return;
      case 'issued':
        if (nowMs < job.nextAtMs) return;
        words.start(facts, nowMs);
        if (violation?.act !== 'approver-enters') release(facts.approver.index, nowMs);
        acts.begin(job, nowMs);
        tellBeside(job, nowMs);
        job.phase = 'working';
        job.endAtMs = nowMs + (violation === null ? (6 + 14 * random()) * MINUTE_MS : VIOLATION_MS);
        job.gasAtMs = nowMs + GAS_EVERY_MS;
        if (violation === null && random() < 0.3) job.pauseAtMs = nowMs + 3 * MINUTE_MS;
        return;
      case 'working':
        if (nowMs >= job.endAtMs) {
          words.finish(facts, violation === null, nowMs);
          job.phase = 'ended';
          job.nextAtMs = nowMs + 20 * S;
        } else if (nowMs >= job.pauseAtMs) {
          words.pause(facts, nowMs);
          job.phase = 'paused';
          job.nextAtMs = nowMs + 2 * MINUTE_MS;
          job.pauseAtMs = Number.POSITIVE_INFINITY;
        } else if (nowMs >= job.gasAtMs && isAnalysed(facts.workCode)) {
          words.analyse(facts, nowMs);
          job.gasAtMs = nowMs + GAS_EVERY_MS;
        }
        return;
      case 'paused':
        if (nowMs < job.nextAtMs) return;
        if (isAnalysed(facts.workCode)) words.analyse(facts, nowMs);
        words.goOn(facts, nowMs);
        job.phase = 'working';
        return;
      case 'ended':
        if (nowMs < job.nextAtMs) return;
        end(job, violation === null, nowMs);
    }
  };

  /** Somebody of the company who is far from the job. */
  const elsewhereOf = (site: JobSite): CrewMember | null => {
    const far = nearest(site, Number.POSITIVE_INFINITY).at(-1);
    if (far === undefined) return null;
    const { personId, record } = park.people[far]!;
    return { index: far, personId, name: record.PERSON_NAME };
  };

  const wanted = (nowMs: number): number => (isNight(nowMs) ? Math.ceil(permits / 2) : permits);

  return {
    step: (nowMs) => {
      if (permits === 0 || nowMs < nextStepMs) return;
      nextStepMs = nowMs + STEP_MS;
      words.step(nowMs);
      for (const job of [...jobs]) stepJob(job, nowMs);
      for (const due of idle.filter(({ untilMs }) => untilMs <= nowMs)) {
        words.takeBack(due.companyCode, due.workCode, nowMs);
        idle.splice(idle.indexOf(due), 1);
      }
      if (nowMs < startMs + FIRST_MS) return;
      // First, or where crews are few all would be at work that is in order.
      if (nowMs >= nextViolationMs && breakNext(nowMs)) nextViolationMs = nowMs + violationEveryS * S;
      const codes = isNight(nowMs) ? BY_NIGHT : isRestDay(nowMs) ? ON_REST_DAYS : BY_DAY;
      for (let begun = 0; begun < BEGUN_AT_ONCE && jobs.length < wanted(nowMs); begun++) {
        const site = freeSite();
        if (site === null) break;
        begin(site, codes[serial % codes.length]!, null, nowMs);
      }
    },
    callOff: (hears, nowMs) => {
      for (const job of [...jobs]) if (job.crew.some(hears)) end(job, false, nowMs);
    },
    take: () => words.take(),
    isMuted: acts.isMuted,
    soundsAt: acts.soundsAt,
    get openCount() {
      return jobs.length;
    },
    broken,
  };
}

const CREW = 4;

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const all = [...items];
  for (let i = all.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [all[i], all[j]] = [all[j]!, all[i]!];
  }
  return all;
}
