/** Who competes for a lease, in the log's slot: a sorted set by the server's own time. Twin: memory-lease.ts. */
import { keys } from './keys.ts';
import type { LeaseMembers, LeaseView } from './protocol/log.ts';
import { type Redis, redisFailure } from './redis.ts';
import { runScript } from './scripts.ts';

export class RedisLeaseMembers implements LeaseMembers {
  readonly #redis: Redis;
  readonly #park: string;

  constructor(options: { readonly redis: Redis; readonly park: string }) {
    this.#redis = options.redis;
    this.#park = options.park;
  }

  async look(lease: string, member: string, ttlMs: number): Promise<LeaseView> {
    const scriptKeys = [keys.lease(this.#park, lease), keys.members(this.#park, lease)];
    let reply: [string, number, ...string[]];
    try {
      reply = (await runScript(this.#redis, 'lease-look', scriptKeys, [member, ttlMs])) as typeof reply;
    } catch (error) {
      throw redisFailure(error, `looking at lease ${lease}`);
    }
    const [holder, leftMs, ...members] = reply;
    return { holder: holder === '' ? null : holder, leftMs, members: members.sort() };
  }

  async leave(lease: string, member: string): Promise<void> {
    try {
      await this.#redis.zrem(keys.members(this.#park, lease), member);
    } catch (error) {
      throw redisFailure(error, `leaving lease ${lease}`);
    }
  }
}
