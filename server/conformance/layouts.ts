/**
 * The layouts of AQ 3064.3 Annex A, as this product reads them (docs/conformance.md): a gathering of six tags, a square fence of
 * 15 m with tags 3 m inside and 3 m outside its edge. Metres east and north of a station's centre.
 */
import type { RuleId } from '../../stream/protocol/vocabulary.ts';

export interface Point {
  readonly east: number;
  readonly north: number;
}

export type TestName = 'gathering' | 'over-capacity' | 'out-of-bounds';

export interface Layout {
  readonly name: string;
  readonly test: TestName;
  readonly rule: RuleId;
  /** null: no verdict, reported only. */
  readonly isAlarmDue: boolean | null;
  /** Side of the square area round the centre, m. */
  readonly areaSideM: number;
  readonly capacityMax: number | null;
  /** People from whom on a gathering there is one; null: not asked. */
  readonly gatheringFrom: number | null;
  /** Leaving the area is out of bounds for all of the tags. */
  readonly isBound: boolean;
  readonly tags: number;
  /** Where a tag truly is, `walkedM` metres along its way. */
  at(tag: number, walkedM: number): Point;
  /** Samples count from here on, s after the first fix: what the rule asks for, and 5 s to say so (5.2.3, 5.2.4). */
  readonly dueAfterS: number;
}

const FENCE_SIDE_M = 15;
const DEPTH_M = 3;
const CIRCLE_M = 12;
/** Of a gathering test: no tag leaves it, so the threshold of six holds for all. */
const GROUND_SIDE_M = 120;

/** The first tag rests in the centre, five go round it; the second stands `outlierM` from the centre. */
const gathering = (name: string, outlierM: number, isAlarmDue: boolean | null): Layout => ({
  name,
  test: 'gathering',
  rule: 'gathering',
  isAlarmDue,
  areaSideM: GROUND_SIDE_M,
  capacityMax: null,
  gatheringFrom: 6,
  isBound: false,
  tags: 6,
  at: (tag, walkedM) => {
    if (tag === 0) return { east: 0, north: 0 };
    const radiusM = tag === 1 ? outlierM : CIRCLE_M;
    const angle = ((tag - 1) * 2 * Math.PI) / 5 + walkedM / CIRCLE_M;
    return { east: radiusM * Math.cos(angle), north: radiusM * Math.sin(angle) };
  },
  dueAfterS: 65,
});

/** Round a square of half side `halfM`, a quarter of it apart, each beginning in the middle of its side. */
function roundSquare(tag: number, walkedM: number, halfM: number): Point {
  const along = walkedM + halfM;
  const side = (tag + Math.floor(along / (2 * halfM))) % 4;
  const past = (along % (2 * halfM)) - halfM;
  switch (side) {
    case 0:
      return { east: halfM, north: past };
    case 1:
      return { east: -past, north: halfM };
    case 2:
      return { east: -halfM, north: -past };
    default:
      return { east: past, north: -halfM };
  }
}

/** Of the tags the first `inside` are 3 m in, the others 3 m out. */
const fence = (name: string, test: TestName, inside: number, tags: number, isAlarmDue: boolean): Layout => ({
  name,
  test,
  rule: test,
  isAlarmDue,
  areaSideM: FENCE_SIDE_M,
  capacityMax: test === 'over-capacity' ? 3 : null,
  gatheringFrom: null,
  isBound: test === 'out-of-bounds',
  tags,
  at: (tag, walkedM) => roundSquare(tag, walkedM, FENCE_SIDE_M / 2 + (tag < inside ? -DEPTH_M : DEPTH_M)),
  dueAfterS: 5,
});

export const LAYOUTS: readonly Layout[] = [
  gathering('gathering-six', CIRCLE_M, true),
  gathering('gathering-one-at-25m', 25, false),
  gathering('gathering-one-at-18m', 18, null),
  fence('over-capacity-four-inside', 'over-capacity', 4, 4, true),
  fence('over-capacity-three-inside', 'over-capacity', 3, 4, false),
  fence('out-of-bounds-outside', 'out-of-bounds', 0, 1, true),
  fence('out-of-bounds-inside', 'out-of-bounds', 1, 1, false),
];

/** Most tags within `radiusM` of one of them. */
export function personCentredCount(points: readonly Point[], radiusM: number): number {
  return Math.max(...points.map((centre) => countWithin(points, centre, radiusM)));
}

/** Most tags in a circle of `radiusM` anywhere: its rim may be moved onto two of them, or its centre onto one. */
export function anyPlaceCount(points: readonly Point[], radiusM: number): number {
  const centres = [...points];
  for (const [i, a] of points.entries()) {
    for (const b of points.slice(i + 1)) {
      const half = Math.hypot(b.east - a.east, b.north - a.north) / 2;
      if (half === 0 || half > radiusM) continue;
      const rise = Math.sqrt(radiusM * radiusM - half * half) / (2 * half);
      const [dE, dN] = [b.east - a.east, b.north - a.north];
      const middle = { east: (a.east + b.east) / 2, north: (a.north + b.north) / 2 };
      centres.push({ east: middle.east - dN * rise, north: middle.north + dE * rise });
      centres.push({ east: middle.east + dN * rise, north: middle.north - dE * rise });
    }
  }
  return Math.max(...centres.map((centre) => countWithin(points, centre, radiusM)));
}

const countWithin = (points: readonly Point[], centre: Point, radiusM: number): number =>
  points.filter(({ east, north }) => Math.hypot(east - centre.east, north - centre.north) <= radiusM + 1e-6).length;
