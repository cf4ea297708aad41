/** `park restore`: a park on an empty machine from its backup, its archive and its master key. */
import { resolve } from 'node:path';
import { type Restored, restorePark } from '../backup/restore.ts';
import { claimFolder } from '../services/kept.ts';
import { type Command, EXIT_DONE, EXIT_FAILED } from './command.ts';

export const command: Command = {
  name: 'restore',
  summary: 'Bring a park back on an empty machine from its backup and archive',
  usage: ['restore --from DIR [--backup NAME] [--key FILE]'],
  options: {
    from: { type: 'string', value: 'DIR', doc: 'The backup folder (PARK_BACKUP_DIR of the park that was)' },
    backup: { type: 'string', value: 'NAME', doc: 'Which base backup; the newest when absent' },
    key: { type: 'string', value: 'FILE', doc: 'The master key; when absent it must lie at PARK_MASTER_KEY_FILE' },
  },
  notes: [
    'PARK_DATA_DIR must be empty, PARK_ARCHIVE name the archive of the park that was, PARK_CODE its code. Afterwards start',
    'the park as before. Exit code 1 when numbers are missing between database and archive, or segments of the write-ahead log; they are printed.',
  ],
  run: async (context) => {
    const { config, clock, logger } = context;
    const release = claimFolder(config.dataFolder);
    try {
      const key = context.text('key');
      const request = {
        from: resolve(context.required('from')),
        backup: context.text('backup') ?? null,
        keyFile: key === undefined ? null : resolve(key),
      };
      const restored = await restorePark(config, request, { clock, logger });
      context.print(restored, textOf(restored));
      const missing = restored.walHoles.length + (restored.archived?.missing.length ?? 0);
      return missing === 0 ? EXIT_DONE : EXIT_FAILED;
    } finally {
      release();
    }
  },
};

function textOf({ backup, startedAtMs, walHoles, archived }: Restored): string {
  const restored = `Restored the base backup ${backup}, taken ${new Date(startedAtMs).toISOString()}, and its write-ahead log.`;
  const holes = walHoles.slice(0, 10).join(', ');
  const base =
    holes === '' ? restored : `${restored}\nMISSING: write-ahead log ${holes}: what the database had from there on.`;
  if (archived === null) return `${base}\nNo archived log was found: what came after is not there.`;
  const last = archived.logs.at(-1);
  return [
    base,
    ...archived.logs.map(({ epoch, applied, lastSeq }) =>
      applied === null
        ? `The database had every entry of log ${epoch} up to ${lastSeq}, the archive's last.`
        : `Entries ${applied.fromSeq} to ${applied.toSeq} of log ${epoch} were put in from the archive.`,
    ),
    ...archived.missing.map((what) => `MISSING: ${what}.`),
    ...(last === undefined
      ? []
      : [`What was accepted after entry ${last.lastSeq} of log ${last.epoch} is not in the archive.`]),
  ].join('\n');
}
