/**
 * What a supplier's software does: sends batches through the signed vendor interface in order, one at a time for each
 * company and interface, over kept connections. Waits as long as Retry-After says, sends again (signed anew) after 429,
 * 503 and lost connections, gives a batch up when the park refuses it for good. Its queue is bounded: a batch that finds
 * it full pushes out the oldest one without an SOS. Keeps the sender's record of every answer.
 */
import { Agent } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from '../../core/clock.ts';
import type { Logger } from '../../core/logger.ts';
import { emptyInterfaceRecord, type InterfaceRecord, RecentValues, type SenderReport, sumOf } from './sender-record.ts';
import { type PostAnswer, postSigned, type VendorCredential } from './signed-post.ts';

const PATHS = {
  persons: '/v1/positioning/persons',
  areas: '/v1/positioning/areas',
  positions: '/v1/positioning/positions',
  'person-alarms': '/v1/positioning/person-alarms',
  sensors: '/v1/sensors/readings',
  activities: '/v1/permits/activities',
  permits: '/v1/permits/tickets',
  'permit-videos': '/v1/permits/videos',
  'permit-attachments': '/v1/permits/attachments',
  commitments: '/v1/commitments',
} as const;
export type VendorInterface = keyof typeof PATHS;

export interface VendorBatch {
  readonly companyCode: string;
  readonly interfaceName: VendorInterface;
  readonly records: readonly object[];
  /** Sent a second time on purpose. */
  readonly isDuplicate?: boolean;
  /** Of a file: sent in place of `records`, which are counted all the same. */
  readonly form?: { readonly contentType: string; readonly body: Uint8Array };
  /** Never pushed out of the queue. */
  readonly isUrgent?: boolean;
}

export interface VendorClientOptions {
  readonly url: string;
  /** company code -> credential. */
  readonly credentials: Readonly<Record<string, VendorCredential>>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Connections in all. */
  readonly connections?: number;
  /** Batches waiting for one company and interface. */
  readonly queueLimit?: number;
  readonly timeoutMs?: number;
  /** First pause after a lost connection; doubles up to LONGEST_PAUSE_MS. */
  readonly firstPauseMs?: number;
}

interface Lane {
  readonly credential: VendorCredential;
  readonly path: string;
  readonly record: InterfaceRecord;
  readonly queue: VendorBatch[];
  isSending: boolean;
}

const LONGEST_PAUSE_MS = 5_000;
const DEFAULT_RETRY_MS = 1_000;
/** Signed too early or late, or a nonce met twice: worth a new signature, but not for ever. */
const SIGN_AGAIN_CODES: readonly string[] = ['CLOCK_SKEW', 'NONCE_REPLAYED'];
const SIGN_AGAIN_LIMIT = 3;

export class VendorClient {
  readonly #options: Required<VendorClientOptions>;
  readonly #base: URL;
  readonly #agent: Agent;
  readonly #lanes = new Map<string, Lane>();
  readonly #answerMs = new RecentValues(4_096);
  readonly #startedAtMs: number;
  readonly #abort = new AbortController();
  #pending = 0;
  #pendingRecords = 0;
  #idle: (() => void)[] = [];

  constructor(options: VendorClientOptions) {
    this.#options = { connections: 8, queueLimit: 60, timeoutMs: 15_000, firstPauseMs: 250, ...options };
    this.#base = new URL(options.url);
    this.#agent = new Agent({ keepAlive: true, maxSockets: this.#options.connections, scheduling: 'fifo' });
    this.#startedAtMs = options.clock.nowMs();
  }

  /** Batches not yet answered or given up. */
  get pending(): number {
    return this.#pending;
  }

