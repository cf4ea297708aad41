/**
 * What the people layer uploads: one vertex a slot, two interleaved buffers filled straight from LivePicture's columns.
 * Owns who is there and what they look like; where they are is PeopleMotion's. Knows neither Cesium nor WebGL. Invariant: a
 * frame costs what it names and no more.
 *
 *   geometry: people-motion.ts
 *   style, 4 x u8: shape | level + flags | freshness | visibility
 */
import type { PlaneToEnu } from './people-frame.ts';
import { type GroundHeights, type MotionSource, PeopleMotion, widened } from './people-motion.ts';
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

export const STYLE_BYTES_PER_PERSON = 4;

/** The picture was of another time: nobody walked from there to here. */
const LEAP_MS = 60_000;

/** The part of LivePicture that is drawn. */
export interface PeopleSource extends MotionSource {
  readonly slotCount: number;
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

export class PeopleBuffer {
  style = new Uint8Array(0);
  /** Vertices to draw: one more than the highest slot ever present. */
  count = 0;
  /** Slots that are drawn now, by themselves or in a number. */
  drawn = 0;
  capacity = 0;
  /** Grows with every reallocation; the layer makes its GPU buffers anew when it differs. */
  revision = 0;
  /** Changed since the last upload. */
  readonly changedStyle = new SlotRange();

  #source: PeopleSource | null = null;
  #styling: PeopleStyling = PLAIN_STYLING;
  #frameCount = 0;
  #wholeCount = 0;
  #frameAtMs = 0;
  #generation = new Uint8Array(0);
  #present = new Uint8Array(0);
  #counted = new Uint8Array(0);
  readonly #motion: PeopleMotion;

  constructor(place: PlaneToEnu, groundHeightM: number) {
    this.#motion = new PeopleMotion(place, groundHeightM);
  }

  get geometry(): Float32Array {
    return this.#motion.geometry;
  }

  /** Since the last upload. */
  get changedGeometry(): SlotRange {
    return this.#motion.changed;
  }

  /** Nobody moves after this time, in the caller's seconds. */
  get movingUntilS(): number {
    return this.#motion.movingUntilS;
  }

  /** Where people stand who send no height; null: on the park's ground. */
  set ground(ground: GroundHeights | null) {
    this.#motion.ground = ground;
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
    if (this.#motion.move(source, slot, nowS, isNew)) this.#generation[slot] = source.generation[slot]!;
    else if (isNew) {
      this.#leave(slot);
      return;
    }
    if (slot >= this.count) this.count = slot + 1;
    this.drawn += 1 - this.#present[slot]!;
    this.#present[slot] = 1;
    this.#look(source, slot, isWhole || isNew);
  }

  /** More of the ground is known: those without a height of their own stand on it at once. */
  groundChanged(): void {
    const source = this.#source;
    if (source === null) return;
    for (let slot = 0; slot < this.count; slot++) {
      if (this.#present[slot] === 1 && Number.isNaN(source.heightM[slot]!)) this.#motion.standAnew(slot);
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
      const was = style[at + 3];
      const isAnew = isWhole || style[at] !== shape;
      if (filter.shownShapes[shape] !== true) visibility = VISIBILITY.hidden;
      else if (isAnew ? filter.isHidden(slot) : was === VISIBILITY.hidden) visibility = VISIBILITY.hidden;
      else if (isAnew ? filter.isDimmed(slot) : was === VISIBILITY.dimmed) visibility = VISIBILITY.dimmed;
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
    this.#motion.positionAt(slot, nowS, out);
    return true;
  }

  /** Where the slot's newest fix is; who is present only. */
  newestAt(slot: number, out: Float64Array): void {
    this.#motion.newestAt(slot, out);
  }

  /** Moves the origin of time by `seconds`, so that f32 keeps milliseconds over days. */
  rebaseTime(seconds: number): void {
    this.#motion.rebaseTime(seconds, this.count);
  }

  #grow(needed: number): void {
    const capacity = Math.max(1024, needed, this.capacity * 2);
    this.#motion.grow(capacity);
    this.style = widened(new Uint8Array(capacity * STYLE_BYTES_PER_PERSON), this.style);
    this.#generation = widened(new Uint8Array(capacity), this.#generation);
    this.#present = widened(new Uint8Array(capacity), this.#present);
    this.#counted = widened(new Uint8Array(capacity), this.#counted);
    this.capacity = capacity;
    this.revision++;
  }
}
