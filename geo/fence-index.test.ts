import { booleanPointInPolygon, multiPolygon, point } from '@turf/turf';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fenceContains, signedDepthM } from './fence.kernel.ts';
import { compileFence, type Fence } from './fence.ts';
import { FenceIndex } from './fence-index.kernel.ts';
import type { PlanePolygons } from './polygons.ts';

const UNKNOWN = Number.NaN;

type Position = readonly [number, number];

function rectangle(west: number, south: number, east: number, north: number): Position[] {
  return [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
    [west, south],
  ];
}

function containingByIndex(index: FenceIndex, e: number, n: number, heightM = UNKNOWN): number[] {
  const out = new Int32Array(index.maxHits);
  return [...out.subarray(0, index.containing(e, n, heightM, out))];
}

function candidatesByIndex(index: FenceIndex, e: number, n: number): number[] {
  const out = new Int32Array(index.maxHits);
  return [...out.subarray(0, index.candidates(e, n, out))];
}

function containingByForce(fences: readonly Fence[], e: number, n: number, heightM = UNKNOWN): number[] {
  return fences.flatMap((fence, i) => (fenceContains(fence, e, n, heightM) ? [i] : []));
}

/** A ring around a centre with the given radii at even angles: simple whatever the radii. */
function star(e: number, n: number, radii: readonly number[]): Position[] {
  const ring = radii.map((radius, i): Position => {
    const angle = (2 * Math.PI * i) / radii.length;
    return [e + radius * Math.cos(angle), n + radius * Math.sin(angle)];
  });
  return [...ring, ring[0]!];
}

/** Far from the origin on the negative side, as the park is (northing about -48,000). */
const PARK_E = 1250;
const PARK_N = -48_260;

/** Vertices on a coarse lattice: many on cell borders and on each other, rings of any shape, also self-crossing. */
const latticeRing = fc
  .array(fc.tuple(fc.integer({ min: -40, max: 40 }), fc.integer({ min: -40, max: 40 })), {
    minLength: 3,
    maxLength: 12,
  })
  .filter((ring) => new Set(ring.map(String)).size >= 3)
  .map((ring) => ring.map(([e, n]): Position => [PARK_E + e, PARK_N + n]))
  .filter((ring) => {
    try {
      compileFence([[ring]]);
      return true;
    } catch {
      return false;
    }
  });
