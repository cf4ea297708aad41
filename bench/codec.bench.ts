/**
 * Bytes and speed of vendor bodies (bodies.bench.ts) and of the two binary formats: log entries (a batch of 500 fixes) against msgpackr and JSON of the same
 * records, and live frames (10,000 people) with everything counted per person-update. Seeded; every variant decodes to
 * the same checksum. Run: node dist/bench/codec.bench.js [--json]
 */
import { Packr, pack, unpack } from 'msgpackr';
import type { FixBatch } from '../stream/protocol/entry.ts';
import { createFixColumns, decodeFixes, encodeFixes } from '../stream/protocol/entry-codec.ts';
import { encodeFrame, FRAME_KIND, type FrameColumns, visitFrame } from '../stream/protocol/frame.ts';
import { run as runBodies } from './bodies.bench.ts';
import { type BenchResult, benchResult, measure, runAsProgram, type Variant } from './geo/measure.ts';
import { webSocketHeadBytes } from './load/wire-bytes.ts';
import { createRandom } from './random.ts';

const BATCH_FIXES = 500;
const FRAME_PEOPLE = 10_000;
const ROUNDS = 9;
const T0 = Date.UTC(2026, 6, 1, 8);

interface PlainFix {
  readonly subject: string;
  readonly lng: number;
  readonly lat: number;
  readonly observedAtMs: number;
  readonly heightM: number;
  readonly accuracyM: number;
  readonly speedMps: number;
  readonly headingDeg: number;
  readonly batteryPct: number;
  readonly source: string;
}

function createBatch(seed: number): FixBatch {
  const random = createRandom(seed);
  const columns = createFixColumns(BATCH_FIXES);
  const strings = ['GNSS'];
  for (let i = 0; i < BATCH_FIXES; i++) {
    const subject = `90000000-0000-4000-8000-${String(i).padStart(12, '0')}`;
    columns.subjectIndex[i] = strings.push(subject) - 1;
    columns.sourceIndex[i] = 0;
    columns.floorIndex[i] = 0xffff;
    columns.lng[i] = Math.round((121.45 + 0.05 * random()) * 1e7) / 1e7;
    columns.lat[i] = Math.round((30.78 + 0.05 * random()) * 1e7) / 1e7;
    columns.observedAtMs[i] = T0 + i;
    columns.heightM[i] = 4 + Math.round(100 * random()) / 100;
    columns.accuracyM[i] = 3;
    columns.speedMps[i] = 1.5;
    columns.headingDeg[i] = Math.round(359 * random());
    columns.batteryPct[i] = Math.round(100 * random());
  }
  const origin = { batchId: 'b'.repeat(26), appId: 'app', companyCode: '900000001', received: BATCH_FIXES, refused: 0 };
  return { origin, count: BATCH_FIXES, strings, ...columns };
}

const plainFrom = (batch: FixBatch): PlainFix[] =>
  Array.from({ length: batch.count }, (_, i) => ({
    subject: batch.strings[batch.subjectIndex[i]!]!,
    lng: batch.lng[i]!,
    lat: batch.lat[i]!,
    observedAtMs: batch.observedAtMs[i]!,
    heightM: batch.heightM[i]!,
    accuracyM: batch.accuracyM[i]!,
    speedMps: batch.speedMps[i]!,
    headingDeg: batch.headingDeg[i]!,
    batteryPct: batch.batteryPct[i]!,
    source: batch.strings[batch.sourceIndex[i]!]!,
  }));

const sumPlain = (fixes: readonly PlainFix[]): number => {
  let sum = 0;
  for (const fix of fixes) sum += fix.lng + fix.lat + fix.batteryPct;
  return sum;
};

const sumColumns = (batch: FixBatch): number => {
  let sum = 0;
  for (let i = 0; i < batch.count; i++) sum += batch.lng[i]! + batch.lat[i]! + batch.batteryPct[i]!;
  return sum;
};

const REPEATS = 20;
const repeated = (name: string, run: () => number): Variant => ({
  name,
  items: REPEATS * BATCH_FIXES,
  run: () => {
    let sum = 0;
    for (let i = 0; i < REPEATS; i++) sum += run();
    return sum;
  },
});

