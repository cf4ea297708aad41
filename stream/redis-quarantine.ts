/**
 * Entries that the engine threw on twice. The set is durable and outside the log: whoever replays reads it first, so the
 * decision does not hang on an entry that comes later. Written by watch, read by watch, store and archive.
 */
import { keys } from './keys.ts';
import { type Redis, redisFailure } from './redis.ts';

export interface QuarantineSet {
  add(epoch: string, seq: number, reason: string): Promise<void>;
  /** Sequences of this epoch with the reason. */
  list(epoch: string): Promise<ReadonlyMap<number, string>>;
}

export class RedisQuarantineSet implements QuarantineSet {
  readonly #redis: Redis;
  readonly #key: string;

  constructor(options: { readonly redis: Redis; readonly park: string }) {
    this.#redis = options.redis;
    this.#key = keys.quarantine(options.park);
  }

  async add(epoch: string, seq: number, reason: string): Promise<void> {
    try {
      await this.#redis.hset(this.#key, `${epoch}:${seq}`, reason);
    } catch (error) {
      throw redisFailure(error, 'quarantining an entry');
    }
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

  async add(epoch: string, seq: number, reason: string): Promise<void> {
    const ofEpoch = this.#kept.get(epoch) ?? new Map<number, string>();
    ofEpoch.set(seq, reason);
    this.#kept.set(epoch, ofEpoch);
  }

  async list(epoch: string): Promise<ReadonlyMap<number, string>> {
    return new Map(this.#kept.get(epoch) ?? []);
  }
}
