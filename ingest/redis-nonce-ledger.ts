/** Spent nonces in Redis, so that every ingest process and every restart knows them. Called once a request by authenticate.ts. */
import { keys } from '../stream/keys.ts';
import { type Redis, redisFailure } from '../stream/redis.ts';
import { runScript } from '../stream/scripts.ts';
import { NONCE_KEPT_MS, type NonceLedger } from './ports.ts';

export class RedisNonceLedger implements NonceLedger {
  readonly #redis: Redis;
  constructor(redis: Redis) {
    this.#redis = redis;
  }

  /** Throws AppError REDIS_UNAVAILABLE when the answer was lost: the nonce may be spent then, and a retry signs anew anyway. */
  async spend(appId: string, nonce: string): Promise<boolean> {
    try {
      return (await runScript(this.#redis, 'spend-nonce', [keys.nonce(appId, nonce)], [NONCE_KEPT_MS])) === 1;
    } catch (error) {
      throw redisFailure(error, 'spending a nonce');
    }
  }
}
