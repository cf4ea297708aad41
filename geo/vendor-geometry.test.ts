import { area, booleanClockwise, kinks, polygon as turfPolygon } from '@turf/turf';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fenceContains } from './fence.kernel.ts';
import { compileFence } from './fence.ts';
import { type LngLatPolygons, planePolygonsFromLngLat } from './polygons.ts';
import { createProjection, SHANGHAI_2000_B } from './projection.ts';
import { parseVendorGeometry } from './vendor-geometry.ts';

const SQUARE: LngLatPolygons = [
  [
    [
      [121.48, 30.8],
      [121.49, 30.8],
      [121.49, 30.81],
      [121.48, 30.81],
      [121.48, 30.8],
    ],
  ],
];
const SQUARE_WKT = 'POLYGON((121.48 30.8,121.49 30.8,121.49 30.81,121.48 30.81,121.48 30.8))';
const WITH_HOLE_WKT =
  'POLYGON((121.48 30.8,121.49 30.8,121.49 30.81,121.48 30.81,121.48 30.8),' +
  '(121.484 30.804,121.484 30.806,121.486 30.806,121.486 30.804,121.484 30.804))';

function geoJson(coordinates: unknown, type = 'Polygon'): object {
  return { type, coordinates };
}

function errorOf(geometry: string | object) {
  const result = parseVendorGeometry(geometry);
  if (result.ok) throw new Error(`accepted: ${JSON.stringify(result.value)}`);
  return result.error;
}

function accepted(geometry: string | object): LngLatPolygons {
  const result = parseVendorGeometry(geometry);
  if (!result.ok) throw new Error(result.error.problem);
  return result.value;
}

describe('forms of a vendor geometry', () => {
  it.each([
    ['WKT', SQUARE_WKT],
    [
      'WKT in lower case with blanks',
      '  polygon ( ( 121.48 30.8 , 121.49 30.8, 121.49 30.81,121.48 30.81,121.48 30.8 ) )  ',
    ],
    ['EWKT', `SRID=4490;${SQUARE_WKT}`],
    ['WKT Z', 'POLYGON Z ((121.48 30.8 5,121.49 30.8 5,121.49 30.81 5,121.48 30.81 5,121.48 30.8 5))'],
    ['WKT ZM', 'POLYGONZM((121.48 30.8 5 1,121.49 30.8 5 1,121.49 30.81 5 1,121.48 30.81 5 1,121.48 30.8 5 1))'],
    ['WKT MULTIPOLYGON', `MULTIPOLYGON(${SQUARE_WKT.slice('POLYGON'.length)})`],
    ['GeoJSON', geoJson(SQUARE[0])],
    ['GeoJSON text', JSON.stringify(geoJson(SQUARE[0]))],
    ['GeoJSON MultiPolygon', geoJson(SQUARE, 'MultiPolygon')],
    ['GeoJSON Feature', { type: 'Feature', properties: null, geometry: geoJson(SQUARE[0]) }],
    ['GeoJSON with heights', geoJson(SQUARE[0]!.map((ring) => ring.map(([lng, lat]) => [lng, lat, 12.5])))],
    ['list', '121.48,30.8;121.49,30.8;121.49,30.81;121.48,30.81'],
    [
      'closed list with blanks and a final semicolon',
      '121.48,30.8; 121.49,30.8;121.49,30.81; 121.48,30.81;121.48,30.8;',
    ],
    ['list with heights', '121.48,30.8,4;121.49,30.8,4;121.49,30.81,4;121.48,30.81,4'],
  ])('[GEO-20] reads %s', (_, geometry) => {
    expect(accepted(geometry)).toEqual(SQUARE);
  });

  it('[GEO-20] reads holes and several polygons', () => {
    expect(accepted(WITH_HOLE_WKT)[0]).toHaveLength(2);
    const two = accepted(
      'MULTIPOLYGON(((121.48 30.8,121.49 30.8,121.49 30.81,121.48 30.8)),((121.5 30.8,121.51 30.8,121.51 30.81,121.5 30.8)))',
    );
    expect(two).toHaveLength(2);
  });

  it('[GEO-20] does not keep or change the object that came in', () => {
    const coordinates = SQUARE[0]!.map((ring) => [...ring].reverse().map((p) => [...p]));
    const before = JSON.stringify(coordinates);
    const value = accepted(geoJson(coordinates));
    expect(JSON.stringify(coordinates)).toBe(before);
    expect(value[0]![0]![0]).not.toBe(coordinates[0]![0]);
  });
});

