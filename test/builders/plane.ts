/** Places for tests in plane metres around a point of the park, as CGCS2000 degrees for the entries. */
import { createProjection, SHANGHAI_2000_B } from '../../geo/projection.ts';
import type { LngLatPolygons } from '../../stream/protocol/entry.ts';

export const projection = createProjection(SHANGHAI_2000_B);
const ORIGIN = projection.eastingNorthingFromLngLat(121.48, 30.8);

/** `east` and `north` metres from the test origin. */
export function lngLatAt(east: number, north: number): { lng: number; lat: number } {
  return projection.lngLatFromEastingNorthing(ORIGIN.easting + east, ORIGIN.northing + north);
}

/** A square with its south-west corner at (east, north). */
export function squareAt(east: number, north: number, sideM: number): LngLatPolygons {
  const corner = (e: number, n: number): [number, number] => {
    const { lng, lat } = lngLatAt(e, n);
    return [lng, lat];
  };
  const ring = [
    corner(east, north),
    corner(east + sideM, north),
    corner(east + sideM, north + sideM),
    corner(east, north + sideM),
  ];
  return [[[...ring, ring[0] as [number, number]]]];
}
