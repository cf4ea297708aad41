/**
 * Role `live`: the gateway on PARK_LIVE_PORT, fed by the lanes in Redis. Stateless: any gateway can serve any client, and
 * it needs no PostgreSQL, neither to run nor to start.
 */
import { RedisSessionStore } from '../../security/session-redis.ts';
import { Sessions } from '../../security/sessions.ts';
import { LaneFollower } from '../../stream/gateway/lane-follower.ts';
import { LiveHub } from '../../stream/gateway/live-hub.ts';
import { SessionWatch } from '../../stream/gateway/session-watch.ts';
import { UwsGateway, UwsTopics } from '../../stream/gateway/uws-gateway.ts';
import { closeRedis, createRedis, whenReady } from '../../stream/redis.ts';
import { RedisLaneReader } from '../../stream/redis-lanes.ts';
import { RedisLog } from '../../stream/redis-log.ts';
import type { RoleContext, RunningRole } from '../role.ts';

export async function start({ config, logger, clock }: RoleContext): Promise<RunningRole> {
  const park = config.parkCode;
  const redis = createRedis(config.redisUrl, { name: 'live', logger });
  await whenReady(redis);
  const sessions = new Sessions(new RedisSessionStore(redis), clock);
  const topics = new UwsTopics();
  const log = new RedisLog({ redis, park });
  const hub = new LiveHub({ park, tickMs: config.tickMs, log, topics, clock, logger });
  const follower = new LaneFollower({ lanes: new RedisLaneReader({ redis, park }), hub, logger });
  const sessionWatch = new SessionWatch({ redis, hub, keepAlive: (id) => sessions.keepAlive(id), logger });
  const gateway = new UwsGateway({
    hub,
    tickets: { redeem: (ticket) => sessions.redeemTicket(ticket) },
    topics,
    allowedOrigins: originsOf(config.publicLiveUrl),
    logger,
  });

  const end = async (): Promise<void> => {
    await gateway.close();
    sessionWatch.close();
    await follower.close();
    closeRedis(redis);
  };
  let ending: Promise<void> | null = null;
  const close = (): Promise<void> => {
    ending ??= end();
    return ending;
  };

  follower.start();
  try {
    const port = await gateway.listen(config.host, config.livePort);
    logger.info('live-listening', { host: config.host, port });
  } catch (error) {
    await close();
    throw error;
  }
  return { close };
}

/** Behind a proxy the pages' origin is that of the address browsers reach the gateway at. */
function originsOf(publicLiveUrl: string | undefined): string[] {
  if (publicLiveUrl === undefined) return [];
  const url = new URL(publicLiveUrl);
  return [`${url.protocol === 'wss:' ? 'https' : 'http'}://${url.host}`];
}
