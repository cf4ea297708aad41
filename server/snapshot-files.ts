/**
 * Engine snapshots as files in the data folder, the newest two of an epoch: kept where PostgreSQL's absence does not
 * matter. Written beside, synced, then renamed, so a crash leaves a whole file or none; what a file holds is proved by
 * the snapshot's own checksum (engine/snapshot.ts) and by its name.
 */
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { SnapshotHead, SnapshotStore, StoredSnapshot } from '../stream/redis-snapshots.ts';

const NAME = /^engine-(\d+)-([0-9a-zA-Z-]+)\.snapshot$/;
const KEPT = 2;

export class SnapshotFiles implements SnapshotStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async put({ epoch, seq, bytes }: StoredSnapshot): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const path = join(this.#folder, nameOf({ epoch, seq }));
    const file = await open(`${path}.tmp`, 'w', 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(`${path}.tmp`, path);
    await syncFolder(this.#folder);
    const heads = await this.list();
    const kept = heads.filter((head) => head.epoch === epoch && head.seq <= seq).slice(0, KEPT);
    for (const head of heads) {
      if (!kept.includes(head)) await rm(join(this.#folder, nameOf(head)), { force: true });
    }
  }

  async list(): Promise<SnapshotHead[]> {
    let names: string[];
    try {
      names = await readdir(this.#folder);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
    return names
      .map((name) => NAME.exec(name))
      .filter((match) => match !== null)
      .map((match) => ({ seq: Number(match[1]), epoch: match[2] as string }))
      .sort((a, b) => b.seq - a.seq);
  }

  async get(head: SnapshotHead): Promise<Uint8Array | null> {
    try {
      return await readFile(join(this.#folder, nameOf(head)));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  }
}

/** A rename is on disk when its folder is; only then may the older files go. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const nameOf = ({ seq, epoch }: SnapshotHead): string => `engine-${seq}-${epoch}.snapshot`;
