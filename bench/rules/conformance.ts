/**
 * Miss and false rates of Annex A's layouts by noise model, over many seeds, in virtual time, at the sampling of 7.2.1 and at the
 * slowest that Annex A allows: the table of docs/conformance.md. A run is one test of ten minutes, both signals.
 * `settled`: from two minutes after the first fix.
 *
 * Run: npx tsx bench/rules/conformance.ts [RUNS]
 */
import { Engine } from '../../engine/engine.ts';
import { createPark } from '../../engine/park.ts';
import { createProjection, SHANGHAI_2000_B } from '../../geo/projection.ts';
import { LIMITS, type Rate, ratesOf } from '../../server/conformance/rates.ts';
import { createStations } from '../../server/conformance/stations.ts';
import { runVirtually } from '../../server/conformance/virtual-run.ts';

const [seeds = 20] = process.argv.slice(2).map(Number);
const EVERY_S = [2, 5];
const SETTLED_S = 120;
const projection = createProjection(SHANGHAI_2000_B);
const origin = projection.eastingNorthingFromLngLat(121.7, 30.7);

interface Run {
  readonly all: readonly Rate[];
  readonly settled: readonly Rate[];
}

function runOf(seed: number, everyS: number): Run {
  const stations = createStations(seed);
  const engine = new Engine(createPark(projection));
  const startMs = Date.UTC(2026, 10, 20, 8);
  const run = { engine, projection, origin, companyCode: 'CNF-TEST', startMs, seconds: 600, everyS, sampleS: 5 };
  const samples = runVirtually(run, stations);
  return {
    all: ratesOf(stations, samples),
    settled: ratesOf(
      stations,
      samples.filter(({ atS }) => atS > SETTLED_S),
    ),
  };
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** Mean over runs, where it lies with 95 % (runs are independent, their samples are not), the worst, and how many reach the limit. */
function cellsOf(runs: readonly Rate[], rate: keyof typeof LIMITS): string[] {
  const shares = runs.map((run) => run[rate]);
  const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
  const variance = shares.reduce((sum, share) => sum + (share - mean) ** 2, 0) / Math.max(1, shares.length - 1);
  const half = 1.96 * Math.sqrt(variance / shares.length);
  const over = shares.filter((share) => share >= LIMITS[rate]).length;
  const interval = `${(100 * Math.max(0, mean - half)).toFixed(1)} - ${percent(mean + half)}`;
  return [percent(mean), interval, percent(Math.max(...shares)), `${over}`];
}

process.stdout.write(
  '| test | noise | fix each | missed | 95 % | worst run | runs over | settled | worst | false | 95 % | worst run | runs over |\n' +
    `|${'---|'.repeat(13)}\n`,
);
for (const everyS of EVERY_S) {
  const runs = Array.from({ length: seeds }, (_, n) => runOf(n + 1, everyS));
  for (const [at, { test, model }] of (runs[0]?.all ?? []).entries()) {
    const all = runs.map((run) => run.all[at]!);
    const [settled = '', , worstSettled = ''] = cellsOf(
      runs.map((run) => run.settled[at]!),
      'missRate',
    );
    const missed = [...cellsOf(all, 'missRate'), settled, worstSettled];
    process.stdout.write(`| ${[test, model, `${everyS} s`, ...missed, ...cellsOf(all, 'falseRate')].join(' | ')} |\n`);
  }
}
