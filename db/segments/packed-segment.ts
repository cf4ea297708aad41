/**
 * The body of a position_segment row: version, checksum, and the deflated columns of pack.kernel.ts. Written by
 * db/segments/ladder.ts, read by db/tracks.ts.
 *
 *   u8   1, version
 *   u32  CRC-32 of what follows, big-endian
 *   raw deflate of the columns
 */
import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib';
import type { PositionColumns } from '../copy/position-columns.ts';
import { ColumnPacker, unpackColumns } from './pack.kernel.ts';

const VERSION = 1;
const HEAD_BYTES = 5;
/** What goes on in an hour at 100 fixes a second is far below; it keeps damaged bytes from asking for all memory. */
const MAX_UNPACKED_BYTES = 64 * 1024 * 1024;

const packer = new ColumnPacker();

/** The body for rows from..to of `columns`: one person, ascending in time, at least one row. */
export function packSegment(columns: PositionColumns, from: number, to: number): Buffer {
  const packed = deflateRawSync(packer.pack(columns, from, to));
  const body = Buffer.allocUnsafe(HEAD_BYTES + packed.length);
  body.writeUInt8(VERSION, 0);
  body.writeUInt32BE(crc32(packed), 1);
  body.set(packed, HEAD_BYTES);
  return body;
}

/** Appends the fixes in `body` to `columns` under `personId`. Throws Error on damaged bytes and unknown versions. */
export function unpackSegment(body: Buffer, personId: number, columns: PositionColumns): void {
  if (body.length <= HEAD_BYTES) throw new Error('a packed segment is damaged');
  if (body[0] !== VERSION) throw new Error(`a packed segment has the unknown version ${body[0]}`);
  const packed = body.subarray(HEAD_BYTES);
  if (crc32(packed) !== body.readUInt32BE(1)) throw new Error('a packed segment is damaged');
  unpackColumns(inflateRawSync(packed, { maxOutputLength: MAX_UNPACKED_BYTES }), personId, columns);
}
