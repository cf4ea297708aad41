/**
 * Holds the books against what they speak of: rows of the tables against `stored`, entries of the log and its archive
 * against what the door counted. Reads only; ports only, so that the test needs no files. Called by `park ledger --verify`.
 */
import { AppError } from '../core/errors.ts';
import { type LedgerQuery, MAX_LEDGER_LINES, readAtOnce, readLines, readStoreOffset } from '../db/ledger.ts';
import { type LedgerField, type LedgerLine, MINUTE_MS, noCounts } from '../db/ledger-counts.ts';
import { OriginCounts } from '../db/ledger-pending.ts';
import { countPositionRows, countSensorRows, type RowCount, wholePositionsFrom } from '../db/ledger-recount.ts';
import type { Pool } from '../db/pool.ts';
import { LEDGER_INTERFACE } from '../db/store-port.ts';
import { firstReceivedAfter } from '../stream/log-continuation.ts';
import type { ArchiveReader } from '../stream/protocol/archive.ts';
import type { RawEntry } from '../stream/protocol/entry.ts';
import type { LogHead, LogReader } from '../stream/protocol/log.ts';

/** What the door alone tells, and entries carry. */
const FROM_ENTRIES: readonly LedgerField[] = [
  'received',
  'refused',
  'acknowledged',
  'unanswered',
  'refusedRequests',
  'aliases',
];
/** Receipt times of several front doors are in order up to this. */
const DISORDER_MS = 60_000;
const READ_ENTRIES = 64;

export interface LedgerDifference {
  readonly companyCode: string;
  readonly interface: string;
  readonly minuteMs: number;
  readonly field: LedgerField;
  readonly ledger: number;
  readonly counted: number;
  /** Counted in rows of the tables, or in entries of the log. */
  readonly in: 'rows' | 'entries';
}

