/** Looks all the while whether the archive says, of how far it is, more than lies on its disk: the log is trimmed by what it says. */
import { ARCHIVE_READER } from '../../stream/archive/archiver.ts';
import { BlobArchive } from '../../stream/archive/blob-archive.ts';
import { FileBlobs } from '../../stream/archive/file-blobs.ts';
import { keys } from '../../stream/keys.ts';
import type { Redis } from '../../stream/redis.ts';

/** Writing a segment takes some ms. */
const LOOK_EVERY_MS = 15;

export class ArchiveWatch {
  /** What it said it would take next, and had no segment before. */
  readonly ahead: number[] = [];
  readonly #archive: BlobArchive;
  readonly #redis: Redis;
  readonly #park: string;
  readonly #timer: NodeJS.Timeout;
  #isLooking = false;

  constructor(folder: string, redis: Redis, park: string) {
    this.#archive = new BlobArchive(new FileBlobs(folder));
    this.#redis = redis;
    this.#park = park;
    this.#timer = setInterval(() => void this.#look(), LOOK_EVERY_MS);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    try {
      // In this order: segments come, and none goes.
      const said = await this.#redis.hget(keys.logReaders(this.#park), ARCHIVE_READER);
      const nextSeq = Number(/^\d+/.exec(said ?? '')?.[0] ?? 0);
      const kept = (await this.#archive.segments()).map((segment) => segment.lastSeq);
      if (nextSeq > Math.max(0, ...kept) + 1) this.ahead.push(nextSeq);
    } catch {
      // Redis is dead or stopped.
    } finally {
      this.#isLooking = false;
    }
  }
}
