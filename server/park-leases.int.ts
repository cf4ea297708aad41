/** Three processes' worth of lease holders over one Redis, seven parks. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { systemClock } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import { silentLogger } from '../core/logger.ts';
import { keys } from '../stream/keys.ts';
import { closeRedis, createRedis, type Redis, whenReady } from '../stream/redis.ts';
import { RedisLeaseKeeper } from '../stream/redis-lease.ts';
import { RedisLeaseMembers } from '../stream/redis-lease-members.ts';
import { RedisLog } from '../stream/redis-log.ts';
import { ParkLeases } from './park-leases.ts';

const LEASE = 'watch';
const TTL_MS = 2_000;
const run = randomUUID().slice(0, 8);
const PARKS = Array.from({ length: 7 }, (_, i) => `test-${run}-${i}`);
const soon = { timeout: 40_000, interval: 50 };

/** Runs each park that falls to it: renews, and appends its name to the park's log under its term. */
class Member {
  readonly name: string;
  readonly held = new Map<string, number>();
  readonly #redis = createRedis(inject('redisUrl'), { name: 'park-leases-member' });
  readonly #stop = new AbortController();
  readonly #givenUp = new Map<string, () => void>();
  readonly #leases: ParkLeases;
  readonly #running: Promise<unknown>[];
  #isDead = false;

  constructor(name: string) {
    this.name = name;
    const redis = this.#redis;
    const portsOf = (park: string) => ({
      keeper: new RedisLeaseKeeper({ redis, park }),
      members: new RedisLeaseMembers({ redis, park }),
    });
    this.#leases = new ParkLeases({
      lease: LEASE,
      member: name,
      parks: new Map(PARKS.map((park) => [park, portsOf(park)])),
      onGiveUp: (park) => this.#givenUp.get(park)?.(),
      clock: systemClock,
      logger: silentLogger,
    });
    this.#running = [this.#leases.run(this.#stop.signal), ...PARKS.map((park) => this.#serve(park))];
  }

  /** Ends in order. */
  async close(): Promise<void> {
    this.#stop.abort(new AppError('REDIS_UNAVAILABLE'));
    await Promise.all(this.#running);
    closeRedis(this.#redis);
  }

  /** As kill -9: gives nothing back. */
  async kill(): Promise<void> {
    this.#isDead = true;
    closeRedis(this.#redis);
    await this.close();
  }

  async #serve(park: string): Promise<void> {
    const keeper = this.#leases.keeperOf(park);
    const log = new RedisLog({ redis: this.#redis, park });
    const { signal } = this.#stop;
    while (!signal.aborted) {
      let term: number;
      try {
        term = await keeper.acquire(LEASE, this.name, TTL_MS, signal);
      } catch {
        return;
      }
      this.held.set(park, term);
      let isGivenUp = false;
      this.#givenUp.set(park, () => {
        isGivenUp = true;
      });
      let isOurs = true;
      for (let n = 0; isOurs && !isGivenUp && !signal.aborted && !this.#isDead; n++) {
        const entry = {
          kind: 4,
          receivedAtMs: n,
          body: Buffer.from(`${term}:${this.name}`),
          dedupId: `${this.name}:${term}:${n}`,
        };
        await log.append(entry, { lease: LEASE, term }).catch((error: AppError) => {
          if (error.code === 'TERM_LOST') isOurs = false;
        });
        if (n % 5 === 0) isOurs &&= await keeper.renew(LEASE, this.name, TTL_MS, term).catch(() => true);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      this.held.delete(park);
      if (!this.#isDead) await keeper.release(LEASE, this.name).catch(() => {});
    }
  }
}

describe('park leases', () => {
  let redis: Redis;
  const members: Member[] = [];
  beforeAll(async () => {
    redis = createRedis(inject('redisUrl'), { name: 'park-leases-test' });
    await whenReady(redis);
  });
  afterAll(async () => {
    for (const member of members) await member.close();
    for (const park of PARKS) {
      const found = await redis.keys(`*{${park}}*`);
      if (found.length > 0) await redis.del(...found);
    }
    closeRedis(redis);
  });
  const holders = (): Promise<(string | null)[]> => redis.mget(...PARKS.map((park) => keys.lease(park, LEASE)));
  const isSpread = (...loads: number[]) =>
    vi.waitFor(async () => {
      const held = await holders();
      expect(held).not.toContain(null);
      const names = [...new Set(held)];
      expect(names.map((name) => held.filter((holder) => holder === name).length).sort()).toEqual(loads);
    }, soon);

  it('[LOG-84] [LOG-81] seven parks spread over three processes, over two when one is killed, and over three again', async () => {
    for (const name of ['a', 'b', 'c']) members.push(new Member(name));
    await isSpread(2, 2, 3);
    await members[0]?.kill();
    await isSpread(3, 4);
    members.push(new Member('d'));
    await isSpread(2, 2, 3);
    const settled = await holders();
    await members[1]?.close();
    await isSpread(3, 4);
    // What the ended one had was given back; nobody else's park moved.
    const after = await holders();
    expect(after.filter((holder, i) => settled[i] !== 'b' && holder !== settled[i])).toEqual([]);

    // Along each park's log terms only grow, and each has one holder.
    for (const park of PARKS) {
      const entries = await redis.xrange(keys.log(park), '-', '+');
      const said = entries.map(([, fields]) => (fields[7] ?? '').split(':'));
      const terms = said.map(([term]) => Number(term));
      expect(terms).toEqual(terms.toSorted((x, y) => x - y));
      expect(new Set(said.map((each) => each.join(':'))).size).toBe(new Set(terms).size);
      expect(terms.length).toBeGreaterThan(0);
    }
  }, 120_000);
});
