/**
 * What all rules together cost watch: 30,000 people at 1 Hz in 1,000 areas of all kinds, half of them with thresholds, and 200
 * posts. People stand and walk among the units of their own company, with the noise of satellite positioning between steel.
 * Entries are decoded and stepped as watch does, a tick a second; the CPU time of a second of the park is the share of one
 * core. `--parts`: what each part of the engine takes of it.
 *
 * Run: node dist/bench/rules/park-rules.bench.js [--json] [--parts] [--people N] [--seconds S]
 */
import { parseArgs } from 'node:util';
import { Engine } from '../../engine/engine.ts';
import { createPark } from '../../engine/park.ts';
import type { Part } from '../../engine/part.ts';
import { createProjection, SHANGHAI_2000_B } from '../../geo/projection.ts';
import { encodeEffects } from '../../stream/lane-codec.ts';
import { areaKey, type EffectsAt } from '../../stream/protocol/effects.ts';
import type {
  AreaRecord,
  BatchOrigin,
  FixBatch,
  LogEntry,
  PersonRecord,
  RawEntry,
} from '../../stream/protocol/entry.ts';
import { ENTRY_KIND } from '../../stream/protocol/entry.ts';
import { createFixColumns, decodeEntry, encodeBody } from '../../stream/protocol/entry-codec.ts';
import type { AreaKind } from '../../stream/protocol/vocabulary.ts';
import { type BenchResult, benchResult, isProgram } from '../geo/measure.ts';
import { createRandom, gaussian, type Random } from '../random.ts';
import { benchArea, benchPerson, personId, roundRing } from '../records.ts';
import { RADIUS_PER_SIGMA } from '../simulator/noise.ts';

const AREAS = 1_000;
const POSTS = 200;
const COMPANIES = 40;
const COMPANY_SIDE_M = 600;
const BATCH = 500;
/** Engine and compiler come to rest within these. */
const WARM_SECONDS = 30;
const T0 = Date.UTC(2026, 6, 1, 2);
const ACCURACY_M = 3;
const CORRELATION_S = 20;
const WALK_MPS = 1.2;
/** Share of people who walk at any time. */
const WALKING = 0.3;

const projection = createProjection(SHANGHAI_2000_B);
const origin = projection.eastingNorthingFromLngLat(121.48, 30.8);

interface Unit {
  readonly company: number;
  readonly east: number;
  readonly north: number;
  readonly sideM: number;
}

const companyCode = (company: number): string => `9000000${String(company).padStart(2, '0')}`;
const companyOf = (person: number): number => person % COMPANIES;

function lngLatAt(east: number, north: number): [number, number] {
  const { lng, lat } = projection.lngLatFromEastingNorthing(origin.easting + east, origin.northing + north);
  return [lng, lat];
}

class BusyPark {
  readonly #people: number;
  readonly #random: Random;
  readonly #units: Unit[] = [];
  readonly #east: Float64Array;
  readonly #north: Float64Array;
  readonly #toEast: Float64Array;
  readonly #toNorth: Float64Array;
  readonly #errorEast: Float64Array;
  readonly #errorNorth: Float64Array;
  #seq = 0;

  constructor(people: number, seed: number) {
    this.#people = people;
    this.#random = createRandom(seed);
    const columns = Array.from({ length: 6 }, () => new Float64Array(people));
    [this.#east, this.#north, this.#toEast, this.#toNorth, this.#errorEast, this.#errorNorth] = columns as [
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
    ];
    for (let unit = 0; unit < AREAS - COMPANIES; unit++) this.#units.push(this.#unit(unit % COMPANIES));
    for (let person = 0; person < people; person++) {
      this.#aim(person);
      this.#east[person] = this.#toEast[person]!;
      this.#north[person] = this.#toNorth[person]!;
      this.#errorEast[person] = gaussian(this.#random);
      this.#errorNorth[person] = gaussian(this.#random);
    }
  }

