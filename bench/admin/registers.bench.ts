/**
 * Registers of a million rows: how long lists, filters, orders and searches take, one after the other, and then a mixed load of
 * reads and writes at a fixed rate, timed from when each was due. The desk is called as the routes call it (rights, masks,
 * labels, counts, history and audit included), without HTTP. `npm run bench -- --only registers`, or
 * `node dist/bench/admin/registers.bench.js [--rows N] [--seconds S] [--beside 20000]`: beside a whole park that takes so many
 * positions a second, on its database.
 */
import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { RegisterDesk } from '../../admin/register/desk.ts';
import { registerParts } from '../../admin/register/parts.ts';
import type { RegisterUser } from '../../admin/register/rights.ts';
import { systemClock } from '../../core/clock.ts';
import { createPool, type Pool } from '../../db/pool.ts';
import { createBlindIndex } from '../../security/blind-index.ts';
import { createSealer, MASTER_KEY_BYTES } from '../../security/gm.ts';
import { FileBlobs } from '../../stream/archive/file-blobs.ts';
import { withBenchDatabase } from '../db/bench-database.ts';
import { type BenchResult, isProgram } from '../geo/measure.ts';
import { peopleFor } from '../load/load-bodies.ts';
import { LoadProcess } from '../load/load-process.ts';
import { sendRegisters } from '../load/registers.ts';
import { rounded, WARM_UP_MS, withStack } from '../load/with-stack.ts';
import { createDemoPark } from '../park/demo-park.ts';
import { createRandom } from '../random.ts';
import { BENCH_REGISTER, COMPANIES, fillBenchRegister, SEARCHES } from './bench-register.ts';

const ROUNDS = 100;
const MIXED_PER_S = 300;
/** Of the mixed load beside a park, before it is measured. */
const WARM_UP_S = 10;
/** As the role admin has. */
const CONNECTIONS = 10;

const PARK: RegisterUser = {
  userId: 'bench',
  userName: 'bench',
  role: 'park',
  companyCode: null,
  department: null,
  contractorCode: null,
  address: null,
};
const staffOf = (companyCode: string): RegisterUser => ({ ...PARK, role: 'enterprise', companyCode });

export async function run(rows = 1_000_000, seconds = 20): Promise<BenchResult[]> {
  return withBenchDatabase(async (pool) => {
    await fillBenchRegister(pool, rows);
    const desk = deskOver(pool);
    const results: BenchResult[] = [await runLists(desk, rows)];
    results.push(await runMixed(desk, rows, seconds, 'alone'));
    return results;
  }, CONNECTIONS);
}

/** The same mixed load on the database of a park that takes `ratePerS` positions a second. */
export async function runBeside(ratePerS: number, rows: number, seconds: number): Promise<BenchResult> {
  return withStack(1_000, async ({ stack }) => {
    const pool = createPool(stack.databaseUrl, { max: CONNECTIONS, statementTimeoutMs: 0 });
    await fillBenchRegister(pool, rows);
    const { ingestUrl: url, credentials } = stack;
    const load = new LoadProcess({ url, credentials, ratePerS, intervalMs: 1_000, chunkSize: 1_000, connections: 8 });
    try {
      await load.ready();
      await sendRegisters(url, credentials, createDemoPark({ people: peopleFor(ratePerS, 1_000) }));
      load.go();
      await pause(WARM_UP_MS);
      const desk = deskOver(pool);
      const how = `beside ${ratePerS} positions/s`;
      // As after some minutes of service: code compiled, and the pages that filling left dirty written.
      await pool.query('CHECKPOINT');
      await runMixed(desk, rows, WARM_UP_S, how);
      const before = load.latest?.accepted ?? 0;
      const startMs = performance.now();
      const result = await runMixed(desk, rows, seconds, how);
      const accepted = ((load.latest?.accepted ?? 0) - before) / ((performance.now() - startMs) / 1_000);
      await load.stop();
      return { ...result, figures: { ...result.figures, 'accepted positions/s': Math.round(accepted) } };
    } finally {
      load.kill();
      await pool.end();
    }
  });
}

function deskOver(pool: Pool): RegisterDesk {
  const key = Buffer.alloc(MASTER_KEY_BYTES, 7);
  const parts = registerParts({
    registers: [BENCH_REGISTER],
    stores: {},
    actions: {},
    pool,
    sealer: createSealer([key]),
    blindIndex: createBlindIndex(key),
    blobs: new FileBlobs(''),
    clock: systemClock,
  });
  return parts.desk;
}

const SORTS = ['code', '-code', 'name', '-quantity', 'expiresOn', '-expiresOn'];

