/** A duty that one process of several does at a time, over leases in memory. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../core/clock.ts';
import { silentLogger } from '../core/logger.ts';
import { MemoryLeaseKeeper, MemoryLeases } from '../stream/memory-lease.ts';
import { leadPark } from './lead-park.ts';
import type { ParkRun } from './parks.ts';

const LEASE = 'relay';

describe('a duty of a park', () => {
  let leases: MemoryLeases;
  /** Who does it now, under which term. */
  let doing: string[];
  let runs: ParkRun[];

  beforeEach(() => {
    vi.useFakeTimers();
    leases = new MemoryLeases(systemClock);
    doing = [];
    runs = [];
  });
  afterEach(async () => {
    await Promise.all(runs.map((run) => run.close()));
    vi.useRealTimers();
  });

  const begin = (holder: string): ParkRun => {
    const lead = async ({ term }: { readonly term: number }, signal: AbortSignal): Promise<void> => {
      const own = `${holder} ${term}`;
      doing.push(own);
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      doing = doing.filter((one) => one !== own);
    };
    const own = { leases: new MemoryLeaseKeeper(leases), holder, logger: silentLogger };
    const run = leadPark(own, { lease: LEASE, lead, close: async () => {} });
    runs.push(run);
    return run;
  };

  it('[LOG-30] one does it for as long as it lives, and the next as soon as it ended', async () => {
    const first = begin('a');
    begin('b');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(doing).toEqual(['a 1']);
    await first.close();
    await vi.advanceTimersByTimeAsync(100);
    expect(doing).toEqual(['b 2']);
  });

  it('[LOG-31] whose lease was granted to another stops within its time to live, and waits for it again', async () => {
    begin('a');
    await vi.advanceTimersByTimeAsync(10_000);
    leases.terms.set(LEASE, 2);
    leases.held.set(LEASE, { holder: 'b', untilMs: Date.now() + 20_000 });
    await vi.advanceTimersByTimeAsync(5_000);
    expect(doing).toEqual([]);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(doing).toEqual(['a 3']);
  });
});
