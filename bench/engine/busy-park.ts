/**
 * A seeded park for the engine's benches: described people with cards who walk, forbidden areas among them, standing
 * alarms. As log entries: what the front door would have appended.
 */
import { Engine } from '../../engine/engine.ts';
import { createPark } from '../../engine/park.ts';
import { createProjection, SHANGHAI_2000_B } from '../../geo/projection.ts';
import type { AreaRecord, BatchOrigin, FixBatch, LogEntry, PersonRecord } from '../../stream/protocol/entry.ts';
import { createFixColumns } from '../../stream/protocol/entry-codec.ts';
import { createRandom, type Random } from '../random.ts';
import { benchArea, benchPerson, personId, roundRing } from '../records.ts';

const T0 = Date.UTC(2026, 6, 1, 8);
const COMPANIES = 8;
/** Areas and people lie within this of the origin, m. */
const HALF_M = 2_500;
const AREA_M = 60;
const WALK_MPS = 1.4;
const PERSONS_A_BATCH = 1_000;

export interface BusyParkOptions {
  readonly people: number;
  readonly fences: number;
  readonly batch: number;
  /** Rounds of one fix of everybody, a second apart. */
  readonly rounds: number;
  /** People keep within this of the origin, m; HALF_M by default. */
  readonly halfM?: number;
}

export const projection = createProjection(SHANGHAI_2000_B);
const origin = projection.eastingNorthingFromLngLat(121.48, 30.8);

const companyOf = (person: number): string => `90000000${person % COMPANIES}`;

const batchOf = (batchId: string, companyCode: string, received: number): BatchOrigin => ({
  batchId,
  appId: 'bench',
  companyCode,
  received,
  refused: 0,
});

/** Persons and areas, then rounds of fixes with a tick behind each. */
export function* busyLog(options: BusyParkOptions): Generator<LogEntry> {
  const random = createRandom(5);
  let seq = 0;
  for (const body of registerBodies(options, random)) {
    const isAreas = 'polygons' in body.records[0]!;
    yield { kind: isAreas ? 'areas' : 'persons', seq: ++seq, receivedAtMs: T0, body } as LogEntry;
  }
  const walkers = new Walkers(options.people, options.halfM ?? HALF_M, random);
  for (let round = 1; round <= options.rounds; round++) {
    const atMs = T0 + round * 1_000;
    walkers.step();
    for (let company = 0; company < COMPANIES; company++) {
      for (const body of walkers.batches(company, atMs, options.batch)) {
        yield { kind: 'fixes', seq: ++seq, receivedAtMs: atMs + 200, body };
      }
    }
    yield { kind: 'tick', seq: ++seq, receivedAtMs: atMs + 500, body: { term: 1 } };
  }
}

/** The engine behind such a log. */
export function busyEngine(options: BusyParkOptions): Engine {
  const engine = new Engine(createPark(projection));
  for (const entry of busyLog(options)) engine.step(entry);
  return engine;
}

function* registerBodies({ people, fences }: BusyParkOptions, random: Random) {
  for (let company = 0; company < COMPANIES; company++) {
    const companyCode = companyOf(company);
    const persons: PersonRecord[] = [];
    for (let person = company; person < people; person += COMPANIES) persons.push(personRecord(person));
    for (let from = 0; from < persons.length; from += PERSONS_A_BATCH) {
      const records = persons.slice(from, from + PERSONS_A_BATCH);
      yield { origin: batchOf(`persons-${company}-${from}`, companyCode, records.length), records };
    }
    const records: AreaRecord[] = [];
    for (let area = company; area < fences; area += COMPANIES) records.push(areaRecord(area, companyCode, random));
    if (records.length > 0) yield { origin: batchOf(`areas-${company}`, companyCode, records.length), records };
  }
}

const personRecord = (person: number): PersonRecord =>
  benchPerson(person, {
    companyCode: companyOf(person),
    companyName: `第${person % COMPANIES}化工有限公司`,
    type: person % 10 === 0 ? 'contractor' : 'staff',
    updatedAtMs: T0,
  });

function areaRecord(area: number, companyCode: string, random: Random): AreaRecord {
  const east = (2 * random() - 1) * HALF_M;
  const north = (2 * random() - 1) * HALF_M;
  return benchArea({
    areaId: `area-${area}`,
    companyCode,
    name: `禁区${area}`,
    kind: 'FORBIDDEN',
    polygons: [[roundRing(lngLatAt, { east, north, sideM: AREA_M })]],
    // Most people are of a type that may be inside; the contractors are not.
    allowedTypes: ['staff'],
    updatedAtMs: T0,
  });
}

function lngLatAt(east: number, north: number): [number, number] {
  const { lng, lat } = projection.lngLatFromEastingNorthing(origin.easting + east, origin.northing + north);
  return [Math.round(lng * 1e7) / 1e7, Math.round(lat * 1e7) / 1e7];
}

class Walkers {
  readonly #count: number;
  readonly #halfM: number;
  readonly #random: Random;
  readonly #east: Float64Array;
  readonly #north: Float64Array;
  readonly #heading: Float64Array;

  constructor(count: number, halfM: number, random: Random) {
    this.#count = count;
    this.#halfM = halfM;
    this.#random = random;
    const anywhere = (): Float64Array => Float64Array.from({ length: count }, () => (2 * random() - 1) * halfM);
    this.#east = anywhere();
    this.#north = anywhere();
    this.#heading = Float64Array.from({ length: count }, () => 2 * Math.PI * random());
  }

  step(): void {
    for (let person = 0; person < this.#count; person++) {
      const isOut = Math.max(Math.abs(this.#east[person]!), Math.abs(this.#north[person]!)) > this.#halfM;
      if (isOut) this.#heading[person] = Math.atan2(-this.#north[person]!, -this.#east[person]!);
      this.#heading[person]! += 0.4 * (this.#random() - 0.5);
      this.#east[person]! += WALK_MPS * Math.cos(this.#heading[person]!);
      this.#north[person]! += WALK_MPS * Math.sin(this.#heading[person]!);
    }
  }

  *batches(company: number, atMs: number, size: number): Generator<FixBatch> {
    const people: number[] = [];
    for (let person = company; person < this.#count; person += COMPANIES) people.push(person);
    for (let from = 0; from < people.length; from += size) {
      yield this.#batch(people.slice(from, from + size), company, atMs, from);
    }
  }

  #batch(people: readonly number[], company: number, atMs: number, from: number): FixBatch {
    const columns = createFixColumns(people.length);
    const strings = ['GNSS'];
    people.forEach((person, i) => {
      const [lng, lat] = lngLatAt(this.#east[person]!, this.#north[person]!);
      columns.subjectIndex[i] = strings.push(personId(person)) - 1;
      columns.sourceIndex[i] = 0;
      columns.lng[i] = lng;
      columns.lat[i] = lat;
      columns.observedAtMs[i] = atMs;
      columns.heightM[i] = 4;
      columns.accuracyM[i] = 3;
      columns.speedMps[i] = WALK_MPS;
      columns.batteryPct[i] = 80;
    });
    const batchOrigin = batchOf(`fixes-${company}-${atMs}-${from}`, companyOf(company), people.length);
    return { origin: batchOrigin, count: people.length, strings, ...columns };
  }
}
