/**
 * Twin of redis-log.ts in one process: the same promises, no disk. Tests, fuzz and dry runs read and append here; `lose`
 * and `restart` stand for what can befall a real server.
 */

import type { Clock } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import { Arrival } from './arrival.ts';
import { checkFence, DEDUP_TTL_MS, epochChanged, missing } from './continuity.ts';
import type { RawEntry } from './protocol/entry.ts';
import type { Appended, Fence, LogAppender, LogHead, LogReader, NewEntry } from './protocol/log.ts';

/** What all readers and appenders of one log share. */
export class MemoryLogStore {
  epoch: string;
  headSeq = 0;
  entries: RawEntry[] = [];
  readonly dedupUntilMs = new Map<string, number>();
  /** Newest terms of the park's leases: in Redis they lie in the log's slot. Share them with `MemoryLeases`. */
  readonly terms = new Map<string, number>();
  readonly arrival = new Arrival();
  readonly clock: Clock;
  /** true: appends fail as if Redis were gone. */
  isDown = false;
  /** true: what can wait is refused, as a Redis at its maxmemory does. */
  isFull = false;

  constructor(clock: Clock, epoch = 'epoch-1') {
    this.clock = clock;
    this.epoch = epoch;
  }

  /** Removes entries below `firstSeq`. */
  trim(firstSeq: number): void {
    this.entries = this.entries.filter((entry) => entry.seq >= firstSeq);
  }

  /** The server came back without what was above `headSeq`. */
  lose(headSeq: number): void {
    this.entries = this.entries.filter((entry) => entry.seq <= headSeq);
    this.headSeq = headSeq;
    this.dedupUntilMs.clear();
  }

  /** The server came back empty: a new log. */
  restart(epoch: string): void {
    this.epoch = epoch;
    this.lose(0);
  }
}

export class MemoryLog implements LogAppender, LogReader {
  readonly #store: MemoryLogStore;
  #epoch: string | null = null;

  constructor(store: MemoryLogStore) {
    this.#store = store;
  }

  async append(entry: NewEntry, fence?: Fence): Promise<Appended> {
    const store = this.#store;
    if (store.isDown) throw new AppError('LOG_UNAVAILABLE');
    if (store.isFull && entry.canWait === true) throw new AppError('LOG_FULL');
    checkFence(store.terms, fence);
    const nowMs = store.clock.nowMs();
    if ((store.dedupUntilMs.get(entry.dedupId) ?? 0) > nowMs) return { seq: 0, repeat: true };
    const seq = ++store.headSeq;
    store.entries.push({
      seq,
      epoch: store.epoch,
      kind: entry.kind,
      receivedAtMs: entry.receivedAtMs,
      body: Uint8Array.from(entry.body),
    });
    store.dedupUntilMs.set(entry.dedupId, nowMs + DEDUP_TTL_MS);
    store.arrival.announce();
    return { seq, repeat: false };
  }

  head(): Promise<LogHead> {
    const { epoch, headSeq, entries } = this.#store;
    return Promise.resolve({ epoch, seq: headSeq, firstSeq: entries[0]?.seq ?? headSeq + 1 });
  }

  async read(nextSeq: number, limit: number, waitMs: number): Promise<RawEntry[]> {
    const store = this.#store;
    this.#epoch ??= store.epoch;
    if (store.epoch === this.#epoch && store.headSeq === nextSeq - 1) await store.arrival.wait(waitMs);
    if (store.epoch !== this.#epoch) throw epochChanged(this.#epoch, store.epoch);
    if (store.headSeq < nextSeq - 1) throw missing(store.headSeq + 1, nextSeq - 1);
    const found = store.entries.filter((entry) => entry.seq >= nextSeq).slice(0, limit);
    if (found.length === 0 && store.headSeq >= nextSeq) throw missing(nextSeq, store.headSeq);
    found.forEach((entry, i) => {
      if (entry.seq !== nextSeq + i) throw missing(nextSeq + i, entry.seq - 1);
    });
    return found;
  }

  close(): Promise<void> {
    this.#epoch = null;
    return Promise.resolve();
  }
}
