/**
 * What a muster of the whole park costs the engine's tick with 30,000 people who all move: the part alone, a quiet second, and one in
 * which a tenth falls silent or is heard again; the declaration; and what is told. Processor time of the process.
 *
 * Run: node dist/bench/rules/muster.bench.js [--json]
 */
import { pack } from 'msgpackr';
import { Engine } from '../../engine/engine.ts';
import { Musters } from '../../engine/muster.ts';
import { createPark } from '../../engine/park.ts';
import type { Effect } from '../../stream/protocol/effects.ts';
import type { LogEntry } from '../../stream/protocol/entry.ts';
import { busyLog, projection } from '../engine/busy-park.ts';
import { type BenchResult, benchResult, runAsProgram } from '../geo/measure.ts';

const PEOPLE = 30_000;
const ROUNDS = 24;
/** Rounds before it is declared. */
const BEFORE = 3;
const SUSPECT = 2;

function cpuMs(run: () => void): number {
  const start = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1_000;
}
const bytesOf = (effects: readonly Effect[]): number =>
  effects.reduce((sum, effect) => sum + (effect.t === 'doc' ? pack(effect).length : 0), 0);
const kB = (bytes: number): number => Math.round(bytes / 1_000);

export async function run(): Promise<BenchResult[]> {
  const engine = new Engine(createPark(projection));
  const { park } = engine;
  const musters = park.part(Musters);
  const quietMs: number[] = [];
  const busyMs: number[] = [];
  const busyBytes: number[] = [];
  let declareMs = 0;
  let declareBytes = 0;
  let round = 0;
  const declare = (): void => {
    const place = { of: 'park' } as const;
    const body = {
      ...{ actId: 'm', act: 'muster', alarmId: '', comment: null, userId: 'u', userName: 'u', companyCode: null },
      ...{ role: 'operator', input: { step: 'declare', kind: 'drill', place } },
    } as const;
    const entry = { kind: 'act', seq: engine.seq + 1, receivedAtMs: park.nowMs, body } as LogEntry;
    const effects: Effect[] = [];
    declareMs = cpuMs(() => musters.onEntry(park, entry, effects));
    declareBytes = bytesOf(effects);
  };
  for (const entry of busyLog({ people: PEOPLE, fences: 1_000, batch: 1_000, rounds: ROUNDS })) {
    if (entry.kind === 'tick') {
      round++;
      if (round === BEFORE) declare();
      // The engine's own look comes with the entry below, and finds what this one found.
      if (round > BEFORE) {
        quietMs.push(cpuMs(() => musters.onTick(park, [])));
        for (let slot = round % 10; slot < PEOPLE; slot += 10) park.people.freshness[slot] = SUSPECT;
        const effects: Effect[] = [];
        busyMs.push(cpuMs(() => musters.onTick(park, effects)));
        busyBytes.push(bytesOf(effects));
      }
    }
    engine.step(entry);
  }
  const rows = [
    ['whole park, a quiet second', quietMs],
    ['whole park, a tenth changes', busyMs],
  ] as const;
  const listed = park.docs.get('muster', 'm');
  return rows.map(([name, times]) => {
    const sorted = times.toSorted((a, b) => a - b);
    const median = sorted[sorted.length >> 1]!;
    const perS = (ms: number): number => Math.round(1_000 / ms);
    return benchResult(
      'muster',
      'ticks/s',
      [{ variant: name, best: perS(sorted[0]!), median: perS(median) }],
      [name, name],
      {
        tickMedianMs: Number(median.toFixed(2)),
        tickMostMs: Number(sorted.at(-1)!.toFixed(2)),
        toldKB: name.endsWith('changes') ? kB(busyBytes.toSorted((a, b) => a - b)[busyBytes.length >> 1]!) : 0,
        declareMs: Number(declareMs.toFixed(1)),
        declaredKB: kB(declareBytes),
        people: listed?.atStart ?? 0,
      },
    );
  });
}

await runAsProgram(import.meta.url, run);
