/**
 * `park ledger`: accounts for every record the front door took: refused, stored, repeated, superseded, kept aside, or
 * still in the log before the store. With --verify it counts rows and log entries again. Exit code 1 when the books do not
 * balance or do not tell the truth.
 */
import {
  countQuarantined,
  type LedgerSum,
  type LedgerTotal,
  readAtOnce,
  readLedger,
  readOverAcknowledged,
  readStoreOffset,
  type StoreOffset,
} from '../../db/ledger.ts';
import {
  isBalanced,
  LEDGER_FIELDS,
  type LedgerLine,
  type LedgerSums,
  MINUTE_MS,
  noCounts,
  RECORD_FIELDS,
} from '../../db/ledger-counts.ts';
import { readPending } from '../../db/ledger-pending.ts';
import { createPool } from '../../db/pool.ts';
import { BlobArchive } from '../../stream/archive/blob-archive.ts';
import type { ArchiveReader } from '../../stream/protocol/archive.ts';
import type { LogHead } from '../../stream/protocol/log.ts';
import { closeRedis, createRedis, type Redis, whenReady } from '../../stream/redis.ts';
import { RedisLog } from '../../stream/redis-log.ts';
import { openArchive } from '../archive-place.ts';
import { type Config, databaseUrlOf, redisUrlOf } from '../config.ts';
import { type LedgerDifference, type Verification, verifyLedger } from '../ledger-verify.ts';
import { type Command, type CommandContext, EXIT_DONE, EXIT_FAILED } from './command.ts';
import { tableOf } from './text-table.ts';

const REDIS_WAIT_MS = 3_000;
const VERIFIED_MINUTES = 60;

/** Records, with those that wait in the log; then what the door answered. */
type ReportSums = LedgerSums & { readonly pending: number };

/** What `park ledger --json` prints. */
export interface LedgerReport {
  readonly lines: readonly (Pick<LedgerSum, 'companyCode' | 'interface'> &
    ReportSums & { readonly balanced: boolean })[];
  readonly total: ReportSums;
  /** received = refused + stored + duplicate + superseded + quarantined + pending in every line; nothing over-acknowledged. */
  readonly balanced: boolean;
  /** More answered as accepted than was ever accepted. */
  readonly overAcknowledged: readonly LedgerTotal[];
  /** Entries of the log (batches, not records) that the store has not taken yet; null: the log does not answer. */
  readonly pendingEntries: number | null;
  /** false: `pending` has the records of the oldest of them only. */
  readonly isPendingWhole: boolean;
  readonly quarantinedEntries: number;
  readonly store: StoreOffset | null;
  readonly log: LogHead | null;
  readonly verification: Verification | null;
}

export const command: Command = {
  name: 'ledger',
  summary: 'Account for every record: accepted, stored, repeated, quarantined',
  usage: ['ledger [--company CODE] [--minutes N] [--verify]'],
  options: {
    company: { type: 'string', value: 'CODE', doc: 'This company only' },
    minutes: { type: 'string', value: 'N', doc: 'Records received in the last N minutes only' },
    verify: {
      type: 'boolean',
      doc: `Count rows and log entries again (the last ${VERIFIED_MINUTES} minutes if N is absent)`,
    },
  },
  notes: [
    'received = refused + stored + duplicate + superseded + quarantined + pending. Counted by the store as it reads the log;',
    'pending lies in the log before the store. acknowledged: records answered as accepted, never more than accepted;',
    'unanswered: batches that nobody was told about. Exit code 1 when a line does not balance, or when --verify counts',
    'otherwise than the books.',
  ],
  run: async (context) => {
    const minutes = context.wholeNumber('minutes', 1, 10_000_000);
    const isVerified = context.has('verify');
    const endMs = (Math.floor(context.clock.nowMs() / MINUTE_MS) + 1) * MINUTE_MS;
    const span = minutes ?? (isVerified ? VERIFIED_MINUTES : undefined);
    const fromMs = span === undefined ? null : endMs - (span + 1) * MINUTE_MS;
    const report = await readReport(context, fromMs, isVerified ? endMs : null);
    context.print(report, textOf(report));
    return report.balanced && (report.verification?.differences.length ?? 0) === 0 ? EXIT_DONE : EXIT_FAILED;
  },
};

/** `verifyToMs` null: nothing is counted again. */
async function readReport(
  context: CommandContext,
  fromMs: number | null,
  verifyToMs: number | null,
): Promise<LedgerReport> {
  const { config, logger } = context;
  const companyCode = context.text('company') ?? null;
  const redis = await openRedis(context);
  const log = redis === null ? null : new RedisLog({ redis, park: config.parkCode });
  const pool = createPool(databaseUrlOf(config), {
    max: 1,
    applicationName: 'parksentry-ledger',
    // Counting rows again takes its time.
    statementTimeoutMs: verifyToMs === null ? 30_000 : 0,
    logger,
  });
  try {
    // The log first: what is appended meanwhile must not make the store look ahead of it.
    const head = (await log?.head().catch(() => null)) ?? null;
    const books = await readAtOnce(pool, async (db) => ({
      store: await readStoreOffset(db),
      sums: await readLedger(db, companyCode, { fromMs, toMs: null }),
      overAcknowledged: await readOverAcknowledged(db, companyCode),
      quarantinedEntries: await countQuarantined(db),
    }));
    const { store, sums } = books;
    const pending =
      log === null || head === null || (store !== null && store.epoch !== head.epoch)
        ? null
        : await readPending(log, head, store?.nextSeq ?? head.firstSeq);
    const waiting = (pending?.lines ?? []).filter(
      (line) => (companyCode === null || line.companyCode === companyCode) && line.minuteMs >= (fromMs ?? 0),
    );
    const lines = withPending(sums, waiting);
    const total = lines.reduce(add, { ...noCounts(), pending: 0 });
    return {
      lines: lines.map((line) => ({ ...line, balanced: isWhole(line) })),
      total,
      balanced: lines.every(isWhole) && books.overAcknowledged.length === 0,
      overAcknowledged: books.overAcknowledged,
      pendingEntries: pending?.entries ?? null,
      isPendingWhole: pending?.isWhole ?? false,
      quarantinedEntries: books.quarantinedEntries,
      store,
      log: head,
      verification:
        verifyToMs === null || log === null || fromMs === null
          ? null
          : await verifyLedger({
              pool,
              log,
              archive: archiveOf(config),
              companyCode,
              span: { fromMs, toMs: verifyToMs },
            }),
    };
  } finally {
    await pool.end();
    if (redis !== null) closeRedis(redis);
  }
}

