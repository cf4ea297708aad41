/** Moments around the snapshots of watch, which are some ms every few seconds. */
import { readdirSync, statSync, watch } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { SNAPSHOT_EVERY_MS } from '../../server/state-copies.ts';
import { keys } from '../../stream/keys.ts';
import type { Redis } from '../../stream/redis.ts';

/** Redis, killed so long before, is back when the snapshot is due. */
const BEFORE_MS = 200;
const ENTRY_LIMIT_MS = 500;
/** A watch that cannot keep any is waited for so long. */
const LIMIT_MS = 12_000;

export class SnapshotMoments {
  readonly #folder: string;
  readonly #redis: Redis;
  readonly #park: string;

  constructor(folder: string, redis: Redis, park: string) {
    this.#folder = folder;
    this.#redis = redis;
    this.#park = park;
  }

  /** Resolves when the next snapshot is as good as due, with the next entry that the log hands out. */
  async due(): Promise<void> {
    const endsAtMs = Date.now() + LIMIT_MS;
    while (Date.now() < endsAtMs && Date.now() < this.#newest().atMs + SNAPSHOT_EVERY_MS - BEFORE_MS) await pause(5);
    const reader = this.#redis.duplicate();
    reader.on('error', () => {});
    try {
      await reader.xread('COUNT', 1, 'BLOCK', ENTRY_LIMIT_MS, 'STREAMS', keys.log(this.#park), '$');
    } catch {
      // Dead already, by another fault.
    } finally {
      reader.disconnect();
    }
  }

  /** Resolves at once when a snapshot newer than the newest is there. */
  kept(): Promise<void> {
    const { name } = this.#newest();
    return new Promise((resolve) => {
      const watcher = watch(this.#folder, () => {
        if (this.#newest().name !== name) end();
      });
      const end = (): void => {
        clearTimeout(timer);
        watcher.close();
        resolve();
      };
      const timer = setTimeout(end, LIMIT_MS);
    });
  }

  #newest(): { readonly name: string; readonly atMs: number } {
    let newest = { name: '', atMs: 0 };
    for (const name of readdirSync(this.#folder)) {
      if (!name.endsWith('.snapshot')) continue;
      const atMs = statSync(join(this.#folder, name), { throwIfNoEntry: false })?.mtimeMs ?? 0;
      if (atMs > newest.atMs) newest = { name, atMs };
    }
    return newest;
  }
}
