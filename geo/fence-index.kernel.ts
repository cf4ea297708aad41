/**
 * Which of many fences hold a point, or come near it. Owns a sparse grid in a few levels: a fence lies in the level whose
 * cells cut its larger side into at most 16, so a huge fence costs no more cells than a small one; only cells that
 * something touches exist (open addressing by cell key), so one far-away fence costs nothing either.
 * In a cell each fence is fully in, or on the boundary with the edges that matter there (geo/fence-raster.kernel.ts).
 * Answers are bit for bit those of fenceContains. Immutable: engine builds a new index when areas change.
 */
import type { Fence } from './fence.ts';
import { EDGE_STRIDE, type GridFrame, Rasteriser, RasterSink } from './fence-raster.kernel.ts';

export interface FenceIndexOptions {
  /** Side of the finest cells, metres. */
  readonly cellM?: number;
  /** How far outside a fence `candidates` still names it, metres. */
  readonly bandM?: number;
}

/** Measured by bench/geo/fences.bench.ts. */
export const DEFAULT_CELL_M = 25;
/** Three times the standard's dynamic accuracy of 5 m. */
export const DEFAULT_BAND_M = 15;

const LEVEL_FACTOR = 4;
const MAX_CELLS_PER_SIDE = 16;
/** Column and row have 16 bits each in a cell's key; one column and row spare for rounding at the rim. */
const MAX_SPAN_CELLS = 65_534;

/** Four numbers a slot of the hash: cell key, first entry, first near, 1 when taken. */
const SLOT_STRIDE = 4;
/** Three numbers an entry: fence (-1 ends the cell's list), first edge x 2 + parity, edges. */
const ENTRY_STRIDE = 3;

