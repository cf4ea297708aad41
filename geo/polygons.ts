/**
 * The two shapes of polygon data: degrees as vendors send and the log keeps them, and plane metres as fences are
 * compiled from. Rings are closed (first position = last); the first ring of a polygon is its outer one, the rest holes.
 */
import type { Projection } from './projection.ts';

/** polygons[p][r][v] = [lng, lat], CGCS2000 degrees. Structurally the LngLatPolygons of the log's entries. */
export type LngLatPolygons = readonly (readonly (readonly (readonly [lng: number, lat: number])[])[])[];

/** polygons[p][r][v] = [easting, northing], metres on the plane of one projection. */
export type PlanePolygons = readonly (readonly (readonly (readonly [easting: number, northing: number])[])[])[];

/**
 * Projects every vertex; edges are then straight on the plane (against straight in degrees: at most 1.2 cm apart for an
 * edge of 1 km, 0.3 m for 5 km, at the park's latitude). Null when a vertex is out of the projection's reach.
 */
export function planePolygonsFromLngLat(
  polygons: LngLatPolygons,
  projection: Pick<Projection, 'project'>,
): PlanePolygons | null {
  const out = new Float64Array(2);
  const plane: [number, number][][][] = [];
  for (const polygon of polygons) {
    const rings: [number, number][][] = [];
    for (const ring of polygon) {
      const positions: [number, number][] = [];
      for (const [lng, lat] of ring) {
        if (!projection.project(lng, lat, out)) return null;
        positions.push([out[0]!, out[1]!]);
      }
      rings.push(positions);
    }
    plane.push(rings);
  }
  return plane;
}
