/**
 * A dry run of one area over a day of stored positions: time to the first line with counts, to the end, what one turn of the event
 * loop costs at most, and what the cells of whereabouts take beside the positions. People come in three shifts and walk in and out
 * of the area all the time, a fix each 5 s.
 * Run: node dist/bench/dry-run/dry-run.bench.js [--people 100] [--hours 24]   (DATABASE_URL as in bench/db/copy.bench.ts)
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { DryRunLine } from '../../core/settings-api.ts';
import { type Pool, queryRows } from '../../db/pool.ts';
import { createProjection, SHANGHAI_2000_B } from '../../geo/projection.ts';
import { DryRun } from '../../server/dry-run/dry-run.ts';
import { StoredPast } from '../../server/dry-run/source.ts';
import { COMPANY, createArea } from '../../test/builders/entries.ts';
import { lngLatAt, squareAt } from '../../test/builders/plane.ts';
import { withBenchDatabase } from '../db/bench-database.ts';
import { type BenchResult, benchResult, runAsProgram } from '../geo/measure.ts';

const T0 = Date.UTC(2026, 10, 20);
const HOUR_MS = 3_600_000;
const EVERY_S = 5;
const SHIFT_H = 8;
const AREA = `${COMPANY}/a`;

/** What is tried: a rule of each person, a rule of the area, and circles among people, the dearest. */
const TRIED = {
  dwell: { dwellLimitS: 120 },
  capacity: { capacityMax: 12 },
  gathering: { gathering: { watched: true, from: 4 } },
};

async function writeDay(pool: Pool, people: number, toMs: number): Promise<void> {
  const area = createArea({ areaId: 'a', kind: 'PRODUCTION', polygons: squareAt(0, 0, 100) });
  const south = lngLatAt(0, 0);
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
  // Each walks a circle of some 60 m through the square's edge, one turn in ten minutes, at a second of his own.
  await queryRows(
    pool,
    `INSERT INTO position (observed_at, person_id, lng, lat, delay_ms, accuracy_dm, source, flags)
     SELECT t + make_interval(secs => p.id % $5::integer), p.id,
       round(($2 + 0.0006 * (p.id % 20) / 20 + 0.0006 * cos(extract(epoch FROM t) / 95 + p.id)) * 1e7),
       round(($3 + 0.0005 + 0.0006 * sin(extract(epoch FROM t) / 95 + p.id)) * 1e7), 400, 10, 0, 0
     FROM person p, generate_series($1::timestamptz, $4::timestamptz - interval '10 s', make_interval(secs => $5::integer)) t
     WHERE floor(extract(epoch FROM t) / 3600 / $6::integer)::integer % 3 = p.id % 3
     ORDER BY t, p.id`,
    [new Date(T0), south.lng, south.lat, new Date(toMs), EVERY_S, SHIFT_H],
  );
  await queryRows(
    pool,
    `INSERT INTO person_cell SELECT DISTINCT floor(extract(epoch FROM observed_at) / 3600)::integer,
       (((lat / 20000) & 65535) << 16) | ((lng / 20000) & 65535), person_id FROM position`,
  );
  await queryRows(pool, 'ANALYZE');
}

/** CPU time of the thread that asks, ms: unlike time that passes it does not count what other work took on the machine. */
const threadCpuMs = (): number =>
  Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;

async function measureRun(pool: Pool, value: unknown, toMs: number) {
  const plan = { topic: 'area', key: AREA, value, fromMs: T0, toMs, areas: [AREA], maxPersonHours: 1_000_000 } as const;
  let turnMaxMs = 0;
  let turnAtMs = threadCpuMs();
  const turns = setInterval(() => {
    const nowMs = threadCpuMs();
    turnMaxMs = Math.max(turnMaxMs, nowMs - turnAtMs);
    turnAtMs = nowMs;
  }, 1);
  const cpu = process.cpuUsage();
  const startMs = performance.now();
  let firstMs = Number.NaN;
  let last: DryRunLine | null = null;
  const run = new DryRun(new StoredPast(pool), createProjection(SHANGHAI_2000_B), plan, new AbortController().signal);
  for await (const line of run.lines()) {
    if (Number.isNaN(firstMs)) firstMs = performance.now() - startMs;
    last = line;
  }
  const totalMs = performance.now() - startMs;
  clearInterval(turns);
  const { user, system } = process.cpuUsage(cpu);
  if (last?.t !== 'end') throw new Error('the run did not end');
  const { fixes, added, dropped, same } = last.summary;
  const alarms = added + dropped + same;
  return { fixes, alarms, firstMs, totalMs, cpuMs: (user + system) / 1_000, turnMaxMs };
}

export const runDryRun = (people = 100, hours = 24): Promise<BenchResult[]> =>
  withBenchDatabase(async (pool) => {
    const toMs = T0 + hours * HOUR_MS;
    await writeDay(pool, people, toMs);
    const figures: Record<string, number> = { people, hours };
    const rows: { variant: string; best: number; median: number }[] = [];
    for (const [name, value] of Object.entries(TRIED)) {
      const measured = await measureRun(pool, value, toMs);
      for (const [of, number] of Object.entries(measured)) figures[`${name} ${of}`] = Math.round(number);
      const perS = Math.round((measured.fixes / measured.totalMs) * 1_000);
      rows.push({ variant: name, best: perS, median: perS });
    }
    const [sizes] = await queryRows<{ positions: number; cells: number }>(
      pool,
      `SELECT pg_total_relation_size('position_of_the_bench') AS positions, pg_total_relation_size('person_cell') AS cells`,
    );
    figures['cells, % of the bytes of positions'] = Number(((100 * sizes!.cells) / sizes!.positions).toFixed(1));
    return [benchResult('dry run of one area', 'fixes/s', rows, ['gathering', 'dwell'], figures)];
  });

const { values } = parseArgs({
  strict: false,
  options: { people: { type: 'string', default: '100' }, hours: { type: 'string', default: '24' } },
});
await runAsProgram(import.meta.url, () => runDryRun(Number(values['people']), Number(values['hours'])));
