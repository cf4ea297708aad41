/**
 * Which of 5,000 fences hold each of 50,000 points: ours against rbush + Turf (the usual library pair) on the same data
 * in the same run. Every variant must find the same (point, fence) pairs: their counts and a checksum are compared.
 * Run: node dist/bench/geo/fences.bench.js [--json] [--cells]   (--cells compares cell sizes instead)
 */
import { performance } from 'node:perf_hooks';
import { booleanPointInPolygon, polygon as turfPolygon } from '@turf/turf';
import type { Feature, Polygon } from 'geojson';
import RBush from 'rbush';
import { fenceContains, signedDepthM } from '../../geo/fence.kernel.ts';
import { compileFence, type Fence } from '../../geo/fence.ts';
import { DEFAULT_CELL_M, FenceIndex } from '../../geo/fence-index.kernel.ts';
import { createRandom } from '../random.ts';
import { type BenchResult, benchResult, measure, runAsProgram, type Variant } from './measure.ts';

const FENCES = 5_000;
const POINTS = 50_000;
const ROUNDS = 7;
/** South-west corner on the plane: about where the park lies. */
const WEST = -8_000;
const SOUTH = -56_000;

interface Box {
  minX: number;
  minY: number;
  maxX: number;
  maxY: number;
  fence: number;
  feature: Feature<Polygon>;
}

interface Scene {
  readonly name: string;
  readonly rings: readonly (readonly [number, number][])[];
  readonly fences: readonly Fence[];
  readonly easting: Float64Array;
  readonly northing: Float64Array;
}

/** Star-shaped polygons of 5 to 60 vertices and a radius of 20 to 200 m, uniform in a square. */
function createScene(name: string, sideM: number): Scene {
  const random = createRandom(sideM);
  const rings: [number, number][][] = [];
  for (let i = 0; i < FENCES; i++) {
    const vertices = 5 + Math.floor(random() * 56);
    const radiusM = 20 + random() * 180;
    const e = WEST + random() * sideM;
    const n = SOUTH + random() * sideM;
    const ring: [number, number][] = [];
    for (let v = 0; v < vertices; v++) {
      const angle = (2 * Math.PI * (v + 0.3 * random())) / vertices;
      const r = radiusM * (0.7 + 0.3 * random());
      ring.push([e + r * Math.cos(angle), n + r * Math.sin(angle)]);
    }
    ring.push([ring[0]![0], ring[0]![1]]);
    rings.push(ring);
  }
  return {
    name,
    rings,
    fences: rings.map((ring) => compileFence([[ring]])),
    easting: Float64Array.from({ length: POINTS }, () => WEST + random() * sideM),
    northing: Float64Array.from({ length: POINTS }, () => SOUTH + random() * sideM),
  };
}

let hits = 0;

function oursVariant(name: string, scene: Scene, index: FenceIndex, points = POINTS): Variant {
  const out = new Int32Array(index.maxHits);
  return {
    name,
    items: points,
    run: () => {
      let sum = 0;
      hits = 0;
      for (let i = 0; i < points; i++) {
        const count = index.containing(scene.easting[i]!, scene.northing[i]!, Number.NaN, out);
        hits += count;
        for (let k = 0; k < count; k++) sum += ((i + 1) * (out[k]! + 1)) % 1009;
      }
      return sum;
    },
  };
}

function rbushVariant(scene: Scene, tree: RBush<Box>, test: 'turf' | 'flat', points: number): Variant {
  const at: [number, number] = [0, 0];
  return {
    name: test === 'turf' ? 'rbush + turf' : 'rbush + our point test',
    items: points,
    run: () => {
      let sum = 0;
      hits = 0;
      for (let i = 0; i < points; i++) {
        const e = scene.easting[i]!;
        const n = scene.northing[i]!;
        at[0] = e;
        at[1] = n;
        for (const box of tree.search({ minX: e, minY: n, maxX: e, maxY: n })) {
          const inside =
            test === 'turf'
              ? booleanPointInPolygon(at, box.feature)
              : fenceContains(scene.fences[box.fence]!, e, n, Number.NaN);
          if (!inside) continue;
          hits++;
          sum += ((i + 1) * (box.fence + 1)) % 1009;
        }
      }
      return sum;
    },
  };
}

