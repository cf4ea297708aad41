/**
 * Ports around the log. No connection type crosses them; the Redis adapters are stream/redis-*.ts, the memory twins
 * stream/memory-*.ts, and both run the suites in test/contract.
 */
import type { EffectsAt } from './effects.ts';
import type { RawEntry } from './entry.ts';

export interface NewEntry {
  readonly kind: number;
  readonly receivedAtMs: number;
  readonly body: Uint8Array;
  /** An id seen in the last 600 s is dropped: batch id, act id, outbox id. */
  readonly dedupId: string;
  /** true: a log without room refuses it with LOG_FULL. Only positions without a call for help are. */
  readonly canWait?: boolean;
}

export interface Appended {
  readonly seq: number;
  /** true: this id was appended before; `seq` is then 0. */
  readonly repeat: boolean;
}

/** The term under which a lease's holder writes: once a newer one is granted, what it guards refuses with TERM_LOST. */
export interface Fence {
  readonly lease: string;
  readonly term: number;
}

export interface LogAppender {
  /**
   * Resolves when the entry is on the log's disk. Throws AppError LOG_UNAVAILABLE when that is not known
   * (it may or may not have been kept); never sends twice by itself. With a fence: TERM_LOST, and nothing is appended,
   * when the term is not the newest of its lease.
   */
  append(entry: NewEntry, fence?: Fence): Promise<Appended>;
}

export interface LogHead {
  readonly epoch: string;
  /** Newest sequence; 0 when the log is empty. */
  readonly seq: number;
  /** Oldest sequence still kept; seq + 1 when none is. */
  readonly firstSeq: number;
}

export interface LogReader {
  /** Head of the log; creates the epoch when the log is new. */
  head(): Promise<LogHead>;
  /**
   * Entries from `nextSeq` on, in order, at most `limit`, waiting up to `waitMs` for the first.
   * Throws AppError LOG_GAP (naming the missing numbers) or LOG_EPOCH_CHANGED; never skips.
   */
  read(nextSeq: number, limit: number, waitMs: number): Promise<RawEntry[]>;
  /** Ends a read that waits, and forgets which log was followed: a later read follows the log as it is then. */
  close(): Promise<void>;
}

export interface RegisteredReader {
  readonly reader: string;
  readonly nextSeq: number;
  /** When it last said so. */
  readonly atMs: number;
}

/** A reader of the log or of a lane tells how far it is, so that trimming keeps what it needs. */
export interface ReaderRegistry {
  /** With a fence: TERM_LOST, and the reader stays where it was, when the term is not the newest of its lease. */
  register(reader: string, nextSeq: number, atMs: number, fence?: Fence): Promise<void>;
  /** By name. */
  list(): Promise<RegisteredReader[]>;
  drop(reader: string): Promise<void>;
  /** Drops those that last said something before `beforeMs`, and tells which; fenced like `register`. */
  dropSilent(beforeMs: number, fence?: Fence): Promise<RegisteredReader[]>;
}

/** Everything watch publishes goes through one script that checks its term. A stale term throws AppError TERM_LOST. */
export interface WatchPublisher {
  /**
   * Repeats (a sequence at or below the newest published) are dropped: returns false. `afterSeq`: the item before this
   * one, 0 where that is not known; when the lane has not got it, throws LOG_GAP and publishes nothing, since an item
   * that comes after its successor would be taken for a repeat.
   */
  publishEffects(term: number, item: EffectsAt, afterSeq?: number): Promise<boolean>;
  /** Returns the live entry's id. Keeps at least the last 30 s and never trims above the last picture. */
  publishFrame(term: number, frame: Uint8Array, atMs: number): Promise<string>;
  publishPicture(term: number, picture: Uint8Array): Promise<void>;
}

/** Live id after every frame that there will be: the position lane is not read. */
export const NO_FRAMES = '18446744073709551615-18446744073709551615';

export interface LaneReader {
  /** Newest picture, or null before the first. */
  picture(): Promise<Uint8Array | null>;
  /** Effects with sequence >= nextSeq and frames after liveId, whichever comes first; waits up to waitMs. */
  read(
    nextSeq: number,
    liveId: string,
    waitMs: number,
  ): Promise<{
    readonly effects: readonly EffectsAt[];
    readonly frames: readonly { readonly liveId: string; readonly frame: Uint8Array }[];
  }>;
  /** Epoch of the alarm lane and its kept range: a gateway that meets another epoch or a gap loads the picture anew. */
  laneHead(): Promise<{ readonly epoch: string; readonly firstSeq: number; readonly seq: number }>;
  close(): Promise<void>;
}

/** One holder at a time; each grant has a term greater than every earlier one. */
export interface LeaseKeeper {
  /** Waits until the lease is free; resolves with the new term. Rejects when `signal` aborts. */
  acquire(lease: string, holder: string, ttlMs: number, signal: AbortSignal): Promise<number>;
  /** The new term, or null when the lease is another's (or, for `acquire` to try again, the server does not answer). */
  tryAcquire(lease: string, holder: string, ttlMs: number): Promise<number | null>;
  /** false: the lease is another's. One that ran out meanwhile and that nobody took is ours again, under our term. */
  renew(lease: string, holder: string, ttlMs: number, term: number): Promise<boolean>;
  release(lease: string, holder: string): Promise<void>;
}

/** Who competes for a lease of the park: each member shows itself again and again, and sees the others. */
export interface LeaseMembers {
  /** Shows `member` for `ttlMs` (0: not any more), and tells what is to be seen. Throws REDIS_UNAVAILABLE. */
  look(lease: string, member: string, ttlMs: number): Promise<LeaseView>;
  leave(lease: string, member: string): Promise<void>;
}

export interface LeaseView {
  /** null: free. */
  readonly holder: string | null;
  /** Until the holder's lease ends if it does not renew it; 0 for a free one. */
  readonly leftMs: number;
  /** By name. */
  readonly members: readonly string[];
}
