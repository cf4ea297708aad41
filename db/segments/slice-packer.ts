/**
 * From rows in the order (person, time) to rows of position_segment: gathers one person, thins, packs, and hands messages
 * of about a megabyte to whoever writes them. Holds one person and one message at a time. Called by db/segments/ladder.ts.
 */
import { CopiedRows } from '../copy/copied-rows.kernel.ts';
import { NULL_INT2, NULL_INT4, PositionColumns } from '../copy/position-columns.ts';
import { packSegment } from './packed-segment.ts';
import { SegmentRows } from './segment-rows.ts';
import { type ThinningBound, thinTrack } from './thin.kernel.ts';

const MESSAGE_BYTES = 1_000_000;

export interface SlicePackerOptions {
  readonly bound: ThinningBound;
  /** People whose fixes all stay, with everything known of them. */
  readonly guarded: ReadonlySet<number>;
  /** Writes one message of COPY position_segment; the next is given when it resolves. */
  readonly write: (message: Buffer) => Promise<void>;
}

export class SlicePacker {
  readonly #options: SlicePackerOptions;
  readonly #copied = new CopiedRows();
  readonly #rows = new PositionColumns(4096);
  readonly #kept = new PositionColumns(1024);
  readonly #segments = new SegmentRows();
  #keep = new Uint8Array(4096);
  #writing: Promise<void> = Promise.resolve();
  fixes = 0;
  kept = 0;

  constructor(options: SlicePackerOptions) {
    this.#options = options;
  }

  /** Bytes of a COPY TO. A promise: they wait to be written. */
  take(bytes: Buffer): Promise<void> | undefined {
    const from = this.#rows.count;
    this.#copied.append(bytes, this.#rows);
    const { personId, count } = this.#rows;
    let start = 0;
    for (let i = Math.max(from, 1); i < count; i++) {
      if (personId[i] === personId[i - 1]) continue;
      this.#pack(start, i);
      start = i;
    }
    if (start > 0) this.#moveToFront(start);
    return this.#segments.bytes < MESSAGE_BYTES ? undefined : this.#flush();
  }

  /** What is left. Resolves when everything is written. */
  async end(): Promise<void> {
    if (this.#rows.count > 0) this.#pack(0, this.#rows.count);
    this.#rows.clear();
    if (this.#segments.bytes > 0) await this.#flush();
    await this.#writing;
  }

  #flush(): Promise<void> {
    const message = this.#segments.takeMessage();
    this.#writing = this.#writing.then(() => this.#options.write(message));
    return this.#writing;
  }

  #pack(from: number, to: number): void {
    const rows = this.#rows;
    const personId = rows.personId[from] ?? 0;
    const isGuarded = this.#options.guarded.has(personId);
    if (isGuarded) this.#add(rows, from, to, personId, 0);
    else {
      const dropped = this.#thin(from, to);
      this.#add(this.#kept, 0, this.#kept.count, personId, dropped);
    }
    this.fixes += to - from;
  }

  /** Puts what stays of rows from..to into #kept, without what only matters near an alarm. Returns how many go. */
  #thin(from: number, to: number): number {
    const kept = this.#kept;
    if (this.#keep.length < to - from) this.#keep = new Uint8Array((to - from) * 2);
    const count = thinTrack(this.#rows, from, to, this.#options.bound, this.#keep);
    kept.clear();
    kept.reserve(count);
    for (let i = from; i < to; i++) if (this.#keep[i - from] === 1) kept.copyRow(kept.count++, this.#rows, i);
    kept.delayMs.fill(NULL_INT4, 0, count);
    kept.speedCmps.fill(NULL_INT2, 0, count);
    kept.headingDeg.fill(NULL_INT2, 0, count);
    kept.batteryPct.fill(NULL_INT2, 0, count);
    return to - from - count;
  }

  #add(columns: PositionColumns, from: number, to: number, personId: number, dropped: number): void {
    const times = columns.observedAtMs;
    this.#segments.add({
      fromMs: times[from] ?? 0,
      toMs: times[to - 1] ?? 0,
      personId,
      fixes: to - from,
      dropped,
      body: packSegment(columns, from, to),
    });
    this.kept += to - from;
  }

  #moveToFront(start: number): void {
    const rows = this.#rows;
    for (let i = start; i < rows.count; i++) rows.copyRow(i - start, rows, i);
    rows.count -= start;
  }
}
