/**
 * Keeps a set of members running: the private servers, one process per role, the simulator. A member that ends is
 * started again, the first time at once, then at growing distances; on stop() members end in a fixed order, each in
 * bounded time, and nothing else on the machine is touched. Called by server/cli/up.ts and serve.ts.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { ProcessEnd } from './services/process.ts';

/** One run of a member. The embedded servers are of this shape too. */
export interface MemberRun {
  readonly pid: number;
  /** Resolves when the process is gone. */
  readonly ended: Promise<ProcessEnd>;
  /** Ends it in bounded time. */
  stop(): Promise<void>;
}

export interface Member {
  readonly name: string;
  /** Resolves when it is ready for work; throws when it ended before, or when `signal` aborted meanwhile. */
  start(signal: AbortSignal): Promise<MemberRun>;
}

export type MemberState = 'starting' | 'ready' | 'ended' | 'start-failed' | 'stopping' | 'stopped';

export interface StateChange {
  readonly name: string;
  readonly state: MemberState;
  readonly pid?: number;
  /** Why it ended or did not start. */
  readonly reason?: string;
  /** Pause left before the next start. */
  readonly retryInMs?: number;
}

export interface SupervisorOptions {
  readonly onState: (change: StateChange) => void;
  /** From the start of a run to its first, second, ... restart at least; the last one repeats. */
  readonly backoffMs?: readonly number[];
  /** A run of this length clears the count of restarts. */
  readonly steadyAfterMs?: number;
  /** How often the very first start of a member is tried before start() gives up. */
  readonly firstStartAttempts?: number;
  /** Running time, ms; that of the process by default. */
  readonly runningMs?: () => number;
}

const BACKOFF_MS = [0, 250, 500, 1_000, 2_000];
const STEADY_AFTER_MS = 30_000;
const FIRST_START_ATTEMPTS = 3;

export class Supervisor {
  readonly #options: Required<SupervisorOptions>;
  readonly #keepers: Keeper[] = [];
  #stopping: Promise<void> | undefined;

  constructor(options: SupervisorOptions) {
    this.#options = {
      backoffMs: BACKOFF_MS,
      steadyAfterMs: STEADY_AFTER_MS,
      firstStartAttempts: FIRST_START_ATTEMPTS,
      runningMs: () => performance.now(),
      ...options,
    };
  }

  /**
   * Starts members side by side and resolves when all are ready, with their first runs in the same order. Throws when
   * one does not come up in its first attempts; the caller then stops the supervisor.
   */
  async start(members: readonly Member[]): Promise<MemberRun[]> {
    if (this.#stopping !== undefined) throw new Error('the supervisor is stopping');
    const keepers = members.map((member) => new Keeper(member, this.#options));
    this.#keepers.push(...keepers);
    const results = await Promise.allSettled(keepers.map((keeper) => keeper.start()));
    return results.map((result) => {
      if (result.status === 'rejected') throw result.reason;
      return result.value;
    });
  }

  /** Ends the named members first, in that order, then the others, the last started first. Idempotent. */
  stop(order: readonly string[]): Promise<void> {
    this.#stopping ??= this.#stopAll(order);
    return this.#stopping;
  }

  async #stopAll(order: readonly string[]): Promise<void> {
    // From here on nothing is restarted, also not what ends because another member is gone.
    for (const keeper of this.#keepers) keeper.letGo();
    const named = order.flatMap((name) => this.#keepers.filter((keeper) => keeper.name === name));
    const others = this.#keepers.filter((keeper) => !named.includes(keeper)).toReversed();
    for (const keeper of [...named, ...others]) await keeper.stop();
  }
}

/** One member's life: start, follow, start again. */
class Keeper {
  readonly name: string;
  readonly #member: Member;
  readonly #options: Required<SupervisorOptions>;
  readonly #letGo = new AbortController();
  #run: MemberRun | undefined;
  #starting: Promise<unknown> = Promise.resolve();
  #following: Promise<void> = Promise.resolve();
  #restarts = 0;
  #startedAtMs = 0;

  constructor(member: Member, options: Required<SupervisorOptions>) {
    this.name = member.name;
    this.#member = member;
    this.#options = options;
  }

  async start(): Promise<MemberRun> {
    for (let attempt = 1; ; attempt++) {
      try {
        const run = await this.#startOnce();
        this.#following = this.#follow(run);
        return run;
      } catch (error) {
        if (attempt >= this.#options.firstStartAttempts || this.#letGo.signal.aborted) throw error;
        await this.#pauseBeforeRestart(error as Error);
      }
    }
  }

  letGo(): void {
    this.#letGo.abort();
  }

  async stop(): Promise<void> {
    this.letGo();
    await this.#starting.catch(() => undefined);
    if (this.#run !== undefined) {
      this.#tell('stopping', { pid: this.#run.pid });
      await this.#run.stop();
    }
    await this.#following;
    this.#tell('stopped', {});
  }

  async #startOnce(): Promise<MemberRun> {
    this.#tell('starting', {});
    this.#startedAtMs = this.#options.runningMs();
    const starting = this.#member.start(this.#letGo.signal);
    this.#starting = starting;
    const run = await starting;
    this.#run = run;
    this.#tell('ready', { pid: run.pid });
    return run;
  }

  async #follow(first: MemberRun): Promise<void> {
    let run: MemberRun | undefined = first;
    while (!this.#letGo.signal.aborted) {
      if (run !== undefined) {
        const readyAtMs = this.#options.runningMs();
        const { code, signal } = await run.ended;
        if (this.#letGo.signal.aborted) return;
        if (this.#options.runningMs() - readyAtMs >= this.#options.steadyAfterMs) this.#restarts = 0;
        this.#run = undefined;
        await this.#pauseBeforeRestart(new Error(signal === null ? `exit code ${code}` : `signal ${signal}`), 'ended');
      }
      if (this.#letGo.signal.aborted) return;
      try {
        run = await this.#startOnce();
      } catch (error) {
        run = undefined;
        if (this.#letGo.signal.aborted) return;
        await this.#pauseBeforeRestart(error as Error);
      }
    }
  }

  async #pauseBeforeRestart(reason: Error, state: MemberState = 'start-failed'): Promise<void> {
    const pauses = this.#options.backoffMs;
    // Starts keep their distance; what ran for that long is started again at once.
    const ranMs = this.#options.runningMs() - this.#startedAtMs;
    const retryInMs = Math.max(0, Math.ceil((pauses[Math.min(this.#restarts, pauses.length - 1)] ?? 0) - ranMs));
    this.#restarts++;
    this.#tell(state, { reason: reason.message, retryInMs });
    await pause(retryInMs, undefined, { signal: this.#letGo.signal }).catch(() => undefined);
  }

  #tell(state: MemberState, more: { pid?: number; reason?: string; retryInMs?: number }): void {
    this.#options.onState({ name: this.name, state, ...more });
  }
}
