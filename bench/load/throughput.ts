/**
 * Does the product hold a rate: signed batches in, durable, watched, stored, pushed, without a growing backlog.
 * Called by bench/run.ts and bench/end-to-end.ts.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { countQuarantined, readLedger, readStoreOffset } from '../../db/ledger.ts';
import { type Pool, queryRows } from '../../db/pool.ts';
import type { Redis } from '../../stream/redis.ts';
import { createDemoPark } from '../park/demo-park.ts';
import { FrameCounter } from './frame-counter.ts';
import { peopleFor } from './load-bodies.ts';
import { LoadProcess } from './load-process.ts';
import { Probe } from './probe.ts';
import { type ProcessUse, usesOf } from './process-cpu.ts';
import { sendRegisters } from './registers.ts';
import { rounded, type Tools, WARM_UP_MS, withStack } from './with-stack.ts';

export interface ThroughputResult {
  readonly targetPerS: number;
  readonly seconds: number;
  readonly clients: number;
  readonly acceptedPerS: number;
  readonly accepted: number;
  readonly rejected: number;
  readonly unanswered: number;
  readonly refusedByCode: Readonly<Record<string, number>>;
  readonly answerMs: { readonly p50: number; readonly p99: number };
  /** Log entries that the store had not committed, by second; and the slope of a line through them, entries a second. */
  readonly storeBacklog: readonly number[];
  readonly storeBacklogSlope: number;
  /** Memory of Redis, MB, and entries kept on the log, by second: both level off when trimming keeps up. */
  readonly redisMb: readonly number[];
  readonly logEntries: readonly number[];
  /** Slowest of ten PINGs a second, ms: shows a disk that keeps Redis waiting. */
  readonly redisPingMs: readonly number[];
  /** POST to frame while under load, by second (the largest of the second): grows when watch falls behind. */
  readonly probeMs: readonly number[];
  readonly probeSlopeMsPerS: number;
  /** How far the generator itself fell behind its plan at the end, ms. */
  readonly generatorBehindMs: number;
  readonly drainedAfterMs: number;
  readonly rowsStored: number;
  /** Rows of the latency probe, which are not the generator's. */
  readonly probeRows: number;
  /** Rows stored equal records accepted, and the ledger agrees. */
  readonly balanced: boolean;
  readonly bytesPerUpdate: number;
  readonly updatesPushedPerS: number;
  readonly cpu: Readonly<
    Record<string, { readonly cores: number; readonly usPerPosition: number; readonly mb: number }>
  >;
  readonly durability: Readonly<Record<string, string>>;
  readonly endedMembers: readonly string[];
}

const DRAIN_LIMIT_MS = 180_000;
const CONNECTIONS = 8;

