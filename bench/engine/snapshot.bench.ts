/**
 * How long the event loop stands still for a snapshot, a digest and a picture of a busy park: each piece of work that
 * runs in one go is timed, as watch does it (server/state-copies.ts). Between two rounds some people are described anew; in the park
 * with work permits everybody moves, words on permits come, and some rows of registers change. Times are processor time of the process,
 * so that nothing else on the machine is in them; the garbage collector's threads are, which makes them an upper bound.
 * Run: node --expose-gc dist/bench/engine/snapshot.bench.js [--json]
 */
import { loadavg } from 'node:os';
import { memoryUsage } from 'node:process';
import { pack } from 'msgpackr';
import { runToEnd, Slices, type Steps } from '../../core/slices.ts';
import { Engine } from '../../engine/engine.ts';
import { FrameBuilder, pictureFrom, takePicture } from '../../engine/frames.ts';
import { createPark } from '../../engine/park.ts';
import { digestInSteps, packAhead, packState, takeState } from '../../engine/snapshot.ts';
import type { LogEntry } from '../../stream/protocol/entry.ts';
import { type BenchResult, runAsProgram } from '../geo/measure.ts';
import { PermitPark, projection } from '../rules/permit-rules.bench.ts';
import { busyEngine } from './busy-park.ts';

const PEOPLE = [20_000, 50_000];
const FENCES = 500;
const PERMITS = { people: 30_000, permits: 2_000, rows: 60_000 };
const LOOK_EVERY_S = 30;
const KEPT_S = 900;
const SECONDS_BETWEEN = 2;
const ROUNDS = 15;
const SLICE_MS = 2;
const DESCRIBED_ANEW = 20;

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/** Every step on its own: the work between two looks at the clock. */
class Watched {
  longestMs = 0;
  totalMs = 0;

  run<T>(work: () => T): T {
    const startMs = cpuMs();
    const result = work();
    this.#add(cpuMs() - startMs);
    return result;
  }

  /** What Slices would run in one turn: steps until SLICE_MS are over. */
  *steps<T>(steps: Steps<T>): Steps<T> {
    let sliceMs = 0;
    for (;;) {
      const startMs = cpuMs();
      const step = steps.next();
      sliceMs += cpuMs() - startMs;
      if (step.done === true || sliceMs >= SLICE_MS) {
        this.#add(sliceMs);
        sliceMs = 0;
      }
      if (step.done === true) return step.value;
      yield;
    }
  }

  #add(ms: number): void {
    this.longestMs = Math.max(this.longestMs, ms);
    this.totalMs += ms;
  }
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
const rounded = (ms: number): number => Math.round(ms * 100) / 100;