function entryBenches(): BenchResult[] {
  const batch = createBatch(7);
  const plain = plainFrom(batch);
  const records = new Packr({ useRecords: true, structures: [] });
  const ours = encodeFixes(batch);
  const json = JSON.stringify(plain);
  const maps = Uint8Array.from(pack(plain));
  const shared = Uint8Array.from(records.pack(plain));
  const sums = [sumColumns(decodeFixes(ours)), sumPlain(JSON.parse(json)), sumPlain(unpack(maps))];
  sums.push(sumPlain(records.unpack(shared)));
  if (sums.some((sum) => Math.abs(sum - sums[0]!) > 1e-6)) throw new Error(`codecs disagree: ${sums.join(', ')}`);
  const perFix = (bytes: number): number => Math.round((10 * bytes) / BATCH_FIXES) / 10;
  const figures = {
    'bytes a fix, ours': perFix(ours.length),
    'bytes a fix, JSON': perFix(Buffer.byteLength(json)),
    'bytes a fix, msgpackr maps': perFix(maps.length),
    'bytes a fix, msgpackr records': perFix(shared.length),
  };
  const encode = measure(
    [
      repeated('ours', () => encodeFixes(batch).length),
      repeated('msgpackr records', () => records.pack(plain).length),
      repeated('msgpackr maps', () => pack(plain).length),
      repeated('JSON', () => JSON.stringify(plain).length),
    ],
    ROUNDS,
  );
  const decode = measure(
    [
      repeated('ours', () => sumColumns(decodeFixes(ours))),
      repeated('msgpackr records', () => sumPlain(records.unpack(shared))),
      repeated('msgpackr maps', () => sumPlain(unpack(maps))),
      repeated('JSON', () => sumPlain(JSON.parse(json))),
    ],
    ROUNDS,
  );
  return [
    benchResult(`entry of ${BATCH_FIXES} fixes, encode`, 'fixes/s', encode, ['ours', 'JSON'], figures),
    benchResult(`entry of ${BATCH_FIXES} fixes, decode`, 'fixes/s', decode, ['ours', 'JSON']),
  ];
}

function createColumns(): FrameColumns {
  const random = createRandom(11);
  const n = FRAME_PEOPLE;
  return {
    easting: Float64Array.from({ length: n }, () => -1_000 + 5_000 * random()),
    northing: Float64Array.from({ length: n }, () => -51_000 + 6_000 * random()),
    heightM: Float32Array.from({ length: n }, () => 4 + 12 * random()),
    generation: new Uint8Array(n),
    state: new Uint8Array(n),
    observedAtMs: Float64Array.from({ length: n }, () => T0 - 2_000 * random()),
    floor: new Uint8Array(n),
  };
}

function frameBench(): BenchResult {
  const columns = createColumns();
  const slots = Uint32Array.from({ length: FRAME_PEOPLE }, (_, i) => i);
  const head = { kind: FRAME_KIND.delta, term: 1, atMs: T0, tick: 1, online: FRAME_PEOPLE };
  const frame = encodeFrame(head, slots, FRAME_PEOPLE, columns);
  const objects = Array.from(slots, (slot) => ({
    slot,
    easting: columns.easting[slot]!,
    northing: columns.northing[slot]!,
    heightM: columns.heightM[slot]!,
    state: 0,
  }));
  const json = JSON.stringify(objects);
  const read = (bytes: Uint8Array): number => {
    let sum = 0;
    visitFrame(bytes, (slot, _generation, easting, northing) => {
      sum += slot + easting + northing;
    });
    return sum;
  };
  const variants: Variant[] = [
    {
      name: 'encode',
      items: FRAME_PEOPLE,
      run: () => encodeFrame(head, slots, FRAME_PEOPLE, columns).length,
    },
    { name: 'decode', items: FRAME_PEOPLE, run: () => read(frame) },
    { name: 'JSON encode', items: FRAME_PEOPLE, run: () => JSON.stringify(objects).length },
    { name: 'JSON decode', items: FRAME_PEOPLE, run: () => (JSON.parse(json) as typeof objects).length },
  ];
  const few = encodeFrame(head, slots.slice(), 2_500, columns);
  const figures = {
    'bytes a person-update, 10,000 people, all counted': bytesPerPerson(frame.length, FRAME_PEOPLE),
    'bytes a person-update, 2,500 people, all counted': bytesPerPerson(few.length, 2_500),
    'bytes a person-update, JSON': bytesPerPerson(json.length, FRAME_PEOPLE),
  };
  return benchResult('live frame', 'people/s', measure(variants, ROUNDS), ['encode', 'JSON encode'], figures);
}

const bytesPerPerson = (bytes: number, people: number): number =>
  Math.round((100 * (bytes + webSocketHeadBytes(bytes))) / people) / 100;

export async function run(): Promise<readonly BenchResult[]> {
  return [...entryBenches(), frameBench(), ...(await runBodies())];
}

await runAsProgram(import.meta.url, run);
