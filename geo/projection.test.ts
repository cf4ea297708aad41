import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { proj4Projection } from './proj4.ts';
import {
  createProjection,
  PROJECTION_PRESETS,
  type ProjectionParameters,
  parametersFromConfiguration,
  parametersFromProjString,
  projStringFromParameters,
  SHANGHAI_2000_A,
  SHANGHAI_2000_B,
  SHANGHAI_2000_C,
} from './projection.ts';

/** lng, lat; then easting, northing under A, B, C. Computed with PROJ 9.5.1. */
const VECTORS = [
  [121.466944444444, 31.235277777778, [0, 0], [0, 0], [0, 0]],
  [121.48, 30.8, [1250.541, -48259.046], [1250.544, -48259.17], [1250.544, -48259.17]],
  [121.43, 30.79, [-3534.951, -49367.302], [-3534.96, -49367.429], [-3534.96, -49367.428]],
  [121.54, 30.815, [6991.599, -46593.715], [6991.617, -46593.835], [6991.617, -46593.835]],
  [121.456, 31.038, [-1044.333, -21872.518], [-1044.336, -21872.574], [-1044.336, -21872.573]],
] as const;

/** The vectors are printed to the millimetre: half of the last digit, and the origin's published rounding. */
const MM = 6e-4;

const CM_120: ProjectionParameters = {
  id: 'epsg-4549',
  lat0Deg: 0,
  lon0Deg: 120,
  scale: 1,
  falseEastingM: 500_000,
  falseNorthingM: 0,
  semiMajorAxisM: 6378137,
  inverseFlattening: 298.257222101,
};

const offLng = fc.double({ min: -0.5, max: 0.5, noNaN: true });
const offLat = fc.double({ min: -0.5, max: 0.5, noNaN: true });

