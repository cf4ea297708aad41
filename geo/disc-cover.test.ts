import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DiscCover, RIM_M } from './disc-cover.kernel.ts';
import { EnclosingCircle } from './enclosing-circle.kernel.ts';

type Point = readonly [easting: number, northing: number];
const RADIUS_M = 15;
const MUCH = 1e9;

interface Found {
  readonly members: readonly number[];
  readonly group: number;
  readonly slackM: number;
}

function cover(
  points: readonly Point[],
  {
    levels = [3],
    budget = MUCH,
    groups = [],
  }: { levels?: readonly number[]; budget?: number; groups?: readonly (readonly number[])[] } = {},
): Found[] {
  const kernel = new DiscCover();
  const easting = Float64Array.from(points, ([e]) => e);
  const northing = Float64Array.from(points, ([, n]) => n);
  kernel.cover({ count: points.length, easting, northing, radiusM: RADIUS_M, levels, budget, groups });
  return kernel.ends.map((end, disc) => ({
    members: [...kernel.members.slice(kernel.ends[disc - 1] ?? 0, end)].sort((a, b) => a - b),
    group: kernel.groupOf[disc]!,
    slackM: kernel.slackM[disc]!,
  }));
}

/** Most points in one disc: every centre that a pair puts on the rim, and every point. */
function oracle(points: readonly Point[], radiusM: number): number {
  const centres: Point[] = [...points];
  for (const [i, a] of points.entries()) {
    for (const b of points.slice(0, i)) {
      const dE = b[0] - a[0];
      const dN = b[1] - a[1];
      const d = Math.hypot(dE, dN);
      if (d === 0 || d > 2 * radiusM) continue;
      const h = Math.sqrt(radiusM * radiusM - (d * d) / 4) / d;
      for (const side of [1, -1]) centres.push([(a[0] + b[0]) / 2 - side * dN * h, (a[1] + b[1]) / 2 + side * dE * h]);
    }
  }
  const held = ([e, n]: Point) => points.filter((p) => Math.hypot(p[0] - e, p[1] - n) <= radiusM + 1e-9).length;
  return Math.max(0, ...centres.map(held));
}

function radiusOf(points: readonly Point[], members: readonly number[]): number {
  const circle = new EnclosingCircle();
  const easting = Float64Array.from(points, ([e]) => e);
  const northing = Float64Array.from(points, ([, n]) => n);
  circle.enclose(easting, northing, members, 0, members.length);
  for (const i of members) {
    const d = Math.hypot(easting[i]! - circle.easting, northing[i]! - circle.northing);
    expect(d).toBeLessThanOrEqual(circle.radiusM + 1.1e-7);
  }
  return circle.radiusM;
}

const ring = (count: number, radiusM: number, [e, n]: Point = [0, 0]): Point[] =>
  Array.from({ length: count }, (_, i) => [
    e + radiusM * Math.cos((2 * Math.PI * i) / count),
    n + radiusM * Math.sin((2 * Math.PI * i) / count),
  ]);

/** Far from the origin as in the park, and on a raster, so that pairs are just 2R apart and rims hold several. */
const raster = fc
  .tuple(fc.integer({ min: 0, max: 16 }), fc.integer({ min: 0, max: 16 }))
  .map(([e, n]): Point => [1_500 + e * 3, -48_000 + n * 3]);
const anywhere = fc
  .tuple(fc.double({ min: 0, max: 60, noNaN: true }), fc.double({ min: 0, max: 60, noNaN: true }))
  .map(([e, n]): Point => [1_500 + e, -48_000 + n]);
const crowd = fc.array(fc.oneof(raster, anywhere), { maxLength: 24 });

