/**
 * How 越界 and presence behave at an edge under noisy fixes: false alarms per hour for a person who stands outside, delay after
 * a crossing, flapping of a person on the edge. And 静止: how often a tag that lies still seems to move, how long a walk takes
 * to be noticed. Seeded walks along a straight edge; the rule itself is asked, as the engine
 * asks it. Noise as AQ 3064.3 7.1.1 allows: a radius of 3 m standing and 5 m walking holds 68.27 % of the fixes; white,
 * or first-order autoregressive with the correlation time named. Nothing here measures speed.
 *
 * Run: node dist/bench/rules/bounds.bench.js [--json] [--hours N]
 */
import { realpathSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { EVIDENCE, type EvidenceColumns, gatherInColumns } from '../../alarms/evidence.kernel.ts';
import { DEFAULT_ACCURACY_MOVING_M, DEFAULT_ACCURACY_STILL_M, isOutOfReach } from '../../alarms/evidence.ts';
import { createOutOfBoundsState, type OutOfBoundsState, watchBounds } from '../../alarms/out-of-bounds.ts';
import { gatherRest, type RestColumns } from '../../alarms/rest.kernel.ts';
import { DEFAULT_RULE_SETTINGS } from '../../alarms/rule-settings.ts';
import { createRandom, gaussian, type Random } from '../random.ts';
import { RADIUS_PER_SIGMA } from '../simulator/noise.ts';

const settings = DEFAULT_RULE_SETTINGS.outOfBounds;

export interface NoiseModel {
  readonly name: string;
  /** Time in which the error forgets itself (to 1/e), s; 0: white. */
  readonly correlationS: number;
}
export const NOISE_MODELS: readonly NoiseModel[] = [
  { name: 'white', correlationS: 0 },
  { name: 'AR(1) 5 s', correlationS: 5 },
  { name: 'AR(1) 20 s', correlationS: 20 },
];
export const INTERVALS_S = [1, 2, 5] as const;
export const OUTSIDE_M = [0, 1, 2, 3, 5] as const;
export const DEPTHS_M = [3, 6, 10] as const;
const WALK_MPS = 1.4;
const APPROACH_M = 20;
const STEP_FROM_M = 6;
const STEP_AFTER_S = 30;
/** A crossing that is not noticed within this time counts as missed. */
const PATIENCE_S = 120;

/** Standing at an edge for `hours`: negative depth is outside. */
export interface StandingResult {
  readonly raisedPerHour: number;
  /** Share of the hours with at least one. */
  readonly falseHourShare: number;
  readonly clearedPerHour: number;
  /** Share of the time with a standing alarm. */
  readonly alarmedShare: number;
}

/** Seconds between the first fix sent from the full depth and the alarm. */
export interface CrossingResult {
  readonly p50S: number;
  readonly p95S: number;
  readonly within5sShare: number;
  readonly missedShare: number;
}

/** One person's tag: unit noise, scaled by the accuracy of the moment. */
class Tag {
  readonly #random: Random;
  readonly #keep: number;
  #unit: number;
  constructor(random: Random, { correlationS }: NoiseModel, intervalS: number) {
    this.#random = random;
    this.#keep = correlationS === 0 ? 0 : Math.exp(-intervalS / correlationS);
    this.#unit = gaussian(random);
  }
  /** Error across the edge, m. */
  next(accuracyM: number): number {
    this.#unit = this.#keep * this.#unit + Math.sqrt(1 - this.#keep * this.#keep) * gaussian(this.#random);
    return (this.#unit * accuracyM) / RADIUS_PER_SIGMA;
  }
}

interface EdgeRule {
  take(depthM: number, accuracyM: number, observedAtMs: number): 'raise' | 'clear' | 'none';
  readonly isAlarmed: boolean;
}

/** What engine/presence.ts does with one fix near an edge. */
class PresenceEdge implements EdgeRule {
  readonly #row: EvidenceColumns = {
    raise: new Float32Array(1),
    clear: new Float32Array(1),
    meanM: new Float32Array(1),
    lastAtMs: new Float64Array(1),
    onsetAtMs: new Float64Array(1),
  };
  isAlarmed = false;

  take(depthM: number, accuracyM: number, observedAtMs: number): 'raise' | 'clear' | 'none' {
    if (!this.isAlarmed && isOutOfReach(DEFAULT_RULE_SETTINGS.presence, depthM, accuracyM)) {
      for (const column of Object.values(this.#row)) column[0] = 0;
      return 'none';
    }
    const verdict = gatherInColumns(DEFAULT_RULE_SETTINGS.presence, this.#row, 0, depthM, accuracyM, observedAtMs);
    const isNews = verdict !== EVIDENCE.none && (verdict === EVIDENCE.raise) !== this.isAlarmed;
    if (!isNews) return 'none';
    this.isAlarmed = verdict === EVIDENCE.raise;
    for (const column of [this.#row.raise, this.#row.clear, this.#row.onsetAtMs]) column[0] = 0;
    return this.isAlarmed ? 'raise' : 'clear';
  }
}

/** What engine/fixes.ts does with one fix near an edge. */
class Edge implements EdgeRule {
  #state: OutOfBoundsState = createOutOfBoundsState();

  take(depthM: number, accuracyM: number, observedAtMs: number): 'raise' | 'clear' | 'none' {
    if (this.#state.alarmId === null && isOutOfReach(settings, depthM, accuracyM)) {
      this.#state = createOutOfBoundsState();
      return 'none';
    }
    const verdict = watchBounds(settings, this.#state, { observedAtMs, lng: 0, lat: 0, accuracyM, depthM });
    if (verdict.type === 'raise') this.#state.alarmId = 'alarm';
    if (verdict.type === 'clear') this.#state.alarmId = null;
    return verdict.type;
  }

  get isAlarmed(): boolean {
    return this.#state.alarmId !== null;
  }
}

export const EDGES = { 'out-of-bounds': () => new Edge(), presence: () => new PresenceEdge() } as const;
export type EdgeName = keyof typeof EDGES;

export function measureStanding(
  depthM: number,
  noise: NoiseModel,
  intervalS: number,
  hours: number,
  seed: number,
  edgeName: EdgeName = 'out-of-bounds',
): StandingResult {
  const random = createRandom(seed);
  let raised = 0;
  let falseHours = 0;
  let cleared = 0;
  let alarmed = 0;
  let fixes = 0;
  const accuracyM = DEFAULT_ACCURACY_STILL_M;
  for (let hour = 0; hour < hours; hour++) {
    const tag = new Tag(random, noise, intervalS);
    const edge = EDGES[edgeName]();
    const raisedBefore = raised;
    for (let s = 0; s < 3600; s += intervalS) {
      const verdict = edge.take(depthM + tag.next(accuracyM), accuracyM, 1_000 * (s + 1));
      if (verdict === 'raise') raised++;
      if (verdict === 'clear') cleared++;
      if (edge.isAlarmed) alarmed++;
      fixes++;
    }
    if (raised > raisedBefore) falseHours++;
  }
  return {
    raisedPerHour: raised / hours,
    falseHourShare: falseHours / hours,
    clearedPerHour: cleared / hours,
    alarmedShare: alarmed / fixes,
  };
}

/**
 * Ways to come to stand `depthM` behind the edge. `steps in`: from 6 m outside at once, as after a gap in reception.
 * `walks in`: at 1.4 m/s from 20 m outside, with the noise of a moving tag on the way.
 */
export const WAYS = ['steps in', 'walks in'] as const;
export type Way = (typeof WAYS)[number];

/** The delay counts from the first fix sent from the full depth; the tag's phase against the crossing is random. */
export function measureCrossing(
  way: Way,
  depthM: number,
  noise: NoiseModel,
  intervalS: number,
  crossings: number,
  seed: number,
  edgeName: EdgeName = 'out-of-bounds',
): CrossingResult {
  const random = createRandom(seed);
  const delaysS: number[] = [];
  let missed = 0;
  for (let n = 0; n < crossings; n++) {
    const tag = new Tag(random, noise, intervalS);
    const edge = EDGES[edgeName]();
    const phaseS = random() * intervalS;
    const arrivalS = way === 'steps in' ? STEP_AFTER_S : (APPROACH_M + depthM) / WALK_MPS;
    let firstAtDepthS = Number.NaN;
    let raisedS = Number.NaN;
    for (let s = phaseS; !(s - firstAtDepthS > PATIENCE_S); s += intervalS) {
      const isThere = s >= arrivalS;
      if (isThere && Number.isNaN(firstAtDepthS)) firstAtDepthS = s;
      const trueM = isThere ? depthM : way === 'steps in' ? -STEP_FROM_M : s * WALK_MPS - APPROACH_M;
      const accuracyM = isThere || way === 'steps in' ? DEFAULT_ACCURACY_STILL_M : DEFAULT_ACCURACY_MOVING_M;
      const verdict = edge.take(trueM + tag.next(accuracyM), accuracyM, 1_000 * (s + 1));
      if (verdict === 'raise') raisedS = s;
      // What the noise of the way cleared again is no notice.
      if (verdict === 'clear') raisedS = Number.NaN;
      if (isThere && !Number.isNaN(raisedS)) break;
    }
    if (Number.isNaN(raisedS)) missed++;
    else delaysS.push(Math.max(0, raisedS - firstAtDepthS));
  }
  delaysS.sort((a, b) => a - b);
  const at = (share: number): number =>
    delaysS[Math.min(delaysS.length - 1, Math.floor(share * delaysS.length))] ?? PATIENCE_S;
  return {
    p50S: at(0.5),
    p95S: at(0.95),
    within5sShare: delaysS.filter((delayS) => delayS <= 5).length / crossings,
    missedShare: missed / crossings,
  };
}

/** A tag that lies still, and one that begins to walk after that. */
export interface RestResult {
  /** Movements found per hour of a tag that lies still. */
  readonly movedPerHour: number;
  /** Share of spans of 5 minutes without one: a limit of 5 minutes would be noticed. */
  readonly stillIn5MinShare: number;
  /** From the first step of a walk to its notice, s. */
  readonly walkP50S: number;
  readonly walkP95S: number;
}

export function measureRest(noise: NoiseModel, intervalS: number, hours: number, seed: number): RestResult {
  const random = createRandom(seed);
  const walksS: number[] = [];
  let moved = 0;
  let spans = 0;
  let stillSpans = 0;
  for (let hour = 0; hour < hours; hour++) {
    const [east, north] = [new Tag(random, noise, intervalS), new Tag(random, noise, intervalS)];
    const row = restRow();
    const take = (walkedM: number, s: number): boolean => {
      const sinceMs = row.sinceMs[0];
      const accuracyM = walkedM > 0 ? DEFAULT_ACCURACY_MOVING_M : DEFAULT_ACCURACY_STILL_M;
      const at = [walkedM + east.next(accuracyM), north.next(accuracyM)] as const;
      const { stillness, outOfBounds } = DEFAULT_RULE_SETTINGS;
      gatherRest(stillness, outOfBounds.independentMs, row, 0, ...at, accuracyM, Number.NaN, 1_000 * (s + 1));
      return s > 0 && row.sinceMs[0] !== sinceMs;
    };
    let movedInSpan = false;
    for (let s = 0; s < 3_600; s += intervalS) {
      if (take(0, s)) {
        moved++;
        movedInSpan = true;
      }
      if ((s + intervalS) % SPAN_S !== 0) continue;
      spans++;
      if (!movedInSpan) stillSpans++;
      movedInSpan = false;
    }
    for (let s = intervalS; s < PATIENCE_S; s += intervalS) {
      if (!take(s * WALK_MPS, 3_600 + s)) continue;
      walksS.push(s);
      break;
    }
  }
  walksS.sort((a, b) => a - b);
  const at = (share: number): number => walksS[Math.floor(share * walksS.length)] ?? PATIENCE_S;
  return {
    movedPerHour: moved / hours,
    stillIn5MinShare: stillSpans / spans,
    walkP50S: at(0.5),
    walkP95S: at(0.95),
  };
}

const SPAN_S = 300;
const restRow = (): RestColumns => ({
  restEasting: new Float64Array(1),
  restNorthing: new Float64Array(1),
  fixes: new Uint16Array(1),
  moved: new Float32Array(1),
  sinceMs: new Float64Array(1),
  lastMs: new Float64Array(1),
  hasMoved: new Uint8Array(1),
});

export interface BoundsReport {
  readonly hours: number;
  readonly crossings: number;
  readonly edge: EdgeName;
  readonly standing: readonly (StandingResult & { noise: string; intervalS: number; outsideM: number })[];
  readonly crossing: readonly (CrossingResult & { way: Way; noise: string; intervalS: number; depthM: number })[];
  readonly rest: readonly (RestResult & { noise: string; intervalS: number })[];
}

export function measureBounds(edge: EdgeName, hours: number, crossings: number, seed = 1): BoundsReport {
  const rest: BoundsReport['rest'][number][] = [];
  const standing: BoundsReport['standing'][number][] = [];
  const crossing: BoundsReport['crossing'][number][] = [];
  for (const noise of NOISE_MODELS) {
    for (const intervalS of INTERVALS_S) {
      rest.push({ noise: noise.name, intervalS, ...measureRest(noise, intervalS, hours, seed) });
      for (const outsideM of OUTSIDE_M) {
        const result = measureStanding(-outsideM, noise, intervalS, hours, seed, edge);
        standing.push({ noise: noise.name, intervalS, outsideM, ...result });
      }
      for (const way of WAYS) {
        for (const depthM of DEPTHS_M) {
          const result = measureCrossing(way, depthM, noise, intervalS, crossings, seed, edge);
          crossing.push({ way, noise: noise.name, intervalS, depthM, ...result });
        }
      }
    }
  }
  return { edge, hours, crossings, standing, crossing, rest };
}

function markdownFrom(report: BoundsReport): string {
  const row = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
  const seconds = (value: number): string => `${value.toFixed(0)} s`;
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  return [
    `${report.edge}`,
    '',
    row(['noise', 'fix each', 'outside by', 'raised/h', 'hours with one', 'cleared/h', 'time in alarm']),
    row(['---', '---:', '---:', '---:', '---:', '---:', '---:']),
    ...report.standing.map((s) =>
      row([
        s.noise,
        `${s.intervalS} s`,
        `${s.outsideM} m`,
        fixed(s.raisedPerHour),
        percent(s.falseHourShare),
        fixed(s.clearedPerHour),
        percent(s.alarmedShare),
      ]),
    ),
    '',
    row(['way', 'noise', 'fix each', 'depth', 'delay p50', 'delay p95', 'within 5 s', `not within ${PATIENCE_S} s`]),
    row(['---', '---', '---:', '---:', '---:', '---:', '---:', '---:']),
    ...report.crossing.map((c) =>
      row([
        c.way,
        c.noise,
        `${c.intervalS} s`,
        `${c.depthM} m`,
        seconds(c.p50S),
        seconds(c.p95S),
        percent(c.within5sShare),
        percent(c.missedShare),
      ]),
    ),
    '',
    row(['noise', 'fix each', 'seems to move/h', '5 min seen still', 'walk noticed p50', 'p95']),
    row(['---', '---:', '---:', '---:', '---:', '---:']),
    ...report.rest.map((r) =>
      row([
        r.noise,
        `${r.intervalS} s`,
        fixed(r.movedPerHour),
        percent(r.stillIn5MinShare),
        seconds(r.walkP50S),
        seconds(r.walkP95S),
      ]),
    ),
    '',
  ].join('\n');
}

const fixed = (perHour: number): string => (perHour === 0 ? '0' : perHour.toFixed(perHour < 0.1 ? 3 : 2));

const program = process.argv[1];
if (program !== undefined && pathToFileURL(realpathSync(program)).href === import.meta.url) {
  const given = process.argv.indexOf('--hours');
  const hours = given === -1 ? 1_000 : Number(process.argv[given + 1]);
  const reports = Object.keys(EDGES).map((edge) => measureBounds(edge as EdgeName, hours, 2_000));
  const isJson = process.argv.includes('--json');
  process.stdout.write(isJson ? `${JSON.stringify(reports, null, 2)}\n` : reports.map(markdownFrom).join('\n'));
}
