/**
 * Sessions, live tickets and attempt counters in Redis. Every key expires by itself. Commands stand alone (no script,
 * no transaction), so the keys may lie in different slots of a Redis Cluster; each order of steps leaves, when it is
 * cut short, at worst an id in a user's list that leads nowhere. Failures leave as AppError REDIS_UNAVAILABLE.
 */
import { channels, keys } from '../stream/keys.ts';
import { type Redis, redisFailure } from '../stream/redis.ts';
import type { ShortLivedStore } from './pending-sign-ins.ts';
import type { AttemptStore, Attempts } from './session-attempts.ts';
import type { SessionStore } from './sessions.ts';

/** A user's list outlives what is on it. */
const LIST_SLACK_MS = 3_600_000;

export class RedisSessionStore implements SessionStore, ShortLivedStore {
  readonly #redis: Redis;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  async put(sessionId: string, userId: string, record: string, ttlMs: number, lifeMs: number): Promise<void> {
    await doing('starting a session', async () => {
      // The list first: a session that no list knows could not be revoked.
      await this.#redis.sadd(keys.sessionsOf(userId), sessionId);
      await this.#redis.pexpire(keys.sessionsOf(userId), lifeMs + LIST_SLACK_MS);
      await this.#redis.set(keys.session(sessionId), record, 'PX', Math.max(1, ttlMs));
    });
  }

  get(sessionId: string): Promise<string | null> {
    return doing('reading a session', () => this.#redis.get(keys.session(sessionId)));
  }

  extend(sessionId: string, ttlMs: number): Promise<boolean> {
    return doing(
      'extending a session',
      async () => (await this.#redis.pexpire(keys.session(sessionId), Math.max(1, ttlMs))) === 1,
    );
  }

  leftMs(sessionId: string): Promise<number | null> {
    return doing('looking at a session', async () => {
      const leftMs = await this.#redis.pttl(keys.session(sessionId));
      return leftMs < 0 ? null : leftMs;
    });
  }

  remove(sessionId: string, userId: string): Promise<boolean> {
    return doing('ending a session', async () => {
      const removed = await this.#redis.del(keys.session(sessionId));
      await this.#redis.srem(keys.sessionsOf(userId), sessionId);
      return removed === 1;
    });
  }

  idsOf(userId: string): Promise<string[]> {
    return doing('listing sessions', () => this.#redis.smembers(keys.sessionsOf(userId)));
  }

  async announceEnd(sessionId: string): Promise<void> {
    await doing('announcing the end of a session', () =>
      this.#redis.publish(channels.sessions, JSON.stringify({ ended: sessionId })),
    );
  }

  async putTicket(ticketId: string, record: string, ttlMs: number): Promise<void> {
    await doing('issuing a ticket', () => this.#redis.set(keys.ticket(ticketId), record, 'PX', ttlMs));
  }

  takeTicket(ticketId: string): Promise<string | null> {
    return doing('redeeming a ticket', () => this.#redis.getdel(keys.ticket(ticketId)));
  }

  async putShortLived(what: string, id: string, text: string, ttlMs: number): Promise<void> {
    await doing(`keeping a ${what}`, () => this.#redis.set(keys.shortLived(what, id), text, 'PX', ttlMs));
  }

  getShortLived(what: string, id: string): Promise<string | null> {
    return doing(`reading a ${what}`, () => this.#redis.get(keys.shortLived(what, id)));
  }

  takeShortLived(what: string, id: string): Promise<string | null> {
    return doing(`taking a ${what}`, () => this.#redis.getdel(keys.shortLived(what, id)));
  }
}

export class RedisAttemptStore implements AttemptStore {
  readonly #redis: Redis;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  add(subject: string, windowMs: number): Promise<Attempts> {
    return doing('counting an attempt', async () => {
      const key = keys.signInAttempts(subject);
      await this.#redis.set(key, 0, 'PX', windowMs, 'NX');
      const count = await this.#redis.incr(key);
      const remainingMs = await this.#redis.pttl(key);
      if (remainingMs >= 0) return { count, remainingMs };
      // The key expired between SET and INCR: INCR made one that would never end.
      await this.#redis.pexpire(key, windowMs);
      return { count, remainingMs: windowMs };
    });
  }

  async restartWindow(subject: string, windowMs: number): Promise<void> {
    await doing('locking a name', () => this.#redis.pexpire(keys.signInAttempts(subject), windowMs));
  }

  async clear(subject: string): Promise<void> {
    await doing('clearing attempts', () => this.#redis.del(keys.signInAttempts(subject)));
  }
}

async function doing<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw redisFailure(error, what);
  }
}
