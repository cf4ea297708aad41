/**
 * What the people layer uploads: one vertex a slot, two interleaved buffers filled straight from LivePicture's columns.
 * Owns the packing and the interpolation times; knows neither Cesium nor WebGL. Invariant: a person is drawn between the
 * last two fixes, never beyond the newest.
 *
 *   geometry, 8 x f32: from east, north, up | to east, north, up (m in the local frame) | t0 (s) | 1 / duration (1/s)
 *   style, 4 x u8: shape | level + flags | freshness | visibility
 */
import { isSosState, levelFromState } from '../../stream/protocol/frame.ts';
import { FRESHNESS_LIMIT_MS } from '../../stream/protocol/vocabulary.ts';
import type { LocalFrame } from './local-frame.ts';

export const FLOATS_PER_PERSON = 8;
export const STYLE_BYTES_PER_PERSON = 4;

/** Shape byte; the first three are the codes of PERSON_TYPES. */
export const SHAPE = { disc: 0, diamond: 1, square: 2, ring: 3 } as const;
/** Level byte: bits 0-2 the level (0 none, 1-4), the rest flags. */
export const STYLE_FLAG = { pulsing: 8, selected: 16, sos: 32 } as const;
export const VISIBILITY = { hidden: 0, dimmed: 1, normal: 2 } as const;

/** Fixes come every 1 - 2 s; a longer pause is not stretched into slow motion, a shorter one not into a jump. */
const GLIDE_MIN_S = 0.2;
const GLIDE_MAX_S = 2.2;
/** Farther than a vehicle drives between two fixes: a new place, not a movement. */
const JUMP_M = 80;
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
  isPresent(slot: number): boolean;
}

export interface PersonAlarm {
  readonly level: number;
  /** false: one of the person's alarms asks for an acknowledgement. */
  readonly acknowledged: boolean;
  /** One of those that ask is red or orange. */
  readonly pulses: boolean;
  readonly sos: boolean;
}

/** Everything about looks that is not in a frame. */
export interface PeopleStyling {
  /** Park time for the age of fixes, epoch ms. */
  readonly nowMs: number;
  readonly selectedSlot: number | null;
  /** Highest standing alarm by slot. */
  readonly alarms: ReadonlyMap<number, PersonAlarm>;
  /** By shape byte: false hides the type. */
  readonly shownShapes: readonly boolean[];
  isIdentified(slot: number): boolean;
  /** Outside the company that the operator filtered for. */
  isDimmed(slot: number): boolean;
}

export class PeopleBuffer {
  geometry = new Float32Array(0);
  style = new Uint8Array(0);
  /** Vertices to draw: one more than the highest slot ever present. */
  count = 0;
  /** Slots that are drawn now. */
  drawn = 0;
  capacity = 0;
  /** Grows with every reallocation; the layer makes its GPU buffers anew when it differs. */
  revision = 0;
  /** Nobody moves after this time, in the caller's seconds. */
  movingUntilS = 0;
  /** Slot range changed since the last upload: [from, to). */
  geometryFrom = 0;
  geometryTo = 0;

  #easting = new Float64Array(0);
  #northing = new Float64Array(0);
  #heightM = new Float32Array(0);
  #generation = new Uint8Array(0);
  #present = new Uint8Array(0);
  #movedAtS = new Float64Array(0);
  readonly #frame: LocalFrame;
  readonly #groundHeightM: number;
  readonly #enu = new Float64Array(3);

  constructor(frame: LocalFrame, groundHeightM: number) {
    this.#frame = frame;
    this.#groundHeightM = groundHeightM;
  }

  /** Takes in the places of a frame. `nowS` is the clock that the shader's u_now follows. */
  update(source: PeopleSource, nowS: number): void {
    if (source.slotCount > this.capacity) this.#grow(source.slotCount);
    this.count = source.slotCount;
    let drawn = 0;
    for (let slot = 0; slot < source.slotCount; slot++) {
      if (!source.isPresent(slot)) {
        this.#present[slot] = 0;
        continue;
      }
      drawn++;
      this.#updateSlot(source, slot, nowS);
    }
    this.drawn = drawn;
  }

