/**
 * A dry run of one area over stored positions: time to the first line, to the end, the longest the event loop stood still, and
 * what the cells of whereabouts take beside the positions.
 * Run: node dist/bench/dry-run/dry-run.bench.js [--people 200] [--hours 24]   (DATABASE_URL as in bench/db/copy.bench.ts)
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { queryRows } from '../../db/pool.ts';
import { createProjection, SHANGHAI_2000_B } from '../../geo/projection.ts';
import { DryRun } from '../../server/dry-run/dry-run.ts';
import { StoredPast } from '../../server/dry-run/source.ts';
import { COMPANY, createArea } from '../../test/builders/entries.ts';
import { lngLatAt, squareAt } from '../../test/builders/plane.ts';
import { withBenchDatabase } from '../db/bench-database.ts';

const T0 = Date.UTC(2026, 10, 20);
const EVERY_S = 5;

const { values } = parseArgs({
  options: { people: { type: 'string', default: '200' }, hours: { type: 'string', default: '24' } },
});
const [people, hours] = [Number(values.people), Number(values.hours)];
const area = createArea({ areaId: 'a', kind: 'PRODUCTION', polygons: squareAt(0, 0, 100) });
const south = lngLatAt(0, 0);

await withBenchDatabase(async (pool) => {
  const toMs = T0 + hours * 3_600_000;
  await queryRows(
    pool,
    `CREATE TABLE position_of_the_bench PARTITION OF position FOR VALUES FROM ('2026-11-20Z') TO ('2026-11-22Z')`,
  );
  await queryRows(
    pool,
    `INSERT INTO person (company_code, person_id, type, registered, received_at)
     SELECT $1, 'p' || i, 'staff', true, now() FROM generate_series(1, $2::integer) i`,
    [COMPANY, people],
  );
  await queryRows(
    pool,
    `INSERT INTO area_version (company_code, area_id, version, body, received_at) VALUES ($1, 'a', 1, $2, $3)`,
    [COMPANY, JSON.stringify(area), new Date(T0 - 1_000)],
  );
  // Each walks a circle of some 60 m through the square's edge, one turn in ten minutes.
  await queryRows(
    pool,
    `INSERT INTO position (observed_at, person_id, lng, lat, delay_ms, accuracy_dm, source, flags)
     SELECT t, p.id, round(($2 + 0.0006 * (p.id % 20) / 20 + 0.0006 * cos(extract(epoch FROM t) / 95 + p.id)) * 1e7),
       round(($3 + 0.0005 + 0.0006 * sin(extract(epoch FROM t) / 95 + p.id)) * 1e7), 400, 10, 0, 0
     FROM person p, generate_series($1::timestamptz, $4::timestamptz - interval '1 s', make_interval(secs => $5)) t`,
    [new Date(T0), south.lng, south.lat, new Date(toMs), EVERY_S],
  );
  await queryRows(
    pool,
    `INSERT INTO person_cell SELECT DISTINCT floor(extract(epoch FROM observed_at) / 3600)::integer,
       (((lat / 20000) & 65535) << 16) | ((lng / 20000) & 65535), person_id FROM position`,
  );
  await queryRows(pool, 'ANALYZE');
  const plan = { topic: 'area', key: `${COMPANY}/a`, value: { dwellLimitS: 120 }, fromMs: T0, toMs } as const;
  const past = new StoredPast(pool);
  const limits = { areas: [`${COMPANY}/a`], maxPersonHours: 1_000_000 };
  const loop = monitorEventLoopDelay({ resolution: 1 });
  loop.enable();
  const startMs = performance.now();
  let firstMs = Number.NaN;
  let end: unknown = null;
  const run = new DryRun(past, createProjection(SHANGHAI_2000_B), { ...plan, ...limits }, new AbortController().signal);
  for await (const line of run.lines()) {
    if (Number.isNaN(firstMs)) firstMs = performance.now() - startMs;
    end = line;
  }
  const totalMs = performance.now() - startMs;
  const [sizes] = await queryRows<{ positions: number; cells: number }>(
    pool,
    `SELECT pg_total_relation_size('position_of_the_bench') AS positions, pg_total_relation_size('person_cell') AS cells`,
  );
  const figures = {
    people,
    hours,
    firstMs: Math.round(firstMs),
    totalMs: Math.round(totalMs),
    loopPauseMaxMs: Math.round(loop.max / 1e6),
    loopPauseP99Ms: Math.round(loop.percentile(99) / 1e6),
    positionBytes: sizes?.positions,
    cellBytes: sizes?.cells,
  };
  process.stdout.write(`${JSON.stringify({ ...figures, end })}\n`);
});
