/**
 * What the people layer uploads: one vertex a slot, two interleaved buffers filled straight from LivePicture's columns.
 * Owns the packing and the interpolation times; knows neither Cesium nor WebGL. Invariants: a person is drawn between the
 * last two fixes, never beyond the newest; a frame costs what it names and no more.
 *
 *   geometry, 8 x f32: from east, north, up | to east, north, up (m in the local frame) | t0 (s) | 1 / duration (1/s)
 *   style, 4 x u8: shape | level + flags | freshness | visibility
 */
import type { PlaneToEnu } from './people-frame.ts';
import { SlotRange } from './people-range.ts';
import {
  freshnessAt,
  levelByte,
  type PeopleStyling,
  PLAIN_STYLING,
  SHAPE,
  STYLE_FLAG,
  VISIBILITY,
} from './people-style.ts';

export type { PersonAlarm } from './people-style.ts';

export const FLOATS_PER_PERSON = 8;
export const STYLE_BYTES_PER_PERSON = 4;

/** Fixes come every 1 - 2 s; a longer pause is not stretched into slow motion, a shorter one not into a jump. */
const GLIDE_MIN_S = 0.2;
const GLIDE_MAX_S = 2.2;
/** Farther than a vehicle drives between two fixes: a new place, not a movement. */
const JUMP_M = 80;
/** The picture was of another time: nobody walked from there to here. */
const LEAP_MS = 60_000;
/** A tag is worn at the chest: people without a height stand this far above the ground. */
export const CHEST_HEIGHT_M = 1.2;

/** The part of LivePicture that is drawn. */
export interface PeopleSource {
  readonly slotCount: number;
  readonly easting: Float64Array;
  readonly northing: Float64Array;
  readonly heightM: Float32Array;
  readonly generation: Uint8Array;
  readonly state: Uint8Array;
  readonly observedAtMs: Float64Array;
  readonly frameAtMs: number;
  /** Slots of the newest frame: touched[0 .. touchedCount). */
  readonly touched: Uint32Array;
  readonly touchedCount: number;
  /** Grows by one with every frame. */
  readonly frameCount: number;
  /** Grows when slots changed that the newest frame does not name. */
  readonly wholeCount: number;
  isPresent(slot: number): boolean;
}

/** Of the ground in the local frame, from what is at hand: it is asked for each person who moves. */
export interface GroundHeights {
  /** Metres up; NaN: not known. */
  upAt(eastM: number, northM: number): number;
}

export class PeopleBuffer {
  geometry = new Float32Array(0);
  style = new Uint8Array(0);
  /** Vertices to draw: one more than the highest slot ever present. */
  count = 0;
  /** Slots that are drawn now, by themselves or in a number. */
  drawn = 0;
  capacity = 0;
  /** Grows with every reallocation; the layer makes its GPU buffers anew when it differs. */
  revision = 0;
  /** Nobody moves after this time, in the caller's seconds. */
  movingUntilS = 0;
  /** Changed since the last upload. */
  readonly changedGeometry = new SlotRange();
  readonly changedStyle = new SlotRange();

  /** Where people stand who send no height; null: on the park's ground. */
  ground: GroundHeights | null = null;

  #source: PeopleSource | null = null;
  #styling: PeopleStyling = PLAIN_STYLING;
  #frameCount = 0;
  #wholeCount = 0;
  #frameAtMs = 0;
  #easting = new Float64Array(0);
  #northing = new Float64Array(0);
  #heightM = new Float32Array(0);
  #generation = new Uint8Array(0);
  #present = new Uint8Array(0);
  #counted = new Uint8Array(0);
  #movedAtS = new Float64Array(0);
  readonly #place: PlaneToEnu;
  readonly #groundHeightM: number;
  readonly #enu = new Float64Array(3);

  constructor(place: PlaneToEnu, groundHeightM: number) {
    this.#place = place;
    this.#groundHeightM = groundHeightM;
  }

  /** Takes in the newest frame: places, and looks as restyle() last had them. `nowS`: the clock that the shader's u_now follows. */
  update(source: PeopleSource, nowS: number): void {
    const isOther = source !== this.#source;
    const leapMs = source.frameAtMs - this.#frameAtMs;
    if (isOther || leapMs < 0 || leapMs > LEAP_MS) this.#present.fill(0);
    const frames = isOther ? Number.POSITIVE_INFINITY : source.frameCount - this.#frameCount;
    const isPart = frames <= 1 && source.wholeCount === this.#wholeCount;
    this.#source = source;
    this.#frameCount = source.frameCount;
    this.#wholeCount = source.wholeCount;
    this.#frameAtMs = source.frameAtMs;
    if (source.slotCount > this.capacity) this.#grow(source.slotCount);
    if (!isPart) this.#takeAll(source, nowS);
    else if (frames === 1) {
      const { touched, touchedCount } = source;
      for (let i = 0; i < touchedCount; i++) this.#take(source, touched[i]!, nowS, false);
    }
  }

