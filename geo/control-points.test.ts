import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ControlPoint, residualsOf, similarityOf } from './control-points.ts';
import { createProjection, SHANGHAI_2000_A, SHANGHAI_2000_B } from './projection.ts';

const projection = createProjection(SHANGHAI_2000_B);
const PLACES: readonly (readonly [number, number])[] = [
  [121.48, 30.8],
  [121.43, 30.79],
  [121.54, 30.815],
  [121.456, 31.038],
];

const surveyed = (change: (east: number, north: number) => [number, number] = (e, n) => [e, n]): ControlPoint[] =>
  PLACES.map(([lng, lat], i) => {
    const at = projection.eastingNorthingFromLngLat(lng, lat);
    const [easting, northing] = change(at.easting, at.northing);
    return { name: `P${i}`, lng, lat, easting, northing };
  });

describe('control points', () => {
  test('[GEO-30] a residual is surveyed minus computed, east and north apart', () => {
    const { points, meanEastM, meanNorthM, rmsM, maxM } = residualsOf(
      surveyed((e, n) => [e + 3, n - 4]),
      projection,
    );
    for (const { eastM, northM, distanceM } of points) {
      expect([eastM, northM, distanceM].map((m) => Math.round(m * 1e6) / 1e6)).toEqual([3, -4, 5]);
    }
    expect([meanEastM, meanNorthM, rmsM, maxM].map((m) => Math.round(m * 1e6) / 1e6)).toEqual([3, -4, 5, 5]);
  });

  test('[GEO-30] another reading of the projection surface shows as 12 cm at the park', () => {
    const { maxM } = residualsOf(surveyed().slice(0, 3), createProjection(SHANGHAI_2000_A));
    expect(maxM).toBeGreaterThan(0.11);
    expect(maxM).toBeLessThan(0.14);
  });

  test('[GEO-31] axes in survey order (X north) fit only when they are read so', () => {
    const points = surveyed((e, n) => [n, e]);
    expect(residualsOf(points, projection).maxM).toBeGreaterThan(1_000);
    expect(residualsOf(points, projection, true).maxM).toBeLessThan(1e-6);
  });

  test('[GEO-32] a similarity of any size is found again, and leaves nothing', () => {
    const small = (max: number) => fc.double({ min: -max, max, noNaN: true });
    fc.assert(
      fc.property(small(500), small(500), small(200), small(600), (east, north, ppm, arcsec) => {
        const scale = 1 + ppm * 1e-6;
        const angle = (arcsec / 3600) * (Math.PI / 180);
        const points = surveyed((e, n) => [
          east + scale * (e * Math.cos(angle) - n * Math.sin(angle)),
          north + scale * (e * Math.sin(angle) + n * Math.cos(angle)),
        ]);
        const found = similarityOf(points, projection);
        expect(found?.scalePpm).toBeCloseTo(ppm, 4);
        expect(found?.rotationArcsec).toBeCloseTo(arcsec, 3);
        expect(found?.remaining.maxM).toBeLessThan(1e-6);
      }),
    );
  });

  test('[GEO-32] one point, or all in one place, determine no similarity; a point out of reach is named', () => {
    expect(similarityOf(surveyed().slice(0, 1), projection)).toBeNull();
    const [one] = surveyed();
    expect(similarityOf([one!, { ...one!, name: 'again' }], projection)).toBeNull();
    expect(() => residualsOf([{ ...one!, lng: -60 }], projection)).toThrow(/P0/);
  });
});
