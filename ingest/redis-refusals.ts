/** Refusals as one capped Redis Stream a company: the front door writes them, the pages and `park vendor` read them. */
import { keys } from '../stream/keys.ts';
import { type Redis, redisFailure } from '../stream/redis.ts';
import { type KeptRefusal, type NotedRefusal, REFUSALS_KEPT, type RefusalStore } from './refusals.ts';

const CURSOR = /^\d+-\d+$/;

export class RedisRefusals implements RefusalStore {
  readonly #redis: Redis;
  readonly #park: string;

  constructor(options: { readonly redis: Redis; readonly park: string }) {
    this.#redis = options.redis;
    this.#park = options.park;
  }

  async append(byCompany: ReadonlyMap<string, readonly NotedRefusal[]>): Promise<void> {
    const pipeline = this.#redis.pipeline();
    for (const [companyCode, refusals] of byCompany) {
      const key = keys.refusals(this.#park, companyCode);
      for (const refusal of refusals) {
        pipeline.xadd(key, 'MAXLEN', '~', REFUSALS_KEPT, '*', 'j', JSON.stringify(refusal));
      }
    }
    try {
      const replies = (await pipeline.exec()) ?? [];
      const failed = replies.find(([error]) => error !== null);
      if (failed !== undefined) throw failed[0];
    } catch (error) {
      throw redisFailure(error, 'keeping refusals');
    }
  }

  async read(companyCode: string, limit: number, before?: string): Promise<KeptRefusal[]> {
    const newest = before !== undefined && CURSOR.test(before) ? `(${before}` : '+';
    const count = Math.min(limit, REFUSALS_KEPT);
    try {
      const items = await this.#redis.xrevrange(keys.refusals(this.#park, companyCode), newest, '-', 'COUNT', count);
      return items.map(([cursor, fields]) => ({ ...(JSON.parse(fields[1] ?? '{}') as NotedRefusal), cursor }));
    } catch (error) {
      throw redisFailure(error, 'reading refusals');
    }
  }
}
