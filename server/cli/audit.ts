/** `park audit`: whether the audit is what was written, and how far it is sealed. */
import { COMMAND_LINE, insertAudit } from '../../admin/audit.ts';
import { readLastHead, readWaiting } from '../../db/audit-chain.ts';
import { createPool, type Pool } from '../../db/pool.ts';
import { createAuditKeys } from '../../security/audit-chain.ts';
import { readMasterKeys } from '../../security/master-key.ts';
import { closeRedis, createRedis, whenReady } from '../../stream/redis.ts';
import { RedisOpsAlarms } from '../../stream/redis-ops-alarms.ts';
import { openArchive } from '../archive-place.ts';
import { HeadBlobs, HeadFiles, headsFolderOf, readHeadsAt } from '../audit/heads.ts';
import { type Fault, verifyAudit } from '../audit/verify.ts';
import { databaseUrlOf, redisUrlOf } from '../config.ts';
import { type Command, type CommandContext, EXIT_DONE, EXIT_FAILED, UsageError } from './command.ts';

const REDIS_WAIT_MS = 3_000;
const FAULTS_SHOWN = 1_000;

export const command: Command = {
  name: 'audit',
  summary: 'Check that the audit is what was written',
  usage: ['audit verify [--from TIME] [--to TIME] [--heads PATH]', 'audit state'],
  options: {
    from: { type: 'string', value: 'TIME', doc: 'Blocks sealed from then on only, ISO 8601 with a zone' },
    to: { type: 'string', value: 'TIME', doc: 'Blocks sealed before then only' },
    heads: { type: 'string', value: 'PATH', doc: 'Also heads that were kept elsewhere: a folder, or a file of lines' },
  },
  notes: [
    'verify makes every digest anew and holds rows, seals, and the heads outside the database against each other: the folder',
    'audit-heads of PARK_DATA_DIR, the archive, and --heads. It names rows that were altered, removed or put in, and blocks',
    'that were changed or cut off. Exit code 1 when there is any. It needs the master key that the blocks were sealed under.',
    'After a database came back from a backup, what was sealed since that backup is missing for good: verify --from the',
    'time of the restore.',
  ],
  async run(context) {
    const [verb] = context.words;
    if (verb !== 'verify' && verb !== 'state') throw new UsageError('say which: audit verify, or state');
    const pool = createPool(databaseUrlOf(context.config), {
      max: 2,
      applicationName: 'park-audit',
      // It reads all there is.
      statementTimeoutMs: 0,
    });
    try {
      return verb === 'verify' ? await verify(context, pool) : await state(context, pool);
    } finally {
      await pool.end();
    }
  },
};

async function verify(context: CommandContext, pool: Pool): Promise<number> {
  const { config } = context;
  const span = { fromMs: instantOf(context, 'from'), toMs: instantOf(context, 'to') };
  const archive = openArchive(config);
  const elsewhere = context.text('heads');
  const faults: Fault[] = [];
  const verified = await verifyAudit({
    pool,
    keys: createAuditKeys(readMasterKeys(config.masterKeyFile)),
    heads: [
      new HeadFiles(headsFolderOf(config)).read(),
      ...(archive === null ? [] : [copiesIn(new HeadBlobs(archive))]),
      ...(elsewhere === undefined ? [] : [readHeadsAt(elsewhere)]),
    ],
    span,
    onFault: (fault) => {
      if (faults.length < FAULTS_SHOWN) faults.push(fault);
      if (!context.isJson && faults.length < FAULTS_SHOWN) context.stdout.write(`${fault.kind}: ${fault.detail}\n`);
    },
  });
  const isWhole = verified.faults === 0;
  await insertAudit(pool, {
    actor: COMMAND_LINE,
    action: 'audit.verify',
    subject: null,
    outcome: isWhole ? 'ok' : 'refused',
    detail: { ...verified, ...span },
  });
  if (isWhole) await clearAlarm(context);
  const { blocks, rows, heads, droppedMonths } = verified;
  const counts = `${rows} rows in ${blocks} blocks, ${heads} heads outside, ${droppedMonths.length} months gone by age`;
  const verdict = isWhole
    ? 'The audit is what was written.'
    : `${verified.faults} faults: the audit is NOT what was written.`;
  context.print({ ok: isWhole, ...verified, faults, faultCount: verified.faults }, `${counts}\n${verdict}`);
  return isWhole ? EXIT_DONE : EXIT_FAILED;
}

async function* copiesIn(blobs: HeadBlobs): AsyncGenerator<Awaited<ReturnType<HeadBlobs['read']>>[number]> {
  yield* await blobs.read();
}

async function clearAlarm({ config, logger }: CommandContext): Promise<void> {
  const redis = createRedis(redisUrlOf(config), { name: 'park-audit', logger });
  try {
    await whenReady(redis, REDIS_WAIT_MS);
    await new RedisOpsAlarms({ redis, park: config.parkCode }).clear('audit-broken', 'chain');
  } catch (error) {
    logger.warn('ops-alarm-not-cleared', { error });
  } finally {
    closeRedis(redis);
  }
}

async function state(context: CommandContext, pool: Pool): Promise<number> {
  const last = await readLastHead(pool);
  const outside = await new HeadFiles(headsFolderOf(context.config)).last();
  const { count, goneIds } = await readWaiting(pool);
  const value = { lastBlock: last?.no ?? 0, lastHeadOutside: outside?.no ?? 0, unsealed: count, gone: goneIds.length };
  const text = `block ${value.lastBlock}, outside ${value.lastHeadOutside}; ${count} rows wait for their seal`;
  context.print(value, text);
  return EXIT_DONE;
}

const ISO_WITH_ZONE = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:?\d{2}))?$/;

/** null: not given. A day alone begins at its UTC midnight. */
function instantOf(context: CommandContext, option: string): number | null {
  const written = context.text(option);
  if (written === undefined) return null;
  const atMs = ISO_WITH_ZONE.test(written) ? Date.parse(written) : Number.NaN;
  if (Number.isNaN(atMs)) throw new UsageError(`--${option}: expected a time such as 2026-07-01T08:00:00+08:00`);
  return atMs;
}
