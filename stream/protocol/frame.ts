/**
 * The position lane: absolute quantised places by slot, relative to a tile's origin, so a lost frame heals with the
 * next. One frame a tick and scope. Little-endian throughout.
 *
 *   0  u8   MESSAGE.frame                       so that the bytes go to a socket as they are
 *   1  u8   FRAME_VERSION
 *   2  u8   kind: 1 delta, 2 picture (everyone in scope; slots not in it are gone)
 *   3  u8   reserved 0
 *   4  u32  term of the watch that made it; older terms are ignored
 *   8  f64  engine wall time of the frame, epoch ms
 *  16  u32  tick number within the term
 *  20  u32  people online in the whole park (in the scope, for a company's frame)
 *  24  u16  tiles
 *  26  u16  reserved 0
 *  28  tile sections, each:
 *      i16 tileEast, i16 tileNorth   origin = tile * 1024 m in the plane grid
 *      u16 count                     people in this section, 1 - 65535
 *      u16 slotHigh                  upper 16 bits of their slots
 *      u16[count] slotLow            ascending
 *      u16[count] easting            1/64 m from the tile's origin
 *      u16[count] northing           1/64 m
 *      i16[count] height             dm; -32768 unknown
 *      u8[count]  generation
 *      u8[count]  state              see STATE
 *      u8[count]  age                see ageCodeFromMs
 *      u8[count]  floor              number among the company's floors (floors.ts); 0 none
 *      pad to a multiple of 4 bytes
 * 12 bytes a person, 8 - 11 a section, 28 a frame. Version 1 had no floor.
 */
import { MESSAGE } from './live-message.ts';
import { FRESHNESS, type Freshness } from './vocabulary.ts';

export const FRAME_VERSION = 2;
export const FRAME_KIND = { delta: 1, picture: 2 } as const;
export const FRAME_HEADER_BYTES = 28;
export const TILE_HEADER_BYTES = 8;
export const BYTES_PER_PERSON = 12;
export const TILE_SIZE_M = 1024;
/** Quantum of easting and northing: 1/64 m = 1.5625 cm; 65,536 of them span a tile exactly. */
export const QUANTA_PER_M = 64;
export const HEIGHT_UNKNOWN = -32768;

/** state byte: bits 0-1 person type, 2-4 highest alarm level (0 none, 1-4), 5 SOS, 6-7 freshness. */
export function stateFrom(typeCode: number, level: number, sos: boolean, freshnessCode: number): number {
  return (typeCode & 3) | ((level & 7) << 2) | (sos ? 32 : 0) | ((freshnessCode & 3) << 6);
}
export const levelFromState = (state: number): number => (state >> 2) & 7;
export const isSosState = (state: number): boolean => (state & 32) !== 0;
export const freshnessFromState = (state: number): Freshness => FRESHNESS[(state >> 6) & 3] as Freshness;

/** Age of a fix at the frame's time: 0.1 s steps to 10 s (0-99), 1 s steps to 100 s (100-189), 1 min steps to an hour. */
export function ageCodeFromMs(ageMs: number): number {
  if (!(ageMs > 0)) return 0;
  if (ageMs < 10_000) return Math.floor(ageMs / 100);
  if (ageMs < 100_000) return 100 + Math.floor((ageMs - 10_000) / 1_000);
  return Math.min(255, 190 + Math.floor((ageMs - 100_000) / 60_000));
}
export function ageMsFromCode(code: number): number {
  if (code < 100) return code * 100;
  if (code < 190) return 10_000 + (code - 100) * 1_000;
  return 100_000 + (code - 190) * 60_000;
}

/** What a frame is made from: columns by slot, owned by the caller. */
export interface FrameColumns {
  readonly easting: Float64Array;
  readonly northing: Float64Array;
  /** NaN unknown. */
  readonly heightM: Float32Array;
  readonly generation: Uint8Array;
  readonly state: Uint8Array;
  readonly observedAtMs: Float64Array;
  /** Number among the company's floors; 0 none. */
  readonly floor: Uint8Array;
}

export interface FrameHead {
  readonly kind: number;
  readonly term: number;
  readonly atMs: number;
  readonly tick: number;
  readonly online: number;
}

/**
 * Encodes the first `count` entries of `slots`. Sorts that part of `slots` in place by tile, then slot. The result is
 * a new buffer owned by the caller.
 */
