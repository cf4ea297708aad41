/** Twin of blob-archive.ts in one process: a test puts entries and snapshots in as they are. */
import { missing } from '../continuity.ts';
import type { ArchivedSegment, ArchivedSnapshot, ArchiveReader } from '../protocol/archive.ts';
import type { RawEntry } from '../protocol/entry.ts';

export class MemoryArchive implements ArchiveReader {
  #segments: (ArchivedSegment & { readonly entries: readonly RawEntry[] })[] = [];
  #snapshots: (ArchivedSnapshot & { readonly state: Uint8Array })[] = [];

  /** Entries of one epoch in sequence become a segment. */
  addSegment(entries: readonly RawEntry[]): void {
    const [first, last] = [entries[0], entries.at(-1)];
    if (first === undefined || last === undefined) throw new Error('a segment has an entry');
    const segment = {
      epoch: first.epoch,
      firstSeq: first.seq,
      lastSeq: last.seq,
      fromMs: first.receivedAtMs,
      toMs: last.receivedAtMs,
      bytes: entries.reduce((sum, entry) => sum + entry.body.length, 0),
      entries: [...entries],
    };
    this.#segments.push(segment);
    this.#segments.sort((a, b) => a.fromMs - b.fromMs || a.firstSeq - b.firstSeq);
  }

  addSnapshot(which: ArchivedSnapshot, state: Uint8Array): void {
    this.#snapshots.push({ ...which, state });
    this.#snapshots.sort((a, b) => a.atMs - b.atMs || a.seq - b.seq);
  }

  async segments(): Promise<ArchivedSegment[]> {
    return this.#segments.map(({ entries: _entries, ...segment }) => segment);
  }

  async snapshots(): Promise<ArchivedSnapshot[]> {
    return this.#snapshots.map(({ epoch, seq, atMs }) => ({ epoch, seq, atMs }));
  }

  async snapshot({ epoch, seq }: ArchivedSnapshot): Promise<Uint8Array | null> {
    return this.#snapshots.find((kept) => kept.epoch === epoch && kept.seq === seq)?.state ?? null;
  }

  async *entries(epoch: string, fromSeq: number, toSeq: number): AsyncGenerator<RawEntry> {
    const mine = this.#segments.filter((segment) => segment.epoch === epoch);
    const bySeq = new Map(mine.flatMap((segment) => segment.entries.map((entry) => [entry.seq, entry] as const)));
    for (let seq = fromSeq; seq <= toSeq; seq++) {
      const entry = bySeq.get(seq);
      if (entry === undefined) {
        const later = [...bySeq.keys()].filter((known) => known > seq).map((known) => known - 1);
        throw missing(seq, Math.min(toSeq, ...later));
      }
      yield entry;
    }
  }
}
