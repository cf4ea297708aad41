/**
 * Which of many fences hold a point, or come near it. Owns a grid in a few levels: a fence lies in the level whose cells
 * cut its larger side into at most 16, so a huge fence costs no more cells than a small one. In a cell each fence is
 * fully in, or on the boundary with the edges that matter there (geo/fence-raster.kernel.ts); fully out is not listed.
 * Answers are bit for bit those of fenceContains. Immutable: engine builds a new index when areas change.
 *
 * Two tables of lists a level, found by its cell directories. A look-up costs cache misses, not arithmetic, so all that a
 * cell needs lies in one piece (measured: edges in a table of their own cost 15 %). In units of 8 bytes:
 *   answers  per fence of the cell: int32 fence number, int32 edges x 2 + parity of the passes east; then per edge four
 *            float64: northing of lower and upper end, easting of the lower, slope. Fence number -1 ends the list.
 *   nears    int32 fence numbers; -1 ends the list.
 */
import { CellDirectory, type GridFrame, MAX_SPAN_CELLS } from './cell-directory.kernel.ts';
import type { Fence } from './fence.ts';
import { EDGE_STRIDE, Rasteriser, RasterSink } from './fence-raster.kernel.ts';

export interface FenceIndexOptions {
  /** Side of the finest cells, metres. */
  readonly cellM?: number;
  /** How far outside a fence `candidates` still names it, metres. */
  readonly bandM?: number;
}

/** Measured by bench/geo/fences.bench.ts --cells: within 10 % of the fastest, sparse and dense, at about half the size of 25 m. */
export const DEFAULT_CELL_M = 50;
/** Three times the standard's dynamic accuracy of 5 m. */
export const DEFAULT_BAND_M = 15;

const LEVEL_FACTOR = 4;
const MAX_CELLS_PER_SIDE = 16;

interface Level {
  readonly answerOf: CellDirectory;
  /** Two views of one buffer. */
  readonly answerInts: Int32Array;
  readonly answerFloats: Float64Array;
  readonly nearOf: CellDirectory;
  readonly nears: Int32Array;
  readonly maxNears: number;
}

export class FenceIndex {
  readonly fenceCount: number;
  readonly cellM: number;
  readonly bandM: number;
  /** No query writes more fence numbers than this; the length `out` must have. */
  readonly maxHits: number;
  readonly byteLength: number;
  readonly #levels: readonly Level[];
  readonly #zMinM: Float64Array;
  readonly #zMaxM: Float64Array;
  /** West, south, east, north of each fence, widened by the band. */
  readonly #boxes: Float64Array;

  private constructor(fences: readonly Fence[], cellM: number, bandM: number) {
    this.fenceCount = fences.length;
    this.cellM = cellM;
    this.bandM = bandM;
    this.#zMinM = new Float64Array(fences.length);
    this.#zMaxM = new Float64Array(fences.length);
    this.#boxes = new Float64Array(fences.length * 4);
    for (let i = 0; i < fences.length; i++) {
      const fence = fences[i]!;
      this.#zMinM[i] = fence.zMinM;
      this.#zMaxM[i] = fence.zMaxM;
      this.#boxes[i * 4] = fence.west - bandM;
      this.#boxes[i * 4 + 1] = fence.south - bandM;
      this.#boxes[i * 4 + 2] = fence.east + bandM;
      this.#boxes[i * 4 + 3] = fence.north + bandM;
    }
    this.#levels = buildLevels(fences, cellM, bandM);
    let maxHits = 0;
    let bytes = this.#zMinM.byteLength + this.#zMaxM.byteLength + this.#boxes.byteLength;
    for (const level of this.#levels) {
      maxHits += level.maxNears;
      bytes += level.answerOf.byteLength + level.answerFloats.byteLength;
      bytes += level.nearOf.byteLength + level.nears.byteLength;
    }
    this.maxHits = maxHits;
    this.byteLength = bytes;
  }

