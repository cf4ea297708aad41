/**
 * Lays one polygon of a fence onto a grid of square cells and says for every cell what a point in it must still be
 * asked: nothing (fully in), or the few edges that matter there. Cells fully out are not written. Called by
 * geo/fence-index.kernel.ts when an index is built.
 *
 * A point is inside when the ray from it going east crosses an odd number of edges. Within one row of cells the edges of
 * a ring fall into passes: maximal runs of consecutive edges that reach into the row, so the two ends of a pass lie
 * outside the row (or the pass is the whole ring). Hence every ray inside the row crosses a pass lying wholly east
 * of the cell equally often modulo 2, whatever its northing: such a pass is one bit. Edges wholly west are never crossed.
 * Only edges of passes that reach the cell or lie on both sides of its east border remain to be asked.
 *
 * Of those, edges wholly east are reduced to the northings at which they are crossed.
 *
 * Every cell is taken larger by a margin far above rounding and far below any use (marginM), so a point that rounding
 * puts into the neighbouring cell is answered the same there.
 */
import { cellKey, type GridFrame } from './cell-directory.kernel.ts';
import type { Fence } from './fence.ts';

/** Four numbers an edge: northing of the lower and upper end, easting of the lower end, slope dEasting / dNorthing. */
export const EDGE_STRIDE = 4;

/** What the raster of one grid level collects; arrays grow, the counts say how much is valid. */
export class RasterSink {
  /** Cell keys, fence numbers, count of edges x 2 + parity of the passes east of the cell. */
  entryKey = new Int32Array(1024);
  entryFence = new Int32Array(1024);
  entryEdges = new Int32Array(1024);
  entries = 0;
  /** Edges of all entries, in the order of the entries. */
  edges = new Float64Array(4096);
  edgeCount = 0;
  nearKey = new Int32Array(1024);
  nearFence = new Int32Array(1024);
  nears = 0;

  pushEntry(key: number, fence: number, edgesAndParity: number): void {
    const at = this.entries++;
    if (at === this.entryKey.length) {
      this.entryKey = doubledInts(this.entryKey);
      this.entryFence = doubledInts(this.entryFence);
      this.entryEdges = doubledInts(this.entryEdges);
    }
    this.entryKey[at] = key;
    this.entryFence[at] = fence;
    this.entryEdges[at] = edgesAndParity;
  }

  pushEdge(nLow: number, nHigh: number, eLow: number, slope: number): void {
    const at = this.edgeCount++ * EDGE_STRIDE;
    if (at === this.edges.length) {
      const larger = new Float64Array(this.edges.length * 2);
      larger.set(this.edges);
      this.edges = larger;
    }
    this.edges[at] = nLow;
    this.edges[at + 1] = nHigh;
    this.edges[at + 2] = eLow;
    this.edges[at + 3] = slope;
  }

  pushNear(key: number, fence: number): void {
    const at = this.nears++;
    if (at === this.nearKey.length) {
      this.nearKey = doubledInts(this.nearKey);
      this.nearFence = doubledInts(this.nearFence);
    }
    this.nearKey[at] = key;
    this.nearFence[at] = fence;
  }
}

function doubledInts(array: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(array.length * 2);
  larger.set(array);
  return larger;
}

const NONE = 0;
const NEAR = 1;
const BOUNDARY = 2;

/** Scratch of the rasteriser; reused over all polygons of a build. */
export class Rasteriser {
  #marks = new Uint8Array(256);
  /** Edges reaching into the row: number, and westmost and eastmost easting inside the row. */
  #rowEdge = new Int32Array(64);
  #rowLo = new Float64Array(64);
  #rowHi = new Float64Array(64);
  #rowEdges = 0;
  /** Passes of the row: first edge in #rowEdge, westmost easting, crossings modulo 2. */
  #passStart = new Int32Array(65);
  #passLo = new Float64Array(65);
  #passParity = new Uint8Array(65);
  #passes = 0;