describe('what is put right', () => {
  it('[GEO-21] orders rings by RFC 7946: outer counterclockwise, holes clockwise', () => {
    for (const flip of [false, true]) {
      const rings = accepted(WITH_HOLE_WKT)[0]!.map((ring) => (flip ? [...ring].reverse() : [...ring]));
      const [outer, hole] = accepted(geoJson(rings))[0]!;
      expect(booleanClockwise(outer!.map((p) => [...p]))).toBe(false);
      expect(booleanClockwise(hole!.map((p) => [...p]))).toBe(true);
    }
  });

  it('[GEO-21] drops vertices that repeat their neighbour and closes the list form only', () => {
    expect(accepted('121.48,30.8;121.48,30.8;121.49,30.8;121.49,30.81;121.49,30.81;121.48,30.81')).toEqual(SQUARE);
    expect(errorOf('POLYGON((121.48 30.8,121.49 30.8,121.49 30.81,121.48 30.81))')).toMatchObject({
      polygon: 0,
      ring: 0,
      vertex: 3,
      problem: expect.stringContaining('the ring is not closed') as string,
    });
    expect(errorOf(geoJson([SQUARE[0]![0]!.slice(0, 4)])).problem).toContain('the ring is not closed');
  });
});

describe('what is refused, and where', () => {
  const ring = (...positions: [number, number][]): [number, number][] => positions;
  const shifted = (by: number) => ring(...SQUARE[0]![0]!.map(([lng, lat]): [number, number] => [lng + by, lat]));

  it.each([
    ['lat off the globe, swapped', '30.8,121.48;30.8,121.49;30.81,121.49', 0, 0, 0, 'are they swapped?'],
    ['plane metres', '1250.5,-48259.2;1300,-48259;1300,-48200', 0, 0, 0, 'not plane metres'],
    ['lng off the globe', 'POLYGON((121 30,190 30,121 31,121 30))', 0, 0, 1, 'position 190 30 is off the globe'],
    ['NaN in WKT', 'POLYGON((121 30,122 30,NaN 31,121 30))', 0, 0, 2, '"NaN" is no number'],
    ['infinity in WKT', 'POLYGON((121 30,122 -Infinity,122 31,121 30))', 0, 0, 1, 'is no number'],
    [
      'infinity in GeoJSON',
      geoJson([ring([121, 30], [122, Number.POSITIVE_INFINITY], [122, 31], [121, 30])]),
      0,
      0,
      1,
      'not finite',
    ],
    ['NaN in a list', '121,30;122,NaN;122,31', 0, 0, 1, 'is not lng,lat'],
    ['a list with a hole in it', '121,30;;122,31;121,31', 0, 0, 1, 'empty position'],
    ['a list with four values', '121,30,0,0;122,30;122,31', 0, 0, 0, 'is not lng,lat'],
    ['a position with one number', 'POLYGON((121 30,122,122 31,121 30))', 0, 0, 1, 'needs lng and lat'],
    ['a position with five numbers', 'POLYGON((121 30 1 2 3,122 30,122 31,121 30))', 0, 0, 0, 'at most four numbers'],
    [
      'null in GeoJSON',
      geoJson([
        [
          [121, 30],
          [122, null],
          [122, 31],
          [121, 30],
        ],
      ]),
      0,
      0,
      1,
      '[lng, lat] in numbers',
    ],
    ['text in GeoJSON', geoJson([[['121', '30']]]), 0, 0, 0, '[lng, lat] in numbers'],
    ['three positions', 'POLYGON((121 30,122 30,121 30))', 0, 0, -1, 'at least 4 positions, this one has 3'],
    ['two positions in a list', '121,30;122,30', 0, 0, -1, 'at least 4 positions, this one has 3'],
    ['an empty ring', geoJson([[]]), 0, 0, -1, 'the ring is empty'],
    ['the same position thrice', 'POLYGON((121 30,121 30,122 30,121 30))', 0, 0, -1, 'three different'],
    ['a bow-tie', 'POLYGON((121 30,121.1 30.1,121.1 30,121 30.1,121 30))', 0, 0, 0, 'crosses the edge from vertex 2'],
    [
      'a bow-tie behind a repeated vertex',
      'POLYGON((121 30,121 30,121.1 30.1,121.1 30,121 30.1,121 30))',
      0,
      0,
      0,
      'crosses the edge from vertex 3',
    ],
    [
      'a figure of eight through one vertex',
      'POLYGON((121 30,121.1 30.1,121.2 30,121.2 30.2,121.1 30.1,121 30.2,121 30))',
      0,
      0,
      0,
      'touches',
    ],
    [
      'a spike',
      'POLYGON((121 30,121.1 30,121.1 30.1,121.1 30.3,121.1 30.1,121 30.1,121 30))',
      0,
      0,
      1,
      'touches or runs back',
    ],
    [
      'a spike at the first vertex',
      'POLYGON((121 30,121.2 30,121.2 30.1,120.9 30.1,120.9 30,121.05 30,121 30))',
      0,
      0,
      0,
      'touches or runs back',
    ],
    ['a line there and back', 'POLYGON((121 30,121.1 30.1,121.2 30.2,121 30))', 0, 0, -1, 'no area'],
    [
      'an area of a few square centimetres',
      'POLYGON((121 30,121.0000002 30,121.0000002 30.0000002,121 30))',
      0,
      0,
      -1,
      'no area',
    ],
    ['a hole outside', geoJson([SQUARE[0]![0], shifted(1)]), 0, 1, 0, 'outside its outer ring'],
    [
      'a hole across the border',
      geoJson([SQUARE[0]![0], ring([121.485, 30.804], [121.5, 30.805], [121.485, 30.806], [121.485, 30.804])]),
      0,
      1,
      0,
      'crosses the edge from vertex 1 of ring 0',
    ],
    [
      'the hole of the second polygon',
      geoJson([SQUARE[0], [shifted(1), shifted(2)]], 'MultiPolygon'),
      1,
      1,
      0,
      'polygon 1, ring 1, vertex 0',
    ],
    ['a hole as large as the polygon', geoJson([SQUARE[0]![0], SQUARE[0]![0]]), 0, -1, -1, 'leave nothing'],
    [
      'a hole in a hole',
      geoJson([
        SQUARE[0]![0],
        ring([121.482, 30.802], [121.488, 30.802], [121.488, 30.808], [121.482, 30.802]),
        ring([121.485, 30.803], [121.487, 30.803], [121.487, 30.805], [121.485, 30.803]),
      ]),
      0,
      2,
      -1,
      'the holes 2 and 1 overlap',
    ],
    ['an empty text', ' ', -1, -1, -1, 'empty'],
    ['an empty MultiPolygon', geoJson([], 'MultiPolygon'), -1, -1, -1, 'empty'],
    ['a polygon without rings', geoJson([]), 0, -1, -1, 'no ring'],
    ['WKT EMPTY', 'POLYGON EMPTY', 0, -1, -1, 'expected "("'],
    ['unfinished WKT', 'POLYGON((121 30,122 30', 0, 0, 2, 'the text ends'],
    ['text after WKT', `${SQUARE_WKT}, 5`, -1, -1, -1, 'after the geometry'],
    ['another SRID', `SRID=4549;${SQUARE_WKT}`, -1, -1, -1, 'SRID 4549'],
    ['a POINT', 'POINT(121 30)', 0, 0, 0, 'expected WKT, GeoJSON'],
    ['a GeoJSON point', { type: 'Point', coordinates: [121, 30] }, -1, -1, -1, 'must be a Polygon'],
    ['a Feature of nothing', { type: 'Feature', geometry: null }, -1, -1, -1, 'must be a Polygon'],
    ['broken JSON', '{"type":"Polygon"', -1, -1, -1, 'not readable as JSON'],
    ['coordinates of the wrong depth', geoJson([[121, 30]]), 0, 0, 0, '[lng, lat] in numbers'],
    ['coordinates that are text', geoJson('121,30'), 0, -1, -1, 'array of rings'],
    ['MultiPolygon coordinates that are text', geoJson('121,30', 'MultiPolygon'), -1, -1, -1, 'must be an array'],
  ])('[GEO-22] %s', (_, geometry, polygon, ringNumber, vertex, problem) => {
    const error = errorOf(geometry as string | object);
    expect(error).toMatchObject({ code: 'GEOMETRY_INVALID', polygon, ring: ringNumber, vertex });
    expect(error.problem).toContain(problem);
  });

  it('[GEO-22] the problem names the place in words', () => {
    expect(errorOf('POLYGON((121 30,122 30,122 91,121 30))').problem).toMatch(/^polygon 0, ring 0, vertex 2: /);
  });

  it('[GEO-22] a hole may touch its outer ring in a vertex', () => {
    const touching = ring([121.48, 30.8], [121.485, 30.804], [121.484, 30.805], [121.48, 30.8]);
    expect(accepted(geoJson([SQUARE[0]![0], touching]))[0]).toHaveLength(2);
  });

  it('[GEO-23] takes 2,000 vertices and 100 rings, and no more', () => {
    const circle = (count: number, lng: number, radius: number): [number, number][] => {
      const positions = Array.from({ length: count - 1 }, (_, i): [number, number] => {
        const angle = (2 * Math.PI * i) / (count - 1);
        return [lng + radius * Math.cos(angle), 30.8 + radius * Math.sin(angle)];
      });
      return [...positions, positions[0]!];
    };
    expect(accepted(geoJson([circle(2000, 121, 0.1)]))[0]![0]).toHaveLength(2000);
    expect(errorOf(geoJson([circle(2001, 121, 0.1)]))).toMatchObject({ ring: 0, vertex: 2000 });
    const list = circle(2001, 121, 0.1)
      .map((p) => p.join())
      .join(';');
    expect(errorOf(list).problem).toContain('more than 2000 vertices');
    const triangles = (count: number) => Array.from({ length: count }, (_, i) => [circle(4, 121 + i / 10, 0.01)]);
    expect(accepted(geoJson(triangles(100), 'MultiPolygon'))).toHaveLength(100);
    expect(errorOf(geoJson(triangles(101), 'MultiPolygon'))).toMatchObject({ polygon: 100, ring: 0 });
    const wkt = triangles(101)
      .map(([t]) => `((${t!.map((p) => p.join(' ')).join()}))`)
      .join();
    expect(errorOf(`MULTIPOLYGON(${wkt})`).problem).toContain('more than 100 rings');
  });
});

