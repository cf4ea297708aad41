/** Lengths, areas and heights as a surveyor says them: on the plane grid, heights apart. Pure. */
export const MEASURE_KINDS = ['distance', 'area', 'height'] as const;
export type MeasureKind = (typeof MEASURE_KINDS)[number];

export interface MeasuredPoint {
  /** On the plane grid, m. */
  readonly easting: number;
  readonly northing: number;
  /** Above the ellipsoid. */
  readonly heightM: number;
}

export type Measure =
  | { readonly kind: 'distance'; readonly legsM: readonly number[]; readonly totalM: number }
  | {
      readonly kind: 'area';
      readonly areaM2: number;
      readonly perimeterM: number;
      /** Its edges cross: it has no one area. */
      readonly isCrossed: boolean;
    }
  | { readonly kind: 'height'; readonly riseM: number; readonly horizontalM: number; readonly slopeM: number };

export const FEWEST_POINTS: Readonly<Record<MeasureKind, number>> = { distance: 2, area: 3, height: 2 };

const legM = (a: MeasuredPoint, b: MeasuredPoint): number => Math.hypot(b.easting - a.easting, b.northing - a.northing);

/** null: too few points. Of a height the first two count. */
export function measureOf(kind: MeasureKind, points: readonly MeasuredPoint[]): Measure | null {
  if (points.length < FEWEST_POINTS[kind]) return null;
  if (kind === 'height') {
    const [a, b] = points as readonly [MeasuredPoint, MeasuredPoint];
    const riseM = b.heightM - a.heightM;
    const horizontalM = legM(a, b);
    return { kind, riseM, horizontalM, slopeM: Math.hypot(riseM, horizontalM) };
  }
  const ring = kind === 'area' ? [...points, points[0]!] : points;
  const legsM = ring.slice(1).map((point, i) => legM(ring[i]!, point));
  const totalM = legsM.reduce((sum, leg) => sum + leg, 0);
  if (kind === 'distance') return { kind, legsM, totalM };
  return { kind, areaM2: areaOf(points), perimeterM: totalM, isCrossed: crossesItself(points) };
}

/** From the first corner, so that far coordinates keep their digits. */
function areaOf(points: readonly MeasuredPoint[]): number {
  const { easting, northing } = points[0]!;
  let twice = 0;
  points.forEach((a, i) => {
    const b = points[(i + 1) % points.length]!;
    twice += (a.easting - easting) * (b.northing - northing) - (b.easting - easting) * (a.northing - northing);
  });
  return Math.abs(twice) / 2;
}

function crossesItself(points: readonly MeasuredPoint[]): boolean {
  const n = points.length;
  for (let i = 0; i < n; i++) {
    for (let j = i + 2; j < n; j++) {
      if (i === 0 && j === n - 1) continue;
      if (cross(points[i]!, points[(i + 1) % n]!, points[j]!, points[(j + 1) % n]!)) return true;
    }
  }
  return false;
}

const side = (a: MeasuredPoint, b: MeasuredPoint, p: MeasuredPoint): number =>
  (b.easting - a.easting) * (p.northing - a.northing) - (b.northing - a.northing) * (p.easting - a.easting);

const cross = (a: MeasuredPoint, b: MeasuredPoint, c: MeasuredPoint, d: MeasuredPoint): boolean =>
  side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;
