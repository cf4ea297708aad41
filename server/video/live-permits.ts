/** Permits as the engine tells them on the alarm lane, from its picture on: what the role `video` goes by. */

import { unpack } from 'msgpackr';
import { dateOf } from '../../alarms/shifts.ts';
import { AppError } from '../../core/errors.ts';
import { parkDayNumber } from '../../core/park-time.ts';
import { editionOn } from '../../standard/gb30871.ts';
import type { DocEffect } from '../../stream/protocol/effects.ts';
import { type LaneReader, NO_FRAMES } from '../../stream/protocol/log.ts';
import type { PermitView } from '../../stream/protocol/permits.ts';
import type { PictureData } from '../../stream/protocol/picture.ts';

export class LivePermits {
  readonly #lanes: Pick<LaneReader, 'picture' | 'laneHead' | 'read'>;
  readonly #permits = new Map<string, PermitView>();
  /** null: to begin from a picture. */
  #nextSeq: number | null = null;

  constructor(lanes: Pick<LaneReader, 'picture' | 'laneHead' | 'read'>) {
    this.#lanes = lanes;
  }

  /** All that the lane has told by now; none before the engine's first picture. Throws AppError REDIS_UNAVAILABLE. */
  async all(): Promise<readonly PermitView[]> {
    try {
      if (this.#nextSeq === null && !(await this.#load())) return [];
      await this.#follow();
    } catch (error) {
      // After a gap or in another epoch all begins anew; a server that is away has lost nothing yet.
      if (!(error instanceof AppError) || error.code === 'REDIS_UNAVAILABLE') throw error;
      this.#nextSeq = null;
    }
    return [...this.#permits.values()];
  }

  async #load(): Promise<boolean> {
    const { epoch } = await this.#lanes.laneHead();
    const bytes = await this.#lanes.picture();
    const picture = bytes === null ? null : (unpack(bytes) as PictureData);
    if (picture === null || picture.epoch !== epoch) return false;
    this.#permits.clear();
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
    if (doc.doc !== 'permit') return;
    if (doc.gone) this.#permits.delete(doc.key);
    else this.#permits.set(doc.key, doc.value);
  }
}

/** Begun, and neither finished nor taken back. */
export const isUnderWay = ({ status }: PermitView): boolean => status === 'working' || status === 'paused';

/** Recorded from beginning to end: what the standard says so of (特级动火), and hot work at a major hazard source. */
export function isRecordedThroughout(permit: PermitView, nowMs: number): boolean {
  const { workCode, hazardSourceCode, startedAtMs } = permit;
  const { duties } = editionOn(dateOf(parkDayNumber(startedAtMs ?? nowMs)));
  const duty = Object.hasOwn(duties, workCode) ? duties[workCode] : undefined;
  return duty !== undefined && (duty.recorded !== null || (duty.kind === 'fire' && hazardSourceCode !== null));
}
