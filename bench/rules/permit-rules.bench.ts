/**
 * What the rules on permits and live positions cost: 2,000 permits in progress with a guardian and three workers each among 30,000
 * people, a fix of everybody each 2 s, a tick a second, ten words on permits a second. Crews are about their jobs, everybody else walks
 * through the park and past them; one guardian in a hundred walks off, one job in fifty has an area drawn. The whole engine is measured
 * with the part and without it, on the same entries in turn; the CPU time of a second of the park is the share of one core.
 *
 * Run: node dist/bench/rules/permit-rules.bench.js [--json] [--permits N] [--people N] [--seconds S]
 */
import { parseArgs } from 'node:util';
import { Engine } from '../../engine/engine.ts';
import { createPark } from '../../engine/park.ts';
import type { Part } from '../../engine/part.ts';
import { createParts } from '../../engine/parts.ts';
import { OnSite } from '../../engine/permits/on-site/on-site.ts';
import { createProjection, SHANGHAI_2000_B } from '../../geo/projection.ts';
import { WORK_TYPES } from '../../standard/special-work.ts';
import type { BatchOrigin, FixBatch, LogEntry } from '../../stream/protocol/entry.ts';
import { createFixColumns } from '../../stream/protocol/entry-codec.ts';
import { aPermit } from '../../stream/protocol/permits.fixture.ts';
import type { HeardRow, PermitRecord } from '../../stream/protocol/permits.ts';
import { type BenchResult, benchResult, isProgram } from '../geo/measure.ts';
import { createRandom, gaussian, type Random } from '../random.ts';
import { benchArea, benchPerson, personId, roundRing } from '../records.ts';
import { RADIUS_PER_SIGMA } from '../simulator/noise.ts';

const CODES = Object.keys(WORK_TYPES);
const COMPANIES = 40;
const COMPANY_SIDE_M = 600;
const SIDE = Math.ceil(Math.sqrt(COMPANIES));
const CREW = 4;
const FIX_EVERY_S = 2;
const WORDS_A_SECOND = 10;
const DRAWN_EVERY = 50;
const LEAVES_EVERY = 100;
const LEAVES_AFTER_S = 10;
const BATCH = 500;
/** Engine and compiler come to rest within these, and whoever stays at a job too long is told. */
const WARM_SECONDS = 90;
const ACCURACY_M = 3;
const WALK_MPS = 1.2;
const T0 = Date.UTC(2026, 6, 1, 2);

export const projection = createProjection(SHANGHAI_2000_B);
const origin = projection.eastingNorthingFromLngLat(121.48, 30.8);

function lngLatAt(east: number, north: number): [number, number] {
  const { lng, lat } = projection.lngLatFromEastingNorthing(origin.easting + east, origin.northing + north);
  return [lng, lat];
}
const companyCode = (company: number): string => `9000000${String(company).padStart(2, '0')}`;

/** Entries of such a park, second by second. */
export class PermitPark {
  readonly #people: number;
  readonly #permits: number;
  readonly #random: Random;
  readonly #jobs: { readonly east: number; readonly north: number }[] = [];
  readonly #east: Float64Array;
  readonly #north: Float64Array;
  readonly #toEast: Float64Array;
  readonly #toNorth: Float64Array;
  #seq = 0;
  #word = 0;

  constructor(people: number, permits: number, seed: number) {
    this.#people = people;
    this.#permits = permits;
    this.#random = createRandom(seed);
    for (let job = 0; job < permits; job++) this.#jobs.push(this.#anywhereIn(job % COMPANIES));
    const columns = Array.from({ length: 4 }, () => new Float64Array(people));
    [this.#east, this.#north, this.#toEast, this.#toNorth] = columns as [
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
    ];
    for (let person = 0; person < people; person++) {
      this.#aim(person, 0);
      this.#east[person] = this.#toEast[person]!;
      this.#north[person] = this.#toNorth[person]!;
    }
  }

