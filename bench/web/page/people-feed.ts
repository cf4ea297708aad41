/** People who walk: frames of the live socket made beforehand, so that only taking them in is measured. Everybody moves once a second. */
import { encodeFrame, FRAME_KIND, stateFrom } from '../../../stream/protocol/frame.ts';

/** Frames a second; each names another fifth of the people. */
export const FRAMES_PER_S = 5;
const ROUNDS = 4;
/** All of it within the picture from 350 m above, and single. */
const SPREAD_M = 290;
const STEP_M = 1.4;
const HEIGHT_M = 5;
const PARK_AT_MS = 1_800_000_000_000;

export interface Walk {
  readonly people: number;
  /** Round by round, FRAMES_PER_S frames each. */
  readonly frames: readonly Uint8Array[];
  /** Of a round, by slot, m in the plane. */
  readonly eastings: readonly Float64Array[];
  readonly northings: readonly Float64Array[];
}

export function createWalk(people: number, middle: { readonly easting: number; readonly northing: number }): Walk {
  let seed = 7;
  const random = (): number => {
    seed = (seed * 1_664_525 + 1_013_904_223) >>> 0;
    return seed / 4_294_967_296;
  };
  const columns = {
    easting: Float64Array.from({ length: people }, () => middle.easting + (random() - 0.5) * SPREAD_M),
    northing: Float64Array.from({ length: people }, () => middle.northing + (random() - 0.5) * SPREAD_M),
    heightM: new Float32Array(people).fill(HEIGHT_M),
    generation: new Uint8Array(people),
    state: new Uint8Array(people).fill(stateFrom(0, 0, false, 0)),
    observedAtMs: new Float64Array(people).fill(PARK_AT_MS),
    floor: new Uint8Array(people),
  };
  const frames: Uint8Array[] = [];
  const eastings: Float64Array[] = [];
  const northings: Float64Array[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    for (let slot = 0; slot < people; slot++) {
      // There and back, so that the last round leads to the first without a leap.
      const sign = round % 2 === 0 ? 1 : -1;
      columns.easting[slot]! += sign * STEP_M * (slot % 2);
      columns.northing[slot]! += sign * STEP_M * (1 - (slot % 2));
    }
    eastings.push(columns.easting.slice());
    northings.push(columns.northing.slice());
    for (let part = 0; part < FRAMES_PER_S; part++) {
      const slots: number[] = [];
      for (let slot = part; slot < people; slot += FRAMES_PER_S) slots.push(slot);
      const head = { kind: FRAME_KIND.delta, term: 1, atMs: PARK_AT_MS, tick: 0, online: people };
      frames.push(encodeFrame(head, Uint32Array.from(slots), slots.length, columns));
    }
  }
  return { people, frames, eastings, northings };
}

/** Frames over and over, each with the next tick and its time. */
export class FrameFeed {
  readonly #walk: Walk;
  #sent = 0;

  constructor(walk: Walk) {
    this.#walk = walk;
  }

  next(): Uint8Array {
    const bytes = this.#walk.frames[this.#sent % this.#walk.frames.length]!;
    this.#sent++;
    const view = new DataView(bytes.buffer);
    view.setFloat64(8, PARK_AT_MS + (this.#sent * 1_000) / FRAMES_PER_S, true);
    view.setUint32(16, this.#sent, true);
    return bytes;
  }
}
