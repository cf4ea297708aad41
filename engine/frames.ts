/**
 * Frames from the people table: who changed since the last one, and one of every PHASES slots besides, so that everyone
 * is re-sent at least every 10 s and a lost frame heals. Reads the engine, touches no state that a snapshot holds.
 */
import type { Steps } from '../core/slices.ts';
import { encodeFrame, FRAME_KIND } from '../stream/protocol/frame.ts';
import type { PictureData } from '../stream/protocol/picture.ts';
import { packedAreaViews } from './areas-table.ts';
import type { Engine } from './engine.ts';
import { concatInSteps, packed, packedList, packedMapHead } from './packed.ts';

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

/** `liveId` names the newest frame published; `atMs` is wall time as in frames. */
export interface PictureAt {
  readonly epoch: string;
  readonly term: number;
  readonly atMs: number;
  readonly liveId: string;
}

/** The park at this moment. */
export function pictureFrom(engine: Engine, frames: FrameBuilder, at: PictureAt): PictureData {
  return {
    ...pictureHead(engine, at),
    bindings: engine.bindings(),
    areas: engine.areaViews(),
    alarms: [...engine.park.alarms.standing.values()],
    docs: engine.park.docs.all(),
    frame: frames.whole(engine, at.term, at.atMs),
  };
}

/**
 * The same picture as msgpack. The call takes the moment, of what is packed already (packAhead); the steps that it returns
 * only put together, and the engine may go on.
 */
export function takePicture(engine: Engine, frames: FrameBuilder, at: PictureAt): Steps<Uint8Array> {
  const { people, areas, alarms, docs } = engine.park;
  const chunks = [...people.packedBindings()];
  const areaParts = [...areas.byKey.values()].map((area) => packedAreaViews.of(area));
  const alarmParts = alarms.packed.all();
  const docParts = docs.packed();
  const bound = chunks.reduce((sum, chunk) => sum + chunk.count, 0);
  const fields: [keyof PictureData, readonly Uint8Array[]][] = [
    ...Object.entries(pictureHead(engine, at)).map(([name, value]): [keyof PictureData, Uint8Array[]] => [
      name as keyof PictureData,
      [packed(value)],
    ]),
    ['bindings', packedList(bound, chunks)],
    ['areas', packedList(areaParts.length, areaParts)],
    ['alarms', packedList(alarmParts.length, alarmParts)],
    ['docs', packedList(docParts.length, docParts)],
    ['frame', [packed(frames.whole(engine, at.term, at.atMs))]],
  ];
  const pieces = fields.flatMap(([name, bytes]) => [packed(name), ...bytes]);
  return concatInSteps([packedMapHead(fields.length), ...pieces]);
}

const pictureHead = (engine: Engine, at: PictureAt) => ({
  version: 1 as const,
  epoch: at.epoch,
  term: at.term,
  atMs: at.atMs,
  alarmsSeq: engine.seq,
  liveId: at.liveId,
});
