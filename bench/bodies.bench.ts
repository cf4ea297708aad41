/**
 * A request of 1,000 positions from its raw bytes to the columns of the log, in each of the ways to write it. Seeded; every
 * way gives the same columns. Run: node dist/bench/bodies.bench.js [--json]
 */
import { Packr } from 'msgpackr';
import type { BodyType } from '../ingest/body-type.ts';
import { parseRecords } from '../ingest/parse-body.ts';
import { validatePositions } from '../ingest/validate/positions.ts';
import { type BenchResult, benchResult, measure, runAsProgram } from './geo/measure.ts';
import { createRandom } from './random.ts';

const RECORDS = 1_000;
const REPEATS = 20;
const ROUNDS = 9;
const COMPANY = '900000001';
const T0 = Date.UTC(2026, 6, 1, 8);

/** As a vendor of GNSS tags writes it; in MessagePack times are numbers. */
function createRecords(time: (ms: number) => unknown): Record<string, unknown>[] {
  const random = createRandom(7);
  return Array.from({ length: RECORDS }, (_, i) => ({
    COMPANY_CODE: COMPANY,
    PERSON_ID: `90000000-0000-4000-8000-${String(i).padStart(12, '0')}`,
    LONGITUDE: Math.round((121.45 + 0.05 * random()) * 1e7) / 1e7,
    LATITUDE: Math.round((30.78 + 0.05 * random()) * 1e7) / 1e7,
    COLLECT_TIME: time(T0 - (i % 3) * 1_000),
    ALTITUDE: Math.round(1_000 * random()) / 100,
    ACCURACY: 3,
    SPEED: 1.5,
    BATTERY: Math.round(100 * random()),
    SOURCE: 'GNSS',
  }));
}

const columnsOf = (records: readonly Record<string, unknown>[]): Record<string, unknown[]> =>
  Object.fromEntries(Object.keys(records[0]!).map((name) => [name, records.map((record) => record[name])]));

function take(body: Buffer, type: BodyType): number {
  const parsed = parseRecords(body, type);
  if (!parsed.ok) throw new Error(parsed.error.detail);
  const taken = validatePositions(parsed.value, { companyCode: COMPANY, receivedAtMs: T0, sosOnly: false });
  if (taken.accepted !== RECORDS) throw new Error(`took ${taken.accepted}`);
  const origin = { batchId: 'b', appId: 'a', companyCode: COMPANY, received: RECORDS, refused: 0 };
  const batch = taken.batch(origin);
  let sum = 0;
  for (let i = 0; i < RECORDS; i++)
    sum += batch.lng[i]! + batch.lat[i]! + batch.observedAtMs[i]! + batch.subjectIndex[i]!;
  return sum;
}

export async function run(): Promise<readonly BenchResult[]> {
  const packr = new Packr({ useRecords: false });
  const local = (ms: number): string => new Date(ms + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
  const texts = createRecords(local);
  const numbers = createRecords((ms) => ms);
  const bodies: readonly (readonly [string, Buffer, BodyType])[] = [
    ['JSON records', Buffer.from(JSON.stringify({ records: texts })), 'json'],
    ['JSON columns', Buffer.from(JSON.stringify({ columns: columnsOf(texts) })), 'json'],
    ['msgpack records', packr.pack({ records: numbers }), 'msgpack'],
    ['msgpack columns', packr.pack({ columns: columnsOf(numbers) }), 'msgpack'],
  ];
  const sums = bodies.map(([, body, type]) => take(body, type));
  if (sums.some((sum) => sum !== sums[0])) throw new Error(`bodies disagree: ${sums.join(', ')}`);
  const variants = bodies.map(([name, body, type]) => ({
    name,
    items: RECORDS * REPEATS,
    run: () => {
      let sum = 0;
      for (let i = 0; i < REPEATS; i++) sum += take(body, type);
      return sum;
    },
  }));
  const figures = Object.fromEntries(
    bodies.map(([name, body]) => [`bytes a position, ${name}`, Math.round((10 * body.length) / RECORDS) / 10]),
  );
  const rows = measure(variants, ROUNDS);
  return [benchResult('request body to columns', 'positions/s', rows, ['msgpack columns', 'JSON records'], figures)];
}

await runAsProgram(import.meta.url, run);