  *registers(): Generator<LogEntry> {
    for (let company = 0; company < COMPANIES; company++) {
      const persons = this.#of(company).map((person) =>
        benchPerson(person, {
          companyCode: companyCode(company),
          companyName: `第${company}化工有限公司`,
          type: 'staff',
          updatedAtMs: T0,
        }),
      );
      yield this.#entry('persons', { origin: this.#origin(company), records: persons }, T0);
      const records = this.#jobs.flatMap(({ east, north }, job) =>
        job % COMPANIES !== company || job % DRAWN_EVERY !== 0
          ? []
          : benchArea({
              areaId: `job-${job}`,
              companyCode: companyCode(company),
              name: `作业区${job}`,
              kind: 'WORK',
              polygons: [[roundRing(lngLatAt, { east, north, sideM: 20 })]],
              updatedAtMs: T0,
            }),
      );
      yield this.#entry('areas', { origin: this.#origin(company), records }, T0);
      const permits = this.#jobs.flatMap((_, job) => (job % COMPANIES === company ? this.#permit(job, T0) : []));
      yield this.#entry('permits', { origin: this.#origin(company), records: permits }, T0);
    }
  }

  /** So many rows of the contractors' registers, as the relay tells them: people with their admissions and papers. */
  *heardRows(count: number, version = 1): Generator<LogEntry> {
    const registers = ['contractor-people', 'contractor-admissions', 'contractor-qualifications'];
    for (let from = 0; from < count; from += BATCH) {
      const rows = Array.from({ length: Math.min(BATCH, count - from) }, (_, n) => heardRow(from + n, version));
      for (const [k, register] of registers.entries()) {
        const body = { register, telling: T0, isComplete: false, rows: rows.filter((_, n) => (from + n) % 3 === k) };
        yield this.#entry('heardRows', body, T0);
      }
    }
  }

  *second(s: number): Generator<LogEntry> {
    const atMs = T0 + s * 1_000;
    for (let person = 0; person < this.#people; person++) this.#walk(person, s);
    for (let company = 0; company < COMPANIES; company++) {
      const due = this.#of(company).filter(
        (person) => Math.floor(person / COMPANIES) % FIX_EVERY_S === s % FIX_EVERY_S,
      );
      for (let from = 0; from < due.length; from += BATCH) {
        yield this.#entry('fixes', this.#fixes(due.slice(from, from + BATCH), company, atMs), atMs + 200);
      }
    }
    for (let n = 0; n < WORDS_A_SECOND; n++) {
      const job = (this.#word++ * 7) % this.#permits;
      const records = [this.#permit(job, atMs)];
      yield this.#entry('permits', { origin: this.#origin(job % COMPANIES), records }, atMs + 300);
    }
    yield this.#entry('tick', { term: 1 }, atMs + 500);
  }

  #permit(job: number, atMs: number): PermitRecord {
    const { east, north } = this.#jobs[job]!;
    const [lng, lat] = lngLatAt(east, north);
    const company = job % COMPANIES;
    const [guardian, ...workers] = this.#crewOf(job);
    const row = { name: '', certificateNumber: null, certificateBlind: null, fromMs: null, toMs: null };
    const change: Parameters<typeof aPermit>[0] = {
      permitId: `t${job}`,
      companyCode: companyCode(company),
      updatedAtMs: atMs,
      fields: {
        number: `N${job}`,
        workCode: CODES[job % CODES.length]!,
        content: `作业${job} 第${Math.floor(atMs / 60_000)}分`,
        lng,
        lat,
        areaId: job % DRAWN_EVERY === 0 ? `job-${job}` : null,
        startedAtMs: T0,
        guardianNames: [],
        workerNames: [],
        workerIds: [],
      },
      rows: {
        guardians: [{ ...row, key: 'g', personId: personId(guardian!) }],
        workers: workers.map((worker, n) => ({
          ...row,
          key: `w${n}`,
          personId: personId(worker),
          creditCode: null,
          certificateName: null,
        })),
      },
    };
    return aPermit(change);
  }

  /** People of the job's company, CREW each. */
  #crewOf(job: number): number[] {
    const company = job % COMPANIES;
    const first = CREW * Math.floor(job / COMPANIES);
    return Array.from({ length: CREW }, (_, n) => company + COMPANIES * (first + n));
  }
  /** -1: on none. */
  #jobOf(person: number): number {
    const company = person % COMPANIES;
    const job = company + COMPANIES * Math.floor(Math.floor(person / COMPANIES) / CREW);
    return job < this.#permits ? job : -1;
  }

  #aim(person: number, s: number): void {
    const job = this.#jobOf(person);
    const place = job === -1 ? this.#anywhereIn(person % COMPANIES) : this.#jobs[job]!;
    const isGuardian = job !== -1 && Math.floor(person / COMPANIES) % CREW === 0;
    const isLeaving = isGuardian && job % LEAVES_EVERY === 7 && s > LEAVES_AFTER_S;
    const aboutM = job === -1 ? 0 : isLeaving ? 0 : isGuardian ? 30 : 12;
    this.#toEast[person] = place.east + (isLeaving ? 80 : (this.#random() - 0.5) * aboutM);
    this.#toNorth[person] = place.north + (this.#random() - 0.5) * aboutM;
  }

  #walk(person: number, s: number): void {
    const dE = this.#toEast[person]! - this.#east[person]!;
    const dN = this.#toNorth[person]! - this.#north[person]!;
    const leftM = Math.hypot(dE, dN);
    if (leftM > WALK_MPS) {
      this.#east[person]! += (WALK_MPS * dE) / leftM;
      this.#north[person]! += (WALK_MPS * dN) / leftM;
    } else if (this.#random() < 0.02) this.#aim(person, s);
  }

  #fixes(people: readonly number[], company: number, atMs: number): FixBatch {
    const columns = createFixColumns(people.length);
    const strings = ['GNSS'];
    const sigmaM = ACCURACY_M / RADIUS_PER_SIGMA;
    people.forEach((person, i) => {
      const east = this.#east[person]! + sigmaM * gaussian(this.#random);
      const north = this.#north[person]! + sigmaM * gaussian(this.#random);
      const [lng, lat] = lngLatAt(east, north);
      columns.subjectIndex[i] = strings.push(personId(person)) - 1;
      columns.sourceIndex[i] = 0;
      columns.lng[i] = lng;
      columns.lat[i] = lat;
      columns.observedAtMs[i] = atMs;
      columns.heightM[i] = 4;
      columns.accuracyM[i] = ACCURACY_M;
      columns.batteryPct[i] = 80;
    });
    return { origin: this.#origin(company), count: people.length, strings, ...columns };
  }

  #of(company: number): number[] {
    return Array.from({ length: Math.ceil((this.#people - company) / COMPANIES) }, (_, n) => company + n * COMPANIES);
  }
  #anywhereIn(company: number): { east: number; north: number } {
    const west = (company % SIDE) * COMPANY_SIDE_M;
    const south = Math.floor(company / SIDE) * COMPANY_SIDE_M;
    return { east: west + this.#random() * COMPANY_SIDE_M, north: south + this.#random() * COMPANY_SIDE_M };
  }
  #entry(kind: LogEntry['kind'], body: unknown, receivedAtMs: number): LogEntry {
    return { kind, seq: ++this.#seq, receivedAtMs, body } as LogEntry;
  }
  #origin(company: number): BatchOrigin {
    return { batchId: `b${this.#seq}`, appId: 'bench', companyCode: companyCode(company), received: 1, refused: 0 };
  }
}

/** A contractor's person, his admission, his certificate: in turn. */
function heardRow(n: number, version: number): HeardRow {
  const person = Math.floor(n / 3);
  const number = `C-${person}`;
  const values = [
    {
      name: `承包商人员${person}`,
      unit: '91310000MA1FL0001X',
      personId: personId(person),
      idNumber: person.toString(16).padStart(64, '0'),
      mobile: person.toString(16).padStart(64, '1'),
      note: `第${version}次`,
    },
    { person: number, unit: '91310000MA1FL0001X', validFrom: '2026-01-01', validTo: `20${26 + version}-12-31` },
    {
      person: number,
      unit: null,
      kind: 'special-work',
      name: '焊接与热切割作业',
      number: `T${n}`,
      validTo: '2028-06-30',
    },
  ];
  return {
    companyCode: companyCode(person % COMPANIES),
    rowId: String(n + 1),
    key: n % 3 === 0 ? number : `${number}-${n % 3}`,
    version,
    state: n % 3 === 1 ? 'certified' : null,
    createdAtMs: T0,
    values: values[n % 3]!,
  };
}

function cpuMsOf(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e3;
}

export interface PermitRulesReport {
  readonly people: number;
  readonly permits: number;
  /** CPU time of a second of the park, ms, of the whole engine. */
  readonly withMs: number;
  readonly withoutMs: number;
  /** What the part itself takes of it: a second in the mean, and at worst. */
  readonly partMs: number;
  readonly partWorstMs: number;
  readonly partCoreShare: number;
  /** A whole tick of the whole engine: half of them, and the worst. The walks over standing alarms are in it. */
  readonly tickMedianMs: number;
  readonly tickWorstMs: number;
  readonly standingAlarms: Readonly<Record<string, number>>;
}

export function measurePermitRules(people: number, permits: number, seconds: number): PermitRulesReport {
  const park = new PermitPark(people, permits, 11);
  const withParts = createParts();
  const clock = watchPart(withParts.find((part) => part instanceof OnSite)!);
  const engines = [
    new Engine(createPark(projection, undefined, withParts)),
    new Engine(
      createPark(
        projection,
        undefined,
        createParts().filter((part) => !(part instanceof OnSite)),
      ),
    ),
  ];
  for (const entry of park.registers()) for (const engine of engines) engine.step(entry);
  const spentMs = [0, 0];
  const partMs: number[] = [];
  const ticksMs: number[] = [];
  for (let s = 1; s <= WARM_SECONDS + seconds; s++) {
    const entries = [...park.second(s)];
    clock.ms = 0;
    // In turn, the other one first each second: what the one warms the other has.
    for (const n of s % 2 === 0 ? [0, 1] : [1, 0]) {
      let tickMs = 0;
      const ms = cpuMsOf(() => {
        for (const entry of entries) {
          if (entry.kind === 'tick') tickMs += cpuMsOf(() => engines[n]!.step(entry));
          else engines[n]!.step(entry);
        }
      });
      if (s <= WARM_SECONDS) continue;
      spentMs[n]! += ms;
      if (n === 0) ticksMs.push(tickMs);
    }
    if (s > WARM_SECONDS) partMs.push(clock.ms);
  }
  const standingAlarms: Record<string, number> = {};
  for (const { rule, active } of engines[0]!.park.alarms.standing.values()) {
    if (active) standingAlarms[rule] = (standingAlarms[rule] ?? 0) + 1;
  }
  const mean = partMs.reduce((sum, one) => sum + one, 0) / partMs.length;
  return {
    people,
    permits,
    withMs: spentMs[0]! / seconds,
    withoutMs: spentMs[1]! / seconds,
    partMs: mean,
    partWorstMs: Math.max(...partMs),
    partCoreShare: mean / 1_000,
    tickMedianMs: ticksMs.sort((one, other) => one - other)[Math.floor(ticksMs.length / 2)]!,
    tickWorstMs: ticksMs.at(-1)!,
    standingAlarms,
  };
}

/** CPU time in the part itself, ms. */
function watchPart(part: Part): { ms: number } {
  const clock = { ms: 0 };
  for (const name of ['onTick', 'onAlarm', 'onForget'] as const) {
    const call = part[name] as ((...all: unknown[]) => void) | undefined;
    if (call === undefined) continue;
    Object.assign(part, {
      [name]: (...all: unknown[]) => {
        clock.ms += cpuMsOf(() => call.apply(part, all));
      },
    });
  }
  return clock;
}

/** Short, for the run of all benches. */
export async function run(): Promise<readonly BenchResult[]> {
  const { standingAlarms: _standing, ...figures } = measurePermitRules(30_000, 2_000, 20);
  const name = `rules on permits and live positions, ${figures.permits.toLocaleString('en')} permits`;
  const perS = Math.round(figures.permits / figures.partCoreShare);
  return [
    benchResult(
      name,
      'permits/s of processor time',
      [{ variant: name, best: perS, median: perS }],
      [name, name],
      figures,
    ),
  ];
}

if (isProgram(import.meta.url)) {
  const { values } = parseArgs({
    options: {
      json: { type: 'boolean', default: false },
      permits: { type: 'string', default: '2000' },
      people: { type: 'string', default: '30000' },
      seconds: { type: 'string', default: '30' },
    },
  });
  const report = measurePermitRules(Number(values.people), Number(values.permits), Number(values.seconds));
  process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
}
