import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDemoPark } from '../../bench/park/demo-park.ts';
import { writeTileset } from '../../bench/park/tileset.ts';
import { createProjection, SHANGHAI_2000_B } from '../../geo/projection.ts';
import { runPark } from '../../test/run-park.ts';
import { command } from './tileset.ts';

const folder = mkdtempSync(join(tmpdir(), 'parksentry-tileset-'));
const commands = [{ name: 'tileset', summary: '', load: () => Promise.resolve(command) }];
const projection = createProjection(SHANGHAI_2000_B);
/** Corners of the ground and the top of a stack, metres from the park's middle on the grid and above its ground. */
const PLACES = [
  ['NW', -600, 400, 0],
  ['NE', 700, 500, 0],
  ['SE', 650, -450, 0],
  ['SW', -500, -500, 0],
  ['stack', 20, 30, 60],
] as const;
const MIDDLE = projection.eastingNorthingFromLngLat(121.48, 30.8);

/** By the textbook's rotation, so that nothing of what is tested makes the points. */
function eastNorthUpOf(lng: number, lat: number): readonly number[] {
  const earth = (degLng: number, degLat: number): number[] => {
    const [l, p] = [(degLng * Math.PI) / 180, (degLat * Math.PI) / 180];
    const e2 = 0.006_694_379_990_141_316;
    const n = 6_378_137 / Math.sqrt(1 - e2 * Math.sin(p) ** 2);
    return [(n + 4) * Math.cos(p) * Math.cos(l), (n + 4) * Math.cos(p) * Math.sin(l), (n * (1 - e2) + 4) * Math.sin(p)];
  };
  const zero = earth(121.48, 30.8);
  const d = earth(lng, lat).map((c, k) => c - zero[k]!);
  const [l, p] = [(121.48 * Math.PI) / 180, (30.8 * Math.PI) / 180];
  const rows = [
    [-Math.sin(l), Math.cos(l), 0],
    [-Math.sin(p) * Math.cos(l), -Math.sin(p) * Math.sin(l), Math.cos(p)],
    [Math.cos(p) * Math.cos(l), Math.cos(p) * Math.sin(l), Math.sin(p)],
  ];
  return rows.map((row) => row.reduce((sum, c, k) => sum + c * d[k]!, 0));
}

interface Report {
  readonly holds: boolean;
  readonly maxM: number;
  readonly rmsM: number;
  readonly remainingMaxM: number;
  readonly similarity: { readonly rotationArcsec: number; readonly scalePpm: number };
}

const text = (name: string, lines: readonly string[]): string => {
  const file = join(folder, name);
  writeFileSync(file, lines.join('\n'));
  return file;
};
const check = (tileset: string, points: string, ...more: string[]) =>
  runPark(['tileset', 'check', '--tileset', tileset, '--points', points, ...more], commands);

/** The demonstration model as a supplier of the grid would deliver it: no transform, its zero at the park's middle. */
const inGrid = (): string => {
  const file = join(folder, 'grid.json');
  const { root, ...rest } = JSON.parse(readFileSync(join(folder, 'park/tileset.json'), 'utf8')) as {
    root: { transform?: unknown };
  };
  const { transform: _, ...plain } = root;
  writeFileSync(file, JSON.stringify({ ...rest, root: plain }));
  return file;
};
/** `turnDeg` clockwise, moved east and up, m: how far the model stands off. */
const surveyed = (name: string, turnDeg = 0, east = 0, up = 0): string => {
  const angle = (-turnDeg * Math.PI) / 180;
  return text(name, [
    'name,easting,northing,height,x,y,z',
    ...PLACES.map(([point, x, y, z]) => {
      const easting = MIDDLE.easting + x * Math.cos(angle) - y * Math.sin(angle) + east;
      const northing = MIDDLE.northing + x * Math.sin(angle) + y * Math.cos(angle);
      return [point, easting, northing, 4 + z + up, x, y, z].join(',');
    }),
  ]);
};
const ORIGIN = [`--origin=${MIDDLE.easting},${MIDDLE.northing}`, '--height-m', '4'] as const;

