/**
 * Work permits in the engine: what a word on a permit costs, and how long the tick takes that judges all open permits anew after an
 * edit of the calendar, beside the people of the park. The engine is fed as watch feeds it.
 *
 * Run: node dist/bench/rules/permits.bench.js [--json] [--permits N] [--people N]
 */
import { realpathSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { Engine } from '../../engine/engine.ts';
import { createPark } from '../../engine/park.ts';
import { takeState } from '../../engine/snapshot.ts';
import { createProjection, SHANGHAI_2000_B } from '../../geo/projection.ts';
import type { EntryBodies, EntryKindName, LogEntry, PersonRecord } from '../../stream/protocol/entry.ts';
import { aPermit, PERMIT_T0 } from '../../stream/protocol/permits.fixture.ts';
import type { PermitRecord } from '../../stream/protocol/permits.ts';

export interface PermitsResult {
  readonly permits: number;
  readonly people: number;
  /** Alarms that stand for them in the end. */
  readonly alarms: number;
  /** Words that make the permits, and later words on them: mean, ms. */
  readonly firstWordMs: number;
  readonly wordMs: number;
  /** The slowest of the words after the first, ms. */
  readonly slowestWordMs: number;
  /** Ticks that judge all of them after an edit of the calendar, ms each. */
  readonly rejudgedMs: readonly number[];
  readonly quietTickMs: number;
  readonly saveMs: number;
}

/** So far apart that a crew does not work beside another's job. */
const SPACING_M = 100;
/** One in so many lacks its briefing: an alarm stands for it. */
const FAULTY_EACH = 20;
const COMPANIES = 40;
const companyOf = (n: number): string => `9131000${String(n % COMPANIES).padStart(2, '0')}`;
const METRES_PER_DEG = 100_000;

function permitOf(n: number): PermitRecord {
  const companyCode = companyOf(n);
  const worker = (k: number) => `p${(n * 4 + k) % 30_000}`;
  return aPermit({
    permitId: `t${n}`,
    companyCode,
    fields: {
      number: `ZY-${n}`,
      lng: 121.48 + ((n % 50) * SPACING_M) / METRES_PER_DEG,
      lat: 30.8 + (Math.floor(n / 50) * SPACING_M) / METRES_PER_DEG,
      ...(n % FAULTY_EACH === 0 ? { briefedBy: null, briefedAtMs: null } : {}),
      activityId: `j${Math.floor(n / 2)}`,
      workerIds: [worker(0), worker(1), worker(2)],
      workerNames: [],
      certificateNames: [],
      certificateNumbers: [],
      certificateBlinds: [],
    },
  });
}

function personOf(n: number): PersonRecord {
  return {
    personId: `p${n}`,
    companyCode: companyOf(Math.floor(n / 4)),
    companyName: '',
    name: `人${n}`,
    type: 'staff',
    department: '',
    post: '',
    gender: 'male',
    birthday: '1990-01-01',
    idNumberSealed: '',
    mobileSealed: '',
    cardNo: null,
    contractorCode: null,
    certificates: [],
    updatedAtMs: null,
    deleted: false,
  };
}

export function run(permits = 2_000, people = 30_000): PermitsResult {
  const engine = new Engine(createPark(createProjection(SHANGHAI_2000_B)));
  let seq = 0;
  let atMs = PERMIT_T0;
  const step = <K extends EntryKindName>(kind: K, body: EntryBodies[K]): number => {
    const entry = { kind, seq: ++seq, receivedAtMs: atMs, body } as unknown as LogEntry;
    const from = performance.now();
    engine.step(entry);
    return performance.now() - from;
  };
  const origin = (companyCode: string) => ({ batchId: 'b', appId: 'a', companyCode, received: 1, refused: 0 });
  const tick = (): number => {
    atMs += 1_000;
    return step('tick', { term: 1 });
  };
  for (let n = 0; n < people; n += 500) {
    const records = Array.from({ length: Math.min(500, people - n) }, (_, k) => personOf(n + k));
    step('persons', { origin: origin(companyOf(0)), records });
  }
  let firstMs = 0;
  for (let n = 0; n < permits; n++) {
    const record = permitOf(n);
    firstMs += step('permits', { origin: origin(record.companyCode), records: [record] });
    if (n % 100 === 99) tick();
  }
  tick();
  const words: number[] = [];
  for (let n = 0; n < permits; n++) {
    const { permitId, companyCode } = permitOf(n);
    const gas = { key: `g${n}`, gas: '甲烷', value: 0.1, unit: 'vol%', lelPct: 5, point: null, analyst: null } as const;
    const record: PermitRecord = {
      permitId,
      companyCode,
      updatedAtMs: atMs,
      fields: {},
      rows: { gas: [{ ...gas, atMs }] },
    };
    words.push(step('permits', { origin: origin(companyCode), records: [record] }));
  }
  tick();
  const rejudgedMs = [1, 2, 3, 4].map((version) => {
    const value = { holidays: version % 2 === 1 ? ['2026-11-20'] : [], makeUpDays: [] };
    step('setting', { topic: 'calendar', key: '', version, value, userId: 'u', userName: 'u' });
    return tick();
  });
  const quiet = Array.from({ length: 20 }, tick);
  const savedFrom = performance.now();
  takeState(engine, 'bench');
  const saveMs = performance.now() - savedFrom;
  return {
    permits,
    people,
    alarms: engine.park.alarms.standing.size,
    firstWordMs: firstMs / permits,
    wordMs: words.reduce((sum, one) => sum + one, 0) / permits,
    slowestWordMs: Math.max(...words),
    rejudgedMs,
    quietTickMs: quiet.reduce((sum, one) => sum + one, 0) / quiet.length,
    saveMs,
  };
}

export const permitsText = (result: PermitsResult): string => {
  const ms = (value: number) => `${value.toFixed(3)} ms`;
  return [
    `${result.permits} open permits, ${result.people} people, ${result.alarms} alarms`,
    `  a permit's first word ${ms(result.firstWordMs)}, a later one ${ms(result.wordMs)}, the slowest ${ms(result.slowestWordMs)}`,
    `  tick after a calendar edit ${result.rejudgedMs.map(ms).join(', ')}; a quiet tick ${ms(result.quietTickMs)}`,
    `  taking the state ${ms(result.saveMs)}`,
  ].join('\n');
};

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(realpathSync(process.argv[1])).href) {
  const { values } = parseArgs({
    options: { json: { type: 'boolean' }, permits: { type: 'string' }, people: { type: 'string' } },
  });
  const result = run(Number(values.permits ?? 2_000), Number(values.people ?? 30_000));
  console.log(values.json === true ? JSON.stringify(result) : permitsText(result));
}