describe('whatever comes in', () => {
  const lattice = fc.tuple(fc.integer({ min: 0, max: 8 }), fc.integer({ min: 0, max: 8 }));

  /** Without bias to small numbers, so points in special position (which Turf judges by rounding) do not come up. */
  const micro = fc.noBias(fc.integer({ min: 0, max: 1_000_000 }));

  it('[GEO-22] refuses as self-intersecting exactly the rings that Turf finds kinks in, touching aside', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(micro, micro), { minLength: 4, maxLength: 9, selector: String }),
        (points) => {
          const open = points.map(([lng, lat]): [number, number] => [121 + lng / 1e6, 30 + lat / 1e6]);
          const closed = [...open, open[0]!];
          const result = parseVendorGeometry(geoJson([closed]));
          const problem = result.ok ? '' : result.error.problem;
          fc.pre(!problem.includes('no area') && !problem.includes('touches'));
          expect(problem.includes('crosses')).toBe(kinks(turfPolygon([closed])).features.length > 0);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('[GEO-24] what is accepted compiles to a fence of the same area, and its rings cross nowhere', () => {
    const projection = createProjection(SHANGHAI_2000_B);
    fc.assert(
      fc.property(fc.uniqueArray(lattice, { minLength: 3, maxLength: 7, selector: String }), (points) => {
        const open = points.map(([i, j]): [number, number] => [121.48 + i / 2000, 30.8 + j / 2000]);
        const result = parseVendorGeometry(geoJson([[...open, open[0]!]]));
        if (!result.ok) return;
        const plane = planePolygonsFromLngLat(result.value, projection)!;
        const fence = compileFence(plane);
        // Cells of 5 m over about 400 m: the counted area is good to the outline's length times a cell.
        const stepM = 5;
        let inside = 0;
        let perimeterM = 0;
        for (let e = fence.west; e < fence.east; e += stepM) {
          for (let n = fence.south; n < fence.north; n += stepM) {
            if (fenceContains(fence, e + stepM / 2, n + stepM / 2, Number.NaN)) inside++;
          }
        }
        const outline = plane[0]![0]!;
        for (let i = 1; i < outline.length; i++) {
          perimeterM += Math.hypot(outline[i]![0] - outline[i - 1]![0], outline[i]![1] - outline[i - 1]![1]);
        }
        const areaM2 = area(turfPolygon([result.value[0]![0]!.map((p) => [...p])]));
        expect(Math.abs(inside * stepM * stepM - areaM2)).toBeLessThan(perimeterM * stepM + 0.01 * areaM2);
      }),
    );
  });

  it('[GEO-24] never throws, and every error names the code', () => {
    const piece = fc.constantFrom(
      'POLYGON',
      'MULTI',
      '(',
      ')',
      ',',
      ';',
      ' ',
      '121',
      '30.8',
      '-',
      'Z',
      'SRID=4490;',
      '{',
      'NaN',
      '1e400',
    );
    const anything = fc.oneof(
      fc.string(),
      fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join('')),
      fc.object(),
      fc.json(),
      fc.record({ type: fc.constantFrom('Polygon', 'MultiPolygon', 'Feature'), coordinates: fc.anything() }),
      fc.record({
        type: fc.constant('Polygon'),
        coordinates: fc.array(fc.array(fc.array(fc.double(), { maxLength: 3 }), { maxLength: 6 }), { maxLength: 3 }),
      }),
    );
    fc.assert(
      fc.property(anything, (geometry) => {
        const result = parseVendorGeometry(geometry as string | object);
        if (!result.ok) expect(result.error.code).toBe('GEOMETRY_INVALID');
      }),
      { numRuns: 500 },
    );
  });
});
