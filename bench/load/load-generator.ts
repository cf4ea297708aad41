/**
 * The load of a bench as a process of its own: signed batches at a target rate over several connections, closed loop
 * (a request has to be answered before its people send again). Parent and child talk over IPC:
 * parent -> `go` | `stop`; child -> {event: 'ready' | 'status' | 'done', ...}. Started by end-to-end.ts.
 *
 * Arguments: JSON of LoadPlan.
 */
import { Agent } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { createDemoPark } from '../park/demo-park.ts';
import { RecentValues } from '../simulator/sender-record.ts';
import { postSigned, type VendorCredential } from '../simulator/signed-post.ts';
import { createLoadChunks, type LoadChunk, peopleFor, stamp } from './load-bodies.ts';

export interface LoadPlan {
  readonly url: string;
  readonly credentials: Readonly<Record<string, VendorCredential>>;
  /** Positions a second: so many people, each sending every intervalMs. */
  readonly ratePerS: number;
  readonly intervalMs: number;
  readonly chunkSize: number;
  readonly connections: number;
}

export interface LoadStatus {
  readonly event: 'status' | 'done';
  readonly atMs: number;
  readonly requests: number;
  readonly accepted: number;
  readonly rejected: number;
  readonly unanswered: number;
  readonly refusedByCode: Readonly<Record<string, number>>;
  /** How long the oldest due request has been waiting for a connection, ms. */
  readonly behindMs: number;
  readonly answerP50Ms: number;
  readonly answerP99Ms: number;
}

const PATH = '/v1/positioning/positions';
const RECORDED_INTERVALS = 4;
const TIMEOUT_MS = 20_000;
const STATUS_EVERY_MS = 1_000;

interface Turn {
  readonly chunk: LoadChunk;
  nextAtMs: number;
  turn: number;
}

class LoadGenerator {
  readonly #plan: LoadPlan;
  readonly #base: URL;
  readonly #agent: Agent;
  readonly #turns: Turn[];
  readonly #refusedByCode: Record<string, number> = {};
  readonly #answerMs = new RecentValues(8_192);
  #requests = 0;
  #accepted = 0;
  #rejected = 0;
  #unanswered = 0;
  #isStopped = false;

  constructor(plan: LoadPlan) {
    this.#plan = plan;
    this.#base = new URL(plan.url);
    this.#agent = new Agent({ keepAlive: true, maxSockets: plan.connections });
    const park = createDemoPark({ people: peopleFor(plan.ratePerS, plan.intervalMs) });
    const { intervalMs, chunkSize } = plan;
    const chunks = createLoadChunks({ park, intervalMs, chunkSize, frames: RECORDED_INTERVALS });
    this.#turns = chunks.map((chunk) => ({ chunk, nextAtMs: 0, turn: 0 }));
  }

  stop(): void {
    this.#isStopped = true;
  }

  status(event: 'status' | 'done'): LoadStatus {
    return {
      event,
      atMs: Date.now(),
      requests: this.#requests,
      accepted: this.#accepted,
      rejected: this.#rejected,
      unanswered: this.#unanswered,
      refusedByCode: this.#refusedByCode,
      behindMs: Math.max(0, Date.now() - Math.min(...this.#turns.map((turn) => turn.nextAtMs))),
      answerP50Ms: this.#answerMs.percentile(0.5),
      answerP99Ms: this.#answerMs.percentile(0.99),
    };
  }

  /** Until stop(); resolves when every request under way is answered. */
  async run(): Promise<void> {
    const startMs = Date.now();
    this.#turns.forEach((turn, i) => {
      turn.nextAtMs = startMs + (this.#plan.intervalMs * i) / this.#turns.length;
    });
    await Promise.all(Array.from({ length: this.#plan.connections }, () => this.#worker()));
    this.#agent.destroy();
  }

  /** One connection: takes whoever is due longest. */
  async #worker(): Promise<void> {
    while (!this.#isStopped) {
      const turn = this.#turns.reduce((a, b) => (b.nextAtMs < a.nextAtMs ? b : a));
      const waitMs = turn.nextAtMs - Date.now();
      if (waitMs > 0) {
        await pause(Math.min(waitMs, 50));
        continue;
      }
      // Taken: nobody else sends for these people before this is answered.
      const dueAtMs = turn.nextAtMs;
      turn.nextAtMs = Number.POSITIVE_INFINITY;
      await this.#send(turn);
      turn.nextAtMs = Math.max(dueAtMs + this.#plan.intervalMs, Date.now() - 2 * this.#plan.intervalMs);
    }
  }

  async #send(turn: Turn): Promise<void> {
    const { bodies, companyCode } = turn.chunk;
    // To and fro: 0 1 2 3 2 1 0 ..., so that nobody jumps.
    const period = Math.max(1, 2 * (bodies.length - 1));
    const step = turn.turn++ % period;
    const body = bodies[step < bodies.length ? step : period - step]!;
    stamp(body, Date.now());
    while (!this.#isStopped) {
      const waitMs = await this.#attempt(companyCode, body.bytes);
      if (waitMs === 0) return;
      await pause(waitMs);
    }
  }

  /** Milliseconds to wait before the same records go out again; 0: answered. */
  async #attempt(companyCode: string, body: Buffer): Promise<number> {
    this.#requests++;
    const sentAtMs = performance.now();
    const credential = this.#plan.credentials[companyCode]!;
    const request = { base: this.#base, path: PATH, body, credential, agent: this.#agent, nowMs: Date.now() };
    try {
      const answer = await postSigned({ ...request, timeoutMs: TIMEOUT_MS });
      this.#answerMs.add(performance.now() - sentAtMs);
      if (answer.status !== 200) {
        const { code } = JSON.parse(answer.body) as { readonly code: string };
        this.#refusedByCode[code] = (this.#refusedByCode[code] ?? 0) + 1;
        return (answer.retryAfterS ?? 1) * 1_000;
      }
      const parsed = JSON.parse(answer.body) as { readonly accepted: number; readonly rejected: readonly unknown[] };
      this.#accepted += parsed.accepted;
      this.#rejected += parsed.rejected.length;
      return 0;
    } catch {
      this.#unanswered++;
      return 250;
    }
  }
}

if (process.send !== undefined) {
  const generator = new LoadGenerator(JSON.parse(process.argv[2] ?? '{}') as LoadPlan);
  process.once('disconnect', () => process.exit(1));
  process.on('message', (message) => {
    if (message === 'stop') generator.stop();
    if (message !== 'go') return;
    const timer = setInterval(() => process.send?.(generator.status('status')), STATUS_EVERY_MS);
    void generator.run().then(() => {
      clearInterval(timer);
      process.send?.(generator.status('done'), () => process.exit(0));
    });
  });
  process.send({ event: 'ready' });
}
