/** A migrated database for one bench: on the server that DATABASE_URL names, else on a private one that goes afterwards. */
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '../../core/logger.ts';
import { isHypertable, migrateDatabase } from '../../db/migrate.ts';
import { createPool, type Pool } from '../../db/pool.ts';
import { startPostgresServer } from '../../server/services/postgres-server.ts';

export async function withBenchDatabase<T>(run: (pool: Pool) => Promise<T>, connections = 4): Promise<T> {
  const given = process.env['DATABASE_URL'];
  if (given !== undefined && given !== '') return onServer(given, run, connections);
  const dataFolder = mkdtempSync(join(realpathSync(tmpdir()), 'parksentry-bench-'));
  chmodSync(dataFolder, 0o711);
  const server = await startPostgresServer({ dataFolder, sharedBuffersMb: 256 });
  try {
    return await onServer(server.url, run, connections);
  } finally {
    await server.stop();
    rmSync(server.place, { recursive: true, force: true });
    rmSync(dataFolder, { recursive: true, force: true });
  }
}

async function onServer<T>(serverUrl: string, run: (pool: Pool) => Promise<T>, connections: number): Promise<T> {
  const name = `bench_${randomBytes(4).toString('hex')}`;
  const admin = createPool(serverUrl, { max: 1 });
  await admin.query(`CREATE DATABASE ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  const pool = createPool(url.href, { max: connections, statementTimeoutMs: 0 });
  try {
    await migrateDatabase(url.href, silentLogger);
    if (await isHypertable(pool)) {
      // The days written are long over: the job would compress them while the clock runs.
      await pool.query(`SELECT alter_job(job_id, scheduled => false) FROM timescaledb_information.jobs
        WHERE hypertable_name = 'position'`);
    }
    return await run(pool);
  } finally {
    await pool.end();
    await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
    await admin.end();
  }
}

/** What positions take, table, index and all, bytes. */
export async function bytesOf(pool: Pool, table: 'position' | 'position_segment'): Promise<number> {
  const isChunked = table === 'position' && (await isHypertable(pool));
  const { rows } = await pool.query<{ bytes: string }>(
    isChunked
      ? `SELECT hypertable_size('position') AS bytes`
      : `SELECT coalesce(sum(pg_total_relation_size(relid)), 0) AS bytes FROM pg_partition_tree('${table}') WHERE isleaf`,
  );
  return Number(rows[0]?.bytes ?? 0);
}

/** True where the licence has compression and the chunks of `position` are now compressed. */
export async function compressPositions(pool: Pool): Promise<boolean> {
  if (!(await isHypertable(pool))) return false;
  const { rows } = await pool.query<{ name: string }>(`SELECT current_setting('timescaledb.license') AS name`);
  if (rows[0]?.name !== 'timescale') return false;
  await pool.query(`SELECT compress_chunk(c, true) FROM show_chunks('position') c`);
  return true;
}
