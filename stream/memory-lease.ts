/** Twin of redis-lease.ts in one process; time is the clock's, waiting ends when a lease is given back or `expire` looks. */
import type { Clock } from '../core/clock.ts';
import { Arrival } from './arrival.ts';
import type { LeaseKeeper, LeaseMembers, LeaseView } from './protocol/log.ts';

const LOOK_EVERY_MS = 5;

/** What the processes of one park share. */
export class MemoryLeases {
  readonly held = new Map<string, { holder: string; untilMs: number }>();
  readonly terms: Map<string, number>;
  /** Lease -> member -> shown until, ms. */
  readonly members = new Map<string, Map<string, number>>();
  readonly released = new Arrival();
  readonly clock: Clock;
  /** `terms`: of the log that the holders write to (`MemoryLogStore.terms`), where it is to be fenced. */
  constructor(clock: Clock, terms = new Map<string, number>()) {
    this.clock = clock;
    this.terms = terms;
  }
}

export class MemoryLeaseKeeper implements LeaseKeeper {
  readonly #leases: MemoryLeases;
  constructor(leases: MemoryLeases) {
    this.#leases = leases;
  }

  async acquire(lease: string, holder: string, ttlMs: number, signal: AbortSignal): Promise<number> {
    for (;;) {
      signal.throwIfAborted();
      const term = await this.tryAcquire(lease, holder, ttlMs);
      if (term !== null) return term;
      await this.#leases.released.wait(LOOK_EVERY_MS);
    }
  }

  async tryAcquire(lease: string, holder: string, ttlMs: number): Promise<number | null> {
    const { held, terms, clock } = this.#leases;
    const current = held.get(lease);
    if (current !== undefined && current.untilMs > clock.nowMs()) return null;
    const term = (terms.get(lease) ?? 0) + 1;
    terms.set(lease, term);
    held.set(lease, { holder, untilMs: clock.nowMs() + ttlMs });
    return term;
  }

  async renew(lease: string, holder: string, ttlMs: number, term: number): Promise<boolean> {
    const { held, terms, clock } = this.#leases;
    const current = held.get(lease);
    const isFree = current === undefined || current.untilMs <= clock.nowMs();
    if ((!isFree && current.holder !== holder) || terms.get(lease) !== term) return false;
    held.set(lease, { holder, untilMs: clock.nowMs() + ttlMs });
    return true;
  }

  async release(lease: string, holder: string): Promise<void> {
    const { held, released } = this.#leases;
    if (held.get(lease)?.holder === holder) held.delete(lease);
    released.announce();
  }
}

export class MemoryLeaseMembers implements LeaseMembers {
  readonly #leases: MemoryLeases;
  constructor(leases: MemoryLeases) {
    this.#leases = leases;
  }

  async look(lease: string, member: string, ttlMs: number): Promise<LeaseView> {
    const { held, members, clock } = this.#leases;
    const nowMs = clock.nowMs();
    const shown = members.get(lease) ?? new Map<string, number>();
    members.set(lease, shown.set(member, nowMs + ttlMs));
    // Not shown for 0 ms.
    for (const [name, untilMs] of shown) if (untilMs <= nowMs) shown.delete(name);
    const current = held.get(lease);
    const leftMs = Math.max(0, (current?.untilMs ?? 0) - nowMs);
    return { holder: leftMs > 0 ? (current?.holder ?? null) : null, leftMs, members: [...shown.keys()].sort() };
  }

  async leave(lease: string, member: string): Promise<void> {
    this.#leases.members.get(lease)?.delete(member);
  }
}
