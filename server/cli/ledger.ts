/**
 * `park ledger`: accounts for every record the front door took: refused, stored, repeated, superseded, kept aside, or
 * still in the log before the store. Exit code 1 when the books do not balance.
 */
import {
  countQuarantined,
  isBalanced,
  type LedgerSum,
  readLedger,
  readStoreOffset,
  type StoreOffset,
} from '../../db/ledger.ts';
import { LEDGER_FIELDS, type LedgerField } from '../../db/ledger-counts.ts';
import { createPool } from '../../db/pool.ts';
import type { LogHead } from '../../stream/protocol/log.ts';
import { closeRedis, createRedis, whenReady } from '../../stream/redis.ts';
import { RedisLog } from '../../stream/redis-log.ts';
import { databaseUrlOf, redisUrlOf } from '../config.ts';
import { type Command, type CommandContext, EXIT_DONE, EXIT_FAILED } from './command.ts';

const MINUTE_MS = 60_000;
const REDIS_WAIT_MS = 3_000;

type Sums = Readonly<Record<LedgerField, number>>;

/** What `park ledger --json` prints. */
export interface LedgerReport {
  readonly lines: readonly (LedgerSum & { readonly balanced: boolean })[];
  readonly total: Sums;
  /** received = refused + stored + duplicate + superseded + quarantined, in every line. */
  readonly balanced: boolean;
  /** Entries of the log (batches, not records) that the store has not taken yet; null: the log does not answer. */
  readonly pendingEntries: number | null;
  readonly quarantinedEntries: number;
  readonly store: StoreOffset | null;
  readonly log: LogHead | null;
}

export const command: Command = {
  name: 'ledger',
  summary: 'Account for every record: accepted, stored, repeated, quarantined',
  usage: ['ledger [--company CODE] [--minutes N]'],
  options: {
    company: { type: 'string', value: 'CODE', doc: 'This company only' },
    minutes: { type: 'string', value: 'N', doc: 'Records received in the last N minutes only' },
  },
  notes: [
    'received = refused + stored + duplicate + superseded + quarantined, once nothing is pending. Counted by the store as',
    'it reads the log; what is still before it shows as pending entries. Exit code 1 when a line does not balance.',
  ],
  run: async (context) => {
    const minutes = context.wholeNumber('minutes', 1, 10_000_000);
    const fromMs =
      minutes === undefined ? null : Math.floor(context.clock.nowMs() / MINUTE_MS) * MINUTE_MS - minutes * MINUTE_MS;
    const report = await readReport(context, context.text('company') ?? null, fromMs);
    context.print(report, textOf(report));
    return report.balanced ? EXIT_DONE : EXIT_FAILED;
  },
};

async function readReport(
  context: CommandContext,
  companyCode: string | null,
  fromMs: number | null,
): Promise<LedgerReport> {
  const { config, logger } = context;
  // The log first: what is appended meanwhile must not make the store look ahead of it.
  const log = await readHead(context);
  const pool = createPool(databaseUrlOf(config), { max: 1, applicationName: 'parksentry-ledger', logger });
  try {
    const store = await readStoreOffset(pool);
    const lines = await readLedger(pool, companyCode, { fromMs, toMs: null });
    const isSameLog = log !== null && (store === null || store.epoch === log.epoch);
    return {
      lines: lines.map((line) => ({ ...line, balanced: isBalanced(line) })),
      total: totalOf(lines),
      balanced: lines.every(isBalanced),
      pendingEntries: isSameLog ? Math.max(0, log.seq + 1 - (store?.nextSeq ?? log.firstSeq)) : null,
      quarantinedEntries: await countQuarantined(pool),
      store,
      log,
    };
  } finally {
    await pool.end();
  }
}

/** null: Redis does not answer, or none is configured; the books themselves are in PostgreSQL. */
async function readHead({ config, logger }: CommandContext): Promise<LogHead | null> {
  let redis: ReturnType<typeof createRedis> | null = null;
  try {
    redis = createRedis(redisUrlOf(config), { name: 'ledger', logger });
    await whenReady(redis, REDIS_WAIT_MS);
    return await new RedisLog({ redis, park: config.parkCode }).head();
  } catch (error) {
    logger.warn('log-not-read', { error });
    return null;
  } finally {
    if (redis !== null) closeRedis(redis);
  }
}

function totalOf(lines: readonly LedgerSum[]): Sums {
  const total: Record<LedgerField, number> = {
    received: 0,
    refused: 0,
    stored: 0,
    duplicate: 0,
    superseded: 0,
    quarantined: 0,
  };
  for (const line of lines) for (const field of LEDGER_FIELDS) total[field] += line[field];
  return total;
}

function textOf(report: LedgerReport): string {
  const head = ['company', 'interface', ...LEDGER_FIELDS, ''];
  const rows = report.lines.map((line) => [
    line.companyCode || '-',
    line.interface,
    ...LEDGER_FIELDS.map((field) => String(line[field])),
    line.balanced ? '' : 'DOES NOT BALANCE',
  ]);
  const total = ['all', '', ...LEDGER_FIELDS.map((field) => String(report.total[field])), ''];
  const pending = report.pendingEntries ?? 'unknown (the log does not answer)';
  return [
    ...tableOf([head, ...rows, total]),
    '',
    `Entries in the log before the store: ${pending}`,
    `Entries kept aside: ${report.quarantinedEntries}`,
    report.balanced ? 'The books balance.' : 'The books do NOT balance.',
  ].join('\n');
}

/** Words to the left, numbers to the right. */
function tableOf(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}
