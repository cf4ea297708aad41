/**
 * Packed forms of the values of a map, in the map's order, which a restored map keeps. Told of each value that the map is given and of each
 * that goes; what came since is packed ahead, all else is a copy of a list. For thousands of values that are looked up elsewhere.
 */
import { runToEnd, type Steps } from '../core/slices.ts';
import { PackedChunk } from './packed.ts';

export class PackedInOrder<V> {
  /** null: not packed yet. */
  readonly #packed = new Map<string, PackedChunk | null>();
  readonly #unpacked = new Map<string, V>();

  /** Never changed, only replaced; in the place of the value before. */
  set(key: string, value: V): void {
    this.#packed.set(key, null);
    this.#unpacked.set(key, value);
  }

  delete(key: string): void {
    this.#packed.delete(key);
    this.#unpacked.delete(key);
  }

  *packAhead(): Steps<undefined> {
    for (const [key, value] of this.#unpacked) {
      this.#packed.set(key, PackedChunk.of([value]));
      this.#unpacked.delete(key);
      yield;
    }
  }

  all(): PackedChunk[] {
    runToEnd(this.packAhead());
    return [...this.#packed.values()] as PackedChunk[];
  }
}
