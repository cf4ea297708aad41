/**
 * Follows the log and the alarm lane and hands both to a StorePort in batches. Owns the batching and what happens to an
 * entry that cannot be stored; ends by throwing whatever went wrong (the caller claims anew and follows again), or when
 * the signal aborts. Knows no technology: server/roles/store.ts gives it the real ends, its test the memory twins.
 */
import type { Clock } from '../../core/clock.ts';
import { AppError } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import type { StoreBatch, StoreOffsets, StorePlace, StorePort, UnfitEntry } from '../../db/store-port.ts';
import { firstReceivedAfter, isFollowedBy } from '../../stream/log-continuation.ts';
import type { EffectsAt } from '../../stream/protocol/effects.ts';
import type { LogEntry, RawEntry } from '../../stream/protocol/entry.ts';
import { decodeEntry } from '../../stream/protocol/entry-codec.ts';
import type { LaneReader, LogHead, LogReader } from '../../stream/protocol/log.ts';

export interface StoreFollowerOptions {
  readonly log: LogReader;
  readonly lanes: LaneReader;
  readonly store: StorePort;
  /** Entries that watch passed over, by sequence: kept aside here too, unless they were stored before. */
  readonly quarantined?: ReadonlyMap<number, string>;
  /** Told when an entry or an item was kept aside. */
  readonly onKeptAside?: (seq: number, reason: string) => void;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Fixes of one transaction, about; default 20,000. */
  readonly batchFixes?: number;
  /** How long a read waits for news; bounds how long an end takes. Default 1 s. */
  readonly readWaitMs?: number;
}

/** COPY gains little beyond this many rows, and a transaction stays well under a second. */
const BATCH_FIXES = 20_000;
/** A batch waits this long for company. */
const BATCH_WAIT_MS = 250;
/** Batches ahead: one is written while the next is read. */
const AHEAD_BATCHES = 2;
const AHEAD_ENTRIES = 2_000;
const READ_ENTRIES = 64;
const READ_WAIT_MS = 1_000;
/** Behind every frame there can be: the store takes no positions from the lanes. */
const NO_FRAMES = '18446744073709551615-18446744073709551615';

/** One entry as read: `entry` null when its bytes are no entry. */
interface ReadEntry {
  readonly raw: RawEntry;
  readonly entry: LogEntry | null;
  /** Why it is not to be applied; null: it is. */
  readonly unfitFor: string | null;
}

export class StoreFollower {
  readonly #options: StoreFollowerOptions;
  readonly #batchFixes: number;
  readonly #readWaitMs: number;
  readonly #entries: ReadEntry[] = [];
  readonly #effects: EffectsAt[] = [];
  #bufferedFixes = 0;
  #failure: unknown = null;
  /** Something was read, taken, or failed. */
  readonly #changed = new Change();

  constructor(options: StoreFollowerOptions) {
    this.#options = options;
    this.#batchFixes = options.batchFixes ?? BATCH_FIXES;
    this.#readWaitMs = options.readWaitMs ?? READ_WAIT_MS;
  }

