/** What a lease keeper keeps to, in memory and in Redis: rules LOG-30 to LOG-34 of docs/spec/log.md. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { LeaseKeeper } from '../../stream/protocol/log.ts';

export interface LeasesUnderTest {
  keeper(): LeaseKeeper;
  /** Lets the lease's time run out. */
  expire(lease: string): Promise<void>;
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
