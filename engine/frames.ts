/**
 * Frames from the people table: who changed since the last one, and one of every PHASES slots besides, so that everyone
 * is re-sent at least every 10 s and a lost frame heals. Reads the engine, touches no state that a snapshot holds.
 */
import type { AlarmView } from '../stream/protocol/effects.ts';
import { encodeFrame, FRAME_KIND } from '../stream/protocol/frame.ts';
import type { PictureData } from '../stream/protocol/picture.ts';
import type { Engine } from './engine.ts';

export const RESEND_MS = 10_000;

export class FrameBuilder {
  readonly #phases: number;
  #tick = 0;
  #slots = new Uint32Array(1024);

  /** `tickMs`: distance of frames. */
  constructor(tickMs: number) {
    this.#phases = Math.max(1, Math.floor(RESEND_MS / tickMs));
  }

  get tick(): number {
    return this.#tick;
  }

  /** The next delta frame; empty of people when nobody changed. */
  delta(engine: Engine, term: number, atMs: number): Uint8Array {
    const { people } = engine.park;
    this.#reserve(people.slotCount);
    const phase = this.#tick % this.#phases;
    let count = 0;
    for (const slot of people.touched) {
      if (people.placed[slot] === 1 && slot % this.#phases !== phase) this.#slots[count++] = slot;
    }
    for (let slot = phase; slot < people.slotCount; slot += this.#phases) {
      if (people.placed[slot] === 1) this.#slots[count++] = slot;
    }
    people.clearTouched();
    this.#tick++;
    const head = { kind: FRAME_KIND.delta, term, atMs, tick: this.#tick, online: people.countOnline() };
    return encodeFrame(head, this.#slots, count, people);
  }

  /** Everyone, for a picture. */
  whole(engine: Engine, term: number, atMs: number): Uint8Array {
    const { people } = engine.park;
    this.#reserve(people.slotCount);
    let count = 0;
    for (let slot = 0; slot < people.slotCount; slot++) {
      if (people.placed[slot] === 1) this.#slots[count++] = slot;
    }
    const head = { kind: FRAME_KIND.picture, term, atMs, tick: this.#tick, online: people.countOnline() };
    return encodeFrame(head, this.#slots, count, people);
  }

  #reserve(needed: number): void {
    if (needed > this.#slots.length) this.#slots = new Uint32Array(Math.max(needed, this.#slots.length * 2));
  }
}

/** The park at this moment. `liveId` names the newest frame published; `atMs` is wall time as in frames. */
export function pictureFrom(
  engine: Engine,
  frames: FrameBuilder,
  at: { readonly epoch: string; readonly term: number; readonly atMs: number; readonly liveId: string },
): PictureData {
  const alarms: AlarmView[] = [...engine.park.alarms.standing.values()];
  return {
    version: 1,
    epoch: at.epoch,
    term: at.term,
    atMs: at.atMs,
    alarmsSeq: engine.seq,
    liveId: at.liveId,
    bindings: engine.bindings(),
    areas: engine.areaViews(),
    alarms,
    frame: frames.whole(engine, at.term, at.atMs),
  };
}