function buildTree(scene: Scene): RBush<Box> {
  return new RBush<Box>().load(
    scene.fences.map((fence, i) => ({
      minX: fence.west,
      minY: fence.south,
      maxX: fence.east,
      maxY: fence.north,
      fence: i,
      feature: turfPolygon([scene.rings[i]!.map(([e, n]) => [e, n])]),
    })),
  );
}

function timedMs(work: () => unknown): number {
  const times: number[] = [];
  for (let i = 0; i < 5; i++) {
    const startMs = performance.now();
    work();
    times.push(performance.now() - startMs);
  }
  return Number(times.sort((a, b) => a - b)[2]!.toFixed(1));
}

/** Candidates and exact depth of each: what an engine asks for a fix when it weighs evidence by accuracy. */
function depthVariant(scene: Scene, index: FenceIndex): Variant {
  const out = new Int32Array(index.maxHits);
  return {
    name: 'candidates + depth of each',
    items: POINTS,
    run: () => {
      let sum = 0;
      for (let i = 0; i < POINTS; i++) {
        const count = index.candidates(scene.easting[i]!, scene.northing[i]!, out);
        for (let k = 0; k < count; k++)
          sum += signedDepthM(scene.fences[out[k]!]!, scene.easting[i]!, scene.northing[i]!);
      }
      return sum;
    },
  };
}

function compare(scene: Scene): BenchResult {
  const index = FenceIndex.build(scene.fences);
  const tree = buildTree(scene);
  const ours = oursVariant('ours', scene, index);
  const turf = rbushVariant(scene, tree, 'turf', POINTS);
  const flat = rbushVariant(scene, tree, 'flat', POINTS);
  const sums = [ours, turf, flat].map((variant) => ({ name: variant.name, sum: variant.run(), hits }));
  for (const { name, sum, hits: found } of sums) {
    if (sum !== sums[0]!.sum || found !== sums[0]!.hits) {
      throw new Error(`${scene.name}: ${name} found ${found} (${sum}), ours ${sums[0]!.hits} (${sums[0]!.sum})`);
    }
  }
  const rows = measure([ours, turf, flat, depthVariant(scene, index)], ROUNDS);
  return benchResult(`fences ${scene.name}`, 'points/s', rows, ['ours', 'rbush + turf'], {
    hits: sums[0]!.hits,
    hitsPerPoint: Number((sums[0]!.hits / POINTS).toFixed(3)),
    compileMs: timedMs(() => scene.rings.map((ring) => compileFence([[ring]]))),
    buildMs: timedMs(() => FenceIndex.build(scene.fences)),
    rbushBuildMs: timedMs(() => buildTree(scene)),
    indexBytes: index.byteLength,
  });
}

/** Speed, build time and size by cell size; DEFAULT_CELL_M is chosen from this. */
function compareCells(scene: Scene): BenchResult {
  const figures: Record<string, number> = {};
  const variants = [10, 15, 25, 35, 50, 100].map((cellM) => {
    const index = FenceIndex.build(scene.fences, { cellM });
    figures[`build ${cellM} m, ms`] = timedMs(() => FenceIndex.build(scene.fences, { cellM }));
    figures[`size ${cellM} m, bytes`] = index.byteLength;
    return oursVariant(`cells of ${cellM} m`, scene, index);
  });
  return benchResult(
    `fence cells ${scene.name}`,
    'points/s',
    measure(variants, ROUNDS),
    [`cells of ${DEFAULT_CELL_M} m`, 'cells of 50 m'],
    figures,
  );
}

export async function run(): Promise<readonly BenchResult[]> {
  const scenes = [createScene('5,000 in 20 km', 20_000), createScene('5,000 in 5 km', 5_000)];
  return scenes.map(process.argv.includes('--cells') ? compareCells : compare);
}

await runAsProgram(import.meta.url, run);
