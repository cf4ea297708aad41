/**
 * Adds up what became of records, per company, interface and minute of receipt, for one transaction. Pure; shared by the
 * store and its memory twin. Rule STO-13.
 */
import type { BatchOrigin, LogEntry } from '../stream/protocol/entry.ts';
import type { Verdict } from './register-rules.ts';
import { LEDGER_INTERFACE, UNREADABLE_INTERFACE } from './store-port.ts';

export const LEDGER_FIELDS = ['received', 'refused', 'stored', 'duplicate', 'superseded', 'quarantined'] as const;
export type LedgerField = (typeof LEDGER_FIELDS)[number];

export interface LedgerLine extends Record<LedgerField, number> {
  readonly companyCode: string;
  readonly interface: string;
  /** Start of the minute, epoch ms. */
  readonly minuteMs: number;
}

const MINUTE_MS = 60_000;

export class LedgerCounts {
  readonly #lines = new Map<string, LedgerLine>();

  line(companyCode: string, interfaceName: string, receivedAtMs: number): LedgerLine {
    const minuteMs = Math.floor(receivedAtMs / MINUTE_MS) * MINUTE_MS;
    const key = `${minuteMs}/${interfaceName}/${companyCode}`;
    let line = this.#lines.get(key);
    if (line === undefined) {
      line = {
        companyCode,
        interface: interfaceName,
        minuteMs,
        received: 0,
        refused: 0,
        stored: 0,
        duplicate: 0,
        superseded: 0,
        quarantined: 0,
      };
      this.#lines.set(key, line);
    }
    return line;
  }

  get lines(): LedgerLine[] {
    return [...this.#lines.values()];
  }

  total(field: LedgerField): number {
    let sum = 0;
    for (const line of this.#lines.values()) sum += line[field];
    return sum;
  }
}

type RecordEntry = Extract<LogEntry, { kind: keyof typeof LEDGER_INTERFACE }>;

/** The line of an entry, with what the door counted already added. */
export function receivedLine(counts: LedgerCounts, entry: RecordEntry): LedgerLine {
  const { origin } = entry.body;
  const line = counts.line(origin.companyCode, LEDGER_INTERFACE[entry.kind], entry.receivedAtMs);
  line.received += origin.received;
  line.refused += origin.refused;
  return line;
}

export function countVerdicts(line: LedgerLine, verdicts: readonly Verdict[]): void {
  for (const verdict of verdicts) line[verdict]++;
}

/** Records of an entry that could not be applied; one for the entry itself where its records cannot be told. */
export function countUnfit(counts: LedgerCounts, entry: LogEntry | null, receivedAtMs: number): void {
  if (entry !== null && isRecordEntry(entry)) {
    const line = receivedLine(counts, entry);
    line.quarantined += entry.body.origin.received - entry.body.origin.refused;
    return;
  }
  const line = counts.line('', UNREADABLE_INTERFACE, receivedAtMs);
  line.received++;
  line.quarantined++;
}

/** Whether the entry's origin can be trusted to have the shape it should: an unfit entry may be anything. */
function isRecordEntry(entry: LogEntry): entry is RecordEntry {
  if (!(entry.kind in LEDGER_INTERFACE)) return false;
  const origin = (entry.body as { readonly origin?: Partial<BatchOrigin> }).origin;
  return (
    typeof origin?.companyCode === 'string' && Number.isInteger(origin.received) && Number.isInteger(origin.refused)
  );
}
