/**
 * What it costs that an accepted record is on disk before its answer: batches of 500 fixes appended to a log of our own
 * Redis with appendfsync always (what the product runs on), with a sync a second, and with no append-only file at all. The
 * three take turns on one server. Run: node dist/bench/load/durability.bench.js [--json]
 */
import { chmodSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { startRedisServer } from '../../server/services/redis-server.ts';
import { keys } from '../../stream/keys.ts';
import { ENTRY_KIND } from '../../stream/protocol/entry.ts';
import { createFixColumns, encodeFixes } from '../../stream/protocol/entry-codec.ts';
import { closeRedis, createRedis, type Redis, whenReady } from '../../stream/redis.ts';
import { RedisLog } from '../../stream/redis-log.ts';
import { type BenchResult, type BenchRow, benchResult, runAsProgram } from '../geo/measure.ts';

const PARK = 'durability';
const FIXES = 500;
const CONNECTIONS = 4;
const IN_FLIGHT = 4;
const APPENDS = 1_000;
const ROUNDS = 5;

interface Mode {
  readonly name: string;
  readonly settings: readonly (readonly [string, string])[];
}

const MODES: readonly Mode[] = [
  {
    name: 'synced before the answer',
    settings: [
      ['appendonly', 'yes'],
      ['appendfsync', 'always'],
    ],
  },
  {
    name: 'synced each second',
    settings: [
      ['appendonly', 'yes'],
      ['appendfsync', 'everysec'],
    ],
  },
  { name: 'kept in memory', settings: [['appendonly', 'no']] },
];

function bodyOf(): Uint8Array {
  const columns = createFixColumns(FIXES);
  const strings = Array.from({ length: FIXES }, (_, k) => `90000000-0000-4000-8000-${String(k).padStart(12, '0')}`);
  for (let i = 0; i < FIXES; i++) {
    columns.subjectIndex[i] = i;
    columns.lng[i] = 121.48 + i * 1e-5;
    columns.lat[i] = 30.8 - i * 1e-5;
    columns.observedAtMs[i] = Date.UTC(2026, 6, 1) + i;
  }
  const origin = { batchId: 'b', appId: 'a', companyCode: '900000001', received: FIXES, refused: 0 };
  return encodeFixes({ origin, count: FIXES, strings, ...columns });
}

async function use(redis: Redis, mode: Mode): Promise<void> {
  for (const [name, value] of mode.settings) await redis.config('SET', name, value);
  // Switched on, the file is written anew first.
  while (/aof_rewrite_(in_progress|scheduled):1/.test(await redis.info('persistence'))) await pause(20);
}

/** Latencies of the appends, ms; and how long all of them took. */
async function append(
  logs: readonly RedisLog[],
  body: Uint8Array,
  tag: string,
): Promise<{ ms: number[]; took: number }> {
  const ms: number[] = [];
  let next = 0;
  const startMs = performance.now();
  const sender = async (log: RedisLog): Promise<void> => {
    while (next < APPENDS) {
      const dedupId = `${tag}:${next++}`;
      const atMs = performance.now();
      await log.append({ kind: ENTRY_KIND.fixes, receivedAtMs: Date.now(), body, dedupId });
      ms.push(performance.now() - atMs);
    }
  };
  await Promise.all(logs.flatMap((log) => Array.from({ length: IN_FLIGHT }, () => sender(log))));
  return { ms, took: performance.now() - startMs };
}

const quantile = (sorted: readonly number[], q: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;

export async function run(): Promise<readonly BenchResult[]> {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'parksentry-durability-'));
  chmodSync(folder, 0o700);
  const server = await startRedisServer({ dataFolder: folder, maxMemoryMb: 1024 });
  const control = createRedis(server.url, { name: 'durability' });
  const clients = Array.from({ length: CONNECTIONS }, (_, n) => createRedis(server.url, { name: `durability-${n}` }));
  try {
    await Promise.all([control, ...clients].map((redis) => whenReady(redis)));
    const logs = clients.map((redis) => new RedisLog({ redis, park: PARK }));
    const body = bodyOf();
    const perSecond = new Map(MODES.map(({ name }) => [name, [] as number[]]));
    const latencies = new Map(MODES.map(({ name }) => [name, [] as number[]]));
    for (let round = 0; round <= ROUNDS; round++) {
      for (const mode of MODES) {
        await use(control, mode);
        const { ms, took } = await append(logs, body, `${mode.name}:${round}`);
        await control.xtrim(keys.log(PARK), 'MAXLEN', 0);
        if (round === 0) continue;
        perSecond.get(mode.name)?.push((APPENDS * FIXES * 1_000) / took);
        latencies.get(mode.name)?.push(...ms);
      }
    }
    const rows: BenchRow[] = MODES.map(({ name }) => {
      const sorted = (perSecond.get(name) ?? []).sort((a, b) => a - b);
      return { variant: name, best: Math.round(sorted.at(-1) ?? 0), median: Math.round(quantile(sorted, 0.5)) };
    });
    const figures: Record<string, number> = { 'bytes an entry': body.length };
    for (const { name } of MODES) {
      const sorted = (latencies.get(name) ?? []).sort((a, b) => a - b);
      figures[`${name}, p50 ms`] = Number(quantile(sorted, 0.5).toFixed(2));
      figures[`${name}, p99 ms`] = Number(quantile(sorted, 0.99).toFixed(2));
    }
    return [benchResult('durability', 'positions/s appended', rows, [MODES[0]!.name, MODES[2]!.name], figures)];
  } finally {
    for (const redis of [control, ...clients]) closeRedis(redis);
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

await runAsProgram(import.meta.url, run);
