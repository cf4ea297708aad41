/**
 * A fence: an area's polygons in plane metres with a height band, compiled into flat arrays for the kernels.
 * Invariant: immutable once compiled. Compiled by engine when an area changes, read by geo/fence.kernel.ts and the index.
 *
 * A point is in a fence when it is in any of its polygons (even-odd over a polygon's rings, so holes are outside) and
 * its height is in the band. Edges are half-open: a point exactly on an edge belongs to the side east (for a horizontal
 * edge: north) of it, so of two areas that share an edge exactly one holds the point. The band is zMin <= height < zMax,
 * and a point without height counts as inside it.
 */
import type { PlanePolygons } from './polygons.ts';

export interface Fence {
  /**
   * Four numbers an edge: easting, northing of the lower end, then of the upper (for a horizontal edge west, east), so
   * that an edge shared by two areas gives the same arithmetic in both. Edges follow each other along their ring.
   */
  readonly segments: Float64Array;
  /** Number of the edge after each ring's last. */
  readonly ringEnd: Int32Array;
  /** Number of the ring after each polygon's last. */
  readonly polygonEnd: Int32Array;
  readonly west: number;
  readonly south: number;
  readonly east: number;
  readonly north: number;
  /** -Infinity where the area has no floor. */
  readonly zMinM: number;
  /** Infinity where the area has no ceiling. */
  readonly zMaxM: number;
}

export interface HeightBand {
  readonly zMinM: number | null;
  readonly zMaxM: number | null;
}

/**
 * Compiles polygons that were validated before (geo/vendor-geometry.ts). An unclosed ring is closed, repeated vertices
 * are dropped. Throws on what validation must have refused: a coordinate that is not finite, a ring without three
 * different vertices, an empty or inverted height band.
 */
export function compileFence(polygons: PlanePolygons, band: HeightBand = { zMinM: null, zMaxM: null }): Fence {
  const zMinM = band.zMinM ?? Number.NEGATIVE_INFINITY;
  const zMaxM = band.zMaxM ?? Number.POSITIVE_INFINITY;
  if (!(zMinM < zMaxM)) throw new Error(`Fence height band ${zMinM} to ${zMaxM} is empty`);
  let capacity = 0;
  let rings = 0;
  for (const polygon of polygons) {
    rings += polygon.length;
    for (const ring of polygon) capacity += ring.length;
  }
  const segments = new Float64Array(capacity * 4);
  const ringEnd = new Int32Array(rings);
  const polygonEnd = new Int32Array(polygons.length);
  let edge = 0;
  let ringNumber = 0;
  let west = Number.POSITIVE_INFINITY;
  let south = Number.POSITIVE_INFINITY;
  let east = Number.NEGATIVE_INFINITY;
  let north = Number.NEGATIVE_INFINITY;
  for (const [polygonNumber, polygon] of polygons.entries()) {
    for (const ring of polygon) {
      const first = edge;
      let [fromE, fromN] = ring.at(-1) ?? [Number.NaN, Number.NaN];
      for (const [e, n] of ring) {
        if (!Number.isFinite(e) || !Number.isFinite(n)) throw new Error('Fence coordinate is not finite');
        west = Math.min(west, e);
        east = Math.max(east, e);
        south = Math.min(south, n);
        north = Math.max(north, n);
        if (e === fromE && n === fromN) continue;
        const upward = fromN < n || (fromN === n && fromE < e);
        segments[edge * 4] = upward ? fromE : e;
        segments[edge * 4 + 1] = upward ? fromN : n;
        segments[edge * 4 + 2] = upward ? e : fromE;
        segments[edge * 4 + 3] = upward ? n : fromN;
        edge++;
        fromE = e;
        fromN = n;
      }
      if (edge - first < 3) throw new Error('Fence ring has fewer than three different vertices');
      ringEnd[ringNumber++] = edge;
    }
    polygonEnd[polygonNumber] = ringNumber;
  }
  return { segments: segments.slice(0, edge * 4), ringEnd, polygonEnd, west, south, east, north, zMinM, zMaxM };
}
