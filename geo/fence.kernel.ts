/**
 * Exact questions about one point and one fence; nothing allocated. The crossing test here is the definition that
 * geo/fence-index.kernel.ts answers faster, so both use the very same arithmetic: an edge from (eLow, nLow) to
 * (eHigh, nHigh) is crossed by the ray going east when nLow <= n < nHigh and e < eLow + (n - nLow) * slope.
 * Called by engine for the fences the index names.
 */
import type { Fence } from './fence.ts';

/** Whether the fence holds the point; heightM NaN = unknown, counts as inside the band. */
export function fenceContains(fence: Fence, easting: number, northing: number, heightM: number): boolean {
  if (heightM < fence.zMinM || heightM >= fence.zMaxM) return false;
  const segments = fence.segments;
  let edge = 0;
  let ring = 0;
  for (let polygon = 0; polygon < fence.polygonEnd.length; polygon++) {
    const ringAfter = fence.polygonEnd[polygon]!;
    let inside = 0;
    for (; ring < ringAfter; ring++) {
      for (const after = fence.ringEnd[ring]!; edge < after; edge++) {
        const at = edge * 4;
        const nLow = segments[at + 1]!;
        if (northing < nLow) continue;
        const nHigh = segments[at + 3]!;
        if (northing >= nHigh) continue;
        const eLow = segments[at]!;
        if (easting < eLow + (northing - nLow) * ((segments[at + 2]! - eLow) / (nHigh - nLow))) inside ^= 1;
      }
    }
    if (inside === 1) return true;
  }
  return false;
}

/**
 * Plane distance in metres from the point to the boundary, positive inside, negative outside, height left aside.
 * Of several polygons the one that holds the point deepest counts, else the nearest; exact unless polygons of one area
 * overlap, where it is a lower bound inside. A point that is not finite gives -Infinity.
 */
export function signedDepthM(fence: Fence, easting: number, northing: number): number {
  const segments = fence.segments;
  let best = Number.NEGATIVE_INFINITY;
  let edge = 0;
  let ring = 0;
  for (let polygon = 0; polygon < fence.polygonEnd.length; polygon++) {
    const ringAfter = fence.polygonEnd[polygon]!;
    let inside = 0;
    let nearest2 = Number.POSITIVE_INFINITY;
    for (; ring < ringAfter; ring++) {
      for (const after = fence.ringEnd[ring]!; edge < after; edge++) {
        const at = edge * 4;
        const eLow = segments[at]!;
        const nLow = segments[at + 1]!;
        const nHigh = segments[at + 3]!;
        const dE = segments[at + 2]! - eLow;
        const dN = nHigh - nLow;
        const fromE = easting - eLow;
        const fromN = northing - nLow;
        if (northing >= nLow && northing < nHigh && easting < eLow + fromN * (dE / dN)) inside ^= 1;
        let along = (fromE * dE + fromN * dN) / (dE * dE + dN * dN);
        if (along < 0) along = 0;
        else if (along > 1) along = 1;
        const offE = fromE - along * dE;
        const offN = fromN - along * dN;
        const distance2 = offE * offE + offN * offN;
        if (distance2 < nearest2) nearest2 = distance2;
      }
    }
    const distance = Math.sqrt(nearest2);
    const depth = inside === 1 ? distance : -distance;
    if (depth > best) best = depth;
  }
  // Never -0: an exact boundary point has depth 0 from either side.
  return best === 0 ? 0 : best;
}
