/**
 * Who can be told apart: once a second, twice while the camera moves, everybody is put on the screen's grid, in columns. Nearer than CROWD_FROM_M people are
 * single, and the survey keeps the nearest of each cell for a name; farther, a cell with many is one number, until it thins out.
 * A person is drawn by himself or in one number, never both, never neither. Pure; Cesium only through the projection.
 */
import { LABEL_POOL, NEAR_PERSON_M } from './label-plan.ts';
import type { PeopleBuffer } from './people-buffer.ts';
import { SHAPE } from './people-style.ts';

/** Where names end, numbers may begin. */
export const CROWD_FROM_M = NEAR_PERSON_M;
/** Of so many dots in a cell nobody sees how many they are; fewer again dissolve the number, without flicker. */
export const CROWD_FROM = 10;
export const CROWD_UNTIL = 7;
const MOVED_EVERY_S = 0.5;
/** While the camera stands: nobody walks out of his cell sooner. */
const STILL_EVERY_S = 1;
/** Names find room for LABEL_POOL of so many. */
const NAMED_CELLS = 4 * LABEL_POOL;
/** Whoever had the name of a cell keeps it until somebody is nearer than this share: names do not jump between neighbours. */
const KEEPS_NAME = 0.9;
/** At 14 px: one number with air around it. */
const CELL_WIDTH_PX = 64;
const CELL_HEIGHT_PX = 48;
/** Nearer to each other than this, two numbers would cover each other: they become one. */
const MERGE_X_PX = 36;
const MERGE_Y_PX = 26;

/** As ScreenProjector. */
export interface Projection {
  readonly widthPx: number;
  readonly heightPx: number;
  /** Grows when the same place comes out elsewhere. */
  readonly revision: number;
  project(enu: Float64Array, out: Float64Array): boolean;
}

/** One number on the scene. */
export interface Crowd {
  readonly count: number;
  /** Middle of its people, m in the local frame. */
  readonly enu: Float64Array;
}

export class PeopleSurvey {
  readonly #people: PeopleBuffer;
  readonly #projection: Projection;
  readonly #enu = new Float64Array(3);
  readonly #px = new Float64Array(3);
  #plannedAtS = Number.NEGATIVE_INFINITY;
  #plannedAtRevision = -1;
  #isStale = false;
  #columns = 0;
  #rows = 0;
  /** By cell of the grid. */
  #sums = new Float64Array(0);
  #pxSums = new Float64Array(0);
  #counts = new Uint32Array(0);
  #wasCrowd = new Uint8Array(0);
  #mergedInto = new Int32Array(0);
  #nearest = new Int32Array(0);
  #nearestM = new Float64Array(0);
  #nearestBefore = new Int32Array(0);
  /** By slot: the cell of whoever may stand in a number; -1: nobody. */
  #cellOf = new Int32Array(0);
  #crowds: Crowd[] = [];
  /** Since the survey before. */
  #isAnyCounted = false;
  /** Grows with every survey. */
  revision = 0;
  /** Size of type on this screen, 1 at 14 px. */
  typeScale = 1;

  constructor(people: PeopleBuffer, projection: Projection) {
    this.#people = people;
    this.#projection = projection;
  }

  /** Surveys anew with the next frame. */
  invalidate(): void {
    this.#plannedAtS = Number.NEGATIVE_INFINITY;
    this.#isStale = true;
  }

  /** A frame is due for the survey's sake: one was drawn since, too soon after the survey before. */
  isDue(nowS: number): boolean {
    return this.#isStale && !(nowS - this.#plannedAtS < this.#everyS);
  }

