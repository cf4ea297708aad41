/**
 * Dry runs as admin offers them: one that somebody waits for and one in the background at a time. Owns their limits, their
 * record, and the last jobs, which live as long as the process. Each run works in slices on this process's loop.
 */
import { randomUUID } from 'node:crypto';
import { type Actor, insertAudit } from '../../admin/audit.ts';
import type { DryRuns } from '../../admin/dry-run-routes.ts';
import type { Clock } from '../../core/clock.ts';
import { AppError } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import type { DryRunAlarm, DryRunJob, DryRunJobs, DryRunLine, DryRunRequest } from '../../core/settings-api.ts';
import type { Queryable } from '../../db/pool.ts';
import { problemOf, settingTopic } from '../../db/settings.ts';
import type { Projection } from '../../geo/projection.ts';
import { DryRun, type DryRunPlan } from './dry-run.ts';
import type { PastSource } from './source.ts';

export interface DryRunsOptions {
  readonly past: PastSource;
  readonly projection: Projection;
  /** For the record of who tried what. */
  readonly audit: Queryable;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Default 30 s. */
  readonly stallMs?: number;
}

const DAY_MS = 86_400_000;
const SECOND_MS = 1_000;
/** Some million fixes at one every 5 s: what 15 s are enough for, gatherings left aside (ADR 0023). */
const MAX_PERSON_HOURS = 1_500;
const MAX_JOB_PERSON_HOURS = 400_000;
/** A caller who takes no line for so long has gone, whatever the connection says. */
const STALL_MS = 30_000;
const JOBS_KEPT = 10;
const ALARMS_KEPT = 1_000;

export class ParkDryRuns implements DryRuns {
  readonly #o: DryRunsOptions;
  /** The one that somebody waits for. */
  #running: AbortController | null = null;
  readonly #jobs: Job[] = [];

  constructor(options: DryRunsOptions) {
    this.#o = options;
  }

