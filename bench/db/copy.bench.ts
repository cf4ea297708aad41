/**
 * The write path of positions, rows a second: our encoder and COPY against multi-row INSERT, INSERT ... SELECT unnest,
 * and against COPY of bytes that were ready before the clock started (the ceiling). Then the whole store. Each variant
 * writes the same seeded batches, moved along in time, into the real position table; variants take turns.
 * Run: node dist/bench/db/copy.bench.js [--json]   (DATABASE_URL: a server that may create databases; else a private one)
 */
import { performance } from 'node:perf_hooks';
import { ManualClock } from '../../core/clock.ts';
import { silentLogger } from '../../core/logger.ts';
import { copyFrom } from '../../db/copy/copy-from.ts';
import { PositionColumns } from '../../db/copy/position-columns.ts';
import { POSITION_COLUMNS, PositionRows } from '../../db/copy/position-rows.kernel.ts';
import { appendFixRows } from '../../db/fix-rows.kernel.ts';
import { isHypertable } from '../../db/migrate.ts';
import { NewestTable } from '../../db/newest.kernel.ts';
import { PartitionKeeper } from '../../db/partition-keeper.ts';
import { type Pool, type PoolClient, withTransaction } from '../../db/pool.ts';
import { PositionWriter } from '../../db/position-rows.ts';
import { simplifyTrack } from '../../db/simplify-track.kernel.ts';
import { Store } from '../../db/store.ts';
import type { StoreOffsets } from '../../db/store-port.ts';
import { VENDOR_REGISTERS } from '../../server/vendor-registers.ts';
import type { FixBatch, LogEntry } from '../../stream/protocol/entry.ts';
import { createFixColumns } from '../../stream/protocol/entry-codec.ts';
import { type BenchResult, type BenchRow, benchResult, runAsProgram } from '../geo/measure.ts';
import { createRandom } from '../random.ts';
import { withBenchDatabase } from './bench-database.ts';

const PEOPLE = 50_000;
const BATCH_ROWS = 20_000;
/** One entry of the log: a request of a vendor. */
const ENTRY_ROWS = 500;
const INSERT_ROWS = 500;
const ROUNDS = 7;
const T0 = Date.UTC(2026, 6, 1, 8);
const COPY = `COPY position (${POSITION_COLUMNS}) FROM STDIN (FORMAT binary)`;
const FIELDS = POSITION_COLUMNS.split(', ').length;

/** `rows` fixes of people in random order, as ingest writes them; one person once in a batch. */
function createBatches(seed: number): FixBatch[] {
  const random = createRandom(seed);
  const people = Array.from({ length: PEOPLE }, (_, i) => i);
  for (let i = people.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [people[i], people[j]] = [people[j]!, people[i]!];
  }
  return Array.from({ length: BATCH_ROWS / ENTRY_ROWS }, (_, entry) => {
    const columns = createFixColumns(ENTRY_ROWS);
    const strings = ['GNSS'];
    for (let i = 0; i < ENTRY_ROWS; i++) {
      columns.subjectIndex[i] = strings.push(`person-${people[entry * ENTRY_ROWS + i]}`) - 1;
      columns.sourceIndex[i] = 0;
      columns.floorIndex[i] = 0xffff;
      columns.lng[i] = 121.4 + random() * 0.1;
      columns.lat[i] = 30.7 + random() * 0.1;
      columns.heightM[i] = 4 + random();
      columns.accuracyM[i] = 2 + random();
      columns.speedMps[i] = random() * 2;
      columns.headingDeg[i] = random() * 360;
      columns.batteryPct[i] = Math.floor(random() * 101);
    }
    const origin = { batchId: `b${entry}`, appId: 'app', companyCode: '913100001', received: ENTRY_ROWS, refused: 0 };
    return { origin, count: ENTRY_ROWS, strings, ...columns };
  });
}

/** All batches one step later: the tables see new rows, the data stays the same. */
function moveInTime(batches: readonly FixBatch[], atMs: number): void {
  for (const batch of batches) batch.observedAtMs.fill(atMs);
}

function columnsOf(batches: readonly FixBatch[], columns: PositionColumns, receivedAtMs: number): void {
  columns.clear();
  let person = 1;
  for (const batch of batches) {
    const ids = Int32Array.from(batch.strings, (text) => Number(text.slice('person-'.length)) + 1 || person++);
    const words = new Int16Array(batch.strings.length);
    appendFixRows(columns, batch, receivedAtMs, ids, ids, words, words);
  }
}

