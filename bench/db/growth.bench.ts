/**
 * What a park's positions take in a year. Bytes per position are measured on a small sample (two days of few people, the
 * first packed by the ladder), give a model, and the model is held against a longer time of more people that really goes
 * through the same ladder. Then the model is asked for 20,000 people.
 * Run: node dist/bench/db/growth.bench.js [--json] [--people 100] [--days 10]   (DATABASE_URL as in copy.bench.ts)
 */
import { parseArgs } from 'node:util';
import { ManualClock } from '../../core/clock.ts';
import { silentLogger } from '../../core/logger.ts';
import { Pace } from '../../core/pace.ts';
import { copyFrom } from '../../db/copy/copy-from.ts';
import { PositionColumns } from '../../db/copy/position-columns.ts';
import { POSITION_COLUMNS, PositionRows } from '../../db/copy/position-rows.kernel.ts';
import { isHypertable } from '../../db/migrate.ts';
import { DAYS_BACK, PartitionKeeper } from '../../db/partition-keeper.ts';
import { type Pool, withTransaction } from '../../db/pool.ts';
import { DAY_MS, HOUR_MS } from '../../db/range-partitions.ts';
import { PositionLadder } from '../../db/segments/ladder.ts';
import { MemoryOpsAlarms } from '../../stream/redis-ops-alarms.ts';
import { type BenchResult, benchResult, runAsProgram } from '../geo/measure.ts';
import { bytesOf, compressPositions, withBenchDatabase } from './bench-database.ts';
import { createSimulatedFixes } from './simulated-fixes.ts';

const INTERVALS_MS = [30_000, 5_000];
const SAMPLE_PEOPLE = 50;
const SAMPLE_DAYS = 2;
const SAMPLE_FULL_DAYS = 1;
const PARK_PEOPLE = 20_000;
const FULL_DAYS = 30;
const YEAR_DAYS = 365;
const T0 = Date.UTC(2026, 5, 1);
const COPY = `COPY position (${POSITION_COLUMNS}) FROM STDIN (FORMAT binary)`;

interface Scale {
  readonly people: number;
  readonly days: number;
  /** Days at the end that stay rows. */
  readonly fullDays: number;
  readonly intervalMs: number;
}

interface Stored {
  readonly positions: number;
  readonly packedPositions: number;
  readonly kept: number;
  readonly hotBytes: number;
  readonly coldBytes: number;
}

/** Stores a time of a park as the store does, an hour at a time, and lets the ladder take what is older than `fullDays`. */
async function storeScale({ people, days, fullDays, intervalMs }: Scale): Promise<Stored> {
  return withBenchDatabase(async (pool) => {
    const clock = new ManualClock(T0);
    const shared = { pool, clock, logger: silentLogger, timescale: await isHypertable(pool) };
    const partitions = new PartitionKeeper({ ...shared, maxBytes: null });
    const fixes = createSimulatedFixes(people, intervalMs, T0);
    const columns = new PositionColumns(4096);
    let positions = 0;
    for (let atMs = T0 + HOUR_MS; atMs <= T0 + days * DAY_MS; atMs += HOUR_MS) {
      columns.clear();
      fixes.take(atMs, columns);
      positions += columns.count;
      await write(pool, partitions, columns);
    }
    await compressPositions(pool);
    // The ladder goes by its clock: at this moment exactly the days before the last `fullDays` are due.
    clock.advance((days - fullDays + DAYS_BACK) * DAY_MS);
    const bounds = { fullDays: DAYS_BACK, trackDays: 3_650, pace: new Pace(() => {}), toleranceM: 1, restShare: 0 };
    const ladder = new PositionLadder({ ...shared, ...bounds, partitions, opsAlarms: new MemoryOpsAlarms() });
    const { signal } = new AbortController();
    let packedPositions = 0;
    let kept = 0;
    for (let hasMore = true; hasMore; ) {
      const run = await ladder.run(signal);
      packedPositions += run.fixes;
      kept += run.kept;
      hasMore = run.hasMore;
    }
    await pool.query(`UPDATE position_ladder SET moved_at = moved_at - interval '1 hour'`);
    await dropPacked(pool, partitions);
    const hotBytes = await bytesOf(pool, 'position');
    return { positions, packedPositions, kept, hotBytes, coldBytes: await bytesOf(pool, 'position_segment') };
  });
}

async function write(pool: Pool, partitions: PartitionKeeper, columns: PositionColumns): Promise<void> {
  await partitions.ensureAt(new Set(columns.observedAtMs.subarray(0, columns.count)));
  const order = Uint32Array.from({ length: columns.count }, (_, i) => i);
  await withTransaction(pool, async (client) => {
    await client.query('SET LOCAL synchronous_commit = off');
    await copyFrom(client, COPY, new PositionRows(columns.count).encode(columns, order, 0, columns.count));
  });
}