describe('projection', () => {
  for (const [index, parameters] of [SHANGHAI_2000_A, SHANGHAI_2000_B, SHANGHAI_2000_C].entries()) {
    it(`[GEO-1] ${parameters.id} gives the published vectors to the millimetre`, () => {
      const projection = createProjection(parameters);
      for (const vector of VECTORS) {
        const expected = vector[2 + index] as readonly [number, number];
        const got = projection.eastingNorthingFromLngLat(vector[0], vector[1]);
        expect(Math.abs(got.easting - expected[0])).toBeLessThan(MM);
        expect(Math.abs(got.northing - expected[1])).toBeLessThan(MM);
      }
    });
  }

  it('[GEO-1] the default preset is variant B', () => {
    expect(SHANGHAI_2000_B.id).toBe('shanghai2000-b');
    expect(PROJECTION_PRESETS.map((p) => p.id)).toEqual(['shanghai2000-a', 'shanghai2000-b', 'shanghai2000-c']);
  });

  it('[GEO-1] CGCS2000 / 3-degree Gauss-Krueger CM 120E agrees with EPSG 4549 to the millimetre', () => {
    const got = createProjection(CM_120).eastingNorthingFromLngLat(121.48, 30.8);
    expect(Math.abs(got.easting - 641_647.994)).toBeLessThan(MM);
    expect(Math.abs(got.northing - 3_409_737.659)).toBeLessThan(MM);
  });

  it('[GEO-2] agrees with proj4 within a micrometre, both ways, over half a degree', () => {
    for (const parameters of PROJECTION_PRESETS) {
      const ours = createProjection(parameters);
      const theirs = proj4Projection(parameters);
      fc.assert(
        fc.property(offLng, offLat, (dLng, dLat) => {
          const lng = parameters.lon0Deg + dLng;
          const lat = 31 + dLat;
          const a = ours.eastingNorthingFromLngLat(lng, lat);
          const b = theirs.eastingNorthingFromLngLat(lng, lat);
          expect(Math.hypot(a.easting - b.easting, a.northing - b.northing)).toBeLessThan(1e-6);
          const back = ours.lngLatFromEastingNorthing(b.easting, b.northing);
          expect(Math.hypot(back.lng - lng, back.lat - lat)).toBeLessThan(1e-9);
        }),
        { numRuns: 300 },
      );
    }
  });

  it('[GEO-2] agrees with proj4 within 0.1 mm over the whole reach of the series', () => {
    const ours = createProjection(CM_120);
    const theirs = proj4Projection(CM_120);
    fc.assert(
      fc.property(
        fc.double({ min: 85, max: 155, noNaN: true }),
        fc.double({ min: -89, max: 89, noNaN: true }),
        (lng, lat) => {
          const a = ours.eastingNorthingFromLngLat(lng, lat);
          const b = theirs.eastingNorthingFromLngLat(lng, lat);
          expect(Math.hypot(a.easting - b.easting, a.northing - b.northing)).toBeLessThan(1e-4);
        },
      ),
    );
  });

  it('[GEO-3] a round trip returns within 1e-9 degree', () => {
    const out = new Float64Array(4);
    for (const parameters of [...PROJECTION_PRESETS, CM_120]) {
      const projection = createProjection(parameters);
      fc.assert(
        fc.property(
          fc.double({ min: -20, max: 20, noNaN: true }),
          fc.double({ min: -80, max: 80, noNaN: true }),
          (dLng, lat) => {
            const lng = parameters.lon0Deg + dLng;
            expect(projection.project(lng, lat, out, 0)).toBe(true);
            expect(projection.unproject(out[0]!, out[1]!, out, 2)).toBe(true);
            expect(Math.abs(out[2]! - lng)).toBeLessThan(1e-9);
            expect(Math.abs(out[3]! - lat)).toBeLessThan(1e-9);
          },
        ),
      );
    }
  });

  it('[GEO-4] refuses a point off the globe or out of reach with false and NaN, and touches nothing else', () => {
    const projection = createProjection(SHANGHAI_2000_B);
    const bad: [number, number][] = [
      [0, 0],
      [121, 90.1],
      [121, -91],
      [181, 31],
      [481.46, 31],
      [Number.NaN, 31],
      [121, Number.NaN],
      [Number.POSITIVE_INFINITY, 31],
      [157, 31],
      [86, 31],
    ];
    for (const [lng, lat] of bad) {
      const out = new Float64Array([7, 7, 7, 7]);
      expect(projection.project(lng, lat, out, 1)).toBe(false);
      expect([...out]).toEqual([7, Number.NaN, Number.NaN, 7]);
    }
    const out = new Float64Array(2);
    expect(projection.unproject(Number.NaN, 0, out)).toBe(false);
    expect(projection.unproject(0, 1e8, out)).toBe(false);
    expect(projection.unproject(-1e8, 0, out)).toBe(false);
    expect([...out]).toEqual([Number.NaN, Number.NaN]);
  });

  it('[GEO-4] crosses the antimeridian', () => {
    const projection = createProjection({ ...CM_120, lon0Deg: 179, falseEastingM: 0 });
    const east = projection.eastingNorthingFromLngLat(-179, 31);
    const west = projection.eastingNorthingFromLngLat(177, 31);
    expect(east.easting).toBeCloseTo(-west.easting, 6);
    expect(projection.lngLatFromEastingNorthing(east.easting, east.northing).lng).toBeCloseTo(-179, 9);
  });

  it('[GEO-5] convergence and point scale match finite differences of the projection', () => {
    const projection = createProjection(SHANGHAI_2000_B);
    fc.assert(
      fc.property(
        fc.double({ min: -3, max: 3, noNaN: true }),
        fc.double({ min: -70, max: 70, noNaN: true }),
        (dLng, lat) => {
          const lng = SHANGHAI_2000_B.lon0Deg + dLng;
          const step = 1e-4;
          const south = projection.eastingNorthingFromLngLat(lng, lat - step);
          const north = projection.eastingNorthingFromLngLat(lng, lat + step);
          const dE = north.easting - south.easting;
          const dN = north.northing - south.northing;
          // True north seen on the grid lies convergence to the left of grid north.
          expect(projection.meridianConvergenceDeg(lng, lat)).toBeCloseTo((-Math.atan2(dE, dN) * 180) / Math.PI, 5);
          const e2 = (2 - 1 / 298.257222101) / 298.257222101;
          const radiusM = (6378137 * (1 - e2)) / (1 - e2 * Math.sin((lat * Math.PI) / 180) ** 2) ** 1.5;
          const scale = Math.hypot(dE, dN) / ((2 * step * Math.PI * radiusM) / 180);
          expect(Math.abs(projection.pointScale(lng, lat) - scale)).toBeLessThan(1e-8);
        },
      ),
    );
    expect(projection.pointScale(SHANGHAI_2000_B.lon0Deg, 30.8)).toBeCloseTo(SHANGHAI_2000_B.scale, 12);
    expect(projection.meridianConvergenceDeg(SHANGHAI_2000_B.lon0Deg, 30.8)).toBeCloseTo(0, 12);
  });
});

