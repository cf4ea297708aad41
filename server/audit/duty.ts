/**
 * The duty that seals the audit of a park and keeps its months, under the lease `audit-seal`. The master key is read anew each
 * round, so that a changed key file holds at once; without one nothing is sealed, and after a minute an ops alarm says so.
 */
import { pause } from '../../core/pause.ts';
import { readDrops } from '../../db/audit-chain.ts';
import { keepAuditMonths } from '../../db/audit-months.ts';
import { createPool } from '../../db/pool.ts';
import { type AuditKeys, createAuditKeys } from '../../security/audit-chain.ts';
import { readMasterKeys } from '../../security/master-key.ts';
import type { Fence } from '../../stream/protocol/log.ts';
import { closeRedis, createRedis } from '../../stream/redis.ts';
import { RedisOpsAlarms } from '../../stream/redis-ops-alarms.ts';
import { openArchive } from '../archive-place.ts';
import { leadPark } from '../lead-park.ts';
import type { ParkContext, ParkRun } from '../parks.ts';
import { HeadBlobs, HeadFiles, headsFolderOf } from './heads.ts';
import { AuditSealer } from './sealer.ts';

export const SEAL_LEASE = 'audit-seal';
const KEEP_MONTHS_EVERY_MS = 3_600_000;
const RETRY_MS = 10_000;
/** A thousand rows are sealed in far less. */
const STATEMENT_TIMEOUT_MS = 60_000;
/** One that stands still between two statements holds rows that the next one needs. */
const IDLE_IN_TRANSACTION_MS = 5_000;

export async function openSealing(context: ParkContext): Promise<ParkRun> {
  const { config, logger, clock } = context;
  const pool = createPool(config.databaseUrl, {
    max: 2,
    applicationName: 'parksentry-audit',
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
    idleInTransactionMs: IDLE_IN_TRANSACTION_MS,
    logger,
  });
  const redis = createRedis(config.redisUrl, { name: 'audit', logger });
  const archive = openArchive(config);
  const files = new HeadFiles(headsFolderOf(config));
  const copies = archive === null ? null : new HeadBlobs(archive);
  const keys = (): AuditKeys => createAuditKeys(readMasterKeys(config.masterKeyFile));

  const keepMonths = async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      try {
        const options = { pool, keys: keys(), keptMonths: config.auditRetentionMonths, logger };
        if ((await keepAuditMonths(options, clock.nowMs())).length > 0) {
          const startNo = Math.max(...(await readDrops(pool)).map((drop) => drop.startNo));
          await files.forgetBefore(startNo);
          await copies?.forgetBefore(startNo);
        }
        await pause(KEEP_MONTHS_EVERY_MS, signal);
      } catch (error) {
        logger.warn('audit-months-not-kept', { error });
        await pause(RETRY_MS, signal);
      }
    }
  };
  const lead = async (_fence: Fence, signal: AbortSignal): Promise<void> => {
    const opsAlarms = new RedisOpsAlarms({ redis, park: config.parkCode });
    const sealer = new AuditSealer({ pool, keys, files, copies, opsAlarms, clock, logger });
    await Promise.all([sealer.run(signal), keepMonths(signal)]);
  };
  return leadPark(context, {
    lease: SEAL_LEASE,
    lead,
    close: async () => {
      closeRedis(redis);
      await pool.end();
    },
  });
}
