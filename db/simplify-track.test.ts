import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { simplifyTrack } from './simplify-track.kernel.ts';

const LAT = 30.8;
const M_PER_LAT = 111_195;
const M_PER_LNG = M_PER_LAT * Math.cos((LAT * Math.PI) / 180);

interface Point {
  readonly atMs: number;
  readonly east: number;
  readonly north: number;
}

function simplify(points: readonly Point[], toleranceM: number): { kept: number; keep: Uint8Array } {
  const keep = new Uint8Array(points.length);
  const kept = simplifyTrack(
    Float64Array.from(points, (point) => point.atMs),
    Float64Array.from(points, (point) => 121.48 + point.east / M_PER_LNG),
    Float64Array.from(points, (point) => LAT + point.north / M_PER_LAT),
    points.length,
    toleranceM,
    keep,
  );
  return { kept, keep };
}

const track = fc
  .array(
    fc.record({
      stepMs: fc.integer({ min: 0, max: 60_000 }),
      east: fc.double({ min: -500, max: 500, noNaN: true }),
      north: fc.double({ min: -500, max: 500, noNaN: true }),
    }),
    { maxLength: 120 },
  )
  .map((steps) => {
    let atMs = 0;
    return steps.map(({ stepMs, east, north }): Point => {
      atMs += stepMs;
      return { atMs, east, north };
    });
  });

describe('simplifyTrack', () => {
  it('[STO-23] every point left out lies within the tolerance of where the line has the person then', () => {
    fc.assert(
      fc.property(track, fc.double({ min: 0.1, max: 200, noNaN: true }), (points, toleranceM) => {
        const { kept, keep } = simplify(points, toleranceM);
        expect(kept).toBe(keep.reduce((sum, bit) => sum + bit, 0));
        let before = 0;
        for (let i = 0; i < points.length; i++) {
          if (keep[i] === 1) {
            before = i;
            continue;
          }
          const after = keep.indexOf(1, i);
          const a = points[before]!;
          const b = points[after]!;
          const share = b.atMs > a.atMs ? (points[i]!.atMs - a.atMs) / (b.atMs - a.atMs) : 0;
          const east = points[i]!.east - a.east - share * (b.east - a.east);
          const north = points[i]!.north - a.north - share * (b.north - a.north);
          expect(Math.hypot(east, north)).toBeLessThanOrEqual(toleranceM * 1.001);
        }
      }),
    );
  });

  it('[STO-23] keeps first and last, and of a straight even walk nothing else', () => {
    const points = Array.from({ length: 100 }, (_, i) => ({ atMs: i * 1000, east: i * 1.4, north: 0 }));
    const { kept, keep } = simplify(points, 0.5);
    expect(kept).toBe(2);
    expect([keep[0], keep[99]]).toEqual([1, 1]);
  });

  it('[STO-23] keeps where somebody stood still on the way', () => {
    const points = Array.from({ length: 300 }, (_, i) => ({
      atMs: i * 1000,
      east: i < 100 ? i : i < 200 ? 100 : i - 100,
      north: 0,
    }));
    expect(simplify(points, 1).kept).toBeGreaterThanOrEqual(4);
  });

  it('[STO-23] takes tracks of none, one and two points', () => {
    const point = { atMs: 0, east: 0, north: 0 };
    expect(simplify([], 1).kept).toBe(0);
    expect(simplify([point], 1).kept).toBe(1);
    expect(simplify([point, point], 1).kept).toBe(2);
  });
});
