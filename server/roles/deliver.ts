/**
 * Role `deliver`: carries out deliveries (server/deliver/deliverer.ts) under the lease `deliver`, one for each park. Needs Redis to
 * hear of them and PostgreSQL for addresses; with either away it waits, and the engine goes on to the next way by itself.
 */
import { createPool } from '../../db/pool.ts';
import { openKeys } from '../../security/live-keys.ts';
import type { Fence } from '../../stream/protocol/log.ts';
import { closeRedis, createRedis } from '../../stream/redis.ts';
import { RedisLaneReader } from '../../stream/redis-lanes.ts';
import { RedisLog } from '../../stream/redis-log.ts';
import { createAddressBook } from '../deliver/address-book.ts';
import { createChannels } from '../deliver/channels.ts';
import { readDeliveryConfig } from '../deliver/config.ts';
import { Deliverer } from '../deliver/deliverer.ts';
import { leadPark } from '../lead-park.ts';
import { type ParkContext, type ParkRun, runParks } from '../parks.ts';
import type { RoleContext, RunningRole } from '../role.ts';

const LEASE = 'deliver';

export const start = (context: RoleContext): Promise<RunningRole> => runParks(context, LEASE, openPark);

async function openPark(context: ParkContext): Promise<ParkRun> {
  const { config, logger, clock } = context;
  const park = config.parkCode;
  const channels = createChannels(readDeliveryConfig(config.deliveryFile), clock);
  logger.info('deliver-channels', { channels: channels.map(({ name }) => name) });
  const pool = createPool(config.databaseUrl, { max: 4, applicationName: 'parksentry-deliver', logger });
  const addresses = createAddressBook(pool, openKeys(config.masterKeyFile).sealer);
  const redis = createRedis(config.redisUrl, { name: 'deliver', logger });
  const log = new RedisLog({ redis, park, name: 'deliver-log' });
  const lead = async (fence: Fence, signal: AbortSignal): Promise<void> => {
    const over = new AbortController();
    const ended = AbortSignal.any([over.signal, signal]);
    const lanes = new RedisLaneReader({ redis, park });
    ended.addEventListener('abort', () => void lanes.close(), { once: true });
    const deliverer = new Deliverer({
      lanes,
      openLog: () => new RedisLog({ redis, park, name: 'deliver-log-reader' }),
      log: { append: (entry) => log.append(entry, fence) },
      addresses,
      channels,
      clock,
      logger,
    });
    await deliverer.run(ended, (error) => {
      logger.warn('deliver-steps-down', { term: fence.term, error });
      over.abort();
    });
  };
  return leadPark(context, {
    lease: LEASE,
    lead,
    close: async () => {
      await log.close();
      closeRedis(redis);
      await pool.end();
    },
  });
}
