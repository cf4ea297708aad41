/**
 * `park quarantine`: entries that store or watch could not work with. They are kept as they lay in the log and can be put in
 * again, as a new entry that names the old one.
 */
import { COMMAND_LINE, insertAudit } from '../../admin/audit.ts';
import { AppError } from '../../core/errors.ts';
import { firstReceivedAtMs, isRecordEntry } from '../../db/ledger-counts.ts';
import { createPool, type Pool, withTransaction } from '../../db/pool.ts';
import { findQuarantined, listQuarantined, type QuarantinedRow } from '../../db/quarantine.ts';
import type { EntryBodies, LogEntry } from '../../stream/protocol/entry.ts';
import { decodeEntry, encodeBody, entryKindName } from '../../stream/protocol/entry-codec.ts';
import { closeRedis, createRedis, whenReady } from '../../stream/redis.ts';
import { RedisLog } from '../../stream/redis-log.ts';
import { RedisOpsAlarms } from '../../stream/redis-ops-alarms.ts';
import { databaseUrlOf, redisUrlOf } from '../config.ts';
import { type Command, type CommandContext, EXIT_DONE, UsageError } from './command.ts';
import { tableOf } from './text-table.ts';

const REDIS_WAIT_MS = 3_000;
const LISTED = 1_000;

export const command: Command = {
  name: 'quarantine',
  summary: 'List entries that were kept aside, and put one in again',
  usage: ['quarantine list [--all]', 'quarantine again --epoch E --seq N'],
  options: {
    all: { type: 'boolean', doc: 'Also those that were put in again' },
    epoch: { type: 'string', value: 'E', doc: 'Epoch of the log, as listed' },
    seq: { type: 'string', value: 'N', doc: 'Sequence of the entry, as listed' },
  },
  notes: [
    'Put in again, an entry goes through engine and store like a new one and keeps the time of its first receipt in the books:',
    'the ledger takes back what it counted as quarantined. Do it when the reason is gone, after an update for instance.',
  ],
  async run(context) {
    const [verb] = context.words;
    if (verb !== 'list' && verb !== 'again') throw new UsageError('say which: quarantine list, or again');
    const pool = createPool(databaseUrlOf(context.config), { max: 2, applicationName: 'park-quarantine' });
    try {
      if (verb === 'list') await list(context, pool);
      else await putInAgain(context, pool);
      return EXIT_DONE;
    } finally {
      await pool.end();
    }
  },
};

async function list(context: CommandContext, pool: Pool): Promise<void> {
  const rows = await listQuarantined(pool, context.has('all'), LISTED);
  const head = ['epoch', 'seq', 'by', 'kind', 'company', 'interface', 'records', 'again', 'reason'];
  const lines = tableOf([head, ...rows.map(cellsOf)], head.length);
  context.print({ entries: rows }, rows.length === 0 ? 'Nothing is kept aside.' : lines.join('\n'));
}

const cellsOf = (row: QuarantinedRow): string[] => [
  row.epoch,
  String(row.seq),
  row.namedBy,
  row.kind === null ? '-' : (entryKindName(row.kind) ?? String(row.kind)),
  row.companyCode ?? '-',
  row.interface ?? '-',
  row.records === null ? '-' : String(row.records),
  row.againSeq === null ? '-' : String(row.againSeq),
  row.reason.split('\n', 1)[0]?.slice(0, 100) ?? '',
];

async function putInAgain(context: CommandContext, pool: Pool): Promise<void> {
  const { config, logger, clock } = context;
  const epoch = context.required('epoch').trim();
  const seq = context.wholeNumber('seq', 1, Number.MAX_SAFE_INTEGER);
  if (seq === undefined) throw new UsageError('--seq is needed');
  const redis = createRedis(redisUrlOf(config), { name: 'park-quarantine', logger });
  try {
    await whenReady(redis, REDIS_WAIT_MS);
    const row = await findQuarantined(pool, epoch, seq);
    if (row === null) throw new AppError('NOT_FOUND', { detail: `no entry ${seq} of epoch ${epoch} is kept aside` });
    if (row.againSeq !== null)
      throw new AppError('INPUT_INVALID', { detail: `was put in again as entry ${row.againSeq}` });
    const { kind, body } = entryAgain(row, row.body);
    const receivedAtMs = clock.nowMs();
    // The audit row stands only if the log has the entry.
    const againSeq = await withTransaction(pool, async (client) => {
      const subject = `${epoch}/${seq}`;
      const detail = { reason: row.reason, namedBy: row.namedBy };
      await insertAudit(client, { actor: COMMAND_LINE, action: 'entry.again', subject, outcome: 'ok', detail });
      const log = new RedisLog({ redis, park: config.parkCode });
      const appended = await log.append({ kind, receivedAtMs, body, dedupId: `again:${epoch}:${seq}` });
      if (appended.repeat) throw new AppError('INPUT_INVALID', { detail: 'was put in again just now' });
      return appended.seq;
    });
    await new RedisOpsAlarms({ redis, park: config.parkCode }).clear('entry-quarantined', String(seq));
    context.print(
      { ok: true, epoch, seq, againSeq },
      `entry ${seq} of epoch ${epoch} is in the log again, as ${againSeq}`,
    );
  } finally {
    closeRedis(redis);
  }
}

/** The same records, behind a mark that says which entry they are. Throws INPUT_INVALID where that cannot be. */
function entryAgain(
  row: QuarantinedRow,
  body: Uint8Array | null,
): { readonly kind: number; readonly body: Uint8Array } {
  const refuse = (detail: string): AppError => new AppError('INPUT_INVALID', { detail });
  if (body === null || row.kind === null || row.receivedAtMs === null) throw refuse('its bytes were not kept');
  let entry: LogEntry;
  try {
    entry = decodeEntry({ seq: row.seq, epoch: row.epoch, kind: row.kind, receivedAtMs: row.receivedAtMs, body });
  } catch (error) {
    throw refuse(`it still cannot be read: ${String(error)}`);
  }
  if (!isRecordEntry(entry)) throw refuse(`entries of kind ${entry.kind} hold no records of a vendor`);
  const again = { epoch: row.epoch, seq: row.seq, receivedAtMs: firstReceivedAtMs(entry) };
  const marked = { ...entry.body, origin: { ...entry.body.origin, again } };
  return { kind: row.kind, body: encodeBody(entry.kind, marked as EntryBodies[typeof entry.kind]) };
}
