import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ManualClock } from '../../core/clock.ts';
import type { AppError } from '../../core/errors.ts';
import { createPool, type Pool, queryRows } from '../../db/pool.ts';
import {
  clusterOf,
  type PostgresServer,
  restorePostgresCluster,
  spoolOf,
  startPostgresServer,
} from '../services/postgres-server.ts';
import { Backups } from './backups.ts';
import { CLUSTER, checkBackup, listBackups, takeBaseBackup } from './base-backup.ts';
import { listWal, missingWal, pruneWal, shipWal, unpackWal } from './wal-shipper.ts';

const T0 = Date.UTC(2026, 6, 1, 2);

describe('backup and restore of PostgreSQL', () => {
  const made: string[] = [];
  const folder = (): string => {
    const path = mkdtempSync(join(realpathSync(tmpdir()), 'parksentry-backup-'));
    chmodSync(path, 0o711);
    made.push(path);
    return path;
  };
  const dataFolder = folder();
  const backupFolder = folder();
  const base = join(backupFolder, 'base');
  const wal = join(backupFolder, 'wal');
  let server: PostgresServer;
  let pool: Pool;
  let stopWriting = false;

  beforeAll(async () => {
    server = await startPostgresServer({ dataFolder, sharedBuffersMb: 32, archivesWal: true });
    pool = createPool(server.url, { max: 4 });
    await pool.query('CREATE TABLE note (n integer PRIMARY KEY, text text)');
    await pool.query(`CREATE TABLE reader_offset (reader text, epoch text, next_seq bigint, alarms_next_seq bigint)`);
    await pool.query(`INSERT INTO reader_offset VALUES ('store', 'e1', 41, 40)`);
  }, 120_000);

  afterAll(async () => {
    await pool?.end();
    await server?.stop();
    for (const path of made) rmSync(path, { recursive: true, force: true });
  }, 60_000);

  const count = async (of: Pool): Promise<number> =>
    (await queryRows<{ count: number }>(of, 'SELECT count(*)::int AS count FROM note'))[0]?.count ?? -1;

  /** Rows as fast as they go, each answered one by one, until told to stop. */
  async function write(): Promise<number> {
    let n = await count(pool);
    while (!stopWriting) {
      await pool.query('INSERT INTO note SELECT $1::int, repeat(md5($1::int::text), 30)', [++n]);
    }
    return n;
  }

  test('[BAK-3] that PostgreSQL cannot archive its log is said until it can', async () => {
    const options = { pool, place: server.place, folders: { base, wal }, kept: 1, hour: 2, parkCode: 'p' };
    const backups = new Backups({ ...options, clock: new ManualClock(T0) });
    const switchWal = () => pool.query('SELECT pg_switch_wal(), pg_logical_emit_message(false, $1, $1)', ['test']);
    const shipped = () =>
      backups.ship().then(
        () => 'shipped',
        (error: AppError) => error.detail ?? '',
      );
    await switchWal();
    await expect.poll(shipped).toBe('shipped');
    chmodSync(spoolOf(server.place), 0o500);
    await switchWal();
    await expect.poll(shipped, { timeout: 20_000 }).toMatch(/cannot archive [0-9A-F]{24}/);
    chmodSync(spoolOf(server.place), 0o700);
    await expect.poll(() => switchWal().then(shipped), { timeout: 20_000, interval: 500 }).toBe('shipped');
  }, 60_000);

  test('[BAK-1] a base backup made while rows come in, and the log archived since, bring back every committed row', async () => {
    const writing = write();
    const { name, manifest } = await takeBaseBackup({
      pool,
      clusterFolder: clusterOf(server.place),
      baseFolder: base,
      parkCode: 'p',
      nowMs: () => T0,
    });
    stopWriting = true;
    const rows = await writing;
    expect(name).toBe('20260701T020000Z');
    expect(manifest).toMatchObject({ parkCode: 'p', store: { epoch: 'e1', nextSeq: 41, alarmsNextSeq: 40 } });
    // What comes after the backup is in the log alone; a switch stands for the time limit of a segment.
    await pool.query('INSERT INTO note SELECT n, $1::text FROM generate_series($2::int, $3::int) n', [
      'after',
      rows + 1,
      rows + 100,
    ]);
    const [last] = await queryRows<{ wal: string }>(pool, 'SELECT pg_walfile_name(pg_switch_wal()) AS wal');
    while (!(await listWal(wal)).includes(last?.wal ?? '')) await shipWal(spoolOf(server.place), wal);
    expect(missingWal(await listWal(wal), manifest.firstWal, manifest.lastWal)).toEqual([]);
    await server.stop();

    const restoredFolder = folder();
    const kept = await listBackups(base);
    expect(kept.map((backup) => backup.name)).toEqual([name]);
    await restorePostgresCluster({ dataFolder: restoredFolder, sharedBuffersMb: 32 }, async (cluster, walFolder) => {
      cpSync(join(base, name, CLUSTER), cluster, { recursive: true });
      await unpackWal(wal, walFolder);
    });
    const restored = await startPostgresServer({ dataFolder: restoredFolder, sharedBuffersMb: 32 });
    try {
      expect(restored.url).not.toBe(server.url);
      const again = createPool(restored.url);
      expect(await count(again)).toBe(rows + 100);
      await again.query(`INSERT INTO note VALUES (-1, 'writable')`);
      await again.end();
    } finally {
      await restored.stop();
    }
    await expect(restorePostgresCluster({ dataFolder: restoredFolder }, async () => {})).rejects.toThrow(/already/);
  }, 120_000);

  test('[BAK-2] a file of the backup that was changed or is gone is named', async () => {
    const [backup] = await listBackups(base);
    if (backup === undefined) throw new Error('no backup');
    expect(await checkBackup(base, backup)).toEqual([]);
    const cluster = join(base, backup.name, CLUSTER);
    writeFileSync(join(cluster, 'PG_VERSION'), '14\n');
    rmSync(join(cluster, 'global/pg_control'));
    expect(await checkBackup(base, backup)).toEqual(['PG_VERSION was changed', 'global/pg_control is missing']);
  });

  test('[BAK-3] of the archived log only what a kept backup needs is kept, and a hole in it is named', async () => {
    const all = await listWal(wal);
    const segments = all.filter((name) => /^[0-9A-F]{24}$/.test(name));
    const [first, second] = segments;
    const last = segments.at(-1);
    if (first === undefined || second === undefined || last === undefined) throw new Error('too few segments');
    expect(await pruneWal(wal, second)).toBe(1);
    expect(missingWal(await listWal(wal), first, last)).toEqual([first]);
    expect(readdirSync(wal)).not.toContain(`${first}.gz`);
  });

  test('[BAK-4] a backup that fails leaves nothing with the name of one, and one that was killed not its half for ever', async () => {
    for (const half of ['.20260629T010000Z', '.20260701T010000Z'])
      mkdirSync(join(base, half, CLUSTER), { recursive: true });
    const dead = createPool(server.url, { connectTimeoutMs: 500 });
    await expect(
      takeBaseBackup({ pool: dead, clusterFolder: '/', baseFolder: base, parkCode: 'p', nowMs: () => T0 + 1_000 }),
    ).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    await dead.end();
    // The one of an hour ago may be another process's, at work.
    expect(readdirSync(base)).toEqual(['.20260701T010000Z', '20260701T020000Z']);
  });
});
