/**
 * A base backup of a running PostgreSQL: its files copied between pg_backup_start and pg_backup_stop, with the write-ahead
 * log that makes them whole archived meanwhile (PostgreSQL documentation, 26.3.3 "Making a Base Backup Using the Low Level
 * API"). Each backup is a folder with a manifest of every file's SHA-256; it is there whole or not at all.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, readFile, rename } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { AppError } from '../../core/errors.ts';
import { type Pool, queryRows, withClient } from '../../db/pool.ts';
import { removeTree, syncFolders, syncPath, writeDurably } from './durable.ts';

export const MANIFEST_FORMAT = 1;
export const MANIFEST = 'manifest.json';
/** The cluster's files inside a backup. */
export const CLUSTER = 'cluster';

export interface BackupFile {
  /** From the cluster's folder, with `/`. */
  readonly path: string;
  readonly bytes: number;
  /** Hex. */
  readonly sha256: string;
}

export interface BackupManifest {
  readonly format: typeof MANIFEST_FORMAT;
  readonly parkCode: string;
  readonly serverVersion: number;
  readonly startedAtMs: number;
  readonly finishedAtMs: number;
  /** Names of the write-ahead log segments that the backup needs, the first and the last. */
  readonly firstWal: string;
  readonly lastWal: string;
  /** Where the store stood when the backup began: the log is needed from there on. null: no store had begun. */
  readonly store: { readonly epoch: string; readonly nextSeq: number; readonly alarmsNextSeq: number } | null;
  readonly files: readonly BackupFile[];
}

export interface TakenBackup {
  readonly name: string;
  readonly manifest: BackupManifest;
}

export interface BaseBackupOptions {
  readonly pool: Pool;
  /** The cluster's own folder (`SHOW data_directory`), readable by this process. */
  readonly clusterFolder: string;
  /** Backups lie below it, one folder each. */
  readonly baseFolder: string;
  readonly parkCode: string;
  readonly nowMs: () => number;
}

const NAME = /^\d{8}T\d{6}Z$/;
const HIDDEN = /^\.\d{8}T\d{6}Z$/;
const nameAt = (ms: number): string =>
  new Date(ms)
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(/[-:]/g, '');

/** Folders that are made anew by every start: their files are left out, they themselves are not. */
const EMPTIED = [
  'pg_wal',
  'pg_replslot',
  'pg_dynshmem',
  'pg_notify',
  'pg_serial',
  'pg_snapshots',
  'pg_stat_tmp',
  'pg_subtrans',
];
const LEFT_OUT = new Set([
  'postmaster.pid',
  'postmaster.opts',
  'backup_label',
  'tablespace_map',
  'recovery.signal',
  'standby.signal',
]);
const isTemporary = (name: string): boolean => name.startsWith('pgsql_tmp') || name === 'pg_internal.init';
/** Copied last: recovery begins with it. */
const CONTROL = 'global/pg_control';
/** A checkpoint asked for, and the archiving of the last segment, may take their time. */
const STOP_LIMIT_MS = 600_000;

/** Throws AppError BACKUP_FAILED or DATABASE_UNAVAILABLE; nothing half-made keeps the name of a backup. */
export async function takeBaseBackup(options: BaseBackupOptions): Promise<TakenBackup> {
  const { pool, baseFolder, parkCode, nowMs } = options;
  const startedAtMs = nowMs();
  const name = nameAt(startedAtMs);
  const hidden = join(baseFolder, `.${name}`);
  await removeAbandoned(baseFolder, startedAtMs);
  await mkdir(join(hidden, CLUSTER), { recursive: true, mode: 0o700 });
  try {
    const manifest = await withClient(pool, async (client) => {
      await client.query(`SET statement_timeout = ${STOP_LIMIT_MS}`);
      const [start] = await queryRows<{ wal: string; version: number }>(
        client,
        `SELECT pg_walfile_name(pg_backup_start($1, true)) AS wal, current_setting('server_version_num')::int AS version`,
        [`parksentry ${name}`],
      );
      const [store] = await queryRows<NonNullable<BackupManifest['store']>>(
        client,
        `SELECT epoch, next_seq AS "nextSeq", alarms_next_seq AS "alarmsNextSeq" FROM reader_offset WHERE reader = 'store'`,
      );
      const files = await copyCluster(options.clusterFolder, join(hidden, CLUSTER));
      const [stop] = await queryRows<{ wal: string; label: string; map: string }>(
        client,
        `SELECT pg_walfile_name(lsn) AS wal, labelfile AS label, spcmapfile AS map FROM pg_backup_stop(true)`,
      );
      if (start === undefined || stop === undefined) throw new AppError('BACKUP_FAILED', { detail: 'no answer' });
      if (stop.map.trim() !== '') {
        throw new AppError('BACKUP_FAILED', { detail: 'tablespaces outside the cluster are not backed up' });
      }
      files.push(await writeWhole(join(hidden, CLUSTER), 'backup_label', stop.label));
      return {
        format: MANIFEST_FORMAT,
        parkCode,
        serverVersion: start.version,
        startedAtMs,
        finishedAtMs: nowMs(),
        firstWal: start.wal,
        lastWal: stop.wal,
        store: store ?? null,
        files,
      } satisfies BackupManifest;
    });
    // The manifest is the proof that all is there: first the names it speaks of.
    await syncFolders(hidden);
    await writeDurably(join(hidden, MANIFEST), JSON.stringify(manifest));
    await rename(hidden, join(baseFolder, name));
    await syncPath(baseFolder);
    return { name, manifest };
  } catch (error) {
    await removeTree(hidden);
    if (error instanceof AppError) throw error;
    throw new AppError('BACKUP_FAILED', { detail: (error as Error).message, cause: error });
  }
}

