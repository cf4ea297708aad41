/** Memory twin of the session store and the attempt counter: tests, and nothing else. Same contract suites as Redis. */
import type { Clock } from '../core/clock.ts';
import type { ShortLivedStore } from './pending-sign-ins.ts';
import type { AttemptStore, Attempts } from './session-attempts.ts';
import type { SessionStore } from './sessions.ts';

interface Held {
  text: string;
  untilMs: number;
}

export class MemorySessionStore implements SessionStore, ShortLivedStore {
  readonly #clock: Clock;
  readonly #sessions = new Map<string, Held>();
  readonly #tickets = new Map<string, Held>();
  readonly #shortLived = new Map<string, Held>();
  readonly #byUser = new Map<string, Set<string>>();
  /** Session ids announced as ended, oldest first. */
  readonly ended: string[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async put(sessionId: string, userId: string, record: string, ttlMs: number): Promise<void> {
    this.#sessions.set(sessionId, { text: record, untilMs: this.#clock.nowMs() + ttlMs });
    const ids = this.#byUser.get(userId) ?? new Set<string>();
    this.#byUser.set(userId, ids.add(sessionId));
  }

  async get(sessionId: string): Promise<string | null> {
    return this.#live(this.#sessions, sessionId)?.text ?? null;
  }

  async extend(sessionId: string, ttlMs: number): Promise<boolean> {
    const held = this.#live(this.#sessions, sessionId);
    if (held === undefined) return false;
    held.untilMs = this.#clock.nowMs() + ttlMs;
    return true;
  }

  async leftMs(sessionId: string): Promise<number | null> {
    const held = this.#live(this.#sessions, sessionId);
    return held === undefined ? null : held.untilMs - this.#clock.nowMs();
  }

  async remove(sessionId: string, userId: string): Promise<boolean> {
    const wasThere = this.#live(this.#sessions, sessionId) !== undefined;
    this.#sessions.delete(sessionId);
    this.#byUser.get(userId)?.delete(sessionId);
    return wasThere;
  }

  async idsOf(userId: string): Promise<string[]> {
    return [...(this.#byUser.get(userId) ?? [])];
  }

  async announceEnd(sessionId: string): Promise<void> {
    this.ended.push(sessionId);
  }

  async putTicket(ticketId: string, record: string, ttlMs: number): Promise<void> {
    this.#tickets.set(ticketId, { text: record, untilMs: this.#clock.nowMs() + ttlMs });
  }

  async takeTicket(ticketId: string): Promise<string | null> {
    const held = this.#live(this.#tickets, ticketId);
    this.#tickets.delete(ticketId);
    return held?.text ?? null;
  }

  async putShortLived(what: string, id: string, text: string, ttlMs: number): Promise<void> {
    this.#shortLived.set(`${what}:${id}`, { text, untilMs: this.#clock.nowMs() + ttlMs });
  }

  async getShortLived(what: string, id: string): Promise<string | null> {
    return this.#live(this.#shortLived, `${what}:${id}`)?.text ?? null;
  }

  async takeShortLived(what: string, id: string): Promise<string | null> {
    const held = this.#live(this.#shortLived, `${what}:${id}`);
    this.#shortLived.delete(`${what}:${id}`);
    return held?.text ?? null;
  }

  #live(map: Map<string, Held>, key: string): Held | undefined {
    const held = map.get(key);
    return held !== undefined && held.untilMs > this.#clock.nowMs() ? held : undefined;
  }
}

export class MemoryAttemptStore implements AttemptStore {
  readonly #clock: Clock;
  readonly #held = new Map<string, { count: number; untilMs: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async add(key: string, windowMs: number): Promise<Attempts> {
    const nowMs = this.#clock.nowMs();
    const held = this.#held.get(key);
    const next =
      held !== undefined && held.untilMs > nowMs
        ? { count: held.count + 1, untilMs: held.untilMs }
        : { count: 1, untilMs: nowMs + windowMs };
    this.#held.set(key, next);
    return { count: next.count, remainingMs: next.untilMs - nowMs };
  }

  async restartWindow(key: string, windowMs: number): Promise<void> {
    const held = this.#held.get(key);
    if (held !== undefined) held.untilMs = this.#clock.nowMs() + windowMs;
  }

  async clear(key: string): Promise<void> {
    this.#held.delete(key);
  }
}