interface Level {
  readonly frame: GridFrame;
  readonly perM: number;
  readonly cols: number;
  readonly rows: number;
  readonly slots: Int32Array;
  readonly shift: number;
  readonly entries: Int32Array;
  readonly edges: Float64Array;
  /** Fence numbers, -1 ends a cell's list. */
  readonly nears: Int32Array;
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
    const built = buildLevels(fences, cellM, bandM);
    this.#levels = built.levels;
    this.maxHits = built.maxHits;
    this.byteLength = built.levels.reduce(
      (sum, l) => sum + l.slots.byteLength + l.entries.byteLength + l.edges.byteLength + l.nears.byteLength,
      this.#zMinM.byteLength + this.#zMaxM.byteLength + this.#boxes.byteLength,
    );
  }

  /** Fence numbers in answers are positions in `fences`. About 10 us a fence; the fences may be dropped afterwards. */
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
      const slot = slotOf(level, easting, northing);
      if (slot < 0) continue;
      const before = count;
      const entries = level.entries;
      const edges = level.edges;
      for (let at = level.slots[slot + 1]!; ; at += ENTRY_STRIDE) {
        const fence = entries[at]!;
        if (fence < 0) break;
        const edgeAndParity = entries[at + 1]!;
        let inside = edgeAndParity & 1;
        let edge = (edgeAndParity >>> 1) * EDGE_STRIDE;
        for (const after = edge + entries[at + 2]! * EDGE_STRIDE; edge < after; edge += EDGE_STRIDE) {
          const nLow = edges[edge]!;
          if (northing < nLow || northing >= edges[edge + 1]!) continue;
          if (easting < edges[edge + 2]! + (northing - nLow) * edges[edge + 3]!) inside ^= 1;
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
      const slot = slotOf(level, easting, northing);
      if (slot < 0) continue;
      const before = count;
      for (let at = level.slots[slot + 2]!; ; at++) {
        const fence = level.nears[at]!;
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

/** Offset of the slot of the point's cell, or -1 when nothing touches that cell. */
function slotOf(level: Level, easting: number, northing: number): number {
  const col = Math.floor(easting * level.perM) - level.frame.colBase;
  const row = Math.floor(northing * level.perM) - level.frame.rowBase;
  // Written so that NaN fails too.
  if (!(col >= 0 && row >= 0 && col < level.cols && row < level.rows)) return -1;
  return findSlot(level.slots, level.shift, (row << 16) | col);
}

function findSlot(slots: Int32Array, shift: number, key: number): number {
  const mask = slots.length - 1;
  let slot = (Math.imul(key, 0x9e3779b1) >>> shift) * SLOT_STRIDE;
  while (slots[slot + 3] === 1) {
    if (slots[slot] === key) return slot;
    slot = (slot + SLOT_STRIDE) & mask;
  }
  return -1;
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

function buildLevels(
  fences: readonly Fence[],
  cellM: number,
  bandM: number,
): { levels: readonly Level[]; maxHits: number } {
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
  let maxHits = 0;
  for (const [number, fenceNumbers] of members.entries()) {
    if (fenceNumbers.length === 0) continue;
    const built = buildLevel(fences, fenceNumbers, cellM * LEVEL_FACTOR ** number, bandM, rasteriser);
    levels.push(built.level);
    maxHits += built.maxHits;
  }
  return { levels, maxHits };
}

function buildLevel(
  fences: readonly Fence[],
  fenceNumbers: readonly number[],
  wantedCellM: number,
  bandM: number,
  rasteriser: Rasteriser,
): { level: Level; maxHits: number } {
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
  // Rounding of eastings below 1e8 m stays under 1e-7 m.
  const largest = Math.max(Math.abs(west), Math.abs(east), Math.abs(south), Math.abs(north));
  const marginM = 1e-6 + largest * 1e-14;
  const reach = bandM + marginM;
  let cellM = wantedCellM;
  while (Math.max(east - west, north - south) + 2 * reach > cellM * MAX_SPAN_CELLS) cellM *= 2;
  const colBase = Math.floor((west - reach) / cellM);
  const rowBase = Math.floor((south - reach) / cellM);
  const frame: GridFrame = { cellM, colBase, rowBase, bandM, marginM };
  const sink = new RasterSink();
  for (const number of fenceNumbers) {
    const fence = fences[number]!;
    for (let p = 0; p < fence.polygonEnd.length; p++) rasteriser.polygon(fence, number, p, frame, sink);
  }
  const packed = packCells(sink);
  const level: Level = {
    frame,
    perM: 1 / cellM,
    cols: Math.floor((east + reach) / cellM) - colBase + 1,
    rows: Math.floor((north + reach) / cellM) - rowBase + 1,
    slots: packed.slots,
    shift: packed.shift,
    entries: packed.entries,
    edges: sink.edges.slice(0, sink.edgeCount * EDGE_STRIDE),
    nears: packed.nears,
  };
  return { level, maxHits: packed.maxNears };
}

/** Gathers the sink's entries and nears cell by cell, keeping their order, and hashes the cells. */
function packCells(sink: RasterSink): {
  slots: Int32Array;
  shift: number;
  entries: Int32Array;
  nears: Int32Array;
  maxNears: number;
} {
  // Every cell with an entry has a near too. At most half of the slots are taken.
  let bits = 4;
  const cellOf = new Int32Array(sink.nears);
  const cells = hashDistinct(sink.nearKey, sink.nears, cellOf);
  while (1 << bits < cells * 2) bits++;
  const shift = 32 - bits;
  const slots = new Int32Array((1 << bits) * SLOT_STRIDE);
  const entryCounts = new Int32Array(cells + 1);
  const nearCounts = new Int32Array(cells + 1);
  const cellKey = new Int32Array(cells);
  for (let i = 0; i < sink.nears; i++) {
    nearCounts[cellOf[i]!]!++;
    cellKey[cellOf[i]!] = sink.nearKey[i]!;
  }
  const mask = slots.length - 1;
  for (let cell = 0; cell < cells; cell++) {
    let slot = (Math.imul(cellKey[cell]!, 0x9e3779b1) >>> shift) * SLOT_STRIDE;
    while (slots[slot + 3] === 1) slot = (slot + SLOT_STRIDE) & mask;
    slots[slot] = cellKey[cell]!;
    slots[slot + 1] = cell;
    slots[slot + 3] = 1;
  }
  const entryCell = new Int32Array(sink.entries);
  for (let i = 0; i < sink.entries; i++) {
    const cell = slots[findSlot(slots, shift, sink.entryKey[i]!) + 1]!;
    entryCell[i] = cell;
    entryCounts[cell]!++;
  }
  // Each list ends with one -1.
  const entryAt = new Int32Array(cells);
  const nearAt = new Int32Array(cells);
  let entryTotal = 0;
  let nearTotal = 0;
  let maxNears = 0;
  for (let cell = 0; cell < cells; cell++) {
    entryAt[cell] = entryTotal * ENTRY_STRIDE;
    nearAt[cell] = nearTotal;
    entryTotal += entryCounts[cell]! + 1;
    nearTotal += nearCounts[cell]! + 1;
    if (nearCounts[cell]! > maxNears) maxNears = nearCounts[cell]!;
  }
  for (let slot = 0; slot < slots.length; slot += SLOT_STRIDE) {
    if (slots[slot + 3] !== 1) continue;
    const cell = slots[slot + 1]!;
    slots[slot + 1] = entryAt[cell]!;
    slots[slot + 2] = nearAt[cell]!;
  }
  const entries = new Int32Array(entryTotal * ENTRY_STRIDE).fill(-1);
  const nears = new Int32Array(nearTotal).fill(-1);
  for (let i = 0; i < sink.entries; i++) {
    const at = entryAt[entryCell[i]!]!;
    entryAt[entryCell[i]!] = at + ENTRY_STRIDE;
    entries[at] = sink.entryFence[i]!;
    entries[at + 1] = sink.entryEdge[i]!;
    entries[at + 2] = sink.entryEdgeCount[i]!;
  }
  for (let i = 0; i < sink.nears; i++) nears[nearAt[cellOf[i]!]!++] = sink.nearFence[i]!;
  return { slots, shift, entries, nears, maxNears };
}

/** Numbers the distinct keys in the order of their first appearance; returns how many there are. */
function hashDistinct(keys: Int32Array, count: number, numberOf: Int32Array): number {
  let bits = 4;
  while (1 << bits < count * 2) bits++;
  const shift = 32 - bits;
  const mask = (1 << bits) - 1;
  const table = new Int32Array(1 << bits);
  const tableKey = new Int32Array(1 << bits);
  let distinct = 0;
  for (let i = 0; i < count; i++) {
    const key = keys[i]!;
    let at = Math.imul(key, 0x9e3779b1) >>> shift;
    while (table[at] !== 0 && tableKey[at] !== key) at = (at + 1) & mask;
    if (table[at] === 0) {
      table[at] = ++distinct;
      tableKey[at] = key;
    }
    numberOf[i] = table[at]! - 1;
  }
  return distinct;
}
