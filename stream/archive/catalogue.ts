/**
 * What lies in the archive, told by names alone: a segment's name carries its epoch, sequences, times and branch, so
 * nothing has to be read to know what there is.
 *
 *   segments/2026-11-21/<fromMs>-<toMs>_<firstSeq>-<lastSeq>_<branch>_<epoch>
 *   snapshots/2026-11-21/<atMs>_<seq>_<branch>_<epoch>
 *
 * A log that comes back without its tail (ADR 0009) gives the lost sequences to other entries. What is archived after that
 * is of the next branch, and from its first sequence on the branches before count no more; their files stay until they are
 * old.
 */
import type { ArchivedSegment, ArchivedSnapshot } from '../protocol/archive.ts';
import type { BlobHead } from './blob-store.ts';
import type { SegmentHead } from './segment.ts';

export const SEGMENTS = 'segments/';
export const SNAPSHOTS = 'snapshots/';

export interface SegmentFile extends ArchivedSegment {
  readonly name: string;
  readonly branch: number;
}

export interface SnapshotFile extends ArchivedSnapshot {
  readonly name: string;
  readonly bytes: number;
  readonly branch: number;
}

const SEGMENT_NAME = /^segments\/[\d-]+\/(\d+)-(\d+)_(\d+)-(\d+)_(\d+)_([A-Za-z0-9-]+)$/;
const SNAPSHOT_NAME = /^snapshots\/[\d-]+\/(\d+)_(\d+)_(\d+)_([A-Za-z0-9-]+)$/;

/** UTC; a time before 1970 or beyond the calendar counts as its nearest end. */
const inCalendar = (ms: number): number => Math.min(Math.max(Math.trunc(ms) || 0, 0), Date.UTC(9999, 11, 31));
const dayOf = (ms: number): string => new Date(inCalendar(ms)).toISOString().slice(0, 10);

export function segmentName({ epoch, firstSeq, lastSeq, fromMs, toMs }: SegmentHead, branch: number): string {
  const times = `${inCalendar(fromMs)}-${inCalendar(toMs)}`;
  return `${SEGMENTS}${dayOf(fromMs)}/${times}_${firstSeq}-${lastSeq}_${branch}_${epoch}`;
}

export function snapshotName({ epoch, seq, atMs }: ArchivedSnapshot, branch: number): string {
  return `${SNAPSHOTS}${dayOf(atMs)}/${inCalendar(atMs)}_${seq}_${branch}_${epoch}`;
}

export class Catalogue {
  /** In the order of (fromMs, firstSeq). */
  readonly segments: SegmentFile[] = [];
  /** Oldest first. */
  readonly snapshots: SnapshotFile[] = [];

  /** Blobs with other names are not the archive's, and are passed over. */
  constructor(blobs: readonly BlobHead[]) {
    for (const blob of blobs) this.#take(blob);
    this.segments.sort(bySegment);
    this.snapshots.sort(bySnapshot);
  }

  add(blob: BlobHead): void {
    this.#take(blob);
    this.segments.sort(bySegment);
    this.snapshots.sort(bySnapshot);
  }

  remove(file: SegmentFile | SnapshotFile): void {
    for (const files of [this.segments, this.snapshots]) {
      const at = files.findIndex((kept) => kept.name === file.name);
      if (at >= 0) files.splice(at, 1);
    }
  }

  /** Newest branch of an epoch; 0 when nothing of it is archived. */
  branchOf(epoch: string): number {
    return this.segments.reduce((newest, file) => (file.epoch === epoch ? Math.max(newest, file.branch) : newest), 0);
  }

  /** Segments that count, each cut where a newer branch begins. */
  standing(): SegmentFile[] {
    const ends = this.#ends();
    return this.segments.flatMap((file) => {
      const endSeq = ends.get(keyOf(file)) ?? Number.POSITIVE_INFINITY;
      if (file.firstSeq >= endSeq) return [];
      return file.lastSeq < endSeq ? [file] : [{ ...file, lastSeq: endSeq - 1 }];
    });
  }

  standingSnapshots(): SnapshotFile[] {
    const ends = this.#ends();
    return this.snapshots.filter((file) => file.seq < (ends.get(keyOf(file)) ?? Number.POSITIVE_INFINITY));
  }

  /** For each branch, the first sequence of the branches after it. */
  #ends(): Map<string, number> {
    const firsts = new Map<string, number>();
    for (const { epoch, branch, firstSeq } of this.segments) {
      for (let older = 0; older < branch; older++) {
        const key = keyOf({ epoch, branch: older });
        firsts.set(key, Math.min(firsts.get(key) ?? firstSeq, firstSeq));
      }
    }
    return firsts;
  }

  #take({ name, bytes }: BlobHead): void {
    const segment = SEGMENT_NAME.exec(name);
    if (segment !== null) {
      const [fromMs, toMs, firstSeq, lastSeq, branch] = segment.slice(1, 6).map(Number) as [
        number,
        number,
        number,
        number,
        number,
      ];
      this.segments.push({ name, bytes, epoch: segment[6] ?? '', firstSeq, lastSeq, fromMs, toMs, branch });
      return;
    }
    const snapshot = SNAPSHOT_NAME.exec(name);
    if (snapshot === null) return;
    const [atMs, seq, branch] = snapshot.slice(1, 4).map(Number) as [number, number, number];
    this.snapshots.push({ name, bytes, epoch: snapshot[4] ?? '', seq, atMs, branch });
  }
}

const keyOf = ({ epoch, branch }: { readonly epoch: string; readonly branch: number }): string => `${branch}:${epoch}`;
const bySegment = (a: SegmentFile, b: SegmentFile): number => a.fromMs - b.fromMs || a.firstSeq - b.firstSeq;
const bySnapshot = (a: SnapshotFile, b: SnapshotFile): number => a.atMs - b.atMs || a.seq - b.seq;
