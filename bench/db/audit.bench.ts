/**
 * The audit's chain: rows a second that the sealer seals, and that verification goes through, for a million rows in blocks of up
 * to a thousand, as a park's busy year leaves them; and what a row of the chain takes beside its row.
 * Run: node dist/bench/db/audit.bench.js [--rows 1000000] [--json]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { systemClock } from '../../core/clock.ts';
import { silentLogger } from '../../core/logger.ts';
import { readWaiting } from '../../db/audit-chain.ts';
import { type Pool, queryRows } from '../../db/pool.ts';
import { createAuditKeys } from '../../security/audit-chain.ts';
import { HeadFiles } from '../../server/audit/heads.ts';
import { AuditSealer } from '../../server/audit/sealer.ts';
import { verifyAudit } from '../../server/audit/verify.ts';
import { type BenchResult, benchResult, runAsProgram } from '../geo/measure.ts';
import { withBenchDatabase } from './bench-database.ts';

const DEFAULT_ROWS = 1_000_000;

const rowsWanted = (): number => {
  const at = process.argv.indexOf('--rows');
  return at === -1 ? DEFAULT_ROWS : Number(process.argv[at + 1]);
};

async function auditBench(pool: Pool): Promise<BenchResult> {
  const rows = rowsWanted();
  const folder = mkdtempSync(join(tmpdir(), 'audit-bench-'));
  try {
    await pool.query(
      `INSERT INTO audit (user_id, user_name, action, subject, outcome, detail, address)
       SELECT 'u' || n % 97, 'user ' || n % 97, 'register.update', 'contractor-people/' || n, 'ok',
              jsonb_build_object('before', jsonb_build_object('name', '园区 ' || n), 'after', jsonb_build_object('name', '哨兵 ' || n)),
              '10.0.' || n % 250 || '.7'
       FROM generate_series(1, $1::int) AS n`,
      [rows],
    );
    await pool.query('ANALYZE audit');
    const keys = createAuditKeys([Buffer.alloc(32, 1)]);
    const files = new HeadFiles(folder);
    const opsAlarms = { raise: async () => undefined, clear: async () => undefined };
    const shared = { pool, keys: () => keys, files, copies: null, opsAlarms };
    const sealer = new AuditSealer({ ...shared, clock: systemClock, logger: silentLogger });
    const sealing = performance.now();
    await sealer.round();
    const sealedMs = performance.now() - sealing;
    if ((await readWaiting(pool)).count > 0) throw new Error('not all of it is sealed');
    const verifying = performance.now();
    const cpu = process.cpuUsage();
    const span = { fromMs: null, toMs: null };
    const verified = await verifyAudit({ pool, keys, heads: [files.read()], span, onFault: () => undefined });
    const verifiedMs = performance.now() - verifying;
    const { user, system } = process.cpuUsage(cpu);
    if (verified.faults > 0 || verified.rows !== rows)
      throw new Error(`verified otherwise: ${JSON.stringify(verified)}`);
    const [sizes] = await queryRows<{ audit: number; seal: number }>(
      pool,
      `SELECT (SELECT sum(pg_total_relation_size(inhrelid)) FROM pg_inherits WHERE inhparent = 'audit'::regclass)::bigint AS audit,
              pg_total_relation_size('audit_seal') AS seal`,
    );
    const rate = (ms: number): number => Math.round((rows / ms) * 1_000);
    const lines = [
      { variant: 'verified', best: rate(verifiedMs), median: rate(verifiedMs) },
      { variant: 'sealed', best: rate(sealedMs), median: rate(sealedMs) },
    ];
    return benchResult('chain of the audit', 'rows/s', lines, ['verified', 'sealed'], {
      rows,
      verifySeconds: Number((verifiedMs / 1_000).toFixed(1)),
      verifyCpuSeconds: Number(((user + system) / 1e6).toFixed(1)),
      sealSeconds: Number((sealedMs / 1_000).toFixed(1)),
      auditBytesPerRow: Math.round((sizes?.audit ?? 0) / rows),
      sealBytesPerRow: Math.round((sizes?.seal ?? 0) / rows),
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export const runAudit = (): Promise<BenchResult[]> => withBenchDatabase(async (pool) => [await auditBench(pool)]);

await runAsProgram(import.meta.url, runAudit);
