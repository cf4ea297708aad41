/**
 * Should positions be written as rows, or as packed segments of one minute or ten? The same simulated shift of eight hours
 * goes in three ways, and is asked the same questions: CPU of Node and of PostgreSQL per position, bytes on disk, the track
 * of a shift, and what a fix costs that comes late, so that it has to be told from a repeat. Then the ladder, which makes
 * segments of an hour out of the rows. docs/adr/0015 draws the conclusion.
 * Run: node dist/bench/db/segments.bench.js [--json]   (DATABASE_URL: a server that may create databases; else a private one)
 */
import { performance } from 'node:perf_hooks';
import { ManualClock } from '../../core/clock.ts';
import { silentLogger } from '../../core/logger.ts';
import { Pace } from '../../core/pace.ts';
import { CopiedRows } from '../../db/copy/copied-rows.kernel.ts';
import { copyFrom } from '../../db/copy/copy-from.ts';
import { copyTo } from '../../db/copy/copy-to.ts';
import { PositionColumns } from '../../db/copy/position-columns.ts';
import { isHypertable } from '../../db/migrate.ts';
import { NewestTable } from '../../db/newest.kernel.ts';
import { PartitionKeeper } from '../../db/partition-keeper.ts';
import { type Pool, type PoolClient, withTransaction } from '../../db/pool.ts';
import { PositionWriter } from '../../db/position-rows.ts';
import { DAY_MS, HOUR_MS, instantOf } from '../../db/range-partitions.ts';
import { PositionLadder } from '../../db/segments/ladder.ts';
import { packSegment, unpackSegment } from '../../db/segments/packed-segment.ts';
import { SEGMENT_COLUMNS, SegmentRows } from '../../db/segments/segment-rows.ts';
import { MAX_STORED_POINTS, pointsQuery } from '../../db/tracks.ts';
import { MemoryOpsAlarms } from '../../stream/redis-ops-alarms.ts';
import { type BenchResult, benchResult, runAsProgram } from '../geo/measure.ts';
import { useOfTree } from '../load/process-cpu.ts';
import { bytesOf, compressPositions, withBenchDatabase } from './bench-database.ts';
import { createSimulatedFixes } from './simulated-fixes.ts';

const PEOPLE = 250;
const INTERVAL_MS = 5_000;
const SHIFT_MS = 8 * HOUR_MS;
const T0 = Date.UTC(2026, 6, 1, 8);
const BATCH_ROWS = 20_000;
/** One in so many fixes is held back and sent at the end. */
const LATE_EVERY = 97;
const TRACKS = 40;
const MINUTE_MS = 60_000;

interface Cost {
  readonly nodeUs: number;
  readonly backendUs: number;
}

/** CPU microseconds per item of `work` on one connection. */
async function costOf(pool: Pool, items: number, work: (client: PoolClient) => Promise<unknown>): Promise<Cost> {
  return withTransaction(pool, async (client) => {
    await client.query('SET LOCAL synchronous_commit = off');
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const pid = rows[0]!.pid;
    const backend = useOfTree(pid).cpuS;
    const node = process.cpuUsage();
    await work(client);
    const used = process.cpuUsage(node);
    return {
      nodeUs: (used.user + used.system) / items,
      backendUs: ((useOfTree(pid).cpuS - backend) * 1e6) / items,
    };
  });
}

/** In the order of sending; `late` has those held back. */
function simulateShift(): { sent: PositionColumns; late: PositionColumns } {
  const fixes = createSimulatedFixes(PEOPLE, INTERVAL_MS, T0);
  const all = new PositionColumns(PEOPLE * (SHIFT_MS / INTERVAL_MS));
  fixes.take(T0 + SHIFT_MS, all);
  const sent = new PositionColumns(all.count);
  const late = new PositionColumns(all.count / LATE_EVERY + 1);
  for (let i = 0; i < all.count; i++) {
    const to = i % LATE_EVERY === 0 ? late : sent;
    to.copyRow(to.count++, all, i);
  }
  return { sent, late };
}

const slice = (columns: PositionColumns, from: number, to: number): PositionColumns => {
  const part = new PositionColumns(to - from);
  for (let i = from; i < to; i++) part.copyRow(part.count++, columns, i);
  return part;
};

