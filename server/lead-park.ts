/**
 * A duty of a park that one process does at a time: waits for its lease, renews it while the duty is done, and steps down
 * when it went to another. Whatever the duty writes under its fence is refused once its term is over, so not knowing whether
 * the lease still holds is no reason to stop. Used by the roles that need no start of their own (relay, deliver, quality).
 */
import { pause } from '../core/pause.ts';
import type { Fence } from '../stream/protocol/log.ts';
import type { ParkContext, ParkRun } from './parks.ts';

const LEASE_TTL_MS = 5_000;
const RENEW_EVERY_MS = 1_500;

export interface Duty {
  /** Name of the lease. */
  readonly lease: string;
  /** Does it until the signal aborts or it cannot go on; then the lease is given back and waited for again. */
  lead(fence: Fence, signal: AbortSignal): Promise<void>;
  /** After the last `lead`. */
  close(): Promise<void>;
}

export function leadPark(
  { leases, holder, logger }: Pick<ParkContext, 'leases' | 'holder' | 'logger'>,
  duty: Duty,
): ParkRun {
  const { lease } = duty;
  const stop = new AbortController();

  const leadOnce = async (term: number): Promise<void> => {
    const over = new AbortController();
    const renewing = setInterval(() => {
      leases.renew(lease, holder, LEASE_TTL_MS, term).then(
        (isOurs) => {
          if (!isOurs) over.abort();
        },
        (error: unknown) => logger.debug('lease-not-renewed', { lease, error }),
      );
    }, RENEW_EVERY_MS);
    try {
      await duty.lead({ lease, term }, AbortSignal.any([over.signal, stop.signal]));
    } finally {
      clearInterval(renewing);
      await leases.release(lease, holder).catch(() => {});
    }
  };

  const run = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      const term = await leases.acquire(lease, holder, LEASE_TTL_MS, stop.signal);
      logger.info('leads', { lease, term });
      await leadOnce(term);
      await pause(RENEW_EVERY_MS, stop.signal);
    }
  };
  const ended = run().catch((error: unknown) => {
    if (!stop.signal.aborted) throw error;
  });
  const end = async (): Promise<void> => {
    stop.abort();
    await ended.catch(() => {});
    await duty.close();
  };
  let ending: Promise<void> | null = null;
  return {
    ended,
    close: () => {
      ending ??= end();
      return ending;
    },
  };
}
