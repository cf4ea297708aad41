/** Standing documents of a kind as the engine tells them on the alarm lane, from its picture on: for who needs no more than what stands. */
import { unpack } from 'msgpackr';
import { AppError } from '../core/errors.ts';
import type { DocEffect } from '../stream/protocol/effects.ts';
import type { LiveDocKind, LiveDocs } from '../stream/protocol/live-docs.ts';
import { type LaneReader, NO_FRAMES } from '../stream/protocol/log.ts';
import type { PictureData } from '../stream/protocol/picture.ts';

export class FollowedDocs<K extends LiveDocKind> {
  readonly #lanes: Pick<LaneReader, 'picture' | 'laneHead' | 'read'>;
  readonly #kind: K;
  readonly #docs = new Map<string, LiveDocs[K]>();
  /** null: to begin from a picture. */
  #nextSeq: number | null = null;

  constructor(lanes: Pick<LaneReader, 'picture' | 'laneHead' | 'read'>, kind: K) {
    this.#lanes = lanes;
    this.#kind = kind;
  }

  /** All that the lane has told by now; none before the engine's first picture. Throws AppError REDIS_UNAVAILABLE. */
  async all(): Promise<readonly LiveDocs[K][]> {
    try {
      if (this.#nextSeq === null && !(await this.#load())) return [];
      await this.#follow();
    } catch (error) {
      // After a gap or in another epoch all begins anew; a server that is away has lost nothing yet.
      if (!(error instanceof AppError) || error.code === 'REDIS_UNAVAILABLE') throw error;
      this.#nextSeq = null;
    }
    return [...this.#docs.values()];
  }

  async #load(): Promise<boolean> {
    const { epoch } = await this.#lanes.laneHead();
    const bytes = await this.#lanes.picture();
    const picture = bytes === null ? null : (unpack(bytes) as PictureData);
    if (picture === null || picture.epoch !== epoch) return false;
    this.#docs.clear();
    for (const doc of picture.docs ?? []) this.#take(doc);
    this.#nextSeq = picture.alarmsSeq + 1;
    return true;
  }

  async #follow(): Promise<void> {
    for (let from = -1; this.#nextSeq !== null && from !== this.#nextSeq; ) {
      from = this.#nextSeq;
      const { effects } = await this.#lanes.read(from, NO_FRAMES, 0);
      for (const item of effects) {
        for (const effect of item.effects) if (effect.t === 'doc') this.#take(effect);
        this.#nextSeq = item.seq + 1;
      }
    }
  }

  #take(doc: DocEffect): void {
    if (doc.doc !== this.#kind) return;
    if (doc.gone) this.#docs.delete(doc.key);
    else this.#docs.set(doc.key, doc.value as LiveDocs[K]);
  }
}