export async function runThroughput(options: {
  readonly ratePerS: number;
  readonly seconds: number;
  readonly clients: number;
  readonly chunkSize?: number;
}): Promise<ThroughputResult> {
  return withStack(1_000, async (tools) => {
    const { stack, pool } = tools;
    const { ratePerS, seconds, clients } = options;
    const intervalMs = 1_000;
    const load = new LoadProcess({
      url: stack.ingestUrl,
      credentials: stack.credentials,
      ratePerS,
      intervalMs,
      chunkSize: options.chunkSize ?? 1_000,
      connections: CONNECTIONS,
    });
    try {
      await load.ready();
      const park = createDemoPark({ people: peopleFor(ratePerS, intervalMs) });
      await sendRegisters(stack.ingestUrl, stack.credentials, park);
      const companyCode = park.plan.companies[0]!.code;
      const counter = await FrameCounter.start(stack, clients);
      load.go();
      await pause(WARM_UP_MS);
      const probe = new Probe({ stack, companyCode, sendEveryMs: 250 });
      await pause(3_000);
      probe.take();

      const pids = new Map([...stack.pids, ['generator', load.pid], ['bench', process.pid]]);
      const before = { uses: usesOf(pids), frames: counter.counts(), atMs: performance.now(), load: load.latest };
      const backlog: number[] = [];
      const logEntries: number[] = [];
      const redisMb: number[] = [];
      const redisPingMs: number[] = [];
      const probeMs: number[] = [];
      for (let second = 1; second <= seconds; second++) {
        redisPingMs.push(await slowestPing(tools.redis, before.atMs + second * 1_000));
        const state = await stateOf(tools);
        backlog.push(state.backlog);
        logEntries.push(state.entries);
        redisMb.push(state.redisMb);
        const latencies = probe.take();
        if (latencies.length > 0) probeMs.push(Math.max(...latencies));
      }
      const measuredS = (performance.now() - before.atMs) / 1_000;
      const after = { uses: usesOf(pids), frames: counter.counts(), load: load.latest };
      const acceptedInRun = (after.load?.accepted ?? 0) - (before.load?.accepted ?? 0);
      const statusS = ((after.load?.atMs ?? 0) - (before.load?.atMs ?? 0)) / 1_000;
      await probe.close();
      const stoppedAtMs = performance.now();
      const done = await load.stop();
      await drain(tools);
      const drainedAfterMs = performance.now() - stoppedAtMs;
      await counter.close();

      const books = await booksOf(pool);
      const updates = after.frames.updates - before.frames.updates;
      return {
        targetPerS: ratePerS,
        seconds,
        clients,
        acceptedPerS: Math.round(acceptedInRun / statusS),
        accepted: done.accepted,
        rejected: done.rejected,
        unanswered: done.unanswered,
        refusedByCode: done.refusedByCode,
        answerMs: { p50: rounded(done.answerP50Ms), p99: rounded(done.answerP99Ms) },
        storeBacklog: backlog,
        storeBacklogSlope: rounded(slope(backlog)),
        redisMb,
        logEntries,
        redisPingMs,
        probeMs: probeMs.map(Math.round),
        probeSlopeMsPerS: rounded(slope(probeMs)),
        generatorBehindMs: Math.round(after.load?.behindMs ?? 0),
        drainedAfterMs: Math.round(drainedAfterMs),
        rowsStored: books.rows,
        probeRows: books.probeRows,
        balanced: books.balanced && books.rows - books.probeRows === done.accepted,
        bytesPerUpdate: rounded((after.frames.frameBytes - before.frames.frameBytes) / Math.max(1, updates)),
        updatesPushedPerS: Math.round(updates / measuredS),
        cpu: cpuOf(before.uses, after.uses, measuredS, (acceptedInRun / statusS) * measuredS),
        durability: await durabilityOf(tools),
        endedMembers: stack.ended,
      };
    } finally {
      load.kill();
    }
  });
}

/** Until everything that is on the log now is stored. */
async function drain({ log, pool }: Tools): Promise<void> {
  const limitMs = performance.now() + DRAIN_LIMIT_MS;
  const { seq } = await log.head();
  while (((await readStoreOffset(pool))?.nextSeq ?? 1) <= seq) {
    if (performance.now() > limitMs) throw new Error('the store did not catch up');
    await pause(50);
  }
}

async function booksOf(pool: Pool): Promise<{ rows: number; probeRows: number; balanced: boolean }> {
  const [counted] = await queryRows<{ rows: number; probe: number }>(
    pool,
    `SELECT count(*) AS rows, count(*) FILTER (WHERE person_id IN (SELECT id FROM person WHERE person_id = 'latency-probe')) AS probe
     FROM position`,
  );
  const lines = (await readLedger(pool, null, { fromMs: null, toMs: null })).filter((l) => l.interface === 'positions');
  const sum = (field: 'received' | 'stored' | 'duplicate' | 'refused'): number =>
    lines.reduce((total, line) => total + line[field], 0);
  const rows = counted?.rows ?? 0;
  const isWhole = sum('received') === sum('refused') + sum('stored') + sum('duplicate') && sum('stored') === rows;
  return { rows, probeRows: counted?.probe ?? 0, balanced: isWhole && (await countQuarantined(pool)) === 0 };
}

/** Entries that are on the log and not yet committed by the store; entries kept; memory of Redis. */
async function stateOf({ log, pool, redis }: Tools): Promise<{ backlog: number; entries: number; redisMb: number }> {
  const head = await log.head();
  const offset = await readStoreOffset(pool);
  const used = /used_memory:(\d+)/.exec(await redis.info('memory'))?.[1] ?? '0';
  return {
    // Read after the head: what was committed in between makes it a little negative.
    backlog: Math.max(0, head.seq + 1 - (offset?.nextSeq ?? 1)),
    entries: head.seq + 1 - head.firstSeq,
    redisMb: Math.round(Number(used) / 1e6),
  };
}