  get #everyS(): number {
    return this.#projection.revision === this.#plannedAtRevision ? STILL_EVERY_S : MOVED_EVERY_S;
  }

  get crowds(): readonly Crowd[] {
    return this.#crowds;
  }

  /** Slots that may be named: of people near the camera who are known, one a cell, of the NAMED_CELLS nearest cells; in no order. */
  near(): readonly number[] {
    const limitM = this.#nearestM.slice().sort()[NAMED_CELLS - 1] ?? Number.POSITIVE_INFINITY;
    const slots: number[] = [];
    for (let cell = 0; cell < this.#nearest.length; cell++)
      if (this.#nearest[cell]! >= 0 && this.#nearestM[cell]! <= limitM) slots.push(this.#nearest[cell]!);
    return slots;
  }

  /** After a rendered frame, the projection being that frame's. true: somebody went into a number or came out of one. */
  update(nowS: number): boolean {
    this.#isStale = nowS - this.#plannedAtS < this.#everyS && nowS >= this.#plannedAtS;
    if (this.#isStale) return false;
    this.#plannedAtS = nowS;
    this.#plannedAtRevision = this.#projection.revision;
    this.revision++;
    this.#clear();
    this.#fill();
    this.#merge();
    return this.#settle();
  }

  #clear(): void {
    const { widthPx, heightPx } = this.#projection;
    const columns = Math.max(1, Math.ceil(widthPx / (CELL_WIDTH_PX * this.typeScale)));
    const rows = Math.max(1, Math.ceil(heightPx / (CELL_HEIGHT_PX * this.typeScale)));
    if (columns !== this.#columns || rows !== this.#rows) {
      const cells = columns * rows;
      this.#columns = columns;
      this.#rows = rows;
      this.#sums = new Float64Array(3 * cells);
      this.#pxSums = new Float64Array(2 * cells);
      this.#counts = new Uint32Array(cells);
      this.#wasCrowd = new Uint8Array(cells);
      this.#mergedInto = new Int32Array(cells);
      this.#nearest = new Int32Array(cells).fill(-1);
      this.#nearestM = new Float64Array(cells);
      this.#nearestBefore = new Int32Array(cells);
    }
    [this.#nearest, this.#nearestBefore] = [this.#nearestBefore, this.#nearest];
    this.#sums.fill(0);
    this.#pxSums.fill(0);
    this.#counts.fill(0);
    this.#nearest.fill(-1);
    this.#nearestM.fill(Number.POSITIVE_INFINITY);
    for (let cell = 0; cell < this.#mergedInto.length; cell++) this.#mergedInto[cell] = cell;
    if (this.#cellOf.length < this.#people.count) this.#cellOf = new Int32Array(this.#people.capacity);
  }

  #fill(): void {
    const people = this.#people;
    const projection = this.#projection;
    const enu = this.#enu;
    const px = this.#px;
    const perColumn = this.#columns / projection.widthPx;
    const perRow = this.#rows / projection.heightPx;
    for (let slot = 0; slot < people.count; slot++) {
      this.#cellOf[slot] = -1;
      if (!people.isInFilter(slot)) continue;
      people.newestAt(slot, enu);
      if (!projection.project(enu, px)) continue;
      const xPx = px[0]!;
      const yPx = px[1]!;
      const column = Math.min(this.#columns - 1, Math.floor(xPx * perColumn));
      const cell = Math.min(this.#rows - 1, Math.floor(yPx * perRow)) * this.#columns + column;
      if (px[2]! < CROWD_FROM_M) {
        const farM = slot === this.#nearestBefore[cell] ? KEEPS_NAME * px[2]! : px[2]!;
        if (farM >= this.#nearestM[cell]! || people.shapeOf(slot) === SHAPE.ring) continue;
        this.#nearestM[cell] = farM;
        this.#nearest[cell] = slot;
        continue;
      }
      if (!people.isCalm(slot)) continue;
      this.#cellOf[slot] = cell;
      this.#counts[cell]!++;
      this.#sums[3 * cell]! += enu[0]!;
      this.#sums[3 * cell + 1]! += enu[1]!;
      this.#sums[3 * cell + 2]! += enu[2]!;
      this.#pxSums[2 * cell]! += xPx;
      this.#pxSums[2 * cell + 1]! += yPx;
    }
  }

  /** A crowd across the border of two cells is one. Each cell once, with the neighbours to the right and below. */
  #merge(): void {
    for (let row = 0; row < this.#rows; row++) {
      for (let column = 0; column < this.#columns; column++) {
        const cell = row * this.#columns + column;
        if (column + 1 < this.#columns) this.#mergePair(cell, cell + 1);
        if (row + 1 === this.#rows) continue;
        this.#mergePair(cell, cell + this.#columns);
        if (column + 1 < this.#columns) this.#mergePair(cell, cell + this.#columns + 1);
        if (column > 0) this.#mergePair(cell, cell + this.#columns - 1);
      }
    }
  }

  #mergePair(one: number, other: number): void {
    const a = this.#rootOf(one);
    const b = this.#rootOf(other);
    if (a === b || this.#isThin(a) || this.#isThin(b)) return;
    const [na, nb] = [this.#counts[a]!, this.#counts[b]!];
    const dx = this.#pxSums[2 * a]! / na - this.#pxSums[2 * b]! / nb;
    const dy = this.#pxSums[2 * a + 1]! / na - this.#pxSums[2 * b + 1]! / nb;
    if (Math.abs(dx) > MERGE_X_PX * this.typeScale || Math.abs(dy) > MERGE_Y_PX * this.typeScale) return;
    this.#mergedInto[b] = a;
    this.#counts[a] = na + nb;
    for (let k = 0; k < 3; k++) this.#sums[3 * a + k]! += this.#sums[3 * b + k]!;
    for (let k = 0; k < 2; k++) this.#pxSums[2 * a + k]! += this.#pxSums[2 * b + k]!;
  }

  #rootOf(cell: number): number {
    let root = cell;
    while (this.#mergedInto[root] !== root) root = this.#mergedInto[root]!;
    return root;
  }

  /** Too few for a number. */
  #isThin(cell: number): boolean {
    return this.#counts[cell]! < (this.#wasCrowd[cell] === 1 ? CROWD_UNTIL : CROWD_FROM);
  }

  #settle(): boolean {
    const people = this.#people;
    this.#crowds = [];
    for (let cell = 0; cell < this.#counts.length; cell++) {
      const isCrowd = this.#mergedInto[cell] === cell && !this.#isThin(cell);
      this.#wasCrowd[cell] = isCrowd || this.#mergedInto[cell] !== cell ? 1 : 0;
      if (!isCrowd) continue;
      const count = this.#counts[cell]!;
      const enu = this.#sums.slice(3 * cell, 3 * cell + 3).map((sum) => sum / count);
      this.#crowds.push({ count, enu });
    }
    const isAnyCounted = this.#crowds.length > 0;
    if (!isAnyCounted && !this.#isAnyCounted) return false;
    this.#isAnyCounted = isAnyCounted;
    for (let slot = 0; slot < people.count; slot++) {
      const cell = this.#cellOf[slot]!;
      people.setCounted(slot, cell >= 0 && !this.#isThin(this.#rootOf(cell)));
    }
    return !people.changedStyle.isEmpty;
  }
}
