/**
 * A park brought back on an empty machine: the private PostgreSQL from a base backup and the write-ahead log behind it, then
 * the archived log from the store's place on, and the engine's state as a snapshot that the next start finds. Called by
 * `park restore`.
 */
import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../core/clock.ts';
import { AppError } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import { readStoreOffset } from '../../db/ledger.ts';
import { isHypertable, migrateDatabase } from '../../db/migrate.ts';
import { PartitionKeeper } from '../../db/partition-keeper.ts';
import { createPool } from '../../db/pool.ts';
import { Store } from '../../db/store.ts';
import { saveSnapshot } from '../../engine/snapshot.ts';
import { createProjection } from '../../geo/projection.ts';
import { BlobArchive } from '../../stream/archive/blob-archive.ts';
import { openArchive } from '../archive-place.ts';
import type { Config } from '../config.ts';
import { restorePostgresCluster, startPostgresServer } from '../services/postgres-server.ts';
import { SnapshotFiles } from '../snapshot-files.ts';
import { VENDOR_REGISTERS } from '../vendor-registers.ts';
import { backupFolders } from './backups.ts';
import { CLUSTER, checkBackup, listBackups, type TakenBackup } from './base-backup.ts';
import { type CaughtUp, catchUp } from './catch-up.ts';
import { listWal, missingWal, unpackWal, walHoles } from './wal-shipper.ts';

export interface RestoreRequest {
  /** The backup folder (PARK_BACKUP_DIR of the park that was). */
  readonly from: string;
  /** null: the newest. */
  readonly backup: string | null;
  /** File with the master key; null: it lies where the configuration says. */
  readonly keyFile: string | null;
}

export interface Restored {
  readonly backup: string;
  readonly startedAtMs: number;
  /** Segments of the write-ahead log that are not there: the database ends at the first of them, whatever lies behind. */
  readonly walHoles: readonly string[];
  /** null: there is no archive, or no log in it. */
  readonly archived: Omit<CaughtUp, 'engine'> | null;
}

/** Throws CONFLICT (the data folder is not empty), NOT_FOUND (no such backup), BACKUP_FAILED (it is not whole), LOG_GAP. */
export async function restorePark(
  config: Config,
  request: RestoreRequest,
  parts: { readonly clock: Clock; readonly logger: Logger },
): Promise<Restored> {
  const { dataFolder } = config;
  if (existsSync(join(dataFolder, 'redis', 'appendonlydir'))) {
    throw new AppError('CONFLICT', { detail: `${dataFolder} holds a log already: restore into an empty folder` });
  }
  // The next start takes the park's people and alarms from the newest state there, which may be another one's.
  const snapshots = new SnapshotFiles(join(dataFolder, 'snapshots', config.parkCode));
  if ((await snapshots.list()).length > 0) {
    throw new AppError('CONFLICT', {
      detail: `${dataFolder} holds snapshots of the engine: restore into an empty folder`,
    });
  }
  const taken = await chosenBackup(config, request);
  await requireWhole(request.from, taken);
  placeKey(config, request.keyFile);
  const folders = backupFolders(request.from);
  const options = { dataFolder, sharedBuffersMb: config.postgresSharedBuffersMb };
  await restorePostgresCluster(options, async (clusterFolder, walFolder) => {
    await cp(join(folders.base, taken.name, CLUSTER), clusterFolder, { recursive: true });
    await unpackWal(folders.wal, walFolder);
  });
  const server = await startPostgresServer(options);
  try {
    const archived = await bringUpToDate(config, server.url, snapshots, parts);
    const { startedAtMs, firstWal, lastWal } = taken.manifest;
    const holes = walHoles(await listWal(folders.wal), firstWal, lastWal);
    return { backup: taken.name, startedAtMs, walHoles: holes, archived };
  } finally {
    await server.stop();
  }
}

async function chosenBackup(config: Config, { from, backup }: RestoreRequest): Promise<TakenBackup> {
  const backups = await listBackups(backupFolders(from).base);
  const taken = backup === null ? backups.at(-1) : backups.find(({ name }) => name === backup);
  if (taken === undefined) {
    throw new AppError('NOT_FOUND', { detail: `${from} has ${backup === null ? 'no backup' : `no backup ${backup}`}` });
  }
  if (taken.manifest.parkCode !== config.parkCode) {
    throw new AppError('CONFLICT', {
      detail: `the backup is of park "${taken.manifest.parkCode}", and PARK_CODE says "${config.parkCode}"`,
    });
  }
  return taken;
}

async function requireWhole(from: string, taken: TakenBackup): Promise<void> {
  const folders = backupFolders(from);
  const { firstWal, lastWal } = taken.manifest;
  const problems = [
    ...(await checkBackup(folders.base, taken)),
    ...missingWal(await listWal(folders.wal), firstWal, lastWal).map((name) => `write-ahead log ${name} is missing`),
  ];
  if (problems.length > 0) {
    throw new AppError('BACKUP_FAILED', { detail: `${taken.name}: ${problems.slice(0, 10).join('; ')}` });
  }
}

/** Never over another key: what is sealed with that one would be lost. */
function placeKey({ masterKeyFile, dataFolder }: Config, keyFile: string | null): void {
  mkdirSync(dataFolder, { recursive: true });
  if (existsSync(masterKeyFile)) return;
  if (keyFile === null) {
    throw new AppError('CONFIG_INVALID', {
      detail: `${masterKeyFile} is not there: give the park's master key with --key FILE; without it no secret can be opened`,
    });
  }
  copyFileSync(keyFile, masterKeyFile);
}

async function bringUpToDate(
  config: Config,
  databaseUrl: string,
  snapshots: SnapshotFiles,
  { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
): Promise<Restored['archived']> {
  await migrateDatabase(databaseUrl, logger);
  const blobs = openArchive(config);
  if (blobs === null) return null;
  const pool = createPool(databaseUrl, { max: 5, applicationName: 'parksentry-restore', logger });
  try {
    const shared = { pool, clock, logger };
    const partitions = new PartitionKeeper({ ...shared, timescale: await isHypertable(pool), maxBytes: null });
    const place = await readStoreOffset(pool);
    const caughtUp = await catchUp({
      archive: new BlobArchive(blobs),
      store: new Store({ ...shared, partitions, registers: VENDOR_REGISTERS }),
      place,
      projection: createProjection(config.projection),
      clock,
      logger,
    });
    if (caughtUp === null) return null;
    const { engine, ...archived } = caughtUp;
    const epoch = archived.logs.at(-1)?.epoch;
    if (engine === null || epoch === undefined) return archived;
    // The log begins anew with the next start; watch takes the park's people and alarms from here.
    await snapshots.put({ epoch, seq: engine.seq, term: 0, bytes: saveSnapshot(engine, epoch) });
    return archived;
  } finally {
    await pool.end();
  }
}
