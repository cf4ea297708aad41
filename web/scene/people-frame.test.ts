import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createProjection, SHANGHAI_2000_B } from '../../geo/projection.ts';
import { createLocalFrame } from './local-frame.ts';
import { createPeopleFrame } from './people-frame.ts';

const HOME = { lng: 121.48, lat: 30.8, heightM: 4 };
const projection = createProjection(SHANGHAI_2000_B);
const frame = createLocalFrame(projection, HOME);
const home = projection.eastingNorthingFromLngLat(HOME.lng, HOME.lat);

describe('frame of people', () => {
  it('[WEB-2] is the exact frame within 1 mm, inside its square and outside of it', () => {
    const place = createPeopleFrame(projection, frame);
    const out = new Float64Array(3);
    const exact = new Float64Array(3);
    const far = fc.double({ min: -15_000, max: 15_000, noNaN: true });
    fc.assert(
      fc.property(far, far, fc.double({ min: -20, max: 300, noNaN: true }), (dE, dN, heightM) => {
        expect(place(home.easting + dE, home.northing + dN, heightM, out)).toBe(true);
        frame.enuFromPlane(home.easting + dE, home.northing + dN, heightM, exact);
        for (let k = 0; k < 3; k++) expect(Math.abs(out[k]! - exact[k]!)).toBeLessThan(0.001);
      }),
    );
  });

  it('[WEB-2] a plane that is no smooth map of the place is taken exactly', () => {
    const bent = { ...frame, enuFromPlane: wavy };
    const place = createPeopleFrame(projection, bent);
    const out = new Float64Array(3);
    place(home.easting + 5_000, home.northing, 4, out);
    expect(out[0]).toBeCloseTo(5_000 + Math.sin(500), 9);
  });

  it('a place out of reach of the projection is refused', () => {
    const place = createPeopleFrame(projection, frame);
    const out = new Float64Array(3);
    expect(place(Number.NaN, 0, 0, out)).toBe(false);
    expect(place(1e9, 0, 0, out)).toBe(false);
  });
});

function wavy(easting: number, northing: number, heightM: number, out: Float64Array, offset = 0): boolean {
  const dE = easting - home.easting;
  out[offset] = dE + Math.sin(dE / 10);
  out[offset + 1] = northing - home.northing;
  out[offset + 2] = heightM;
  return true;
}
