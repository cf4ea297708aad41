/** Middle of an area and from how far all of it is seen. Pure. */
import type { AreaView } from '../../stream/protocol/effects.ts';

const METRES_PER_DEGREE = 111_320;
const NEAREST_M = 200;

export interface AreaMiddle {
  readonly lng: number;
  readonly lat: number;
  readonly rangeM: number;
}

/** Of the box around its outer rings; null: it has none. */
export function areaMiddle(area: Pick<AreaView, 'polygons'>): AreaMiddle | null {
  let west = Number.POSITIVE_INFINITY;
  let east = Number.NEGATIVE_INFINITY;
  let south = Number.POSITIVE_INFINITY;
  let north = Number.NEGATIVE_INFINITY;
  for (const [outer] of area.polygons) {
    for (const [lng, lat] of outer ?? []) {
      west = Math.min(west, lng);
      east = Math.max(east, lng);
      south = Math.min(south, lat);
      north = Math.max(north, lat);
    }
  }
  if (west > east) return null;
  const lat = (south + north) / 2;
  const widthM = (east - west) * METRES_PER_DEGREE * Math.cos((lat * Math.PI) / 180);
  const sizeM = Math.hypot(widthM, (north - south) * METRES_PER_DEGREE);
  return { lng: (west + east) / 2, lat, rangeM: Math.max(NEAREST_M, sizeM * 1.6) };
}
