/**
 * A file that only takes room, on the disk of the private servers: Redis ends itself when it cannot write what it accepts,
 * so when the disk runs full the file goes, and there is room to go on while somebody clears up. Made a little at each
 * look. Several processes may keep the same one. Called every second by the room gauge of server/roles/watch.ts.
 */
import { appendFile, rm, stat } from 'node:fs/promises';
import type { Logger } from '../core/logger.ts';
import type { DiskRoom } from '../stream/room-gauge.ts';

const MB = 1024 * 1024;
/** Some seconds of everything that is written at full load. */
export const DROP_BELOW_BYTES = 128 * MB;
/** On a smaller disk it would be what fills it. */
export const DISK_TIMES = 10;
export const STEP_BYTES = 4 * MB;

export interface BallastOptions {
  readonly file: string;
  /** 0: there is none, and one from before goes. */
  readonly bytes: number;
  readonly logger: Logger;
}

export class Ballast {
  readonly #o: BallastOptions;
  /** Not zeros: some disks keep those for nothing. */
  readonly #step = crypto.getRandomValues(new Uint8Array(65_536));

  constructor(options: BallastOptions) {
    this.#o = options;
  }

  /** One look at the disk that it lies on; throws what the file system throws. */
  async look({ totalBytes, freeBytes }: DiskRoom): Promise<void> {
    const { file, bytes, logger } = this.#o;
    const has = await sizeOf(file);
    const isDue = freeBytes < DROP_BELOW_BYTES;
    if (has > 0 && (isDue || bytes === 0)) {
      await rm(file, { force: true });
      if (isDue) logger.error('ballast-dropped', { freedBytes: has, freeBytes });
      return;
    }
    // What is left behind it must not make it go again.
    const hasRoom = freeBytes - (bytes - has) >= 2 * DROP_BELOW_BYTES && totalBytes >= DISK_TIMES * bytes;
    if (has >= bytes || !hasRoom) return;
    const left = Math.min(STEP_BYTES, bytes - has);
    for (let done = 0; done < left; done += this.#step.length) {
      await appendFile(file, this.#step.subarray(0, left - done), { mode: 0o600 });
    }
  }
}

async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
}
