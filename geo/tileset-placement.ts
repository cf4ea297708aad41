/**
 * Where a 3D model (3D Tiles) stands on the earth. One that knows its own place is raised or turned; one in local metres
 * goes to a place; one delivered in Shanghai 2000 is put where the plane's derivative at its own middle has it, which holds
 * the grid's convergence and scale, and sinks away from the tangent plane as level ground does. The page draws by it
 * (web/scene/model-tileset.ts), and `park tileset check` measures by it, so what was checked is what is seen.
 */
import type { TilesetPlace } from '../core/web-api.ts';
import {
  curvaturePerM,
  earthCentredFromLngLat,
  eastNorthUp,
  lngLatFromEarthCentred,
  type Vector,
} from './earth-centred.ts';
import type { Projection } from './projection.ts';

/** Half the step of the derivative, m: what the third order adds over it is below a micrometre. */
const STEP_M = 50;
const DEG = Math.PI / 180;

export interface TilesetTransform {
  /** Column-major 4 x 4 from the tileset's frame to the earth's. */
  readonly matrix: readonly number[];
  /**
   * What the matrix cannot say: plumb lines part with height, by perM x height x distance from the middle, and level ground
   * sinks away, by half of perM x distance². null: nothing.
   */
  readonly bend: { readonly middle: Vector; readonly up: Vector; readonly perM: number } | null;
}

const IDENTITY = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1] as const;

/** `middle` of the tileset, in its own frame. Throws RangeError where the projection does not reach. */
export function tilesetTransform(
  place: TilesetPlace,
  middle: Vector,
  projection: Pick<Projection, 'unproject'>,
): TilesetTransform {
  if (place.frame === 'shanghai2000') return planeTransform(place, middle, projection);
  const at = new Float64Array(3);
  if (place.lng !== null && place.lat !== null) {
    earthCentredFromLngLat(place.lng, place.lat, place.heightM, at);
    const { east, north, up } = eastNorthUp(place.lng, place.lat);
    const turned = (v: Vector): Vector => along(turn(v, place.headingDeg), east, north, up);
    return {
      matrix: affine(turned([1, 0, 0]), turned([0, 1, 0]), turned([0, 0, 1]), [0, 0, 0], vector(at)),
      bend: null,
    };
  }
  if (place.heightM === 0 && place.headingDeg === 0) return { matrix: IDENTITY, bend: null };
  lngLatFromEarthCentred(...middle, at);
  const { east, north, up } = eastNorthUp(at[0]!, at[1]!);
  const turned = (v: Vector): Vector =>
    along(turn([dot(v, east), dot(v, north), dot(v, up)], place.headingDeg), east, north, up);
  const raised = sum(middle, up, place.heightM);
  return { matrix: affine(turned([1, 0, 0]), turned([0, 1, 0]), turned([0, 0, 1]), middle, raised), bend: null };
}

function planeTransform(
  place: Extract<TilesetPlace, { frame: 'shanghai2000' }>,
  middle: Vector,
  projection: Pick<Projection, 'unproject'>,
): TilesetTransform {
  const [dE, dN] = turn(middle, place.headingDeg);
  const easting = place.easting + dE;
  const northing = place.northing + dN;
  const heightM = place.heightM + middle[2];
  const lngLat = new Float64Array(2);
  const at = new Float64Array(3);
  const earthCentred = (e: number, n: number): Vector => {
    if (!projection.unproject(e, n, lngLat)) throw new RangeError(`easting ${e}, northing ${n} is out of reach`);
    earthCentredFromLngLat(lngLat[0]!, lngLat[1]!, heightM, at);
    return vector(at);
  };
  const derivative = (from: Vector, to: Vector): Vector => scaled(sum(to, from, -1), 1 / (2 * STEP_M));
  const east = derivative(earthCentred(easting - STEP_M, northing), earthCentred(easting + STEP_M, northing));
  const north = derivative(earthCentred(easting, northing - STEP_M), earthCentred(easting, northing + STEP_M));
  const origin = earthCentred(easting, northing);
  const { up } = eastNorthUp(lngLat[0]!, lngLat[1]!);
  const turned = (v: Vector): Vector => along(turn(v, place.headingDeg), east, north, up);
  return {
    matrix: affine(turned([1, 0, 0]), turned([0, 1, 0]), turned([0, 0, 1]), middle, origin),
    bend: { middle: origin, up, perM: curvaturePerM(lngLat[1]!) },
  };
}

/** A point of the tileset's frame in the earth's frame, m. */
export function placePoint({ matrix: m, bend }: TilesetTransform, [x, y, z]: Vector): Vector {
  const row = (k: number): number => m[k]! * x + m[k + 4]! * y + m[k + 8]! * z + m[k + 12]!;
  const placed: Vector = [row(0), row(1), row(2)];
  if (bend === null) return placed;
  const from = sum(placed, bend.middle, -1);
  const upM = dot(from, bend.up);
  const across = sum(from, bend.up, -upM);
  const spread = sum(placed, across, bend.perM * upM);
  return sum(spread, bend.up, (-bend.perM * dot(across, across)) / 2);
}

const vector = (a: Float64Array): Vector => [a[0]!, a[1]!, a[2]!];
const dot = (a: Vector, b: Vector): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const scaled = (a: Vector, by: number): Vector => [a[0] * by, a[1] * by, a[2] * by];
const sum = (a: Vector, b: Vector, times: number): Vector => [
  a[0] + b[0] * times,
  a[1] + b[1] * times,
  a[2] + b[2] * times,
];
const along = ([e, n, u]: Vector, east: Vector, north: Vector, up: Vector): Vector =>
  sum(sum(scaled(east, e), north, n), up, u);

/** Clockwise seen from above. */
function turn([x, y, z]: Vector, headingDeg: number): Vector {
  const cos = Math.cos(headingDeg * DEG);
  const sin = Math.sin(headingDeg * DEG);
  return [x * cos + y * sin, y * cos - x * sin, z];
}

/** Columns for x, y, z, and the move that takes `from` to `to`. */
function affine(x: Vector, y: Vector, z: Vector, from: Vector, to: Vector): number[] {
  const moved = sum(to, along(from, x, y, z), -1);
  return [...x, 0, ...y, 0, ...z, 0, ...moved, 1];
}
