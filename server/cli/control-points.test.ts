import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createProjection, parametersFromConfiguration, SHANGHAI_2000_B } from '../../geo/projection.ts';
import { runPark } from '../../test/run-park.ts';
import { command } from './control-points.ts';

const folder = mkdtempSync(join(tmpdir(), 'parksentry-points-'));
afterAll(() => rmSync(folder, { recursive: true }));
const commands = [{ name: 'control-points', summary: '', load: () => Promise.resolve(command) }];
const projection = createProjection(SHANGHAI_2000_B);

async function check(lines: readonly string[], ...args: string[]) {
  const file = join(folder, 'points.csv');
  writeFileSync(file, lines.join('\n'));
  return runPark(['control-points', 'check', file, ...args], commands, { stdin: '' });
}

const point = (name: string, lng: number, lat: number, east = 0, north = 0): string => {
  const at = projection.eastingNorthingFromLngLat(lng, lat);
  return `${name},${lng},${lat},${at.easting + east},${at.northing + north}`;
};

describe('park control-points check', () => {
  it('[GEO-33] passes points within the tolerance', async () => {
    const { code, out } = await check(
      ['name,lng,lat,easting,northing', point('一号', 121.48, 30.8, 0.02), point('二号', 121.43, 30.79, -0.03)],
      '--json',
    );
    expect(code).toBe(0);
    const report = JSON.parse(out) as { holds: boolean; maxM: number; presets: Record<string, number> };
    expect(report.holds).toBe(true);
    expect(report.maxM).toBeCloseTo(0.03, 6);
    expect(report.presets['shanghai2000-a']).toBeGreaterThan(0.1);
  });

  it('[GEO-33] exits 1 beyond it, and offers a projection that takes the common shift away', async () => {
    const lines = [point('A', 121.48, 30.8, 238.17, 2), point('B', 121.54, 30.815, 238.17, 2)];
    const { code, out } = await check(lines, '--json');
    expect(code).toBe(1);
    const { shiftedProjection } = JSON.parse(out) as { shiftedProjection: string };
    expect(parametersFromConfiguration(shiftedProjection).ok).toBe(true);
    expect((await check(lines, '--projection', shiftedProjection)).code).toBe(0);
  });

  it('[GEO-33] says when the sheet has the northing first', async () => {
    const swap = (line: string): string => {
      const [name, lng, lat, easting, northing] = line.split(',');
      return [name, lng, lat, northing, easting].join(',');
    };
    const { code, out } = await check([point('A', 121.48, 30.8), point('B', 121.54, 30.815)].map(swap));
    expect(code).toBe(1);
    expect(out).toContain('northing (X north)');
  });

  it.each([
    [['A,121.48,30.8,1'], 'line 1'],
    [['n,lng,lat,e,n', 'A,121.48,x,1,2'], 'line 2'],
    [[''], 'no points'],
    [['A,-60,30.8,1,2'], 'A: '],
  ])('[GEO-34] refuses %j, saying where', async (lines, what) => {
    const { code, err } = await check(lines);
    expect(code).toBe(1);
    expect(err).toContain(what);
  });
});
