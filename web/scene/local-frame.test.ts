import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createProjection, SHANGHAI_2000_B } from '../../geo/projection.ts';
import { createLocalFrame } from './local-frame.ts';

const HOME = { lng: 121.48, lat: 30.8, heightM: 4 };
const projection = createProjection(SHANGHAI_2000_B);
const frame = createLocalFrame(projection, HOME);

/** Textbook way round: both points to earth-centred coordinates, then the rotation matrix of the tangent plane. */
function enuByMatrix(lng: number, lat: number, heightM: number): [number, number, number] {
  const a = 6_378_137;
  const f = 1 / 298.257223563;
  const e2 = f * (2 - f);
  const ecef = (lo: number, la: number, h: number): [number, number, number] => {
    const [l, p] = [(lo * Math.PI) / 180, (la * Math.PI) / 180];
    const n = a / Math.sqrt(1 - e2 * Math.sin(p) ** 2);
    return [(n + h) * Math.cos(p) * Math.cos(l), (n + h) * Math.cos(p) * Math.sin(l), (n * (1 - e2) + h) * Math.sin(p)];
  };
  const [x0, y0, z0] = ecef(HOME.lng, HOME.lat, HOME.heightM);
  const [x, y, z] = ecef(lng, lat, heightM);
  const [dx, dy, dz] = [x - x0, y - y0, z - z0];
  const [l, p] = [(HOME.lng * Math.PI) / 180, (HOME.lat * Math.PI) / 180];
  const [sl, cl, sp, cp] = [Math.sin(l), Math.cos(l), Math.sin(p), Math.cos(p)];
  return [-sl * dx + cl * dy, -sp * cl * dx - sp * sl * dy + cp * dz, cp * cl * dx + cp * sl * dy + sp * dz];
}

describe('local frame', () => {
  it('[WEB-2] agrees with the matrix way within 1 mm, up to 10 km from home and 300 m high', () => {
    const out = new Float64Array(3);
    const home = projection.eastingNorthingFromLngLat(HOME.lng, HOME.lat);
    const far = fc.double({ min: -10_000, max: 10_000, noNaN: true });
    fc.assert(
      fc.property(far, far, fc.double({ min: -20, max: 300, noNaN: true }), (dE, dN, heightM) => {
        const easting = home.easting + dE;
        const northing = home.northing + dN;
        expect(frame.enuFromPlane(easting, northing, heightM, out)).toBe(true);
        const { lng, lat } = projection.lngLatFromEastingNorthing(easting, northing);
        const expected = enuByMatrix(lng, lat, heightM);
        for (let k = 0; k < 3; k++) expect(Math.abs(out[k]! - expected[k]!)).toBeLessThan(0.001);
      }),
    );
  });

  it('[WEB-2] after Float32, as the GPU has it, a place is still within 1 cm', () => {
    const out = new Float64Array(3);
    const home = projection.eastingNorthingFromLngLat(HOME.lng, HOME.lat);
    frame.enuFromPlane(home.easting + 6_000.123, home.northing - 5_000.456, 12.34, out);
    for (const metres of out) expect(Math.abs(Math.fround(metres) - metres)).toBeLessThan(0.01);
  });

  it('home is the origin and 100 m up is 100 m up', () => {
    const out = new Float64Array(3);
    frame.enuFromLngLat(HOME.lng, HOME.lat, 104, out);
    expect(out[0]).toBeCloseTo(0, 9);
    expect(out[1]).toBeCloseTo(0, 6);
    expect(out[2]).toBeCloseTo(100, 6);
  });

  it('a place out of reach of the projection is refused', () => {
    const out = new Float64Array(3);
    expect(frame.enuFromPlane(Number.NaN, 0, 0, out)).toBe(false);
    expect(frame.enuFromPlane(1e9, 0, 0, out)).toBe(false);
  });
});
