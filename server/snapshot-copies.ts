/**
 * Snapshots in the data folder, with a copy in Redis every 20 s: a watch that starts on another machine, or finds its
 * folder empty, has one too. A copy goes through Redis's append-only file, so it is not made with every snapshot. The log
 * is trimmed by what the copies need (roles/watch.ts): they are the older ones.
 */
import type { Clock } from '../core/clock.ts';
import { snapshotProblem } from '../engine/snapshot.ts';
import type { SnapshotHead, SnapshotStore, StoredSnapshot } from '../stream/redis-snapshots.ts';

export const COPY_EVERY_MS = 20_000;

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
    await this.#files.put(snapshot);
    const nowMs = this.#clock.nowMs();
    if (nowMs - this.#copiedAtMs < COPY_EVERY_MS) return;
    await this.#copies.put(snapshot);
    this.#copiedAtMs = nowMs;
  }

  /** Newest first, each once. */
  async list(): Promise<SnapshotHead[]> {
    const files = await this.#files.list();
    const copies = (await this.#copies.list()).filter(
      (c) => !files.some((f) => f.seq === c.seq && f.epoch === c.epoch),
    );
    return [...files, ...copies].sort((a, b) => b.seq - a.seq);
  }

  /** The file, unless it is broken and there is a copy. */
  async get(head: SnapshotHead): Promise<Uint8Array | null> {
    const file = await this.#files.get(head);
    if (file !== null && snapshotProblem(file) === null) return file;
    return (await this.#copies.get(head)) ?? file;
  }
}
