/**
 * CGCS2000 degrees -> Shanghai 2000 metres: proj4 as simple code calls it, proj4 with a cached converter, and ours.
 * All three must give the same sums to a millimetre over all points.
 * Run: node dist/bench/geo/transform.bench.js [--json]
 */
import { proj4PerCall, proj4Projection, proj4Strings } from '../../geo/proj4.ts';
import { createProjection, SHANGHAI_2000_B } from '../../geo/projection.ts';
import { createRandom } from '../random.ts';
import { type BenchResult, benchResult, measure, runAsProgram, type Variant } from './measure.ts';

const POINTS = 200_000;
const POINTS_PER_CALL = 10_000;
const ROUNDS = 9;

export async function run(): Promise<readonly BenchResult[]> {
  const random = createRandom(4549);
  const lng = Float64Array.from({ length: POINTS }, () => 121.4 + 0.2 * random());
  const lat = Float64Array.from({ length: POINTS }, () => 30.7 + 0.2 * random());
  const ours = createProjection(SHANGHAI_2000_B);
  const cached = proj4Projection(SHANGHAI_2000_B);
  const strings = proj4Strings(SHANGHAI_2000_B);
  const plane = new Float64Array(POINTS * 2);
  for (let i = 0; i < POINTS; i++) ours.project(lng[i]!, lat[i]!, plane, i * 2);
  const out = new Float64Array(2);
  const forward: Variant[] = [
    {
      name: 'proj4 per call',
      items: POINTS_PER_CALL,
      run: () => {
        let sum = 0;
        for (let i = 0; i < POINTS_PER_CALL; i++) {
          const [easting, northing] = proj4PerCall(strings, lng[i]!, lat[i]!);
          sum += easting! + northing!;
        }
        return sum;
      },
    },
    {
      name: 'proj4 cached',
      items: POINTS,
      run: () => {
        let sum = 0;
        for (let i = 0; i < POINTS; i++) {
          const { easting, northing } = cached.eastingNorthingFromLngLat(lng[i]!, lat[i]!);
          sum += easting + northing;
        }
        return sum;
      },
    },
    {
      name: 'ours',
      items: POINTS,
      run: () => {
        let sum = 0;
        for (let i = 0; i < POINTS; i++) {
          ours.project(lng[i]!, lat[i]!, out, 0);
          sum += out[0]! + out[1]!;
        }
        return sum;
      },
    },
  ];
  const inverse: Variant[] = [
    {
      name: 'proj4 cached',
      items: POINTS,
      run: () => {
        let sum = 0;
        for (let i = 0; i < POINTS; i++) {
          const back = cached.lngLatFromEastingNorthing(plane[i * 2]!, plane[i * 2 + 1]!);
          sum += back.lng + back.lat;
        }
        return sum;
      },
    },
    {
      name: 'ours',
      items: POINTS,
      run: () => {
        let sum = 0;
        for (let i = 0; i < POINTS; i++) {
          ours.unproject(plane[i * 2]!, plane[i * 2 + 1]!, out, 0);
          sum += out[0]! + out[1]!;
        }
        return sum;
      },
    },
  ];
  let largestM = 0;
  for (let i = 0; i < POINTS; i++) {
    const theirs = cached.eastingNorthingFromLngLat(lng[i]!, lat[i]!);
    largestM = Math.max(largestM, Math.hypot(theirs.easting - plane[i * 2]!, theirs.northing - plane[i * 2 + 1]!));
  }
  if (!(largestM < 1e-6)) throw new Error(`transform: ours differs from proj4 by ${largestM} m`);
  return [
    benchResult('transform forward', 'points/s', measure(forward, ROUNDS), ['ours', 'proj4 cached'], {
      largestDifferenceM: largestM,
    }),
    benchResult('transform inverse', 'points/s', measure(inverse, ROUNDS), ['ours', 'proj4 cached']),
  ];
}

await runAsProgram(import.meta.url, run);
