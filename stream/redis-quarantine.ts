/**
 * Entries that the engine threw on twice. The set is durable and outside the log: whoever replays reads it first, so the
 * decision does not hang on an entry that comes later. Written by watch, read by watch, store and archive.
 */
import { checkFence, fenceArguments, termLost } from './continuity.ts';
import { keys } from './keys.ts';
import type { Fence } from './protocol/log.ts';
import { type Redis, redisFailure } from './redis.ts';
import { runScript } from './scripts.ts';

export interface QuarantineSet {
  /** With a fence: TERM_LOST, and nothing is added, when the term is not the newest of its lease. */
  add(epoch: string, seq: number, reason: string, fence?: Fence): Promise<void>;
  /** Sequences of this epoch with the reason. */
  list(epoch: string): Promise<ReadonlyMap<number, string>>;
}

export class RedisQuarantineSet implements QuarantineSet {
  readonly #redis: Redis;
  readonly #key: string;
  readonly #terms: string;

  constructor(options: { readonly redis: Redis; readonly park: string }) {
    this.#redis = options.redis;
    this.#key = keys.quarantine(options.park);
    this.#terms = keys.terms(options.park);
  }

  async add(epoch: string, seq: number, reason: string, fence?: Fence): Promise<void> {
    const scriptArgs = [`${epoch}:${seq}`, reason, ...fenceArguments(fence)];
    let reply: unknown;
    try {
      reply = await runScript(this.#redis, 'set-field', [this.#key, this.#terms], scriptArgs);
    } catch (error) {
      throw redisFailure(error, 'quarantining an entry');
    }
    if (reply === -1 && fence !== undefined) throw termLost(fence);
  }

  async list(epoch: string): Promise<ReadonlyMap<number, string>> {
    try {
      const stored = await this.#redis.hgetall(this.#key);
      const mine = Object.entries(stored).filter(([field]) => field.startsWith(`${epoch}:`));
      return new Map(mine.map(([field, reason]) => [Number(field.slice(epoch.length + 1)), reason]));
    } catch (error) {
      throw redisFailure(error, 'reading the quarantine set');
    }
  }
}

/** Twin in one process. */
export class MemoryQuarantineSet implements QuarantineSet {
  readonly #kept = new Map<string, Map<number, string>>();
  readonly #terms: ReadonlyMap<string, number>;

  /** `terms`: newest of the park's leases, where adding is to be fenced. */
  constructor(terms: ReadonlyMap<string, number> = new Map()) {
    this.#terms = terms;
  }

  async add(epoch: string, seq: number, reason: string, fence?: Fence): Promise<void> {
    checkFence(this.#terms, fence);
    const ofEpoch = this.#kept.get(epoch) ?? new Map<number, string>();
    ofEpoch.set(seq, reason);
    this.#kept.set(epoch, ofEpoch);
  }

  async list(epoch: string): Promise<ReadonlyMap<number, string>> {
    return new Map(this.#kept.get(epoch) ?? []);
  }
}
