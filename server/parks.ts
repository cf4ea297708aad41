/**
 * A role that does the same for every park of PARK_CODES, in as many processes as there are: each runs the parks whose
 * lease it holds (server/park-leases.ts). One that ends for want of its lease or its services is begun anew; a failure
 * without a code ends the process. Used by server/roles/watch.ts, store.ts and archive.ts.
 */

import { AppError } from '../core/errors.ts';
import { pause } from '../core/pause.ts';
import type { LeaseKeeper } from '../stream/protocol/log.ts';
import { closeRedis, createRedis } from '../stream/redis.ts';
import { RedisLeaseKeeper } from '../stream/redis-lease.ts';
import { RedisLeaseMembers } from '../stream/redis-lease-members.ts';
import { configOfPark } from './config.ts';
import { holderName, isGoneHere } from './lease-holder.ts';
import { ParkLeases } from './park-leases.ts';
import type { RoleContext, RunningRole } from './role.ts';

const AGAIN_AFTER_MS = 1_000;

/** One park, from waiting for its lease to having given it back. */
export interface ParkRun {
  /** Resolves after close; rejects when it cannot go on. */
  readonly ended: Promise<void>;
  /** Hands the park over in order: last writes, then the lease. Idempotent. */
  close(): Promise<void>;
}

export interface ParkContext extends RoleContext {
  /** Of the park alone; `acquire` waits for this process' turn. */
  readonly leases: LeaseKeeper;
  /** Under which to acquire. */
  readonly holder: string;
}

/** `lease`: competed for in every park. `open` throws when the park cannot be begun. */
export async function runParks(
  context: RoleContext,
  lease: string,
  open: (context: ParkContext) => Promise<ParkRun>,
): Promise<RunningRole> {
  const { config, clock, logger } = context;
  const redis = createRedis(config.redisUrl, { name: `${lease}-leases`, logger });
  const holder = holderName();
  const stop = new AbortController();
  const runs = new Map<string, ParkRun>();
  const portsOf = (park: string) => ({
    keeper: new RedisLeaseKeeper({ redis, park, logger }),
    members: new RedisLeaseMembers({ redis, park }),
  });
  const leases = new ParkLeases({
    lease,
    member: holder,
    parks: new Map(config.parkCodes.map((park) => [park, portsOf(park)])),
    onGiveUp: (park) => void runs.get(park)?.close(),
    isGone: isGoneHere,
    clock,
    logger,
  });
  const begin = async (park: string): Promise<ParkRun> => {
    const parkLogger = config.parkCodes.length === 1 ? logger : logger.child({ park });
    const own = {
      config: configOfPark(config, park),
      clock,
      logger: parkLogger,
      leases: leases.keeperOf(park),
      holder,
    };
    const run = await open(own);
    runs.set(park, run);
    if (stop.signal.aborted) await run.close();
    return run;
  };
  const keep = async (park: string, first: ParkRun): Promise<void> => {
    for (let run: ParkRun | null = first; ; run = null) {
      try {
        run ??= await begin(park);
        await run.ended;
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        logger.error('park-ended', { park, lease, error });
      }
      await run?.close();
      if (stop.signal.aborted) return;
      await pause(AGAIN_AFTER_MS, stop.signal);
    }
  };

  const competing = leases.run(stop.signal);
  const first = await Promise.all(config.parkCodes.map(begin));
  const keeping = Promise.all(config.parkCodes.map((park, i) => keep(park, first[i] as ParkRun)));
  return {
    failed: keeping.then(() => new Promise<never>(() => {})),
    close: async () => {
      stop.abort(new AppError('REDIS_UNAVAILABLE', { detail: 'closing' }));
      await Promise.all([...runs.values()].map((run) => run.close()));
      await keeping.catch(() => {});
      await competing;
      closeRedis(redis);
    },
  };
}
