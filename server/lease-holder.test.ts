import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../core/clock.ts';
import { silentLogger } from '../core/logger.ts';
import { MemoryLeaseKeeper, MemoryLeaseMembers, MemoryLeases } from '../stream/memory-lease.ts';
import { holderName, isGoneHere } from './lease-holder.ts';
import { ParkLeases } from './park-leases.ts';

const TTL_MS = 60_000;

/** Who takes the park `p` when `former` holds it, and under which term; null: nobody within some looks. */
async function successorOf(former: string): Promise<number | null> {
  const memory = new MemoryLeases(systemClock);
  const keeper = new MemoryLeaseKeeper(memory);
  await keeper.acquire('watch', former, TTL_MS, new AbortController().signal);
  const members = new MemoryLeaseMembers(memory);
  const stop = new AbortController();
  let looks = 0;
  const leases = new ParkLeases({
    lease: 'watch',
    member: holderName(),
    parks: new Map([
      [
        'p',
        {
          keeper,
          members: {
            look: (lease, member, ttlMs) => {
              if (++looks > 3) stop.abort(new Error('nobody'));
              return members.look(lease, member, ttlMs);
            },
            leave: (lease, member) => members.leave(lease, member),
          },
        },
      ],
    ]),
    onGiveUp: () => {},
    isGone: (holder) => holder === 'dead',
    clock: systemClock,
    logger: silentLogger,
  });
  const running = leases.run(stop.signal);
  const term = await leases
    .keeperOf('p')
    .acquire('watch', '', TTL_MS, stop.signal)
    .catch(() => null);
  stop.abort();
  await running;
  return term;
}

describe('a holder of leases', () => {
  it('[LOG-35] a process that competes takes the lease of the gone at once, under a greater term', async () => {
    expect(await successorOf('dead')).toBe(2);
    expect(await successorOf('alive')).toBeNull();
  });

  it('[LOG-35] is gone when its process on this machine ended, and not while it is only stopped', async () => {
    const child = spawn('sleep', ['60']);
    const holder = holderName(child.pid);
    expect(isGoneHere(holder)).toBe(false);
    child.kill('SIGSTOP');
    expect(isGoneHere(holder)).toBe(false);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(isGoneHere(holder)).toBe(process.platform === 'linux');
  });

  it('[LOG-35] is never gone for another machine, nor when its name says nothing', () => {
    expect(isGoneHere(holderName())).toBe(false);
    for (const holder of ['elsewhere/boot/1:1', 'host:99999999', '', ':', `${holderName().split(':')[0]}:x`]) {
      expect(isGoneHere(holder)).toBe(false);
    }
  });
});