async function writeRows(client: PoolClient, writer: PositionWriter, newest: NewestTable, columns: PositionColumns) {
  const became = new Uint8Array(BATCH_ROWS);
  for (let from = 0; from < columns.count; from += BATCH_ROWS) {
    const part = slice(columns, from, Math.min(columns.count, from + BATCH_ROWS));
    await writer.write(client, part, newest, false, became);
    newest.commit();
  }
}

/** A table of packed segments of `spanMs` each. */
class SegmentTrial {
  readonly table: string;
  readonly #spanMs: number;

  constructor(spanMs: number) {
    this.#spanMs = spanMs;
    this.table = `segment_${spanMs / MINUTE_MS}`;
  }

  async create(pool: Pool): Promise<void> {
    await pool.query(
      `CREATE TABLE ${this.table} (LIKE position_segment INCLUDING STORAGE, PRIMARY KEY (person_id, from_at))`,
    );
  }

  /** Gathers each person's fixes until the span is over, as a store would in memory, and writes what is over. */
  async write(client: PoolClient, columns: PositionColumns): Promise<void> {
    const open = new Map<number, PositionColumns>();
    const message = new SegmentRows();
    let spanEndMs = T0 + this.#spanMs;
    const flush = async (): Promise<void> => {
      for (const [personId, fixes] of open) {
        if (fixes.count > 0) message.add(rowOf(personId, fixes));
        fixes.clear();
      }
      if (message.bytes > 0) {
        await copyFrom(
          client,
          `COPY ${this.table} (${SEGMENT_COLUMNS}) FROM STDIN (FORMAT binary)`,
          message.takeMessage(),
        );
      }
    };
    for (let i = 0; i < columns.count; i++) {
      if (columns.observedAtMs[i]! >= spanEndMs) {
        await flush();
        spanEndMs += this.#spanMs;
      }
      const personId = columns.personId[i]!;
      let fixes = open.get(personId);
      if (fixes === undefined) {
        fixes = new PositionColumns(16);
        open.set(personId, fixes);
      }
      fixes.reserve(fixes.count + 1);
      fixes.copyRow(fixes.count++, columns, i);
    }
    await flush();
  }