  /** Writes entries, edges and nears of one polygon of the fence. */
  polygon(fence: Fence, fenceNumber: number, polygonNumber: number, frame: GridFrame, sink: RasterSink): void {
    const { cellM, bandM, marginM } = frame;
    const reach = bandM + marginM;
    const ringFirst = polygonNumber === 0 ? 0 : fence.polygonEnd[polygonNumber - 1]!;
    const ringAfter = fence.polygonEnd[polygonNumber]!;
    const edgeFirst = ringFirst === 0 ? 0 : fence.ringEnd[ringFirst - 1]!;
    const edgeAfter = fence.ringEnd[ringAfter - 1]!;
    const segments = fence.segments;
    let west = Number.POSITIVE_INFINITY;
    let east = Number.NEGATIVE_INFINITY;
    let south = Number.POSITIVE_INFINITY;
    let north = Number.NEGATIVE_INFINITY;
    for (let at = edgeFirst * 4; at < edgeAfter * 4; at += 4) {
      const eLow = segments[at]!;
      const eHigh = segments[at + 2]!;
      if (eLow < west) west = eLow;
      if (eHigh < west) west = eHigh;
      if (eLow > east) east = eLow;
      if (eHigh > east) east = eHigh;
      if (segments[at + 1]! < south) south = segments[at + 1]!;
      if (segments[at + 3]! > north) north = segments[at + 3]!;
    }
    const colFirst = Math.floor((west - reach) / cellM);
    const cols = Math.floor((east + reach) / cellM) - colFirst + 1;
    const rowLast = Math.floor((north + reach) / cellM);
    if (this.#marks.length < cols) this.#marks = new Uint8Array(cols * 2);
    this.#reserve(edgeAfter - edgeFirst);
    for (let row = Math.floor((south - reach) / cellM); row <= rowLast; row++) {
      this.#marks.fill(NONE, 0, cols);
      this.#rowEdges = 0;
      this.#passes = 0;
      let first = edgeFirst;
      for (let ring = ringFirst; ring < ringAfter; ring++) {
        const after = fence.ringEnd[ring]!;
        this.#ringInRow(segments, first, after, row, colFirst, frame);
        first = after;
      }
      this.#passStart[this.#passes] = this.#rowEdges;
      this.#cellsOfRow(segments, fenceNumber, row, colFirst, cols, frame, sink);
    }
  }

  #reserve(edges: number): void {
    if (this.#rowEdge.length >= edges) return;
    this.#rowEdge = new Int32Array(edges * 2);
    this.#rowLo = new Float64Array(edges * 2);
    this.#rowHi = new Float64Array(edges * 2);
    this.#passStart = new Int32Array(edges * 2 + 1);
    this.#passLo = new Float64Array(edges * 2 + 1);
    this.#passParity = new Uint8Array(edges * 2 + 1);
  }

  /** Marks the cells a ring's edges touch or come near in the row, and notes its passes. */
  #ringInRow(
    segments: Float64Array,
    first: number,
    after: number,
    row: number,
    colFirst: number,
    frame: GridFrame,
  ): void {
    const { cellM, bandM, marginM } = frame;
    const low = row * cellM - marginM;
    const high = (row + 1) * cellM + marginM;
    const middle = (row + 0.5) * cellM;
    // A pass must not be cut where the edge list starts: begin behind an edge that stays out of the row, if there is one.
    let begin = first;
    for (let edge = first; edge < after; edge++) {
      if (segments[edge * 4 + 3]! < low || segments[edge * 4 + 1]! > high) {
        begin = edge;
        break;
      }
    }
    let inPass = false;
    for (let step = 0, edge = begin; step < after - first; step++, edge++) {
      if (edge === after) edge = first;
      const at = edge * 4;
      const nLow = segments[at + 1]!;
      const nHigh = segments[at + 3]!;
      if (nHigh < low - bandM || nLow > high + bandM) {
        inPass = false;
        continue;
      }
      if (bandM > 0) {
        this.#clip(segments, at, low - bandM, high + bandM);
        this.#mark(this.#clipLo - bandM, this.#clipHi + bandM, NEAR, colFirst, frame);
      }
      if (nHigh < low || nLow > high) {
        inPass = false;
        continue;
      }
      this.#clip(segments, at, low, high);
      this.#mark(this.#clipLo, this.#clipHi, BOUNDARY, colFirst, frame);
      const pass = inPass ? this.#passes - 1 : this.#passes++;
      if (!inPass) {
        this.#passStart[pass] = this.#rowEdges;
        this.#passLo[pass] = this.#clipLo;
        this.#passParity[pass] = 0;
        inPass = true;
      }
      if (this.#clipLo < this.#passLo[pass]!) this.#passLo[pass] = this.#clipLo;
      if (nLow <= middle && middle < nHigh) this.#passParity[pass]! ^= 1;
      this.#rowEdge[this.#rowEdges] = edge;
      this.#rowLo[this.#rowEdges] = this.#clipLo;
      this.#rowHi[this.#rowEdges++] = this.#clipHi;
    }
  }

  #clipLo = 0;
  #clipHi = 0;

  /** Westmost and eastmost easting of the part of an edge between two northings it reaches. */
  #clip(segments: Float64Array, at: number, low: number, high: number): void {
    const eLow = segments[at]!;
    const nLow = segments[at + 1]!;
    const eHigh = segments[at + 2]!;
    const nHigh = segments[at + 3]!;
    const slope = (eHigh - eLow) / (nHigh - nLow);
    const from = nLow < low ? eLow + (low - nLow) * slope : eLow;
    const to = nHigh > high ? eLow + (high - nLow) * slope : eHigh;
    this.#clipLo = Math.min(from, to);
    this.#clipHi = Math.max(from, to);
  }

