/**
 * Counts what lies in the log before the store: entries it has not taken yet, by their origins. Bounded: a store that lags
 * by hours must not make the reader hold the log. Called by admin and `park ledger`.
 */
import type { LogEntry, RawEntry } from '../stream/protocol/entry.ts';
import { decodeEntry } from '../stream/protocol/entry-codec.ts';
import type { LogHead, LogReader } from '../stream/protocol/log.ts';
import { againOf, countDoor, LedgerCounts, type LedgerLine, originCounts } from './ledger-counts.ts';

/** At 20,000 positions a second in full batches, over a quarter of an hour. */
export const MAX_PENDING_ENTRIES = 4_000;
const READ_ENTRIES = 64;

export interface Pending {
  readonly entries: number;
  /** What they say, by company, interface and minute. Records that wait are received - refused. */
  readonly lines: readonly LedgerLine[];
  /** false: there are more entries than were read; `lines` has only the oldest. */
  readonly isWhole: boolean;
}

/** Adds up what entries bring into the books, before anything becomes of their records. */
export class OriginCounts {
  readonly counts = new LedgerCounts();
  /** Newest report by door: one that comes again counts once. */
  readonly #reports = new Map<string, number>();

  add(raw: RawEntry): void {
    const entry = decodedOrNull(raw);
    if (entry?.kind === 'doorCounts') {
      const { doorId, report } = entry.body;
      if (report <= (this.#reports.get(doorId) ?? Number.NEGATIVE_INFINITY)) return;
      this.#reports.set(doorId, report);
      countDoor(this.counts, entry.body);
      return;
    }
    // What is put in again was counted when it came first.
    if (againOf(entry) !== null) return;
    const told = originCounts(entry, raw.receivedAtMs);
    if (told === null) return;
    const line = this.counts.line(told.companyCode, told.interface, told.receivedAtMs);
    line.received += told.received;
    line.refused += told.refused;
  }
}

/** Throws what `log` throws. */
export async function readPending(log: LogReader, head: LogHead, nextSeq: number): Promise<Pending> {
  const entries = Math.max(0, head.seq + 1 - nextSeq);
  const origins = new OriginCounts();
  const end = Math.min(head.seq + 1, nextSeq + MAX_PENDING_ENTRIES);
  for (let next = Math.max(nextSeq, head.firstSeq); next < end; ) {
    const raws = await log.read(next, Math.min(READ_ENTRIES, end - next), 0);
    if (raws.length === 0) break;
    for (const raw of raws) origins.add(raw);
    next = (raws.at(-1)?.seq ?? next) + 1;
  }
  return { entries, lines: origins.counts.lines, isWhole: entries <= MAX_PENDING_ENTRIES };
}

function decodedOrNull(raw: RawEntry): LogEntry | null {
  try {
    return decodeEntry(raw);
  } catch {
    return null;
  }
}