  /** Each late fix: find its segment, see whether it is in it, and write the segment anew. Returns how many were news. */
  async addLate(client: PoolClient, late: PositionColumns): Promise<number> {
    const bySegment = new Map<string, { personId: number; fromMs: number; toMs: number; fixes: number[] }>();
    for (let i = 0; i < late.count; i++) {
      const personId = late.personId[i]!;
      const fromMs = T0 + Math.floor((late.observedAtMs[i]! - T0) / this.#spanMs) * this.#spanMs;
      const key = `${personId}/${fromMs}`;
      const known = bySegment.get(key);
      if (known === undefined) bySegment.set(key, { personId, fromMs, toMs: fromMs + this.#spanMs, fixes: [i] });
      else known.fixes.push(i);
    }
    let stored = 0;
    const groups = [...bySegment.values()];
    for (let from = 0; from < groups.length; from += 500) {
      stored += await this.#mergeLate(client, late, groups.slice(from, from + 500));
    }
    return stored;
  }

  async #mergeLate(
    client: PoolClient,
    late: PositionColumns,
    groups: readonly { personId: number; fromMs: number; toMs: number; fixes: number[] }[],
  ): Promise<number> {
    const { rows } = await client.query<{ k: number; ctid: string; body: Buffer }>(
      `SELECT w.k::int AS k, s.ctid::text AS ctid, s.body
       FROM unnest($1::int[], $2::timestamptz[], $3::timestamptz[]) WITH ORDINALITY AS w (person_id, from_at, to_at, k)
       JOIN ${this.table} s ON s.person_id = w.person_id AND s.from_at >= w.from_at AND s.from_at < w.to_at`,
      [groups.map((g) => g.personId), groups.map((g) => instantOf(g.fromMs)), groups.map((g) => instantOf(g.toMs))],
    );
    const ctids: string[] = [];
    const bodies: Buffer[] = [];
    let stored = 0;
    for (const { k, ctid, body } of rows) {
      const { personId, fixes } = groups[k - 1]!;
      const merged = new PositionColumns(64);
      unpackSegment(body, personId, merged);
      const known = new Set(
        Array.from({ length: merged.count }, (_, i) => `${merged.observedAtMs[i]}/${merged.source[i]}`),
      );
      const before = merged.count;
      for (const i of fixes) {
        if (known.has(`${late.observedAtMs[i]}/${late.source[i]}`)) continue;
        merged.reserve(merged.count + 1);
        merged.copyRow(merged.count++, late, i);
      }
      if (merged.count === before) continue;
      stored += merged.count - before;
      ctids.push(ctid);
      bodies.push(packSegment(sortedByTime(merged), 0, merged.count));
    }
    await client.query(
      `UPDATE ${this.table} s SET body = w.body FROM unnest($1::text[], $2::bytea[]) AS w (ctid, body)
       WHERE s.ctid = w.ctid::tid`,
      [ctids, bodies],
    );
    return stored;
  }

  async readTrack(pool: Pool, personId: number): Promise<number> {
    const { rows } = await pool.query<{ body: Buffer }>(
      `SELECT body FROM ${this.table} WHERE person_id = $1 AND from_at >= $2 AND from_at < $3 ORDER BY from_at`,
      [personId, instantOf(T0), instantOf(T0 + SHIFT_MS)],
    );
    const columns = new PositionColumns(SHIFT_MS / INTERVAL_MS);
    for (const { body } of rows) unpackSegment(body, personId, columns);
    return columns.count;
  }
}

const rowOf = (personId: number, fixes: PositionColumns) => ({
  fromMs: fixes.observedAtMs[0]!,
  toMs: fixes.observedAtMs[fixes.count - 1]!,
  personId,
  fixes: fixes.count,
  dropped: 0,
  body: packSegment(fixes, 0, fixes.count),
});

function sortedByTime(columns: PositionColumns): PositionColumns {
  const order = Array.from({ length: columns.count }, (_, i) => i);
  order.sort((a, b) => columns.observedAtMs[a]! - columns.observedAtMs[b]!);
  const sorted = new PositionColumns(columns.count);
  for (const i of order) sorted.copyRow(sorted.count++, columns, i);
  return sorted;
}

async function readRows(pool: Pool, personId: number): Promise<number> {
  const columns = new PositionColumns(SHIFT_MS / INTERVAL_MS);
  const text = pointsQuery({ personId, fromMs: T0, toMs: T0 + SHIFT_MS }, MAX_STORED_POINTS);
  const copied = new CopiedRows();
  await withTransaction(pool, (client) =>
    copyTo(client, `COPY (${text}) TO STDOUT (FORMAT binary)`, (bytes) => {
      copied.append(bytes, columns);
      return undefined;
    }),
  );
  return columns.count;
}

/** Milliseconds per track, median over people. */
async function trackTime(read: (personId: number) => Promise<number>): Promise<number> {
  const times: number[] = [];
  for (let person = 1; person <= TRACKS; person++) {
    const startMs = performance.now();
    if ((await read(person)) === 0) throw new Error(`person ${person} has no track`);
    times.push(performance.now() - startMs);
  }
  return times.sort((a, b) => a - b)[TRACKS / 2]!;
}

const figure = (value: number, digits = 2): number => Number(value.toFixed(digits));

function resultOf(name: string, unit: string, values: Readonly<Record<string, number>>, figures = {}): BenchResult {
  const rows = Object.entries(values).map(([variant, value]) => ({
    variant,
    best: figure(value),
    median: figure(value),
  }));
  return benchResult(name, unit, rows, ['rows', 'segments of 10 min'], figures);
}

async function segmentsBench(pool: Pool): Promise<BenchResult[]> {
  const { sent, late } = simulateShift();
  const clock = new ManualClock(T0 + SHIFT_MS);
  const shared = { pool, clock, logger: silentLogger, timescale: await isHypertable(pool) };
  const partitions = new PartitionKeeper({ ...shared, maxBytes: null });
  await partitions.run();
  const trials = {
    'segments of 1 min': new SegmentTrial(MINUTE_MS),
    'segments of 10 min': new SegmentTrial(10 * MINUTE_MS),
  };
  const writer = new PositionWriter();
  const newest = new NewestTable();

  const write: Record<string, Cost> = {
    rows: await costOf(pool, sent.count, (client) => writeRows(client, writer, newest, sent)),
  };
  const addLate: Record<string, Cost> = {
    rows: await costOf(pool, late.count, (client) => writeRows(client, writer, newest, late)),
  };
  const repeat: Record<string, Cost> = {
    rows: await costOf(pool, late.count, (client) => writeRows(client, writer, newest, late)),
  };
  const bytes: Record<string, number> = { rows: (await bytesOf(pool, 'position')) / (sent.count + late.count) };
  await pool.query('VACUUM ANALYZE position');
  const track: Record<string, number> = { rows: await trackTime((person) => readRows(pool, person)) };
  for (const [name, trial] of Object.entries(trials)) {
    await trial.create(pool);
    write[name] = await costOf(pool, sent.count, (client) => trial.write(client, sent));
    const { rows } = await pool.query<{ bytes: string }>(`SELECT pg_total_relation_size('${trial.table}') AS bytes`);
    bytes[name] = Number(rows[0]!.bytes) / sent.count;
    await pool.query(`VACUUM ANALYZE ${trial.table}`);
    track[name] = await trackTime((person) => trial.readTrack(pool, person));
    const expect = async (client: PoolClient, news: number): Promise<void> => {
      const stored = await trial.addLate(client, late);
      // A segment of a minute may have had nothing but the fix that is late.
      if (stored > news || stored < news * 0.9) throw new Error(`${stored} of ${news} late fixes were news`);
    };
    addLate[name] = await costOf(pool, late.count, (client) => expect(client, late.count));
    repeat[name] = await costOf(pool, late.count, (client) => expect(client, 0));
  }
  const figures: Record<string, number> = { positions: sent.count, late: late.count };
  for (const [name, cost] of Object.entries(write)) {
    const key = name.replaceAll(' ', '_');
    figures[`${key}_nodeUs`] = figure(cost.nodeUs);
    figures[`${key}_backendUs`] = figure(cost.backendUs);
  }
  if (await compressPositions(pool)) {
    bytes['rows, compressed'] = (await bytesOf(pool, 'position')) / (sent.count + late.count);
    track['rows, compressed'] = await trackTime((person) => readRows(pool, person));
  }
  const ladder = await ladderCost(pool, clock, partitions, shared.timescale);
  const sum = (costs: Record<string, Cost>): Record<string, number> =>
    Object.fromEntries(Object.entries(costs).map(([name, cost]) => [name, cost.nodeUs + cost.backendUs]));
  bytes['ladder, of 1 h, thinned to 1 m'] = ladder['bytesPerPosition']!;
  return [
    resultOf('writing a position', 'CPU us', sum(write), figures),
    resultOf('a position on disk', 'bytes', bytes),
    resultOf('track of 8 h at 5 s', 'ms', track),
    resultOf('a late fix, news', 'CPU us', sum(addLate)),
    resultOf('a late fix, repeated', 'CPU us', sum(repeat)),
    benchResult(
      'the ladder',
      'positions/s',
      [{ variant: 'rows to segments of 1 h', best: ladder['perS']!, median: ladder['perS']! }],
      ['rows to segments of 1 h', 'rows to segments of 1 h'],
      ladder,
    ),
  ];
}

async function ladderCost(pool: Pool, clock: ManualClock, partitions: PartitionKeeper, timescale: boolean) {
  clock.advance(10 * DAY_MS);
  const bounds = { fullDays: 8, trackDays: 400, pace: new Pace(() => {}), toleranceM: 1, restShare: 0 };
  const ladder = new PositionLadder({
    ...bounds,
    ...{ pool, clock, logger: silentLogger, partitions, timescale, opsAlarms: new MemoryOpsAlarms() },
  });
  const { signal } = new AbortController();
  // The keeper made the days before as well; they are empty.
  let run = await ladder.run(signal);
  let startMs = 0;
  let node = process.cpuUsage();
  while (run.fixes === 0) {
    startMs = performance.now();
    node = process.cpuUsage();
    run = await ladder.run(signal);
  }
  const used = process.cpuUsage(node);
  const bytes = await bytesOf(pool, 'position_segment');
  return {
    perS: Math.round((run.fixes / (performance.now() - startMs)) * 1000),
    nodeUs: figure((used.user + used.system) / run.fixes),
    keptPercent: figure((100 * run.kept) / run.fixes, 1),
    bytesPerPosition: figure(bytes / run.fixes),
    bytesPerKept: figure(bytes / run.kept),
  } as Record<string, number>;
}

/** In a database of its own. */
export const runSegments = (): Promise<BenchResult[]> => withBenchDatabase(segmentsBench);

await runAsProgram(import.meta.url, runSegments);
