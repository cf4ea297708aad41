/**
 * How the reporting watch behaves: how long a silence takes to be told, and how often a sender that lives is told silent.
 * Seeded senders on a clock of their own; the rule itself is asked, as the engine asks it, once a second. Nothing here
 * measures speed.
 *
 * Run: node dist/bench/rules/reporting.bench.js [--days N]
 */
import { realpathSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { createSender, hear, judgeSilence, takeMode } from '../../alarms/reporting.ts';
import { DEFAULT_RULE_SETTINGS } from '../../alarms/rule-settings.ts';
import type { SendingMode } from '../../stream/protocol/vocabulary.ts';
import { type BenchResult, benchResult } from '../geo/measure.ts';
import { createRandom, gaussian, type Random } from '../random.ts';

const settings = DEFAULT_RULE_SETTINGS.reporting;
/** Sends before its pace counts as known. */
const LEARN_S = 3_600;
const T0_MS = 1_000_000;

export interface PaceModel {
  readonly name: string;
  readonly mode: SendingMode;
  readonly intervalS: number;
  /** Next pause, s. */
  readonly nextS: (random: Random, intervalS: number) => number;
}

const steady = (_random: Random, intervalS: number): number => intervalS;
/** A standard deviation of a tenth. */
const jittery = (random: Random, intervalS: number): number => Math.max(intervalS * (1 + 0.1 * gaussian(random)), 0.1);
/** Jitter, and each batch lost with a chance of 5 %. */
const lossy = (random: Random, intervalS: number): number => {
  let pauseS = jittery(random, intervalS);
  while (random() < 0.05) pauseS += jittery(random, intervalS);
  return pauseS;
};
/** Pauses with no memory at all: an exponential distribution of the same mean. */
const irregular = (random: Random, intervalS: number): number => -intervalS * Math.log(1 - random());
/** Jitter, and once in 500 batches a connection that hangs for 40 s. */
const hanging = (random: Random, intervalS: number): number => jittery(random, intervalS) + (random() < 0.002 ? 40 : 0);

const model = (
  name: string,
  intervalS: number,
  nextS: PaceModel['nextS'],
  mode: SendingMode = 'periodic',
): PaceModel => ({
  name,
  mode,
  intervalS,
  nextS,
});
export const PACES: readonly PaceModel[] = [
  ...[1, 5, 30].map((s) => model('steady', s, steady)),
  ...[1, 5, 30].map((s) => model('jitter 10 %', s, jittery)),
  ...[1, 5, 30].map((s) => model('jitter, 5 % lost', s, lossy)),
  ...[1, 5, 15].map((s) => model('exponential', s, irregular)),
  ...[1, 5, 30].map((s) => model('jitter, hangs 40 s', s, hanging)),
  model('heartbeats, jitter', 60, jittery, 'on-change'),
  model('heartbeats, jitter', 300, jittery, 'on-change'),
  model('heartbeats, 5 % lost', 60, lossy, 'on-change'),
];

export interface ReportingResult {
  /** Alarms of a sender that lives, a day. */
  readonly falsePerDay: number;
  /** Of the day it was late. */
  readonly lateShare: number;
  /** Seconds from the last sign of life until it is told silent. */
  readonly detectedP50S: number;
  readonly detectedMaxS: number;
}

export function measure(pace: PaceModel, days: number, seed: number): ReportingResult {
  const random = createRandom(seed);
  const sender = createSender('c', 'positions', T0_MS);
  takeMode(sender, pace.mode, null);
  const by = pace.mode === 'on-change' ? 'heartbeat' : 'records';
  let nextS = 0;
  let falseAlarms = 0;
  let lateS = 0;
  const endS = LEARN_S + days * 86_400;
  for (let s = 0; s < endS; s++) {
    for (; nextS <= s; nextS += pace.nextS(random, pace.intervalS)) hear(sender, by, T0_MS + Math.round(nextS * 1_000));
    const { silence } = judgeSilence(sender, settings, 0, T0_MS + s * 1_000);
    if (silence === 'silent' && sender.state !== 'silent' && s >= LEARN_S) falseAlarms++;
    if (silence !== 'none' && s >= LEARN_S) lateS++;
    // As the engine: silent until heard for a minute.
    if (silence === 'silent') {
      sender.state = 'silent';
      sender.backSinceMs = 0;
    } else if (sender.state === 'silent' && sender.backSinceMs !== 0) {
      if (silence !== 'none') sender.backSinceMs = 0;
      else if (T0_MS + s * 1_000 - sender.backSinceMs >= settings.recoverMs) sender.state = 'online';
    } else if (sender.state !== 'silent') sender.state = 'online';
  }
  return { falsePerDay: falseAlarms / days, lateShare: lateS / (days * 86_400), ...detection(pace, seed) };
}

/** Silences of a sender whose pace is known. */
function detection(pace: PaceModel, seed: number): Pick<ReportingResult, 'detectedP50S' | 'detectedMaxS'> {
  const found: number[] = [];
  for (let n = 0; n < 100; n++) {
    const random = createRandom(seed + 1_000 + n);
    const sender = createSender('c', 'positions', T0_MS);
    takeMode(sender, pace.mode, null);
    let atS = 0;
    for (let k = 0; k < 200; k++) {
      hear(sender, pace.mode === 'on-change' ? 'heartbeat' : 'records', T0_MS + Math.round(atS * 1_000));
      atS += pace.nextS(random, pace.intervalS);
    }
    let s = 1;
    while (judgeSilence(sender, settings, 0, sender.heardAtMs + s * 1_000).silence !== 'silent') s++;
    found.push(s);
  }
  found.sort((a, b) => a - b);
  return { detectedP50S: found[50] as number, detectedMaxS: found.at(-1) as number };
}

/** A day of each pace: how many false alarms, how late a silence is told at most. */
export async function run(): Promise<readonly BenchResult[]> {
  const results = PACES.map((pace, n) => measure(pace, 1, 1 + n));
  const name = 'senders told silent';
  const rows = [{ variant: name, best: PACES.length, median: PACES.length }];
  const figures = {
    'false alarms a sender and day': results.reduce((sum, one) => sum + one.falsePerDay, 0) / results.length,
    'told after s, most': Math.max(...results.map((one) => one.detectedMaxS)),
  };
  return [benchResult('reporting watch', 'paces', rows, [name, name], figures)];
}

function main(): void {
  const at = process.argv.indexOf('--days');
  const days = at === -1 ? 30 : Number(process.argv[at + 1]);
  process.stdout.write(
    `| pace | interval s | false alarms a day | late, share of the day | told after s, p50 | max |\n`,
  );
  process.stdout.write('|---|---|---|---|---|---|\n');
  for (const [n, pace] of PACES.entries()) {
    const { falsePerDay, lateShare, detectedP50S, detectedMaxS } = measure(pace, days, 1 + n);
    const late = `${(100 * lateShare).toFixed(2)} %`;
    const cells = [pace.name, pace.intervalS, falsePerDay.toFixed(3), late, detectedP50S, detectedMaxS];
    process.stdout.write(`| ${cells.join(' | ')} |\n`);
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(realpathSync(process.argv[1])).href) main();