export function encodeFrame(head: FrameHead, slots: Uint32Array, count: number, columns: FrameColumns): Uint8Array {
  const { easting, northing } = columns;
  const used = slots.subarray(0, count);
  const keys = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const slot = used[i]!;
    const te = Math.floor(easting[slot]! / TILE_SIZE_M) + 32768;
    const tn = Math.floor(northing[slot]! / TILE_SIZE_M) + 32768;
    // 15 + 15 bits of tile in front of 22 bits of slot: exact in a double (52 bits).
    keys[i] = ((te & 0x7fff) * 32768 + (tn & 0x7fff)) * 4_194_304 + slot;
  }
  keys.sort();
  let sections = 0;
  let size = FRAME_HEADER_BYTES;
  forEachSection(keys, (from, to) => {
    sections++;
    size += sectionBytes(to - from);
  });
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  bytes[0] = MESSAGE.frame;
  bytes[1] = FRAME_VERSION;
  bytes[2] = head.kind;
  view.setUint32(4, head.term, true);
  view.setFloat64(8, head.atMs, true);
  view.setUint32(16, head.tick, true);
  view.setUint32(20, head.online, true);
  view.setUint16(24, sections, true);
  let at = FRAME_HEADER_BYTES;
  forEachSection(keys, (from, to) => {
    at = writeSection(bytes, view, at, keys, from, to, columns, head.atMs);
  });
  for (let i = 0; i < count; i++) used[i] = keys[i]! % 4_194_304;
  return bytes;
}

const sectionBytes = (n: number): number => (TILE_HEADER_BYTES + n * BYTES_PER_PERSON + 3) & ~3;

/** Runs of keys with the same tile and the same upper slot bits, at most 65,535 long. */
function forEachSection(keys: Float64Array, visit: (from: number, to: number) => void): void {
  let from = 0;
  while (from < keys.length) {
    const run = Math.floor(keys[from]! / 65_536);
    let to = from + 1;
    while (to < keys.length && to - from < 65_535 && Math.floor(keys[to]! / 65_536) === run) to++;
    visit(from, to);
    from = to;
  }
}

function writeSection(
  bytes: Uint8Array,
  view: DataView,
  start: number,
  keys: Float64Array,
  from: number,
  to: number,
  columns: FrameColumns,
  atMs: number,
): number {
  const n = to - from;
  const first = keys[from]! % 4_194_304;
  const tileEast = Math.floor(columns.easting[first]! / TILE_SIZE_M);
  const tileNorth = Math.floor(columns.northing[first]! / TILE_SIZE_M);
  view.setInt16(start, tileEast, true);
  view.setInt16(start + 2, tileNorth, true);
  view.setUint16(start + 4, n, true);
  view.setUint16(start + 6, first >>> 16, true);
  const low = start + TILE_HEADER_BYTES;
  const eastAt = low + 2 * n;
  const northAt = eastAt + 2 * n;
  const heightAt = northAt + 2 * n;
  const genAt = heightAt + 2 * n;
  const stateAt = genAt + n;
  const ageAt = stateAt + n;
  const originE = tileEast * TILE_SIZE_M;
  const originN = tileNorth * TILE_SIZE_M;
  for (let i = 0; i < n; i++) {
    const slot = keys[from + i]! % 4_194_304;
    const height = columns.heightM[slot]!;
    view.setUint16(low + 2 * i, slot & 0xffff, true);
    view.setUint16(eastAt + 2 * i, quantaFrom(columns.easting[slot]! - originE), true);
    view.setUint16(northAt + 2 * i, quantaFrom(columns.northing[slot]! - originN), true);
    view.setInt16(heightAt + 2 * i, Number.isNaN(height) ? HEIGHT_UNKNOWN : clampHeight(height), true);
    bytes[genAt + i] = columns.generation[slot]!;
    bytes[stateAt + i] = columns.state[slot]!;
    bytes[ageAt + i] = ageCodeFromMs(atMs - columns.observedAtMs[slot]!);
    bytes[ageAt + n + i] = columns.floor[slot]!;
  }
  return start + sectionBytes(n);
}

/** A coordinate a hair off a tile's edge rounds onto or across it in floating point: it stays in this tile. */
const quantaFrom = (offsetM: number): number => Math.max(0, Math.min(65_535, Math.floor(offsetM * QUANTA_PER_M)));

const clampHeight = (heightM: number): number => Math.max(-32767, Math.min(32767, Math.round(heightM * 10)));

/** Called once a person of a frame: plane metres (centre of the quantum), height NaN when unknown. */
export type FrameVisitor = (
  slot: number,
  generation: number,
  easting: number,
  northing: number,
  heightM: number,
  state: number,
  ageMs: number,
  floor: number,
) => void;

/** Head of a frame, or null when the bytes are not a whole frame of this version. Never throws. */
export function readFrameHead(bytes: Uint8Array): FrameHead | null {
  if (bytes.length < FRAME_HEADER_BYTES || bytes[0] !== MESSAGE.frame || bytes[1] !== FRAME_VERSION) return null;
  const kind = bytes[2]!;
  if (kind !== FRAME_KIND.delta && kind !== FRAME_KIND.picture) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!sectionsFit(view, bytes.length)) return null;
  return {
    kind,
    term: view.getUint32(4, true),
    atMs: view.getFloat64(8, true),
    tick: view.getUint32(16, true),
    online: view.getUint32(20, true),
  };
}

