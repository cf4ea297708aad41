/**
 * One person's 8 h track out of a table of many positions (AQ 3064.3 7.2.3 allows 3 s): everybody's fixes of a shift, lying in the
 * order in which they came, so that a track is spread over as many pages of the table as it has fixes. Through db/tracks.ts, as the page asks.
 * Run: node dist/bench/db/tracks.bench.js [--json]   (rows: TRACK_MILLIONS, default 100; minutes of loading and about 16 GB of disk)
 */
import { performance } from 'node:perf_hooks';
import { ManualClock } from '../../core/clock.ts';
import { silentLogger } from '../../core/logger.ts';
import { copyFrom } from '../../db/copy/copy-from.ts';
import { PositionColumns } from '../../db/copy/position-columns.ts';
import { POSITION_COLUMNS, PositionRows } from '../../db/copy/position-rows.kernel.ts';
import { isHypertable } from '../../db/migrate.ts';
import { PartitionKeeper } from '../../db/partition-keeper.ts';
import { type Pool, withTransaction } from '../../db/pool.ts';
import { pointsQuery, readTracks, type TrackQuery } from '../../db/tracks.ts';
import { type BenchResult, benchResult, runAsProgram } from '../geo/measure.ts';
import { createRandom } from '../random.ts';
import { bytesOf, withBenchDatabase } from './bench-database.ts';

const SHIFT_MS = 8 * 3_600_000;
const FIX_EACH_MS = 5_000;
const STEPS = SHIFT_MS / FIX_EACH_MS;
const MILLIONS = Number(process.env['TRACK_MILLIONS'] ?? '100');
const PEOPLE = Math.ceil((MILLIONS * 1e6) / STEPS);
const ASKED = 200;
const T0 = Date.UTC(2026, 6, 1, 0);
const COMPANY = '913100001';
const COPY = `COPY position (${POSITION_COLUMNS}) FROM STDIN (FORMAT binary)`;

async function fill(pool: Pool): Promise<number> {
  await pool.query(
    `INSERT INTO person (company_code, person_id, received_at)
     SELECT $1, 'person-' || n, now() FROM generate_series(1, $2::int) n`,
    [COMPANY, PEOPLE],
  );
  const clock = new ManualClock(T0);
  const timescale = await isHypertable(pool);
  await new PartitionKeeper({ pool, clock, logger: silentLogger, timescale, maxBytes: null }).run();
  const ids = (await pool.query<{ id: number }>('SELECT id FROM person ORDER BY id')).rows.map((row) => row.id);
  const random = createRandom(3);
  const columns = new PositionColumns(PEOPLE);
  const ready = new PositionRows(PEOPLE);
  const order = Uint32Array.from({ length: PEOPLE }, (_, i) => i);
  columns.reserve(PEOPLE);
  columns.count = PEOPLE;
  ids.forEach((id, i) => {
    columns.personId[i] = id;
    columns.lng[i] = Math.round((121.4 + random() * 0.1) * 1e7);
    columns.lat[i] = Math.round((30.7 + random() * 0.1) * 1e7);
    columns.source[i] = 0;
  });
  for (let step = 0; step < STEPS; step++) {
    for (let i = 0; i < PEOPLE; i++) {
      columns.observedAtMs[i] = T0 + step * FIX_EACH_MS + (i % FIX_EACH_MS);
      columns.lng[i] = columns.lng[i]! + Math.round((random() - 0.5) * 400);
      columns.lat[i] = columns.lat[i]! + Math.round((random() - 0.5) * 400);
      columns.heightCm[i] = 430;
      columns.delayMs[i] = 400;
      columns.accuracyDm[i] = 30;
      columns.batteryPct[i] = 80;
    }
    await withTransaction(pool, async (client) => {
      await client.query('SET LOCAL synchronous_commit = off');
      await copyFrom(client, COPY, ready.encode(columns, order, 0, PEOPLE));
    });
  }
  await pool.query('ANALYZE position');
  return PEOPLE * STEPS;
}

/** Milliseconds of each of `ASKED` tracks, sorted; every one whole. */
async function ask(pool: Pool, toleranceM: number, seed: number): Promise<number[]> {
  const random = createRandom(seed);
  const times: number[] = [];
  for (let n = 0; n < ASKED; n++) {
    const personId = `person-${1 + Math.floor(random() * PEOPLE)}`;
    const span = { fromMs: T0, toMs: T0 + SHIFT_MS, toleranceM };
    const query: TrackQuery = { companyCode: COMPANY, people: [{ personId }], ...span };
    const startMs = performance.now();
    const [track] = await readTracks(pool, COMPANY, query);
    times.push(performance.now() - startMs);
    if (track?.stored !== STEPS) throw new Error(`${personId}: ${track?.stored} of ${STEPS}`);
  }
  return times.sort((a, b) => a - b);
}

/** What reading the last person's track takes from PostgreSQL: pages in all, and fixes whose page of the table was needed. */
async function pagesOfTrack(pool: Pool): Promise<{ pages: number; heapFetches: number }> {
  const { rows } = await pool.query<{ id: number }>('SELECT max(id) AS id FROM person');
  const text = pointsQuery({ personId: rows[0]!.id, fromMs: T0, toMs: T0 + SHIFT_MS }, STEPS);
  const lines = await pool.query<{ 'QUERY PLAN': string }>(`EXPLAIN (ANALYZE, BUFFERS) ${text}`);
  const plan = lines.rows.map((line) => line['QUERY PLAN']).join('\n');
  const sum = (pattern: RegExp, from: string): number =>
    [...from.matchAll(pattern)].reduce((total, found) => total + Number(found[1]), 0);
  // The first line of buffers is the whole plan's.
  const buffers = /Buffers: shared (.*)/.exec(plan)?.[1] ?? '';
  return { pages: sum(/(?:hit|read)=(\d+)/g, buffers), heapFetches: sum(/Heap Fetches: (\d+)/g, plan) };
}

export const runTracks = (): Promise<BenchResult[]> =>
  withBenchDatabase(async (pool) => {
    const startMs = performance.now();
    const rows = await fill(pool);
    const loadRowsPerS = Math.round((rows / (performance.now() - startMs)) * 1000);
    const first = await ask(pool, 0, 11);
    const again = await ask(pool, 0, 11);
    const drawn = await ask(pool, 1, 11);
    const at = (times: readonly number[], share: number): number =>
      Math.round(times[Math.min(times.length - 1, Math.floor(times.length * share))]! * 10) / 10;
    const line = (variant: string, times: readonly number[]) => ({
      variant,
      best: at(times, 0),
      median: at(times, 0.5),
    });
    return [
      benchResult(
        `8 h track of one person among ${rows} positions`,
        'ms',
        [line('asked first', first), line('asked again', again), line('simplified to 1 m', drawn)],
        ['asked first', 'asked again'],
        {
          rows,
          bytes: await bytesOf(pool, 'position'),
          loadRowsPerS,
          fixesATrack: STEPS,
          ...(await pagesOfTrack(pool)),
          firstP95Ms: at(first, 0.95),
          againP95Ms: at(again, 0.95),
          drawnP95Ms: at(drawn, 0.95),
        },
      ),
    ];
  });

await runAsProgram(import.meta.url, runTracks);
