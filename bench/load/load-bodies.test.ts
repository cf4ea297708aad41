import { describe, expect, it } from 'vitest';
import { createDemoPark } from '../park/demo-park.ts';
import { createLoadChunks, type LoadBody, peopleFor, stamp } from './load-bodies.ts';

interface Sent {
  readonly PERSON_ID?: string;
  readonly CARD_NO?: string;
  readonly COMPANY_CODE: string;
  readonly COLLECT_TIME: number;
}

const RATE_PER_S = 3_000;
const park = createDemoPark({ people: peopleFor(RATE_PER_S, 1_000) });
const chunks = createLoadChunks({ park, intervalMs: 1_000, chunkSize: 60, frames: 4 });
const read = (body: LoadBody): Sent[] => (JSON.parse(body.bytes.toString('utf8')) as { records: Sent[] }).records;
const subjects = (body: LoadBody): string[] => read(body).map((r) => r.PERSON_ID ?? r.CARD_NO!);

describe('load bodies', () => {
  it('[SIM-40] make the asked rate, no request above its size, nobody in two requests of an interval', () => {
    for (let frame = 0; frame < 4; frame++) {
      const all = chunks.flatMap((chunk) => subjects(chunk.bodies[frame]!));
      expect(new Set(all).size).toBe(all.length);
      expect(Math.abs(all.length / RATE_PER_S - 1)).toBeLessThan(0.03);
    }
    for (const chunk of chunks) {
      for (const body of chunk.bodies) {
        expect(body.timesAt.length).toBeLessThanOrEqual(60);
        expect(read(body).every((record) => record.COMPANY_CODE === chunk.companyCode)).toBe(true);
      }
    }
  });

  it('[SIM-41] keep everybody in the same request throughout, so that their times only go forward', () => {
    const requestOf = new Map<string, number>();
    chunks.forEach((chunk, number) => {
      for (const subject of chunk.bodies.flatMap(subjects)) {
        expect(requestOf.get(subject) ?? number).toBe(number);
        requestOf.set(subject, number);
      }
    });
  });

  it('[SIM-42] get the time of sending in every record and change nothing else', () => {
    const body = chunks[0]!.bodies[0]!;
    const before = read(body);
    stamp(body, 1_799_999_999_123);
    const after = read(body);
    expect(after.every((record) => record.COLLECT_TIME === 1_799_999_999_123)).toBe(true);
    expect(after.map((r) => ({ ...r, COLLECT_TIME: 0 }))).toEqual(before.map((r) => ({ ...r, COLLECT_TIME: 0 })));
  });
});
