/**
 * Where people are drawn, by slot in columns: from their last place to the newest, in the layout that the vertex shader glides by.
 * Invariant: a person is drawn between the last two fixes, never beyond the newest. Who is there is for PeopleBuffer to know. Pure.
 *
 *   geometry, 8 x f32: from east, north, up | to east, north, up (m in the local frame) | t0 (s) | 1 / duration (1/s)
 */
import type { PlaneToEnu } from './people-frame.ts';
import { SlotRange } from './people-range.ts';

export const FLOATS_PER_PERSON = 8;

/** Fixes come every 1 - 2 s; a longer pause is not stretched into slow motion, a shorter one not into a jump. */
const GLIDE_MIN_S = 0.2;
const GLIDE_MAX_S = 2.2;
/** Farther than a vehicle drives between two fixes: a new place, not a movement. */
const JUMP_M = 80;
/** A tag is worn at the chest: people without a height stand this far above the ground. */
export const CHEST_HEIGHT_M = 1.2;

/** Newest fixes by slot, in the plane; a height NaN: none was sent. */
export interface MotionSource {
  readonly easting: Float64Array;
  readonly northing: Float64Array;
  readonly heightM: Float32Array;
}

/** Of the ground in the local frame, from what is at hand: it is asked for each person who moves. */
export interface GroundHeights {
  /** Metres up; NaN: not known. */
  upAt(eastM: number, northM: number): number;
}

export class PeopleMotion {
  geometry = new Float32Array(0);
  /** Nobody moves after this time, in the caller's seconds. */
  movingUntilS = 0;
  /** Changed since the last upload. */
  readonly changed = new SlotRange();
  /** Where people stand who send no height; null: on the park's ground. */
  ground: GroundHeights | null = null;

  #easting = new Float64Array(0);
  #northing = new Float64Array(0);
  #heightM = new Float32Array(0);
  #movedAtS = new Float64Array(0);
  readonly #place: PlaneToEnu;
  readonly #groundHeightM: number;
  readonly #enu = new Float64Array(3);

  constructor(place: PlaneToEnu, groundHeightM: number) {
    this.#place = place;
    this.#groundHeightM = groundHeightM;
  }

  /** false: the plane does not reach there. */
  move(source: MotionSource, slot: number, nowS: number, isNew: boolean): boolean {
    const easting = source.easting[slot]!;
    const northing = source.northing[slot]!;
    const height = source.heightM[slot]!;
    // f32 like the column it is compared with.
    const heightM = Math.fround(Number.isNaN(height) ? this.#groundHeightM + CHEST_HEIGHT_M : height);
    const dE = easting - this.#easting[slot]!;
    const dN = northing - this.#northing[slot]!;
    if (!isNew && dE === 0 && dN === 0 && heightM === this.#heightM[slot]) return true;
    const enu = this.#enu;
    if (!this.#place(easting, northing, heightM, enu)) return false;
    if (Number.isNaN(height)) this.#stand(enu);
    const g = this.geometry;
    const at = slot * FLOATS_PER_PERSON;
    if (isNew || dE * dE + dN * dN > JUMP_M * JUMP_M) {
      for (let k = 0; k < 3; k++) g[at + k] = enu[k]!;
      g[at + 6] = nowS;
      g[at + 7] = 1 / GLIDE_MIN_S;
    } else {
      const glideS = Math.min(GLIDE_MAX_S, Math.max(GLIDE_MIN_S, nowS - this.#movedAtS[slot]!));
      const mix = this.#mixAt(at, nowS);
      for (let k = 0; k < 3; k++) g[at + k] = g[at + k]! + (g[at + 3 + k]! - g[at + k]!) * mix;
      g[at + 6] = nowS;
      g[at + 7] = 1 / glideS;
      if (nowS + glideS > this.movingUntilS) this.movingUntilS = nowS + glideS;
    }
    for (let k = 0; k < 3; k++) g[at + 3 + k] = enu[k]!;
    this.#easting[slot] = easting;
    this.#northing[slot] = northing;
    this.#heightM[slot] = heightM;
    this.#movedAtS[slot] = nowS;
    this.changed.add(slot);
    return true;
  }

  /** On the model's ground, where that is known; else the park's ground stays. */
  #stand(enu: Float64Array): void {
    const upM = this.ground?.upAt(enu[0]!, enu[1]!) ?? Number.NaN;
    if (!Number.isNaN(upM)) enu[2] = upM + CHEST_HEIGHT_M;
  }

  /** More of the ground is known: who has no height of his own stands on it at once. */
  standAnew(slot: number): void {
    const at = slot * FLOATS_PER_PERSON;
    for (let k = 0; k < 3; k++) this.#enu[k] = this.geometry[at + 3 + k]!;
    this.#stand(this.#enu);
    this.geometry[at + 2] = this.#enu[2]!;
    this.geometry[at + 5] = this.#enu[2]!;
    this.changed.add(slot);
  }

  /** Where the shader draws the slot at `nowS`, metres in the local frame. */
  positionAt(slot: number, nowS: number, out: Float64Array): void {
    const at = slot * FLOATS_PER_PERSON;
    const g = this.geometry;
    const mix = this.#mixAt(at, nowS);
    for (let k = 0; k < 3; k++) out[k] = g[at + k]! + (g[at + 3 + k]! - g[at + k]!) * mix;
  }

  /** Where the slot's newest fix is; who is present only. */
  newestAt(slot: number, out: Float64Array): void {
    const g = this.geometry;
    const at = slot * FLOATS_PER_PERSON;
    out[0] = g[at + 3]!;
    out[1] = g[at + 4]!;
    out[2] = g[at + 5]!;
  }

  /** Moves the origin of time by `seconds`, for the slots below `count`. */
  rebaseTime(seconds: number, count: number): void {
    for (let slot = 0; slot < count; slot++) {
      this.geometry[slot * FLOATS_PER_PERSON + 6]! -= seconds;
      this.#movedAtS[slot]! -= seconds;
    }
    this.movingUntilS -= seconds;
    if (count > 0) this.changed.addAll(count);
  }

  #mixAt(at: number, nowS: number): number {
    const mix = (nowS - this.geometry[at + 6]!) * this.geometry[at + 7]!;
    return mix < 0 ? 0 : mix > 1 ? 1 : mix;
  }

  grow(capacity: number): void {
    this.geometry = widened(new Float32Array(capacity * FLOATS_PER_PERSON), this.geometry);
    this.#easting = widened(new Float64Array(capacity), this.#easting);
    this.#northing = widened(new Float64Array(capacity), this.#northing);
    this.#heightM = widened(new Float32Array(capacity), this.#heightM);
    this.#movedAtS = widened(new Float64Array(capacity), this.#movedAtS);
  }
}

/** `grown` with what `from` holds at its beginning. */
export function widened<T extends { set(source: T): void }>(grown: T, from: T): T {
  grown.set(from);
  return grown;
}