async function runLists(desk: RegisterDesk, rows: number): Promise<BenchResult> {
  const random = createRandom(17);
  const pick = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)] as T;
  const list = (input: Record<string, string>, user = PARK) =>
    desk.list(BENCH_REGISTER, user, { sort: 'code', limit: 50, ...input });
  const day = (): string => `20${26 + Math.floor(random() * 4)}-0${1 + Math.floor(random() * 9)}-15`;
  const questions: Readonly<Record<string, () => Promise<unknown>>> = {
    list: () => list({}),
    'list of a company': () => list({ sort: pick(SORTS) }, staffOf(pick(COMPANIES))),
    sort: () => list({ sort: pick(SORTS) }),
    filter: () => list({ 'f.kind': pick(['a', 'b', 'c']), sort: pick(SORTS) }),
    'filter by a span': () => list({ 'f.expiresOn': `${day()}..`, sort: pick(SORTS) }),
    'filter by an exact number': () => list({ 'f.quantity': String(Math.floor(random() * 99_999)), sort: pick(SORTS) }),
    'search of a common word': () => list({ q: pick(SEARCHES.common) }),
    'search of two common words': () => list({ q: `${pick(SEARCHES.common)} ${pick(SEARCHES.common)}` }),
    'search of a rare word': () => list({ q: pick(SEARCHES.rare), sort: pick(SORTS) }),
    'search of an absent word': () => list({ q: pick(SEARCHES.absent) }),
    'search of a company': () => list({ q: pick(SEARCHES.common) }, staffOf(pick(COMPANIES))),
  };
  const figures: Record<string, number> = { rows };
  const measured = [];
  for (const [name, ask] of Object.entries(questions)) {
    for (let n = 0; n < 5; n++) await ask();
    const times: number[] = [];
    for (let n = 0; n < ROUNDS; n++) {
      const startMs = performance.now();
      await ask();
      times.push(performance.now() - startMs);
    }
    measured.push({ variant: name, best: rounded(Math.min(...times)), median: rounded(quantile(times, 0.5)) });
    figures[`${name} p95 ms`] = rounded(quantile(times, 0.95));
  }
  return { name: 'registers: lists', unit: 'ms', rows: measured, ratio: 1, ratioOf: ['list', 'list'], figures };
}

async function runMixed(desk: RegisterDesk, rows: number, seconds: number, how: string): Promise<BenchResult> {
  const random = createRandom(23);
  const pick = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)] as T;
  const anyId = (): string => String(1 + Math.floor(random() * rows));
  const list = (input: Record<string, string>, user = PARK) =>
    desk.list(BENCH_REGISTER, user, { sort: 'code', limit: 50, ...input });
  const acts: readonly (readonly [share: number, name: string, act: () => Promise<unknown>])[] = [
    [0.3, 'list', () => list({ sort: pick(SORTS), 'f.kind': pick(['a', 'b', 'c']) })],
    [0.15, 'list of a company', () => list({ sort: pick(SORTS) }, staffOf(pick(COMPANIES)))],
    [0.15, 'search', () => list({ q: pick([...SEARCHES.rare, ...SEARCHES.common]) })],
    [0.15, 'row', () => desk.get(BENCH_REGISTER, PARK, anyId())],
    [
      0.2,
      'change',
      async () => {
        const { id, version } = await desk.get(BENCH_REGISTER, PARK, anyId());
        await desk.update(BENCH_REGISTER, PARK, id, { version, values: { quantity: Math.floor(random() * 99_999) } });
      },
    ],
    [
      0.05,
      'create',
      () => {
        const values = { code: `N-${randomUUID().slice(0, 23)}`, name: pick(SEARCHES.common), phone: '13812341234' };
        return desk.create(BENCH_REGISTER, PARK, { companyCode: pick(COMPANIES), values });
      },
    ],
  ];
  const drawn = (chance: number): readonly [string, () => Promise<unknown>] => {
    let upTo = 0;
    for (const [share, name, act] of acts) {
      upTo += share;
      if (chance < upTo) return [name, act];
    }
    return ['list', () => list({})];
  };
  const times = new Map<string, number[]>(acts.map(([, name]) => [name, []]));
  const all: number[] = [];
  const running: Promise<void>[] = [];
  let failed = 0;
  for (let n = 0; n < 50; n++) for (const [, , act] of acts) await act();
  const startMs = performance.now();
  for (let n = 0; n < seconds * MIXED_PER_S; n++) {
    const dueMs = startMs + (n * 1_000) / MIXED_PER_S;
    const waitMs = dueMs - performance.now();
    if (waitMs > 1) await pause(waitMs);
    const [name, act] = drawn(random());
    running.push(
      act().then(
        () => {
          const tookMs = performance.now() - dueMs;
          all.push(tookMs);
          times.get(name)?.push(tookMs);
        },
        () => void failed++,
      ),
    );
  }
  await Promise.all(running);
  const figures: Record<string, number> = {
    rows,
    'requests/s': MIXED_PER_S,
    failed,
    'p95 ms': rounded(quantile(all, 0.95)),
  };
  const measured = [...times].map(([name, of]) => {
    figures[`${name} p95 ms`] = rounded(quantile(of, 0.95));
    return { variant: name, best: rounded(Math.min(...of)), median: rounded(quantile(of, 0.5)) };
  });
  return {
    name: `registers: mixed load ${how}`,
    unit: 'ms',
    rows: measured,
    ratio: 1,
    ratioOf: ['list', 'list'],
    figures,
  };
}

const quantile = (values: readonly number[], part: number): number =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * part))] ?? 0;

if (isProgram(import.meta.url)) {
  const { values } = parseArgs({
    options: {
      rows: { type: 'string', default: '1000000' },
      seconds: { type: 'string', default: '20' },
      beside: { type: 'string' },
    },
  });
  const [rows, seconds] = [Number(values.rows), Number(values.seconds)];
  const results =
    values.beside === undefined ? await run(rows, seconds) : [await runBeside(Number(values.beside), rows, seconds)];
  process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
}