/** Longer than any backup takes: a hidden one that began before was left by a process that is gone. */
const ABANDONED_AFTER_MS = 86_400_000;

async function removeAbandoned(baseFolder: string, nowMs: number): Promise<void> {
  const before = `.${nameAt(nowMs - ABANDONED_AFTER_MS)}`;
  const names = await readdir(baseFolder).catch(() => [] as string[]);
  for (const name of names.filter((n) => HIDDEN.test(n) && (n < before || n === `.${nameAt(nowMs)}`))) {
    await removeTree(join(baseFolder, name));
  }
}

/** Backups that are whole by name, oldest first; one whose manifest cannot be read is left out. */
export async function listBackups(baseFolder: string): Promise<TakenBackup[]> {
  const names = await readdir(baseFolder).catch(() => [] as string[]);
  const backups: TakenBackup[] = [];
  for (const name of names.filter((n) => NAME.test(n)).sort()) {
    const manifest = await readManifest(join(baseFolder, name));
    if (manifest !== null) backups.push({ name, manifest });
  }
  return backups;
}

async function readManifest(folder: string): Promise<BackupManifest | null> {
  try {
    const manifest = JSON.parse(await readFile(join(folder, MANIFEST), 'utf8')) as BackupManifest;
    return manifest.format === MANIFEST_FORMAT ? manifest : null;
  } catch {
    return null;
  }
}

/** What is wrong with a backup's files, one sentence each; reads every byte. */
export async function checkBackup(baseFolder: string, { name, manifest }: TakenBackup): Promise<string[]> {
  const problems: string[] = [];
  for (const file of manifest.files) {
    const found = await sha256Of(join(baseFolder, name, CLUSTER, ...file.path.split('/'))).catch(() => null);
    if (found === null) problems.push(`${file.path} is missing`);
    else if (found !== file.sha256) problems.push(`${file.path} was changed`);
  }
  return problems;
}

async function sha256Of(path: string): Promise<string> {
  const sum = createHash('sha256');
  for await (const chunk of createReadStream(path)) sum.update(chunk as Uint8Array);
  return sum.digest('hex');
}

async function copyCluster(from: string, to: string): Promise<BackupFile[]> {
  const files: BackupFile[] = [];
  for (const path of await filesOf(from, from, to)) {
    const copied = path === CONTROL ? null : await copyFileOf(from, to, path);
    if (copied !== null) files.push(copied);
  }
  const control = await copyFileOf(from, to, CONTROL);
  if (control === null) throw new AppError('BACKUP_FAILED', { detail: `${from} has no ${CONTROL}` });
  return [...files, control];
}

/** Every file to copy; makes their folders. */
async function filesOf(root: string, folder: string, to: string): Promise<string[]> {
  const paths: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = relative(root, join(folder, entry.name)).replaceAll(sep, '/');
    if (LEFT_OUT.has(path) || isTemporary(entry.name)) continue;
    if (entry.isDirectory()) {
      await mkdir(join(to, path), { recursive: true, mode: 0o700 });
      if (EMPTIED.includes(path)) {
        if (path === 'pg_wal') await mkdir(join(to, path, 'archive_status'), { recursive: true, mode: 0o700 });
      } else paths.push(...(await filesOf(root, join(folder, entry.name), to)));
    } else if (entry.isFile()) paths.push(path);
    else throw new AppError('BACKUP_FAILED', { detail: `${path} is neither a file nor a folder` });
  }
  return paths;
}

const COPY_BYTES = 1 << 20;

/** null: it is gone; PostgreSQL drops and truncates while it is copied, and the write-ahead log puts that right. */
async function copyFileOf(from: string, to: string, path: string): Promise<BackupFile | null> {
  const source = await open(join(from, path), 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (source === null) return null;
  try {
    const target = await open(join(to, path), 'w', 0o600);
    try {
      const sum = createHash('sha256');
      const buffer = Buffer.allocUnsafe(COPY_BYTES);
      let bytes = 0;
      for (;;) {
        const { bytesRead } = await source.read(buffer, 0, COPY_BYTES, bytes);
        if (bytesRead === 0) break;
        const part = buffer.subarray(0, bytesRead);
        sum.update(part);
        await target.write(part);
        bytes += bytesRead;
      }
      await target.sync();
      return { path, bytes, sha256: sum.digest('hex') };
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

async function writeWhole(folder: string, path: string, text: string): Promise<BackupFile> {
  await writeDurably(join(folder, path), text);
  const bytes = Buffer.from(text);
  return { path, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}