  /** Runs from `offsets` on until `signal` aborts; throws what the ports throw. Call it once. */
  async follow(offsets: StoreOffsets, signal: AbortSignal): Promise<void> {
    const stop = new AbortController();
    const onAbort = (): void => this.#fail(null, stop);
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) stop.abort();
    const pumps = Promise.all([
      this.#pumpLog(offsets.nextSeq, stop.signal).catch((error: unknown) => this.#fail(error, stop)),
      this.#pumpLanes(offsets.alarmsNextSeq, stop.signal).catch((error: unknown) => this.#fail(error, stop)),
    ]);
    try {
      await this.#write(offsets, stop.signal);
      if (this.#failure !== null) throw this.#failure;
    } finally {
      signal.removeEventListener('abort', onAbort);
      this.#fail(null, stop);
      // Their blocking reads end at the latest when these close.
      await Promise.all([this.#options.log.close(), this.#options.lanes.close()]);
      await pumps;
    }
  }

  #fail(error: unknown, stop: AbortController): void {
    if (!stop.signal.aborted) this.#failure ??= error;
    stop.abort();
    this.#changed.wake();
  }

  async #pumpLog(nextSeq: number, stop: AbortSignal): Promise<void> {
    let next = nextSeq;
    while (!stop.aborted) {
      if (this.#bufferedFixes >= AHEAD_BATCHES * this.#batchFixes || this.#entries.length >= AHEAD_ENTRIES) {
        await this.#changed.next();
        continue;
      }
      const raws = await this.#options.log.read(next, READ_ENTRIES, this.#readWaitMs);
      if (stop.aborted) return;
      for (const raw of raws) {
        const read = this.#read(raw);
        if (read.entry?.kind === 'fixes') this.#bufferedFixes += read.entry.body.count;
        this.#entries.push(read);
        next = raw.seq + 1;
      }
      if (raws.length > 0) this.#changed.wake();
    }
  }

  async #pumpLanes(nextSeq: number, stop: AbortSignal): Promise<void> {
    let next = nextSeq;
    while (!stop.aborted) {
      if (this.#effects.length >= AHEAD_ENTRIES) {
        await this.#changed.next();
        continue;
      }
      const { effects } = await this.#options.lanes.read(next, NO_FRAMES, this.#readWaitMs);
      if (stop.aborted) return;
      for (const item of effects) {
        this.#effects.push(item);
        next = item.seq + 1;
      }
      if (effects.length > 0) this.#changed.wake();
    }
  }

  async #write(offsets: StoreOffsets, stop: AbortSignal): Promise<void> {
    let at = offsets;
    while (!stop.aborted) {
      if (this.#entries.length === 0 && this.#effects.length === 0) {
        await this.#changed.next();
        continue;
      }
      await this.#waitForCompany(stop);
      const entries = this.#takeEntries();
      const effects = this.#effects.splice(0);
      this.#changed.wake();
      at = await this.#apply(entries, effects, at);
    }
  }

  #read(raw: RawEntry): ReadEntry {
    let entry: LogEntry;
    try {
      entry = decodeEntry(raw);
    } catch (error) {
      return { raw, entry: null, unfitFor: String(error) };
    }
    return { raw, entry, unfitFor: this.#options.quarantined?.get(raw.seq) ?? null };
  }

  /** Until the batch is full, the wait is over, or the end has come. */
  async #waitForCompany(stop: AbortSignal): Promise<void> {
    let isOver = false;
    const timer = setTimeout(() => {
      isOver = true;
      this.#changed.wake();
    }, BATCH_WAIT_MS);
    while (!isOver && !stop.aborted && this.#bufferedFixes < this.#batchFixes) await this.#changed.next();
    clearTimeout(timer);
  }

  #takeEntries(): ReadEntry[] {
    let fixes = 0;
    let take = 0;
    while (take < this.#entries.length && fixes < this.#batchFixes) fixes += fixesIn(this.#entries[take++]);
    this.#bufferedFixes -= fixes;
    return this.#entries.splice(0, take);
  }

  async #apply(entries: readonly ReadEntry[], effects: readonly EffectsAt[], at: StoreOffsets): Promise<StoreOffsets> {
    const batch = batchOf(entries, effects, at);
    try {
      await this.#options.store.apply(batch);
      for (const { raw, reason } of batch.unfit) this.#options.onKeptAside?.(raw.seq, reason);
      return { nextSeq: batch.nextSeq, alarmsNextSeq: batch.alarmsNextSeq };
    } catch (error) {
      if (error instanceof AppError) throw error;
      this.#options.logger.error('store-batch-refused', { error, fromSeq: at.nextSeq, nextSeq: batch.nextSeq });
      return this.#applySingly(entries, effects, at);
    }
  }

  /** Something in the batch cannot be stored: find it, keep it aside, and go on with the rest. */
  async #applySingly(
    entries: readonly ReadEntry[],
    effects: readonly EffectsAt[],
    from: StoreOffsets,
  ): Promise<StoreOffsets> {
    const { store, logger } = this.#options;
    let at = from;
    for (const read of entries) {
      let batch = batchOf([read], [], at);
      try {
        await store.apply(batch);
      } catch (error) {
        if (error instanceof AppError) throw error;
        logger.error('entry-quarantined', { error, seq: read.raw.seq, kind: read.raw.kind });
        batch = batchOf([{ ...read, unfitFor: String(error) }], [], at);
        await store.apply(batch);
      }
      at = batch;
      for (const { raw, reason } of batch.unfit) this.#options.onKeptAside?.(raw.seq, reason);
    }
    for (const item of effects) {
      let batch = batchOf([], [item], at);
      try {
        await store.apply(batch);
      } catch (error) {
        if (error instanceof AppError) throw error;
        logger.error('effects-refused', { error, seq: item.seq, effects: item.effects });
        const reason = String(error);
        batch = { ...batchOf([], [], at), unfitItems: [{ item, reason }], alarmsNextSeq: item.seq + 1 };
        await store.apply(batch);
        this.#options.onKeptAside?.(item.seq, reason);
      }
      at = batch;
    }
    return { nextSeq: at.nextSeq, alarmsNextSeq: at.alarmsNextSeq };
  }
}

