/**
 * Where the archive's files lie: a folder (file-blobs.ts) or S3-compatible storage (s3-blobs.ts). A blob is written once,
 * whole or not at all, and never changed. The twin in one process stands below; all three run test/contract/blobs.ts.
 */
export interface BlobHead {
  /** Words of [A-Za-z0-9._-] with `/` between them. */
  readonly name: string;
  readonly bytes: number;
}

/** Every method throws AppError ARCHIVE_UNAVAILABLE when the storage fails or does not answer. */
export interface BlobStore {
  /** Those whose name begins with `prefix`, in the order of names. */
  list(prefix: string): Promise<BlobHead[]>;
  /** null: there is none. */
  get(name: string): Promise<Uint8Array | null>;
  /** Resolves when the blob is on disk. false: the name is taken, and what lies there stays. */
  put(name: string, bytes: Uint8Array): Promise<boolean>;
  /** No effect when there is none. */
  delete(name: string): Promise<void>;
}

const NAME = /^[A-Za-z0-9_-][A-Za-z0-9._-]*(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$/;

/** Nothing that leads out of the folder, and nothing that a URL would have to escape. A wrong name is a defect. */
export function assertBlobName(name: string): void {
  if (!NAME.test(name)) throw new Error(`no name for a blob: ${name}`);
}

export const byName = (a: BlobHead, b: BlobHead): number => (a.name < b.name ? -1 : 1);

/** Twin in one process. */
export class MemoryBlobs implements BlobStore {
  readonly #kept = new Map<string, Uint8Array>();

  async list(prefix: string): Promise<BlobHead[]> {
    return [...this.#kept]
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, bytes]) => ({ name, bytes: bytes.length }))
      .sort(byName);
  }

  async get(name: string): Promise<Uint8Array | null> {
    return this.#kept.get(name) ?? null;
  }

  async put(name: string, bytes: Uint8Array): Promise<boolean> {
    assertBlobName(name);
    if (this.#kept.has(name)) return false;
    this.#kept.set(name, Uint8Array.from(bytes));
    return true;
  }

  async delete(name: string): Promise<void> {
    this.#kept.delete(name);
  }
}