  #updateSlot(source: PeopleSource, slot: number, nowS: number): void {
    const easting = source.easting[slot]!;
    const northing = source.northing[slot]!;
    const height = source.heightM[slot]!;
    const generation = source.generation[slot]!;
    // f32 like the column it is compared with.
    const heightM = Math.fround(Number.isNaN(height) ? this.#groundHeightM + CHEST_HEIGHT_M : height);
    const isNew = this.#present[slot] === 0 || this.#generation[slot] !== generation;
    const dE = easting - this.#easting[slot]!;
    const dN = northing - this.#northing[slot]!;
    if (!isNew && dE === 0 && dN === 0 && heightM === this.#heightM[slot]) return;
    if (!this.#frame.enuFromPlane(easting, northing, heightM, this.#enu)) return;
    const g = this.geometry;
    const at = slot * FLOATS_PER_PERSON;
    if (isNew || dE * dE + dN * dN > JUMP_M * JUMP_M) {
      for (let k = 0; k < 3; k++) g[at + k] = this.#enu[k]!;
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
    for (let k = 0; k < 3; k++) g[at + 3 + k] = this.#enu[k]!;
    this.#easting[slot] = easting;
    this.#northing[slot] = northing;
    this.#heightM[slot] = heightM;
    this.#generation[slot] = generation;
    this.#present[slot] = 1;
    this.#movedAtS[slot] = nowS;
    this.#markGeometry(slot);
  }

  #markGeometry(slot: number): void {
    if (this.geometryTo === 0) {
      this.geometryFrom = slot;
      this.geometryTo = slot + 1;
      return;
    }
    if (slot < this.geometryFrom) this.geometryFrom = slot;
    if (slot >= this.geometryTo) this.geometryTo = slot + 1;
  }

  clearGeometryMark(): void {
    this.geometryFrom = 0;
    this.geometryTo = 0;
  }

  /** Fills the style buffer for every slot; true when any byte changed. */
  restyle(source: PeopleSource, styling: PeopleStyling): boolean {
    let isChanged = false;
    const style = this.style;
    for (let slot = 0; slot < this.count; slot++) {
      const at = slot * STYLE_BYTES_PER_PERSON;
      let shape = 0;
      let level = 0;
      let freshness = 0;
      let visibility: number = VISIBILITY.hidden;
      if (this.#present[slot] === 1) {
        const state = source.state[slot]!;
        const alarm = styling.alarms.get(slot);
        shape = styling.isIdentified(slot) ? state & 3 : SHAPE.ring;
        level = levelByte(state, alarm) | (slot === styling.selectedSlot ? STYLE_FLAG.selected : 0);
        freshness = Math.max((state >> 6) & 3, freshnessCode(styling.nowMs - source.observedAtMs[slot]!));
        // An alarm or a selection is never filtered away.
        if (level !== 0) visibility = VISIBILITY.normal;
        else if (styling.shownShapes[shape] === true)
          visibility = styling.isDimmed(slot) ? VISIBILITY.dimmed : VISIBILITY.normal;
      }
      if (
        style[at] !== shape ||
        style[at + 1] !== level ||
        style[at + 2] !== freshness ||
        style[at + 3] !== visibility
      ) {
        style[at] = shape;
        style[at + 1] = level;
        style[at + 2] = freshness;
        style[at + 3] = visibility;
        isChanged = true;
      }
    }
    return isChanged;
  }

  isVisible(slot: number): boolean {
    return (this.style[slot * STYLE_BYTES_PER_PERSON + 3] ?? 0) !== VISIBILITY.hidden;
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
    for (let k = 0; k < 3; k++) out[k] = g[at + k]! + (g[at + 3 + k]! - g[at + k]!) * mix;
    return true;
  }

  /** Moves the origin of time by `seconds`, so that f32 keeps milliseconds over days. */
  rebaseTime(seconds: number): void {
    for (let slot = 0; slot < this.count; slot++) {
      this.geometry[slot * FLOATS_PER_PERSON + 6]! -= seconds;
      this.#movedAtS[slot]! -= seconds;
    }
    this.movingUntilS -= seconds;
    this.geometryFrom = 0;
    this.geometryTo = this.count;
  }

  #mixAt(at: number, nowS: number): number {
    const mix = (nowS - this.geometry[at + 6]!) * this.geometry[at + 7]!;
    return Math.max(0, Math.min(1, mix));
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
    this.#movedAtS = wider(new Float64Array(capacity), this.#movedAtS);
    this.capacity = capacity;
    this.revision++;
  }
}

/** The alarm lane comes before the frame and knows the acknowledgement; the frame also tells of alarms out of scope. */
function levelByte(state: number, alarm: PersonAlarm | undefined): number {
  const framed = levelFromState(state);
  if (alarm === undefined) return framed | (isSosState(state) ? STYLE_FLAG.sos : 0);
  const level = framed === 0 ? alarm.level : Math.min(framed, alarm.level);
  return level | (alarm.pulses ? STYLE_FLAG.pulsing : 0) | (alarm.sos ? STYLE_FLAG.sos : 0);
}

/** Code in FRESHNESS of a fix this old. */
export function freshnessCode(ageMs: number): number {
  if (ageMs < FRESHNESS_LIMIT_MS.amber) return 0;
  if (ageMs < FRESHNESS_LIMIT_MS.suspect) return 1;
  return ageMs < FRESHNESS_LIMIT_MS.offline ? 2 : 3;
}