  async start(request: DryRunRequest, actor: Actor): Promise<AsyncGenerator<DryRunLine>> {
    const plan = await this.#plan(request, MAX_PERSON_HOURS);
    if (plan.areas === null) throw invalid('areas: the whole park takes long; start it as a job');
    if (this.#running !== null) throw busy();
    await this.#record(request, actor);
    return this.#follow(plan);
  }

  /** Counts as running from the first line that is asked for: a request that was closed before holds nobody up. */
  async *#follow(plan: DryRunPlan): AsyncGenerator<DryRunLine> {
    const { past, projection, logger, stallMs = STALL_MS } = this.#o;
    if (this.#running !== null) {
      yield failedLine(busy());
      return;
    }
    const stop = new AbortController();
    this.#running = stop;
    const end = (): void => {
      stop.abort();
      if (this.#running === stop) this.#running = null;
    };
    let stalled: NodeJS.Timeout | undefined;
    try {
      for await (const line of new DryRun(past, projection, plan, stop.signal).lines()) {
        stalled = setTimeout(end, stallMs);
        yield line;
        clearTimeout(stalled);
        if (stop.signal.aborted) return;
      }
    } catch (error) {
      logger.warn('dry-run-failed', { error });
      yield failedLine(error);
    } finally {
      clearTimeout(stalled);
      end();
    }
  }

  async startJob(request: DryRunRequest, actor: Actor): Promise<DryRunJob> {
    const plan = await this.#plan(request, MAX_JOB_PERSON_HOURS);
    if (this.#jobs.some(({ view }) => view.state === 'running')) {
      throw new AppError('CONFLICT', { detail: 'another job is at it' });
    }
    const job = new Job(request, actor.userName, this.#o.clock.nowMs());
    this.#jobs.unshift(job);
    this.#jobs.length = Math.min(this.#jobs.length, JOBS_KEPT);
    try {
      await this.#record(request, actor);
    } catch (error) {
      this.#jobs.splice(this.#jobs.indexOf(job), 1);
      throw error;
    }
    const { past, projection, logger } = this.#o;
    job.run(new DryRun(past, projection, plan, job.signal).lines()).catch((error: unknown) => {
      logger.warn('dry-run-failed', { error });
    });
    return job.view;
  }

  jobs(): DryRunJobs {
    return { jobs: this.#jobs.map(({ view: { alarms: _alarms, ...job } }) => job) };
  }

  job(id: string): DryRunJob | null {
    return this.#jobs.find(({ view }) => view.id === id)?.view ?? null;
  }

  cancelJob(id: string): boolean {
    const job = this.#jobs.find(({ view }) => view.id === id);
    job?.cancel();
    return job !== undefined;
  }

  close(): void {
    for (const job of this.#jobs) job.cancel();
  }

  async #plan(request: DryRunRequest, maxPersonHours: number): Promise<DryRunPlan> {
    const { key, value } = request;
    const topic = settingTopic(request.topic);
    const problem = topic === undefined ? 'no such topic' : problemOf(topic, key, value);
    if (topic === undefined || problem !== null) throw invalid(`${request.topic} ${key}: ${problem}`);
    const [fromMs, toMs] = [request.fromMs, request.toMs].map((ms) => Math.floor(ms / SECOND_MS) * SECOND_MS) as [
      number,
      number,
    ];
    if (!(fromMs < toMs && toMs - fromMs <= DAY_MS)) throw invalid('toMs: after fromMs, and at most a day later');
    if (toMs > this.#o.clock.nowMs()) throw invalid('toMs: there are no positions of the future');
    if (fromMs < (await this.#o.past.keptInFullFromMs()))
      throw invalid('fromMs: positions of then are thinned already');
    const areas = areasOf(topic, key, value, request.areas);
    return { topic, key, value, fromMs, toMs, areas, maxPersonHours };
  }

  #record({ topic, key, fromMs, toMs, areas }: DryRunRequest, actor: Actor): Promise<void> {
    const detail = { fromMs, toMs, areas: areas ?? null };
    return insertAudit(this.#o.audit, { actor, action: 'dry-run', subject: `${topic}:${key}`, outcome: 'ok', detail });
  }
}

/** Of a setting about areas it is those; else those that were asked for. */
function areasOf(topic: string, key: string, value: unknown, asked: DryRunRequest['areas']): readonly string[] | null {
  if (topic === 'area') return [key];
  const own = topic === 'post' ? (value as { areas?: readonly string[] } | null)?.areas : undefined;
  const areas = asked === undefined ? own : asked;
  if (areas === undefined) throw invalid('areas: name those to look at, or null for the whole park');
  return areas;
}

const busy = (): AppError => new AppError('CONFLICT', { detail: 'another dry run is at it' });
const invalid = (detail: string): AppError => new AppError('INPUT_INVALID', { detail });

const failedLine = (error: unknown): DryRunLine & { readonly t: 'failed' } =>
  error instanceof AppError
    ? { t: 'failed', code: error.code, detail: error.detail ?? '' }
    : { t: 'failed', code: 'INTERNAL', detail: '' };

class Job {
  view: DryRunJob;
  readonly #stop = new AbortController();

  constructor(request: DryRunRequest, by: string, startedAtMs: number) {
    const state = { state: 'running', done: 0, summary: null, alarms: [], problem: null } as const;
    this.view = { id: randomUUID(), request, by, startedAtMs, ...state };
  }

  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  cancel(): void {
    if (this.view.state === 'running') this.view = { ...this.view, state: 'cancelled' };
    this.#stop.abort();
  }

  /** Rejects with what the run failed of, once it is shown. */
  async run(lines: AsyncGenerator<DryRunLine>): Promise<void> {
    const alarms = new Map<string, DryRunAlarm>();
    try {
      for await (const line of lines) {
        if (this.signal.aborted) return;
        this.#take(line, alarms);
      }
    } catch (error) {
      const { code, detail } = failedLine(error);
      this.view = { ...this.view, state: 'failed', problem: `${code} ${detail}` };
      throw error;
    }
  }

  #take(line: DryRunLine, alarms: Map<string, DryRunAlarm>): void {
    if (line.t === 'progress') this.view = { ...this.view, done: line.done, summary: line.summary };
    else if (line.t === 'end') this.view = { ...this.view, state: 'ended', done: 1, summary: line.summary };
    else if (line.t === 'alarm') {
      const { alarm } = line;
      alarms.delete(alarm.id);
      if (alarm.nowRaisedAtMs === null || alarm.triedRaisedAtMs === null) alarms.set(alarm.id, alarm);
      const [oldest] = alarms.keys();
      if (alarms.size > ALARMS_KEPT && oldest !== undefined) alarms.delete(oldest);
      this.view = { ...this.view, alarms: [...alarms.values()].reverse() };
    }
  }
}
