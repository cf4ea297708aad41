/**
 * Request bodies for the load generator, built once: the demonstration park's people in motion, a few seconds of them
 * played to and fro. Before a body is sent its COLLECT_TIMEs are overwritten in place, all 13 digits wide.
 */
import type { DemoPark } from '../park/demo-park.ts';
import { createSimulator } from '../simulator/simulator.ts';

/** Always the same people of one company, so that everybody's times only go forward. */
export interface LoadChunk {
  readonly companyCode: string;
  /** One body for each recorded interval. */
  readonly bodies: readonly LoadBody[];
}

export interface LoadBody {
  readonly bytes: Buffer;
  /** Where the digits of each COLLECT_TIME begin. */
  readonly timesAt: Uint32Array;
}

export interface LoadOptions {
  readonly park: DemoPark;
  /** Time between two fixes of a person, ms. */
  readonly intervalMs: number;
  /** People of a request at most. */
  readonly chunkSize: number;
  /** Intervals recorded. */
  readonly frames: number;
}

/** About 3.5 % of the people are away at any time and send nothing. */
const PRESENT_SHARE = 0.963;

/** People whose positions make this rate. */
export const peopleFor = (ratePerS: number, intervalMs: number): number =>
  Math.ceil((ratePerS * intervalMs) / 1_000 / PRESENT_SHARE);

/** Any 13 digits do: they are overwritten. */
const START_MS = 1_782_864_000_000;
const TIME_KEY = '"COLLECT_TIME":';

export function createLoadChunks(options: LoadOptions): LoadChunk[] {
  const { park, intervalMs, chunkSize, frames } = options;
  const quiet = { sosEveryS: 0, intrusionEveryS: 0, lateShare: 0, duplicateShare: 0, silentShare: 0 };
  const simulator = createSimulator({ park, startMs: START_MS, intervalMs, ...quiet });
  const chunkOf = chunkNumbers(park, chunkSize);
  const chunks = new Map<number, { companyCode: string; bodies: LoadBody[] }>();
  for (let frame = 0; frame < frames; frame++) {
    for (const { companyCode, records } of simulator.step(START_MS + (frame + 1) * intervalMs - 1)) {
      const parts = new Map<number, object[]>();
      for (const record of records) {
        const number = chunkOf.get(record.PERSON_ID ?? record.CARD_NO!)!;
        const part = parts.get(number);
        if (part === undefined) parts.set(number, [record]);
        else part.push(record);
      }
      for (const [number, part] of parts) {
        const chunk = chunks.get(number) ?? { companyCode, bodies: [] };
        chunk.bodies.push(bodyFrom(part));
        chunks.set(number, chunk);
      }
    }
  }
  return [...chunks.values()];
}

/** Person id and card number -> chunk: the people of a company in equal parts of at most `chunkSize`. */
function chunkNumbers(park: DemoPark, chunkSize: number): Map<string, number> {
  const numbers = new Map<string, number>();
  let next = 0;
  for (const company of park.plan.companies) {
    const people = park.people.filter((p) => p.companyIndex === company.index);
    const parts = Math.max(1, Math.ceil(people.length / chunkSize));
    people.forEach((person, i) => {
      const number = next + Math.floor((i * parts) / people.length);
      numbers.set(person.personId, number);
      numbers.set(person.cardNo, number);
    });
    next += parts;
  }
  return numbers;
}

function bodyFrom(records: readonly object[]): LoadBody {
  const bytes = Buffer.from(JSON.stringify({ records }));
  const timesAt = new Uint32Array(records.length);
  let from = 0;
  for (let i = 0; i < records.length; i++) {
    from = bytes.indexOf(TIME_KEY, from) + TIME_KEY.length;
    timesAt[i] = from;
  }
  return { bytes, timesAt };
}

/** Stamps every record of the body with the time. */
export function stamp(body: LoadBody, atMs: number): void {
  const digits = Buffer.from(String(Math.trunc(atMs)));
  for (let i = 0; i < body.timesAt.length; i++) body.bytes.set(digits, body.timesAt[i]!);
}
