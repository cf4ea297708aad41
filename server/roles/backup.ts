/**
 * Role `backup`: ships the write-ahead log of the private PostgreSQL into the backup folder and takes a base backup a day.
 * What fails is tried again and stands as an ops alarm meanwhile. Runs where PARK_BACKUP_DIR is set.
 */

import { isOver } from '../../core/clock.ts';
import { pause } from '../../core/pause.ts';
import { createPool } from '../../db/pool.ts';
import type { OpsAlarms } from '../../stream/protocol/ops-alarms.ts';
import { closeRedis, createRedis } from '../../stream/redis.ts';
import { RedisOpsAlarms } from '../../stream/redis-ops-alarms.ts';
import { Backups, backupsOptionsFrom } from '../backup/backups.ts';
import type { RoleContext, RunningRole } from '../role.ts';

const ROUND_EVERY_MS = 10_000;
/** A base backup copies the whole cluster: one that failed is not begun again at once. */
const BASE_AGAIN_AFTER_MS = 600_000;

export async function start({ config, logger, clock }: RoleContext): Promise<RunningRole> {
  const pool = createPool(config.databaseUrl, { max: 1, applicationName: 'parksentry-backup', logger });
  const redis = createRedis(config.redisUrl, { name: 'backup', logger });
  const opsAlarms: OpsAlarms = new RedisOpsAlarms({ redis, park: config.parkCode });
  const backups = new Backups(backupsOptionsFrom(config, pool, clock));
  const stop = new AbortController();

  /** The alarm itself must not keep a backup from being made. */
  const attempt = async (subject: 'wal' | 'base-backup', work: () => Promise<void>): Promise<void> => {
    try {
      await work();
      await opsAlarms.clear('backup-failed', subject);
    } catch (error) {
      logger.error('backup-failed', { subject, error });
      const detail = error instanceof Error ? error.message : String(error);
      const alarm = { code: 'backup-failed', subject, companyCode: null, detail, atMs: clock.nowMs() } as const;
      await opsAlarms.raise(alarm).catch(() => {});
    }
  };

  let begunAtMs = Number.NEGATIVE_INFINITY;
  const run = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      await attempt('wal', async () => {
        await backups.ship();
      });
      if (isOver(begunAtMs, BASE_AGAIN_AFTER_MS, clock.nowMs())) {
        await attempt('base-backup', async () => {
          if (!(await backups.isDue())) return;
          begunAtMs = clock.nowMs();
          const { name, manifest } = await backups.take();
          const bytes = manifest.files.reduce((sum, file) => sum + file.bytes, 0);
          logger.info('backup-taken', { name, bytes, tookMs: manifest.finishedAtMs - manifest.startedAtMs });
        });
      }
      await pause(ROUND_EVERY_MS, stop.signal);
    }
  };
  const running = run();
  return {
    failed: running.then(() => new Promise<never>(() => {})),
    close: async () => {
      stop.abort();
      // Ends the statement that a long copy waits behind; what was half made is taken away at the next attempt.
      await pool.end().catch(() => {});
      closeRedis(redis);
    },
  };
}