/** The keeper also makes what it needs around its own day; empty partitions are a few pages. */
async function dropPacked(pool: Pool, partitions: PartitionKeeper): Promise<void> {
  await partitions.run();
  const { rows } = await pool.query<{ name: string }>(
    `SELECT relid::regclass::text AS name FROM pg_partition_tree('position') WHERE isleaf AND relid <> 'position'::regclass`,
  );
  for (const { name } of rows) {
    const { rowCount } = await pool.query(`SELECT FROM ${name} LIMIT 1`);
    if (rowCount === 0) await pool.query(`DROP TABLE ${name}`);
  }
}

interface Model {
  readonly perPersonDay: number;
  readonly hotBytesPer: number;
  readonly coldBytesPer: number;
  readonly keptShare: number;
}

const modelOf = (stored: Stored, { people, days }: Scale): Model => ({
  perPersonDay: stored.positions / people / days,
  hotBytesPer: stored.hotBytes / (stored.positions - stored.packedPositions),
  coldBytesPer: stored.coldBytes / stored.packedPositions,
  keptShare: stored.kept / stored.packedPositions,
});

const predict = (model: Model, people: number, hotDays: number, coldDays: number): { hot: number; cold: number } => ({
  hot: people * model.perPersonDay * hotDays * model.hotBytesPer,
  cold: people * model.perPersonDay * coldDays * model.coldBytesPer,
});

const gb = (bytes: number): number => Number((bytes / 1e9).toFixed(1));
const errorPercent = (predicted: number, measured: number): number =>
  Number(((100 * (predicted - measured)) / measured).toFixed(1));

async function growthAt(intervalMs: number, people: number, days: number): Promise<BenchResult> {
  const sample: Scale = { people: SAMPLE_PEOPLE, days: SAMPLE_DAYS, fullDays: SAMPLE_FULL_DAYS, intervalMs };
  const model = modelOf(await storeScale(sample), sample);
  const checked: Scale = { people, days, fullDays: Math.ceil(days / 4), intervalMs };
  const measured = await storeScale(checked);
  const predicted = predict(model, people, checked.fullDays, days - checked.fullDays);
  // What was measured on more is the better number for the park.
  const better = modelOf(measured, checked);
  const day = PARK_PEOPLE * better.perPersonDay;
  const year = predict(better, PARK_PEOPLE, FULL_DAYS, YEAR_DAYS - FULL_DAYS);
  const rows = [
    {
      variant: 'predicted',
      best: Math.round(predicted.hot + predicted.cold),
      median: Math.round(predicted.hot + predicted.cold),
    },
    {
      variant: 'measured',
      best: measured.hotBytes + measured.coldBytes,
      median: measured.hotBytes + measured.coldBytes,
    },
  ];
  return benchResult(`growth, an upload every ${intervalMs / 1000} s`, 'bytes', rows, ['predicted', 'measured'], {
    checkedPeople: people,
    checkedDays: days,
    checkedPositions: measured.positions,
    hotErrorPercent: errorPercent(predicted.hot, measured.hotBytes),
    coldErrorPercent: errorPercent(predicted.cold, measured.coldBytes),
    positionsPerPersonDay: Math.round(better.perPersonDay),
    hotBytesPerPosition: Number(better.hotBytesPer.toFixed(1)),
    coldBytesPerPosition: Number(better.coldBytesPer.toFixed(2)),
    keptPercent: Number((100 * better.keptShare).toFixed(1)),
    parkPeople: PARK_PEOPLE,
    parkMillionPositionsPerDay: Number((day / 1e6).toFixed(1)),
    parkHotGbPerDay: gb(day * better.hotBytesPer),
    parkColdGbPerDay: gb(day * better.coldBytesPer),
    parkHotGb30Days: gb(year.hot),
    parkColdGb335Days: gb(year.cold),
    parkGbYear: gb(year.hot + year.cold),
    parkGbYearIfRowsStayed: gb(day * YEAR_DAYS * better.hotBytesPer),
  });
}

export async function runGrowth(people: number, days: number): Promise<BenchResult[]> {
  const results: BenchResult[] = [];
  for (const intervalMs of INTERVALS_MS) {
    // The same number of positions either way.
    const shorter = intervalMs < 30_000 ? 2 : 1;
    results.push(
      await growthAt(intervalMs, Math.round(people / shorter / shorter), Math.max(4, Math.round(days / shorter))),
    );
  }
  return results;
}

const { values } = parseArgs({
  options: {
    json: { type: 'boolean' },
    people: { type: 'string', default: '100' },
    days: { type: 'string', default: '10' },
  },
});
await runAsProgram(import.meta.url, () => runGrowth(Number(values.people), Number(values.days)));