async function copyBench(pool: Pool): Promise<BenchResult> {
  await pool.query(`INSERT INTO person (company_code, person_id, received_at)
    SELECT '913100001', 'person-' || n, now() FROM generate_series(0, ${PEOPLE - 1}) n`);
  const batches = createBatches(1);
  const columns = new PositionColumns(BATCH_ROWS);
  const clock = new ManualClock(T0);
  const shared = { pool, clock, logger: silentLogger };
  const timescale = await isHypertable(pool);
  const partitions = new PartitionKeeper({ ...shared, timescale, maxBytes: null });
  await partitions.run();
  const store = new Store({ ...shared, partitions, registers: VENDOR_REGISTERS });
  let offsets: StoreOffsets = await store.claim({ term: 1, epoch: 'bench', first: { nextSeq: 1, alarmsNextSeq: 1 } });
  const newest = new NewestTable();
  const writer = new PositionWriter();
  const isStored = new Uint8Array(BATCH_ROWS);
  const ready = new PositionRows(BATCH_ROWS);
  const order = Uint32Array.from({ length: BATCH_ROWS }, (_, i) => i);
  let step = 0;
  const next = (): number => T0 + ++step * 1000;
  const bulk = (work: (client: PoolClient) => Promise<unknown>): Promise<unknown> =>
    withTransaction(pool, async (client) => {
      await client.query('SET LOCAL synchronous_commit = off');
      return work(client);
    });

  const applyAll = async (): Promise<void> => {
    const entries = batches.map(
      (body, i): LogEntry => ({ kind: 'fixes', seq: offsets.nextSeq + i, receivedAtMs: T0 + step * 1000, body }),
    );
    const after = { nextSeq: offsets.nextSeq + entries.length, alarmsNextSeq: 1 };
    const applied = await store.apply({ entries, unfit: [], effects: [], ...after });
    if (applied.stored !== BATCH_ROWS) throw new Error(`stored ${applied.stored}`);
    offsets = after;
  };
  const variants: { name: string; prepare(): void; run(): Promise<unknown> }[] = [
    {
      name: 'columns to COPY binary',
      prepare: () => moveInTime(batches, next()),
      run: () => {
        columnsOf(batches, columns, T0 + step * 1000);
        newest.commit();
        return bulk((client) => writer.write(client, columns, newest, false, isStored));
      },
    },
    {
      // The way of late and repeated fixes; here all of them are new after all.
      name: 'staging, all new',
      prepare: () => moveInTime(batches, next()),
      run: () => {
        columnsOf(batches, columns, T0 + step * 1000);
        newest.commit();
        return bulk((client) => writer.write(client, columns, newest, true, isStored));
      },
    },
    {
      name: 'staging, all repeated',
      prepare: () => {},
      run: () => {
        columnsOf(batches, columns, T0 + step * 1000);
        return bulk((client) => writer.write(client, columns, newest, false, isStored));
      },
    },
    {
      name: 'COPY of ready bytes',
      prepare: () => {
        moveInTime(batches, next());
        columnsOf(batches, columns, T0 + step * 1000);
        order.sort((a, b) => columns.personId[a]! - columns.personId[b]!);
      },
      run: () => bulk((client) => copyFrom(client, COPY, ready.encode(columns, order, 0, BATCH_ROWS))),
    },
    {
      name: 'INSERT, 500 rows each',
      prepare: () => {
        moveInTime(batches, next());
        columnsOf(batches, columns, T0 + step * 1000);
      },
      run: () => bulk((client) => insertRows(client, columns)),
    },
    {
      name: 'INSERT ... SELECT unnest',
      prepare: () => {
        moveInTime(batches, next());
        columnsOf(batches, columns, T0 + step * 1000);
      },
      run: () => bulk((client) => insertUnnest(client, columns)),
    },
    {
      name: 'whole store',
      prepare: () => moveInTime(batches, next()),
      run: applyAll,
    },
    {
      // What it would cost to keep person_latest up to date in every transaction.
      name: 'whole store with person_latest',
      prepare: () => {
        moveInTime(batches, next());
        clock.advance(60_000);
      },
      run: applyAll,
    },
  ];
  const rates = variants.map((): number[] => []);
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [i, variant] of variants.entries()) {
      variant.prepare();
      const startMs = performance.now();
      await variant.run();
      const elapsedMs = performance.now() - startMs;
      if (round > 0) rates[i]!.push((BATCH_ROWS / elapsedMs) * 1000);
    }
  }
  const rows = variants.map((variant, i): BenchRow => {
    const sorted = rates[i]!.sort((a, b) => a - b);
    const median = sorted[Math.floor(sorted.length / 2)]!;
    return { variant: variant.name, best: Math.round(sorted.at(-1)!), median: Math.round(median) };
  });
  const [size] = (
    await pool.query<{ heap: string; all: string; rows: string }>(
      `SELECT sum(pg_relation_size(inhrelid)) AS heap, sum(pg_total_relation_size(inhrelid)) AS all,
              (SELECT count(*) FROM position) AS rows FROM pg_inherits WHERE inhparent = 'position'::regclass`,
    )
  ).rows;
  return benchResult('position write path', 'rows/s', rows, ['columns to COPY binary', 'INSERT, 500 rows each'], {
    heapBytesPerRow: Math.round(Number(size!.heap) / Number(size!.rows)),
    allBytesPerRow: Math.round(Number(size!.all) / Number(size!.rows)),
    encodeRowsPerS: encodeRate(columns, order),
    gatherRowsPerS: gatherRate(batches, columns),
  });
}