  #takeAll(source: PeopleSource, nowS: number): void {
    for (let slot = 0; slot < source.slotCount; slot++) {
      if (source.isPresent(slot)) this.#take(source, slot, nowS, true);
      else this.#leave(slot);
    }
    for (let slot = source.slotCount; slot < this.count; slot++) this.#leave(slot);
    this.count = source.slotCount;
    this.drawn = 0;
    for (let slot = 0; slot < this.count; slot++) this.drawn += this.#present[slot]!;
  }

  /** Once a second: fixes age, and who was silent for too long leaves, without a frame that says so. */
  age(nowMs: number): void {
    const source = this.#source;
    if (source === null) return;
    this.#styling = { ...this.#styling, nowMs };
    const { state, observedAtMs } = source;
    for (let slot = 0; slot < this.count; slot++) {
      if (this.#present[slot] === 0) continue;
      if (!source.isPresent(slot)) this.#leave(slot);
      else if (freshnessAt(state[slot]!, nowMs - observedAtMs[slot]!) !== this.style[slot * STYLE_BYTES_PER_PERSON + 2])
        this.#look(source, slot, false);
    }
  }

  #leave(slot: number): void {
    this.drawn -= this.#present[slot]!;
    this.#present[slot] = 0;
    this.#setStyle(slot, 0, 0, 0, VISIBILITY.hidden);
  }

  /** Place and looks of somebody who is there. */
  #take(source: PeopleSource, slot: number, nowS: number, isWhole: boolean): void {
    const isNew = this.#present[slot] === 0 || this.#generation[slot] !== source.generation[slot];
    if (!this.#move(source, slot, nowS, isNew) && isNew) {
      this.#leave(slot);
      return;
    }
    if (slot >= this.count) this.count = slot + 1;
    this.drawn += 1 - this.#present[slot]!;
    this.#present[slot] = 1;
    this.#look(source, slot, isWhole || isNew);
  }

  /** false: the plane does not reach there. */
  #move(source: PeopleSource, slot: number, nowS: number, isNew: boolean): boolean {
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
    this.#generation[slot] = source.generation[slot]!;
    this.#movedAtS[slot] = nowS;
    this.changedGeometry.add(slot);
    return true;
  }

  /** On the model's ground, where that is known; else the park's ground stays. */
  #stand(enu: Float64Array): void {
    const upM = this.ground?.upAt(enu[0]!, enu[1]!) ?? Number.NaN;
    if (!Number.isNaN(upM)) enu[2] = upM + CHEST_HEIGHT_M;
  }

  /** More of the ground is known: those without a height of their own stand on it at once. */
  groundChanged(): void {
    const source = this.#source;
    if (source === null) return;
    for (let slot = 0; slot < this.count; slot++) {
      if (this.#present[slot] === 0 || !Number.isNaN(source.heightM[slot]!)) continue;
      const at = slot * FLOATS_PER_PERSON;
      for (let k = 0; k < 3; k++) this.#enu[k] = this.geometry[at + 3 + k]!;
      this.#stand(this.#enu);
      this.geometry[at + 2] = this.#enu[2]!;
      this.geometry[at + 5] = this.#enu[2]!;
      this.changedGeometry.add(slot);
    }
  }

  /** Looks by what the operator chose; of everybody when the filter is another, else of those whom it concerns. */
  restyle(styling: PeopleStyling): void {
    const before = this.#styling;
    const source = this.#source;
    this.#styling = styling;
    if (source === null) return;
    if (styling.filter !== before.filter) {
      for (let slot = 0; slot < this.count; slot++) if (this.#present[slot] === 1) this.#look(source, slot, true);
      return;
    }
    const lookAgain = (slot: number): void => {
      if (this.#present[slot] === 1) this.#look(source, slot, true);
    };
    if (styling.alarms !== before.alarms)
      for (const { alarms } of [before, styling]) for (const slot of alarms.keys()) lookAgain(slot);
    for (const { selectedSlot } of [before, styling]) if (selectedSlot !== null) lookAgain(selectedSlot);
  }

  /** isWhole false: who wears the tag and whom the filter leaves out is as it was. */
  #look(source: PeopleSource, slot: number, isWhole: boolean): void {
    const { style } = this;
    const styling = this.#styling;
    const { filter } = styling;
    const at = slot * STYLE_BYTES_PER_PERSON;
    const state = source.state[slot]!;
    const isKnown = isWhole ? filter.isIdentified(slot) : style[at] !== SHAPE.ring;
    const shape = isKnown ? state & 3 : SHAPE.ring;
    const alarm = styling.alarms.size === 0 ? undefined : styling.alarms.get(slot);
    const level = levelByte(state, alarm) | (slot === styling.selectedSlot ? STYLE_FLAG.selected : 0);
    const freshness = freshnessAt(state, styling.nowMs - source.observedAtMs[slot]!);
    let visibility: number = VISIBILITY.normal;
    // An alarm or a selection is never filtered away, nor left to a number.
    if (level === 0) {
      if (filter.shownShapes[shape] !== true) visibility = VISIBILITY.hidden;
      else if (isWhole ? filter.isDimmed(slot) : style[at + 3] === VISIBILITY.dimmed) visibility = VISIBILITY.dimmed;
      else if (this.#counted[slot] === 1) visibility = VISIBILITY.counted;
    }
    this.#setStyle(slot, shape, level, freshness, visibility);
  }

  #setStyle(slot: number, shape: number, level: number, freshness: number, visibility: number): void {
    const { style } = this;
    const at = slot * STYLE_BYTES_PER_PERSON;
    if (style[at] === shape && style[at + 1] === level && style[at + 2] === freshness && style[at + 3] === visibility)
      return;
    style[at] = shape;
    style[at + 1] = level;
    style[at + 2] = freshness;
    style[at + 3] = visibility;
    this.changedStyle.add(slot);
  }

  /** Whether the slot stands in the number of a crowd; an alarm, a selection and what is filtered are not touched by it. */
  setCounted(slot: number, isCounted: boolean): void {
    const flag = isCounted ? 1 : 0;
    if (this.#counted[slot] === flag) return;
    this.#counted[slot] = flag;
    const at = slot * STYLE_BYTES_PER_PERSON + 3;
    const was = this.style[at];
    if (isCounted ? was !== VISIBILITY.normal || !this.isCalm(slot) : was !== VISIBILITY.counted) return;
    this.style[at] = isCounted ? VISIBILITY.counted : VISIBILITY.normal;
    this.changedStyle.add(slot);
  }

  /** Neither hidden nor in a number. */
  isVisible(slot: number): boolean {
    const visibility = this.style[slot * STYLE_BYTES_PER_PERSON + 3];
    return visibility === VISIBILITY.normal || visibility === VISIBILITY.dimmed;
  }

  /** Drawn in full, by himself or in a number. */
  isInFilter(slot: number): boolean {
    return this.style[slot * STYLE_BYTES_PER_PERSON + 3]! >= VISIBILITY.normal;
  }

  /** Without alarm, not selected, not filtered away: may stand in a number. */
  isCalm(slot: number): boolean {
    const at = slot * STYLE_BYTES_PER_PERSON;
    return this.style[at + 1] === 0 && this.style[at + 3]! >= VISIBILITY.normal;
  }

  /** Of SHAPE. */
  shapeOf(slot: number): number {
    return this.style[slot * STYLE_BYTES_PER_PERSON]!;
  }

  isPresent(slot: number): boolean {
    return this.#present[slot] === 1;
  }

  /** Where the shader draws the slot at `nowS`, metres in the local frame. false: nobody there. */
  positionAt(slot: number, nowS: number, out: Float64Array): boolean {
    if (this.#present[slot] !== 1) return false;
    const at = slot * FLOATS_PER_PERSON;
    const g = this.geometry;
    const mix = this.#mixAt(at, nowS);
    out[0] = g[at]! + (g[at + 3]! - g[at]!) * mix;
    out[1] = g[at + 1]! + (g[at + 4]! - g[at + 1]!) * mix;
    out[2] = g[at + 2]! + (g[at + 5]! - g[at + 2]!) * mix;
    return true;
  }

  /** Where the slot's newest fix is; who is present only. */
  newestAt(slot: number, out: Float64Array): void {
    const g = this.geometry;
    const at = slot * FLOATS_PER_PERSON;
    out[0] = g[at + 3]!;
    out[1] = g[at + 4]!;
    out[2] = g[at + 5]!;
  }

  /** Moves the origin of time by `seconds`, so that f32 keeps milliseconds over days. */
  rebaseTime(seconds: number): void {
    for (let slot = 0; slot < this.count; slot++) {
      this.geometry[slot * FLOATS_PER_PERSON + 6]! -= seconds;
      this.#movedAtS[slot]! -= seconds;
    }
    this.movingUntilS -= seconds;
    if (this.count > 0) this.changedGeometry.addAll(this.count);
  }

  #mixAt(at: number, nowS: number): number {
    const mix = (nowS - this.geometry[at + 6]!) * this.geometry[at + 7]!;
    return mix < 0 ? 0 : mix > 1 ? 1 : mix;
  }

  #grow(needed: number): void {
    const capacity = Math.max(1024, needed, this.capacity * 2);
    const wider = <T extends { set(source: T): void }>(grown: T, from: T): T => {
      grown.set(from);
      return grown;
    };
    this.geometry = wider(new Float32Array(capacity * FLOATS_PER_PERSON), this.geometry);
    this.style = wider(new Uint8Array(capacity * STYLE_BYTES_PER_PERSON), this.style);
    this.#easting = wider(new Float64Array(capacity), this.#easting);
    this.#northing = wider(new Float64Array(capacity), this.#northing);
    this.#heightM = wider(new Float32Array(capacity), this.#heightM);
    this.#generation = wider(new Uint8Array(capacity), this.#generation);
    this.#present = wider(new Uint8Array(capacity), this.#present);
    this.#counted = wider(new Uint8Array(capacity), this.#counted);
    this.#movedAtS = wider(new Float64Array(capacity), this.#movedAtS);
    this.capacity = capacity;
    this.revision++;
  }
}