  #mark(lo: number, hi: number, mark: number, colFirst: number, frame: GridFrame): void {
    const marks = this.#marks;
    const last = Math.floor((hi + frame.marginM) / frame.cellM) - colFirst;
    for (let col = Math.floor((lo - frame.marginM) / frame.cellM) - colFirst; col <= last; col++) {
      if (marks[col]! < mark) marks[col] = mark;
    }
  }

  #cellsOfRow(
    segments: Float64Array,
    fenceNumber: number,
    row: number,
    colFirst: number,
    cols: number,
    frame: GridFrame,
    sink: RasterSink,
  ): void {
    // No edge passes between neighbouring cells that no edge touches: one answer holds for a run of them.
    let runInside = -1;
    for (let col = 0; col < cols; col++) {
      const mark = this.#marks[col]!;
      const key = cellKey(frame, colFirst + col, row);
      if (mark === BOUNDARY) {
        runInside = -1;
        this.#boundaryCell(segments, fenceNumber, colFirst + col, row, frame, sink);
        sink.pushNear(key, fenceNumber);
        continue;
      }
      if (runInside < 0) runInside = this.#parityAt(segments, (colFirst + col + 0.5) * frame.cellM, row, frame);
      if (runInside === 1) sink.pushEntry(key, fenceNumber, 1);
      if (runInside === 1 || mark === NEAR) sink.pushNear(key, fenceNumber);
    }
  }

  #parityAt(segments: Float64Array, easting: number, row: number, frame: GridFrame): number {
    const northing = (row + 0.5) * frame.cellM;
    let parity = 0;
    for (let i = 0; i < this.#rowEdges; i++) {
      const at = this.#rowEdge[i]! * 4;
      const nLow = segments[at + 1]!;
      const nHigh = segments[at + 3]!;
      if (nLow > northing || northing >= nHigh) continue;
      const eLow = segments[at]!;
      if (easting < eLow + (northing - nLow) * ((segments[at + 2]! - eLow) / (nHigh - nLow))) parity ^= 1;
    }
    return parity;
  }

  #boundaryCell(
    segments: Float64Array,
    fenceNumber: number,
    col: number,
    row: number,
    frame: GridFrame,
    sink: RasterSink,
  ): void {
    const east = (col + 1) * frame.cellM + frame.marginM;
    const edgeFirst = sink.edgeCount;
    let parity = 0;
    for (let pass = 0; pass < this.#passes; pass++) {
      parity ^=
        this.#passLo[pass]! > east
          ? this.#passParity[pass]!
          : this.#passEdges(segments, this.#passStart[pass]!, this.#passStart[pass + 1]!, col, row, frame, sink);
    }
    const edges = sink.edgeCount - edgeFirst;
    if (edges > 0 || parity === 1) sink.pushEntry(cellKey(frame, col, row), fenceNumber, edges * 2 + parity);
  }

  /**
   * Writes the edges of a pass that a ray starting in the cell may or may not cross; returns the parity of the rest.
   * An edge wholly east is crossed exactly by rays of northings in [nLow, nHigh). The edges after it share a vertex, and
   * of two such intervals that share an end the odd part is one interval again: a run of eastern edges is one.
   */
  #passEdges(
    segments: Float64Array,
    start: number,
    after: number,
    col: number,
    row: number,
    frame: GridFrame,
    sink: RasterSink,
  ): number {
    const west = col * frame.cellM - frame.marginM;
    const east = (col + 1) * frame.cellM + frame.marginM;
    let parity = 0;
    let runLow = 0;
    let runHigh = 0;
    for (let i = start; i < after; i++) {
      if (this.#rowHi[i]! < west) continue;
      const at = this.#rowEdge[i]! * 4;
      const nLow = segments[at + 1]!;
      const nHigh = segments[at + 3]!;
      // A horizontal edge is never crossed; it only made the cell a boundary cell.
      if (nLow === nHigh) continue;
      if (this.#rowLo[i]! <= east) {
        const eLow = segments[at]!;
        sink.pushEdge(nLow, nHigh, eLow, (segments[at + 2]! - eLow) / (nHigh - nLow));
      } else if (nLow === runHigh) {
        runHigh = nHigh;
      } else if (nHigh === runLow) {
        runLow = nLow;
      } else if (nLow === runLow) {
        runLow = Math.min(runHigh, nHigh);
        runHigh = Math.max(runHigh, nHigh);
      } else if (nHigh === runHigh) {
        runHigh = Math.max(runLow, nLow);
        runLow = Math.min(runLow, nLow);
      } else {
        parity ^= pushRun(runLow, runHigh, row, frame, sink);
        runLow = nLow;
        runHigh = nHigh;
      }
    }
    return parity ^ pushRun(runLow, runHigh, row, frame, sink);
  }
}

/** Writes a run of eastern edges if only some rays of the row cross it; returns 1 when all do, else 0. */
function pushRun(runLow: number, runHigh: number, row: number, frame: GridFrame, sink: RasterSink): number {
  const low = row * frame.cellM - frame.marginM;
  const high = (row + 1) * frame.cellM + frame.marginM;
  if (runLow === runHigh || runHigh <= low || runLow > high) return 0;
  if (runLow <= low && runHigh > high) return 1;
  // East of every point of the cell.
  sink.pushEdge(runLow, runHigh, Number.POSITIVE_INFINITY, 0);
  return 0;
}
