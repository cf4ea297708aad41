/**
 * Chunks of a playback out of a table of everybody's fixes, lying in order of arrival: a usual park at 1 s steps, a large one at 5 s.
 * Run: node dist/bench/db/playback.bench.js [--json]   (large park: PLAYBACK_PEOPLE, default 30000; some minutes of loading)
 */
import { performance } from 'node:perf_hooks';
import { playbackChunk } from '../../admin/playback/chunk.ts';
import { StoredPastPark } from '../../admin/playback/stored-past.ts';
import { ManualClock } from '../../core/clock.ts';
import { silentLogger } from '../../core/logger.ts';
import { copyFrom } from '../../db/copy/copy-from.ts';
import { PositionColumns } from '../../db/copy/position-columns.ts';
import { POSITION_COLUMNS, PositionRows } from '../../db/copy/position-rows.kernel.ts';
import { isHypertable } from '../../db/migrate.ts';
import { PartitionKeeper } from '../../db/partition-keeper.ts';
import { type Pool, withTransaction } from '../../db/pool.ts';
import { createProjection, SHANGHAI_2000_B } from '../../geo/projection.ts';
import { pastPermitViews } from '../../server/past-permit-view.ts';
import { type BenchResult, benchResult, runAsProgram } from '../geo/measure.ts';
import { createRandom } from '../random.ts';
import { withBenchDatabase } from './bench-database.ts';

const T0 = Date.UTC(2026, 6, 1, 8);
const COPY = `COPY position (${POSITION_COLUMNS}) FROM STDIN (FORMAT binary)`;
const LARGE = Number(process.env['PLAYBACK_PEOPLE'] ?? '30000');
const ROUNDS = 7;

interface Park {
  readonly companyCode: string;
  readonly people: number;
  readonly fixEachMs: number;
  readonly spanMs: number;
}
const USUAL: Park = { companyCode: '913100001', people: 300, fixEachMs: 1_000, spanMs: 1_200_000 };
const CROWD: Park = { companyCode: '913100002', people: LARGE, fixEachMs: 5_000, spanMs: 600_000 };

async function fill(pool: Pool, { companyCode, people, fixEachMs, spanMs }: Park): Promise<void> {
  await pool.query(
    `INSERT INTO person (company_code, person_id, name, type, received_at)
     SELECT $1, 'person-' || n, '人' || n, 'staff', now() FROM generate_series(1, $2::int) n`,
    [companyCode, people],
  );
  const found = await pool.query<{ id: number }>('SELECT id FROM person WHERE company_code = $1 ORDER BY id', [
    companyCode,
  ]);
  const random = createRandom(3);
  const columns = new PositionColumns(people);
  const ready = new PositionRows(people);
  const order = Uint32Array.from({ length: people }, (_, i) => i);
  columns.count = people;
  found.rows.forEach(({ id }, i) => {
    columns.personId[i] = id;
    columns.lng[i] = Math.round((121.4 + random() * 0.1) * 1e7);
    columns.lat[i] = Math.round((30.7 + random() * 0.1) * 1e7);
  });
  for (let atMs = 0; atMs < spanMs; atMs += fixEachMs) {
    for (let i = 0; i < people; i++) {
      columns.observedAtMs[i] = T0 + atMs + (i % fixEachMs);
      columns.lng[i] = columns.lng[i]! + Math.round((random() - 0.5) * 400);
      columns.lat[i] = columns.lat[i]! + Math.round((random() - 0.5) * 400);
      columns.heightCm[i] = 430;
      columns.accuracyDm[i] = 30;
    }
    await withTransaction(pool, async (client) => {
      await client.query('SET LOCAL synchronous_commit = off');
      await copyFrom(client, COPY, ready.encode(columns, order, 0, people));
    });
  }
}

/** Milliseconds of each whole chunk, sorted, and its bytes; `fromMs` goes on by a minute each time. */
async function ask(pool: Pool, scope: string, spanMs: number, stepMs: number) {
  const parts = {
    past: new StoredPastPark(pool),
    projection: createProjection(SHANGHAI_2000_B),
    permitViews: pastPermitViews,
    maxBytes: Number.POSITIVE_INFINITY,
  };
  const times: number[] = [];
  const firsts: number[] = [];
  const cpu: number[] = [];
  let bytes = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const fromMs = T0 + 60_000 + round * 60_000;
    const startMs = performance.now();
    const startCpu = process.cpuUsage();
    bytes = 0;
    let first = 0;
    for await (const message of playbackChunk(parts, {
      playbackId: 'b',
      scope,
      fromMs,
      toMs: fromMs + spanMs,
      stepMs,
    })) {
      first ||= performance.now() - startMs;
      bytes += message.length;
    }
    times.push(performance.now() - startMs);
    const { user, system } = process.cpuUsage(startCpu);
    cpu.push((user + system) / 1_000);
    firsts.push(first);
  }
  const median = (of: number[]): number =>
    Math.round(of.toSorted((a, b) => a - b)[Math.floor(of.length / 2)]! * 10) / 10;
  return {
    best: Math.round(Math.min(...times) * 10) / 10,
    median: median(times),
    first: median(firsts),
    cpuMs: median(cpu),
    bytes,
  };
}

export const runPlayback = (): Promise<BenchResult[]> =>
  withBenchDatabase(async (pool) => {
    const timescale = await isHypertable(pool);
    const keeper = new PartitionKeeper({
      pool,
      clock: new ManualClock(T0),
      logger: silentLogger,
      timescale,
      maxBytes: null,
    });
    await keeper.run();
    await fill(pool, USUAL);
    await fill(pool, CROWD);
    await pool.query('ANALYZE position');
    await pool.query('ANALYZE person');
    const results: BenchResult[] = [];
    for (const [park, spanMs, stepMs] of [
      [USUAL, 600_000, 1_000],
      [CROWD, 60_000, 5_000],
    ] as const) {
      const { first, bytes, cpuMs, ...chunk } = await ask(pool, park.companyCode, spanMs, stepMs);
      results.push(
        benchResult(
          `playback chunk of ${park.people} people, ${spanMs / 60_000} min at ${stepMs / 1_000} s, a fix each ${park.fixEachMs / 1_000} s`,
          'ms',
          [
            { variant: 'whole', ...chunk },
            { variant: 'first message', best: first, median: first },
          ],
          ['whole', 'first message'],
          // Of this process alone: beside other work the time on the clock says little.
          { bytes, cpuMs },
        ),
      );
    }
    return results;
  });

await runAsProgram(import.meta.url, runPlayback);
