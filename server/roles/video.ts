/**
 * Role `video`: makes the pictures of demonstrations (server/video/recorder.ts) and looks at the cameras of jobs under way
 * (server/video/camera-watch.ts), in each park under the lease `video`. Without ffmpeg it says so and looks all the same; with
 * PostgreSQL or Redis away it waits and goes on.
 */

import { createPool } from '../../db/pool.ts';
import { ENTRY_KIND } from '../../stream/protocol/entry.ts';
import { encodeBody } from '../../stream/protocol/entry-codec.ts';
import type { Fence } from '../../stream/protocol/log.ts';
import { closeRedis, createRedis } from '../../stream/redis.ts';
import { RedisLaneReader } from '../../stream/redis-lanes.ts';
import { RedisLog } from '../../stream/redis-log.ts';
import { FollowedDocs } from '../followed-docs.ts';
import { leadPark } from '../lead-park.ts';
import { type ParkContext, type ParkRun, runParks } from '../parks.ts';
import type { RoleContext, RunningRole } from '../role.ts';
import { CameraWatch } from '../video/camera-watch.ts';
import { Recorder } from '../video/recorder.ts';
import { createVideoParts } from '../video/video-parts.ts';

const LEASE = 'video';
const MINUTE_MS = 60_000;

export const start = (context: RoleContext): Promise<RunningRole> => runParks(context, LEASE, openPark);

async function openPark(context: ParkContext): Promise<ParkRun> {
  const { config, logger, clock } = context;
  const park = config.parkCode;
  const pool = createPool(config.databaseUrl, { max: 2, applicationName: 'parksentry-video', logger });
  const redis = createRedis(config.redisUrl, { name: 'video', logger });
  const log = new RedisLog({ redis, park, name: 'video-log' });
  const lanes = new RedisLaneReader({ redis, park });
  const parts = createVideoParts({ pool, redis, park, dataFolder: config.dataFolder, clock });
  const { files, wants, cameras, platform } = parts;
  const permits = new FollowedDocs(lanes, 'permit');

  const lead = async (fence: Fence, signal: AbortSignal): Promise<void> => {
    const over = new AbortController();
    const ended = AbortSignal.any([over.signal, signal]);
    const recorder = new Recorder({
      files,
      wants,
      nameOf: async (code) => (await cameras.byCodes([code]))[0]?.name ?? null,
      ffmpeg: config.ffmpegBinary,
      limit: config.videoProcesses,
      keptMs: config.videoKeptMin * MINUTE_MS,
      clock,
      logger,
    });
    const watch = new CameraWatch({
      permits: () => permits.all(),
      cameras,
      platform,
      append: async (states) => {
        const receivedAtMs = clock.nowMs();
        const body = encodeBody('cameras', { states });
        const dedupId = `cameras:${fence.term}:${receivedAtMs}`;
        await log.append({ kind: ENTRY_KIND.cameras, receivedAtMs, body, dedupId }, fence);
      },
      clock,
      logger,
    });
    const watching = watch.run(ended).catch((error: unknown) => {
      logger.warn('video-steps-down', { term: fence.term, error });
      over.abort();
    });
    await Promise.all([recorder.run(ended), watching]);
  };

  return leadPark(context, {
    lease: LEASE,
    lead,
    close: async () => {
      await lanes.close();
      await log.close();
      closeRedis(redis);
      await pool.end();
    },
  });
}
