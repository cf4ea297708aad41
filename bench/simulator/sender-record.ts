/**
 * A sender's own record of what it sent and what was answered, by company and interface. The park's ledger must agree
 * with it: every accepted record is stored or counted as a duplicate, and an attempt without an answer may or may not
 * have been kept. Crash tests compare the two.
 */
export interface InterfaceRecord {
  /** Batches handed to the client, and their records. */
  batches: number;
  records: number;
  /** Attempts, resends included. */
  requests: number;
  /** Records by the answers of the park (status 200). */
  accepted: number;
  rejected: number;
  readonly rejectedByCode: Record<string, number>;
  /** Accepted records of batches that were not sent twice on purpose: what the park must store exactly once. */
  acceptedDistinct: number;
  /** Attempts that got no answer, and their records: kept or not, the sender cannot know. */
  unanswered: number;
  unansweredRecords: number;
  /** Attempts answered with an error, by code. For LOG_UNAVAILABLE, too, the records may have been kept. */
  readonly refusedByCode: Record<string, number>;
  /** Batches given up: refused for good, or pushed out of a full queue. */
  givenUp: number;
  givenUpRecords: number;
}

export interface SenderReport {
  readonly url: string;
  readonly startedAtMs: number;
  readonly atMs: number;
  readonly total: InterfaceRecord;
  /** company code -> interface -> counts. */
  readonly companies: Readonly<Record<string, Readonly<Record<string, InterfaceRecord>>>>;
  /** Batches not yet answered, and their records. */
  readonly pending: number;
  readonly pendingRecords: number;
  /** Time from the first byte sent to the whole answer, ms, over the newest answers. */
  readonly answerMs: { readonly p50: number; readonly p99: number; readonly max: number };
}

export const emptyInterfaceRecord = (): InterfaceRecord => ({
  batches: 0,
  records: 0,
  requests: 0,
  accepted: 0,
  rejected: 0,
  rejectedByCode: {},
  acceptedDistinct: 0,
  unanswered: 0,
  unansweredRecords: 0,
  refusedByCode: {},
  givenUp: 0,
  givenUpRecords: 0,
});

export function sumOf(records: readonly InterfaceRecord[]): InterfaceRecord {
  const sum = emptyInterfaceRecord();
  for (const record of records) {
    for (const [key, value] of Object.entries(record)) {
      if (typeof value === 'number') {
        const field = key as 'batches';
        sum[field] += value;
      }
    }
    addCounts(sum.rejectedByCode, record.rejectedByCode);
    addCounts(sum.refusedByCode, record.refusedByCode);
  }
  return sum;
}

function addCounts(into: Record<string, number>, counts: Readonly<Record<string, number>>): void {
  for (const [code, count] of Object.entries(counts)) into[code] = (into[code] ?? 0) + count;
}

/** The newest `size` values; percentiles on demand. */
export class RecentValues {
  readonly #values: Float64Array;
  #count = 0;

  constructor(size: number) {
    this.#values = new Float64Array(size);
  }

  add(value: number): void {
    this.#values[this.#count++ % this.#values.length] = value;
  }

  /** 0 when nothing was added. */
  percentile(share: number): number {
    const kept = Math.min(this.#count, this.#values.length);
    if (kept === 0) return 0;
    const sorted = this.#values.slice(0, kept).sort();
    return sorted[Math.min(kept - 1, Math.floor(share * kept))]!;
  }
}
