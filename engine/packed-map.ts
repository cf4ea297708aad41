/**
 * A map whose values are packed once for all snapshots, in chunks of keys: a chunk is packed anew after one of its values was set or
 * deleted. Which chunk a key is in hangs on the key alone, and within a chunk keys ascend, so that the bytes are the same however the map
 * was filled. For tens of thousands of values of which few change between two snapshots.
 */
import { PackedChunk } from './packed.ts';

/** 30,000 values make chunks of some 120, which pack within a millisecond. */
const CHUNKS = 256;

interface Chunk<V> {
  readonly values: Map<string, V>;
  packed: PackedChunk | null;
}

export class PackedMap<V> {
  readonly #chunks: (Chunk<V> | undefined)[] = new Array<Chunk<V> | undefined>(CHUNKS).fill(undefined);
  readonly #savedAs: (value: V, key: string) => unknown;
  #size = 0;

  /** `savedAs`: a plain msgpack value. */
  constructor(savedAs: (value: V, key: string) => unknown) {
    this.#savedAs = savedAs;
  }

  get size(): number {
    return this.#size;
  }

  get(key: string): V | undefined {
    return this.#chunks[chunkOf(key)]?.values.get(key);
  }

  /** Who changes a value in place sets it again. */
  set(key: string, value: V): void {
    const at = chunkOf(key);
    const chunk = this.#chunks[at] ?? { values: new Map<string, V>(), packed: null };
    this.#chunks[at] = chunk;
    if (!chunk.values.has(key)) this.#size++;
    chunk.values.set(key, value);
    chunk.packed = null;
  }

  delete(key: string): void {
    const chunk = this.#chunks[chunkOf(key)];
    if (chunk?.values.delete(key) !== true) return;
    this.#size--;
    chunk.packed = null;
  }

  /** In no order that would be the same after a restart. */
  *values(): Generator<V> {
    for (const chunk of this.#chunks) if (chunk !== undefined) yield* chunk.values.values();
  }

  /** All values as they are saved; yields chunk by chunk, so that the caller may pack ahead in slices. */
  *packed(): Generator<PackedChunk> {
    for (const chunk of this.#chunks) {
      if (chunk === undefined || chunk.values.size === 0) continue;
      chunk.packed ??= this.#pack(chunk);
      yield chunk.packed;
    }
  }

  #pack({ values }: Chunk<V>): PackedChunk {
    const keys = [...values.keys()].sort();
    return PackedChunk.of(keys.map((key) => this.#savedAs(values.get(key)!, key)));
  }
}

/** FNV-1a over the UTF-16 units. */
function chunkOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let n = 0; n < key.length; n++) hash = Math.imul(hash ^ key.charCodeAt(n), 0x01000193);
  return ((hash ^ (hash >>> 16)) & 0xffff) % CHUNKS;
}