  *registers(): Generator<LogEntry> {
    for (let company = 0; company < COMPANIES; company++) {
      yield this.#entry('persons', { origin: this.#origin(company), records: this.#persons(company) }, T0);
      yield this.#entry('areas', { origin: this.#origin(company), records: this.#areas(company) }, T0);
    }
    for (let post = 0; post < POSTS; post++) {
      const company = post % COMPANIES;
      const body = {
        topic: 'post',
        key: `${companyCode(company)}/post-${post}`,
        version: 1,
        value: {
          name: `岗位${post}`,
          areas: [areaKey(companyCode(company), `area-${post}`)],
          personIds: [0, 1, 2].map((n) => personId(company + COMPANIES * (n + 3 * Math.floor(post / COMPANIES)))),
          shifts: [
            { name: '白班', from: '08:00', to: '20:00' },
            { name: '夜班', from: '20:00', to: '08:00' },
          ],
        },
        userId: 'bench',
        userName: '',
      };
      yield this.#entry('setting', body, T0);
    }
    const companies = Array.from({ length: COMPANIES }, (_, company) => `${companyCode(company)}/control-room`);
    for (const party of ['park/duty', ...companies]) {
      const people = ['甲', '乙'].map((name) => ({ contactId: `${party}-${name}`, name, channels: ['sms', 'email'] }));
      const body = { topic: 'roster', key: party, version: 1, value: { people }, userId: 'bench', userName: '' };
      yield this.#entry('setting', body, T0);
    }
  }

  *second(atMs: number): Generator<LogEntry> {
    this.#step();
    for (let company = 0; company < COMPANIES; company++) {
      const people = Array.from(
        { length: Math.ceil((this.#people - company) / COMPANIES) },
        (_, n) => company + n * COMPANIES,
      );
      for (let from = 0; from < people.length; from += BATCH) {
        yield this.#entry('fixes', this.#fixes(people.slice(from, from + BATCH), company, atMs), atMs + 200);
      }
    }
    yield this.#entry('tick', { term: 1 }, atMs + 500);
  }

  #entry(kind: LogEntry['kind'], body: unknown, receivedAtMs: number): LogEntry {
    return { kind, seq: ++this.#seq, receivedAtMs, body } as LogEntry;
  }

  #origin(company: number): BatchOrigin {
    return { batchId: `b${this.#seq}`, appId: 'bench', companyCode: companyCode(company), received: 1, refused: 0 };
  }

  #unit(company: number): Unit {
    const side = Math.ceil(Math.sqrt(COMPANIES));
    const west = (company % side) * COMPANY_SIDE_M;
    const south = Math.floor(company / side) * COMPANY_SIDE_M;
    const sideM = 30 + 70 * this.#random();
    const anywhere = (): number => sideM / 2 + this.#random() * (COMPANY_SIDE_M - sideM);
    return { company, east: west + anywhere(), north: south + anywhere(), sideM };
  }

  #aim(person: number): void {
    const ofCompany = Math.floor(this.#units.length / COMPANIES);
    const unit = this.#units[companyOf(person) + COMPANIES * Math.floor(this.#random() * ofCompany)]!;
    // Most work in the unit, some about it.
    this.#toEast[person] = unit.east + (this.#random() - 0.5) * unit.sideM * 1.3;
    this.#toNorth[person] = unit.north + (this.#random() - 0.5) * unit.sideM * 1.3;
  }

  #step(): void {
    const keep = Math.exp(-1 / CORRELATION_S);
    const fresh = Math.sqrt(1 - keep * keep);
    for (let person = 0; person < this.#people; person++) {
      const dE = this.#toEast[person]! - this.#east[person]!;
      const dN = this.#toNorth[person]! - this.#north[person]!;
      const leftM = Math.hypot(dE, dN);
      if (leftM > WALK_MPS) {
        this.#east[person]! += (WALK_MPS * dE) / leftM;
        this.#north[person]! += (WALK_MPS * dN) / leftM;
      } else if (this.#random() < WALKING / 100) this.#aim(person);
      this.#errorEast[person] = keep * this.#errorEast[person]! + fresh * gaussian(this.#random);
      this.#errorNorth[person] = keep * this.#errorNorth[person]! + fresh * gaussian(this.#random);
    }
  }

  #fixes(people: readonly number[], company: number, atMs: number): FixBatch {
    const columns = createFixColumns(people.length);
    const strings = ['GNSS'];
    const sigmaM = ACCURACY_M / RADIUS_PER_SIGMA;
    people.forEach((person, i) => {
      const [lng, lat] = lngLatAt(
        this.#east[person]! + sigmaM * this.#errorEast[person]!,
        this.#north[person]! + sigmaM * this.#errorNorth[person]!,
      );
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

  #persons(company: number): PersonRecord[] {
    const records: PersonRecord[] = [];
    for (let person = company; person < this.#people; person += COMPANIES) {
      records.push(
        benchPerson(person, {
          companyCode: companyCode(company),
          companyName: `第${company}化工有限公司`,
          type: 'staff',
          updatedAtMs: T0,
        }),
      );
    }
    return records;
  }

  #areas(company: number): AreaRecord[] {
    const records: AreaRecord[] = [];
    const first = this.#units.findIndex((unit) => unit.company === company);
    const side = Math.ceil(Math.sqrt(COMPANIES));
    const middle = COMPANY_SIDE_M / 2;
    const whole = {
      company,
      east: (company % side) * COMPANY_SIDE_M + middle,
      north: Math.floor(company / side) * COMPANY_SIDE_M + middle,
      sideM: COMPANY_SIDE_M * 1.5,
    };
    records.push(areaRecord(`site-${company}`, company, 'COMPANY_BOUNDARY', whole, {}));
    for (let unit = first; unit < this.#units.length; unit += COMPANIES) {
      const serial = Math.floor(unit / COMPANIES);
      const kind = (['PRODUCTION', 'HAZARD_SOURCE', 'FORBIDDEN', 'POST', 'WORK'] as const)[serial % 5]!;
      records.push(
        areaRecord(`area-${unit}`, company, kind, this.#units[unit]!, {
          allowedTypes: ['staff'],
          capacityMax: serial % 2 === 0 ? 40 : null,
          capacityMin: serial % 7 === 0 ? 5 : null,
          // Some so short that their alarms stand.
          dwellLimitS: serial % 12 === 0 ? 45 : serial % 3 === 0 ? 7_200 : null,
          stillLimitS: serial === 1 ? 45 : kind === 'HAZARD_SOURCE' ? 600 : null,
        }),
      );
    }
    return records;
  }
}

