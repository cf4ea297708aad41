/**
 * What can be reached at the edge of a fence by any rule that sees only fixes: Annex A's test of 越界(出界) (A.5) for observers
 * who know more than a rule may, beside the rule. A tag rests 3 m out (missed) or 3 m in (false); a run is two test areas of ten
 * minutes, as one of `park conformance`. The tables of docs/conformance.md. Nothing here measures speed.
 *
 * Run: npx tsx bench/rules/edge-bound.ts [RUNS]
 */

import { NOISE_MODELS, type NoiseModel, NoiseSource, RADIUS_PER_SIGMA } from '../../server/conformance/noise.ts';
import { LIMITS } from '../../server/conformance/rates.ts';
import { EDGES } from './bounds.bench.ts';

const [runs = 2_000] = process.argv.slice(2).map(Number);
const ACCURACY_M = 3;
const DEPTH_M = 3;
const SIGMA_M = ACCURACY_M / RADIUS_PER_SIGMA;
const AREAS = 2;
const SAMPLE_S = 5;
/** How often somebody crosses, to the observer who must reckon with it: once an hour. */
const CROSSINGS_PER_S = 1 / 3_600;
/** An alarm is shown this long after its condition went (off-delay): it counts where none is due. */
const OFF_DELAY_S = 10;

interface Observer {
  take(depthM: number, accuracyM: number, observedAtMs: number): unknown;
  readonly isAlarmed: boolean;
}
type MakeObserver = (everyS: number) => Observer;

/** Believes every fix. */
const believer: MakeObserver = () => {
  let lastM = Number.NaN;
  return {
    take(depthM) {
      lastM = depthM;
    },
    get isAlarmed() {
      return lastM > 0;
    },
  };
};

/**
 * Knows that the tag is 3 m in or 3 m out, how often it crosses, and that the error is AR(1) of `correlationS`: the exact odds,
 * fix by fix. Neither kind of mistake weighs more, so the odds decide at even. No rule is better under that noise.
 */
const informed =
  (correlationS: number, crossingsPerS: number): MakeObserver =>
  (everyS) => {
    const keep = Math.exp(-everyS / correlationS);
    const variance = SIGMA_M ** 2 * (1 - keep ** 2);
    const crossed = (1 - Math.exp(-2 * crossingsPerS * everyS)) / 2;
    let logOdds = Number.NaN;
    let beforeM = 0;
    return {
      take(depthM) {
        if (Number.isNaN(logOdds)) logOdds = (2 * DEPTH_M * depthM) / SIGMA_M ** 2;
        else {
          const likelihood = (nowM: number, thenM: number): number =>
            Math.exp(-((depthM - nowM - keep * (beforeM - thenM)) ** 2) / (2 * variance));
          const deep = 1 / (1 + Math.exp(-logOdds));
          const on = (nowM: number): number =>
            (nowM > 0 ? deep : 1 - deep) * (1 - crossed) * likelihood(nowM, nowM) +
            (nowM > 0 ? 1 - deep : deep) * crossed * likelihood(nowM, -nowM);
          logOdds = Math.log(Math.max(on(DEPTH_M), 1e-300) / Math.max(on(-DEPTH_M), 1e-300));
        }
        beforeM = depthM;
      },
      get isAlarmed() {
        return logOdds > 0;
      },
    };
  };

const OBSERVERS: readonly (readonly [string, MakeObserver])[] = [
  ['believes each fix', believer],
  ['knows noise of 20 s, nobody crosses', informed(20, 0)],
  ['knows noise of 20 s, one crossing an hour', informed(20, CROSSINGS_PER_S)],
  ['the rule', EDGES['out-of-bounds']],
];

interface Test {
  readonly everyS: number;
  readonly minutes: number;
  /** From the first fix to the first sample. */
  readonly skipS: number;
}

/** Shares of wrong samples of each run, ascending. */
function sharesOf(make: MakeObserver, noise: NoiseModel, { everyS, minutes, skipS }: Test, depthM: number): number[] {
  const shares = Array.from({ length: runs }, (_, run) => {
    let samples = 0;
    let wrong = 0;
    for (let area = 0; area < AREAS; area++) {
      const source = new NoiseSource(noise, (run * AREAS + area) * 7_919 + (depthM > 0 ? 1 : 2));
      const observer = make(everyS);
      let alarmedAtS = Number.NEGATIVE_INFINITY;
      for (let s = 0; s <= skipS + 60 * minutes; s++) {
        if (s % everyS === 0) observer.take(depthM + source.next(everyS).east, ACCURACY_M, 1_000 * (s + 1));
        if (observer.isAlarmed) alarmedAtS = s;
        if (s % SAMPLE_S !== 0 || s < skipS + SAMPLE_S) continue;
        samples++;
        const isAlarmed = depthM > 0 ? observer.isAlarmed : s - alarmedAtS < OFF_DELAY_S;
        if (isAlarmed !== depthM > 0) wrong++;
      }
    }
    return wrong / samples;
  });
  return shares.sort((a, b) => a - b);
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

function cellsOf(shares: readonly number[], limit: number): string[] {
  const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
  const over = shares.filter((share) => share >= limit).length / shares.length;
  return [mean, shares[Math.floor(0.95 * shares.length)] ?? 0, shares.at(-1) ?? 0, over].map(percent);
}

const row = (...cells: readonly string[]): void => void process.stdout.write(`| ${cells.join(' | ')} |\n`);
const stated = (...names: string[]): NoiseModel[] => NOISE_MODELS.filter(({ name }) => names.includes(name));

row(
  'observer',
  'noise',
  'fix each',
  'missed',
  '1 run in 20',
  'worst',
  'runs over',
  'false',
  '1 run in 20',
  'worst',
  'runs over',
);
row(...Array.from({ length: 11 }, () => '---'));
for (const noise of stated('white-3m-still', 'ar5s-3m-still', 'ar20s-3m-still')) {
  for (const everyS of [2, 5]) {
    for (const [name, make] of OBSERVERS) {
      const test = { everyS, minutes: 10, skipS: 0 };
      const missed = cellsOf(sharesOf(make, noise, test, DEPTH_M), LIMITS.missRate);
      row(
        name,
        noise.name,
        `${everyS} s`,
        ...missed,
        ...cellsOf(sharesOf(make, noise, test, -DEPTH_M), LIMITS.falseRate),
      );
    }
  }
}

process.stdout.write('\n');
row('length', 'from', 'fix each', 'missed', '1 run in 20', 'worst', 'runs over');
row(...Array.from({ length: 7 }, () => '---'));
for (const noise of stated('ar20s-3m-still')) {
  for (const everyS of [2, 5]) {
    for (const [minutes, skipS] of [
      [10, 0],
      [20, 0],
      [30, 0],
      [10, 120],
    ] as const) {
      const shares = sharesOf(EDGES['out-of-bounds'], noise, { everyS, minutes, skipS }, DEPTH_M);
      row(`${minutes} min`, `${skipS} s`, `${everyS} s`, ...cellsOf(shares, LIMITS.missRate));
    }
  }
}
