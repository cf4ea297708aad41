/**
 * What gatherings cost: a whole tick of the engine with 500 people who walk on 100 m x 100 m, alarms told and all parts on; one tick's circles of people on 100 m x 100 m, and of 30,000 spread over a park, with the groups of the
 * tick before standing. Processor time of the process. The work is counted in candidate circles; beyond the budget circles are coarse, and the share says so.
 *
 * Run: node dist/bench/rules/gathering.bench.js [--json]
 */
import { DEFAULT_RULE_SETTINGS } from '../../alarms/rule-settings.ts';
import { Engine } from '../../engine/engine.ts';
import { createPark } from '../../engine/park.ts';
import { DiscCover } from '../../geo/disc-cover.kernel.ts';
import { busyLog, projection } from '../engine/busy-park.ts';
import { type BenchResult, benchResult, runAsProgram } from '../geo/measure.ts';
import { createRandom, gaussian } from '../random.ts';

const { radiusM, redFrom, orangeFrom, from, budget } = DEFAULT_RULE_SETTINGS.gathering;
const TICKS = 40;
/** Of filtered places from one second to the next. */
const TREMBLE_M = 0.5;

interface Case {
  readonly name: string;
  readonly people: number;
  readonly sideM: number;
}
const CASES: readonly Case[] = [
  { name: '500 on 100 m x 100 m', people: 500, sideM: 100 },
  { name: '2,000 on 100 m x 100 m', people: 2_000, sideM: 100 },
  { name: '5,000 on 100 m x 100 m', people: 5_000, sideM: 100 },
  { name: '30,000 on 5 km x 5 km', people: 30_000, sideM: 5_000 },
];

function measureCase({ people, sideM }: Case): { ticksMs: number[]; work: number; coarseShare: number; discs: number } {
  const random = createRandom(1);
  const easting = Float64Array.from({ length: people }, () => random() * sideM);
  const northing = Float64Array.from({ length: people }, () => random() * sideM);
  const cover = new DiscCover();
  let groups: number[][] = [];
  const ticksMs: number[] = [];
  let work = 0;
  let coarse = 0;
  let discs = 0;
  for (let tick = -5; tick < TICKS; tick++) {
    for (let i = 0; i < people; i++) {
      easting[i]! += gaussian(random) * TREMBLE_M;
      northing[i]! += gaussian(random) * TREMBLE_M;
    }
    const start = process.cpuUsage();
    cover.cover({ count: people, easting, northing, radiusM, levels: [redFrom, orangeFrom, from], budget, groups });
    const { user, system } = process.cpuUsage(start);
    if (tick >= 0) ticksMs.push((user + system) / 1_000);
    groups = cover.ends.map((end, disc) => [...cover.members.slice(cover.ends[disc - 1] ?? 0, end)]);
    work = Math.max(work, cover.work);
    coarse += cover.slackM.filter((slackM) => slackM > 0).length;
    discs += cover.ends.length;
  }
  return { ticksMs: ticksMs.sort((a, b) => a - b), work, coarseShare: coarse / discs, discs: groups.length };
}

/** All that the engine does in a tick, once gatherings stand. */
function measureWholeTick(): BenchResult {
  const people = 500;
  const engine = new Engine(createPark(projection));
  const ticksMs: number[] = [];
  // Raised after a minute.
  for (const entry of busyLog({ people, fences: 8, batch: people, rounds: 70 + TICKS, halfM: 50 })) {
    const start = process.cpuUsage();
    engine.step(entry);
    const { user, system } = process.cpuUsage(start);
    if (entry.kind === 'tick') ticksMs.push((user + system) / 1_000);
  }
  const sorted = ticksMs.slice(-TICKS).sort((a, b) => a - b);
  const name = `whole tick, ${people} people`;
  const perS = (ms: number): number => Math.round(1_000 / ms);
  const rows = [{ variant: name, best: perS(sorted[0]!), median: perS(sorted[TICKS / 2]!) }];
  const standing = [...engine.park.alarms.standing.values()].filter(({ rule }) => rule === 'gathering');
  return benchResult('gathering, whole tick', 'ticks/s', rows, [name, name], {
    tickMedianMs: Number(sorted[TICKS / 2]!.toFixed(2)),
    tickMostMs: Number(sorted.at(-1)!.toFixed(2)),
    gatherings: standing.length,
  });
}

export async function run(): Promise<BenchResult[]> {
  const kernel = CASES.map((one) => {
    const { ticksMs, work, coarseShare, discs } = measureCase(one);
    const perS = (ms: number): number => Math.round(1_000 / ms);
    const rows = [{ variant: one.name, best: perS(ticksMs[0]!), median: perS(ticksMs[TICKS / 2]!) }];
    return benchResult('gathering', 'ticks/s', rows, [one.name, one.name], {
      tickMedianMs: Number(ticksMs[TICKS / 2]!.toFixed(2)),
      tickP95Ms: Number(ticksMs[Math.floor(TICKS * 0.95)]!.toFixed(2)),
      candidatesMost: work,
      coarseShare: Number(coarseShare.toFixed(3)),
      discs,
    });
  });
  return [measureWholeTick(), ...kernel];
}

await runAsProgram(import.meta.url, run);