  /** Queues a batch. Throws Error when there is no credential for its company. */
  send(batch: VendorBatch): void {
    if (batch.records.length === 0 || this.#abort.signal.aborted) return;
    const lane = this.#laneOf(batch);
    lane.record.batches++;
    lane.record.records += batch.records.length;
    this.#pending++;
    this.#pendingRecords += batch.records.length;
    lane.queue.push(batch);
    if (lane.queue.length > this.#options.queueLimit) this.#pushOut(lane);
    if (!lane.isSending) void this.#drain(lane);
  }

  /** Resolves when everything is answered or given up; true. false: not within timeoutMs. */
  async settled(timeoutMs: number): Promise<boolean> {
    if (this.#pending === 0) return true;
    const done = new Promise<true>((resolve) => this.#idle.push(() => resolve(true)));
    const timer = new AbortController();
    const late = pause(timeoutMs, false as const, { signal: timer.signal }).catch(() => false as const);
    const result = await Promise.race([done, late]);
    timer.abort();
    return result;
  }

  /** Ends at once: waiting batches stay unsent, requests under way stay unanswered. */
  close(): void {
    this.#abort.abort();
    this.#agent.destroy();
  }

  report(): SenderReport {
    const companies: Record<string, Record<string, InterfaceRecord>> = {};
    for (const [key, lane] of this.#lanes) {
      const [companyCode, interfaceName] = key.split(' ') as [string, VendorInterface];
      companies[companyCode] ??= {};
      companies[companyCode][interfaceName] = structuredClone(lane.record);
    }
    return {
      url: this.#options.url,
      startedAtMs: this.#startedAtMs,
      atMs: this.#options.clock.nowMs(),
      total: sumOf([...this.#lanes.values()].map((lane) => lane.record)),
      companies,
      pending: this.#pending,
      pendingRecords: this.#pendingRecords,
      answerMs: {
        p50: this.#answerMs.percentile(0.5),
        p99: this.#answerMs.percentile(0.99),
        max: this.#answerMs.percentile(1),
      },
    };
  }

  #laneOf(batch: VendorBatch): Lane {
    const key = `${batch.companyCode} ${batch.interfaceName}`;
    let lane = this.#lanes.get(key);
    if (lane === undefined) {
      const credential = this.#options.credentials[batch.companyCode];
      if (credential === undefined) throw new Error(`no credential for company ${batch.companyCode}`);
      const path = PATHS[batch.interfaceName];
      lane = { credential, path, record: emptyInterfaceRecord(), queue: [], isSending: false };
      this.#lanes.set(key, lane);
    }
    return lane;
  }

  #pushOut(lane: Lane): void {
    // The first one may be under way.
    const from = lane.isSending ? 1 : 0;
    const at = lane.queue.findIndex((batch, i) => i >= from && batch.isUrgent !== true);
    if (at < 0) return;
    const [batch] = lane.queue.splice(at, 1);
    this.#giveUp(lane, batch!);
  }

  #giveUp(lane: Lane, batch: VendorBatch): void {
    lane.record.givenUp++;
    lane.record.givenUpRecords += batch.records.length;
    this.#finish(batch);
  }

  #finish(batch: VendorBatch): void {
    this.#pending--;
    this.#pendingRecords -= batch.records.length;
    if (this.#pending > 0) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  async #drain(lane: Lane): Promise<void> {
    lane.isSending = true;
    while (lane.queue.length > 0 && !this.#abort.signal.aborted) {
      const batch = lane.queue[0]!;
      const isAnswered = await this.#sendUntilAnswered(lane, batch);
      if (this.#abort.signal.aborted) break;
      lane.queue.shift();
      if (isAnswered) this.#finish(batch);
      else this.#giveUp(lane, batch);
    }
    lane.isSending = false;
  }

  /** false: refused for good. */
  async #sendUntilAnswered(lane: Lane, batch: VendorBatch): Promise<boolean> {
    const body = batch.form?.body ?? Buffer.from(JSON.stringify({ records: batch.records }));
    let pauseMs = this.#options.firstPauseMs;
    let signedAgain = 0;
    while (!this.#abort.signal.aborted) {
      const answer = await this.#attempt(lane, batch, body);
      if (answer === null) {
        await this.#wait(pauseMs);
        pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2);
        continue;
      }
      if (answer.status === 200) {
        this.#count(lane.record, batch, answer);
        return true;
      }
      const code = codeOf(answer);
      lane.record.refusedByCode[code] = (lane.record.refusedByCode[code] ?? 0) + 1;
      const mayComeBack = answer.status === 429 || answer.status >= 500;
      if (!mayComeBack && !(SIGN_AGAIN_CODES.includes(code) && signedAgain++ < SIGN_AGAIN_LIMIT)) {
        const { companyCode, interfaceName } = batch;
        this.#options.logger.warn('vendor-batch-refused', { companyCode, interfaceName, status: answer.status, code });
        return false;
      }
      await this.#wait(answer.retryAfterS === null ? DEFAULT_RETRY_MS : answer.retryAfterS * 1_000);
    }
    return false;
  }

  /** null: no answer. */
  async #attempt(lane: Lane, batch: VendorBatch, body: Uint8Array): Promise<PostAnswer | null> {
    const { clock, timeoutMs, logger } = this.#options;
    lane.record.requests++;
    const sentAtMs = performance.now();
    try {
      const { path, credential } = lane;
      const nowMs = clock.nowMs();
      const answer = await postSigned({
        base: this.#base,
        path,
        body,
        contentType: batch.form?.contentType ?? 'application/json',
        credential,
        agent: this.#agent,
        nowMs,
        timeoutMs,
      });
      this.#answerMs.add(performance.now() - sentAtMs);
      return answer;
    } catch (error) {
      lane.record.unanswered++;
      lane.record.unansweredRecords += batch.records.length;
      if (!this.#abort.signal.aborted)
        logger.debug('vendor-batch-unanswered', { companyCode: batch.companyCode, error });
      return null;
    }
  }

  #count(record: InterfaceRecord, batch: VendorBatch, answer: PostAnswer): void {
    const parsed = JSON.parse(answer.body) as {
      readonly accepted: number;
      readonly rejected: readonly { readonly code: string }[];
    };
    record.accepted += parsed.accepted;
    record.rejected += parsed.rejected.length;
    if (batch.isDuplicate !== true) record.acceptedDistinct += parsed.accepted;
    for (const { code } of parsed.rejected) record.rejectedByCode[code] = (record.rejectedByCode[code] ?? 0) + 1;
  }

  async #wait(ms: number): Promise<void> {
    await pause(ms, undefined, { signal: this.#abort.signal, ref: true }).catch(() => undefined);
  }
}

function codeOf(answer: PostAnswer): string {
  try {
    const { code } = JSON.parse(answer.body) as { readonly code?: unknown };
    return typeof code === 'string' ? code : `HTTP_${answer.status}`;
  } catch {
    return `HTTP_${answer.status}`;
  }
}
