/**
 * Port of the archive: what is read back of it. Segments hold the entries of one epoch without a gap; beside them lie
 * snapshots of the engine, one an hour. Implemented in stream/archive; used by replay, backup, restore and `ledger --verify`.
 */
import type { RawEntry } from './entry.ts';

export interface ArchivedSegment {
  readonly epoch: string;
  readonly firstSeq: number;
  readonly lastSeq: number;
  /** Receipt times of its first and last entry. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly bytes: number;
}

export interface ArchivedSnapshot {
  readonly epoch: string;
  /** Entries up to and including this one are in it. */
  readonly seq: number;
  /** Receipt time of that entry. */
  readonly atMs: number;
}

export interface ArchiveReader {
  /** In the order of (fromMs, firstSeq). Segments of an epoch may overlap: two writers once cut differently. */
  segments(): Promise<ArchivedSegment[]>;
  /** Oldest first. */
  snapshots(): Promise<ArchivedSnapshot[]>;
  /** Engine snapshot as engine/snapshot.ts made it; null: not there, or broken. */
  snapshot(which: ArchivedSnapshot): Promise<Uint8Array | null>;
  /**
   * Entries `fromSeq` to `toSeq` (inclusive) of an epoch, each once, in order. Throws AppError LOG_GAP naming the numbers
   * that are missing or whose segment does not match its checksum; never skips.
   */
  entries(epoch: string, fromSeq: number, toSeq: number): AsyncIterable<RawEntry>;
}