function sectionsFit(view: DataView, length: number): boolean {
  let at = FRAME_HEADER_BYTES;
  for (let sections = view.getUint16(24, true); sections > 0; sections--) {
    if (at + TILE_HEADER_BYTES > length) return false;
    at += sectionBytes(view.getUint16(at + 4, true));
  }
  return at === length;
}

/** Visits every person of a frame that readFrameHead accepted. Returns how many. */
export function visitFrame(bytes: Uint8Array, visit: FrameVisitor): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = FRAME_HEADER_BYTES;
  let people = 0;
  for (let sections = view.getUint16(24, true); sections > 0; sections--) {
    const originE = view.getInt16(at, true) * TILE_SIZE_M;
    const originN = view.getInt16(at + 2, true) * TILE_SIZE_M;
    const n = view.getUint16(at + 4, true);
    const high = view.getUint16(at + 6, true) * 65_536;
    const low = at + TILE_HEADER_BYTES;
    const genAt = low + 8 * n;
    for (let i = 0; i < n; i++) {
      const height = view.getInt16(low + 6 * n + 2 * i, true);
      visit(
        high + view.getUint16(low + 2 * i, true),
        bytes[genAt + i]!,
        originE + (view.getUint16(low + 2 * n + 2 * i, true) + 0.5) / QUANTA_PER_M,
        originN + (view.getUint16(low + 4 * n + 2 * i, true) + 0.5) / QUANTA_PER_M,
        height === HEIGHT_UNKNOWN ? Number.NaN : height / 10,
        bytes[genAt + n + i]!,
        ageMsFromCode(bytes[genAt + 2 * n + i]!),
        bytes[genAt + 3 * n + i]!,
      );
    }
    people += n;
    at += sectionBytes(n);
  }
  return people;
}

/** What decodeFrame writes into: columns by slot with room for the frame's slots, and `touched` for its people. */
export interface FrameTarget extends FrameColumns {
  /** Wall time of the last frame that named the slot. */
  readonly seenAtMs: Float64Array;
  /** The frame's slots, in its order. */
  readonly touched: Uint32Array;
}

/** One more than the highest slot of a frame that readFrameHead accepted, and how many people are in it. */
export function frameExtent(bytes: Uint8Array): { readonly slots: number; readonly people: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = FRAME_HEADER_BYTES;
  let slots = 0;
  let people = 0;
  for (let sections = view.getUint16(24, true); sections > 0; sections--) {
    const n = view.getUint16(at + 4, true);
    const high = view.getUint16(at + 6, true) * 65_536;
    for (let i = 0; i < n; i++)
      slots = Math.max(slots, high + view.getUint16(at + TILE_HEADER_BYTES + 2 * i, true) + 1);
    people += n;
    at += sectionBytes(n);
  }
  return { slots, people };
}

const AGE_MS_BY_CODE = Float64Array.from({ length: 256 }, (_, code) => ageMsFromCode(code));

/** visitFrame for whoever keeps columns: straight from the bytes into them, nothing is allocated for a person. */
export function decodeFrame(bytes: Uint8Array, atMs: number, into: FrameTarget): void {
  const { easting, northing, heightM, generation, state, observedAtMs, floor, seenAtMs, touched } = into;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = FRAME_HEADER_BYTES;
  let people = 0;
  for (let sections = view.getUint16(24, true); sections > 0; sections--) {
    const n = view.getUint16(at + 4, true);
    const high = view.getUint16(at + 6, true) * 65_536;
    // Of the middle of a quantum.
    const originE = view.getInt16(at, true) * TILE_SIZE_M + 0.5 / QUANTA_PER_M;
    const originN = view.getInt16(at + 2, true) * TILE_SIZE_M + 0.5 / QUANTA_PER_M;
    const low = at + TILE_HEADER_BYTES;
    const eastAt = low + 2 * n;
    const northAt = eastAt + 2 * n;
    const heightAt = northAt + 2 * n;
    const genAt = heightAt + 2 * n;
    const stateAt = genAt + n;
    const ageAt = stateAt + n;
    for (let i = 0; i < n; i++) {
      const slot = high + view.getUint16(low + 2 * i, true);
      const height = view.getInt16(heightAt + 2 * i, true);
      easting[slot] = originE + view.getUint16(eastAt + 2 * i, true) / QUANTA_PER_M;
      northing[slot] = originN + view.getUint16(northAt + 2 * i, true) / QUANTA_PER_M;
      heightM[slot] = height === HEIGHT_UNKNOWN ? Number.NaN : height / 10;
      generation[slot] = bytes[genAt + i]!;
      state[slot] = bytes[stateAt + i]!;
      observedAtMs[slot] = atMs - AGE_MS_BY_CODE[bytes[ageAt + i]!]!;
      floor[slot] = bytes[ageAt + n + i]!;
      seenAtMs[slot] = atMs;
      touched[people++] = slot;
    }
    at += sectionBytes(n);
  }
}
