/** Twin of redis-lanes.ts in one process. Terms are granted by `MemoryLeaseKeeper` or set by the test. */

import type { Clock } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import { Arrival } from './arrival.ts';
import { epochChanged, LIVE_KEPT_MS, missing, notOnLane } from './continuity.ts';
import { decodeEffects, encodeEffects } from './lane-codec.ts';
import type { EffectsAt } from './protocol/effects.ts';
import type { LaneReader, WatchPublisher } from './protocol/log.ts';

interface LiveItem {
  readonly atMs: number;
  readonly order: number;
  readonly frame: Uint8Array;
}

/** What a park's publisher and readers share. */
export class MemoryLanes {
  epoch: string;
  term = 0;
  seq = 0;
  keptFrom = 1;
  effects: { seq: number; atMs: number; bytes: Uint8Array }[] = [];
  live: LiveItem[] = [];
  picture: Uint8Array | null = null;
  readonly arrival = new Arrival();
  readonly clock: Clock;
  #order = 0;
  #pictureOrder = 0;
  #liveFloor: number | null = null;

  constructor(clock: Clock, epoch = 'epoch-1') {
    this.clock = clock;
    this.epoch = epoch;
  }

  /** A new log: the lane begins anew. */
  restart(epoch: string): void {
    this.epoch = epoch;
    this.seq = 0;
    this.keptFrom = 1;
    this.effects = [];
    this.arrival.announce();
  }

  trimEffects(firstSeq: number): void {
    this.effects = this.effects.filter((item) => item.seq >= firstSeq);
    this.keptFrom = Math.max(this.keptFrom, firstSeq);
  }

  addFrame(frame: Uint8Array): LiveItem {
    const item = { atMs: this.clock.nowMs(), order: ++this.#order, frame };
    this.live.push(item);
    const floor = this.#liveFloor;
    if (floor !== null) {
      this.live = this.live.filter((kept) => kept.order >= floor || kept.atMs >= item.atMs - LIVE_KEPT_MS);
    }
    this.arrival.announce();
    return item;
  }

  setPicture(picture: Uint8Array): void {
    this.picture = picture;
    this.#liveFloor = this.#pictureOrder;
    this.#pictureOrder = this.#order;
  }
}

export class MemoryWatchPublisher implements WatchPublisher {
  readonly #lanes: MemoryLanes;
  constructor(lanes: MemoryLanes) {
    this.#lanes = lanes;
  }

  async publishEffects(term: number, item: EffectsAt, afterSeq = 0): Promise<boolean> {
    const lanes = this.#lanes;
    this.#checkTerm(term);
    if (item.seq <= lanes.seq) return false;
    if (afterSeq > lanes.seq) throw notOnLane(afterSeq);
    lanes.seq = item.seq;
    lanes.effects.push({ seq: item.seq, atMs: item.atMs, bytes: Uint8Array.from(encodeEffects(item.effects)) });
    lanes.arrival.announce();
    return true;
  }

  async publishFrame(term: number, frame: Uint8Array, _atMs: number): Promise<string> {
    this.#checkTerm(term);
    return liveIdOf(this.#lanes.addFrame(Uint8Array.from(frame)));
  }

  async publishPicture(term: number, picture: Uint8Array): Promise<void> {
    this.#checkTerm(term);
    this.#lanes.setPicture(Uint8Array.from(picture));
  }

  #checkTerm(term: number): void {
    if (term !== this.#lanes.term) throw new AppError('TERM_LOST', { detail: `term ${term} of watch` });
  }
}

const liveIdOf = (item: LiveItem): string => `${item.atMs}-${item.order}`;
const orderOf = (liveId: string): number => Number(liveId.slice(liveId.indexOf('-') + 1) || 0);

export class MemoryLaneReader implements LaneReader {
  readonly #lanes: MemoryLanes;
  #epoch: string | null = null;
  constructor(lanes: MemoryLanes) {
    this.#lanes = lanes;
  }

  async picture(): Promise<Uint8Array | null> {
    return this.#lanes.picture;
  }

  async laneHead(): Promise<{ epoch: string; firstSeq: number; seq: number }> {
    const { epoch, keptFrom, seq } = this.#lanes;
    this.#epoch = epoch;
    return { epoch, firstSeq: keptFrom, seq };
  }

  async read(nextSeq: number, liveId: string, waitMs: number) {
    const lanes = this.#lanes;
    this.#epoch ??= lanes.epoch;
    const afterOrder = orderOf(liveId);
    const take = () => ({
      effects: lanes.effects
        .filter((item) => item.seq >= nextSeq)
        .map(({ seq, atMs, bytes }) => ({ seq, atMs, effects: decodeEffects(bytes) })),
      frames: lanes.live
        .filter((item) => item.order > afterOrder)
        .map((item) => ({ liveId: liveIdOf(item), frame: item.frame })),
    });
    let taken = take();
    if (taken.effects.length + taken.frames.length === 0) {
      await lanes.arrival.wait(waitMs);
      taken = take();
    }
    if (lanes.epoch !== this.#epoch) throw epochChanged(this.#epoch, lanes.epoch);
    if (lanes.keptFrom > nextSeq) throw missing(nextSeq, lanes.keptFrom - 1);
    return taken;
  }

  async recentEffects(seq: number, limit: number): Promise<readonly EffectsAt[]> {
    return this.#lanes.effects
      .filter((item) => item.seq <= seq)
      .slice(-limit)
      .map((item) => ({ seq: item.seq, atMs: item.atMs, effects: decodeEffects(item.bytes) }));
  }

  close(): Promise<void> {
    this.#lanes.arrival.announce();
    return Promise.resolve();
  }
}
