/**
 * Zip archives, as far as .xlsx files are made of them: the parts that are asked for are unpacked within a bound, and archives
 * are written part by part while their content comes. What an archive says of itself is believed only as far as it is true.
 */
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { crc32, createDeflateRaw, inflateRawSync } from 'node:zlib';
import { err, ok, type Result } from '../../../core/result.ts';

/** `unreadable`: not an archive, damaged, encrypted, or packed in another way. `too-large`: more than the bound when unpacked. */
export type ZipFault = 'unreadable' | 'too-large';
export type ZipParts = ReadonlyMap<string, Uint8Array>;

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const SIZES = 0x08074b50;
const END_BYTES = 22;
const COMMENT_MAX = 0xffff;
const PARTS_MAX = 2_000;
const STORED = 0;
const DEFLATED = 8;
const ENCRYPTED = 1;
const SIZES_FOLLOW = 8;
const UTF8_NAME = 0x800;
const IN_ZIP64 = 0xffffffff;
const ZIP64_EXTRA = 1;

interface Entry {
  readonly name: string;
  readonly method: number;
  readonly crc: number;
  readonly packedBytes: number;
  readonly bytes: number;
  readonly at: number;
}

/** Those parts that `isWanted`, by name; none else is looked into. `limitBytes` holds for all of them together. */
export function unpackZip(
  file: Buffer,
  isWanted: (name: string) => boolean,
  limitBytes: number,
): Result<ZipParts, ZipFault> {
  const entries = entriesOf(file)?.filter(({ name }) => isWanted(name));
  if (entries === undefined) return err('unreadable');
  if (entries.reduce((sum, { bytes }) => sum + bytes, 0) > limitBytes) return err('too-large');
  const parts = new Map<string, Uint8Array>();
  let leftBytes = limitBytes;
  for (const entry of entries) {
    const part = unpacked(file, entry, leftBytes);
    if (!part.ok) return part;
    leftBytes -= part.value.length;
    // The same name twice: nobody can say which one is meant.
    if (parts.has(entry.name)) return err('unreadable');
    parts.set(entry.name, part.value);
  }
  return ok(parts);
}

function entriesOf(file: Buffer): Entry[] | undefined {
  const end = endOf(file);
  if (end === undefined) return undefined;
  const count = file.readUInt16LE(end + 10);
  if (count > PARTS_MAX) return undefined;
  let at = file.readUInt32LE(end + 16);
  const entries: Entry[] = [];
  for (let i = 0; i < count; i++) {
    if (at + 46 > file.length || file.readUInt32LE(at) !== CENTRAL) return undefined;
    const nameBytes = file.readUInt16LE(at + 28);
    const extraBytes = file.readUInt16LE(at + 30);
    const nameEnd = at + 46 + nameBytes;
    const next = nameEnd + extraBytes + file.readUInt16LE(at + 32);
    if (next > file.length || (file.readUInt16LE(at + 8) & ENCRYPTED) !== 0) return undefined;
    const sizes = [file.readUInt32LE(at + 24), file.readUInt32LE(at + 20), file.readUInt32LE(at + 42)];
    const [bytes, packedBytes, localAt] = wideSizes(sizes, file.subarray(nameEnd, nameEnd + extraBytes));
    if (bytes === undefined || packedBytes === undefined || localAt === undefined) return undefined;
    entries.push({
      name: file
        .toString('utf8', at + 46, nameEnd)
        .replaceAll('\\', '/')
        .replace(/^\//, ''),
      method: file.readUInt16LE(at + 10),
      crc: file.readUInt32LE(at + 16),
      packedBytes,
      bytes,
      at: localAt,
    });
    at = next;
  }
  return entries;
}

function endOf(file: Buffer): number | undefined {
  for (let at = file.length - END_BYTES; at >= Math.max(0, file.length - END_BYTES - COMMENT_MAX); at--) {
    if (file.readUInt32LE(at) === END) return at;
  }
  return undefined;
}

/** Sizes that do not fit 32 bits, or might not have, stand in an extra field in their order. */
function wideSizes(sizes: readonly number[], extra: Buffer): (number | undefined)[] {
  if (!sizes.includes(IN_ZIP64)) return [...sizes];
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== ZIP64_EXTRA) continue;
    let next = at + 4;
    return sizes.map((size) => {
      if (size !== IN_ZIP64) return size;
      next += 8;
      return next > extra.length ? undefined : Number(extra.readBigUInt64LE(next - 8));
    });
  }
  return [];
}

