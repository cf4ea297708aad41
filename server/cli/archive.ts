/** `park archive`: what the archive holds, and whether it is whole. */

import { AppError } from '../../core/errors.ts';
import { parkTime } from '../../core/park-time.ts';
import { readCatalogue } from '../../stream/archive/blob-archive.ts';
import type { BlobStore } from '../../stream/archive/blob-store.ts';
import type { Catalogue, SegmentFile } from '../../stream/archive/catalogue.ts';
import { openSealed } from '../../stream/archive/sealed-blob.ts';
import { openArchive } from '../archive-place.ts';
import { type Command, type CommandContext, EXIT_DONE, EXIT_FAILED, UsageError } from './command.ts';

export const command: Command = {
  name: 'archive',
  summary: 'Show what the archive holds, and check that it is whole',
  usage: ['archive list', 'archive check'],
  options: {},
  notes: ['check reads every file; exit code 1 when one is broken or entries are missing between two.'],
  run: async (context) => {
    const [verb] = context.words;
    if (verb !== 'list' && verb !== 'check') throw new UsageError('say which: archive list or archive check');
    const blobs = openArchive(context.config);
    if (blobs === null) throw new AppError('NOT_FOUND', { detail: 'PARK_ARCHIVE is none' });
    const catalogue = await readCatalogue(blobs);
    if (verb === 'list') {
      list(context, catalogue);
      return EXIT_DONE;
    }
    return check(context, blobs, catalogue);
  },
};

function list(context: CommandContext, catalogue: Catalogue): void {
  const standing = new Map(catalogue.standing().map((file) => [file.name, file]));
  for (const { name: _name, ...file } of catalogue.segments) {
    const counts = standing.get(_name)?.lastSeq === file.lastSeq;
    const text = `${parkTime(file.fromMs)} - ${parkTime(file.toMs)}  entries ${file.firstSeq} to ${file.lastSeq}  ${file.bytes} bytes`;
    context.print({ kind: 'segment', ...file, counts }, counts ? text : `${text}  (of a tail that the log lost)`);
  }
  for (const { name: _name, ...file } of catalogue.snapshots) {
    const text = `${parkTime(file.atMs)}  snapshot behind entry ${file.seq}  ${file.bytes} bytes`;
    context.print({ kind: 'snapshot', ...file }, text);
  }
}

async function check(context: CommandContext, blobs: BlobStore, catalogue: Catalogue): Promise<number> {
  let broken = 0;
  for (const { name } of [...catalogue.segments, ...catalogue.snapshots]) {
    const bytes = await blobs.get(name);
    const opened = bytes === null ? null : openSealed(bytes);
    if (opened?.ok === true) continue;
    broken++;
    const problem = opened?.problem ?? 'gone';
    context.print({ problem, name }, `${name} is ${problem}`);
  }
  const gaps = gapsIn(catalogue.standing());
  for (const gap of gaps) {
    context.print({ problem: 'gap', ...gap }, `entries ${gap.fromSeq} to ${gap.toSeq} of log ${gap.epoch} are missing`);
  }
  const totals = {
    segments: catalogue.segments.length,
    snapshots: catalogue.snapshots.length,
    broken,
    gaps: gaps.length,
  };
  context.print(
    totals,
    `${totals.segments} segments, ${totals.snapshots} snapshots; ${broken} broken, ${gaps.length} gaps`,
  );
  return broken + gaps.length === 0 ? EXIT_DONE : EXIT_FAILED;
}

/** Between the segments of each log; before its first there may be what went with age. */
function gapsIn(segments: readonly SegmentFile[]): { epoch: string; fromSeq: number; toSeq: number }[] {
  const gaps: { epoch: string; fromSeq: number; toSeq: number }[] = [];
  const ends = new Map<string, number>();
  for (const { epoch, firstSeq, lastSeq } of segments.toSorted((a, b) => a.firstSeq - b.firstSeq)) {
    const end = ends.get(epoch);
    if (end !== undefined && firstSeq > end + 1) gaps.push({ epoch, fromSeq: end + 1, toSeq: firstSeq - 1 });
    ends.set(epoch, Math.max(end ?? 0, lastSeq));
  }
  return gaps;
}
