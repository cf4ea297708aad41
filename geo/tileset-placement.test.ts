import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { earthCentredFromLngLat, lngLatFromEarthCentred } from './earth-centred.ts';
import { createProjection, PROJECTION_PRESETS, SHANGHAI_2000_B } from './projection.ts';
import { placePoint, tilesetTransform } from './tileset-placement.ts';

const projection = createProjection(SHANGHAI_2000_B);
const PARK = projection.eastingNorthingFromLngLat(121.48, 30.8);
const metres = (limit: number) => fc.double({ min: -limit, max: limit, noNaN: true });

/** How far a placed point is from its exact place: along the ground, and in height. */
function missOf(
  placed: readonly [number, number, number],
  easting: number,
  northing: number,
  heightM: number,
  by = projection,
) {
  const at = new Float64Array(3);
  lngLatFromEarthCentred(...placed, at);
  const plane = by.eastingNorthingFromLngLat(at[0]!, at[1]!);
  return {
    acrossM: Math.hypot(plane.easting - easting, plane.northing - northing),
    upM: Math.abs(at[2]! - heightM),
  };
}

describe('where a tileset stands', () => {
  it('[SCN-31] degrees to the middle of the earth and back', () => {
    const out = new Float64Array(3);
    fc.assert(
      fc.property(metres(180), metres(89.9), metres(9_000), (lng, lat, heightM) => {
        earthCentredFromLngLat(lng, lat, heightM, out);
        lngLatFromEarthCentred(out[0]!, out[1]!, out[2]!, out);
        expect(out[0]).toBeCloseTo(lng, 11);
        expect(out[1]).toBeCloseTo(lat, 11);
        expect(out[2]).toBeCloseTo(heightM, 6);
      }),
    );
  });

  it.each(PROJECTION_PRESETS)(
    '[SCN-32] in the grid $id: 2 km from its middle and 60 m high it is within 5 mm',
    (preset) => {
      const by = createProjection(preset);
      const origin = by.eastingNorthingFromLngLat(121.48, 30.8);
      const place = { frame: 'shanghai2000', ...origin, heightM: 4, headingDeg: 0 } as const;
      const transform = tilesetTransform(place, [0, 0, 0], by);
      fc.assert(
        fc.property(metres(1_414), metres(1_414), fc.double({ min: -20, max: 60, noNaN: true }), (x, y, z) => {
          const miss = missOf(placePoint(transform, [x, y, z]), origin.easting + x, origin.northing + y, 4 + z, by);
          expect(miss.acrossM).toBeLessThan(0.005);
          expect(miss.upM).toBeLessThan(0.002);
        }),
        { numRuns: 1_000 },
      );
    },
  );

  it('[SCN-32] whole coordinates, far from its zero: what counts is how far from its middle', () => {
    const place = { frame: 'shanghai2000', easting: 0, northing: 0, heightM: 0, headingDeg: 0 } as const;
    const transform = tilesetTransform(place, [PARK.easting, PARK.northing, 10], projection);
    const miss = missOf(
      placePoint(transform, [PARK.easting + 800, PARK.northing - 900, 12]),
      PARK.easting + 800,
      PARK.northing - 900,
      12,
    );
    expect(miss.acrossM).toBeLessThan(0.005);
    expect(miss.upM).toBeLessThan(0.002);
  });

  it('[SCN-32] turned about its zero, clockwise', () => {
    const place = { frame: 'shanghai2000', ...PARK, heightM: 4, headingDeg: 90 } as const;
    const transform = tilesetTransform(place, [50, 20, 5], projection);
    const miss = missOf(placePoint(transform, [0, 100, 3]), PARK.easting + 100, PARK.northing, 7);
    expect(miss.acrossM).toBeLessThan(0.001);
    expect(miss.upM).toBeLessThan(0.001);
  });

  it('[SCN-32] a place out of reach is named', () => {
    const place = { frame: 'shanghai2000', easting: 9e6, northing: 0, heightM: 0, headingDeg: 0 } as const;
    expect(() => tilesetTransform(place, [0, 0, 0], projection)).toThrow(/out of reach/);
  });

  it('[SCN-33] one that knows its place stays there; raised and turned, its middle stays above itself', () => {
    const at = new Float64Array(3);
    earthCentredFromLngLat(121.48, 30.8, 4, at);
    const middle = [at[0]!, at[1]!, at[2]!] as const;
    const own = { frame: 'ecef', lng: null, lat: null, heightM: 0, headingDeg: 0 } as const;
    expect(placePoint(tilesetTransform(own, middle, projection), middle)).toEqual(middle);
    const raised = tilesetTransform({ ...own, heightM: 7, headingDeg: 90 }, middle, projection);
    expect(missOf(placePoint(raised, middle), PARK.easting, PARK.northing, 11).acrossM).toBeLessThan(1e-6);
    earthCentredFromLngLat(121.48, 30.801, 4, at);
    const north = projection.eastingNorthingFromLngLat(121.48, 30.801);
    const miss = missOf(
      placePoint(raised, [at[0]!, at[1]!, at[2]!]),
      PARK.easting + (north.northing - PARK.northing),
      PARK.northing,
      11,
    );
    // North went east; what is left is the grid's convergence over 111 m.
    expect(miss.acrossM).toBeLessThan(0.05);
    expect(miss.upM).toBeLessThan(0.01);
  });

  it('[SCN-33] local metres go to their place, up along the plumb line', () => {
    const place = { frame: 'ecef', lng: 121.48, lat: 30.8, heightM: 4, headingDeg: 0 } as const;
    const miss = missOf(
      placePoint(tilesetTransform(place, [0, 0, 0], projection), [0, 0, 30]),
      PARK.easting,
      PARK.northing,
      34,
    );
    expect(miss.acrossM).toBeLessThan(1e-6);
    expect(miss.upM).toBeLessThan(1e-6);
  });
});