/** `between`: what happens in the park before each round. */
async function measure(name: string, engine: Engine, between: (round: number) => void): Promise<BenchResult> {
  const { park } = engine;
  const frames = new FrameBuilder(1_000);
  const slices = new Slices(SLICE_MS);
  const noted = new Map<string, Watched[]>();
  const note = (name: string, watched: Watched): void => {
    noted.set(name, [...(noted.get(name) ?? []), watched]);
  };
  const timed = <T>(name: string, work: () => T): T => {
    const watched = new Watched();
    const result = watched.run(work);
    note(name, watched);
    return result;
  };
  const sliced = async <T>(name: string, steps: Steps<T>): Promise<T> => {
    const watched = new Watched();
    const result = await slices.run(watched.steps(steps));
    note(name, watched);
    return result;
  };
  let bytes: Uint8Array = new Uint8Array(0);
  for (let round = -2; round < ROUNDS; round++) {
    between(round);
    await sliced('pack ahead', packAhead(engine));
    const state = timed('take the state', () => takeState(engine, 'e'));
    bytes = await sliced('pack and sum the snapshot', packState(state));
    await sliced('digest', digestInSteps(state));
    const at = { epoch: 'e', term: 1, atMs: park.nowMs, liveId: '0-0' };
    const picture = timed('take the picture', () => takePicture(engine, frames, at));
    await sliced('put the picture together', picture);
    if (round < 0) noted.clear();
  }
  const before = new Watched();
  const at = { epoch: 'e', term: 1, atMs: park.nowMs, liveId: '0-0' };
  before.run(() => pack(pictureFrom(engine, frames, at)));
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = memoryUsage();
  const figures: Record<string, number> = {
    'load of the machine': rounded(loadavg()[0] ?? 0),
    'bytes of a snapshot': bytes.length,
    'memory of the process, heap and buffers, MB': Math.round((heapUsed + arrayBuffers) / 1e6),
    'picture packed anew in one go, ms': rounded(before.totalMs),
    'digest all at once (replay), ms': rounded(timedOnce(() => runToEnd(digestInSteps(takeState(engine, ''))))),
  };
  let longestMs = 0;
  for (const [name, rounds] of noted) {
    const longest = rounds.map((watched) => watched.longestMs);
    longestMs = Math.max(longestMs, median(longest));
    figures[`${name}: longest block, median, ms`] = rounded(median(longest));
    figures[`${name}: longest block, worst, ms`] = rounded(Math.max(...longest));
    figures[`${name}: in all, median, ms`] = rounded(median(rounds.map((watched) => watched.totalMs)));
  }
  const row = { variant: 'longest block', best: Math.round(1_000 / longestMs), median: Math.round(1_000 / longestMs) };
  return {
    name: `copies of the state, ${name}`,
    unit: 'of the longest block, a second',
    rows: [row],
    ratio: 1,
    ratioOf: ['longest block', 'longest block'],
    figures,
  };
}

async function measureBusy(people: number): Promise<BenchResult> {
  const engine = busyEngine({ people, fences: FENCES, batch: 1_000, rounds: 3 });
  return await measure(`${people.toLocaleString('en')} people, ${FENCES} fences`, engine, (round) => {
    describeAnew(engine, round);
  });
}

function describeAnew({ park }: Engine, round: number): void {
  for (let n = 0; n < DESCRIBED_ANEW; n++) {
    const slot = (round * 1_009 + n * 997 + 5_000_000) % park.people.slotCount;
    const view = park.people.views[slot];
    if (view != null) park.people.setView(slot, { ...view, post: `岗位${round}` });
  }
}

/** Everything that work permits are judged by; a second of the park between two rounds. */
async function measurePermits(): Promise<BenchResult> {
  const { people, permits, rows } = PERMITS;
  const engine = new Engine(createPark(projection));
  const log = new PermitPark(people, permits, 11);
  const step = (entries: Iterable<LogEntry>): void => {
    for (const entry of entries) engine.step(entry);
  };
  step(log.registers());
  step(log.heardRows(rows));
  // Where everybody is is kept for a quarter of an hour.
  for (let s = LOOK_EVERY_S; s <= KEPT_S; s += LOOK_EVERY_S) step(log.second(s));
  let s = KEPT_S;
  const [allPeople, allPermits, allRows] = [people, permits, rows].map((count) => count.toLocaleString('en'));
  const name = `${allPeople} people, ${allPermits} permits, ${allRows} rows of registers`;
  return await measure(name, engine, (round) => {
    describeAnew(engine, round);
    for (let n = 0; n < SECONDS_BETWEEN; n++) step(log.second(++s));
    step(log.heardRows(DESCRIBED_ANEW, round + 10));
  });
}

function timedOnce(work: () => unknown): number {
  const startMs = cpuMs();
  work();
  return cpuMs() - startMs;
}

export async function run(): Promise<readonly BenchResult[]> {
  const results: BenchResult[] = [];
  for (const people of PEOPLE) results.push(await measureBusy(people));
  results.push(await measurePermits());
  return results;
}

await runAsProgram(import.meta.url, run);
