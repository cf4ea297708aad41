/**
 * Plane metres (Shanghai 2000) or degrees -> metres east, north, up of the park's home, where Float32 is precise.
 * Exact per point: unproject, ellipsoid, rotate. Pure; the same frame that Cesium's eastNorthUpToFixedFrame makes.
 * People, areas and tracks are all drawn in it.
 */
import type { Projection } from '../../geo/projection.ts';

/** Cesium's ellipsoid (WGS84). CGCS2000's differs by 0.1 mm at the pole. */
const SEMI_MAJOR_AXIS_M = 6_378_137;
const FLATTENING = 1 / 298.257223563;
const E2 = FLATTENING * (2 - FLATTENING);
const DEG = Math.PI / 180;

/** `out` is the caller's: x east, y north, z up in metres at out[offset .. offset + 2]. */
export interface LocalFrame {
  readonly home: { readonly lng: number; readonly lat: number; readonly heightM: number };
  /** false and NaN for a place the projection cannot reach. heightM is above the ellipsoid. */
  enuFromPlane(easting: number, northing: number, heightM: number, out: Float64Array, offset?: number): boolean;
  enuFromLngLat(lng: number, lat: number, heightM: number, out: Float64Array, offset?: number): void;
  /** Easting and northing at out[0 .. 1]; false and NaN out of the projection's reach. */
  planeFromLngLat(lng: number, lat: number, out: Float64Array): boolean;
}

export function createLocalFrame(
  projection: Pick<Projection, 'project' | 'unproject'>,
  home: { readonly lng: number; readonly lat: number; readonly heightM: number },
): LocalFrame {
  const sinLat0 = Math.sin(home.lat * DEG);
  const cosLat0 = Math.cos(home.lat * DEG);
  const n0 = SEMI_MAJOR_AXIS_M / Math.sqrt(1 - E2 * sinLat0 * sinLat0);
  // Longitude is taken relative to home, so the frame's x-z plane is home's meridian and one rotation remains.
  const radius0 = (n0 + home.heightM) * cosLat0;
  const polar0 = (n0 * (1 - E2) + home.heightM) * sinLat0;
  const lngLat = new Float64Array(2);

  const enuFromLngLat = (lng: number, lat: number, heightM: number, out: Float64Array, offset = 0): void => {
    const sinLat = Math.sin(lat * DEG);
    const cosLat = Math.cos(lat * DEG);
    const dLng = (lng - home.lng) * DEG;
    const n = SEMI_MAJOR_AXIS_M / Math.sqrt(1 - E2 * sinLat * sinLat);
    const radius = (n + heightM) * cosLat;
    const outward = radius * Math.cos(dLng) - radius0;
    const polar = (n * (1 - E2) + heightM) * sinLat - polar0;
    out[offset] = radius * Math.sin(dLng);
    out[offset + 1] = polar * cosLat0 - outward * sinLat0;
    out[offset + 2] = polar * sinLat0 + outward * cosLat0;
  };

  return {
    home,
    enuFromLngLat,
    planeFromLngLat: (lng, lat, out) => projection.project(lng, lat, out),
    enuFromPlane(easting, northing, heightM, out, offset = 0) {
      const isReached = projection.unproject(easting, northing, lngLat);
      enuFromLngLat(lngLat[0] as number, lngLat[1] as number, heightM, out, offset);
      return isReached;
    },
  };
}
