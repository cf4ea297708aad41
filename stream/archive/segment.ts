/**
 * A segment: entries of one epoch without a gap, as a sealed file (sealed-blob.ts). In its blocks each entry is a head of 16
 * bytes (f64 receivedAtMs, u32 bytes of body, u32 kind) and its body, padded to a multiple of 8 so that columns of fixes
 * are read in place. Sequences are counted from the segment's first.
 */
import type { RawEntry } from '../protocol/entry.ts';
import { BLOCK_BYTES, openSealed, Sealer, type SealProblem } from './sealed-blob.ts';

const HEAD_BYTES = 16;

export interface SegmentHead {
  readonly epoch: string;
  readonly firstSeq: number;
  readonly lastSeq: number;
  /** Receipt times of its first and last entry. */
  readonly fromMs: number;
  readonly toMs: number;
}

/** Takes entries in sequence and becomes a file. */
export class SegmentBuilder {
  readonly #sealer = new Sealer();
  readonly #first: RawEntry;
  #last: RawEntry;
  #block: Buffer = Buffer.alloc(BLOCK_BYTES);
  #filled = 0;
  #rawBytes = 0;

  constructor(first: RawEntry) {
    this.#first = first;
    this.#last = first;
    this.#take(first);
  }

  /** Throws Error on an entry that does not follow. */
  add(entry: RawEntry): void {
    const { seq, epoch } = this.#last;
    if (entry.seq !== seq + 1 || entry.epoch !== epoch) throw new Error(`entry ${entry.seq} does not follow ${seq}`);
    this.#last = entry;
    this.#take(entry);
  }

  get rawBytes(): number {
    return this.#rawBytes;
  }

  get head(): SegmentHead {
    const { epoch, seq: firstSeq, receivedAtMs: fromMs } = this.#first;
    const { seq: lastSeq, receivedAtMs: toMs } = this.#last;
    return { epoch, firstSeq, lastSeq, fromMs, toMs };
  }

  /** Call it once, at the end. */
  finish(): Promise<Uint8Array> {
    this.#closeBlock();
    return this.#sealer.seal(this.head);
  }

  #take({ kind, receivedAtMs, body }: RawEntry): void {
    const bytes = HEAD_BYTES + ((body.length + 7) & ~7);
    if (this.#filled + bytes > this.#block.length) {
      this.#closeBlock();
      // Zeroed: the padding between entries is part of the file.
      this.#block = Buffer.alloc(Math.max(BLOCK_BYTES, bytes));
    }
    const block = this.#block;
    const at = this.#filled;
    block.writeDoubleLE(receivedAtMs, at);
    block.writeUInt32LE(body.length, at + 8);
    block.writeUInt32LE(kind, at + 12);
    block.set(body, at + HEAD_BYTES);
    this.#filled += bytes;
    this.#rawBytes += bytes;
  }

  #closeBlock(): void {
    if (this.#filled === 0) return;
    this.#sealer.add(this.#block.subarray(0, this.#filled));
    this.#filled = 0;
  }
}

export interface OpenedSegment {
  readonly ok: true;
  readonly head: SegmentHead;
  entries(): AsyncGenerator<RawEntry>;
}

/** The checksum proves the file before its first entry is given out. */
export function openSegment(bytes: Uint8Array): OpenedSegment | { readonly ok: false; readonly problem: SealProblem } {
  const opened = openSealed(bytes);
  if (!opened.ok) return opened;
  const head = opened.head as SegmentHead;
  return { ok: true, head, entries: () => entriesOf(head, opened.blocks()) };
}

async function* entriesOf(
  { epoch, firstSeq }: SegmentHead,
  blocks: AsyncGenerator<Uint8Array>,
): AsyncGenerator<RawEntry> {
  let seq = firstSeq;
  for await (const block of blocks) {
    const view = new DataView(block.buffer, block.byteOffset, block.byteLength);
    for (let at = 0; at < block.length; seq++) {
      const receivedAtMs = view.getFloat64(at, true);
      const bodyBytes = view.getUint32(at + 8, true);
      const kind = view.getUint32(at + 12, true);
      const body = block.subarray(at + HEAD_BYTES, at + HEAD_BYTES + bodyBytes);
      at += HEAD_BYTES + ((bodyBytes + 7) & ~7);
      yield { seq, epoch, kind, receivedAtMs, body };
    }
  }
}
