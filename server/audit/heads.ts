/**
 * Heads of the audit's chain outside the database: who cuts off its newest blocks would have to reach these too. One line a
 * block in files of the data folder, on disk before `append` returns; and now and then one as a blob of the archive, whose
 * name says it all.
 */

import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { groupBy } from '../../core/group-by.ts';
import type { Head } from '../../db/audit-chain.ts';
import type { BlobStore } from '../../stream/archive/blob-store.ts';
import { syncPath } from '../backup/durable.ts';
import type { Config } from '../config.ts';

/** Some 8 MB each. */
const HEADS_PER_FILE = 100_000;
const FILE_NAME = /^heads-(\d{12})\.jsonl$/;
const BLOB_PREFIX = 'audit-heads/';
const BLOB_NAME = /^audit-heads\/(\d{12})-([0-9a-f]{64})$/;

export const headsFolderOf = ({ dataFolder, parkCode }: Config): string => join(dataFolder, 'audit-heads', parkCode);

const digits = (no: number): string => String(no).padStart(12, '0');
const lineOf = ({ no, mac }: Head): string => `${JSON.stringify({ no, mac: Buffer.from(mac).toString('hex') })}\n`;

/** null: no head, such as a line that was cut off by a crash; the block's head was then written again. */
function headOf(line: string): Head | null {
  try {
    const { no, mac } = JSON.parse(line) as { no?: unknown; mac?: unknown };
    if (!Number.isSafeInteger(no) || typeof mac !== 'string' || !/^[0-9a-f]{64}$/.test(mac)) return null;
    return { no: no as number, mac: Buffer.from(mac, 'hex') };
  } catch {
    return null;
  }
}

export class HeadFiles {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Heads in the order of their blocks; on disk when it returns. */
  async append(heads: readonly Head[]): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const byFile = groupBy(heads, ({ no }) => Math.floor(no / HEADS_PER_FILE));
    for (const [file, some] of byFile) {
      const path = join(this.#folder, `heads-${digits(file)}.jsonl`);
      const handle = await open(path, 'a+', 0o600);
      try {
        const { size } = await handle.stat();
        const end = Buffer.alloc(1);
        if (size > 0) await handle.read(end, 0, 1, size - 1);
        const isTorn = size > 0 && end.toString() !== '\n';
        await handle.writeFile(`${isTorn ? '\n' : ''}${some.map(lineOf).join('')}`);
        await handle.sync();
        if (size === 0) await syncPath(this.#folder);
      } finally {
        await handle.close();
      }
    }
  }

  /** The newest; null: there is none. */
  async last(): Promise<Head | null> {
    for (const path of (await this.#files()).toReversed()) {
      const heads = (await readFile(path, 'utf8')).split('\n').flatMap((line) => headOf(line) ?? []);
      const last = heads.at(-1);
      if (last !== undefined) return last;
    }
    return null;
  }

  /** All of them, in the order of their blocks. */
  async *read(): AsyncGenerator<Head> {
    for (const path of await this.#files()) yield* readHeadFile(path);
  }

  /** Files whose blocks all lie before `no` go. */
  async forgetBefore(no: number): Promise<void> {
    for (const path of await this.#files()) {
      const [, file] = /(\d{12})\.jsonl$/.exec(path) ?? [];
      if ((Number(file) + 1) * HEADS_PER_FILE <= no) await rm(path);
    }
  }

  async #files(): Promise<string[]> {
    const names = await readdir(this.#folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    });
    return names
      .filter((name) => FILE_NAME.test(name))
      .sort()
      .map((name) => join(this.#folder, name));
  }
}

async function* readHeadFile(path: string): AsyncGenerator<Head> {
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY })) {
    const head = headOf(line);
    if (head !== null) yield head;
  }
}

/** Of a folder of heads, or of one file of them that was kept elsewhere. */
export async function* readHeadsAt(path: string): AsyncGenerator<Head> {
  if ((await stat(path)).isDirectory()) yield* new HeadFiles(path).read();
  else yield* readHeadFile(path);
}

/** Copies in the archive. */
export class HeadBlobs {
  readonly #blobs: BlobStore;

  constructor(blobs: BlobStore) {
    this.#blobs = blobs;
  }

  async append({ no, mac }: Head): Promise<void> {
    await this.#blobs.put(`${BLOB_PREFIX}${digits(no)}-${Buffer.from(mac).toString('hex')}`, new Uint8Array(0));
  }

  /** In the order of their blocks. */
  async read(): Promise<Head[]> {
    return (await this.#blobs.list(BLOB_PREFIX)).flatMap(({ name }) => {
      const [, no, mac] = BLOB_NAME.exec(name) ?? [];
      return no === undefined || mac === undefined ? [] : [{ no: Number(no), mac: Buffer.from(mac, 'hex') }];
    });
  }

  async forgetBefore(no: number): Promise<void> {
    for (const { name } of await this.#blobs.list(BLOB_PREFIX)) {
      if (name < `${BLOB_PREFIX}${digits(no)}`) await this.#blobs.delete(name);
    }
  }
}
