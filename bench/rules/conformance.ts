/** Miss and false rates of Annex A's layouts by noise model, over many seeds, in virtual time: the table of docs/conformance.md. */
import { Engine } from '../../engine/engine.ts';
import { createPark } from '../../engine/park.ts';
import { createProjection, SHANGHAI_2000_B } from '../../geo/projection.ts';
import { createStations, type Rate, ratesOf } from '../../server/conformance/stations.ts';
import { runVirtually } from '../../server/conformance/virtual-run.ts';

const [seeds = 20, everyS = 2] = process.argv.slice(2).map(Number);
const projection = createProjection(SHANGHAI_2000_B);
const origin = projection.eastingNorthingFromLngLat(121.7, 30.7);
const rates = Array.from({ length: seeds }, (_, n): Rate[] => {
  const stations = createStations(n + 1);
  const engine = new Engine(createPark(projection));
  const startMs = Date.UTC(2026, 10, 20, 8);
  const run = { engine, projection, origin, companyCode: 'CNF-TEST', startMs, seconds: 600, everyS, sampleS: 5 };
  return ratesOf(stations, runVirtually(run, stations));
});

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const share = (runs: readonly Rate[], part: 'misses' | 'falseAlarms', of: 'dueSamples' | 'otherSamples'): string => {
  const pooled = runs.reduce((sum, run) => sum + run[part], 0) / runs.reduce((sum, run) => sum + run[of], 0);
  return `${percent(pooled)} (${percent(Math.max(...runs.map((run) => run[part] / run[of])))})`;
};

process.stdout.write('| test | noise | missed | false |\n|---|---|---|---|\n');
for (const [at, { test, model }] of (rates[0] ?? []).entries()) {
  const runs = rates.map((run) => run[at]).filter((rate) => rate !== undefined);
  const cells = [test, model, share(runs, 'misses', 'dueSamples'), share(runs, 'falseAlarms', 'otherSamples')];
  process.stdout.write(`| ${cells.join(' | ')} |\n`);
}
