/**
 * The plan frame of the demonstration park: metres u (across) and v (up the plan) from the park's middle, turned
 * against the plane grid so that no street runs along a grid line. Everything is laid out in (u, v); this file is the
 * only way out, to Shanghai 2000 plane metres and to CGCS2000 degrees.
 */
import { createProjection, SHANGHAI_2000_B } from '../../geo/projection.ts';

/** Middle of the park, CGCS2000 degrees. Invented: no real plant stands on this plan. */
export const PARK_MIDDLE = { lng: 121.48, lat: 30.8 } as const;

/** Ground of the whole park as a height on the ellipsoid, m. ALTITUDE of the records and the tileset both use it. */
export const GROUND_HEIGHT_M = 4;

const TURN_DEG = 7;

export interface Point {
  readonly u: number;
  readonly v: number;
}

export interface Rect {
  readonly u0: number;
  readonly v0: number;
  readonly u1: number;
  readonly v1: number;
}

export interface SiteFrame {
  readonly originEasting: number;
  readonly originNorthing: number;
  /** Writes easting, northing (m) at out[0], out[1]. */
  toPlane(u: number, v: number, out: Float64Array): void;
  /** Writes lng, lat (CGCS2000 degrees) at out[0], out[1]. */
  toLngLat(u: number, v: number, out: Float64Array): void;
}

export function createSiteFrame(): SiteFrame {
  const projection = createProjection(SHANGHAI_2000_B);
  const origin = new Float64Array(2);
  projection.project(PARK_MIDDLE.lng, PARK_MIDDLE.lat, origin);
  const originEasting = origin[0]!;
  const originNorthing = origin[1]!;
  const cos = Math.cos((TURN_DEG * Math.PI) / 180);
  const sin = Math.sin((TURN_DEG * Math.PI) / 180);
  const toPlane = (u: number, v: number, out: Float64Array): void => {
    out[0] = originEasting + u * cos + v * sin;
    out[1] = originNorthing - u * sin + v * cos;
  };
  return {
    originEasting,
    originNorthing,
    toPlane,
    toLngLat: (u, v, out) => {
      toPlane(u, v, out);
      projection.unproject(out[0]!, out[1]!, out);
    },
  };
}

export const rectFrom = (u: number, v: number, width: number, depth: number): Rect => ({
  u0: u - width / 2,
  v0: v - depth / 2,
  u1: u + width / 2,
  v1: v + depth / 2,
});

export const inset = (rect: Rect, marginM: number): Rect => ({
  u0: rect.u0 + marginM,
  v0: rect.v0 + marginM,
  u1: rect.u1 - marginM,
  v1: rect.v1 - marginM,
});

export const middleOf = (rect: Rect): Point => ({ u: (rect.u0 + rect.u1) / 2, v: (rect.v0 + rect.v1) / 2 });

/** Corners counter-clockwise, not closed. */
export const cornersOf = (rect: Rect): Point[] => [
  { u: rect.u0, v: rect.v0 },
  { u: rect.u1, v: rect.v0 },
  { u: rect.u1, v: rect.v1 },
  { u: rect.u0, v: rect.v1 },
];
