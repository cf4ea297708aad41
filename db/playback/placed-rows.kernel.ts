/**
 * Reads the bytes of COPY (SELECT <placedColumns> ...) TO STDOUT (FORMAT binary) into columns: what a playback needs of a fix, half the
 * bytes of a whole row (db/copy/copied-rows.kernel.ts). Called for each CopyData message, which holds whole rows; the first also holds
 * the header, the last the trailer. Measured by bench/db/playback.bench.ts.
 */
import { NULL_INT2, NULL_INT4, type PositionColumns } from '../copy/position-columns.ts';

/**
 * In the key of `position` (docs/adr/0004), but for the floor: asked for it, PostgreSQL reads the rows themselves. The first four are
 * never null: fixes without a place are left out.
 */
export const placedColumns = (hasFloors: boolean): string =>
  `observed_at, person_id, lng, lat, height_cm, accuracy_dm${hasFloors ? ', floor' : ''}`;

const HEADER_BYTES = 19;
/** Behind the count of fields each value lies behind its length. */
const TIME = 6;
const PERSON = 18;
const LNG = 26;
const LAT = 34;
const HEIGHT = 38;
const POSTGRES_EPOCH_MS = 946_684_800_000;
const TWO_32 = 4_294_967_296;

export class PlacedRows {
  #hasBegun = false;

  /** Appends the rows in `bytes` to `columns`, whose other columns stay as they were. Throws Error when they are not such rows. */
  append(bytes: Buffer, columns: PositionColumns): void {
    let at = 0;
    if (!this.#hasBegun) {
      this.#hasBegun = true;
      at = HEADER_BYTES + bytes.readInt32BE(HEADER_BYTES - 4);
    }
    while (at < bytes.length) {
      const fields = bytes.readInt16BE(at);
      if (fields === -1) return;
      if (fields !== 6 && fields !== 7) throw new Error(`a copied fix has ${fields} fields`);
      const i = columns.count;
      if (i === columns.capacity) columns.reserve(i + 1);
      const micros = bytes.readInt32BE(at + TIME) * TWO_32 + bytes.readUInt32BE(at + TIME + 4);
      columns.observedAtMs[i] = Math.round(micros / 1_000) + POSTGRES_EPOCH_MS;
      columns.personId[i] = bytes.readInt32BE(at + PERSON);
      columns.lng[i] = bytes.readInt32BE(at + LNG);
      columns.lat[i] = bytes.readInt32BE(at + LAT);
      at += HEIGHT;
      const hasHeight = bytes.readInt32BE(at) !== -1;
      at += 4;
      columns.heightCm[i] = hasHeight ? bytes.readInt32BE(at) : NULL_INT4;
      if (hasHeight) at += 4;
      const hasAccuracy = bytes.readInt32BE(at) !== -1;
      at += 4;
      columns.accuracyDm[i] = hasAccuracy ? bytes.readInt16BE(at) : NULL_INT2;
      if (hasAccuracy) at += 2;
      columns.floor[i] = NULL_INT2;
      if (fields === 7) {
        const hasFloor = bytes.readInt32BE(at) !== -1;
        at += 4;
        if (hasFloor) columns.floor[i] = bytes.readInt16BE(at);
        if (hasFloor) at += 2;
      }
      columns.count = i + 1;
    }
  }
}
