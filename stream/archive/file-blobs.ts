/**
 * Blobs as files of a folder, readable by their owner only. A file is written under a hidden name beside its place, synced,
 * and then linked to its name, which fails where the name is taken; what a crash leaves is hidden and counts for nothing.
 */
import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError } from '../../core/errors.ts';
import { assertBlobName, type BlobHead, type BlobStore, byName } from './blob-store.ts';

export class FileBlobs implements BlobStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async list(prefix: string): Promise<BlobHead[]> {
    // Only the part of the prefix before its last slash is a folder for certain.
    const below = prefix.slice(0, prefix.lastIndexOf('/') + 1);
    const found: BlobHead[] = [];
    await this.#attempt(`listing ${prefix}`, () => this.#collect(below, found));
    return found.filter((blob) => blob.name.startsWith(prefix)).sort(byName);
  }

  get(name: string): Promise<Uint8Array | null> {
    return this.#attempt(`reading ${name}`, () => orNull(readFile(this.#pathOf(name)), 'ENOENT'));
  }

  put(name: string, bytes: Uint8Array): Promise<boolean> {
    return this.#attempt(`writing ${name}`, async () => {
      const path = this.#pathOf(name);
      const folder = dirname(path);
      await this.#makeFolder(folder);
      const hidden = join(folder, `.${randomUUID()}`);
      try {
        await writeSynced(hidden, bytes);
        const linked = await orNull(
          link(hidden, path).then(() => true),
          'EEXIST',
        );
        await syncFolder(folder);
        return linked !== null;
      } finally {
        await rm(hidden, { force: true });
      }
    });
  }

  async delete(name: string): Promise<void> {
    await this.#attempt(`deleting ${name}`, async () => {
      const folder = dirname(this.#pathOf(name));
      await rm(this.#pathOf(name), { force: true });
      await this.#removeEmpty(folder);
    });
  }

  #pathOf(name: string): string {
    assertBlobName(name);
    return join(this.#folder, ...name.split('/'));
  }

  async #collect(below: string, found: BlobHead[]): Promise<void> {
    const folder = join(this.#folder, below);
    const entries = (await orNull(readdir(folder, { withFileTypes: true }), 'ENOENT')) ?? [];
    const shown = entries.filter((entry) => !entry.name.startsWith('.'));
    const files = shown.filter((entry) => entry.isFile());
    const sizes = await Promise.all(files.map((entry) => orNull(stat(join(folder, entry.name)), 'ENOENT')));
    files.forEach((entry, i) => {
      const size = sizes[i]?.size;
      if (size !== undefined) found.push({ name: `${below}${entry.name}`, bytes: size });
    });
    for (const entry of shown) if (entry.isDirectory()) await this.#collect(`${below}${entry.name}/`, found);
  }

  /** A folder is there for certain when the one above it is on disk too. */
  async #makeFolder(folder: string): Promise<void> {
    const first = await mkdir(folder, { recursive: true, mode: 0o700 });
    if (first === undefined) return;
    for (let made = folder; made.length >= first.length; made = dirname(made)) await syncFolder(dirname(made));
  }

  /** A day's folder goes with its last blob, and what a crash left hidden in it. */
  async #removeEmpty(folder: string): Promise<void> {
    if (folder === this.#folder) return;
    const left = (await orNull(readdir(folder), 'ENOENT')) ?? [];
    if (left.some((name) => !name.startsWith('.'))) return;
    for (const name of left) await rm(join(folder, name), { force: true });
    await rmdir(folder).catch(() => {});
  }

  async #attempt<T>(what: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (cause) {
      const reason = (cause as NodeJS.ErrnoException).code;
      if (reason === undefined) throw cause;
      throw new AppError('ARCHIVE_UNAVAILABLE', { detail: `${what} in ${this.#folder}: ${reason}`, cause });
    }
  }
}

async function writeSynced(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function orNull<T>(work: Promise<T>, code: string): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === code) return null;
    throw error;
  }
}
