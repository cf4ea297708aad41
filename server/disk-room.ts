/** The disk under the park's own Redis; of another server's disk nothing is known here. Asked by the room gauges. */
import { statfs } from 'node:fs/promises';
import type { DiskRoom } from '../stream/room-gauge.ts';
import type { RunningConfig } from './config.ts';
import { knownRedisUrl } from './services/known-urls.ts';

/** undefined: not our server. */
export function diskRoomOf(config: RunningConfig): (() => Promise<DiskRoom>) | undefined {
  if (config.redisUrl !== knownRedisUrl(config.dataFolder)) return undefined;
  return async () => {
    // As df counts: blocks that the system keeps for itself are neither used nor ours to use.
    const { bsize, blocks, bfree, bavail } = await statfs(config.dataFolder);
    return { totalBytes: (blocks - bfree + bavail) * bsize, freeBytes: bavail * bsize };
  };
}