describe('park tileset check', () => {
  beforeAll(() => void writeTileset(join(folder, 'park'), createDemoPark({ people: 0 })));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('[SCN-34] the demonstration model, which knows its own place, stands right', async () => {
    // Its frame is east, north and up at its middle: points at hand are taken from degrees.
    const file = text(
      'own.csv',
      [
        [0, 0],
        [0.004, 0],
        [0, 0.003],
        [0.004, 0.003],
      ].map(([lng, lat], i) => {
        const at = projection.eastingNorthingFromLngLat(121.48 + (lng ?? 0), 30.8 + (lat ?? 0));
        const [x, y, z] = eastNorthUpOf(121.48 + (lng ?? 0), 30.8 + (lat ?? 0));
        return [`P${i}`, at.easting, at.northing, 4, x, y, z].join(',');
      }),
    );
    const { code, out } = await check(join(folder, 'park/tileset.json'), file, '--json');
    expect(code).toBe(0);
    expect((JSON.parse(out) as Report).maxM).toBeLessThan(0.001);
  });

  it('[SCN-34] one in the grid is measured in mm, point by point', async () => {
    const { code, out } = await check(inGrid(), surveyed('right.csv', 0, 0.12, -0.05), ...ORIGIN);
    expect(code).toBe(0);
    expect(out).toMatch(/NW\s+120\s+-?0\s+120\s+-50/);
    expect(out).toContain('every point is within 0.3 m');
  });

  it('[SCN-35] one that was turned and moved is refused, and what it offers puts it right', async () => {
    const points = surveyed('wrong.csv', 1.5, 12, -3);
    const { code, out } = await check(inGrid(), points, ...ORIGIN, '--json');
    expect(code).toBe(1);
    const report = JSON.parse(out) as Report;
    expect(report.similarity.rotationArcsec).toBeCloseTo(-1.5 * 3600, 0);
    expect(report.remainingMaxM).toBeLessThan(0.01);
    const told = (await check(inGrid(), points, ...ORIGIN)).out;
    const setting = (name: string): string => new RegExp(`${name}=(.*)`).exec(told)?.[1] ?? '';
    const again = await check(
      inGrid(),
      points,
      `--origin=${setting('PARK_TILESET_ORIGIN')}`,
      `--height-m=${setting('PARK_TILESET_HEIGHT_OFFSET_M')}`,
      `--heading-deg=${setting('PARK_TILESET_HEADING_DEG')}`,
    );
    expect(again.code).toBe(0);
  });

  it('[SCN-35] a model in other units is known by its scale, and no setting is offered', async () => {
    const feet = text(
      'feet.csv',
      PLACES.map(([name, x, y, z]) =>
        [name, MIDDLE.easting + x, MIDDLE.northing + y, 4 + z, x / 0.3048, y / 0.3048, z / 0.3048].join(','),
      ),
    );
    const { code, out } = await check(inGrid(), feet, ...ORIGIN);
    expect(code).toBe(1);
    expect(out).toContain('other units');
    expect(out).not.toContain('PARK_TILESET_ORIGIN=');
  });

  it.each([
    ['three points', ['A,0,0,4,0,0,0', 'B,100,0,4,100,0,0', 'C,0,100,4,0,100,0'], 'at least 4'],
    ['one line', ['A,0,0,4,0,0,0', 'B,9,9,4,9,9,0', 'C,20,20,4,20,20,0', 'D,50,50,4,50,50,0'], 'on one line'],
    ['a word', ['A,0,0,4,0,0,0', 'B,100,0,x,100,0,0'], 'line 2'],
    ['nothing', [''], 'at least 4'],
  ])('[SCN-36] points that say nothing are refused: %s', async (_, lines, what) => {
    const { code, err } = await check(inGrid(), text('bad.csv', lines), ...ORIGIN);
    expect(code).toBe(1);
    expect(err).toContain(what);
  });

  it.each([
    ['not JSON', 'glTF', 'not JSON'],
    ['no tileset', '{"asset":{}}', 'no tileset'],
    ['a bad transform', '{"root":{"transform":[1],"boundingVolume":{"sphere":[0,0,0,1]}}}', 'root.transform'],
    ['no bounds', '{"root":{"boundingVolume":{"box":[1]}}}', 'no box, sphere or region'],
  ])('[SCN-36] a file that is no tileset is refused: %s', async (_, content, what) => {
    const { code, err } = await check(text('bad.json', [content]), surveyed('any.csv'), ...ORIGIN);
    expect(code).toBe(1);
    expect(err).toContain(what);
  });

  it('[SCN-36] a missing file is named', async () => {
    const { code, err } = await check(join(folder, 'gone.json'), surveyed('any.csv'), ...ORIGIN);
    expect(code).toBe(1);
    expect(err).toContain('gone.json');
  });
});