const valuesOf = (columns: PositionColumns, i: number): unknown[] => [
  new Date(columns.observedAtMs[i]!).toISOString(),
  columns.personId[i],
  columns.lng[i],
  columns.lat[i],
  columns.heightCm[i],
  columns.delayMs[i],
  columns.accuracyDm[i],
  columns.speedCmps[i],
  columns.headingDeg[i],
  columns.batteryPct[i],
  columns.source[i],
  null,
  columns.flags[i],
];

async function insertRows(client: PoolClient, columns: PositionColumns): Promise<void> {
  const placeholders = Array.from(
    { length: INSERT_ROWS },
    (_, row) => `(${Array.from({ length: FIELDS }, (_field, f) => `$${row * FIELDS + f + 1}`).join(',')})`,
  ).join(',');
  const text = `INSERT INTO position (${POSITION_COLUMNS}) VALUES ${placeholders}`;
  for (let from = 0; from < columns.count; from += INSERT_ROWS) {
    const values: unknown[] = [];
    for (let i = from; i < from + INSERT_ROWS; i++) values.push(...valuesOf(columns, i));
    await client.query({ name: 'insert-many', text, values });
  }
}

async function insertUnnest(client: PoolClient, columns: PositionColumns): Promise<void> {
  const byColumn: unknown[][] = Array.from({ length: FIELDS }, () => []);
  for (let i = 0; i < columns.count; i++) {
    for (const [f, value] of valuesOf(columns, i).entries()) byColumn[f]!.push(value);
  }
  const types = ['timestamptz', 'int', 'int', 'int', 'int', 'int', ...Array.from({ length: 7 }, () => 'smallint')];
  const arrays = types.map((type, f) => `$${f + 1}::${type}[]`).join(', ');
  await client.query({
    name: 'insert-unnest',
    text: `INSERT INTO position (${POSITION_COLUMNS}) SELECT * FROM unnest(${arrays})`,
    values: byColumn,
  });
}

/** Rows a second of the encoder alone, best of some. */
function encodeRate(columns: PositionColumns, order: Uint32Array): number {
  const rows = new PositionRows(BATCH_ROWS);
  return bestRate(() => rows.encode(columns, order, 0, BATCH_ROWS).at(-3) ?? 0);
}

function gatherRate(batches: readonly FixBatch[], columns: PositionColumns): number {
  const ids = Int32Array.from({ length: ENTRY_ROWS + 1 }, (_, i) => i);
  const words = new Int16Array(ENTRY_ROWS + 1);
  return bestRate(() => {
    columns.clear();
    for (const batch of batches) appendFixRows(columns, batch, batch.observedAtMs[0]!, ids, ids, words, words);
    return columns.lng[columns.count - 1]!;
  });
}

let sink = 0;

function bestRate(run: () => number): number {
  let best = 0;
  for (let round = 0; round < 20; round++) {
    const startMs = performance.now();
    sink += run();
    best = Math.max(best, (BATCH_ROWS / (performance.now() - startMs)) * 1000);
  }
  return Math.round(best);
}

/** A day shift at 1 Hz: what the page asks for when it shows a track. */
function simplifyBench(): BenchResult {
  const random = createRandom(7);
  const count = 8 * 3600;
  const atMs = Float64Array.from({ length: count }, (_, i) => T0 + i * 1000);
  const lng = new Float64Array(count);
  const lat = new Float64Array(count);
  lng[0] = 121.48;
  lat[0] = 30.8;
  let heading = 0;
  for (let i = 1; i < count; i++) {
    heading += (random() - 0.5) * 0.4;
    const stepM = i % 600 < 200 ? 1.4 : 0;
    lng[i] = lng[i - 1]! + (stepM * Math.cos(heading)) / 95_500;
    lat[i] = lat[i - 1]! + (stepM * Math.sin(heading)) / 111_195;
  }
  const keep = new Uint8Array(count);
  let kept = 0;
  const best = bestRate(() => {
    kept = simplifyTrack(atMs, lng, lat, count, 1, keep);
    return kept;
  });
  const rate = Math.round((best / BATCH_ROWS) * count);
  const rows = [{ variant: 'simplify, 1 m', best: rate, median: rate }];
  return benchResult('track of 8 h at 1 Hz', 'points/s', rows, ['simplify, 1 m', 'simplify, 1 m'], { count, kept });
}

/** In a database of its own. */
export const runCopy = (): Promise<BenchResult[]> =>
  withBenchDatabase(async (pool) => {
    const results = [await copyBench(pool), simplifyBench()];
    if (!Number.isFinite(sink)) process.stdout.write('\n');
    return results;
  });

await runAsProgram(import.meta.url, runCopy);
