/**
 * Degrees and height above the ellipsoid <-> metres from the middle of the earth, as 3D Tiles has them (WGS 84; CGCS2000's
 * ellipsoid differs by 0.1 mm at the pole). For models and control points, not for positions by the thousand.
 */
const SEMI_MAJOR_AXIS_M = 6_378_137;
const FLATTENING = 1 / 298.257223563;
const E2 = FLATTENING * (2 - FLATTENING);
const DEG = Math.PI / 180;
/** Each takes two digits or more near the surface: a micrometre after four. */
const LATITUDE_STEPS = 6;

export type Vector = readonly [x: number, y: number, z: number];

/** Writes x, y, z in metres at out[0 .. 2]. */
export function earthCentredFromLngLat(lng: number, lat: number, heightM: number, out: Float64Array): void {
  const sinLat = Math.sin(lat * DEG);
  const cosLat = Math.cos(lat * DEG);
  const n = SEMI_MAJOR_AXIS_M / Math.sqrt(1 - E2 * sinLat * sinLat);
  const radius = (n + heightM) * cosLat;
  out[0] = radius * Math.cos(lng * DEG);
  out[1] = radius * Math.sin(lng * DEG);
  out[2] = (n * (1 - E2) + heightM) * sinLat;
}

/** Writes lng, lat in degrees and the height in metres at out[0 .. 2]. For places within some 100 km of the surface. */
export function lngLatFromEarthCentred(x: number, y: number, z: number, out: Float64Array): void {
  const radius = Math.hypot(x, y);
  let lat = Math.atan2(z, radius * (1 - E2));
  let n = SEMI_MAJOR_AXIS_M;
  for (let step = 0; step < LATITUDE_STEPS; step++) {
    const sinLat = Math.sin(lat);
    n = SEMI_MAJOR_AXIS_M / Math.sqrt(1 - E2 * sinLat * sinLat);
    lat = Math.atan2(z + E2 * n * sinLat, radius);
  }
  out[0] = Math.atan2(y, x) / DEG;
  out[1] = lat / DEG;
  // By the part along the axis and across it, so that it holds at the poles too.
  out[2] = radius * Math.cos(lat) + z * Math.sin(lat) - (SEMI_MAJOR_AXIS_M * SEMI_MAJOR_AXIS_M) / n;
}

/** East, north and up at a place, as directions in the earth's frame. */
export function eastNorthUp(
  lng: number,
  lat: number,
): { readonly east: Vector; readonly north: Vector; readonly up: Vector } {
  const [sinLng, cosLng] = [Math.sin(lng * DEG), Math.cos(lng * DEG)];
  const [sinLat, cosLat] = [Math.sin(lat * DEG), Math.cos(lat * DEG)];
  return {
    east: [-sinLng, cosLng, 0],
    north: [-sinLat * cosLng, -sinLat * sinLng, cosLat],
    up: [cosLat * cosLng, cosLat * sinLng, sinLat],
  };
}

/** 1 / mean radius of curvature at a latitude: how fast level ground falls away from the tangent plane. */
export function curvaturePerM(lat: number): number {
  const w2 = 1 - E2 * Math.sin(lat * DEG) ** 2;
  // sqrt(M N) = a sqrt(1 - e2) / w2
  return w2 / (SEMI_MAJOR_AXIS_M * Math.sqrt(1 - E2));
}