const latticeFence = fc
  .array(fc.array(latticeRing, { minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: 2 })
  .map((polygons) => compileFence(polygons));

const starRadii = fc.array(fc.double({ min: 8, max: 60, noNaN: true }), { minLength: 5, maxLength: 24 });
/** Two polygons 200 m apart, the first with a hole inside the least radius. */
const starPolygons = fc
  .tuple(
    starRadii,
    starRadii,
    fc.double({ min: -100, max: 100, noNaN: true }),
    fc.double({ min: -100, max: 100, noNaN: true }),
  )
  .map(([first, second, e, n]): PlanePolygons => {
    const hole = Math.min(...first) * 0.5;
    return [
      [star(PARK_E + e, PARK_N + n, first), star(PARK_E + e, PARK_N + n, [hole, hole, hole, hole, hole])],
      [star(PARK_E + e + 200, PARK_N + n, second)],
    ];
  });
const somePoint = fc.tuple(
  fc.double({ min: -200, max: 400, noNaN: true }),
  fc.double({ min: -200, max: 200, noNaN: true }),
);

describe('which fences hold a point', () => {
  it('[GEO-10] the index answers as the plain test does, for rings of any shape and points on edges and cell borders', () => {
    fc.assert(
      fc.property(
        fc.array(latticeFence, { minLength: 1, maxLength: 6 }),
        fc.constantFrom(2.5, 5, 7, 25, 400),
        fc.constantFrom(0, 3, 15),
        fc.boolean(),
        fc.array(fc.tuple(fc.integer({ min: -90, max: 90 }), fc.integer({ min: -90, max: 90 })), {
          minLength: 30,
          maxLength: 60,
        }),
        (near, cellM, bandM, withFarOne, halves) => {
          // A fence 100 km off makes the cell table a hash instead of an array.
          const far = compileFence([[rectangle(1e5, 1e5, 1e5 + 30, 1e5 + 30)]]);
          const fences = withFarOne ? [far, ...near] : near;
          const index = FenceIndex.build(fences, { cellM, bandM });
          for (const [e, n] of halves) {
            const at: Position = [PARK_E + e / 2, PARK_N + n / 2];
            expect(containingByIndex(index, ...at)).toEqual(containingByForce(fences, ...at));
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('[GEO-10] ... and for real coordinates, holes and several polygons', () => {
    fc.assert(
      fc.property(
        fc.array(starPolygons, { minLength: 1, maxLength: 8 }),
        fc.constantFrom(5, 25, 100),
        fc.array(somePoint, { minLength: 20, maxLength: 40 }),
        (polygons, cellM, points) => {
          const fences = polygons.map((p) => compileFence(p));
          const index = FenceIndex.build(fences, { cellM });
          for (const [e, n] of points) {
            expect(containingByIndex(index, PARK_E + e, PARK_N + n)).toEqual(
              containingByForce(fences, PARK_E + e, PARK_N + n),
            );
          }
        },
      ),
    );
  });

  it('[GEO-10] the index answers as Turf does away from edges', () => {
    fc.assert(
      fc.property(starPolygons, fc.array(somePoint, { minLength: 20, maxLength: 40 }), (polygons, points) => {
        const fence = compileFence(polygons);
        const index = FenceIndex.build([fence]);
        const feature = multiPolygon(polygons as unknown as number[][][][]);
        for (const [e, n] of points) {
          const at: Position = [PARK_E + e, PARK_N + n];
          if (Math.abs(signedDepthM(fence, ...at)) < 1e-6) continue;
          expect(containingByIndex(index, ...at).length === 1).toBe(booleanPointInPolygon(point([...at]), feature));
        }
      }),
    );
  });

  it('[GEO-11] of areas that tile the plane exactly one holds each point, also on shared edges and corners', () => {
    fc.assert(
      fc.property(
        // Up to 2 m: with more a corner could cross the diagonal of its tile.
        fc.array(fc.tuple(fc.integer({ min: -2, max: 2 }), fc.integer({ min: -2, max: 2 })), {
          minLength: 9,
          maxLength: 9,
        }),
        fc.array(
          fc.tuple(
            fc.double({ min: 10, max: 30, noNaN: true }),
            fc.double({ min: 10, max: 30, noNaN: true }),
            fc.nat(8),
            fc.double({ min: 0, max: 1, noNaN: true }),
          ),
          { minLength: 20, maxLength: 20 },
        ),
        (nudges, samples) => {
          // A 5 x 5 lattice of corners 10 m apart, the inner nine moved; 16 tiles, each cut by a diagonal.
          const corner = (i: number, j: number): Position => {
            const inner = i > 0 && i < 4 && j > 0 && j < 4;
            const [de, dn] = inner ? nudges[(i - 1) * 3 + (j - 1)]! : [0, 0];
            return [PARK_E + i * 10 + de, PARK_N + j * 10 + dn];
          };
          const tiles: Fence[] = [];
          for (let i = 0; i < 4; i++) {
            for (let j = 0; j < 4; j++) {
              tiles.push(compileFence([[[corner(i, j), corner(i + 1, j), corner(i + 1, j + 1)]]]));
              tiles.push(compileFence([[[corner(i + 1, j + 1), corner(i, j + 1), corner(i, j)]]]));
            }
          }
          const index = FenceIndex.build(tiles, { cellM: 5 });
          for (const [e, n, k, along] of samples) {
            expect(containingByIndex(index, PARK_E + e, PARK_N + n)).toHaveLength(1);
            const from = corner(1 + Math.floor(k / 3), 1 + (k % 3));
            const to = corner(Math.floor(k / 3), k % 3);
            expect(containingByIndex(index, ...from)).toHaveLength(1);
            const onEdge: Position = [from[0] + (to[0] - from[0]) * along, from[1] + (to[1] - from[1]) * along];
            expect(containingByIndex(index, ...onEdge)).toHaveLength(1);
          }
        },
      ),
    );
  });

  it('[GEO-11] west and south edges belong to a rectangle, east and north edges do not', () => {
    const fence = compileFence([[rectangle(0, 0, 100, 50)]]);
    const index = FenceIndex.build([fence], { cellM: 25 });
    const cases: [number, number, boolean][] = [
      [0, 25, true],
      [50, 0, true],
      [0, 0, true],
      [100, 25, false],
      [50, 50, false],
      [100, 50, false],
      [0, 50, false],
      [100, 0, false],
      [25, 25, true],
      [75, 25, true],
    ];
    for (const [e, n, inside] of cases) {
      expect(fenceContains(fence, e, n, UNKNOWN)).toBe(inside);
      expect(containingByIndex(index, e, n)).toEqual(inside ? [0] : []);
    }
  });

  it('[GEO-12] holes are outside, and overlapping polygons of one area count once', () => {
    const fence = compileFence([[rectangle(0, 0, 100, 100), rectangle(40, 40, 60, 60)], [rectangle(80, 0, 200, 100)]]);
    const index = FenceIndex.build([fence], { cellM: 10 });
    expect(containingByIndex(index, 50, 50)).toEqual([]);
    expect(containingByIndex(index, 20, 20)).toEqual([0]);
    expect(containingByIndex(index, 90, 50)).toEqual([0]);
    expect(containingByIndex(index, 150, 50)).toEqual([0]);
    expect(containingByIndex(index, 201, 50)).toEqual([]);
  });

  it('[GEO-13] the height band is half-open, and a point without height is inside it', () => {
    const stack = [
      compileFence([[rectangle(0, 0, 100, 100)]], { zMinM: null, zMaxM: 4 }),
      compileFence([[rectangle(0, 0, 100, 100)]], { zMinM: 4, zMaxM: 8 }),
      compileFence([[rectangle(0, 0, 100, 100)]], { zMinM: 8, zMaxM: null }),
    ];
    const index = FenceIndex.build(stack);
    const at = (heightM: number) => containingByIndex(index, 50, 50, heightM);
    expect(at(-100)).toEqual([0]);
    expect(at(3.999)).toEqual([0]);
    expect(at(4)).toEqual([1]);
    expect(at(8)).toEqual([2]);
    expect(at(1000)).toEqual([2]);
    expect(at(UNKNOWN)).toEqual([0, 1, 2]);
    for (const heightM of [-100, 3.999, 4, 8, 1000, UNKNOWN]) {
      expect(at(heightM)).toEqual(containingByForce(stack, 50, 50, heightM));
    }
  });

  it('[GEO-10] a point that is not finite is in no fence and near none', () => {
    const fence = compileFence([[rectangle(-1e6, -1e6, 1e6, 1e6)]]);
    const index = FenceIndex.build([fence]);
    for (const [e, n] of [
      [Number.NaN, 0],
      [0, Number.NaN],
      [Number.POSITIVE_INFINITY, 0],
      [0, Number.NEGATIVE_INFINITY],
    ] as const) {
      expect(containingByIndex(index, e, n)).toEqual([]);
      expect(candidatesByIndex(index, e, n)).toEqual([]);
      expect(fenceContains(fence, e, n, UNKNOWN)).toBe(false);
    }
  });

  it('[GEO-14] huge, tiny, far-away and stacked fences share one index, answers ascending and bounded in size', () => {
    const many = Array.from({ length: 300 }, (_, i) =>
      compileFence([[star(PARK_E + (i % 7), PARK_N + (i % 5), [30, 40, 35, 50, 45])]]),
    );
    const fences = [
      compileFence([[rectangle(-500_000, -500_000, 500_000, 500_000)]]),
      compileFence([[rectangle(PARK_E, PARK_N, PARK_E + 0.01, PARK_N + 0.01)]]),
      ...many,
      compileFence([[rectangle(3_000_000, 3_000_000, 3_000_050, 3_000_050)]]),
      compileFence([[star(PARK_E, PARK_N, [3000, 2500, 2800, 2600, 3100])]]),
    ];
    const index = FenceIndex.build(fences);
    for (const [e, n] of [
      [PARK_E + 0.005, PARK_N + 0.005],
      [PARK_E + 1000, PARK_N],
      [3_000_025, 3_000_025],
      [499_999, -499_999],
      [500_001, 0],
    ] as const) {
      expect(containingByIndex(index, e, n)).toEqual(containingByForce(fences, e, n));
    }
    expect(containingByIndex(index, PARK_E + 0.005, PARK_N + 0.005).length).toBe(303);
    expect(index.byteLength).toBeLessThan(4_000_000);
  });

  it('[GEO-14] no fences, no answers', () => {
    const index = FenceIndex.build([]);
    expect(containingByIndex(index, 0, 0)).toEqual([]);
    expect(candidatesByIndex(index, 0, 0)).toEqual([]);
    expect(index.maxHits).toBe(0);
  });

  it('[GEO-14] refuses cells and bands that make no sense', () => {
    expect(() => FenceIndex.build([], { cellM: 0 })).toThrow('cellM 0');
    expect(() => FenceIndex.build([], { bandM: -1 })).toThrow('bandM -1');
    expect(() => FenceIndex.build([], { cellM: Number.NaN })).toThrow('cellM NaN');
  });
});

describe('which fences a point is near', () => {
  it('[GEO-15] names every fence within the band, and none farther than the band and a cell', () => {
    fc.assert(
      fc.property(
        fc.array(starPolygons, { minLength: 1, maxLength: 6 }),
        fc.constantFrom(5, 25),
        fc.constantFrom(0, 5, 15, 40),
        fc.array(somePoint, { minLength: 20, maxLength: 40 }),
        (polygons, cellM, bandM, points) => {
          const fences = polygons.map((p) => compileFence(p));
          const index = FenceIndex.build(fences, { cellM, bandM });
          for (const [e, n] of points) {
            const named = candidatesByIndex(index, PARK_E + e, PARK_N + n);
            expect(named).toEqual([...named].sort((a, b) => a - b));
            for (const [i, fence] of fences.entries()) {
              const depth = signedDepthM(fence, PARK_E + e, PARK_N + n);
              if (depth >= -bandM) expect(named).toContain(i);
              // Stars of up to 120 m stay in the finest levels: cells of at most 4 x 25 m.
              if (depth < -(bandM * Math.SQRT2 + 4 * 25 * Math.SQRT2 + 0.01)) expect(named).not.toContain(i);
            }
          }
        },
      ),
    );
  });
});

describe('depth', () => {
  /** Distance by ternary search along each edge: convex, so it converges, and shares no formula with the kernel. */
  function distanceByForce(polygons: PlanePolygons, e: number, n: number): number {
    let best = Number.POSITIVE_INFINITY;
    for (const ring of polygons.flat()) {
      for (let i = 1; i < ring.length; i++) {
        const [aE, aN] = ring[i - 1]!;
        const [bE, bN] = ring[i]!;
        const at = (t: number) => Math.hypot(aE + (bE - aE) * t - e, aN + (bN - aN) * t - n);
        let low = 0;
        let high = 1;
        for (let step = 0; step < 120; step++) {
          const third = (high - low) / 3;
          if (at(low + third) < at(high - third)) high -= third;
          else low += third;
        }
        best = Math.min(best, at(low));
      }
    }
    return best;
  }

  it('[GEO-16] is the distance to the boundary, positive exactly inside', () => {
    fc.assert(
      fc.property(starPolygons, fc.array(somePoint, { minLength: 5, maxLength: 10 }), (polygons, points) => {
        const fence = compileFence(polygons);
        for (const [e, n] of points) {
          const depth = signedDepthM(fence, PARK_E + e, PARK_N + n);
          expect(Math.abs(depth)).toBeCloseTo(distanceByForce(polygons, PARK_E + e, PARK_N + n), 5);
          if (depth !== 0) expect(depth > 0).toBe(fenceContains(fence, PARK_E + e, PARK_N + n, UNKNOWN));
        }
      }),
    );
  });

  it('[GEO-16] counts holes, picks the nearer polygon, and is 0 on the boundary', () => {
    const fence = compileFence([[rectangle(0, 0, 100, 100), rectangle(40, 40, 60, 60)], [rectangle(200, 0, 300, 100)]]);
    expect(signedDepthM(fence, 50, 50)).toBe(-10);
    expect(signedDepthM(fence, 30, 50)).toBe(10);
    expect(signedDepthM(fence, 195, 50)).toBe(-5);
    expect(signedDepthM(fence, 250, 50)).toBe(50);
    expect(signedDepthM(fence, 103, 104)).toBe(-5);
    expect(signedDepthM(fence, 100, 50)).toBe(0);
    expect(signedDepthM(fence, 0, 50)).toBe(0);
    expect(signedDepthM(fence, Number.NaN, 50)).toBe(Number.NEGATIVE_INFINITY);
  });
});

describe('compiling a fence', () => {
  const edgesOf = (fence: Fence): string[] =>
    Array.from({ length: fence.segments.length / 4 }, (_, i) => fence.segments.slice(i * 4, i * 4 + 4).join()).sort();

  it('[GEO-12] closes an open ring and drops repeated vertices', () => {
    const square: Position[] = [
      [0, 0],
      [0, 0],
      [10, 0],
      [10, 10],
      [10, 10],
      [0, 10],
    ];
    const fence = compileFence([[square]]);
    expect(fence.segments.length).toBe(16);
    expect(edgesOf(fence)).toEqual(edgesOf(compileFence([[rectangle(0, 0, 10, 10)]])));
  });

  it('[GEO-12] throws on what validation must have refused', () => {
    expect(() =>
      compileFence([
        [
          [
            [0, 0],
            [1, Number.NaN],
            [1, 1],
          ],
        ],
      ]),
    ).toThrow('not finite');
    expect(() =>
      compileFence([
        [
          [
            [0, 0],
            [1, 1],
            [0, 0],
          ],
        ],
      ]),
    ).toThrow('three different');
    expect(() => compileFence([[[]]])).toThrow('three different');
    expect(() => compileFence([[rectangle(0, 0, 1, 1)]], { zMinM: 5, zMaxM: 5 })).toThrow('5 to 5 is empty');
  });
});