  /**
   * Fence numbers in answers are positions in `fences`, which the index does not keep. About 10 us a fence, so a changed
   * area means a new index: 50 to 80 ms for 5,000 fences.
   */
  static build(fences: readonly Fence[], options: FenceIndexOptions = {}): FenceIndex {
    const cellM = options.cellM ?? DEFAULT_CELL_M;
    const bandM = options.bandM ?? DEFAULT_BAND_M;
    if (!(cellM > 0 && Number.isFinite(cellM))) throw new Error(`cellM ${cellM} must be above 0`);
    if (!(bandM >= 0 && Number.isFinite(bandM))) throw new Error(`bandM ${bandM} must be 0 or more`);
    return new FenceIndex(fences, cellM, bandM);
  }

  /**
   * Writes the numbers of the fences that hold the point, ascending, each once; returns how many. heightM NaN = unknown.
   * `out` must be `maxHits` long. A point that is not finite is in no fence.
   */
  containing(easting: number, northing: number, heightM: number, out: Int32Array): number {
    let count = 0;
    for (let i = 0; i < this.#levels.length; i++) {
      const level = this.#levels[i]!;
      let at = level.answerOf.find(easting, northing);
      if (at === 0) continue;
      const before = count;
      const ints = level.answerInts;
      const floats = level.answerFloats;
      for (;;) {
        const fence = ints[at * 2]!;
        if (fence < 0) break;
        const edgesAndParity = ints[at * 2 + 1]!;
        let inside = edgesAndParity & 1;
        at++;
        for (const after = at + (edgesAndParity >> 1) * EDGE_STRIDE; at < after; at += EDGE_STRIDE) {
          const nLow = floats[at]!;
          if (northing < nLow || northing >= floats[at + 1]!) continue;
          if (easting < floats[at + 2]! + (northing - nLow) * floats[at + 3]!) inside ^= 1;
        }
        if (inside === 0) continue;
        if (heightM < this.#zMinM[fence]! || heightM >= this.#zMaxM[fence]!) continue;
        // The polygons of one fence follow each other in a cell.
        if (count > before && out[count - 1] === fence) continue;
        out[count++] = fence;
      }
      if (before > 0 && count > before) mergeTail(out, before, count);
    }
    return count;
  }

  /**
   * Writes the numbers of all fences that hold the point or lie within bandM of it, ascending, each once, whatever its
   * height; returns how many. May name a fence up to a cell's diagonal farther away: signedDepthM is the exact answer.
   * `out` must be `maxHits` long.
   */
  candidates(easting: number, northing: number, out: Int32Array): number {
    let count = 0;
    const boxes = this.#boxes;
    for (let i = 0; i < this.#levels.length; i++) {
      const level = this.#levels[i]!;
      const start = level.nearOf.find(easting, northing);
      if (start === 0) continue;
      const before = count;
      const nears = level.nears;
      for (let at = start; ; at++) {
        const fence = nears[at]!;
        if (fence < 0) break;
        const box = fence * 4;
        if (easting < boxes[box]! || northing < boxes[box + 1]!) continue;
        if (easting > boxes[box + 2]! || northing > boxes[box + 3]!) continue;
        if (count > before && out[count - 1] === fence) continue;
        out[count++] = fence;
      }
      if (before > 0 && count > before) mergeTail(out, before, count);
    }
    return count;
  }
}

/** Sorts out[0..count) where out[0..middle) and out[middle..count) are sorted; both are a handful. */
function mergeTail(out: Int32Array, middle: number, count: number): void {
  for (let i = middle; i < count; i++) {
    const value = out[i]!;
    let at = i;
    for (; at > 0 && out[at - 1]! > value; at--) out[at] = out[at - 1]!;
    out[at] = value;
  }
}

function buildLevels(fences: readonly Fence[], cellM: number, bandM: number): readonly Level[] {
  const members: number[][] = [];
  for (let i = 0; i < fences.length; i++) {
    const fence = fences[i]!;
    const side = Math.max(fence.east - fence.west, fence.north - fence.south);
    let number = 0;
    for (let cell = cellM; side > cell * MAX_CELLS_PER_SIDE; cell *= LEVEL_FACTOR) number++;
    while (members.length <= number) members.push([]);
    members[number]!.push(i);
  }
  const rasteriser = new Rasteriser();
  const levels: Level[] = [];
  for (const [number, fenceNumbers] of members.entries()) {
    if (fenceNumbers.length === 0) continue;
    const frame = frameOf(fences, fenceNumbers, cellM * LEVEL_FACTOR ** number, bandM);
    const sink = new RasterSink();
    for (const fenceNumber of fenceNumbers) {
      const fence = fences[fenceNumber]!;
      for (let p = 0; p < fence.polygonEnd.length; p++) rasteriser.polygon(fence, fenceNumber, p, frame, sink);
    }
    levels.push(levelOf(frame, sink));
  }
  return levels;
}

function frameOf(
  fences: readonly Fence[],
  fenceNumbers: readonly number[],
  wantedCellM: number,
  bandM: number,
): GridFrame {
  let west = Number.POSITIVE_INFINITY;
  let south = Number.POSITIVE_INFINITY;
  let east = Number.NEGATIVE_INFINITY;
  let north = Number.NEGATIVE_INFINITY;
  for (const number of fenceNumbers) {
    const fence = fences[number]!;
    west = Math.min(west, fence.west);
    south = Math.min(south, fence.south);
    east = Math.max(east, fence.east);
    north = Math.max(north, fence.north);
  }
  // Doubles near 1e8 m are 1.5e-8 m apart, near 1e9 m 1.2e-7 m; the margin stays well above a few of them.
  const largest = Math.max(Math.abs(west), Math.abs(east), Math.abs(south), Math.abs(north));
  const marginM = 1e-6 + largest * 1e-14;
  const reach = bandM + marginM;
  let cellM = wantedCellM;
  while (Math.max(east - west, north - south) + 2 * reach > cellM * MAX_SPAN_CELLS) cellM *= 2;
  const colBase = Math.floor((west - reach) / cellM);
  const rowBase = Math.floor((south - reach) / cellM);
  return {
    cellM,
    colBase,
    rowBase,
    cols: Math.floor((east + reach) / cellM) - colBase + 1,
    rows: Math.floor((north + reach) / cellM) - rowBase + 1,
    bandM,
    marginM,
  };
}

/** Gathers what the raster wrote cell by cell, keeping its order within a cell. Place 0 means "no list": lists begin at 1. */
function levelOf(frame: GridFrame, sink: RasterSink): Level {
  const answerOf = new CellDirectory(frame, sink.entryKey, sink.entries);
  const start = new Int32Array(answerOf.cells);
  for (let i = 0; i < sink.entries; i++) {
    start[answerOf.cellOf[i]!]! += 1 + (sink.entryEdges[i]! >> 1) * EDGE_STRIDE;
  }
  const answerFloats = new Float64Array(startsFromSizes(start));
  const answerInts = new Int32Array(answerFloats.buffer);
  const next = start.slice();
  for (let i = 0, from = 0; i < sink.entries; i++) {
    const cell = answerOf.cellOf[i]!;
    const at = next[cell]!;
    const numbers = (sink.entryEdges[i]! >> 1) * EDGE_STRIDE;
    answerInts[at * 2] = sink.entryFence[i]!;
    answerInts[at * 2 + 1] = sink.entryEdges[i]!;
    for (let k = 0; k < numbers; k++) answerFloats[at + 1 + k] = sink.edges[from + k]!;
    from += numbers;
    next[cell] = at + 1 + numbers;
  }
  for (let cell = 0; cell < answerOf.cells; cell++) answerInts[next[cell]! * 2] = -1;
  answerOf.place(start);

  const nearOf = new CellDirectory(frame, sink.nearKey, sink.nears);
  const nearStart = new Int32Array(nearOf.cells);
  for (let i = 0; i < sink.nears; i++) nearStart[nearOf.cellOf[i]!]!++;
  const maxNears = nearStart.reduce((most, size) => Math.max(most, size), 0);
  const nears = new Int32Array(startsFromSizes(nearStart)).fill(-1);
  const nearNext = nearStart.slice();
  for (let i = 0; i < sink.nears; i++) nears[nearNext[nearOf.cellOf[i]!]!++] = sink.nearFence[i]!;
  nearOf.place(nearStart);
  return { answerOf, answerInts, answerFloats, nearOf, nears, maxNears };
}

/** Turns sizes into places, one unit more each for the list's end; returns the length of all. */
function startsFromSizes(sizes: Int32Array): number {
  let at = 1;
  for (let cell = 0; cell < sizes.length; cell++) {
    const size = sizes[cell]!;
    sizes[cell] = at;
    at += size + 1;
  }
  return at;
}
