/**
 * Bytes of COPY position_segment FROM STDIN (FORMAT binary): rows gathered into one CopyData message, header first,
 * trailer at the end (layout as in db/copy/position-rows.kernel.ts). Called by db/segments/ladder.ts.
 */
export const SEGMENT_COLUMNS = 'from_at, to_at, person_id, fixes, dropped, body';

export interface SegmentRow {
  readonly fromMs: number;
  readonly toMs: number;
  readonly personId: number;
  readonly fixes: number;
  readonly dropped: number;
  readonly body: Buffer;
}

const FIELDS = 6;
/** Field count, six lengths, two int8, three int4. */
const FIXED_BYTES = 2 + FIELDS * 4 + 2 * 8 + 3 * 4;
const POSTGRES_EPOCH_MS = 946_684_800_000;
/** 'd', length, signature, flags, length of the header's extension. */
const HEAD = Buffer.from('64000000005047434f50590aff0d0a000000000000000000', 'hex');
const TRAILER = Buffer.from('ffff', 'hex');

export class SegmentRows {
  #parts: Buffer[] = [];
  #bytes = 0;

  /** Of the rows added since the last message. */
  get bytes(): number {
    return this.#bytes;
  }

  add(row: SegmentRow): void {
    const head = Buffer.allocUnsafe(FIXED_BYTES);
    let at = head.writeInt16BE(FIELDS, 0);
    for (const ms of [row.fromMs, row.toMs]) {
      at = head.writeInt32BE(8, at);
      at = head.writeBigInt64BE(BigInt((ms - POSTGRES_EPOCH_MS) * 1000), at);
    }
    for (const value of [row.personId, row.fixes, row.dropped]) {
      at = head.writeInt32BE(4, at);
      at = head.writeInt32BE(value, at);
    }
    head.writeInt32BE(row.body.length, at);
    this.#parts.push(head, row.body);
    this.#bytes += head.length + row.body.length;
  }

  /** One CopyData message with the rows added; the next add begins another. */
  takeMessage(): Buffer {
    const message = Buffer.concat([HEAD, ...this.#parts, TRAILER]);
    message.writeInt32BE(message.length - 1, 1);
    this.#parts = [];
    this.#bytes = 0;
    return message;
  }
}
