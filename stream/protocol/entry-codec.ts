/**
 * Bytes of log entries. Fixes are columns behind a small msgpack head; every other kind is msgpack. Little-endian.
 *
 *   0  u8   FIX_CODEC_VERSION
 *   1  u8   reserved 0
 *   2  u16  count
 *   4  u32  bytes of head
 *   8  head: msgpack [batchId, appId, companyCode, received, refused, strings[], stage?, again?], padded to 8
 *      f64[count] lng, lat, observedAtMs
 *      f32[count] heightM, accuracyM, speedMps, headingDeg
 *      u16[count] subjectIndex, sourceIndex, floorIndex, flags
 *      u8[count]  batteryPct
 */
import { pack, unpack } from 'msgpackr';
import {
  ABSENT_U16,
  ENTRY_KIND,
  type EntryBodies,
  type EntryKindName,
  type EntryPlace,
  type FixBatch,
  type LogEntry,
  type RawEntry,
} from './entry.ts';
import { INTERFACE_STAGES, type InterfaceStage } from './vocabulary.ts';

export const FIX_CODEC_VERSION = 1;
const HEAD_AT = 8;
const BYTES_PER_FIX = 3 * 8 + 4 * 4 + 4 * 2 + 1;

const KIND_NAMES: readonly (EntryKindName | undefined)[] = (() => {
  const names: (EntryKindName | undefined)[] = [];
  for (const [name, kind] of Object.entries(ENTRY_KIND)) names[kind] = name as EntryKindName;
  return names;
})();

export const entryKindName = (kind: number): EntryKindName | undefined => KIND_NAMES[kind];

/** One entry body for a batch of fixes; the result is a new buffer. Columns may be longer than `count`. */
export function encodeFixes(batch: FixBatch): Uint8Array {
  const { count, origin } = batch;
  const { batchId, appId, companyCode, received, refused, stage, again } = origin;
  const known = [batchId, appId, companyCode, received, refused, batch.strings];
  const marks = again === undefined ? (stage === undefined ? [] : [stage]) : [stage ?? null, again];
  const head = pack([...known, ...marks]);
  const columnsAt = (HEAD_AT + head.length + 7) & ~7;
  const buffer = new ArrayBuffer(columnsAt + count * BYTES_PER_FIX);
  const bytes = new Uint8Array(buffer);
  const view = new DataView(buffer);
  bytes[0] = FIX_CODEC_VERSION;
  view.setUint16(2, count, true);
  view.setUint32(4, head.length, true);
  bytes.set(head, HEAD_AT);
  let at = columnsAt;
  for (const column of [batch.lng, batch.lat, batch.observedAtMs]) {
    new Float64Array(buffer, at, count).set(column.subarray(0, count));
    at += 8 * count;
  }
  for (const column of [batch.heightM, batch.accuracyM, batch.speedMps, batch.headingDeg]) {
    new Float32Array(buffer, at, count).set(column.subarray(0, count));
    at += 4 * count;
  }
  for (const column of [batch.subjectIndex, batch.sourceIndex, batch.floorIndex, batch.flags]) {
    new Uint16Array(buffer, at, count).set(column.subarray(0, count));
    at += 2 * count;
  }
  bytes.set(batch.batteryPct.subarray(0, count), at);
  return bytes;
}

/** Body bytes of any kind. */
export function encodeBody<K extends EntryKindName>(kind: K, body: EntryBodies[K]): Uint8Array {
  return kind === 'fixes' ? encodeFixes(body as FixBatch) : Uint8Array.from(pack(body));
}

/** Throws Error on bytes that are no entry of a known kind and version; never hangs, never reads outside. */
export function decodeEntry(raw: RawEntry): LogEntry {
  const kind = entryKindName(raw.kind);
  if (kind === undefined) throw new Error(`entry ${raw.seq}: unknown kind ${raw.kind}`);
  const body = kind === 'fixes' ? decodeFixes(raw.body) : decodeMapBody(raw.body, raw.seq);
  return { kind, seq: raw.seq, receivedAtMs: raw.receivedAtMs, body } as LogEntry;
}

function decodeMapBody(bytes: Uint8Array, seq: number): unknown {
  const body: unknown = unpack(bytes);
  if (body === null || typeof body !== 'object' || Array.isArray(body)) throw new Error(`entry ${seq}: body is no map`);
  return body;
}

