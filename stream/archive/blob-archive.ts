/** The archive read from its blobs. Twin: memory-archive.ts; both run test/contract/archive.ts. */
import { AppError } from '../../core/errors.ts';
import { missing } from '../continuity.ts';
import type { ArchivedSegment, ArchivedSnapshot, ArchiveReader } from '../protocol/archive.ts';
import type { RawEntry } from '../protocol/entry.ts';
import type { BlobStore } from './blob-store.ts';
import { Catalogue, SEGMENTS, type SegmentFile, SNAPSHOTS, snapshotName } from './catalogue.ts';
import { openSealed, Sealer } from './sealed-blob.ts';
import { type OpenedSegment, openSegment } from './segment.ts';

/** Reads names alone. Throws ARCHIVE_UNAVAILABLE. */
export async function readCatalogue(blobs: BlobStore): Promise<Catalogue> {
  return new Catalogue([...(await blobs.list(SEGMENTS)), ...(await blobs.list(SNAPSHOTS))]);
}

/** Bytes of a snapshot's file. */
export function sealSnapshot(which: ArchivedSnapshot, bytes: Uint8Array): Promise<Uint8Array> {
  const sealer = new Sealer();
  sealer.add(bytes);
  return sealer.seal({ epoch: which.epoch, seq: which.seq, atMs: which.atMs });
}

export class BlobArchive implements ArchiveReader {
  readonly #blobs: BlobStore;

  constructor(blobs: BlobStore) {
    this.#blobs = blobs;
  }

  async segments(): Promise<ArchivedSegment[]> {
    return (await this.#catalogue()).standing().map(({ name: _name, branch: _branch, ...segment }) => segment);
  }

  async snapshots(): Promise<ArchivedSnapshot[]> {
    return (await this.#catalogue()).standingSnapshots().map(({ epoch, seq, atMs }) => ({ epoch, seq, atMs }));
  }

  async snapshot(which: ArchivedSnapshot): Promise<Uint8Array | null> {
    const { snapshots } = new Catalogue(await this.#blobs.list(SNAPSHOTS));
    const found = snapshots.findLast((file) => snapshotName(which, file.branch) === file.name);
    const bytes = found === undefined ? null : await this.#blobs.get(found.name);
    const opened = bytes === null ? null : openSealed(bytes);
    if (opened?.ok !== true) return null;
    for await (const block of opened.blocks()) return block;
    return null;
  }

  async *entries(epoch: string, fromSeq: number, toSeq: number): AsyncGenerator<RawEntry> {
    const files = (await this.#catalogue()).standing().filter((file) => file.epoch === epoch);
    for (let next = fromSeq; next <= toSeq; ) {
      const { file, segment } = await this.#covering(files, next, toSeq);
      const lastSeq = Math.min(file.lastSeq, toSeq);
      for await (const entry of segment.entries()) {
        if (entry.seq > lastSeq) break;
        if (entry.seq >= next) yield entry;
      }
      next = lastSeq + 1;
    }
  }

  /** A whole file that holds this sequence; where two hold it, one of them may be broken. */
  async #covering(
    files: readonly SegmentFile[],
    seq: number,
    toSeq: number,
  ): Promise<{ readonly file: SegmentFile; readonly segment: OpenedSegment }> {
    let broken: AppError | null = null;
    for (const file of files.filter((kept) => kept.firstSeq <= seq && seq <= kept.lastSeq)) {
      const bytes = await this.#blobs.get(file.name);
      const segment = bytes === null ? null : openSegment(bytes);
      if (segment?.ok === true) return { file, segment };
      const numbers = `entries ${seq} to ${Math.min(file.lastSeq, toSeq)} are missing`;
      broken = new AppError('LOG_GAP', { detail: `${numbers}: ${file.name} is ${segment?.problem ?? 'gone'}` });
    }
    if (broken !== null) throw broken;
    const later = files.filter((file) => file.firstSeq > seq).map((file) => file.firstSeq - 1);
    throw missing(seq, Math.min(toSeq, ...later));
  }

  #catalogue(): Promise<Catalogue> {
    return readCatalogue(this.#blobs);
  }
}