describe('the disc that holds most', () => {
  it('[GAT-1] is exact: never below the brute force, never above it for a radius larger by the rim', () => {
    fc.assert(
      fc.property(crowd, (points) => {
        const [first] = cover(points);
        const most = oracle(points, RADIUS_M);
        if (most < 3) expect(oracle(points, RADIUS_M + 2 * RIM_M) < 3 || first !== undefined).toBe(true);
        else {
          expect(first?.members.length).toBeGreaterThanOrEqual(most);
          expect(first?.members.length).toBeLessThanOrEqual(oracle(points, RADIUS_M + 2 * RIM_M));
        }
        for (const { members, slackM } of cover(points)) {
          expect(slackM).toBe(0);
          expect(radiusOf(points, members)).toBeLessThanOrEqual(RADIUS_M + 2 * RIM_M);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('[GAT-1] holds a ring of people round an empty centre, and points on the rim itself', () => {
    expect(cover(ring(6, 15))[0]?.members).toHaveLength(6);
    expect(cover(ring(7, 15, [1_234.567, -48_765.4]))[0]?.members).toHaveLength(7);
    expect(cover(ring(6, 15.001))[0]?.members.length).toBeLessThan(6);
    expect(
      cover([
        [0, 0],
        [30, 0],
        [15, 0],
      ])[0]?.members,
    ).toHaveLength(3);
    expect(
      cover([
        [0, 0],
        [30.001, 0],
        [15, 0],
      ]),
    ).toEqual([]);
    expect(
      cover([
        [5, 5],
        [5, 5],
        [5, 5],
      ])[0]?.members,
    ).toHaveLength(3);
  });

  it('[GAT-1] finds the same when somebody is far away, where the ground is too wide for a plain array', () => {
    fc.assert(
      fc.property(crowd, (points) => {
        expect(cover([...points, [1_500_000, 900_000]])).toEqual(cover(points));
      }),
    );
  });

  it('[GAT-2] disjoint discs: each is the largest of what those before it left, whatever the order of the points', () => {
    fc.assert(
      fc.property(
        crowd.chain((points) =>
          fc.tuple(fc.constant(points), fc.shuffledSubarray(points, { minLength: points.length })),
        ),
        ([points, shuffled]) => {
          const discs = cover(points);
          let left = points.map((_, i) => i);
          for (const { members } of discs) {
            const most = oracle(
              left.map((i) => points[i]!),
              RADIUS_M,
            );
            expect(members.length).toBeGreaterThanOrEqual(most);
            expect(members.every((i) => left.includes(i))).toBe(true);
            left = left.filter((i) => !members.includes(i));
          }
          expect(
            oracle(
              left.map((i) => points[i]!),
              RADIUS_M,
            ),
          ).toBeLessThan(3);
          const places = (of: readonly Point[], found: readonly Found[]) =>
            found.map(({ members }) => members.map((i) => of[i]!.join(' ')).sort());
          expect(places(shuffled, cover(shuffled))).toEqual(places(points, discs));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('[GAT-3] a group that stood before keeps the largest disc that continues it, and no larger level is lost by that', () => {
    const levels = [7, 4, 3];
    const numbers = fc.array(fc.nat(23), { minLength: 3, maxLength: 8 });
    fc.assert(
      fc.property(crowd, fc.array(numbers, { maxLength: 3 }), (points, drawn) => {
        const taken = new Set<number>();
        const groups = drawn.map((group) =>
          [...new Set(group)].filter((i) => i < points.length && !taken.has(i) && taken.add(i)),
        );
        const discs = cover(points, { levels, groups });
        const level = (count: number) => levels.findIndex((least) => count >= least);
        // A level is settled before the next begins, so what is found first has the level of the largest disc there is.
        const most = oracle(points, RADIUS_M);
        if (most >= 3) expect(level(discs[0]?.members.length ?? 0)).toBeLessThanOrEqual(level(most));
        for (const { members, group } of discs) {
          expect(radiusOf(points, members)).toBeLessThanOrEqual(RADIUS_M + 2 * RIM_M);
          if (group === -1) continue;
          const shared = members.filter((i) => groups[group]?.includes(i)).length;
          expect(2 * shared).toBeGreaterThanOrEqual(Math.min(members.length, groups[group]!.length));
        }
        const left = points.filter((_, i) => !discs.some(({ members }) => members.includes(i)));
        expect(oracle(left, RADIUS_M)).toBeLessThan(3);
      }),
      { numRuns: 500 },
    );
  });

  it('[GAT-3] people who stand in one spot are counted together when a disc is held against a group', () => {
    const spot: Point = [0, 0];
    const points: Point[] = [[0, 33], spot, spot, spot, [15, 0], [0, 27], [21, 24], spot, spot];
    const groups = [[0, 1, 4, 5, 6]];
    // Five in the spot and one beside it are six, of whom two are of the group's five: not its largest half.
    expect(cover(points, { levels: [7, 4, 3], groups })[0]).toMatchObject({ group: -1 });
  });

  it('[GAT-4] beyond the budget never fewer than the exact count, never more than a disc wider by the slack said', () => {
    const dense = fc.array(anywhere, { minLength: 20, maxLength: 60 });
    fc.assert(
      fc.property(dense, fc.constantFrom(1, 100, 1_000, 3_000), (points, budget) => {
        const discs = cover(points, { budget });
        const most = oracle(points, RADIUS_M);
        const first = discs[0]!;
        expect(first.members.length).toBeGreaterThanOrEqual(most);
        for (const { members, slackM } of discs) {
          expect(radiusOf(points, members)).toBeLessThanOrEqual(RADIUS_M + 2 * slackM + 2 * RIM_M);
        }
        const left = points.filter((_, i) => !discs.some(({ members }) => members.includes(i)));
        expect(oracle(left, RADIUS_M)).toBeLessThan(3);
      }),
      { numRuns: 200 },
    );
    const many = Array.from({ length: 200 }, (_, i): Point => [(i * 37) % 60, (i * 53) % 60]);
    expect(cover(many, { budget: 100 }).some(({ slackM }) => slackM > 0)).toBe(true);
  });
});