describe('parameters from text', () => {
  it('[GEO-6] reads the published strings and recognises the presets by their numbers', () => {
    const strings = [
      '+proj=tmerc +lat_0=31.235277777778 +lon_0=121.464444444444 +k=1 +x_0=-238.1724 +y_0=-0.0027 +ellps=GRS80 +units=m +no_defs',
      '+proj=tmerc +lat_0=31.235277777778 +lon_0=121.464444444444 +k=1.000002562727 +x_0=-238.1730 +y_0=-0.0027 +ellps=GRS80 +units=m +no_defs',
      '+proj=tmerc +lat_0=0 +lon_0=121.464444444444 +k=1 +x_0=-238.1730 +y_0=-3457068.7614 +a=6378153.305305 +rf=298.257222101 +units=m +no_defs',
    ];
    for (const [index, text] of strings.entries()) {
      expect(parametersFromProjString(text)).toEqual({ ok: true, value: PROJECTION_PRESETS[index] });
    }
  });

  it('[GEO-6] writes a string that reads back to the same parameters, with an id of its own', () => {
    const text = projStringFromParameters(CM_120);
    const first = parametersFromProjString(text);
    const other = parametersFromProjString(projStringFromParameters({ ...CM_120, falseEastingM: 500_000.001 }));
    expect(parametersFromProjString(text, 'epsg-4549')).toEqual({ ok: true, value: CM_120 });
    expect(first.ok && other.ok && first.value.id !== other.value.id).toBe(true);
    expect(first.ok && first.value.id).toMatch(/^tmerc-[0-9a-f]{8}$/);
  });

  it('[GEO-6] configuration takes a preset id or a string, and names the choices otherwise', () => {
    expect(parametersFromConfiguration(' shanghai2000-c ')).toEqual({ ok: true, value: SHANGHAI_2000_C });
    const byString = parametersFromConfiguration('+proj=tmerc +lon_0=121 +ellps=CGCS2000');
    expect(byString.ok && byString.value.lon0Deg).toBe(121);
    const unknown = parametersFromConfiguration('shanghai1954');
    expect(!unknown.ok && unknown.error.problems.join()).toContain('shanghai2000-a, shanghai2000-b, shanghai2000-c');
  });

  it.each([
    ['+proj=merc +lon_0=121 +ellps=GRS80', '+proj=merc is not supported'],
    ['+proj=tmerc +ellps=GRS80', '+lon_0'],
    ['+proj=tmerc +lon_0=121', '+ellps (or +a and +rf) is missing'],
    ['+proj=tmerc +lon_0=121 +a=6378137', '+ellps (or +a and +rf) is missing'],
    ['+proj=tmerc +lon_0=east +ellps=GRS80', '+lon_0=east is not a number'],
    ['+proj=tmerc +lon_0= +ellps=GRS80', '+lon_0= is not a number'],
    ['+proj=tmerc +lon_0=121 +lon_0=120 +ellps=GRS80', 'twice'],
    ['+proj=tmerc +lon_0=121 +ellps=bessel', '+ellps=bessel is unknown'],
    ['+proj=tmerc +lon_0=121 +ellps=GRS80 +units=ft', '+units=ft'],
    ['+proj=tmerc +lon_0=121 +ellps=GRS80 +towgs84=1,2,3', '+towgs84 is not supported'],
    ['+proj=tmerc +lon_0=121 +ellps=GRS80 +k=1 +k_0=1', 'give one'],
    ['+proj=tmerc +lon_0=121 +ellps=GRS80 +a=6378137', 'give either'],
    ['+proj=tmerc +lon_0=500 +ellps=GRS80', 'lon_0 is 500'],
    ['+proj=tmerc +lon_0=121 +k=2 +ellps=GRS80', 'k is 2'],
    ['+proj=tmerc +lon_0=121 +a=6378137 +rf=10', 'inverse flattening is 10'],
    ['', '+proj=tmerc is missing'],
    ['+proj=tmerc 5=4 +lon_0=121 +ellps=GRS80', '"5=4"'],
  ])('[GEO-6] refuses %j and says why', (text, reason) => {
    const result = parametersFromProjString(text);
    expect(result.ok).toBe(false);
    expect(!result.ok && result.error.problems.join('; ')).toContain(reason);
  });

  it('[GEO-6] lists every problem at once', () => {
    const result = parametersFromProjString('+proj=utm +k=x +foo');
    expect(!result.ok && result.error.problems.length).toBe(5);
  });

  it('[GEO-6] a projection is not built from parameters nobody checked', () => {
    expect(() => createProjection({ ...SHANGHAI_2000_B, scale: Number.NaN })).toThrow('k is NaN');
  });
});
