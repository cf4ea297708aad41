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
import type { Pool } from '../../db/pool.ts';
import type { RunningConfig } from '../config.ts';
import { knownPostgresUrl } from '../services/known-urls.ts';
import { clusterOf, knownPlace, spoolOf } from '../services/postgres-server.ts';
import { listBackups, type TakenBackup, takeBaseBackup } from './base-backup.ts';
import { removeTree } from './durable.ts';
import { isBackupDue } from './schedule.ts';
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

  /** Returns how many files of the write-ahead log went into the backup folder. */
  ship(): Promise<number> {
    return shipWal(spoolOf(this.#o.place), this.#o.folders.wal);
  }

  async isDue(): Promise<boolean> {
    const newest = (await this.list()).at(-1);
    return isBackupDue(this.#o.clock.nowMs(), this.#o.hour, newest?.manifest.startedAtMs ?? null);
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
    await this.ship();
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
    const { folders, kept } = this.#o;
    const backups = await this.list();
    for (const { name } of backups.slice(0, -kept)) await removeTree(join(folders.base, name));
    const oldest = backups.slice(-kept)[0];
    if (oldest !== undefined) await pruneWal(folders.wal, oldest.manifest.firstWal);
  }
}
