/**
 * Engine snapshots as files in the data folder, the newest two of an epoch: kept where PostgreSQL's absence does not
 * matter. Written beside, synced, then renamed, so a crash leaves a whole file or none; what a file holds is proved by
 * the snapshot's own checksum (engine/snapshot.ts) and by its name.
 *
 * The name tells the term. A watch that was paused and wakes finds a newer one and is refused; were it paused between that
 * look and the rename, its file has a name of its own, and it removes only what it saw before.
 */
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../core/errors.ts';
import type { SnapshotHead, SnapshotStore, StoredSnapshot } from '../stream/redis-snapshots.ts';

/** Older versions wrote no term. */
const NAME = /^engine-(\d+)-(?:t(\d+)-)?([0-9a-zA-Z-]+)\.snapshot(\.tmp)?$/;
const KEPT = 2;
/** Whoever syncs a few bytes on the same disk meanwhile, as Redis does before each answer, waits for no more than this. */
const SYNCED_AT_ONCE = 1 << 20;

interface SnapshotFile extends SnapshotHead {
  readonly name: string;
  readonly term: number;
  /** Left half written by a process that is gone. */
  readonly isHalf: boolean;
}

export class SnapshotFiles implements SnapshotStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async put({ epoch, seq, term, bytes }: StoredSnapshot): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const before = await this.#files();
    if (before.some((file) => file.epoch === epoch && file.term > term)) {
      throw new AppError('TERM_LOST', { detail: `snapshot of term ${term}` });
    }
    const name = `engine-${seq}-t${term}-${epoch}.snapshot`;
    const path = join(this.#folder, name);
    const file = await open(`${path}.tmp`, 'w', 0o600);
    try {
      for (let at = 0; at < bytes.length; at += SYNCED_AT_ONCE) {
        await file.writeFile(bytes.subarray(at, at + SYNCED_AT_ONCE));
        await file.datasync();
      }
      await file.sync();
    } catch (error) {
      // On a full disk the half of it would take what little room there is, a new one every 5 s.
      await rm(`${path}.tmp`, { force: true });
      throw error;
    } finally {
      await file.close();
    }
    await rename(`${path}.tmp`, path);
    await syncFolder(this.#folder);
    const others = before.filter((kept) => kept.name !== name && kept.name !== `${name}.tmp`);
    const usable = others.filter((kept) => !kept.isHalf && kept.epoch === epoch && kept.seq <= seq);
    const kept = usable.slice(0, KEPT - 1);
    for (const old of others) if (!kept.includes(old)) await rm(join(this.#folder, old.name), { force: true });
  }

  async list(): Promise<SnapshotHead[]> {
    const whole = (await this.#files()).filter((file) => !file.isHalf);
    const isFirst = (file: SnapshotFile, at: number): boolean => whole.findIndex((other) => isSame(file, other)) === at;
    return whole.filter(isFirst).map(({ seq, epoch }) => ({ seq, epoch }));
  }

  async get(head: SnapshotHead): Promise<Uint8Array | null> {
    const file = (await this.#files()).find((kept) => !kept.isHalf && isSame(kept, head));
    if (file === undefined) return null;
    try {
      return await readFile(join(this.#folder, file.name));
    } catch (error) {
      // Gone meanwhile, or on a part of the disk that cannot be read: the caller has others.
      if (['ENOENT', 'EIO'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
      throw error;
    }
  }

  /** Newest first; of one place in the log that of the newest term. */
  async #files(): Promise<SnapshotFile[]> {
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
      .map(([name, seq, term, epoch = '', half]) => ({
        name,
        seq: Number(seq),
        term: Number(term ?? 0),
        epoch,
        isHalf: half !== undefined,
      }))
      .sort((a, b) => b.seq - a.seq || b.term - a.term);
  }
}

const isSame = (a: SnapshotHead, b: SnapshotHead): boolean => a.seq === b.seq && a.epoch === b.epoch;

/** A rename is on disk when its folder is; only then may the older files go. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
