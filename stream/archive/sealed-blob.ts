/**
 * Bytes of every file in the archive, segments (segment.ts) and snapshots (blob-archive.ts) alike. Little-endian.
 *
 *   0  4 bytes  'PSAR'
 *   4  u32      SEALED_FORMAT
 *   8  u32      bytes of head
 *  12           head: JSON
 *               blocks: u32 packed bytes, u32 raw bytes, Brotli
 *               SHA-256 of everything before
 *
 * A file is proved whole before anything of it is read; then it is unpacked block by block.
 */
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, brotliDecompress, constants } from 'node:zlib';

export const SEALED_FORMAT = 1;
const MAGIC = Buffer.from('PSAR');
const HEAD_AT = 12;
const CHECKSUM_BYTES = 32;
/** Raw bytes of a block, about: enough for the packer to find its repeats, and little to hold. */
export const BLOCK_BYTES = 1 << 20;
/** Measured in docs/adr/0012-archive.md. */
const PACKED_AS = { params: { [constants.BROTLI_PARAM_QUALITY]: 5, [constants.BROTLI_PARAM_LGWIN]: 20 } };

const pack = promisify<Uint8Array, typeof PACKED_AS, Buffer>(brotliCompress);
const unpack = promisify<Uint8Array, { maxOutputLength: number }, Buffer>(brotliDecompress);

/** Puts a file together; blocks are packed beside the caller's work, on the thread pool. */
export class Sealer {
  readonly #blocks: Promise<Buffer>[] = [];

  /** Takes the bytes over: the caller changes them no more. */
  add(block: Uint8Array): void {
    const framed = pack(block, PACKED_AS).then((packed) => {
      const frame = Buffer.allocUnsafe(8);
      frame.writeUInt32LE(packed.length, 0);
      frame.writeUInt32LE(block.length, 4);
      return Buffer.concat([frame, packed]);
    });
    // Awaited by seal: a rejection before that is not unhandled.
    framed.catch(() => {});
    this.#blocks.push(framed);
  }

  async seal(head: object): Promise<Uint8Array> {
    const headText = Buffer.from(JSON.stringify(head));
    const start = Buffer.alloc(HEAD_AT);
    MAGIC.copy(start);
    start.writeUInt32LE(SEALED_FORMAT, 4);
    start.writeUInt32LE(headText.length, 8);
    const parts = [start, headText, ...(await Promise.all(this.#blocks))];
    const sum = createHash('sha256');
    for (const part of parts) sum.update(part);
    return Buffer.concat([...parts, sum.digest()]);
  }
}

export type SealProblem = 'torn or changed' | 'of another format';

export interface OpenedBlob {
  readonly ok: true;
  readonly head: unknown;
  /** In order; the next one is unpacked while the caller works on this. */
  blocks(): AsyncGenerator<Uint8Array>;
}

/** Never throws on bytes that are no whole file of ours. */
export function openSealed(bytes: Uint8Array): OpenedBlob | { readonly ok: false; readonly problem: SealProblem } {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = file.length - CHECKSUM_BYTES;
  if (end < HEAD_AT || !file.subarray(0, 4).equals(MAGIC)) return { ok: false, problem: 'torn or changed' };
  const sum = createHash('sha256').update(file.subarray(0, end)).digest();
  if (!sum.equals(file.subarray(end))) return { ok: false, problem: 'torn or changed' };
  if (file.readUInt32LE(4) !== SEALED_FORMAT) return { ok: false, problem: 'of another format' };
  const blocksAt = HEAD_AT + file.readUInt32LE(8);
  const head: unknown = JSON.parse(file.toString('utf8', HEAD_AT, blocksAt));
  return { ok: true, head, blocks: () => unpacked(file.subarray(blocksAt, end)) };
}

async function* unpacked(blocks: Buffer): AsyncGenerator<Uint8Array> {
  let at = 0;
  const next = (): Promise<Buffer> | null => {
    if (at >= blocks.length) return null;
    const packedBytes = blocks.readUInt32LE(at);
    const maxOutputLength = blocks.readUInt32LE(at + 4);
    const packed = blocks.subarray(at + 8, at + 8 + packedBytes);
    at += 8 + packedBytes;
    const block = unpack(packed, { maxOutputLength });
    block.catch(() => {});
    return block;
  };
  let ahead = next();
  while (ahead !== null) {
    const block = await ahead;
    ahead = next();
    yield block;
  }
}
