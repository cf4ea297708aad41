/**
 * Role `archive`: keeps the log as files (stream/archive/archiver.ts) under the lease `archive`. Needs Redis and its own
 * storage, not PostgreSQL; with either away it waits, and the log keeps what is not archived yet.
 */
import { Pace } from '../../core/pace.ts';
import { ARCHIVE_READER, Archiver } from '../../stream/archive/archiver.ts';
import { closeRedis, createRedis } from '../../stream/redis.ts';
import { RedisLog } from '../../stream/redis-log.ts';
import { RedisOpsAlarms } from '../../stream/redis-ops-alarms.ts';
import { RedisReaderRegistry } from '../../stream/redis-readers.ts';
import { RedisSnapshotStore } from '../../stream/redis-snapshots.ts';
import { archiveRetention, openArchive } from '../archive-place.ts';
import { type ParkContext, type ParkRun, runParks } from '../parks.ts';
import type { RoleContext, RunningRole } from '../role.ts';

const LEASE = ARCHIVE_READER;
const LEASE_TTL_MS = 10_000;
const RENEW_EVERY_MS = 3_000;

export const start = (context: RoleContext): Promise<RunningRole> => runParks(context, LEASE, openPark);

async function openPark({ config, logger, clock, leases, holder }: ParkContext): Promise<ParkRun> {
  const park = config.parkCode;
  const blobs = openArchive(config);
  const redis = createRedis(config.redisUrl, { name: 'archive', logger });
  const readers = new RedisReaderRegistry({ redis, park, of: 'log' });
  if (blobs === null) {
    logger.info('archive-off');
    // One that was on before must not hold the log up.
    await readers.drop(ARCHIVE_READER).catch((error: unknown) => logger.warn('archive-reader-stays', { error }));
    closeRedis(redis);
    const off = new AbortController();
    const ended = new Promise<void>((resolve) => off.signal.addEventListener('abort', () => resolve()));
    return { ended, close: async () => off.abort() };
  }
  const stop = new AbortController();
  const pace = new Pace(() => logger.warn('retention-waits', { of: 'archive' }));

  const lead = async (term: number): Promise<void> => {
    const over = new AbortController();
    const renewing = setInterval(() => {
      leases.renew(LEASE, holder, LEASE_TTL_MS, term).then(
        (isOurs) => {
          if (!isOurs) over.abort();
        },
        // Not knowing is no reason to stop: the term decides where it registers.
        (error: unknown) => logger.debug('archive-lease-not-renewed', { error }),
      );
    }, RENEW_EVERY_MS);
    try {
      const archiver = new Archiver({
        openLog: () => new RedisLog({ redis, park, name: 'archive-log' }),
        blobs,
        readers,
        snapshots: new RedisSnapshotStore({ redis, park }),
        opsAlarms: new RedisOpsAlarms({ redis, park }),
        retention: archiveRetention(config),
        pace,
        cutAfterMs: config.archiveCutS * 1000,
        fence: { lease: LEASE, term },
        clock,
        logger,
      });
      await archiver.run(AbortSignal.any([over.signal, stop.signal]));
    } catch (error) {
      logger.warn('archive-steps-down', { term, error });
    } finally {
      clearInterval(renewing);
      await leases.release(LEASE, holder).catch(() => {});
    }
  };

  const run = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      const term = await leases.acquire(LEASE, holder, LEASE_TTL_MS, stop.signal);
      logger.info('archive-leads', { term });
      await lead(term);
    }
  };
  const running = run().catch((error: unknown) => {
    if (!stop.signal.aborted) throw error;
  });
  return {
    ended: running,
    close: async () => {
      stop.abort();
      await running.catch(() => {});
      closeRedis(redis);
    },
  };
}
