/**
 * How fast one core replays a log: entries as they lie on it are decoded and stepped by the engine, 20,000 people in
 * batches of 5,000 fixes among 500 forbidden areas, a tick a second; with and without the digests that a restart makes to
 * compare. Fixes only are counted. Run: node dist/bench/engine/replay.bench.js [--json]
 */
import { Digests } from '../../engine/digests.ts';
import { Engine } from '../../engine/engine.ts';
import { createPark } from '../../engine/park.ts';
import { ENTRY_KIND, type RawEntry } from '../../stream/protocol/entry.ts';
import { decodeEntry, encodeBody } from '../../stream/protocol/entry-codec.ts';
import { type BenchResult, benchResult, measure, runAsProgram } from '../geo/measure.ts';
import { busyLog, projection } from './busy-park.ts';

const PEOPLE = 20_000;
const SECONDS = 30;
const ROUNDS = 5;
/** A digest so often in this short log: one for the whole of it is one for 600,000 fixes, dearer than every 4,096 entries. */
const DIGEST_EVERY = 280;

function* rawLog(): Generator<RawEntry> {
  for (const { kind, seq, receivedAtMs, body } of busyLog({
    people: PEOPLE,
    fences: 500,
    batch: 5_000,
    rounds: SECONDS,
  })) {
    yield { seq, epoch: 'e', kind: ENTRY_KIND[kind], receivedAtMs, body: unaligned(encodeBody(kind, body as never)) };
  }
}

/** As a body lies in what the socket gave. */
function unaligned(body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(body.length + 3);
  bytes.set(body, 3);
  return bytes.subarray(3);
}

function replay(log: readonly RawEntry[], digests: Digests | null): number {
  const engine = new Engine(createPark(projection));
  let effects = 0;
  for (const raw of log) {
    effects += engine.step(decodeEntry(raw))?.effects.length ?? 0;
    digests?.reached(engine);
  }
  return effects;
}

function cpuMsOf(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

export async function run(): Promise<readonly BenchResult[]> {
  const log = [...rawLog()];
  const rows = measure(
    [
      { name: 'replayed', items: PEOPLE * SECONDS, run: () => replay(log, null) },
      {
        name: 'replayed with digests',
        items: PEOPLE * SECONDS,
        run: () => replay(log, new Digests(DIGEST_EVERY)),
      },
    ],
    ROUNDS,
  );
  const figures = {
    entries: log.length,
    'bytes a fix': Math.round((10 * log.reduce((sum, raw) => sum + raw.body.length, 0)) / (PEOPLE * SECONDS)) / 10,
    effects: replay(log, null),
    // What a core gives when nothing else wants it; garbage collection on other threads counted in.
    'fixes a second of processor time': Math.round((PEOPLE * SECONDS * 1_000) / cpuMsOf(() => replay(log, null))),
  };
  return [benchResult('replay', 'fixes/s', rows, ['replayed with digests', 'replayed'], figures)];
}

await runAsProgram(import.meta.url, run);
