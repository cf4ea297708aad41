/**
 * Writes the demonstration park as 3D Tiles 1.1: one coarse tile for the whole park, a middle and a fine one for each
 * company. It stands in for the oblique-photogrammetry model that a real park would deliver. Every vertex is taken
 * from plan to ellipsoid and back to the root's east-north-up frame, so the model follows the earth's curve and the
 * plane grid's turn exactly where the people's coordinates do. Ground lies at GROUND_HEIGHT_M on the ellipsoid.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DemoPark } from './demo-park.ts';
import { encodeGlb, type GlbPart } from './glb.ts';
import { addSolid, Mesh } from './mesh.ts';
import { GROUND_HEIGHT_M, PARK_MIDDLE, type SiteFrame } from './site-frame.ts';
import type { RoadStretch } from './site-plan.ts';
import { type Detail, type Solid, SolidList } from './solid.ts';

export interface TilesetSummary {
  readonly files: number;
  readonly bytes: number;
  /** All levels of detail together. */
  readonly triangles: number;
}

/** Error of a level on the ground, m: what a screen decides refinement by. */
const GEOMETRIC_ERROR_M = { tileset: 4_000, park: 30, company: 8, fine: 0 } as const;
const GENERATOR = 'ParkSentry demonstration park';

type Box = readonly [number, number, number, number, number, number];

interface Tile {
  readonly boundingVolume: { readonly box: readonly number[] };
  readonly geometricError: number;
  readonly refine?: 'REPLACE';
  readonly transform?: readonly number[];
  readonly content?: { readonly uri: string };
  readonly children?: readonly Tile[];
}

/** Writes tileset.json and its .glb files; tileset.json last, so that a half-written folder is never served. */
export function writeTileset(outDir: string, park: DemoPark): TilesetSummary {
  mkdirSync(outDir, { recursive: true });
  const place = createPlacement(park.frame);
  let files = 1;
  let bytes = 0;
  let triangles = 0;
  const write = (uri: string, solids: readonly Solid[], detail: Detail): Box => {
    const made = contentOf(solids, detail, place);
    writeFileSync(join(outDir, uri), made.glb);
    files++;
    bytes += made.glb.length;
    triangles += made.triangles;
    return made.box;
  };

  const { companies, publicSolids, roads } = park.plan;
  const solidsOf = (index: number | null): Solid[] => {
    const own = index === null ? publicSolids.solids : companies[index]!.solids.solids;
    return [...groundOf(park, roads, index), ...own];
  };
  const children: Tile[] = companies.map((company) => {
    const solids = solidsOf(company.index);
    const name = `company-${String(company.index + 1).padStart(2, '0')}`;
    const fine = write(`${name}-fine.glb`, solids, 2);
    const middle = write(`${name}.glb`, solids, 1);
    return {
      boundingVolume: { box: volumeOf([fine, middle]) },
      geometricError: GEOMETRIC_ERROR_M.company,
      refine: 'REPLACE',
      content: { uri: `${name}.glb` },
      children: [
        {
          boundingVolume: { box: volumeOf([fine]) },
          geometricError: GEOMETRIC_ERROR_M.fine,
          content: { uri: `${name}-fine.glb` },
        },
      ],
    };
  });
  const common = write('public.glb', solidsOf(null), 2);
  children.push({
    boundingVolume: { box: volumeOf([common]) },
    geometricError: GEOMETRIC_ERROR_M.fine,
    content: { uri: 'public.glb' },
  });
  const all = [null, ...companies.map((c) => c.index)].flatMap(solidsOf);
  const coarse = write('park.glb', all, 0);
  const boxes = children.map((c) => boxOfVolume(c.boundingVolume.box));
  const root: Tile = {
    transform: eastNorthUp(PARK_MIDDLE.lng, PARK_MIDDLE.lat, GROUND_HEIGHT_M),
    boundingVolume: { box: volumeOf([coarse, ...boxes]) },
    geometricError: GEOMETRIC_ERROR_M.park,
    refine: 'REPLACE',
    content: { uri: 'park.glb' },
    children,
  };
  const json = JSON.stringify({
    asset: { version: '1.1', generator: GENERATOR, tilesetVersion: String(park.seed) },
    geometricError: GEOMETRIC_ERROR_M.tileset,
    root,
  });
  writeFileSync(join(outDir, 'tileset.json'), json);
  return { files, bytes: bytes + json.length, triangles };
}

/** Ground and roads of a company, or the public ones. */
function groundOf(park: DemoPark, roads: readonly RoadStretch[], companyIndex: number | null): Solid[] {
  const out = new SolidList();
  const company = companyIndex === null ? undefined : park.plan.companies[companyIndex];
  if (company !== undefined) out.plate('ground', company.rect, 0);
  for (const road of roads) {
    if (road.companyIndex !== companyIndex) continue;
    // Crossing roads lie 3 cm apart, so that neither shows through the other.
    const isAcross = road.rect.u1 - road.rect.u0 > road.rect.v1 - road.rect.v0;
    out.plate('asphalt', road.rect, isAcross ? 0.08 : 0.05);
  }
  return out.solids;
}

interface Placement {
  /** Plan metres and height above ground to east, north, up at the park's middle; written to out[0..2]. */
  toLocal(u: number, v: number, h: number, out: Float64Array): void;
  /** Turns a direction of the plan into the same frame. */
  readonly cos: number;
  readonly sin: number;
}

