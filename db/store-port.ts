/**
 * What the store role needs of a database: claim the offset, apply what was read, tell what is safe on disk. Implemented
 * by db/store.ts (PostgreSQL) and db/memory-store.ts; both run test/contract/storage-contract.ts.
 */
import type { EffectsAt } from '../stream/protocol/effects.ts';
import type { LogEntry, RawEntry } from '../stream/protocol/entry.ts';
import type { InterfaceName } from '../stream/protocol/vocabulary.ts';

/** The reader that this is, in reader_offset and in the log's registry. */
export const STORE_READER = 'store';

/** An entry that cannot be applied; its bytes are kept. `entry`: it could be read, and its records are counted. */
export interface UnfitEntry {
  readonly raw: RawEntry;
  readonly reason: string;
  readonly entry: LogEntry | null;
}

/** An item of the alarm lane that cannot be applied; kept as it is. */
export interface UnfitItem {
  readonly item: EffectsAt;
  readonly reason: string;
}

export interface StoreBatch {
  /** In the order of the log, from the store's offset on; together with `unfit` without a gap. */
  readonly entries: readonly LogEntry[];
  readonly unfit: readonly UnfitEntry[];
  /** Items of the alarm lane from the store's lane offset on. */
  readonly effects: readonly EffectsAt[];
  readonly unfitItems?: readonly UnfitItem[];
  /** The offsets after this batch. */
  readonly nextSeq: number;
  readonly alarmsNextSeq: number;
  /** Receipt time of the newest entry in it; absent when it has none. */
  readonly lastReceivedAtMs?: number;
}

/** Where a store stands in the log, and what it knows of the entry below. */
export interface StorePlace extends StoreOffsets {
  /** Receipt time of entry `nextSeq - 1`; null: not known. */
  readonly lastReceivedAtMs: number | null;
}

export interface StoreOffsets {
  readonly nextSeq: number;
  readonly alarmsNextSeq: number;
}

export interface StoreClaim {
  /** Greater than every earlier term of this log. */
  readonly term: number;
  /** Epoch of the log, and where to begin when the store has never followed this epoch. */
  readonly epoch: string;
  readonly first: StoreOffsets;
}

/** What became of the records of one batch. */
export interface Applied {
  readonly fixes: number;
  readonly stored: number;
  readonly duplicate: number;
  readonly superseded: number;
  readonly quarantined: number;
}

export interface StorePort {
  /**
   * Takes the offset for `claim.term` and returns where to read on; also reads what the store keeps in memory. To be
   * called again after every failed `apply`. Throws AppError TERM_LOST when a newer term holds it,
   * DATABASE_UNAVAILABLE when PostgreSQL does not answer.
   */
  claim(claim: StoreClaim): Promise<StorePlace>;
  /**
   * The log lost its tail and gave sequences from `to.nextSeq` on to other entries: goes back there, notes it in the
   * audit, and sets the transitions and quarantined entries of the lost tail apart. Throws as `apply` does.
   */
  moveBack(to: StoreOffsets): Promise<void>;
  /**
   * Rows and both offsets in one transaction, or nothing. Throws AppError TERM_LOST when the offset is not where this
   * term left it, DATABASE_UNAVAILABLE, or any other error when an entry of the batch cannot be stored as it is.
   */
  apply(batch: StoreBatch): Promise<Applied>;
  /** Offsets known to be on PostgreSQL's disk: the log may be trimmed below them. */
  flushed(): Promise<StoreOffsets>;
  /** Writes what lags behind on purpose (person_latest) when it can; never throws. */
  close(): Promise<void>;
}

/** Interface names as the ledger has them, by kind of entry; of `records` see below. */
export const LEDGER_INTERFACE = {
  fixes: 'positions',
  persons: 'persons',
  areas: 'areas',
  gatherings: 'gatherings',
  personAlarms: 'person-alarms',
  areaAlarms: 'area-alarms',
  heartbeats: 'heartbeats',
  sensorReadings: 'sensors',
  activities: 'activities',
  permits: 'permits',
  permitVideos: 'permit-videos',
  permitAttachments: 'permit-attachments',
  permitAlarms: 'permit-alarms',
} as const;
/** An entry that holds records of a vendor. */
export type RecordEntry = Extract<LogEntry, { kind: keyof typeof LEDGER_INTERFACE | 'records' }>;

/** Records of a register say themselves of which. */
export const ledgerInterface = (entry: RecordEntry): InterfaceName =>
  entry.kind === 'records' ? entry.body.register : LEDGER_INTERFACE[entry.kind];

/** Stands in the ledger for an entry whose origin cannot be read. */
export const UNREADABLE_INTERFACE = 'unreadable';
