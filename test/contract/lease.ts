/** What a lease keeper keeps to, in memory and in Redis: rules LOG-30 to LOG-34 and LOG-83 of docs/spec/log.md. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { LeaseKeeper, LeaseMembers } from '../../stream/protocol/log.ts';

export interface LeasesUnderTest {
  keeper(): LeaseKeeper;
  members(): LeaseMembers;
  /** Lets the lease's time run out. */
  expire(lease: string): Promise<void>;
  /** Time goes by. */
  pass(ms: number): Promise<void>;
  close(): Promise<void>;
}

const TTL_MS = 60_000;

export function describeLeases(name: string, create: () => Promise<LeasesUnderTest>): void {
  describe(name, () => {
    let leases: LeasesUnderTest;
    beforeEach(async () => {
      leases = await create();
    });
    afterEach(() => leases.close());
    const never = new AbortController().signal;

    test('[LOG-30] one holder at a time; the next waits until the lease is given back', async () => {
      const [a, b] = [leases.keeper(), leases.keeper()];
      expect(await a.acquire('watch', 'a', TTL_MS, never)).toBe(1);
      let isGranted = false;
      const waiting = b.acquire('watch', 'b', TTL_MS, never).then((term) => {
        isGranted = true;
        return term;
      });
      expect(await a.renew('watch', 'a', TTL_MS, 1)).toBe(true);
      expect(isGranted).toBe(false);
      await a.release('watch', 'a');
      expect(await waiting).toBe(2);
    });

    test('[LOG-31] a lease that ran out is granted anew under a greater term, and its old holder cannot renew it', async () => {
      const [a, b] = [leases.keeper(), leases.keeper()];
      const first = await a.acquire('watch', 'a', TTL_MS, never);
      await leases.expire('watch');
      const second = await b.acquire('watch', 'b', TTL_MS, never);
      expect(second).toBeGreaterThan(first);
      expect(await a.renew('watch', 'a', TTL_MS, first)).toBe(false);
      await leases.expire('watch');
      expect(await a.renew('watch', 'a', TTL_MS, first)).toBe(false);
    });

    test('[LOG-34] a lease that ran out while nobody took it is its holder’s again, under the same term', async () => {
      const [a, b] = [leases.keeper(), leases.keeper()];
      const term = await a.acquire('watch', 'a', TTL_MS, never);
      await leases.expire('watch');
      expect(await a.renew('watch', 'a', TTL_MS, term)).toBe(true);
      const stop = new AbortController();
      const waiting = b.acquire('watch', 'b', TTL_MS, stop.signal);
      expect(await a.renew('watch', 'a', TTL_MS, term)).toBe(true);
      stop.abort();
      await expect(waiting).rejects.toThrow();
    });

    test('[LOG-32] only the holder gives a lease back', async () => {
      const keeper = leases.keeper();
      const term = await keeper.acquire('watch', 'a', TTL_MS, never);
      await keeper.release('watch', 'somebody');
      expect(await keeper.renew('watch', 'a', TTL_MS, term)).toBe(true);
    });

    test('[LOG-33] leases of other names are free, each with terms of its own', async () => {
      const keeper = leases.keeper();
      await keeper.acquire('watch', 'a', TTL_MS, never);
      expect(await keeper.acquire('store', 'a', TTL_MS, never)).toBe(1);
    });

    test('[LOG-30] trying once takes a free lease, and tells of one that is another’s', async () => {
      const keeper = leases.keeper();
      expect(await keeper.tryAcquire('watch', 'a', TTL_MS)).toBe(1);
      expect(await keeper.tryAcquire('watch', 'b', TTL_MS)).toBeNull();
      await leases.expire('watch');
      expect(await keeper.tryAcquire('watch', 'b', TTL_MS)).toBe(2);
    });

    test('[LOG-83] who competes for a lease sees its holder and each other, until one leaves or is not seen any more', async () => {
      const members = leases.members();
      expect(await members.look('watch', 'a', TTL_MS)).toEqual({ holder: null, leftMs: 0, members: ['a'] });
      await leases.keeper().acquire('watch', 'a', TTL_MS, never);
      const seen = await leases.members().look('watch', 'b', TTL_MS);
      expect(seen).toMatchObject({ holder: 'a', members: ['a', 'b'] });
      expect(seen.leftMs).toBeGreaterThan(0);
      expect(seen.leftMs).toBeLessThanOrEqual(TTL_MS);
      await members.leave('watch', 'a');
      expect((await members.look('watch', 'b', TTL_MS)).members).toEqual(['b']);
      expect((await members.look('store', 'c', TTL_MS)).members).toEqual(['c']);
      expect((await members.look('store', 'c', 0)).members).toEqual([]);
      await members.look('watch', 'gone', 1);
      await leases.pass(2);
      expect((await members.look('watch', 'b', TTL_MS)).members).toEqual(['b']);
    });

    test('[LOG-30] waiting ends when the signal aborts', async () => {
      const keeper = leases.keeper();
      const term = await keeper.acquire('watch', 'a', TTL_MS, never);
      const stop = new AbortController();
      const waiting = keeper.acquire('watch', 'b', TTL_MS, stop.signal);
      stop.abort();
      await expect(waiting).rejects.toThrow();
      await vi.waitUntil(async () => keeper.renew('watch', 'a', TTL_MS, term));
    });
  });
}