export interface CheckedSpan {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface Verification {
  /** Minutes whose rows were counted; null: none is kept row by row any more. */
  readonly rows: CheckedSpan | null;
  /** Minutes whose entries were counted; null: none is in the log or its archive any more. */
  readonly entries: CheckedSpan | null;
  readonly counted: { readonly rows: number; readonly entries: number };
  readonly differences: readonly LedgerDifference[];
}

export interface VerifyOptions {
  readonly pool: Pool;
  readonly log: LogReader;
  readonly archive: ArchiveReader | null;
  readonly companyCode: string | null;
  /** Whole minutes. */
  readonly span: CheckedSpan;
}

/** Throws what the ports throw: LOG_GAP where the archive lacks entries it should have. */
export async function verifyLedger(options: VerifyOptions): Promise<Verification> {
  const { pool, companyCode, span } = options;
  const query: LedgerQuery = { ...span, companyCode, interface: null };
  const read = await readAtOnce(pool, async (db) => {
    const wholeFromMs = await wholePositionsFrom(db);
    const rowSpan = later(span, wholeFromMs === null ? span.fromMs : minuteAfter(wholeFromMs));
    return {
      store: await readStoreOffset(db),
      lines: linesOf(await readLines(db, null, query)),
      rowSpan,
      positions: rowSpan === null ? [] : await countPositionRows(db, rowSpan.fromMs, rowSpan.toMs),
      sensors: await countSensorRows(db, span.fromMs, span.toMs),
    };
  });
  const differences: LedgerDifference[] = [];
  const isAsked = (line: { readonly companyCode: string }): boolean =>
    companyCode === null || line.companyCode === companyCode;
  if (read.rowSpan !== null) {
    differences.push(
      ...rowDifferences(read.lines, read.positions.filter(isAsked), LEDGER_INTERFACE.fixes, read.rowSpan),
    );
  }
  differences.push(...rowDifferences(read.lines, read.sensors.filter(isAsked), LEDGER_INTERFACE.sensorReadings, span));

  const recount = read.store === null ? null : await recountEntries(options, read.store, read.lines);
  if (recount !== null) {
    differences.push(...entryDifferences(read.lines, recount.lines.filter(isAsked), recount.span));
  }
  const rows = [...read.positions, ...read.sensors].reduce((sum, { rows }) => sum + rows, 0);
  return {
    rows: read.rowSpan,
    entries: recount?.span ?? null,
    counted: { rows, entries: recount?.entries ?? 0 },
    differences: differences.sort((a, b) => a.minuteMs - b.minuteMs || a.companyCode.localeCompare(b.companyCode)),
  };
}

function linesOf(lines: LedgerLine[]): LedgerLine[] {
  if (lines.length <= MAX_LEDGER_LINES) return lines;
  throw new AppError('INPUT_INVALID', { detail: 'too many minutes: ask for a shorter span' });
}

const minuteAfter = (ms: number): number => Math.ceil(ms / MINUTE_MS) * MINUTE_MS;
const later = ({ fromMs, toMs }: CheckedSpan, otherMs: number): CheckedSpan | null =>
  Math.max(fromMs, otherMs) < toMs ? { fromMs: Math.max(fromMs, otherMs), toMs } : null;
const keyOf = (line: { readonly companyCode: string; readonly interface: string; readonly minuteMs: number }): string =>
  JSON.stringify([line.companyCode, line.interface, line.minuteMs]);

/** Lines of both sides side by side; what one lacks is zero there. */
function pairs(ledger: readonly LedgerLine[], counted: readonly LedgerLine[], { fromMs, toMs }: CheckedSpan) {
  const empty = noCounts();
  const known = new Map(ledger.map((line) => [keyOf(line), line]));
  const told = new Map(counted.map((line) => [keyOf(line), line]));
  const all = new Map([...known, ...told]);
  return [...all.values()]
    .filter((line) => line.minuteMs >= fromMs && line.minuteMs < toMs)
    .map((line) => ({ line, ledger: known.get(keyOf(line)) ?? empty, counted: told.get(keyOf(line)) ?? empty }));
}

function rowDifferences(
  ledger: readonly LedgerLine[],
  rows: readonly RowCount[],
  interfaceName: string,
  span: CheckedSpan,
): LedgerDifference[] {
  const mine = ledger.filter((line) => line.interface === interfaceName);
  const counted = rows.map((row) => ({ ...noCounts(), ...row, interface: interfaceName, stored: row.rows }));
  return pairs(mine, counted, span).flatMap((pair) => differencesIn(pair, ['stored'], 'rows'));
}

const entryDifferences = (ledger: readonly LedgerLine[], counted: readonly LedgerLine[], span: CheckedSpan) =>
  pairs(ledger, counted, span).flatMap((pair) => differencesIn(pair, FROM_ENTRIES, 'entries'));

function differencesIn(
  { line, ledger, counted }: ReturnType<typeof pairs>[number],
  fields: readonly LedgerField[],
  where: LedgerDifference['in'],
): LedgerDifference[] {
  const { companyCode, interface: interfaceName, minuteMs } = line;
  return fields
    .filter((field) => ledger[field] !== counted[field])
    .map((field) => ({
      companyCode,
      interface: interfaceName,
      minuteMs,
      field,
      ledger: ledger[field],
      counted: counted[field],
      in: where,
    }));
}

/**
 * Counts the entries that the store has taken, as far back as log and archive reach and the span asks. Where they do not
 * reach back to its beginning, the minute in which the first of them lies may lack entries from before.
 */
async function recountEntries(
  { log, archive, span }: VerifyOptions,
  store: { readonly epoch: string; readonly nextSeq: number },
  ledger: readonly LedgerLine[],
): Promise<{ readonly span: CheckedSpan; readonly lines: readonly LedgerLine[]; readonly entries: number } | null> {
  const head = await log.head();
  if (head.epoch !== store.epoch) return null;
  const wantedMs = span.fromMs - DISORDER_MS;
  const archived = ((await archive?.segments()) ?? []).filter(({ epoch, firstSeq }) => {
    return epoch === head.epoch && firstSeq < head.firstSeq;
  });
  const wanted = archived.filter((segment) => segment.toMs >= wantedMs);
  const startSeq =
    wanted.length > 0
      ? Math.min(...wanted.map((segment) => segment.firstSeq))
      : await firstReceivedAfter(log, wantedMs - 1, head);
  const origins = new OriginCounts();
  let firstAtMs: number | null = null;
  let entries = 0;
  for await (const raw of entriesOf(log, archive, head, startSeq, store.nextSeq)) {
    firstAtMs ??= raw.receivedAtMs;
    entries++;
    origins.add(raw);
  }
  if (firstAtMs === null) return null;
  const startMs = firstAtMs;
  const oldestSeq = Math.min(head.firstSeq, ...archived.map((segment) => segment.firstSeq));
  // A log that begins here may be the successor of another one, whose entries the books have as well.
  const isBeginning = startSeq === 1 && !ledger.some((line) => line.minuteMs + MINUTE_MS <= startMs);
  const isWhole = startSeq > oldestSeq || isBeginning;
  const whole = later(span, isWhole ? span.fromMs : minuteAfter(startMs + DISORDER_MS));
  return whole === null ? null : { span: whole, lines: origins.counts.lines, entries };
}

/** Entries `fromSeq` up to but without `endSeq`, from the archive as far as the log has been trimmed. */
async function* entriesOf(
  log: LogReader,
  archive: ArchiveReader | null,
  head: LogHead,
  fromSeq: number,
  endSeq: number,
): AsyncGenerator<RawEntry> {
  if (archive !== null && fromSeq < head.firstSeq) {
    yield* archive.entries(head.epoch, fromSeq, Math.min(head.firstSeq, endSeq) - 1);
  }
  for (let next = Math.max(fromSeq, head.firstSeq); next < endSeq; ) {
    const raws = await log.read(next, Math.min(READ_ENTRIES, endSeq - next), 0);
    if (raws.length === 0) return;
    yield* raws;
    next = (raws.at(-1)?.seq ?? next) + 1;
  }
}