function unpacked(file: Buffer, entry: Entry, limitBytes: number): Result<Uint8Array, ZipFault> {
  const { at, packedBytes, method, bytes, crc } = entry;
  if (at + 30 > file.length || file.readUInt32LE(at) !== LOCAL) return err('unreadable');
  const from = at + 30 + file.readUInt16LE(at + 26) + file.readUInt16LE(at + 28);
  if (from + packedBytes > file.length) return err('unreadable');
  const packed = file.subarray(from, from + packedBytes);
  if (packed.length > limitBytes) return err('too-large');
  let part: Uint8Array;
  try {
    if (method !== STORED && method !== DEFLATED) return err('unreadable');
    part = method === STORED ? packed : inflateRawSync(packed, { maxOutputLength: Math.max(1, limitBytes) });
  } catch (error) {
    return err((error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE' ? 'too-large' : 'unreadable');
  }
  return part.length === bytes && crc32(part) === crc ? ok(part) : err('unreadable');
}

/** One part of an archive that is written. */
export interface ZipPart {
  readonly name: string;
  readonly chunks: Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>;
}

/** An archive, in pieces as they come. */
export async function* zipped(parts: Iterable<ZipPart>): AsyncGenerator<Buffer> {
  const directory: Buffer[] = [];
  let at = 0;
  for (const { name, chunks } of parts) {
    const nameBytes = Buffer.from(name);
    const head = Buffer.alloc(30);
    head.writeUInt32LE(LOCAL, 0);
    const startAt = at;
    const common = commonHead(nameBytes.length);
    common.copy(head, 4);
    yield Buffer.concat([head, nameBytes]);
    at += head.length + nameBytes.length;
    let [crc, bytes, packedBytes] = [0, 0, 0];
    const content = (async function* () {
      for await (const chunk of chunks) {
        const piece = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
        crc = crc32(piece, crc);
        bytes += piece.length;
        yield piece;
      }
    })();
    for await (const piece of deflated(content)) {
      packedBytes += piece.length;
      yield Buffer.from(piece.buffer, piece.byteOffset, piece.length);
    }
    const sizes = Buffer.alloc(12);
    for (const [i, size] of [crc, packedBytes, bytes].entries()) sizes.writeUInt32LE(size, i * 4);
    const follows = Buffer.alloc(4);
    follows.writeUInt32LE(SIZES);
    yield Buffer.concat([follows, sizes]);
    at += packedBytes + 16;
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(CENTRAL, 0);
    entry.writeUInt16LE(20, 4);
    common.copy(entry, 6);
    sizes.copy(entry, 16);
    entry.writeUInt32LE(startAt, 42);
    directory.push(entry, nameBytes);
  }
  const entries = Buffer.concat(directory);
  const end = Buffer.alloc(END_BYTES);
  end.writeUInt32LE(END, 0);
  end.writeUInt16LE(directory.length / 2, 8);
  end.writeUInt16LE(directory.length / 2, 10);
  end.writeUInt32LE(entries.length, 12);
  end.writeUInt32LE(at, 16);
  yield Buffer.concat([entries, end]);
}

/** What the head before a part and its entry in the directory have in common, from the version on; sizes follow the part. */
function commonHead(nameBytes: number): Buffer {
  const head = Buffer.alloc(26);
  head.writeUInt16LE(20, 0);
  head.writeUInt16LE(SIZES_FOLLOW | UTF8_NAME, 2);
  head.writeUInt16LE(DEFLATED, 4);
  // 1 January 1980: files of the same content are the same.
  head.writeUInt16LE(0x21, 8);
  head.writeUInt16LE(nameBytes, 22);
  return head;
}

/** Packs off the event loop. Whoever stops reading ends the source too. */
async function* deflated(content: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  const source = Readable.from(content, { objectMode: false });
  const deflate = createDeflateRaw();
  source.once('error', (error) => deflate.destroy(error));
  try {
    yield* source.pipe(deflate);
  } finally {
    if (!source.destroyed) {
      source.destroy();
      await once(source, 'close');
    }
  }
}
