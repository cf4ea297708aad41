/**
 * Role `deliver`: carries out deliveries (server/deliver/deliverer.ts) under the lease `deliver`, one for each park. Needs Redis to
 * hear of them and PostgreSQL for addresses; with either away it waits, and the engine goes on to the next way by itself.
 */
import { pause } from '../../core/pause.ts';
import { createPool } from '../../db/pool.ts';
import { createSealer } from '../../security/gm.ts';
import { readMasterKeys } from '../../security/master-key.ts';
import { closeRedis, createRedis } from '../../stream/redis.ts';
import { RedisLaneReader } from '../../stream/redis-lanes.ts';
import { RedisLog } from '../../stream/redis-log.ts';
import { createAddressBook } from '../deliver/address-book.ts';
import { createChannels } from '../deliver/channels.ts';
import { readDeliveryConfig } from '../deliver/config.ts';
import { Deliverer } from '../deliver/deliverer.ts';
import { type ParkContext, type ParkRun, runParks } from '../parks.ts';
import type { RoleContext, RunningRole } from '../role.ts';

const LEASE = 'deliver';
const LEASE_TTL_MS = 5_000;
const RENEW_EVERY_MS = 1_500;

export const start = (context: RoleContext): Promise<RunningRole> => runParks(context, LEASE, openPark);

async function openPark({ config, logger, clock, leases, holder }: ParkContext): Promise<ParkRun> {
  const park = config.parkCode;
  const channels = createChannels(readDeliveryConfig(config.deliveryFile), clock);
  logger.info('deliver-channels', { channels: channels.map(({ name }) => name) });
  const pool = createPool(config.databaseUrl, { max: 4, applicationName: 'parksentry-deliver', logger });
  const addresses = createAddressBook(pool, createSealer(readMasterKeys(config.masterKeyFile)));
  const redis = createRedis(config.redisUrl, { name: 'deliver', logger });
  const log = new RedisLog({ redis, park, name: 'deliver-log' });
  const stop = new AbortController();

  const lead = async (term: number): Promise<void> => {
    const over = new AbortController();
    const fence = { lease: LEASE, term };
    const renewing = setInterval(() => {
      // Not knowing is no reason to stop: the log refuses receipts of an older term.
      leases.renew(LEASE, holder, LEASE_TTL_MS, term).then(
        (isOurs) => {
          if (!isOurs) over.abort();
        },
        () => {},
      );
    }, RENEW_EVERY_MS);
    const lanes = new RedisLaneReader({ redis, park });
    const signal = AbortSignal.any([over.signal, stop.signal]);
    const closing = () => void lanes.close();
    signal.addEventListener('abort', closing, { once: true });
    const deliverer = new Deliverer({
      lanes,
      openLog: () => new RedisLog({ redis, park, name: 'deliver-log-reader' }),
      log: { append: (entry) => log.append(entry, fence) },
      addresses,
      channels,
      clock,
      logger,
    });
    try {
      await deliverer.run(signal, (error) => {
        logger.warn('deliver-steps-down', { term, error });
        over.abort();
      });
    } finally {
      clearInterval(renewing);
      await leases.release(LEASE, holder).catch(() => {});
    }
  };

  const run = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      const term = await leases.acquire(LEASE, holder, LEASE_TTL_MS, stop.signal);
      logger.info('deliver-leads', { term });
      await lead(term);
      await pause(RENEW_EVERY_MS, stop.signal);
    }
  };
  const running = run().catch((error: unknown) => {
    if (!stop.signal.aborted) throw error;
  });
  const end = async (): Promise<void> => {
    stop.abort();
    await running.catch(() => {});
    await log.close();
    closeRedis(redis);
    await pool.end();
  };
  let ending: Promise<void> | null = null;
  return {
    ended: running,
    close: () => {
      ending ??= end();
      return ending;
    },
  };
}