export function decodeFixes(source: Uint8Array): FixBatch {
  // Typed-array views need 8-byte alignment; a slice of a socket buffer rarely has it. Of the ways to copy this one is a
  // memcpy, and Buffer's own slice would be none.
  const bytes = source.byteOffset % 8 === 0 ? source : Uint8Array.prototype.slice.call(source);
  const { buffer, byteOffset, length } = bytes;
  if (length < HEAD_AT || bytes[0] !== FIX_CODEC_VERSION) throw new Error('fixes: unknown codec version');
  const view = new DataView(buffer, byteOffset, length);
  const count = view.getUint16(2, true);
  const headBytes = view.getUint32(4, true);
  const columnsAt = (HEAD_AT + headBytes + 7) & ~7;
  if (columnsAt + count * BYTES_PER_FIX !== length) throw new Error('fixes: length does not fit the count');
  const head: unknown = unpack(bytes.subarray(HEAD_AT, HEAD_AT + headBytes));
  if (!isFixHead(head)) throw new Error('fixes: head is malformed');
  const [batchId, appId, companyCode, received, refused, strings, stage, again] = head;
  let at = byteOffset + columnsAt;
  const f64 = (): Float64Array => {
    const column = new Float64Array(buffer, at, count);
    at += 8 * count;
    return column;
  };
  const f32 = (): Float32Array => {
    const column = new Float32Array(buffer, at, count);
    at += 4 * count;
    return column;
  };
  const u16 = (): Uint16Array => {
    const column = new Uint16Array(buffer, at, count);
    at += 2 * count;
    return column;
  };
  const lng = f64();
  const lat = f64();
  const observedAtMs = f64();
  const heightM = f32();
  const accuracyM = f32();
  const speedMps = f32();
  const headingDeg = f32();
  const subjectIndex = u16();
  const sourceIndex = u16();
  const floorIndex = u16();
  const flags = u16();
  const batteryPct = new Uint8Array(buffer, at, count);
  for (let i = 0; i < count; i++) {
    if (subjectIndex[i]! >= strings.length) throw new Error('fixes: subject outside the string table');
    if (sourceIndex[i] !== ABSENT_U16 && sourceIndex[i]! >= strings.length) throw new Error('fixes: source outside');
    if (floorIndex[i] !== ABSENT_U16 && floorIndex[i]! >= strings.length) throw new Error('fixes: floor outside');
  }
  return {
    origin: {
      batchId,
      appId,
      companyCode,
      received,
      refused,
      ...(stage === undefined || stage === null ? {} : { stage }),
      ...(again === undefined ? {} : { again }),
    },
    count,
    strings,
    subjectIndex,
    sourceIndex,
    floorIndex,
    flags,
    lng,
    lat,
    observedAtMs,
    heightM,
    accuracyM,
    speedMps,
    headingDeg,
    batteryPct,
  };
}

type FixHead = [string, string, string, number, number, string[], (InterfaceStage | null)?, EntryPlace?];

function isFixHead(head: unknown): head is FixHead {
  if (!Array.isArray(head) || head.length < 6 || head.length > 8) return false;
  const [batchId, appId, companyCode, received, refused, strings, stage, again] = head as unknown[];
  return (
    (again === undefined || isEntryPlace(again)) &&
    (stage === undefined || stage === null || INTERFACE_STAGES.some((known) => known === stage)) &&
    typeof batchId === 'string' &&
    typeof appId === 'string' &&
    typeof companyCode === 'string' &&
    Number.isInteger(received) &&
    Number.isInteger(refused) &&
    Array.isArray(strings) &&
    strings.every((s) => typeof s === 'string')
  );
}

/** Whether `value` names an entry: what came in from outside may be anything. */
export function isEntryPlace(value: unknown): value is EntryPlace {
  if (value === null || typeof value !== 'object') return false;
  const { epoch, seq, receivedAtMs } = value as Partial<EntryPlace>;
  return typeof epoch === 'string' && Number.isInteger(seq) && Number.isFinite(receivedAtMs);
}

/** Columns of `capacity` with every optional value absent, to be filled by the front door or by tests. */
export function createFixColumns(capacity: number): Omit<FixBatch, 'origin' | 'count' | 'strings'> {
  return {
    subjectIndex: new Uint16Array(capacity),
    sourceIndex: new Uint16Array(capacity).fill(ABSENT_U16),
    floorIndex: new Uint16Array(capacity).fill(ABSENT_U16),
    flags: new Uint16Array(capacity),
    lng: new Float64Array(capacity).fill(Number.NaN),
    lat: new Float64Array(capacity).fill(Number.NaN),
    observedAtMs: new Float64Array(capacity),
    heightM: new Float32Array(capacity).fill(Number.NaN),
    accuracyM: new Float32Array(capacity).fill(Number.NaN),
    speedMps: new Float32Array(capacity).fill(Number.NaN),
    headingDeg: new Float32Array(capacity).fill(Number.NaN),
    batteryPct: new Uint8Array(capacity).fill(0xff),
  };
}
