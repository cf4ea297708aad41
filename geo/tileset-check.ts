/**
 * A placed 3D model against surveyed points: how far each is off, what shift, turn and scale would explain it, and where the
 * model's zero should lie instead. Used by `park tileset check`.
 */
import type { TilesetPlace } from '../core/web-api.ts';
import { type PlanePair, type Similarity, similarityOfPairs } from './control-points.ts';
import { lngLatFromEarthCentred, type Vector } from './earth-centred.ts';
import type { Projection } from './projection.ts';
import { placePoint, type TilesetTransform } from './tileset-placement.ts';

export interface ModelPoint {
  readonly name: string;
  /** Surveyed: on the plane grid and above the ellipsoid, m. */
  readonly easting: number;
  readonly northing: number;
  readonly heightM: number;
  /** The same point in the tileset's frame. */
  readonly at: Vector;
}

/** Surveyed minus placed, m. */
export interface ModelResidual {
  readonly name: string;
  readonly eastM: number;
  readonly northM: number;
  readonly upM: number;
  readonly horizontalM: number;
  readonly distanceM: number;
}

export interface ModelCheck {
  readonly points: readonly ModelResidual[];
  readonly rmsHorizontalM: number;
  readonly rmsVerticalM: number;
  readonly rmsM: number;
  readonly maxM: number;
  /** Along the ground: surveyed = shift + scale x rotation x placed, about the points' middle. */
  readonly similarity: Similarity;
  readonly shiftUpM: number;
  /** Largest distance that shift, turn and scale leave. */
  readonly remainingMaxM: number;
  /** The place that takes shift and turn away; null: the model says itself where it is, and settings only raise or turn it. */
  readonly betterPlace: TilesetPlace | null;
}

export const FEWEST_POINTS = 4;
/** Narrower than this part of their length the points say nothing of what lies across. */
const NARROWEST = 0.02;

/** How wide the points lie, as part of how long: 0 on one line. */
export function widthOf(points: readonly Pick<ModelPoint, 'easting' | 'northing'>[]): number {
  const mean = (of: (p: (typeof points)[number]) => number): number =>
    points.reduce((total, p) => total + of(p), 0) / points.length;
  const [east, north] = [mean((p) => p.easting), mean((p) => p.northing)];
  const ee = mean((p) => (p.easting - east) ** 2);
  const nn = mean((p) => (p.northing - north) ** 2);
  const en = mean((p) => (p.easting - east) * (p.northing - north));
  const root = Math.hypot((ee - nn) / 2, en);
  const long = (ee + nn) / 2 + root;
  return long === 0 ? 0 : Math.sqrt(Math.max(0, (ee + nn) / 2 - root) / long);
}

/** Throws RangeError for fewer than four points, points on one line, and a point out of the projection's reach. */
export function checkModel(
  points: readonly ModelPoint[],
  place: TilesetPlace,
  transform: TilesetTransform,
  projection: Projection,
): ModelCheck {
  if (points.length < FEWEST_POINTS) {
    throw new RangeError(`${points.length} control points; at least ${FEWEST_POINTS} are needed`);
  }
  if (widthOf(points) < NARROWEST) {
    throw new RangeError('the control points lie on one line; take some to both sides of it');
  }
  const at = new Float64Array(3);
  const placed = points.map(({ name, at: own }): PlaneAndHeight => {
    lngLatFromEarthCentred(...placePoint(transform, own), at);
    const plane = new Float64Array(2);
    if (!projection.project(at[0]!, at[1]!, plane)) {
      throw new RangeError(`${name}: the model puts it at ${at[0]}, ${at[1]}, out of reach of the grid`);
    }
    return { easting: plane[0]!, northing: plane[1]!, heightM: at[2]! };
  });
  const residuals = points.map(({ name, easting, northing, heightM }, i): ModelResidual => {
    const own = placed[i]!;
    const [eastM, northM, upM] = [easting - own.easting, northing - own.northing, heightM - own.heightM];
    const horizontalM = Math.hypot(eastM, northM);
    return { name, eastM, northM, upM, horizontalM, distanceM: Math.hypot(horizontalM, upM) };
  });
  const pairs = points.map(
    ({ name, easting, northing }, i): PlanePair => ({
      name,
      computedEast: placed[i]!.easting,
      computedNorth: placed[i]!.northing,
      surveyedEast: easting,
      surveyedNorth: northing,
    }),
  );
  const similarity = similarityOfPairs(pairs);
  if (similarity === null) throw new RangeError('the model has all control points in one place');
  const mean = (of: (r: ModelResidual) => number): number =>
    residuals.reduce((s, r) => s + of(r), 0) / residuals.length;
  const shiftUpM = mean((r) => r.upM);
  const left = similarity.remaining.points;
  return {
    points: residuals,
    rmsHorizontalM: Math.sqrt(mean((r) => r.horizontalM ** 2)),
    rmsVerticalM: Math.sqrt(mean((r) => r.upM ** 2)),
    rmsM: Math.sqrt(mean((r) => r.distanceM ** 2)),
    maxM: Math.max(...residuals.map((r) => r.distanceM)),
    similarity,
    shiftUpM,
    remainingMaxM: Math.max(...residuals.map((r, i) => Math.hypot(left[i]!.distanceM, r.upM - shiftUpM))),
    betterPlace: betterPlace(place, placed, similarity, shiftUpM, projection),
  };
}

interface PlaneAndHeight {
  readonly easting: number;
  readonly northing: number;
  readonly heightM: number;
}

function betterPlace(
  place: TilesetPlace,
  placed: readonly PlaneAndHeight[],
  { shiftEastM, shiftNorthM, rotationArcsec }: Similarity,
  shiftUpM: number,
  projection: Projection,
): TilesetPlace | null {
  const heightM = place.heightM + shiftUpM;
  const headingDeg = place.headingDeg - rotationArcsec / 3600;
  const middleEast = placed.reduce((total, p) => total + p.easting, 0) / placed.length;
  const middleNorth = placed.reduce((total, p) => total + p.northing, 0) / placed.length;
  const angle = (rotationArcsec / 3600 / 180) * Math.PI;
  const moved = (easting: number, northing: number): { easting: number; northing: number } => {
    const [dE, dN] = [easting - middleEast, northing - middleNorth];
    return {
      easting: middleEast + shiftEastM + dE * Math.cos(angle) - dN * Math.sin(angle),
      northing: middleNorth + shiftNorthM + dE * Math.sin(angle) + dN * Math.cos(angle),
    };
  };
  if (place.frame === 'shanghai2000') {
    return { frame: 'shanghai2000', ...moved(place.easting, place.northing), heightM, headingDeg };
  }
  if (place.lng === null || place.lat === null) return null;
  const zero = projection.eastingNorthingFromLngLat(place.lng, place.lat);
  const { easting, northing } = moved(zero.easting, zero.northing);
  return { frame: 'ecef', ...projection.lngLatFromEastingNorthing(easting, northing), heightM, headingDeg };
}
