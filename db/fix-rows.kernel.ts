/**
 * Turns the columns of one batch of fixes into position rows: units of the table, rounded and clamped, absent values as
 * the columns have them. Pure and without allocation per fix; shared by the store and its memory twin so that both keep
 * the same numbers. Measured by bench/db/copy.bench.ts.
 */
import { ABSENT_U8, ABSENT_U16, FIX_FLAG, type FixBatch } from '../stream/protocol/entry.ts';
import { NULL_INT2, NULL_INT4, type PositionColumns } from './copy/position-columns.ts';

/**
 * The door takes nothing older than 7 days; what is further off than this is no fix. It also keeps delay_ms within
 * int4 (24.8 days) and nobody from making partitions at will.
 */
const MAX_DELAY_MS = 24 * 86_400_000;
const MAX_INT4 = 2_147_483_647;
const MAX_INT2 = 32_767;

/**
 * Appends all fixes of `batch`, one row each, in order. `personIds` and `cardIds` give the row's person by string index
 * (card numbers for fixes flagged byCard), `sources` and `floors` the dictionary id by string index. Throws Error on an
 * observation time that no fix can have; `rows` then holds a part of the batch and must be thrown away.
 */
export function appendFixRows(
  rows: PositionColumns,
  batch: FixBatch,
  receivedAtMs: number,
  personIds: Int32Array,
  cardIds: Int32Array,
  sources: Int16Array,
  floors: Int16Array,
): void {
  const { count } = batch;
  const base = rows.count;
  const mark = batch.origin.stage === 'joint' ? FIX_FLAG.jointTest : 0;
  rows.reserve(base + count);
  for (let i = 0; i < count; i++) {
    const to = base + i;
    const flags = batch.flags[i]!;
    const subject = batch.subjectIndex[i]!;
    const source = batch.sourceIndex[i]!;
    const floor = batch.floorIndex[i]!;
    const battery = batch.batteryPct[i]!;
    const observedAtMs = Math.round(batch.observedAtMs[i]!);
    const delayMs = receivedAtMs - observedAtMs;
    // Written so that NaN fails it too.
    if (!(delayMs <= MAX_DELAY_MS && delayMs >= -MAX_DELAY_MS))
      throw new Error(`fix ${i}: observed at ${observedAtMs}`);
    const lng = batch.lng[i]!;
    const lat = batch.lat[i]!;
    const placed = (flags & FIX_FLAG.noPlace) === 0 && lng >= -180 && lng <= 180 && lat >= -90 && lat <= 90;
    rows.observedAtMs[to] = observedAtMs;
    rows.personId[to] = (flags & FIX_FLAG.byCard) === 0 ? personIds[subject]! : cardIds[subject]!;
    rows.lng[to] = placed ? Math.round(lng * 1e7) : NULL_INT4;
    rows.lat[to] = placed ? Math.round(lat * 1e7) : NULL_INT4;
    rows.heightCm[to] = int4(batch.heightM[i]! * 100);
    rows.delayMs[to] = int4(delayMs);
    rows.accuracyDm[to] = int2(batch.accuracyM[i]! * 10);
    rows.speedCmps[to] = int2(batch.speedMps[i]! * 100);
    rows.headingDeg[to] = int2(batch.headingDeg[i]!);
    rows.batteryPct[to] = battery === ABSENT_U8 ? NULL_INT2 : battery;
    rows.source[to] = source === ABSENT_U16 ? 0 : sources[source]!;
    rows.floor[to] = floor === ABSENT_U16 ? NULL_INT2 : floors[floor]!;
    rows.flags[to] = (flags & MAX_INT2 & ~FIX_FLAG.jointTest) | mark;
  }
  rows.count = base + count;
}

function int4(value: number): number {
  if (Number.isNaN(value)) return NULL_INT4;
  return Math.max(-MAX_INT4, Math.min(MAX_INT4, Math.round(value)));
}

function int2(value: number): number {
  if (Number.isNaN(value)) return NULL_INT2;
  return Math.max(-MAX_INT2, Math.min(MAX_INT2, Math.round(value)));
}

/** What a string of a batch is used as; one string may be several. */
export const USE = { person: 1, card: 2, source: 4, floor: 8 } as const;

/**
 * Bits of USE by string index, one element longer than the strings (absent indexes fall there): a card number must not be
 * made a person, nor a floor a source.
 */
export function stringUses(body: FixBatch): Uint8Array {
  const uses = new Uint8Array(body.strings.length + 1);
  const { subjectIndex, sourceIndex, floorIndex, flags, count } = body;
  const absent = body.strings.length;
  for (let i = 0; i < count; i++) {
    const subject = subjectIndex[i] ?? absent;
    uses[subject] = (uses[subject] ?? 0) | (((flags[i] ?? 0) & FIX_FLAG.byCard) === 0 ? USE.person : USE.card);
    const source = Math.min(sourceIndex[i] ?? absent, absent);
    uses[source] = (uses[source] ?? 0) | USE.source;
    const floor = Math.min(floorIndex[i] ?? absent, absent);
    uses[floor] = (uses[floor] ?? 0) | USE.floor;
  }
  return uses;
}
