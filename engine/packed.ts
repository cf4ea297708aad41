/**
 * Bytes of what rarely changes, packed once and used by every snapshot and picture after: descriptions of people in chunks
 * of slots, areas and alarms one by one. A snapshot of 20,000 people is then copies, not packing. Always plain msgpack maps, so that
 * the bytes of a value hang on nothing but the value.
 */
import { Packr } from 'msgpackr';
import { runToEnd, type Steps } from '../core/slices.ts';
import type { PersonView } from '../stream/protocol/effects.ts';

const packr = new Packr({ useRecords: false });

/** A copy: msgpackr packs into a buffer of its own that the next value may overwrite. */
export const packed = (value: unknown): Uint8Array => Uint8Array.prototype.slice.call(packr.pack(value));

/** Packed bytes with two sums over them, against bit rot: 64 bits in all. */
export interface Part {
  readonly bytes: Uint8Array;
  readonly sumA: number;
  readonly sumB: number;
}

/** Word by word, little-endian: each step turns and multiplies, so that no change of a word is ever lost again. */
export function partFrom(bytes: Uint8Array): Part {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : Uint8Array.prototype.slice.call(bytes);
  const words = new Uint32Array(aligned.buffer, aligned.byteOffset, aligned.length >> 2);
  let a = 0x811c9dc5;
  let b = ~bytes.length;
  const take = (word: number): void => {
    const x = a ^ word;
    a = Math.imul((x << 15) | (x >>> 17), 0x85ebca6b);
    const y = b ^ word;
    b = Math.imul((y << 13) | (y >>> 19), 0xc2b2ae35);
  };
  for (let i = 0; i < words.length; i++) take(words[i]!);
  for (let i = words.length * 4; i < aligned.length; i++) take(aligned[i]!);
  return { bytes, sumA: a >>> 0, sumB: b >>> 0 };
}

/** Values of a list that are packed already, one behind the other. Stands in what a part of the engine saves for as many plain values. */
export class PackedChunk implements Part {
  readonly bytes: Uint8Array;
  readonly sumA: number;
  readonly sumB: number;
  readonly count: number;

  constructor({ bytes, sumA, sumB }: Part, count: number) {
    this.bytes = bytes;
    this.sumA = sumA;
    this.sumB = sumB;
    this.count = count;
  }

  static of(values: readonly unknown[]): PackedChunk {
    return new PackedChunk(partFrom(packed(values).slice(arrayHeadBytes(values.length))), values.length);
  }
}

/** Values in a list of which some are packed. */
export const countOf = (values: readonly unknown[]): number =>
  values.reduce((count: number, value) => count + (value instanceof PackedChunk ? value.count : 1), 0);

/** Of objects that are never changed, only replaced. */
export class PackedOnce<T extends object> {
  readonly #parts = new WeakMap<T, PackedChunk>();
  readonly #shownAs: (item: T) => unknown;

  constructor(shownAs: (item: T) => unknown) {
    this.#shownAs = shownAs;
  }

  of(item: T): PackedChunk {
    let part = this.#parts.get(item);
    if (part === undefined) {
      part = new PackedChunk(partFrom(packed(this.#shownAs(item))), 1);
      this.#parts.set(item, part);
    }
    return part;
  }
}

/** Who is bound to a slot, as pictures say it. */
export interface Binding {
  readonly slot: number;
  readonly generation: number;
  readonly person: PersonView;
}

/** 128 descriptions pack within a millisecond. */
const CHUNK_BITS = 7;

export class PackedBindings {
  readonly #chunks: (PackedChunk | undefined)[] = [];

  /** The slot is bound otherwise now. */
  invalidate(slot: number): void {
    this.#chunks[slot >> CHUNK_BITS] = undefined;
  }

  /** All chunks below `slotCount`; yields one by one, so that the caller may pack ahead in slices. */
  *chunks(slotCount: number, bindingAt: (slot: number) => Binding | null): Generator<PackedChunk> {
    for (let n = 0; n << CHUNK_BITS < slotCount; n++) {
      this.#chunks[n] ??= packChunk(n << CHUNK_BITS, Math.min(slotCount, (n + 1) << CHUNK_BITS), bindingAt);
      yield this.#chunks[n]!;
    }
  }
}

function packChunk(from: number, to: number, bindingAt: (slot: number) => Binding | null): PackedChunk {
  const bindings: Binding[] = [];
  for (let slot = from; slot < to; slot++) {
    const binding = bindingAt(slot);
    if (binding !== null) bindings.push(binding);
  }
  return PackedChunk.of(bindings);
}

const arrayHeadBytes = (length: number): number => (length < 16 ? 1 : length < 65_536 ? 3 : 5);

/** The msgpack list of values that are packed already. */
export function packedList(count: number, parts: readonly Part[]): Uint8Array[] {
  const head = new Uint8Array(5);
  head[0] = 0xdd;
  new DataView(head.buffer).setUint32(1, count);
  return [head, ...parts.map((part) => part.bytes)];
}

/** Head of a msgpack map with fewer than 16 fields. */
export const packedMapHead = (fields: number): Uint8Array => Uint8Array.of(0x80 | fields);

/** Well below a millisecond's worth of copying at a time: memory that was never touched costs many times what copying does. */
const COPIED_A_STEP = 128_000;

/** Where so many bytes go. Tens of megabytes taken anew every few seconds make the collector stop everything each time. */
export type Memory = (length: number) => Uint8Array;
const newMemory: Memory = (length) => new Uint8Array(length);

/** The same bytes over and over, for whoever is done with one use before the next. */
export function reusedMemory(): Memory {
  let bytes = new Uint8Array(0);
  return (length) => {
    // Some room to grow, else a park that grows takes it anew each time.
    if (bytes.length < length) bytes = new Uint8Array(Math.ceil(length * 1.25));
    return bytes.subarray(0, length);
  };
}

export function* concatInSteps(pieces: readonly Uint8Array[], memory: Memory = newMemory): Steps<Uint8Array> {
  const bytes = memory(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  let copied = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
    copied += piece.length;
    if (copied < COPIED_A_STEP) continue;
    copied = 0;
    yield;
  }
  return bytes;
}

export const concat = (pieces: readonly Uint8Array[]): Uint8Array => runToEnd(concatInSteps(pieces));
