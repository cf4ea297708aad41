/**
 * The backups of a park's private PostgreSQL: where they lie, taking one, shipping the write-ahead log, letting the old
 * ones go. Used by the role `backup` and by `park backup`.
 *
 *   <PARK_BACKUP_DIR>/base/<yyyymmddThhmmssZ>/   base backups (base-backup.ts)
 *   <PARK_BACKUP_DIR>/wal/<segment>.gz           the write-ahead log since the oldest of them (wal-shipper.ts)
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../core/clock.ts';
import { AppError } from '../../core/errors.ts';
import { type Pool, queryRows } from '../../db/pool.ts';
import type { RunningConfig } from '../config.ts';
import { knownPostgresUrl } from '../services/known-urls.ts';
import { clusterOf, knownPlace, spoolOf } from '../services/postgres-server.ts';
import { listBackups, type TakenBackup, takeBaseBackup } from './base-backup.ts';
import { removeTree } from './durable.ts';
import { byAge, isBackupDue } from './schedule.ts';
import { listWal, missingWal, pruneWal, shipWal } from './wal-shipper.ts';

export interface BackupFolders {
  readonly base: string;
  readonly wal: string;
}

export const backupFolders = (folder: string): BackupFolders => ({
  base: join(folder, 'base'),
  wal: join(folder, 'wal'),
});

export interface BackupsOptions {
  readonly pool: Pool;
  /** The folder around the cluster. */
  readonly place: string;
  readonly folders: BackupFolders;
  readonly kept: number;
  readonly hour: number;
  readonly parkCode: string;
  readonly clock: Clock;
}

/** Throws CONFIG_INVALID, saying what to do, when this park's backups are not ours to make. */
export function backupsOptionsFrom(config: RunningConfig, pool: Pool, clock: Clock): BackupsOptions {
  const { backupFolder, dataFolder, databaseUrl } = config;
  if (backupFolder === undefined) throw new AppError('CONFIG_INVALID', { detail: 'set PARK_BACKUP_DIR' });
  const place = knownPlace(dataFolder);
  if (place === undefined || databaseUrl !== knownPostgresUrl(dataFolder)) {
    throw new AppError('CONFIG_INVALID', {
      detail:
        'DATABASE_URL names a PostgreSQL of your own: back it up with its own tools (pg_basebackup, WAL archiving)',
    });
  }
  const { backupsKept, backupHour, parkCode } = config;
  return { pool, place, folders: backupFolders(backupFolder), kept: backupsKept, hour: backupHour, parkCode, clock };
}

export class Backups {
  readonly #o: BackupsOptions;

  constructor(options: BackupsOptions) {
    this.#o = options;
  }

  list(): Promise<TakenBackup[]> {
    return listBackups(this.#o.folders.base);
  }

  /**
   * Returns how many files of the write-ahead log went into the backup folder. Throws BACKUP_FAILED while PostgreSQL does
   * not bring them: an empty spool alone would look like peace.
   */
  async ship(): Promise<number> {
    const { pool, place, folders } = this.#o;
    const shipped = await shipWal(spoolOf(place), folders.wal);
    const [archiver] = await queryRows<{ mode: string; failed: string | null }>(
      pool,
      `SELECT current_setting('archive_mode') AS mode,
              CASE WHEN last_failed_time > coalesce(last_archived_time, '-infinity') THEN last_failed_wal END AS failed
       FROM pg_stat_archiver`,
    );
    if (archiver?.mode === 'off') {
      throw new AppError('BACKUP_FAILED', {
        detail: 'PostgreSQL was started without PARK_BACKUP_DIR: it archives nothing',
      });
    }
    if (archiver?.failed)
      throw new AppError('BACKUP_FAILED', { detail: `PostgreSQL cannot archive ${archiver.failed}` });
    return shipped;
  }

  async isDue(): Promise<boolean> {
    const starts = (await this.list()).map(({ manifest }) => manifest.startedAtMs);
    return isBackupDue(this.#o.clock.nowMs(), this.#o.hour, starts);
  }

  /** Takes one, sees that its write-ahead log is there too, and lets go of those beyond the kept number. */
  async take(): Promise<TakenBackup> {
    const { pool, place, folders, parkCode, clock } = this.#o;
    await mkdir(folders.base, { recursive: true, mode: 0o700 });
    const taken = await takeBaseBackup({
      pool,
      clusterFolder: clusterOf(place),
      baseFolder: folders.base,
      parkCode,
      nowMs: () => clock.nowMs(),
    });
    // pg_backup_stop has waited until the last segment was in the spool.
    await shipWal(spoolOf(place), folders.wal);
    const { firstWal, lastWal } = taken.manifest;
    const missing = missingWal(await listWal(folders.wal), firstWal, lastWal);
    if (missing.length > 0) {
      await removeTree(join(folders.base, taken.name));
      throw new AppError('BACKUP_FAILED', {
        detail: `PostgreSQL did not archive ${missing.join(', ')}: was it started with PARK_BACKUP_DIR set?`,
      });
    }
    await this.#letGo();
    return taken;
  }

  async #letGo(): Promise<void> {
    const { folders, kept, clock } = this.#o;
    const backups = byAge(await this.list(), clock.nowMs(), ({ manifest }) => manifest.startedAtMs);
    for (const { name } of backups.slice(0, -kept)) await removeTree(join(folders.base, name));
    // The number within the log decides, whatever timeline it is of.
    const firsts = backups.slice(-kept).map(({ manifest }) => manifest.firstWal);
    const [oldest] = firsts.sort((a, b) => (a.slice(8) < b.slice(8) ? -1 : 1));
    if (oldest !== undefined) await pruneWal(folders.wal, oldest);
  }
}
