import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDemoPark } from './demo-park.ts';
import { type TilesetSummary, writeTileset } from './tileset.ts';

interface Tile {
  readonly transform?: number[];
  readonly boundingVolume: { readonly box: number[] };
  readonly geometricError: number;
  readonly content?: { readonly uri: string };
  readonly children?: Tile[];
}

const park = createDemoPark({ people: 0 });
let folder: string;
let summary: TilesetSummary;
let tileset: { geometricError: number; root: Tile; asset: { version: string } };

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'park-tileset-'));
  summary = writeTileset(folder, park);
  tileset = JSON.parse(readFileSync(join(folder, 'tileset.json'), 'utf8'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A small reader of what the writer makes: the one mesh's accessors as arrays. */
function readGlb(file: string) {
  const bytes = readFileSync(join(folder, file));
  expect(bytes.readUInt32LE(0)).toBe(0x46546c67);
  expect(bytes.readUInt32LE(8)).toBe(bytes.length);
  const jsonLength = bytes.readUInt32LE(12);
  const json = JSON.parse(bytes.subarray(20, 20 + jsonLength).toString('utf8'));
  const binAt = 20 + jsonLength + 8;
  expect(bytes.readUInt32LE(20 + jsonLength)).toBe(json.buffers[0].byteLength);
  const array = (accessor: number): Float32Array | Uint16Array | Uint32Array => {
    const { bufferView, componentType, count, type } = json.accessors[accessor];
    const view = json.bufferViews[bufferView];
    const size = { SCALAR: 1, VEC3: 3, VEC4: 4 }[type as 'SCALAR'] * count;
    const Kind = { 5123: Uint16Array, 5125: Uint32Array, 5126: Float32Array }[componentType as 5123];
    expect(view.byteOffset % 4).toBe(0);
    expect(size * Kind.BYTES_PER_ELEMENT).toBe(view.byteLength);
    const from = binAt + view.byteOffset;
    return new Kind(bytes.buffer.slice(bytes.byteOffset + from, bytes.byteOffset + from + view.byteLength));
  };
  return json.meshes[0].primitives.map(
    (p: { attributes: { POSITION: number; NORMAL: number; COLOR_0: number }; indices: number }) => ({
      positions: array(p.attributes.POSITION),
      normals: array(p.attributes.NORMAL),
      colours: array(p.attributes.COLOR_0),
      indices: array(p.indices),
    }),
  ) as { positions: Float32Array; normals: Float32Array; colours: Uint16Array; indices: Uint32Array }[];
}

const contains = (box: readonly number[], e: number, n: number, u: number): boolean =>
  Math.abs(e - box[0]!) <= box[3]! + 1e-3 &&
  Math.abs(n - box[1]!) <= box[7]! + 1e-3 &&
  Math.abs(u - box[2]!) <= box[11]! + 1e-3;

const corners = (box: readonly number[]): [number, number, number][] =>
  [-1, 1].flatMap((i) =>
    [-1, 1].flatMap((j) =>
      [-1, 1].map((k): [number, number, number] => [
        box[0]! + i * box[3]!,
        box[1]! + j * box[7]!,
        box[2]! + k * box[11]!,
      ]),
    ),
  );

describe('synthetic plant as 3D Tiles', () => {
  it('[SIM-10] stays under 150,000 triangles and 15 MB, all levels together', () => {
    expect(summary.triangles).toBeLessThan(150_000);
    expect(summary.bytes).toBeLessThan(15_000_000);
    expect(readdirSync(folder)).toHaveLength(summary.files);
  });

  it('[SIM-11] is 3D Tiles 1.1 in three levels, errors falling from root to leaf and boxes inside their parents', () => {
    expect(tileset.asset.version).toBe('1.1');
    expect(tileset.geometricError).toBeGreaterThan(tileset.root.geometricError);
    expect(tileset.root.children).toHaveLength(30);
    let deepest = 0;
    const visit = (tile: Tile, depth: number): void => {
      deepest = Math.max(deepest, depth);
      for (const child of tile.children ?? []) {
        expect(child.geometricError).toBeLessThan(tile.geometricError);
        for (const [e, n, u] of corners(child.boundingVolume.box)) {
          expect(contains(tile.boundingVolume.box, e, n, u)).toBe(true);
        }
        visit(child, depth + 1);
      }
    };
    visit(tileset.root, 0);
    expect(deepest).toBe(2);
  });

  it('[SIM-12] holds each tile within its box, with indices in range, unit normals and outward faces', () => {
    let triangles = 0;
    const visit = (tile: Tile): void => {
      if (tile.content !== undefined) {
        for (const part of readGlb(tile.content.uri)) {
          triangles += part.indices.length / 3;
          checkPart(part, tile.boundingVolume.box);
        }
      }
      for (const child of tile.children ?? []) visit(child);
    };
    visit(tileset.root);
    expect(triangles).toBe(summary.triangles);
  });

  it('[SIM-13] stands where the people are: a gate projected to the ground lies in its company’s tile', () => {
    const m = tileset.root.transform!;
    const lngLat = new Float64Array(2);
    for (const company of park.plan.companies) {
      const { graph } = park.plan;
      park.frame.toLngLat(graph.u[company.gate]!, graph.v[company.gate]!, lngLat);
      const [x, y, z] = ecef(lngLat[0]!, lngLat[1]!, park.groundHeightM);
      const d = [x - m[12]!, y - m[13]!, z - m[14]!];
      const [e, n, u] = [0, 4, 8].map((c) => m[c]! * d[0]! + m[c + 1]! * d[1]! + m[c + 2]! * d[2]!);
      const tile = tileset.root.children![company.index]!;
      expect(contains(tile.boundingVolume.box, e!, n!, u!)).toBe(true);
    }
  });

  it('[SIM-14] is grey or grey-green everywhere, with the ground darker than what stands on it', () => {
    for (const part of readGlb('park.glb')) {
      for (let i = 0; i < part.colours.length; i += 4) {
        const rgb = [part.colours[i]!, part.colours[i + 1]!, part.colours[i + 2]!].map(srgb);
        expect(Math.max(...rgb) - Math.min(...rgb)).toBeLessThan(0.06);
        const isGround = part.positions[(i / 4) * 3 + 1]! < 0.02 && part.normals[(i / 4) * 3 + 1]! > 0.99;
        if (isGround) expect(Math.max(...rgb)).toBeLessThan(0.24);
      }
    }
  });
});

function checkPart(
  part: { positions: Float32Array; normals: Float32Array; indices: Uint32Array },
  box: readonly number[],
): void {
  const { positions, normals, indices } = part;
  const count = positions.length / 3;
  let outside = 0;
  let crooked = 0;
  let inward = 0;
  let beyond = 0;
  for (let i = 0; i < positions.length; i += 3) {
    if (!contains(box, positions[i]!, -positions[i + 2]!, positions[i + 1]!)) outside++;
    const length = Math.hypot(normals[i]!, normals[i + 1]!, normals[i + 2]!);
    if (Math.abs(length - 1) > 1e-3) crooked++;
  }
  for (let t = 0; t < indices.length; t += 3) {
    const [a, b, c] = [indices[t]!, indices[t + 1]!, indices[t + 2]!];
    if (a >= count || b >= count || c >= count) beyond++;
    else if (facing(positions, normals, a, b, c) < 0) inward++;
  }
  expect({ outside, crooked, inward, beyond }).toEqual({ outside: 0, crooked: 0, inward: 0, beyond: 0 });
}

/** Positive when the winding agrees with the normals. */
function facing(p: Float32Array, n: Float32Array, a: number, b: number, c: number): number {
  const d = (i: number, axis: number): number => p[3 * i + axis]! - p[3 * a + axis]!;
  const cross = [
    d(b, 1) * d(c, 2) - d(b, 2) * d(c, 1),
    d(b, 2) * d(c, 0) - d(b, 0) * d(c, 2),
    d(b, 0) * d(c, 1) - d(b, 1) * d(c, 0),
  ];
  const normal = [0, 1, 2].map((axis) => n[3 * a + axis]! + n[3 * b + axis]! + n[3 * c + axis]!);
  const dot = cross[0]! * normal[0]! + cross[1]! * normal[1]! + cross[2]! * normal[2]!;
  // A sliver thinner than the rounding of float32 says nothing.
  return Math.hypot(...cross) < 1e-3 ? 0 : dot;
}

const srgb = (linear16: number): number => {
  const c = linear16 / 65_535;
  return c <= 0.0031308 ? 12.92 * c : 1.055 * c ** (1 / 2.4) - 0.055;
};

function ecef(lng: number, lat: number, heightM: number): [number, number, number] {
  const [l, p] = [(lng * Math.PI) / 180, (lat * Math.PI) / 180];
  const e2 = 0.00669437999014;
  const n = 6_378_137 / Math.sqrt(1 - e2 * Math.sin(p) ** 2);
  const r = (n + heightM) * Math.cos(p);
  return [r * Math.cos(l), r * Math.sin(l), (n * (1 - e2) + heightM) * Math.sin(p)];
}
