/**
 * Standing documents (live-docs.ts) by kind and key. What a part keeps here is in every snapshot and picture and on every
 * screen in scope; each change goes out as an effect with the whole value. Values are never changed, only replaced.
 */
import type { DocEffect, Effect } from '../stream/protocol/effects.ts';
import type { LiveDocKind, LiveDocs } from '../stream/protocol/live-docs.ts';
import { PackedOnce } from './packed.ts';

/** As snapshots and pictures hold them. */
export const packedDocs = new PackedOnce<DocEffect>((doc) => doc);

export class DocTable {
  readonly #byKind = new Map<LiveDocKind, Map<string, DocEffect>>();

  constructor(standing: readonly DocEffect[] = []) {
    for (const doc of standing) this.#kind(doc.doc).set(doc.key, doc);
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
    this.#kind(kind).set(key, doc);
    effects.push(doc);
  }

  /** Its last state; it stands no more. */
  end<K extends LiveDocKind>(kind: K, key: string, value: LiveDocs[K], effects: Effect[]): void {
    const before = this.#byKind.get(kind)?.get(key);
    this.#byKind.get(kind)?.delete(key);
    const companyCodes = before?.companyCodes ?? [];
    effects.push({ t: 'doc', doc: kind, key, companyCodes, value, gone: true } as unknown as DocEffect);
  }

  /** All of them, by kind in a fixed order. */
  all(): DocEffect[] {
    return [...this.#byKind.keys()].sort().flatMap((kind) => [...(this.#byKind.get(kind)?.values() ?? [])]);
  }

  #kind(kind: LiveDocKind): Map<string, DocEffect> {
    let docs = this.#byKind.get(kind);
    if (docs === undefined) {
      docs = new Map();
      this.#byKind.set(kind, docs);
    }
    return docs;
  }
}