function archiveOf(config: Config): ArchiveReader | null {
  const blobs = openArchive(config);
  return blobs === null ? null : new BlobArchive(blobs);
}

/** null: Redis does not answer, or none is configured; the books themselves are in PostgreSQL. */
async function openRedis({ config, logger }: CommandContext): Promise<Redis | null> {
  let redis: Redis | null = null;
  try {
    redis = createRedis(redisUrlOf(config), { name: 'ledger', logger });
    await whenReady(redis, REDIS_WAIT_MS);
    return redis;
  } catch (error) {
    logger.warn('log-not-read', { error });
    if (redis !== null) closeRedis(redis);
    return null;
  }
}

const isWhole = (line: ReportSums): boolean => isBalanced({ ...line, received: line.received - line.pending });

function add<T extends ReportSums>(sum: T, line: LedgerSums & { readonly pending?: number }): T {
  const added: Record<string, number> = { pending: sum.pending + (line.pending ?? 0) };
  for (const field of LEDGER_FIELDS) added[field] = sum[field] + line[field];
  return { ...sum, ...added };
}

/** What waits in the log counts as received already, and as pending. */
function withPending(sums: readonly LedgerSum[], waiting: readonly LedgerLine[]): (LedgerSum & ReportSums)[] {
  const lines = new Map<string, LedgerSum & ReportSums>();
  const take = (line: LedgerSum, pending: number): void => {
    const { companyCode, interface: interfaceName } = line;
    const key = JSON.stringify([companyCode, interfaceName]);
    const before = lines.get(key) ?? { companyCode, interface: interfaceName, ...noCounts(), pending: 0 };
    lines.set(key, add(before, { ...line, pending }));
  };
  for (const sum of sums) take(sum, 0);
  for (const line of waiting) take(line, line.received - line.refused);
  return [...lines.values()].sort(
    (a, b) => a.companyCode.localeCompare(b.companyCode) || a.interface.localeCompare(b.interface),
  );
}

function textOf(report: LedgerReport): string {
  const columns = [...RECORD_FIELDS, 'pending', 'acknowledged', 'unanswered', 'refusedRequests'] as const;
  const numbers = (line: ReportSums): string[] => columns.map((column) => String(line[column]));
  const head = [
    'company',
    'interface',
    ...columns.map((column) => (column === 'refusedRequests' ? 'requests' : column)),
    '',
  ];
  const rows = report.lines.map((line) => [
    line.companyCode || '-',
    line.interface || '-',
    ...numbers(line),
    line.balanced ? '' : 'DOES NOT BALANCE',
  ]);
  const pending = report.pendingEntries ?? 'unknown (the log does not answer)';
  return [
    ...tableOf([head, ...rows, ['all', '', ...numbers(report.total), '']], 2),
    '',
    `Entries in the log before the store: ${pending}${report.isPendingWhole ? '' : ' (records of the oldest counted only)'}`,
    `Entries kept aside: ${report.quarantinedEntries}`,
    ...report.overAcknowledged.map(
      ({ companyCode, interface: name, accepted, acknowledged }) =>
        `${companyCode} ${name}: ACKNOWLEDGED ${acknowledged}, BUT ACCEPTED ${accepted}`,
    ),
    ...(report.verification === null ? [] : verificationText(report.verification)),
    report.balanced ? 'The books balance.' : 'The books do NOT balance.',
  ].join('\n');
}

function verificationText({ rows, entries, counted, differences }: Verification): string[] {
  const spanOf = (span: Verification['rows']): string =>
    span === null ? 'no minute: nothing is left of that time' : `${timeOf(span.fromMs)} to ${timeOf(span.toMs)}`;
  return [
    `Rows counted again: ${counted.rows} (${spanOf(rows)})`,
    `Log entries counted again: ${counted.entries} (${spanOf(entries)})`,
    ...differences.map(differenceText),
    differences.length === 0 ? 'No difference.' : `${differences.length} differences.`,
  ];
}

const differenceText = (difference: LedgerDifference): string =>
  `${timeOf(difference.minuteMs)} ${difference.companyCode || '-'} ${difference.interface || '-'}: ${difference.field} is ` +
  `${difference.ledger} in the books, ${difference.counted} in the ${difference.in === 'rows' ? 'tables' : 'log'}`;

const timeOf = (ms: number): string => new Date(ms).toISOString().slice(0, 16).replace('T', ' ');