/** Until that moment. */
async function slowestPing(redis: Redis, untilMs: number): Promise<number> {
  let slowestMs = 0;
  for (;;) {
    const sentAtMs = performance.now();
    await redis.ping();
    slowestMs = Math.max(slowestMs, performance.now() - sentAtMs);
    const leftMs = untilMs - performance.now();
    if (leftMs <= 0) return Math.round(slowestMs);
    await pause(Math.min(100, leftMs));
  }
}

async function durabilityOf({ redis, pool }: Tools): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const name of ['appendonly', 'appendfsync', 'maxmemory-policy']) {
    const [, value] = (await redis.config('GET', name)) as [string, string];
    found[`redis ${name}`] = value;
  }
  for (const name of ['server_version', 'fsync', 'synchronous_commit', 'full_page_writes']) {
    const [row] = await queryRows<Record<string, string>>(pool, `SHOW ${name}`);
    found[`postgresql ${name}`] = Object.values(row ?? {})[0] ?? '';
  }
  return found;
}

function cpuOf(
  before: ReadonlyMap<string, ProcessUse>,
  after: ReadonlyMap<string, ProcessUse>,
  seconds: number,
  positions: number,
): ThroughputResult['cpu'] {
  const result: Record<string, { cores: number; usPerPosition: number; mb: number }> = {};
  for (const [name, use] of after) {
    const cpuS = use.cpuS - (before.get(name)?.cpuS ?? 0);
    // Another process under the same name: it ended and was started again (endedMembers says why).
    if (cpuS < 0) continue;
    result[name] = {
      cores: rounded(cpuS / seconds),
      usPerPosition: rounded((cpuS * 1e6) / Math.max(1, positions)),
      mb: Math.round(use.residentBytes / 1e6),
    };
  }
  return result;
}

/** Least squares through equally spaced values, per step. */
function slope(values: readonly number[]): number {
  const n = values.length;
  if (n < 2) return 0;
  const mean = values.reduce((a, b) => a + b, 0) / n;
  let top = 0;
  let bottom = 0;
  values.forEach((value, i) => {
    const x = i - (n - 1) / 2;
    top += x * (value - mean);
    bottom += x * x;
  });
  return top / bottom;
}

export function throughputText(result: ThroughputResult): string {
  const cpu = Object.entries(result.cpu).map(
    ([name, use]) =>
      `    ${name.padEnd(10)} ${use.cores.toFixed(2)} cores, ${use.usPerPosition.toFixed(2)} us a position, ${use.mb} MB`,
  );
  const last = (values: readonly number[]): string => values.slice(-5).join(' ');
  return [
    `end to end: ${result.acceptedPerS.toLocaleString('en')} positions/s accepted of ${result.targetPerS.toLocaleString('en')} for ${result.seconds} s, ${result.clients} live clients`,
    `    answers p50 ${result.answerMs.p50} ms, p99 ${result.answerMs.p99} ms; rejected ${result.rejected}, unanswered ${result.unanswered}, refused ${JSON.stringify(result.refusedByCode)}`,
    `    store backlog slope ${result.storeBacklogSlope} entries/s (last ${last(result.storeBacklog)}), drained after ${result.drainedAfterMs} ms`,
    `    log kept (last) ${last(result.logEntries)} entries, Redis ${last(result.redisMb)} MB, slowest PING ${Math.max(...result.redisPingMs)} ms`,
    `    POST to frame slope ${result.probeSlopeMsPerS} ms/s (last ${last(result.probeMs)})`,
    `    rows ${result.rowsStored}, accepted ${result.accepted}, balanced: ${result.balanced}`,
    `    ${result.bytesPerUpdate} bytes a person-update, ${result.updatesPushedPerS.toLocaleString('en')} updates/s pushed`,
    ...cpu,
    ...result.endedMembers.map((text) => `    ended and started again: ${text.slice(0, 300)}`),
  ].join('\n');
}
