import { randomUUID } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { COMMAND_LINE, insertAudit } from '../../admin/audit.ts';
import { systemClock } from '../../core/clock.ts';
import { silentLogger } from '../../core/logger.ts';
import { readWaiting } from '../../db/audit-chain.ts';
import { createMasterKeyFile } from '../../security/master-key.ts';
import { closeRedis, createRedis, type Redis, whenReady } from '../../stream/redis.ts';
import { RedisOpsAlarms } from '../../stream/redis-ops-alarms.ts';
import { createTestDatabase, setAuditTriggers, type TestDatabase } from '../../test/contract/storage-database.ts';
import { runPark } from '../../test/run-park.ts';
import { HeadFiles, headsFolderOf } from '../audit/heads.ts';
import { loadConfig, runningConfig } from '../config.ts';
import type { RunningRole } from '../role.ts';
import { start } from '../roles/quality.ts';
import { command } from './audit.ts';

const MIGRATIONS = join(import.meta.dirname, '../../db/migrations');

describe('park audit, with the process that seals', () => {
  const park = `test-${randomUUID().slice(0, 8)}`;
  let database: TestDatabase;
  let redis: Redis;
  let folder: string;
  let env: Record<string, string>;

  beforeAll(async () => {
    database = await createTestDatabase(inject('databaseUrl'));
    redis = createRedis(inject('redisUrl'), { name: 'audit-test' });
    await whenReady(redis);
    folder = mkdtempSync(join(tmpdir(), 'park-audit-'));
    createMasterKeyFile(join(folder, 'master.key'));
    env = {
      PARK_CODE: park,
      DATABASE_URL: database.url,
      REDIS_URL: inject('redisUrl'),
      PARK_DATA_DIR: folder,
      PARK_ARCHIVE: join(folder, 'archive'),
    };
  });
  afterAll(async () => {
    const found = await redis.keys(`*{${park}}*`);
    if (found.length > 0) await redis.del(...found);
    closeRedis(redis);
    rmSync(folder, { recursive: true });
    await database.drop();
  });

  const audit = (...words: string[]) =>
    runPark(['audit', ...words], [{ ...command, load: async () => command }], { env });
  const verify = async (...words: string[]) => {
    const told = await audit('verify', '--json', ...words);
    return { code: told.code, ...(JSON.parse(told.out) as { faults: { kind: string }[]; rows: number; ok: boolean }) };
  };
  /** Until what was written has its seal, and its head is outside. */
  const sealed = async (): Promise<void> => {
    const role: RunningRole = await start({
      config: runningConfig(loadConfig(env)),
      logger: silentLogger,
      clock: systemClock,
    });
    try {
      await vi.waitFor(
        async () => {
          expect((await readWaiting(database.pool)).count).toBe(0);
          const state = JSON.parse((await audit('state', '--json')).out) as Record<string, number>;
          expect(state['lastHeadOutside']).toBe(state['lastBlock']);
          expect(state['lastBlock']).toBeGreaterThan(0);
        },
        { timeout: 30_000, interval: 100 },
      );
    } finally {
      await role.close();
    }
  };

  test('[AUD-12] what the park wrote verifies with exit code 0, and the verification itself is on record', async () => {
    for (let n = 0; n < 5; n++) {
      await insertAudit(database.pool, { actor: COMMAND_LINE, action: 'user.add', subject: `u${n}`, outcome: 'ok' });
    }
    await sealed();
    const opsAlarms = new RedisOpsAlarms({ redis, park });
    await opsAlarms.raise({ code: 'audit-broken', subject: 'chain', companyCode: null, detail: '', atMs: 1 });
    expect(await verify()).toMatchObject({ code: 0, ok: true, faults: [], rows: 5 });
    expect(await opsAlarms.list()).toEqual([]);
    const { rows } = await database.pool.query(
      `SELECT outcome, detail->'rows' AS rows FROM audit WHERE action = 'audit.verify'`,
    );
    expect(rows).toEqual([{ outcome: 'ok', rows: 5 }]);
  });

  test('[AUD-12] what was tampered with ends with exit code 1; a copy of the heads that was kept elsewhere counts too', async () => {
    await sealed();
    const heads = headsFolderOf(loadConfig(env));
    cpSync(heads, join(folder, 'kept'), { recursive: true });
    const last = await new HeadFiles(heads).last();
    await database.pool.query(setAuditTriggers('DISABLE'));
    await database.pool.query(`UPDATE audit SET user_name = 'nobody' WHERE subject = 'u3'`);
    await database.pool.query(setAuditTriggers('ENABLE'));
    const text = await audit('verify');
    expect(text).toMatchObject({ code: 1, out: expect.stringMatching(/row-altered: row \d+ of block/) });
    expect(text.out).toContain('NOT what was written');
    await sealed();

    // All of the end goes, in the database and in the folder.
    await database.pool.query(setAuditTriggers('DISABLE'));
    await database.pool.query('DELETE FROM audit WHERE id = ANY (SELECT unnest(ids) FROM audit_seal WHERE no >= $1)', [
      last?.no,
    ]);
    await database.pool.query('DELETE FROM audit_seal WHERE no >= $1', [last?.no]);
    await database.pool.query(setAuditTriggers('ENABLE'));
    rmSync(heads, { recursive: true });
    const found = await verify('--heads', join(folder, 'kept'));
    expect(found.code).toBe(1);
    expect(found.faults.map(({ kind }) => kind)).toContain('cut-off');
  });

  test('[AUD-12] a wrong call ends with 2', async () => {
    expect((await audit()).code).toBe(2);
    expect((await audit('verify', '--from', 'yesterday')).code).toBe(2);
  });

  test('[AUD-13] rows of before the chain are kept as they were, in their months, and wait for their seal', async () => {
    const empty = await createTestDatabase(inject('databaseUrl'), true);
    try {
      const sql = (name: string): string => readFileSync(join(MIGRATIONS, name), 'utf8');
      await empty.pool.query(sql('0001_identity.sql'));
      await empty.pool.query(
        `INSERT INTO audit (at, user_name, action, subject, outcome, detail, address)
         SELECT at, 'u', 'user.add', NULL, 'ok', '{"n": 1}', '10.0.0.1'
         FROM unnest(ARRAY['2024-02-29 23:59:59.999999+00', '2024-03-01 00:00+00', now()::text, 'infinity']::timestamptz[]) AS at`,
      );
      const read = 'SELECT id, at::text, user_name, action, subject, outcome, detail, address FROM audit ORDER BY id';
      const before = (await empty.pool.query(read)).rows;
      await empty.pool.query(sql('0019_audit_chain.sql'));
      expect((await empty.pool.query(read)).rows).toEqual(before);
      const { rows } = await empty.pool.query(
        'SELECT id, tableoid::regclass::text AS part FROM audit ORDER BY id LIMIT 2',
      );
      expect(rows.map(({ part }) => part)).toEqual(['audit_202402', 'audit_202403']);
      await empty.pool.query(`INSERT INTO audit (user_name, action, outcome) VALUES ('u', 'user.add', 'ok')`);
      expect((await empty.pool.query('SELECT max(id) AS id FROM audit')).rows).toEqual([{ id: 5 }]);
      expect((await readWaiting(empty.pool)).count).toBe(5);
      for (const part of ['audit', 'audit_202402', 'audit_other', 'audit_seal', 'audit_drop']) {
        for (const statement of [`DELETE FROM ${part}`, `TRUNCATE ${part}`]) {
          await expect(empty.pool.query(statement)).rejects.toThrow('append-only');
        }
      }
    } finally {
      await empty.drop();
    }
  });
});
