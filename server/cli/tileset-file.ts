/** What `park tileset` reads: the head of a tileset, and control points from CSV. */
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { AppError } from '../../core/errors.ts';
import { earthCentredFromLngLat, type Vector } from '../../geo/earth-centred.ts';
import type { ModelPoint } from '../../geo/tileset-check.ts';
import { boundedLines } from './bounded-lines.ts';

const LONGEST_LINE = 4_096;
const MOST_POINTS = 10_000;
const FETCH_TIMEOUT_MS = 30_000;
const DEG = 180 / Math.PI;
const COLUMNS = 'name,easting,northing,height,x,y,z';

export interface TilesetHead {
  /** Column-major 4 x 4 of its root. */
  readonly rootTransform: readonly number[];
  /** Of the root, in the tileset's frame. */
  readonly middle: Vector;
  /** From the middle to the farthest corner, m. */
  readonly radiusM: number;
}

const invalid = (detail: string, cause?: unknown): AppError => new AppError('INPUT_INVALID', { detail, cause });

/** Of a file or an http(s) address. Throws AppError INPUT_INVALID that says what is wrong with it. */
export async function readTileset(place: string): Promise<TilesetHead> {
  let text: string;
  try {
    text = /^https?:/.test(place) ? await fetched(place) : await readFile(place, 'utf8');
  } catch (cause) {
    throw invalid(`${place}: ${(cause as Error).message}`, cause);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw invalid(`${place} is not JSON; give the tileset.json of the model`, cause);
  }
  const root = (value as { root?: { transform?: unknown; boundingVolume?: Record<string, unknown> } } | null)?.root;
  if (root?.boundingVolume === undefined)
    throw invalid(`${place} is no tileset: it has no root with a bounding volume`);
  const rootTransform = root.transform === undefined ? IDENTITY : numbers(root.transform, 16);
  if (rootTransform === null) throw invalid(`${place}: root.transform is not 16 numbers`);
  const volume = volumeOf(root.boundingVolume, rootTransform);
  if (volume === null) throw invalid(`${place}: the root's bounding volume is no box, sphere or region`);
  return { rootTransform, ...volume };
}

async function fetched(address: string): Promise<string> {
  const response = await fetch(address, { signal: AbortSignal.timeout(FETCH_TIMEOUT_MS) });
  if (!response.ok) throw new Error(`answered ${response.status}`);
  return response.text();
}

const IDENTITY = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];

function numbers(value: unknown, count: number): number[] | null {
  const isGood = Array.isArray(value) && value.length === count && value.every((n) => Number.isFinite(n));
  return isGood ? (value as number[]) : null;
}

function volumeOf(
  volume: Record<string, unknown>,
  transform: readonly number[],
): Omit<TilesetHead, 'rootTransform'> | null {
  const box = numbers(volume['box'], 12);
  if (box !== null) {
    const [x, y, z, ...axes] = box as [number, number, number, ...number[]];
    return { middle: transformed(transform, [x, y, z]), radiusM: Math.hypot(...axes) };
  }
  const sphere = numbers(volume['sphere'], 4);
  if (sphere !== null) {
    const [x, y, z, radiusM] = sphere as [number, number, number, number];
    return { middle: transformed(transform, [x, y, z]), radiusM };
  }
  const region = numbers(volume['region'], 6);
  if (region === null) return null;
  // Regions are of the earth, whatever the transform.
  const [west, south, east, north, low, high] = region as [number, number, number, number, number, number];
  const at = (lng: number, lat: number, heightM: number): Vector => {
    const out = new Float64Array(3);
    earthCentredFromLngLat(lng * DEG, lat * DEG, heightM, out);
    return [out[0] ?? 0, out[1] ?? 0, out[2] ?? 0];
  };
  const middle = at((west + east) / 2, (south + north) / 2, (low + high) / 2);
  const corner = at(west, south, low);
  return { middle, radiusM: Math.hypot(...corner.map((c, k) => c - (middle[k] ?? 0))) };
}

/** A point before the root's transform in the tileset's frame. */
export function transformed(m: readonly number[], [x, y, z]: Vector): Vector {
  const row = (k: number): number => (m[k] ?? 0) * x + (m[k + 4] ?? 0) * y + (m[k + 8] ?? 0) * z + (m[k + 12] ?? 0);
  return [row(0), row(1), row(2)];
}

/** CSV with a header or without; `at` as in the file. Throws AppError INPUT_INVALID with the line. */
export async function readModelPoints(file: string): Promise<ModelPoint[]> {
  const points: ModelPoint[] = [];
  let lineNumber = 0;
  try {
    for await (const line of boundedLines(createReadStream(file, 'utf8'), LONGEST_LINE)) {
      lineNumber++;
      if (line?.trim() === '') continue;
      const cells = (line ?? '').replace(/^\uFEFF/, '').split(',');
      const values = cells.slice(1, 7).map((cell) => (cell.trim() === '' ? Number.NaN : Number(cell)));
      if (lineNumber === 1 && values.every((n) => Number.isNaN(n))) continue;
      const read = numbers(values, 6);
      if (read === null) throw invalid(`line ${lineNumber}: expected ${COLUMNS}`);
      const [easting, northing, heightM, x, y, z] = read as [number, number, number, number, number, number];
      points.push({ name: cells[0]?.trim() ?? '', easting, northing, heightM, at: [x, y, z] });
      if (points.length > MOST_POINTS) throw invalid(`more than ${MOST_POINTS} points`);
    }
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw invalid((cause as Error).message, cause);
  }
  return points;
}
