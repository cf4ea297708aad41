/**
 * Snapshots in the data folder, with a copy in Redis every 20 s, of a large state less often: a watch that starts on another machine, or finds its
 * folder empty, has one too. A copy goes through Redis's append-only file, so it is not made with every snapshot. The log
 * is trimmed by what the copies need (roles/watch.ts): they are the older ones, and are made also while the folder fails.
 */
import { type Clock, isOver } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import { snapshotProblem } from '../engine/snapshot.ts';
import type { SnapshotHead, SnapshotStore, StoredSnapshot } from '../stream/redis-snapshots.ts';

export const COPY_EVERY_MS = 20_000;
/** All of it is written to Redis's append-only file, and again as that is rewritten. */
export const COPY_BYTES_PER_MS = 1_000;

export class SnapshotCopies implements SnapshotStore {
  readonly #files: SnapshotStore;
  readonly #copies: SnapshotStore;
  readonly #clock: Clock;
  #copiedAtMs = 0;

  constructor(files: SnapshotStore, copies: SnapshotStore, clock: Clock) {
    this.#files = files;
    this.#copies = copies;
    this.#clock = clock;
  }

  async put(snapshot: StoredSnapshot): Promise<void> {
    try {
      await this.#files.put(snapshot);
    } catch (error) {
      if (!(error instanceof AppError)) await this.#copyIfDue(snapshot);
      throw error;
    }
    await this.#copyIfDue(snapshot);
  }

  /** Newest first, each once. */
  async list(): Promise<SnapshotHead[]> {
    // A folder that cannot be read must not keep watch from the copies: writing to it fails too, and is said.
    const files = await this.#files.list().catch(() => []);
    const copies = (await this.#copies.list()).filter(
      (c) => !files.some((f) => f.seq === c.seq && f.epoch === c.epoch),
    );
    return [...files, ...copies].sort((a, b) => b.seq - a.seq);
  }

  /** The file, unless it is broken and there is a copy. */
  async get(head: SnapshotHead): Promise<Uint8Array | null> {
    const file = await this.#files.get(head).catch(() => null);
    if (file !== null && snapshotProblem(file) === null) return file;
    return (await this.#copies.get(head)) ?? file;
  }

  async #copyIfDue(snapshot: StoredSnapshot): Promise<void> {
    const nowMs = this.#clock.nowMs();
    const everyMs = Math.max(COPY_EVERY_MS, snapshot.bytes.length / COPY_BYTES_PER_MS);
    if (!isOver(this.#copiedAtMs, everyMs, nowMs)) return;
    await this.#copies.put(snapshot);
    this.#copiedAtMs = nowMs;
  }
}
