/** `park backup`: takes a base backup of the private PostgreSQL now, lists those that are kept, proves them whole. */
import { createPool } from '../../db/pool.ts';
import { Backups, backupFolders, backupsOptionsFrom } from '../backup/backups.ts';
import { checkBackup, listBackups, type TakenBackup } from '../backup/base-backup.ts';
import { listWal, walHoles } from '../backup/wal-shipper.ts';
import { runningConfig } from '../config.ts';
import { type Command, type CommandContext, EXIT_DONE, EXIT_FAILED, UsageError } from './command.ts';

export const command: Command = {
  name: 'backup',
  summary: 'Back up the private PostgreSQL; list and check backups',
  usage: ['backup              (takes one now)', 'backup list', 'backup check'],
  options: {},
  notes: [
    'Backups lie in PARK_BACKUP_DIR; with it set, the role `backup` takes one a day and ships the write-ahead log all the',
    'time. The master key is NOT in a backup: keep it elsewhere. `park restore` brings a park back.',
  ],
  run: (context) => {
    const [verb, ...more] = context.words;
    if (more.length > 0) throw new UsageError('one word: list or check');
    if (verb === undefined) return take(context);
    if (verb === 'list') return list(context);
    if (verb === 'check') return check(context);
    throw new UsageError(`"${verb}" is neither list nor check`);
  },
};

async function take(context: CommandContext): Promise<number> {
  const config = runningConfig(context.config);
  const pool = createPool(config.databaseUrl, { max: 1, applicationName: 'parksentry-backup', logger: context.logger });
  try {
    const taken = await new Backups(backupsOptionsFrom(config, pool, context.clock)).take();
    context.print(shownOf(taken), lineOf(taken));
    return EXIT_DONE;
  } finally {
    await pool.end();
  }
}

async function list(context: CommandContext): Promise<number> {
  const backups = await listBackups(backupFolders(folderOf(context)).base);
  if (backups.length === 0) context.print({ backups: 0 }, 'No backups.');
  for (const backup of backups) context.print(shownOf(backup), lineOf(backup));
  return EXIT_DONE;
}

async function check(context: CommandContext): Promise<number> {
  const folders = backupFolders(folderOf(context));
  const wal = await listWal(folders.wal);
  const backups = await listBackups(folders.base);
  let isWhole = backups.length > 0;
  if (!isWhole) context.print({ backups: 0 }, 'No backups.');
  for (const backup of backups) {
    const { firstWal, lastWal } = backup.manifest;
    const problems = [
      ...(await checkBackup(folders.base, backup)),
      ...walHoles(wal, firstWal, lastWal).map((name) => `write-ahead log ${name} is missing`),
    ];
    if (problems.length > 0) isWhole = false;
    const verdict = problems.length === 0 ? 'whole' : problems.slice(0, 10).join('; ');
    context.print({ ...shownOf(backup), problems }, `${lineOf(backup)}: ${verdict}`);
  }
  return isWhole ? EXIT_DONE : EXIT_FAILED;
}

function folderOf(context: CommandContext): string {
  const { backupFolder } = context.config;
  if (backupFolder === undefined) throw new UsageError('set PARK_BACKUP_DIR');
  return backupFolder;
}

const bytesOf = ({ manifest }: TakenBackup): number => manifest.files.reduce((sum, file) => sum + file.bytes, 0);

function shownOf(backup: TakenBackup) {
  const { parkCode, startedAtMs, finishedAtMs, firstWal, lastWal, store } = backup.manifest;
  return { name: backup.name, parkCode, startedAtMs, finishedAtMs, firstWal, lastWal, store, bytes: bytesOf(backup) };
}

const lineOf = (backup: TakenBackup): string =>
  `${backup.name}  ${(bytesOf(backup) / 1e6).toFixed(1)} MB  ${backup.manifest.files.length} files`;
