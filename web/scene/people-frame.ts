/**
 * Plane metres -> the local frame for everybody who moves: LocalFrame.enuFromPlane costs a dozen sines a person; near home the
 * same map is a cubic to a tenth of a millimetre. Fitted once, checked against the exact way, and exact outside its square. Pure.
 */
import type { Projection } from '../../geo/projection.ts';
import type { LocalFrame } from './local-frame.ts';

/** Half the side of the square that the cubic holds in: a park is 5 - 10 km. */
const FIT_RADIUS_M = 12_000;
const NODES = 9;
/** Height between the two samples that make the upward direction. */
const RISE_M = 100;
/** Of WEB-2's millimetre. */
const FIT_LIMIT_M = 0.0005;
const CHECK_STEPS = 8;
const CHECK_RISE_M = 300;

/** Monomials up to the third degree; the first six are those up to the second. */
const cubicTerms = (u: number, v: number): number[] => [
  1,
  u,
  v,
  u * u,
  u * v,
  v * v,
  u * u * u,
  u * u * v,
  u * v * v,
  v * v * v,
];
const CUBIC_TERMS = 10;
const SQUARE_TERMS = 6;

/** What PeopleBuffer places people with. */
export type PlaneToEnu = LocalFrame['enuFromPlane'];

export function createPeopleFrame(
  projection: Pick<Projection, 'eastingNorthingFromLngLat'>,
  frame: LocalFrame,
): PlaneToEnu {
  const { home } = frame;
  const middle = projection.eastingNorthingFromLngLat(home.lng, home.lat);
  const exact: PlaneToEnu = (easting, northing, heightM, out, offset) =>
    frame.enuFromPlane(easting, northing, heightM, out, offset);
  const at = fitted(exact, middle.easting, middle.northing, home.heightM);
  return isTrue(at, exact, middle, home.heightM) ? at : exact;
}

function fitted(exact: PlaneToEnu, easting0: number, northing0: number, heightM0: number): PlaneToEnu {
  const nodes = Array.from({ length: NODES }, (_, i) => Math.cos((Math.PI * (i + 0.5)) / NODES));
  const rows: number[][] = [];
  const ground: Axes<number[]> = [[], [], []];
  const up: Axes<number[]> = [[], [], []];
  const low = new Float64Array(3);
  const high = new Float64Array(3);
  for (const u of nodes) {
    for (const v of nodes) {
      const easting = easting0 + u * FIT_RADIUS_M;
      const northing = northing0 + v * FIT_RADIUS_M;
      exact(easting, northing, heightM0, low);
      exact(easting, northing, heightM0 + RISE_M, high);
      rows.push(cubicTerms(u, v));
      for (let k = 0; k < 3; k++) {
        ground[k]!.push(low[k]!);
        up[k]!.push((high[k]! - low[k]!) / RISE_M);
      }
    }
  }
  const [gx, gy, gz] = axes(ground, (values) => leastSquares(rows, values, CUBIC_TERMS));
  const [ux, uy, uz] = axes(up, (values) => leastSquares(rows, values, SQUARE_TERMS));
  return (easting, northing, heightM, out, offset = 0) => {
    const u = (easting - easting0) / FIT_RADIUS_M;
    const v = (northing - northing0) / FIT_RADIUS_M;
    // Also of a NaN.
    if (!(u >= -1 && u <= 1 && v >= -1 && v <= 1)) return exact(easting, northing, heightM, out, offset);
    const rise = heightM - heightM0;
    out[offset] = cubic(gx, u, v) + rise * square(ux, u, v);
    out[offset + 1] = cubic(gy, u, v) + rise * square(uy, u, v);
    out[offset + 2] = cubic(gz, u, v) + rise * square(uz, u, v);
    return true;
  };
}

type Axes<T> = readonly [east: T, north: T, up: T];
const axes = <T, U>([a, b, c]: Axes<T>, make: (of: T) => U): Axes<U> => [make(a), make(b), make(c)];

const cubic = (c: Float64Array, u: number, v: number): number =>
  c[0]! +
  u * (c[1]! + u * (c[3]! + c[6]! * u + c[7]! * v) + v * (c[4]! + c[8]! * v)) +
  v * (c[2]! + v * (c[5]! + c[9]! * v));

const square = (c: Float64Array, u: number, v: number): number =>
  c[0]! + u * (c[1]! + c[3]! * u + c[4]! * v) + v * (c[2]! + c[5]! * v);

/** Of the first `terms` columns of `rows`; the square's nodes keep the normal equations well conditioned. */
function leastSquares(rows: readonly number[][], values: readonly number[], terms: number): Float64Array {
  const m = Array.from({ length: terms }, () => new Float64Array(terms + 1));
  rows.forEach((row, i) => {
    for (let a = 0; a < terms; a++) {
      for (let b = 0; b < terms; b++) m[a]![b]! += row[a]! * row[b]!;
      m[a]![terms]! += row[a]! * values[i]!;
    }
  });
  // Gauss-Jordan without pivoting: the matrix is positive definite.
  for (let a = 0; a < terms; a++) {
    const pivot = m[a]![a]!;
    for (let c = a; c <= terms; c++) m[a]![c]! /= pivot;
    for (let b = 0; b < terms; b++) {
      const factor = m[b]![a]!;
      if (b === a || factor === 0) continue;
      for (let c = a; c <= terms; c++) m[b]![c]! -= factor * m[a]![c]!;
    }
  }
  return Float64Array.from(m, (row) => row[terms]!);
}

/** Between the nodes, on the ground and far above it. false for planes that are no map of this place. */
function isTrue(
  at: PlaneToEnu,
  exact: PlaneToEnu,
  middle: { readonly easting: number; readonly northing: number },
  heightM: number,
): boolean {
  const found = new Float64Array(3);
  const wanted = new Float64Array(3);
  for (let i = -CHECK_STEPS; i <= CHECK_STEPS; i++) {
    for (let j = -CHECK_STEPS; j <= CHECK_STEPS; j++) {
      const easting = middle.easting + (i / CHECK_STEPS) * FIT_RADIUS_M;
      const northing = middle.northing + (j / CHECK_STEPS) * FIT_RADIUS_M;
      for (const rise of [0, CHECK_RISE_M]) {
        if (!exact(easting, northing, heightM + rise, wanted)) return false;
        at(easting, northing, heightM + rise, found);
        for (let k = 0; k < 3; k++) if (!(Math.abs(found[k]! - wanted[k]!) < FIT_LIMIT_M)) return false;
      }
    }
  }
  return true;
}
