/**
 * Leases in the log's slot: SET NX PX for the holder, a counter that never expires for the term. The term, not the
 * lease, is what protects: publishing scripts refuse an older one. Twin: memory-lease.ts.
 */
import type { Logger } from '../core/logger.ts';
import { pause } from '../core/pause.ts';
import { keys } from './keys.ts';
import type { LeaseKeeper } from './protocol/log.ts';
import { type Redis, redisFailure } from './redis.ts';
import { runScript } from './scripts.ts';

/** A waiting process looks at least this often: leases given back early are taken soon. */
const LONGEST_WAIT_MS = 250;

export interface RedisLeaseOptions {
  readonly redis: Redis;
  readonly park: string;
  readonly logger?: Logger;
}

export class RedisLeaseKeeper implements LeaseKeeper {
  readonly #redis: Redis;
  readonly #park: string;
  readonly #logger: Logger | undefined;

  constructor(options: RedisLeaseOptions) {
    this.#redis = options.redis;
    this.#park = options.park;
    this.#logger = options.logger;
  }

  async acquire(lease: string, holder: string, ttlMs: number, signal: AbortSignal): Promise<number> {
    for (;;) {
      signal.throwIfAborted();
      const answer = await this.#ask(lease, holder, ttlMs);
      if (answer > 0) return answer;
      await pause(Math.min(-answer, LONGEST_WAIT_MS), signal);
    }
  }

  async tryAcquire(lease: string, holder: string, ttlMs: number): Promise<number | null> {
    const answer = await this.#ask(lease, holder, ttlMs);
    return answer > 0 ? answer : null;
  }

  async renew(lease: string, holder: string, ttlMs: number, term: number): Promise<boolean> {
    const scriptKeys = [keys.lease(this.#park, lease), keys.terms(this.#park)];
    try {
      return (await runScript(this.#redis, 'lease-renew', scriptKeys, [holder, ttlMs, lease, term])) === 1;
    } catch (error) {
      throw redisFailure(error, `renewing lease ${lease}`);
    }
  }

  async release(lease: string, holder: string): Promise<void> {
    try {
      await runScript(this.#redis, 'lease-release', [keys.lease(this.#park, lease)], [holder]);
    } catch (error) {
      throw redisFailure(error, `releasing lease ${lease}`);
    }
  }

  /** The term, or minus the ms to wait. A server that is away is waited for like a holder. */
  async #ask(lease: string, holder: string, ttlMs: number): Promise<number> {
    const park = this.#park;
    try {
      const scriptKeys = [keys.lease(park, lease), keys.terms(park)];
      return Number(await runScript(this.#redis, 'lease-acquire', scriptKeys, [holder, ttlMs, lease]));
    } catch (error) {
      this.#logger?.warn('lease-unreachable', { lease, error: redisFailure(error, `acquiring lease ${lease}`) });
      return -LONGEST_WAIT_MS;
    }
  }
}
