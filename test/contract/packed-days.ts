/**
 * Positions of some days, and the ladder that packs them: what the tests of retention share. The rows go in as the store
 * writes them; on a hypertable their chunks are compressed where the licence has it.
 */
import { ManualClock } from '../../core/clock.ts';
import { silentLogger } from '../../core/logger.ts';
import { Pace } from '../../core/pace.ts';
import { copyFrom } from '../../db/copy/copy-from.ts';
import { NULL_INT2, NULL_INT4, type PositionColumns } from '../../db/copy/position-columns.ts';
import { POSITION_COLUMNS, PositionRows } from '../../db/copy/position-rows.kernel.ts';
import { isHypertable } from '../../db/migrate.ts';
import { PartitionKeeper } from '../../db/partition-keeper.ts';
import { type Pool, withTransaction } from '../../db/pool.ts';
import { type LadderOptions, PositionLadder } from '../../db/segments/ladder.ts';
import { MemoryOpsAlarms } from '../../stream/redis-ops-alarms.ts';
import { COMPANY } from '../builders/entries.ts';

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
/** The day that is packed first; NOW is when it becomes due. */
export const DAY0 = Date.UTC(2026, 5, 30);
export const NOW = DAY0 + 31 * DAY_MS + 10 * HOUR_MS;

/** `count` fixes of a person every `stepMs` from `fromMs` on, walking about; every tenth instant has a second source. */
export function appendWalk(
  columns: PositionColumns,
  person: number,
  fromMs: number,
  stepMs: number,
  count: number,
): void {
  for (let k = 0; k < count; k++) {
    for (const source of k % 10 === 0 ? [1, 2] : [1]) {
      columns.reserve(columns.count + 1);
      const i = columns.count++;
      columns.observedAtMs[i] = fromMs + k * stepMs + person;
      columns.personId[i] = person;
      columns.lng[i] = 1_214_800_000 + Math.round(3_000 * Math.sin(k / 40)) + 4 * source + person * 1000;
      columns.lat[i] = 308_000_000 + Math.round(2_000 * Math.cos(k / 55)) + (k % 3);
      columns.heightCm[i] = k % 7 === 0 ? NULL_INT4 : 400 + (k % 11);
      columns.delayMs[i] = 500 + (k % 90);
      columns.accuracyDm[i] = k % 5 === 0 ? NULL_INT2 : 25;
      columns.speedCmps[i] = 120 + (k % 30);
      columns.headingDeg[i] = k % 360;
      columns.batteryPct[i] = 90 - Math.floor(k / 100);
      columns.source[i] = source;
      columns.floor[i] = NULL_INT2;
      columns.flags[i] = 0;
    }
  }
}

export async function storeRows(pool: Pool, columns: PositionColumns): Promise<void> {
  const timescale = await isHypertable(pool);
  const options = { pool, clock: new ManualClock(NOW), logger: silentLogger, timescale, maxBytes: null };
  await new PartitionKeeper(options).ensureAt(columns.observedAtMs.subarray(0, columns.count));
  const order = Uint32Array.from({ length: columns.count }, (_, i) => i);
  await withTransaction(pool, (client) =>
    copyFrom(
      client,
      `COPY position (${POSITION_COLUMNS}) FROM STDIN (FORMAT binary)`,
      new PositionRows().encode(columns, order, 0, columns.count),
    ),
  );
}

/** People 1 to `count`, with the PERSON_ID p1 to p<count>, and the words for the sources 1 and 2. */
export async function registerPeople(pool: Pool, count: number): Promise<void> {
  await pool.query(`INSERT INTO fix_source (id, name) VALUES (1, 'GNSS'), (2, 'UWB')`);
  await pool.query(
    `INSERT INTO person (company_code, person_id, received_at)
     SELECT $1, 'p' || n, now() FROM generate_series(1, $2::int) n ORDER BY n`,
    [COMPANY, count],
  );
}

/** As the licence allows; nothing on plain PostgreSQL. */
export async function compressChunks(pool: Pool): Promise<void> {
  if (!(await isHypertable(pool))) return;
  const { rows } = await pool.query<{ name: string }>(`SELECT current_setting('timescaledb.license') AS name`);
  if (rows[0]?.name === 'timescale') await pool.query(`SELECT compress_chunk(c, true) FROM show_chunks('position') c`);
}

export interface Ladder {
  readonly ladder: PositionLadder;
  readonly partitions: PartitionKeeper;
  readonly opsAlarms: MemoryOpsAlarms;
  readonly clock: ManualClock;
  /** Running time goes by, the clock says nothing of it: dropping by age has its pace from it. */
  run(ms: number): void;
  /** Passes until nothing is due, or for at most `passes`. Returns the fixes read and kept. */
  packAll(passes?: number): Promise<{ fixes: number; kept: number }>;
}

export async function createLadder(
  pool: Pool,
  change: Partial<LadderOptions> & { maxBytes?: number } = {},
): Promise<Ladder> {
  const { maxBytes = null, ...rest } = change;
  const clock = new ManualClock(NOW);
  const shared = { pool, clock, logger: silentLogger, timescale: await isHypertable(pool) };
  const partitions = new PartitionKeeper({ ...shared, maxBytes });
  const opsAlarms = new MemoryOpsAlarms();
  let elapsedMs = 0;
  const pace = new Pace(
    () => {},
    () => elapsedMs,
  );
  const options = { ...shared, partitions, opsAlarms, pace, fullDays: 30, trackDays: 400, toleranceM: 1, restShare: 0 };
  const ladder = new PositionLadder({ ...options, ...rest });
  return {
    ladder,
    partitions,
    opsAlarms,
    clock,
    run: (ms) => {
      elapsedMs += ms;
    },
    packAll: async (passes = 20) => {
      const sum = { fixes: 0, kept: 0 };
      for (let pass = 0; pass < passes; pass++) {
        const run = await ladder.run(new AbortController().signal);
        sum.fixes += run.fixes;
        sum.kept += run.kept;
        if (!run.hasMore) break;
      }
      return sum;
    },
  };
}