function createPlacement(frame: SiteFrame): Placement {
  const m = eastNorthUp(PARK_MIDDLE.lng, PARK_MIDDLE.lat, GROUND_HEIGHT_M);
  const lngLat = new Float64Array(2);
  const toLocal = (u: number, v: number, h: number, out: Float64Array): void => {
    frame.toLngLat(u, v, lngLat);
    const [x, y, z] = ecefFrom(lngLat[0]!, lngLat[1]!, GROUND_HEIGHT_M + h);
    const [dx, dy, dz] = [x - m[12]!, y - m[13]!, z - m[14]!];
    out[0] = m[0]! * dx + m[1]! * dy + m[2]! * dz;
    out[1] = m[4]! * dx + m[5]! * dy + m[6]! * dz;
    out[2] = m[8]! * dx + m[9]! * dy + m[10]! * dz;
  };
  const a = new Float64Array(3);
  const b = new Float64Array(3);
  toLocal(0, 0, 0, a);
  toLocal(100, 0, 0, b);
  const length = Math.hypot(b[0]! - a[0]!, b[1]! - a[1]!);
  return { toLocal, cos: (b[0]! - a[0]!) / length, sin: (b[1]! - a[1]!) / length };
}

function contentOf(
  solids: readonly Solid[],
  detail: Detail,
  place: Placement,
): { glb: Uint8Array; box: Box; triangles: number } {
  const bodies = new Mesh();
  const panels = new Mesh();
  for (const solid of solids) {
    if (solid.from <= detail && detail <= solid.to) addSolid(solid, detail, bodies, panels);
  }
  const parts = [partFrom(bodies, place, false), partFrom(panels, place, true)].filter((p) => p.indices.length > 0);
  return {
    glb: encodeGlb(parts, GENERATOR),
    box: boxOfParts(parts),
    triangles: (bodies.indexCount + panels.indexCount) / 3,
  };
}

/** glTF is y-up: x east, y up, z south. */
function partFrom(mesh: Mesh, place: Placement, doubleSided: boolean): GlbPart {
  const count = mesh.vertexCount;
  const positions = new Float32Array(3 * count);
  const normals = new Float32Array(3 * count);
  const colours = new Uint16Array(4 * count);
  const local = new Float64Array(3);
  for (let i = 0; i < count; i++) {
    const at = 3 * i;
    place.toLocal(mesh.positions[at]!, mesh.positions[at + 1]!, mesh.positions[at + 2]!, local);
    positions[at] = local[0]!;
    positions[at + 1] = local[2]!;
    positions[at + 2] = -local[1]!;
    const [nu, nv, nh] = [mesh.normals[at]!, mesh.normals[at + 1]!, mesh.normals[at + 2]!];
    normals[at] = nu * place.cos - nv * place.sin;
    normals[at + 1] = nh;
    normals[at + 2] = -(nu * place.sin + nv * place.cos);
    colours.set([mesh.colours[at]!, mesh.colours[at + 1]!, mesh.colours[at + 2]!, 65_535], 4 * i);
  }
  return { positions, normals, colours, indices: mesh.indices.slice(0, mesh.indexCount), doubleSided };
}

/** East, north, up extremes as [min e, min n, min u, max e, max n, max u]. */
function boxOfParts(parts: readonly GlbPart[]): Box {
  const box = [Infinity, Infinity, Infinity, -Infinity, -Infinity, -Infinity];
  for (const { positions } of parts) {
    for (let i = 0; i < positions.length; i += 3) {
      const local = [positions[i]!, -positions[i + 2]!, positions[i + 1]!];
      for (let axis = 0; axis < 3; axis++) {
        box[axis] = Math.min(box[axis]!, local[axis]!);
        box[axis + 3] = Math.max(box[axis + 3]!, local[axis]!);
      }
    }
  }
  return box as unknown as Box;
}

/** 3D Tiles box: middle and three half axes; a millimetre is added for float rounding. */
function volumeOf(boxes: readonly Box[]): number[] {
  const low = [0, 1, 2].map((axis) => Math.min(...boxes.map((b) => b[axis]!)) - 0.001);
  const high = [3, 4, 5].map((axis) => Math.max(...boxes.map((b) => b[axis]!)) + 0.001);
  const half = low.map((value, axis) => (high[axis]! - value) / 2);
  const middle = low.map((value, axis) => value + half[axis]!);
  return [...middle, half[0]!, 0, 0, 0, half[1]!, 0, 0, 0, half[2]!];
}

function boxOfVolume(v: readonly number[]): Box {
  const [e, n, u, he, hn, hu] = [v[0]!, v[1]!, v[2]!, v[3]!, v[7]!, v[11]!];
  return [e - he, n - hn, u - hu, e + he, n + hn, u + hu];
}

const A = 6_378_137;
const E2 = 0.006_694_379_990_141_316;

/** WGS 84, as 3D Tiles wants; CGCS2000 differs by less than a millimetre here. */
function ecefFrom(lng: number, lat: number, heightM: number): [number, number, number] {
  const [l, p] = [(lng * Math.PI) / 180, (lat * Math.PI) / 180];
  const n = A / Math.sqrt(1 - E2 * Math.sin(p) ** 2);
  const r = (n + heightM) * Math.cos(p);
  return [r * Math.cos(l), r * Math.sin(l), (n * (1 - E2) + heightM) * Math.sin(p)];
}

/** Column-major 4 x 4: columns east, north, up, origin. */
function eastNorthUp(lng: number, lat: number, heightM: number): number[] {
  const [l, p] = [(lng * Math.PI) / 180, (lat * Math.PI) / 180];
  const [sl, cl, sp, cp] = [Math.sin(l), Math.cos(l), Math.sin(p), Math.cos(p)];
  return [-sl, cl, 0, 0, -sp * cl, -sp * sl, cp, 0, cp * cl, cp * sl, sp, 0, ...ecefFrom(lng, lat, heightM), 1];
}
