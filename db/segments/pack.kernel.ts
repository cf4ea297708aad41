/**
 * The columns of a packed segment: fixes of one person, column after column, as differences between neighbours. Pure; both
 * directions live here so that they cannot drift apart. Units and absent values are those of position rows; the
 * person is not in it. Measured by bench/db/segments.bench.ts. Called by db/segments/packed-segment.ts, which has the
 * version and the checksum.
 *
 *   varint fixes
 *   12 columns in the order of COLUMNS, observation time first, each
 *     u8   0 all absent | 1 all the same | 2 differences | 3 differences, some absent
 *     1:   the value;  2, 3: (3: a bit per fix, 1 = present, lowest first), then a value per fix present
 *
 * Values are zigzag varints. A difference is from the fix before that has a value; the first is from 0. Observation times
 * come regularly, so theirs is the difference of the difference.
 */
import { NULL_INT2, NULL_INT4, type PositionColumns } from '../copy/position-columns.ts';

const FORM = { absent: 0, same: 1, differences: 2, someAbsent: 3 } as const;
const COLUMNS = [
  ['lng', NULL_INT4],
  ['lat', NULL_INT4],
  ['heightCm', NULL_INT4],
  ['accuracyDm', NULL_INT2],
  ['source', NULL_INT2],
  ['floor', NULL_INT2],
  ['flags', NULL_INT2],
  ['delayMs', NULL_INT4],
  ['speedCmps', NULL_INT2],
  ['headingDeg', NULL_INT2],
  ['batteryPct', NULL_INT2],
] as const;
/** A varint takes 8 bytes at most (53 bits and the sign), times take one value a fix, others one and a bit. */
const MAX_VALUE_BYTES = 8;
const TWO_32 = 4_294_967_296;

/** Writes into one buffer that grows and is used again. */
export class ColumnPacker {
  #bytes = new Uint8Array(16_384);
  #at = 0;

  /** Rows from..to of `columns`, ascending in time. Valid until the next call. At least one row. */
  pack(columns: PositionColumns, from: number, to: number): Uint8Array {
    const count = to - from;
    const room = 64 + count * ((COLUMNS.length + 1) * MAX_VALUE_BYTES + COLUMNS.length / 8 + 1);
    if (room > this.#bytes.length) this.#bytes = new Uint8Array(room * 2);
    this.#at = 0;
    this.#natural(count);
    this.#times(columns.observedAtMs, from, to);
    for (const [name, absent] of COLUMNS) this.#column(columns[name], from, to, absent);
    return this.#bytes.subarray(0, this.#at);
  }

  #times(times: Float64Array, from: number, to: number): void {
    this.#bytes[this.#at++] = FORM.differences;
    let before = 0;
    let step = 0;
    for (let i = from; i < to; i++) {
      const difference = times[i]! - before;
      this.#integer(difference - step);
      // The first is a moment, not a step.
      step = i === from ? 0 : difference;
      before = times[i]!;
    }
  }

  #column(values: Int32Array | Int16Array, from: number, to: number, absent: number): void {
    const first = values[from]!;
    let present = 0;
    let isSame = true;
    for (let i = from; i < to; i++) {
      if (values[i] !== absent) present++;
      if (values[i] !== first) isSame = false;
    }
    if (present === 0) {
      this.#bytes[this.#at++] = FORM.absent;
      return;
    }
    if (isSame) {
      this.#bytes[this.#at++] = FORM.same;
      this.#integer(first);
      return;
    }
    const isWhole = present === to - from;
    this.#bytes[this.#at++] = isWhole ? FORM.differences : FORM.someAbsent;
    if (!isWhole) this.#presence(values, from, to, absent);
    let before = 0;
    for (let i = from; i < to; i++) {
      const value = values[i]!;
      if (value === absent) continue;
      this.#integer(value - before);
      before = value;
    }
  }

  #presence(values: Int32Array | Int16Array, from: number, to: number, absent: number): void {
    const start = this.#at;
    const size = (to - from + 7) >> 3;
    this.#bytes.fill(0, start, start + size);
    for (let i = from; i < to; i++) {
      const k = i - from;
      if (values[i] !== absent) this.#bytes[start + (k >> 3)]! |= 1 << (k & 7);
    }
    this.#at += size;
  }

  #integer(value: number): void {
    this.#natural(value < 0 ? -2 * value - 1 : 2 * value);
  }

  #natural(value: number): void {
    let rest = value;
    while (rest >= TWO_32) {
      this.#bytes[this.#at++] = (rest % 128) | 0x80;
      rest = Math.floor(rest / 128);
    }
    let low = rest >>> 0;
    while (low >= 128) {
      this.#bytes[this.#at++] = (low & 0x7f) | 0x80;
      low >>>= 7;
    }
    this.#bytes[this.#at++] = low;
  }
}

/** Appends the fixes of a segment to `columns`, under `personId`. The bytes are known to be whole. */
export function unpackColumns(bytes: Uint8Array, personId: number, columns: PositionColumns): void {
  const reader = new SegmentReader(bytes);
  const count = reader.natural();
  const from = columns.count;
  const to = from + count;
  columns.reserve(to);
  columns.personId.fill(personId, from, to);
  reader.times(columns.observedAtMs, from, to);
  for (const [name, absent] of COLUMNS) reader.column(columns[name], from, to, absent);
  columns.count = to;
}

class SegmentReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  times(times: Float64Array, from: number, to: number): void {
    this.#at++;
    let before = 0;
    let step = 0;
    for (let i = from; i < to; i++) {
      const difference = this.#integer() + step;
      step = i === from ? 0 : difference;
      before += difference;
      times[i] = before;
    }
  }

  column(values: Int32Array | Int16Array, from: number, to: number, absent: number): void {
    const form = this.#bytes[this.#at++]!;
    if (form === FORM.absent) {
      values.fill(absent, from, to);
      return;
    }
    if (form === FORM.same) {
      values.fill(this.#integer(), from, to);
      return;
    }
    const presence = this.#at;
    if (form === FORM.someAbsent) this.#at += (to - from + 7) >> 3;
    let before = 0;
    for (let i = from; i < to; i++) {
      const k = i - from;
      if (form === FORM.someAbsent && (this.#bytes[presence + (k >> 3)]! & (1 << (k & 7))) === 0) {
        values[i] = absent;
        continue;
      }
      before += this.#integer();
      values[i] = before;
    }
  }

  natural(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.#bytes[this.#at++]!;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
  }

  #integer(): number {
    const value = this.natural();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }
}
