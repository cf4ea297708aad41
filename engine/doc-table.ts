/**
 * Standing documents (live-docs.ts) by kind and key. What a part keeps here is in every snapshot and picture and on every
 * screen in scope; each change goes out as an effect with the whole value. Values are never changed, only replaced.
 */
import type { Steps } from '../core/slices.ts';
import type { DocEffect, Effect } from '../stream/protocol/effects.ts';
import type { LiveDocKind, LiveDocs } from '../stream/protocol/live-docs.ts';
import type { PackedChunk } from './packed.ts';
import { PackedInOrder } from './packed-in-order.ts';

export class DocTable {
  readonly #byKind = new Map<LiveDocKind, Map<string, DocEffect>>();
  readonly #packed = new Map<LiveDocKind, PackedInOrder<DocEffect>>();

  constructor(standing: readonly DocEffect[] = []) {
    for (const doc of standing) this.#keep(doc);
  }

  get<K extends LiveDocKind>(kind: K, key: string): LiveDocs[K] | undefined {
    return this.#byKind.get(kind)?.get(key)?.value as LiveDocs[K] | undefined;
  }

  /** In the order in which their keys came, which a restored table keeps. */
  values<K extends LiveDocKind>(kind: K): LiveDocs[K][] {
    return [...(this.#byKind.get(kind)?.values() ?? [])].map((doc) => doc.value as LiveDocs[K]);
  }

  /** `companyCodes`: who may see it beside the park's own roles. */
  put<K extends LiveDocKind>(
    kind: K,
    key: string,
    value: LiveDocs[K],
    companyCodes: readonly string[],
    effects: Effect[],
  ): void {
    const doc = { t: 'doc', doc: kind, key, companyCodes, value, gone: false } as unknown as DocEffect;
    this.#keep(doc);
    effects.push(doc);
  }

  /** Its last state; it stands no more. */
  end<K extends LiveDocKind>(kind: K, key: string, value: LiveDocs[K], effects: Effect[]): void {
    const before = this.#byKind.get(kind)?.get(key);
    this.#byKind.get(kind)?.delete(key);
    this.#packed.get(kind)?.delete(key);
    const companyCodes = before?.companyCodes ?? [];
    effects.push({ t: 'doc', doc: kind, key, companyCodes, value, gone: true } as unknown as DocEffect);
  }

  /** All of them, by kind in a fixed order. */
  all(): DocEffect[] {
    return this.#kinds().flatMap((kind) => [...this.#byKind.get(kind)!.values()]);
  }

  /** The same, as snapshots and pictures hold them. */
  packed(): PackedChunk[] {
    return ([] as PackedChunk[]).concat(...this.#kinds().map((kind) => this.#packed.get(kind)!.all()));
  }
  *packAhead(): Steps<undefined> {
    for (const kind of this.#kinds()) yield* this.#packed.get(kind)!.packAhead();
  }

  #kinds(): LiveDocKind[] {
    return [...this.#byKind.keys()].sort();
  }

  #keep(doc: DocEffect): void {
    let docs = this.#byKind.get(doc.doc);
    if (docs === undefined) {
      docs = new Map();
      this.#byKind.set(doc.doc, docs);
      this.#packed.set(doc.doc, new PackedInOrder());
    }
    docs.set(doc.key, doc);
    this.#packed.get(doc.doc)!.set(doc.key, doc);
  }
}
