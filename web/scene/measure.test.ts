import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type MeasuredPoint, measureOf } from './measure.ts';

const at = (easting: number, northing: number, heightM = 4): MeasuredPoint => ({ easting, northing, heightM });
const ZERO = at(1250, -48_259);
const off = (east: number, north: number, heightM = 4): MeasuredPoint =>
  at(ZERO.easting + east, ZERO.northing + north, heightM);

describe('measuring on the plane grid', () => {
  it('[SCN-50] a way is as long as its legs, whatever the heights', () => {
    expect(measureOf('distance', [off(0, 0), off(30, 40, 90), off(30, 140)])).toEqual({
      kind: 'distance',
      legsM: [50, 100],
      totalM: 150,
    });
  });

  it('[SCN-50] an area has its perimeter, whichever way round it was drawn', () => {
    const ring = [off(0, 0), off(200, 0), off(200, 50), off(0, 50)];
    for (const points of [ring, [...ring].reverse()]) {
      expect(measureOf('area', points)).toEqual({ kind: 'area', areaM2: 10_000, perimeterM: 500, isCrossed: false });
    }
  });

  it('[SCN-50] a triangle is half of base by height, wherever it lies on the grid', () => {
    const m = fc.integer({ min: -100_000, max: 100_000 });
    const size = fc.integer({ min: 1, max: 5_000 });
    fc.assert(
      fc.property(m, m, size, size, fc.integer({ min: -5_000, max: 5_000 }), (east, north, base, height, top) => {
        const measure = measureOf('area', [at(east, north), at(east + base, north), at(east + top, north + height)]);
        expect(measure?.kind === 'area' && Math.abs(measure.areaM2 - (base * height) / 2)).toBeLessThan(1e-6);
      }),
    );
  });

  it('[SCN-51] edges that cross have no one area, and it says so', () => {
    expect(measureOf('area', [off(0, 0), off(10, 10), off(10, 0), off(0, 10)])).toMatchObject({ isCrossed: true });
    expect(measureOf('area', [off(0, 0), off(10, 0), off(4, 3), off(0, 10)])).toMatchObject({ isCrossed: false });
  });

  it('[SCN-52] a difference of heights comes with the way along the ground and the straight one', () => {
    expect(measureOf('height', [off(0, 0, 4), off(30, 40, 124)])).toEqual({
      kind: 'height',
      riseM: 120,
      horizontalM: 50,
      slopeM: 130,
    });
  });

  it('[SCN-50] too few points measure nothing', () => {
    expect(measureOf('distance', [ZERO])).toBeNull();
    expect(measureOf('area', [ZERO, off(1, 1)])).toBeNull();
    expect(measureOf('height', [ZERO])).toBeNull();
  });
});
