/**
 * Reads the bytes of COPY (SELECT <POSITION_COLUMNS> ...) TO STDOUT (FORMAT binary) into columns: position-rows.kernel.ts
 * the other way round. Called for each CopyData message, which holds whole rows; the first also holds the header, the
 * last the trailer. Measured by bench/db/segments.bench.ts.
 */
import { NULL_INT2, NULL_INT4, type PositionColumns } from './position-columns.ts';

const FIELDS = 13;
const SIGNATURE_BYTES = 11;
const POSTGRES_EPOCH_MS = 946_684_800_000;
const TWO_32 = 4_294_967_296;

export class CopiedRows {
  #hasBegun = false;
  #at = 0;

  /** Appends the rows in `bytes` to `columns`. Throws Error when they are not such rows. */
  append(bytes: Buffer, columns: PositionColumns): void {
    this.#at = 0;
    if (!this.#hasBegun) {
      this.#hasBegun = true;
      this.#at = SIGNATURE_BYTES + 8 + bytes.readInt32BE(SIGNATURE_BYTES + 4);
    }
    while (this.#at < bytes.length) {
      const fields = bytes.readInt16BE(this.#at);
      this.#at += 2;
      if (fields === -1) return;
      if (fields !== FIELDS) throw new Error(`a copied row has ${fields} fields`);
      this.#row(bytes, columns);
    }
  }

  #row(bytes: Buffer, columns: PositionColumns): void {
    const i = columns.count;
    columns.reserve(i + 1);
    const at = this.#at + 4;
    const micros = bytes.readInt32BE(at) * TWO_32 + bytes.readUInt32BE(at + 4);
    this.#at = at + 8;
    columns.observedAtMs[i] = Math.round(micros / 1000) + POSTGRES_EPOCH_MS;
    columns.personId[i] = this.#int4(bytes);
    columns.lng[i] = this.#int4(bytes);
    columns.lat[i] = this.#int4(bytes);
    columns.heightCm[i] = this.#int4(bytes);
    columns.delayMs[i] = this.#int4(bytes);
    columns.accuracyDm[i] = this.#int2(bytes);
    columns.speedCmps[i] = this.#int2(bytes);
    columns.headingDeg[i] = this.#int2(bytes);
    columns.batteryPct[i] = this.#int2(bytes);
    columns.source[i] = this.#int2(bytes);
    columns.floor[i] = this.#int2(bytes);
    columns.flags[i] = this.#int2(bytes);
    columns.count = i + 1;
  }

  #int4(bytes: Buffer): number {
    const at = this.#at + 4;
    const isNull = bytes.readInt32BE(this.#at) === -1;
    this.#at = isNull ? at : at + 4;
    return isNull ? NULL_INT4 : bytes.readInt32BE(at);
  }

  #int2(bytes: Buffer): number {
    const at = this.#at + 4;
    const isNull = bytes.readInt32BE(this.#at) === -1;
    this.#at = isNull ? at : at + 2;
    return isNull ? NULL_INT2 : bytes.readInt16BE(at);
  }
}
