/**
 * How the geo benches measure: every variant does the same seeded work, variants take turns (so a busy moment of the
 * machine hits all of them), each result is a checksum that must agree and that keeps the work from being optimised away.
 */
import { realpathSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';

export interface BenchRow {
  readonly variant: string;
  readonly best: number;
  readonly median: number;
}

/** One measured question. JSON-able. */
export interface BenchResult {
  readonly name: string;
  /** What the rows' numbers count, e.g. `points/s`. */
  readonly unit: string;
  readonly rows: readonly BenchRow[];
  /** Median of the first variant named in `ratioOf` over the second's. */
  readonly ratio: number;
  readonly ratioOf: readonly [ours: string, theirs: string];
  /** Further numbers with their unit in the name. */
  readonly figures: Readonly<Record<string, number>>;
}

export interface Variant {
  readonly name: string;
  /** Work items of one call. */
  readonly items: number;
  /** Does the work and returns its checksum. */
  readonly run: () => number;
}

/** Rounds of all variants in turn after one unmeasured round. */
export function measure(variants: readonly Variant[], rounds: number): BenchRow[] {
  const perSecond = variants.map((): number[] => []);
  for (let round = 0; round <= rounds; round++) {
    for (const [i, variant] of variants.entries()) {
      const startMs = performance.now();
      const checksum = variant.run();
      const elapsedMs = performance.now() - startMs;
      if (!Number.isFinite(checksum)) throw new Error(`${variant.name}: checksum ${checksum}`);
      if (round > 0) perSecond[i]!.push((variant.items / elapsedMs) * 1000);
    }
  }
  return variants.map((variant, i) => {
    const sorted = perSecond[i]!.sort((a, b) => a - b);
    return {
      variant: variant.name,
      best: Math.round(sorted.at(-1)!),
      median: Math.round(sorted[Math.floor(sorted.length / 2)]!),
    };
  });
}

export function benchResult(
  name: string,
  unit: string,
  rows: readonly BenchRow[],
  ratioOf: readonly [ours: string, theirs: string],
  figures: Readonly<Record<string, number>> = {},
): BenchResult {
  const median = (variant: string): number => {
    const row = rows.find((r) => r.variant === variant);
    if (!row) throw new Error(`No variant ${variant} in ${name}`);
    return row.median;
  };
  const ratio = Number((median(ratioOf[0]) / median(ratioOf[1])).toFixed(2));
  return { name, unit, rows, ratio, ratioOf, figures };
}

/** Is this file what Node was started with? */
export function isProgram(moduleUrl: string): boolean {
  const program = process.argv[1];
  return program !== undefined && pathToFileURL(realpathSync(program)).href === moduleUrl;
}

/** Runs a bench when its file is the program: JSON with --json, else a table. */
export async function runAsProgram(moduleUrl: string, run: () => Promise<readonly BenchResult[]>): Promise<void> {
  if (!isProgram(moduleUrl)) return;
  const results = await run();
  if (process.argv.includes('--json')) {
    process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
    return;
  }
  for (const result of results) {
    process.stdout.write(`${result.name} (${result.unit})\n`);
    for (const row of result.rows) {
      const cells = [row.variant.padEnd(32), row.median.toLocaleString('en').padStart(14)];
      process.stdout.write(`  ${cells.join(' ')} median ${row.best.toLocaleString('en').padStart(14)} best\n`);
    }
    process.stdout.write(`  ${result.ratioOf[0]} / ${result.ratioOf[1]} = ${result.ratio}\n`);
    for (const [figure, value] of Object.entries(result.figures)) process.stdout.write(`  ${figure} ${value}\n`);
  }
}
