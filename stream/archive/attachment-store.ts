/**
 * Files that belong to permits, by the SHA-256 of their bytes: written by ingest before the log names them, read by the admin
 * interface. A file lies there once, however often it is sent. What a crash between file and entry leaves is a file that no entry
 * names; it does no harm and the same file sent again takes its place. Where the files lie is composed in server/attachments.ts.
 */
import { createHash } from 'node:crypto';
import type { BlobStore } from './blob-store.ts';

/** Both throw AppError ARCHIVE_UNAVAILABLE when the storage fails or does not answer. Twin: MemoryAttachments. */
export interface AttachmentStore {
  /** Resolves when the file is on disk. `hash`: SHA-256 of `bytes`, lower-case hex. */
  put(hash: string, bytes: Uint8Array): Promise<void>;
  /** null: there is none. What lies there and is not what the hash says is never handed out: plain Error. */
  get(hash: string): Promise<Uint8Array | null>;
}

/** How files are kept from who reads the disk. */
export interface AttachmentSeal {
  seal(bytes: Uint8Array, context: string): Promise<Uint8Array>;
  open(sealed: Uint8Array, context: string): Promise<Uint8Array>;
}

const HASH = /^[0-9a-f]{64}$/;

export class BlobAttachments implements AttachmentStore {
  readonly #blobs: BlobStore;
  readonly #seal: AttachmentSeal;

  constructor(blobs: BlobStore, seal: AttachmentSeal) {
    this.#blobs = blobs;
    this.#seal = seal;
  }

  async put(hash: string, bytes: Uint8Array): Promise<void> {
    const name = nameOf(hash);
    await this.#blobs.put(name, await this.#seal.seal(bytes, contextOf(hash)));
  }

  async get(hash: string): Promise<Uint8Array | null> {
    const sealed = await this.#blobs.get(nameOf(hash));
    if (sealed === null) return null;
    const bytes = await this.#seal.open(sealed, contextOf(hash));
    if (createHash('sha256').update(bytes).digest('hex') !== hash)
      throw new Error(`attachment ${hash} is another file`);
    return bytes;
  }
}

const contextOf = (hash: string): string => `attachment:${hash}`;

/** A wrong hash is a defect of the caller. */
function nameOf(hash: string): string {
  if (!HASH.test(hash)) throw new Error(`no SHA-256: ${hash}`);
  return `${hash.slice(0, 2)}/${hash}`;
}

/** Twin in one process. */
export class MemoryAttachments implements AttachmentStore {
  readonly #kept = new Map<string, Uint8Array>();

  async put(hash: string, bytes: Uint8Array): Promise<void> {
    const name = nameOf(hash);
    if (!this.#kept.has(name)) this.#kept.set(name, Uint8Array.from(bytes));
  }

  async get(hash: string): Promise<Uint8Array | null> {
    return this.#kept.get(nameOf(hash)) ?? null;
  }
}
