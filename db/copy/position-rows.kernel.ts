/**
 * Bytes of COPY position FROM STDIN (FORMAT binary), straight from columns into one reusable buffer. Invariant: the
 * buffer always holds one whole CopyData message, so it goes to the socket without another copy. Measured by
 * bench/db/copy.bench.ts. Used by db/store.ts; the byte rules are PostgreSQL's "COPY, Binary Format" and
 * "Frontend/Backend Protocol, CopyData".
 *
 *   0  u8  'd'                       CopyData
 *   1  i32 bytes that follow, with these four
 *   5  11 bytes PGCOPY\n\xff\r\n\0   signature
 *  16  i32 flags 0
 *  20  i32 bytes of header extension 0
 *  24  rows: i16 13 fields, then per field i32 length (-1: NULL) and the value, big-endian
 *   .  i16 -1                        trailer
 */
import type { PositionColumns } from './position-columns.ts';
import { NULL_INT2, NULL_INT4 } from './position-columns.ts';

/** In the order the bytes are written; part of every COPY statement that takes them. */
export const POSITION_COLUMNS =
  'observed_at, person_id, lng, lat, height_cm, delay_ms, accuracy_dm, speed_cmps, heading_deg, battery_pct, source, floor, flags';

const FIELDS = 13;
const ROWS_AT = 24;
const TRAILER_BYTES = 2;
/** i16 field count, 13 lengths, one int8, five int4, seven int2. */
const MAX_ROW_BYTES = 2 + FIELDS * 4 + 8 + 5 * 4 + 7 * 2;
/** timestamptz counts microseconds from 2000-01-01T00:00:00Z. */
const POSTGRES_EPOCH_MS = 946_684_800_000;
const TWO_32 = 4_294_967_296;
const SIGNATURE = Uint8Array.of(0x50, 0x47, 0x43, 0x4f, 0x50, 0x59, 0x0a, 0xff, 0x0d, 0x0a, 0x00);

export class PositionRows {
  #bytes: Uint8Array;
  #view: DataView;

  constructor(initialRows = 1024) {
    this.#bytes = new Uint8Array(ROWS_AT + initialRows * MAX_ROW_BYTES + TRAILER_BYTES);
    this.#view = new DataView(this.#bytes.buffer);
  }

  /**
   * One CopyData message with rows `order[from..to)` of `columns`. Valid until the next call: COPY has ended by then,
   * because the server answers only after it has taken every byte.
   */
  encode(columns: PositionColumns, order: Uint32Array, from: number, to: number): Uint8Array {
    const needed = ROWS_AT + (to - from) * MAX_ROW_BYTES + TRAILER_BYTES;
    if (needed > this.#bytes.length) {
      this.#bytes = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
      this.#view = new DataView(this.#bytes.buffer);
    }
    const view = this.#view;
    view.setUint8(0, 0x64);
    this.#bytes.set(SIGNATURE, 5);
    view.setInt32(16, 0);
    view.setInt32(20, 0);
    let at = ROWS_AT;
    for (let k = from; k < to; k++) {
      const i = order[k]!;
      view.setInt16(at, FIELDS);
      view.setInt32(at + 2, 8);
      // Exact: microseconds of this century stay below 2^53.
      const micros = (columns.observedAtMs[i]! - POSTGRES_EPOCH_MS) * 1000;
      const high = Math.floor(micros / TWO_32);
      view.setInt32(at + 6, high);
      view.setUint32(at + 10, micros - high * TWO_32);
      view.setInt32(at + 14, 4);
      view.setInt32(at + 18, columns.personId[i]!);
      at = int4(view, at + 22, columns.lng[i]!);
      at = int4(view, at, columns.lat[i]!);
      at = int4(view, at, columns.heightCm[i]!);
      at = int4(view, at, columns.delayMs[i]!);
      at = int2(view, at, columns.accuracyDm[i]!);
      at = int2(view, at, columns.speedCmps[i]!);
      at = int2(view, at, columns.headingDeg[i]!);
      at = int2(view, at, columns.batteryPct[i]!);
      at = int2(view, at, columns.source[i]!);
      at = int2(view, at, columns.floor[i]!);
      at = int2(view, at, columns.flags[i]!);
    }
    view.setInt16(at, -1);
    at += TRAILER_BYTES;
    view.setInt32(1, at - 1);
    return this.#bytes.subarray(0, at);
  }
}

function int4(view: DataView, at: number, value: number): number {
  if (value === NULL_INT4) {
    view.setInt32(at, -1);
    return at + 4;
  }
  view.setInt32(at, 4);
  view.setInt32(at + 4, value);
  return at + 8;
}

function int2(view: DataView, at: number, value: number): number {
  if (value === NULL_INT2) {
    view.setInt32(at, -1);
    return at + 4;
  }
  view.setInt32(at, 2);
  view.setInt16(at + 4, value);
  return at + 6;
}
