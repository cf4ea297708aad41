/**
 * What may go from the archive: segments older than the retention, in the order of the log, and beyond the cap the oldest of
 * all. Age alone takes entries at a pace (core/pace.ts): the clock may be wrong. A snapshot goes when the entry behind it is
 * no longer there.
 */
import type { Pace } from '../../core/pace.ts';
import type { Catalogue, SegmentFile, SnapshotFile } from './catalogue.ts';

const DAY_MS = 86_400_000;

export interface Retention {
  readonly days: number;
  /** null: as much as there is room. */
  readonly maxBytes: number | null;
}

export interface DueToGo {
  readonly file: SegmentFile | SnapshotFile;
  readonly reason: 'age' | 'cap' | 'not followed';
}

/** Oldest first. `epoch`: the log that is followed; its snapshots stay while nothing of it is archived yet. */
export function dueToGo(
  catalogue: Catalogue,
  epoch: string,
  { days, maxBytes }: Retention,
  nowMs: number,
  pace: Pace,
): DueToGo[] {
  const going = new Map<SegmentFile, DueToGo['reason']>();
  const oldEnough = nowMs - days * DAY_MS;
  for (const segments of bySequence(catalogue.segments)) {
    // The order of the log decides, not the clock of whoever received an entry: behind one that stays, all stay.
    for (const [at, file] of segments.entries()) {
      if (file.toMs >= oldEnough || !pace.allows(lengthOf(file, segments[at + 1]))) break;
      going.set(file, 'age');
    }
  }
  if (maxBytes !== null) {
    const staying = catalogue.segments.filter((file) => !going.has(file));
    let bytes = 0;
    for (const file of [...staying, ...catalogue.snapshots]) bytes += file.bytes;
    for (const file of staying) {
      if (bytes <= maxBytes) break;
      bytes -= file.bytes;
      going.set(file, 'cap');
    }
  }
  const staying = catalogue.segments.filter((file) => !going.has(file));
  const orphans = catalogue.snapshots.filter((snapshot) => {
    const firsts = staying.filter((file) => file.epoch === snapshot.epoch).map((file) => file.firstSeq);
    if (firsts.length === 0) return snapshot.epoch !== epoch;
    return snapshot.seq + 1 < firsts.reduce((a, b) => Math.min(a, b));
  });
  return [
    ...[...going].map(([file, reason]) => ({ file, reason })),
    ...orphans.map((file) => ({ file, reason: 'not followed' as const })),
  ];
}

/** Segments of each epoch in the order of their first sequences. */
function bySequence(segments: readonly SegmentFile[]): SegmentFile[][] {
  const epochs = new Map<string, SegmentFile[]>();
  for (const file of segments) {
    const ofEpoch = epochs.get(file.epoch) ?? [];
    ofEpoch.push(file);
    epochs.set(file.epoch, ofEpoch);
  }
  return [...epochs.values()].map((files) => files.sort((a, b) => a.firstSeq - b.firstSeq));
}

/** The time it stands for, up to the next one. A day at most: a wrong receipt time must not hold all up for years. */
const lengthOf = (file: SegmentFile, next: SegmentFile | undefined): number =>
  Math.min(DAY_MS, Math.max(0, (next?.fromMs ?? file.toMs) - file.fromMs));
