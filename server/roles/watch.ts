/** Role `watch`: wires the engine's loop (server/watch.ts) to Redis and the data folder. One holds the lease, others wait. */
import { join } from 'node:path';
import type { Logger } from '../../core/logger.ts';
import { STORE_READER } from '../../db/store-port.ts';
import { assertAgreesWithProj4 } from '../../geo/proj4.ts';
import { createProjection } from '../../geo/projection.ts';
import { ARCHIVE_READER } from '../../stream/archive/archiver.ts';
import { closeRedis, createRedis, whenReady } from '../../stream/redis.ts';
import { RedisWatchPublisher } from '../../stream/redis-lanes.ts';
import { RedisLog } from '../../stream/redis-log.ts';
import { RedisOpsAlarms } from '../../stream/redis-ops-alarms.ts';
import { RedisQuarantineSet } from '../../stream/redis-quarantine.ts';
import { RedisReaderRegistry } from '../../stream/redis-readers.ts';
import { RedisSnapshotStore } from '../../stream/redis-snapshots.ts';
import { type DiskRoom, RoomGauge, tellRoom } from '../../stream/room-gauge.ts';
import { Trimmer } from '../../stream/trimmer.ts';
import { isArchived } from '../archive-place.ts';
import { Ballast } from '../ballast.ts';
import type { RunningConfig } from '../config.ts';
import { diskRoomOf } from '../disk-room.ts';
import { type ParkContext, type ParkRun, runParks } from '../parks.ts';
import type { RoleContext, RunningRole } from '../role.ts';
import { SnapshotCopies } from '../snapshot-copies.ts';
import { SnapshotFiles } from '../snapshot-files.ts';
import { WATCH_LEASE, Watch } from '../watch.ts';

/** These must have said how far they are before anything of the log may go. */
export const requiredReaders = (config: RunningConfig): string[] => [
  'watch',
  STORE_READER,
  ...(isArchived(config) ? [ARCHIVE_READER] : []),
];
/** The plane must agree with the reference library this far around the park. */
const CHECKED_DEG = 0.2;
const BYTES_PER_MB = 1024 * 1024;

export const start = (context: RoleContext): Promise<RunningRole> => runParks(context, WATCH_LEASE, openPark);

async function openPark({ config, logger, clock, leases, holder }: ParkContext): Promise<ParkRun> {
  const projection = createProjection(config.projection);
  const { lng, lat } = config.home;
  assertAgreesWithProj4(projection, [lng - CHECKED_DEG, lat - CHECKED_DEG, lng + CHECKED_DEG, lat + CHECKED_DEG]);
  const park = config.parkCode;
  const redis = createRedis(config.redisUrl, { name: 'watch', logger });
  await whenReady(redis).catch((error: unknown) => {
    closeRedis(redis);
    throw error;
  });
  const log = new RedisLog({ redis, park, name: 'watch-log' });
  const logReaders = new RedisReaderRegistry({ redis, park, of: 'log' });
  const copies = new RedisSnapshotStore({ redis, park });
  const opsAlarms = new RedisOpsAlarms({ redis, park });
  const trimmer = new Trimmer({
    redis,
    park,
    logReaders,
    alarmReaders: new RedisReaderRegistry({ redis, park, of: 'alarms' }),
    snapshots: copies,
    requiredReaders: requiredReaders(config),
    requiredAlarmReaders: [STORE_READER],
    opsAlarms,
    clock,
    logger,
  });
  const room = new RoomGauge({
    redis,
    limitBytes: config.redisMaxMemoryMb * BYTES_PER_MB,
    logger,
    ...diskOf(config, logger),
  });
  await room.start();
  const watch = new Watch({
    projection,
    tickMs: config.tickMs,
    holder,
    lease: leases,
    reader: log,
    appender: log,
    publisher: new RedisWatchPublisher({ redis, park }),
    readers: logReaders,
    snapshots: new SnapshotCopies(new SnapshotFiles(join(config.dataFolder, 'snapshots', park)), copies, clock),
    quarantine: new RedisQuarantineSet({ redis, park }),
    opsAlarms,
    framesOpen: () => room.framesOpen(),
    housekeeping: async (fence) => {
      await trimmer.trim(fence);
      await tellRoom(room.room, opsAlarms, clock.nowMs());
    },
    clock,
    logger,
  });
  return {
    ended: watch.run(),
    close: async () => {
      await watch.close();
      room.close();
      await log.close();
      closeRedis(redis);
    },
  };
}

/** Each look at the disk also minds the file that is kept there for when it is full. */
function diskOf(config: RunningConfig, logger: Logger): { readonly diskRoom?: () => Promise<DiskRoom> } {
  const look = diskRoomOf(config);
  if (look === undefined) return {};
  const file = join(config.dataFolder, 'ballast');
  const ballast = new Ballast({ file, bytes: config.ballastMb * BYTES_PER_MB, logger });
  return {
    diskRoom: async () => {
      const disk = await look();
      await ballast.look(disk).catch((error: unknown) => logger.warn('ballast-not-kept', { error }));
      return disk;
    },
  };
}
