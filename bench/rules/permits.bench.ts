/**
 * Work permits in the engine: what a word on a permit costs, and how long the tick takes that judges all open permits anew after an
 * edit of the calendar, beside the people of the park. The engine is fed as watch feeds it.
 *
 * Run: node dist/bench/rules/permits.bench.js [--permits N] [--people N]
 */
import { parseArgs } from 'node:util';
import { Engine } from '../../engine/engine.ts';
import { createPark } from '../../engine/park.ts';
import { createProjection, SHANGHAI_2000_B } from '../../geo/projection.ts';
import type { EntryBodies, EntryKindName, LogEntry, PersonRecord } from '../../stream/protocol/entry.ts';
import { aPermit, PERMIT_T0 } from '../../stream/protocol/permits.fixture.ts';
import type { PermitRecord } from '../../stream/protocol/permits.ts';
import { type BenchResult, benchResult, isProgram } from '../geo/measure.ts';

/** CPU time of the process, ms: what is measured beside others' work; waiting for a core is not counted. */
const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};

const SIZE = { permits: 2_000, people: 30_000 };
const EDITS = 6;
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

export function run({ permits, people }: typeof SIZE = SIZE): readonly BenchResult[] {
  const engine = new Engine(createPark(createProjection(SHANGHAI_2000_B)));
  let seq = 0;
  let atMs = PERMIT_T0;
  const step = <K extends EntryKindName>(kind: K, body: EntryBodies[K]): number => {
    const entry = { kind, seq: ++seq, receivedAtMs: atMs, body } as unknown as LogEntry;
    const from = cpuMs();
    engine.step(entry);
    return cpuMs() - from;
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
  const first: number[] = [];
  for (let n = 0; n < permits; n++) {
    const record = permitOf(n);
    first.push(step('permits', { origin: origin(record.companyCode), records: [record] }));
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
  const rejudged = Array.from({ length: EDITS }, (_, n) => {
    const value = { holidays: n % 2 === 0 ? ['2026-11-20'] : [], makeUpDays: [] };
    step('setting', { topic: 'calendar', key: '', version: n + 1, value, userId: 'u', userName: 'u' });
    return tick();
  });
  const quiet = Array.from({ length: 20 }, tick);
  const row = (variant: string, ms: readonly number[]) => ({ variant, best: Math.min(...ms), median: medianOf(ms) });
  const rows = [
    row('first word of a permit', first),
    row('later word', words),
    row('tick after a calendar edit', rejudged),
    row('quiet tick', quiet),
  ];
  const figures = {
    permits,
    people,
    'alarms standing': engine.park.alarms.standing.size,
    'slowest word, CPU ms': Math.max(...words),
    'slowest tick after an edit, CPU ms': Math.max(...rejudged),
  };
  return [benchResult('permits judged', 'CPU ms', rows, ['tick after a calendar edit', 'quiet tick'], figures)];
}

const medianOf = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;

if (isProgram(import.meta.url)) {
  const { values } = parseArgs({ options: { permits: { type: 'string' }, people: { type: 'string' } } });
  const results = run({
    permits: Number(values.permits ?? SIZE.permits),
    people: Number(values.people ?? SIZE.people),
  });
  console.log(JSON.stringify(results, null, 2));
}
