/**
 * Adds up what became of records, per company, interface and minute of receipt, for one transaction or for whoever counts
 * again. Pure; shared by the store, its memory twin and the readers of the log. Rules LED-1 to LED-5.
 */
import type { BatchOrigin, DoorCountsBody, EntryPlace, LogEntry } from '../stream/protocol/entry.ts';
import { isEntryPlace } from '../stream/protocol/entry-codec.ts';
import { REGISTER_INTERFACES } from '../stream/protocol/vocabulary.ts';
import { cleanText } from './clean-text.ts';
import type { Verdict } from './register-rules.ts';
import { LEDGER_INTERFACE, ledgerInterface, type RecordEntry, UNREADABLE_INTERFACE } from './store-port.ts';

/** Records: the first is the sum of the others. Then what the door said besides, in records, batches, requests, names. */
export const RECORD_FIELDS = ['received', 'refused', 'stored', 'duplicate', 'superseded', 'quarantined'] as const;
export const DOOR_FIELDS = ['acknowledged', 'unanswered', 'refusedRequests', 'aliases'] as const;
export const LEDGER_FIELDS = [...RECORD_FIELDS, ...DOOR_FIELDS] as const;
export type LedgerField = (typeof LEDGER_FIELDS)[number];
export type LedgerSums = Readonly<Record<LedgerField, number>>;

export interface LedgerLine extends Record<LedgerField, number> {
  readonly companyCode: string;
  readonly interface: string;
  /** Start of the minute, epoch ms. */
  readonly minuteMs: number;
}

/** Requests of one minute refused as a whole with one code. */
export interface RefusalLine {
  readonly companyCode: string;
  readonly interface: string;
  readonly minuteMs: number;
  readonly code: string;
  requests: number;
}

export const MINUTE_MS = 60_000;

export const noCounts = (): Record<LedgerField, number> => ({
  received: 0,
  refused: 0,
  stored: 0,
  duplicate: 0,
  superseded: 0,
  quarantined: 0,
  acknowledged: 0,
  unanswered: 0,
  refusedRequests: 0,
  aliases: 0,
});

/** Every record read is in exactly one of the other columns. */
export const isBalanced = (sums: LedgerSums): boolean =>
  sums.received === sums.refused + sums.stored + sums.duplicate + sums.superseded + sums.quarantined;

export class LedgerCounts {
  readonly #lines = new Map<string, LedgerLine>();
  readonly #refusals = new Map<string, RefusalLine>();

  line(companyCode: string, interfaceName: string, receivedAtMs: number): LedgerLine {
    const minuteMs = Math.floor(receivedAtMs / MINUTE_MS) * MINUTE_MS;
    const key = `${minuteMs}/${interfaceName}/${companyCode}`;
    let line = this.#lines.get(key);
    if (line === undefined) {
      line = { companyCode, interface: interfaceName, minuteMs, ...noCounts() };
      this.#lines.set(key, line);
    }
    return line;
  }

  refuse({ companyCode, interface: interfaceName, minuteMs }: LedgerLine, code: string, requests: number): void {
    const key = `${minuteMs}/${interfaceName}/${companyCode}/${code}`;
    const line = this.#refusals.get(key);
    if (line === undefined) {
      this.#refusals.set(key, { companyCode, interface: interfaceName, minuteMs, code, requests });
    } else line.requests += requests;
  }

  get lines(): LedgerLine[] {
    return [...this.#lines.values()];
  }

  get refusals(): RefusalLine[] {
    return [...this.#refusals.values()];
  }

  total(field: LedgerField): number {
    let sum = 0;
    for (const line of this.#lines.values()) sum += line[field];
    return sum;
  }
}

/** When the records came first: of an entry put in again, that of the entry it was. */
export const firstReceivedAtMs = (entry: RecordEntry): number =>
  entry.body.origin.again?.receivedAtMs ?? entry.receivedAtMs;

/** The line of an entry, with what the door counted already added. */
export function receivedLine(counts: LedgerCounts, entry: RecordEntry): LedgerLine {
  const { origin } = entry.body;
  const line = counts.line(cleanText(origin.companyCode), ledgerInterface(entry), firstReceivedAtMs(entry));
  line.received += origin.received;
  line.refused += origin.refused;
  return line;
}

export function countVerdicts(line: LedgerLine, verdicts: readonly Verdict[]): void {
  for (const verdict of verdicts) line[verdict]++;
}

/** What the books have of one entry before anything becomes of its records. */
export interface KeptCounts {
  readonly companyCode: string;
  readonly interface: string;
  readonly receivedAtMs: number;
  readonly received: number;
  readonly refused: number;
}

/**
 * What the origin of an entry brings into the books: its records; one for the entry itself where its records cannot be told; null: it is of a
 * kind that has none.
 */
export function originCounts(entry: LogEntry | null, receivedAtMs: number): KeptCounts | null {
  if (entry !== null && isRecordEntry(entry)) {
    const { companyCode, received, refused } = entry.body.origin;
    const interfaceName = ledgerInterface(entry);
    const firstAtMs = firstReceivedAtMs(entry);
    return {
      companyCode: cleanText(companyCode),
      interface: interfaceName,
      receivedAtMs: firstAtMs,
      received,
      refused,
    };
  }
  if (entry !== null && !holdsRecords(entry)) return null;
  return { companyCode: '', interface: UNREADABLE_INTERFACE, receivedAtMs, received: 1, refused: 0 };
}

/** `times` 1: the entry is kept aside; -1: it is put in again. */
export function countKept(counts: LedgerCounts, kept: KeptCounts, times: 1 | -1): void {
  const line = counts.line(kept.companyCode, kept.interface, kept.receivedAtMs);
  line.received += times * kept.received;
  line.refused += times * kept.refused;
  line.quarantined += times * (kept.received - kept.refused);
}

/** What the door saw that is in no entry, in the minute in which the report ends. */
export function countDoor(counts: LedgerCounts, { lines, toMs }: DoorCountsBody): void {
  for (const seen of lines) {
    const line = counts.line(cleanText(seen.companyCode), cleanText(seen.interfaceName), toMs - 1);
    line.received += seen.refused;
    line.refused += seen.refused;
    line.acknowledged += seen.acknowledged;
    line.unanswered += seen.unanswered;
    line.aliases += seen.aliases;
    for (const [code, requests] of Object.entries(seen.refusedRequests)) {
      line.refusedRequests += requests;
      counts.refuse(line, cleanText(code), requests);
    }
  }
}

const holdsRecords = (entry: LogEntry): entry is RecordEntry =>
  entry.kind === 'records' || entry.kind in LEDGER_INTERFACE;
const isRegister = (name: unknown): boolean => REGISTER_INTERFACES.some((known) => known === name);

/** Whether the entry's origin can be trusted to have the shape it should: an unfit entry may be anything. */
export function isRecordEntry(entry: LogEntry): entry is RecordEntry {
  if (!holdsRecords(entry) || (entry.kind === 'records' && !isRegister(entry.body.register))) return false;
  const origin = (entry.body as { readonly origin?: Partial<BatchOrigin> }).origin;
  return (
    typeof origin?.companyCode === 'string' &&
    Number.isInteger(origin.received) &&
    Number.isInteger(origin.refused) &&
    (origin.again === undefined || isEntryPlace(origin.again))
  );
}

/** Which entry this one was before it was put in again; null: it is new. */
export const againOf = (entry: LogEntry | null): EntryPlace | null =>
  entry !== null && isRecordEntry(entry) ? (entry.body.origin.again ?? null) : null;
