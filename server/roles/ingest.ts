/**
 * Role `ingest`: wires the vendor front door to the log in Redis, credentials in PostgreSQL with their copy in Redis,
 * and the room gauge. Without PostgreSQL it starts and runs on the copies; without Redis it cannot, since nothing can
 * be kept.
 */
import { findCredential, noteCredentialUses } from '../../db/credentials.ts';
import { createPool } from '../../db/pool.ts';
import { CredentialCache, followCredentialChanges } from '../../ingest/credential-cache.ts';
import { CredentialUses } from '../../ingest/credential-uses.ts';
import { RedisNonceLedger } from '../../ingest/redis-nonce-ledger.ts';
import { RedisRefusals } from '../../ingest/redis-refusals.ts';
import { createIngestServer } from '../../ingest/server.ts';
import { openKeys } from '../../security/live-keys.ts';
import { closeRedis, createRedis, whenReady } from '../../stream/redis.ts';
import { RedisLog } from '../../stream/redis-log.ts';
import { RoomGauge } from '../../stream/room-gauge.ts';
import { openAttachments } from '../attachments.ts';
import { diskRoomOf } from '../disk-room.ts';
import type { RoleContext, RunningRole } from '../role.ts';
import { publicUrlOf, VendorCameras } from '../video/vendor-cameras.ts';
import { createVideoParts } from '../video/video-parts.ts';

/** A credential is one row by key; slower than this the copy in Redis is the better answer. */
const DATABASE_TIMEOUT_MS = 1_000;
const DATABASE_CONNECTIONS = 2;
/** Counters go to the log this often, while anything happens. */
const COUNTS_EVERY_MS = 60_000;
const BYTES_PER_MB = 1024 * 1024;

export async function start({ config, logger, clock }: RoleContext): Promise<RunningRole> {
  const { sealer, blindIndex } = openKeys(config.masterKeyFile);
  // Not connected means "not kept": a request is answered 503 at once rather than held until it times out.
  const redis = createRedis(config.redisUrl, { name: 'ingest', logger, offlineQueue: false });
  const pool = createPool(config.databaseUrl, {
    max: DATABASE_CONNECTIONS,
    applicationName: 'parksentry-ingest',
    statementTimeoutMs: DATABASE_TIMEOUT_MS,
    connectTimeoutMs: DATABASE_TIMEOUT_MS,
    logger,
  });
  const diskRoom = diskRoomOf(config);
  const room = new RoomGauge({
    redis,
    limitBytes: config.redisMaxMemoryMb * BYTES_PER_MB,
    logger,
    ...(diskRoom === undefined ? {} : { diskRoom }),
  });
  const credentials = new CredentialCache({
    redis,
    load: (appId) => findCredential(pool, appId),
    sealer,
    clock,
    logger,
    defaultRateRecordsPerS: config.rateRecordsPerS,
  });
  const log = new RedisLog({ redis, park: config.parkCode, name: 'ingest-log' });
  const uses = new CredentialUses((usedAtMs) => noteCredentialUses(pool, usedAtMs), logger);
  const video = createVideoParts({ pool, redis, park: config.parkCode, dataFolder: config.dataFolder, clock });
  const server = createIngestServer({
    clock,
    logger,
    credentials,
    nonces: new RedisNonceLedger(redis),
    log,
    room,
    sealer,
    blindIndex,
    refusals: new RedisRefusals({ redis, park: config.parkCode }),
    attachments: openAttachments(config, sealer),
    cameras: new VendorCameras({ ...video, sealer, clock, publicUrl: publicUrlOf(config) }),
    noteUse: (appId, atMs) => uses.note(appId, atMs),
    trustProxy: config.trustProxy,
  });

  let counted = '';
  const logCounts = (): void => {
    const counts = server.metrics.snapshot();
    const text = JSON.stringify(counts);
    if (text !== counted) logger.info('ingest-counts', { ...counts, bodyBytes: server.bodyBytes });
    counted = text;
  };
  const countsTimer = setInterval(logCounts, COUNTS_EVERY_MS);
  countsTimer.unref();

  let stopFollowing = (): void => {};
  const closeConnections = async (): Promise<void> => {
    clearInterval(countsTimer);
    logCounts();
    stopFollowing();
    await uses.close();
    room.close();
    await log.close();
    closeRedis(redis);
    await pool.end();
  };
  let closing: Promise<void> | null = null;
  const close = (): Promise<void> => {
    closing ??= server.close().then(closeConnections);
    return closing;
  };

  try {
    await whenReady(redis);
    await room.start();
    stopFollowing = followCredentialChanges(redis, credentials, logger, (appId) => server.recheck(appId));
    await server.listen(config.host, config.ingestPort);
  } catch (error) {
    await close();
    throw error;
  }
  return { close };
}
