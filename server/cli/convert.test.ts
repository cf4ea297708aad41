import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createProjection, SHANGHAI_2000_A, SHANGHAI_2000_B } from '../../geo/projection.ts';
import { runPark } from '../../test/run-park.ts';
import { command } from './convert.ts';

const commands = [{ name: 'convert', summary: '', load: () => Promise.resolve(command) }];
const convert = (args: readonly string[], stdin: string) => runPark(['convert', ...args], commands, { stdin });
const plane = createProjection(SHANGHAI_2000_B).eastingNorthingFromLngLat(121.48, 30.8);
const planeText = `${plane.easting.toFixed(4)},${plane.northing.toFixed(4)}`;

describe('park convert', () => {
  it('[SET-30] converts lng,lat to easting,northing and back to the same degrees', async () => {
    const there = await convert([], '121.48,30.8\n121.5,31.25\n');
    expect(there).toMatchObject({ code: 0, err: '' });
    expect(there.out.split('\n')[0]).toBe(planeText);
    const back = await convert(['--inverse'], there.out);
    const degrees = back.out
      .trim()
      .split('\n')
      .map((line) => line.split(',').map(Number));
    const expected = [
      [121.48, 30.8],
      [121.5, 31.25],
    ];
    for (const [row, [lng, lat]] of expected.entries()) {
      expect(degrees[row]?.[0]).toBeCloseTo(lng!, 8);
      expect(degrees[row]?.[1]).toBeCloseTo(lat!, 8);
    }
  });

  it('[SET-31] gives a header a new one and keeps further columns', async () => {
    const { out } = await convert([], '\uFEFFlng,lat,名称\r\n"121.48",30.8,一号门,"a,b"\r\n\r\n');
    expect(out).toBe(`easting,northing,名称\n${planeText},一号门,"a,b"\n`);
  });

  it('[SET-32] reports each bad line by its number, converts the others, and exits 1', async () => {
    const { code, out, err } = await convert([], 'lng,lat\n30.8,121.48\n121.48,30.8\n121.48\n121.48,abc\n121.48,\n');
    expect(code).toBe(1);
    expect(out).toBe(`easting,northing\n${planeText}\n`);
    expect(
      err
        .trim()
        .split('\n')
        .map((line) => line.split(': ').slice(0, 2).join(' ')),
    ).toEqual(['line 2 FIELD_RANGE', 'line 4 FIELD_MISSING', 'line 5 FIELD_TYPE', 'line 6 FIELD_TYPE']);
    expect(err).toContain('the order is lng,lat');
  });

  it('[SET-33] refuses lines made to hurt in no time, and shows nothing that steers a terminal', async () => {
    const digits = '1'.repeat(60_000);
    const { code, out, err } = await convert([], `${digits}x,1\n${digits}${digits}\n\x1b[31mX,1\n121.48,30.8\n`);
    expect([code, out]).toEqual([1, `${planeText}\n`]);
    expect(err.split('\n').slice(0, 3)).toEqual([
      `line 1: FIELD_TYPE: "${'1'.repeat(40)}" is not a number`,
      'line 2: FIELD_RANGE: longer than 65536 characters',
      'line 3: FIELD_TYPE: "\uFFFD[31mX" is not a number',
    ]);
  });

  it('[SET-32] with --json writes numbers and errors as lines', async () => {
    const { out, err } = await convert(['--json'], '121.48,30.8\n1,x\n');
    const lines = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines[0]).toEqual({
      line: 1,
      easting: Number(plane.easting.toFixed(4)),
      northing: Number(plane.northing.toFixed(4)),
    });
    expect(lines[1]).toMatchObject({ line: 2, code: 'FIELD_TYPE' });
    expect(err).toBe('');
  });

  it('[SET-30] takes another projection, and refuses an unknown one', async () => {
    const a = createProjection(SHANGHAI_2000_A).eastingNorthingFromLngLat(121.48, 30.8);
    const { out } = await convert(['--projection', 'shanghai2000-a'], '121.48,30.8\n');
    expect(out).toBe(`${a.easting.toFixed(4)},${a.northing.toFixed(4)}\n`);
    expect(await convert(['--projection', 'shanghai1990'], '')).toMatchObject({ code: 2 });
  });

  it('[SET-31] reads a file, and says which one is missing', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'park-convert-'));
    try {
      const file = join(folder, 'points.csv');
      writeFileSync(file, '121.48,30.8\n'.repeat(20_000));
      const { code, out } = await convert([file], '');
      expect(code).toBe(0);
      expect(out).toBe(`${planeText}\n`.repeat(20_000));
      const missing = await convert([join(folder, 'none.csv')], '');
      expect(missing).toMatchObject({ code: 1, out: '' });
      expect(missing.err).toContain('none.csv');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