/** Wakes everybody who waits for the next change. */
class Change {
  #waiting: (() => void)[] = [];

  next(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}

const fixesIn = (read: ReadEntry | undefined): number => (read?.entry?.kind === 'fixes' ? read.entry.body.count : 0);

function batchOf(entries: readonly ReadEntry[], effects: readonly EffectsAt[], at: StoreOffsets): StoreBatch {
  const fit: LogEntry[] = [];
  const unfit: UnfitEntry[] = [];
  for (const read of entries) {
    const { raw, entry, unfitFor } = read;
    if (entry !== null && unfitFor === null) fit.push(entry);
    else unfit.push({ raw, entry, reason: unfitFor ?? '' });
  }
  return {
    entries: fit,
    unfit,
    effects,
    nextSeq: (entries.at(-1)?.raw.seq ?? at.nextSeq - 1) + 1,
    alarmsNextSeq: (effects.at(-1)?.seq ?? at.alarmsNextSeq - 1) + 1,
    ...lastReceivedIn(entries),
  };
}

function lastReceivedIn(entries: readonly ReadEntry[]): { readonly lastReceivedAtMs?: number } {
  const last = entries.at(-1);
  return last === undefined ? {} : { lastReceivedAtMs: last.raw.receivedAtMs };
}

/**
 * Where to read on after a claim. A log that came back without its tail has other entries under sequences that are stored
 * already: the store goes back to the first of them. A log that was trimmed beyond the place is left to the reader, which
 * names what is missing and stops.
 */
export async function placeOnLog(
  { log, store, logger }: Pick<StoreFollowerOptions, 'log' | 'store' | 'logger'>,
  place: StorePlace,
  head: LogHead,
): Promise<StoreOffsets> {
  const seq = place.nextSeq - 1;
  if (place.nextSeq < head.firstSeq) return place;
  if (await isFollowedBy(log, { seq, receivedAtMs: place.lastReceivedAtMs ?? 0 }, head)) return place;
  const nextSeq =
    place.lastReceivedAtMs === null ? head.seq + 1 : await firstReceivedAfter(log, place.lastReceivedAtMs, head);
  const to = { nextSeq, alarmsNextSeq: Math.min(place.alarmsNextSeq, nextSeq) };
  logger.error('log-does-not-follow-store', { nextSeq: place.nextSeq, headSeq: head.seq, goesOnAt: nextSeq });
  await store.moveBack(to);
  return to;
}
