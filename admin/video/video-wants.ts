/** Whose pictures are wanted, and until when: said by whoever looks, heard by the one process that makes them. */
import { keys } from '../../stream/keys.ts';
import { type Redis, redisFailure } from '../../stream/redis.ts';

/** `record`: a job that is to be recorded throughout; it goes before somebody who looks. */
export type WantReason = 'record' | 'watch';

export interface VideoWants {
  /** Never shortens what was wanted before. */
  want(reason: WantReason, code: string, untilMs: number): Promise<void>;
  /** Wanted after `nowMs`, those to be recorded first, then by code; each code once. Forgets what is over. */
  wanted(nowMs: number): Promise<{ readonly code: string; readonly reason: WantReason }[]>;
}

const inOrder = (members: readonly string[]): { code: string; reason: WantReason }[] => {
  const found = members.map((member) => {
    const at = member.indexOf(':');
    return { reason: member.slice(0, at) as WantReason, code: member.slice(at + 1) };
  });
  // By name `record` comes before `watch`.
  found.sort((a, b) => a.reason.localeCompare(b.reason) || a.code.localeCompare(b.code));
  return found.filter((one, i) => found.findIndex(({ code }) => code === one.code) === i);
};

export class RedisVideoWants implements VideoWants {
  readonly #redis: Redis;
  readonly #key: string;

  constructor(options: { readonly redis: Redis; readonly park: string }) {
    this.#redis = options.redis;
    this.#key = keys.videoWants(options.park);
  }

  async want(reason: WantReason, code: string, untilMs: number): Promise<void> {
    try {
      await this.#redis.zadd(this.#key, 'GT', untilMs, `${reason}:${code}`);
    } catch (error) {
      throw redisFailure(error, 'asking for pictures');
    }
  }

  async wanted(nowMs: number) {
    try {
      await this.#redis.zremrangebyscore(this.#key, '-inf', nowMs);
      return inOrder(await this.#redis.zrange(this.#key, '0', '-1'));
    } catch (error) {
      throw redisFailure(error, 'reading whose pictures are wanted');
    }
  }
}

export class MemoryVideoWants implements VideoWants {
  readonly #untilMs = new Map<string, number>();

  async want(reason: WantReason, code: string, untilMs: number): Promise<void> {
    const member = `${reason}:${code}`;
    this.#untilMs.set(member, Math.max(untilMs, this.#untilMs.get(member) ?? 0));
  }

  async wanted(nowMs: number) {
    for (const [member, untilMs] of this.#untilMs) if (untilMs <= nowMs) this.#untilMs.delete(member);
    return inOrder([...this.#untilMs.keys()]);
  }
}