const areaRecord = (
  areaId: string,
  company: number,
  kind: AreaKind,
  unit: Unit,
  more: Partial<AreaRecord>,
): AreaRecord =>
  benchArea({
    areaId,
    companyCode: companyCode(company),
    name: areaId,
    kind,
    polygons: [[roundRing(lngLatAt, unit)]],
    updatedAtMs: T0,
    ...more,
  });

/** As it lies on the log. */
const rawFrom = ({ kind, seq, receivedAtMs, body }: LogEntry): RawEntry => ({
  seq,
  epoch: 'e',
  kind: ENTRY_KIND[kind],
  receivedAtMs,
  body: encodeBody(kind, body as never),
});

/** CPU seconds that work takes. */
function cpuSOf(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

export interface PartCost {
  readonly part: string;
  readonly msASecond: number;
}

export interface ParkRulesReport {
  readonly people: number;
  readonly seconds: number;
  /** CPU time of a second of the park, s: the share of one core. */
  readonly coreShare: number;
  readonly worstCoreShare: number;
  readonly usAFix: number;
  readonly effectsASecond: number;
  /** What they are on the lane. */
  readonly kbASecond: number;
  readonly mostEffectsASecond: number;
  readonly standingAlarms: number;
  readonly standingDocs: number;
  readonly escalations: number;
  readonly parts: readonly PartCost[];
}

export function measureParkRules(people: number, seconds: number, byParts: boolean): ParkRulesReport {
  const busy = new BusyPark(people, 7);
  const engine = new Engine(createPark(projection));
  for (const entry of busy.registers()) engine.step(decodeEntry(rawFrom(entry)));
  const clocks = byParts ? watchParts(engine.park.parts) : null;
  const sharesS: number[] = [];
  let effects = 0;
  let mostEffects = 0;
  let bytes = 0;
  let escalations = 0;
  for (let s = 1; s <= WARM_SECONDS + seconds; s++) {
    const entries = [...busy.second(T0 + s * 1_000)].map(rawFrom);
    if (s === WARM_SECONDS + 1) clocks?.clear();
    const told: EffectsAt[] = [];
    const spentS = cpuSOf(() => {
      for (const raw of entries) {
        const item = engine.step(decodeEntry(raw));
        if (item !== null) told.push(item);
      }
    });
    if (s <= WARM_SECONDS) continue;
    sharesS.push(spentS);
    const all = told.flatMap((item) => item.effects);
    effects += all.length;
    mostEffects = Math.max(mostEffects, all.length);
    escalations += all.filter((effect) => effect.t === 'alarm' && effect.alarm.transition === 'escalated').length;
    for (const item of told) bytes += encodeEffects(item.effects).length;
  }
  const totalS = sharesS.reduce((sum, one) => sum + one, 0);
  return {
    people,
    seconds,
    coreShare: totalS / seconds,
    worstCoreShare: Math.max(...sharesS),
    usAFix: (totalS / seconds / people) * 1e6,
    effectsASecond: effects / seconds,
    kbASecond: bytes / seconds / 1_000,
    mostEffectsASecond: mostEffects,
    standingAlarms: engine.park.alarms.standing.size,
    standingDocs: engine.park.docs.all().length,
    escalations,
    parts: [...(clocks ?? [])].map(([part, ms]) => ({ part, msASecond: ms / seconds })),
  };
}

/** Clocks every call of every part. Costs more than some of what it clocks: for the proportions. */
function watchParts(parts: readonly Part[]): Map<string, number> {
  const clocks = new Map<string, number>();
  for (const part of parts) {
    for (const name of ['onFix', 'onEntry', 'onTick', 'onAlarm'] as const) {
      const call = part[name] as ((...all: unknown[]) => void) | undefined;
      if (call === undefined) continue;
      const label = `${part.name}.${name}`;
      Object.assign(part, {
        [name]: (...all: unknown[]) => {
          const fromMs = performance.now();
          call.apply(part, all);
          clocks.set(label, (clocks.get(label) ?? 0) + performance.now() - fromMs);
        },
      });
    }
  }
  return clocks;
}

/** Short, for the run of all benches. */
export async function run(): Promise<readonly BenchResult[]> {
  const { people, parts: _parts, ...figures } = measureParkRules(30_000, 10, false);
  const name = `all rules, ${people.toLocaleString('en')} people at 1 Hz`;
  const perS = (share: number): number => Math.round(people / share);
  const rows = [{ variant: name, best: perS(figures.coreShare), median: perS(figures.coreShare) }];
  return [benchResult(name, 'fixes/s of processor time', rows, [name, name], figures)];
}

function textFrom(report: ParkRulesReport): string {
  const { parts, ...figures } = report;
  const costs = [...parts].sort((a, b) => b.msASecond - a.msASecond);
  return [
    ...Object.entries(figures).map(([name, value]) => `${name.padEnd(18)} ${Number(value.toPrecision(3))}`),
    ...costs.map(({ part, msASecond }) => `${part.padEnd(34)} ${msASecond.toFixed(2)} ms/s`),
    '',
  ].join('\n');
}

if (isProgram(import.meta.url)) {
  const { values } = parseArgs({
    options: {
      json: { type: 'boolean', default: false },
      parts: { type: 'boolean', default: false },
      people: { type: 'string', default: '30000' },
      seconds: { type: 'string', default: '30' },
    },
  });
  const report = measureParkRules(Number(values.people), Number(values.seconds), values.parts);
  process.stdout.write(values.json ? `${JSON.stringify(report, null, 2)}\n` : textFrom(report));
}
