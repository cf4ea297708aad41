/**
 * Miss and false rates of Annex A's layouts by noise model, over many seeds, in virtual time, at the sampling of 7.2.1 and at the
 * slowest that Annex A allows: the table of docs/conformance.md. `settled`: without the first minute of each run.
 */
import { Engine } from '../../engine/engine.ts';
import { createPark } from '../../engine/park.ts';
import { createProjection, SHANGHAI_2000_B } from '../../geo/projection.ts';
import { createStations, type Rate, ratesOf } from '../../server/conformance/stations.ts';
import { runVirtually } from '../../server/conformance/virtual-run.ts';

const [seeds = 20] = process.argv.slice(2).map(Number);
const EVERY_S = [2, 5];
const SETTLED_S = 60;
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
  const dueAfterS = new Map(stations.map(({ id, layout }) => [id, layout.dueAfterS]));
  const settled = samples.filter(({ station, atS }) => atS >= dueAfterS.get(station)! + SETTLED_S);
  return { all: ratesOf(stations, samples), settled: ratesOf(stations, settled) };
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const share = (runs: readonly Rate[], part: 'misses' | 'falseAlarms', of: 'dueSamples' | 'otherSamples'): string => {
  const pooled = runs.reduce((sum, run) => sum + run[part], 0) / runs.reduce((sum, run) => sum + run[of], 0);
  return `${percent(pooled)} (${percent(Math.max(...runs.map((run) => run[part] / run[of])))})`;
};

process.stdout.write('| test | noise | fix each | missed | missed, settled | false |\n|---|---|---|---|---|---|\n');
for (const everyS of EVERY_S) {
  const runs = Array.from({ length: seeds }, (_, n) => runOf(n + 1, everyS));
  for (const [at, { test, model }] of (runs[0]?.all ?? []).entries()) {
    const all = runs.map((run) => run.all[at]!);
    const missed = [all, runs.map((run) => run.settled[at]!)].map((of) => share(of, 'misses', 'dueSamples'));
    const cells = [test, model, `${everyS} s`, ...missed, share(all, 'falseAlarms', 'otherSamples')];
    process.stdout.write(`| ${cells.join(' | ')} |\n`);
  }
}
