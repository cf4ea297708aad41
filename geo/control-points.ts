/**
 * Control points: places whose plane coordinates somebody surveyed. Says how far a projection is from them, and whether a
 * shift or a four-parameter similarity (Helmert) explains it: the city does not publish its parameter set, so the points
 * decide. Used by `park control-points`.
 */
import type { Projection } from './projection.ts';

export interface ControlPoint {
  readonly name: string;
  /** CGCS2000, degrees. */
  readonly lng: number;
  readonly lat: number;
  /** Surveyed, m. */
  readonly easting: number;
  readonly northing: number;
}

/** Surveyed minus computed, m. */
export interface Residual {
  readonly name: string;
  readonly eastM: number;
  readonly northM: number;
  readonly distanceM: number;
}

export interface ResidualSummary {
  readonly points: readonly Residual[];
  readonly meanEastM: number;
  readonly meanNorthM: number;
  readonly rmsM: number;
  readonly maxM: number;
}

/** surveyed = shift + (1 + scalePpm e-6) * rotation * computed, about the points' own middle. */
export interface Similarity {
  readonly shiftEastM: number;
  readonly shiftNorthM: number;
  readonly scalePpm: number;
  /** Anticlockwise, seconds of arc. */
  readonly rotationArcsec: number;
  /** What is left of the points after it. */
  readonly remaining: ResidualSummary;
}

/** A place as it was computed, and as it was surveyed, m. */
export interface PlanePair {
  readonly name: string;
  readonly computedEast: number;
  readonly computedNorth: number;
  readonly surveyedEast: number;
  readonly surveyedNorth: number;
}

/** Throws RangeError for a point that is outside the projection's reach, naming it. */
function pairsOf(points: readonly ControlPoint[], projection: Projection, axesSwapped: boolean): PlanePair[] {
  const out = new Float64Array(2);
  return points.map(({ name, lng, lat, easting, northing }) => {
    if (!projection.project(lng, lat, out)) throw new RangeError(`${name}: ${lng}, ${lat} is out of reach`);
    return {
      name,
      computedEast: out[0]!,
      computedNorth: out[1]!,
      surveyedEast: axesSwapped ? northing : easting,
      surveyedNorth: axesSwapped ? easting : northing,
    };
  });
}

function summaryOf(points: readonly Residual[]): ResidualSummary {
  const mean = (of: (r: Residual) => number): number => points.reduce((sum, r) => sum + of(r), 0) / points.length;
  return {
    points,
    meanEastM: mean((r) => r.eastM),
    meanNorthM: mean((r) => r.northM),
    rmsM: Math.sqrt(mean((r) => r.distanceM ** 2)),
    maxM: Math.max(...points.map((r) => r.distanceM)),
  };
}

const residual = (name: string, eastM: number, northM: number): Residual => ({
  name,
  eastM,
  northM,
  distanceM: Math.hypot(eastM, northM),
});

/**
 * Surveyed minus computed of every point. `axesSwapped`: the survey's first number is the northing, as Chinese survey
 * practice has it (X north, Y east). Needs at least one point.
 */
export function residualsOf(
  points: readonly ControlPoint[],
  projection: Projection,
  axesSwapped = false,
): ResidualSummary {
  return summaryOf(
    pairsOf(points, projection, axesSwapped).map((p) =>
      residual(p.name, p.surveyedEast - p.computedEast, p.surveyedNorth - p.computedNorth),
    ),
  );
}

/** Least squares over the points; null with fewer than two, or when all lie in one place. */
export function similarityOf(points: readonly ControlPoint[], projection: Projection): Similarity | null {
  return similarityOfPairs(pairsOf(points, projection, false));
}

/** Of computed and surveyed places, whatever computed them. */
export function similarityOfPairs(pairs: readonly PlanePair[]): Similarity | null {
  const n = pairs.length;
  const mean = (of: (p: PlanePair) => number): number => pairs.reduce((sum, p) => sum + of(p), 0) / n;
  const computed = { east: mean((p) => p.computedEast), north: mean((p) => p.computedNorth) };
  const surveyed = { east: mean((p) => p.surveyedEast), north: mean((p) => p.surveyedNorth) };
  let spread = 0;
  let along = 0;
  let across = 0;
  for (const p of pairs) {
    const [e, m] = [p.computedEast - computed.east, p.computedNorth - computed.north];
    const [se, sn] = [p.surveyedEast - surveyed.east, p.surveyedNorth - surveyed.north];
    spread += e * e + m * m;
    along += e * se + m * sn;
    across += e * sn - m * se;
  }
  if (n < 2 || spread === 0) return null;
  const a = along / spread;
  const b = across / spread;
  const remaining = pairs.map((p) => {
    const [e, m] = [p.computedEast - computed.east, p.computedNorth - computed.north];
    return residual(
      p.name,
      p.surveyedEast - (surveyed.east + a * e - b * m),
      p.surveyedNorth - (surveyed.north + b * e + a * m),
    );
  });
  return {
    shiftEastM: surveyed.east - computed.east,
    shiftNorthM: surveyed.north - computed.north,
    scalePpm: (Math.hypot(a, b) - 1) * 1e6,
    rotationArcsec: (Math.atan2(b, a) * 180 * 3600) / Math.PI,
    remaining: summaryOf(remaining),
  };
}
