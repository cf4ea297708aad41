import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ageCodeFromMs,
  ageMsFromCode,
  BYTES_PER_PERSON,
  decodeFrame,
  encodeFrame,
  FRAME_HEADER_BYTES,
  FRAME_KIND,
  type FrameColumns,
  frameExtent,
  QUANTA_PER_M,
  readFrameHead,
  stateFrom,
  visitFrame,
} from './frame.ts';

const AT_MS = 1_800_000_000_000;

interface Row {
  easting: number;
  northing: number;
  heightM: number;
  generation: number;
  state: number;
  ageMs: number;
  floor: number;
}

function columnsFrom(
  rows: readonly Row[],
  slotOf: (i: number) => number,
): { columns: FrameColumns; slots: Uint32Array } {
  const capacity = rows.length === 0 ? 1 : Math.max(...rows.map((_, i) => slotOf(i))) + 1;
  const columns = {
    easting: new Float64Array(capacity),
    northing: new Float64Array(capacity),
    heightM: new Float32Array(capacity),
    generation: new Uint8Array(capacity),
    state: new Uint8Array(capacity),
    observedAtMs: new Float64Array(capacity),
    floor: new Uint8Array(capacity),
  };
  rows.forEach((row, i) => {
    const slot = slotOf(i);
    columns.easting[slot] = row.easting;
    columns.northing[slot] = row.northing;
    columns.heightM[slot] = row.heightM;
    columns.generation[slot] = row.generation;
    columns.state[slot] = row.state;
    columns.observedAtMs[slot] = AT_MS - row.ageMs;
    columns.floor[slot] = row.floor;
  });
  return { columns, slots: Uint32Array.from(rows, (_, i) => slotOf(i)) };
}

const head = { kind: FRAME_KIND.delta, term: 3, atMs: AT_MS, tick: 9, online: 1234 };

const row = fc.record({
  easting: fc.double({ min: -60_000, max: 60_000, noNaN: true }),
  northing: fc.double({ min: -60_000, max: 60_000, noNaN: true }),
  heightM: fc.oneof(fc.constant(Number.NaN), fc.double({ min: -100, max: 500, noNaN: true })),
  generation: fc.integer({ min: 0, max: 255 }),
  state: fc.integer({ min: 0, max: 255 }),
  ageMs: fc.integer({ min: 0, max: 3_000_000 }),
  floor: fc.integer({ min: 0, max: 255 }),
});

describe('frames', () => {
  it('[LIVE-F1] carries every person once, in place within half a quantum and height within 5 cm', () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 60 }), fc.constantFrom(1, 7, 3_001), (rows, stride) => {
        const slotOf = (i: number): number => i * stride;
        const { columns, slots } = columnsFrom(rows, slotOf);
        const bytes = encodeFrame(head, slots, rows.length, columns);
        expect(readFrameHead(bytes)).toEqual(head);
        const seen = new Set<number>();
        visitFrame(bytes, (slot, generation, easting, northing, heightM, state, ageMs, floor) => {
          seen.add(slot);
          const source = rows[slot / stride] as Row;
          expect(Math.abs(easting - source.easting)).toBeLessThanOrEqual(0.5 / QUANTA_PER_M + 1e-9);
          expect(Math.abs(northing - source.northing)).toBeLessThanOrEqual(0.5 / QUANTA_PER_M + 1e-9);
          if (Number.isNaN(source.heightM)) expect(heightM).toBeNaN();
          else expect(Math.abs(heightM - source.heightM)).toBeLessThanOrEqual(0.0501);
          expect([generation, state, floor]).toEqual([source.generation, source.state, source.floor]);
          expect(ageMs).toBe(ageMsFromCode(ageCodeFromMs(source.ageMs)));
        });
        expect(seen.size).toBe(rows.length);
      }),
    );
  });

  it('[LIVE-F1] columns decoded at once are what a visitor is told', () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 60 }), fc.constantFrom(1, 7, 3_001), (rows, stride) => {
        const { columns, slots } = columnsFrom(rows, (i) => i * stride);
        const bytes = encodeFrame(head, slots, rows.length, columns);
        const extent = frameExtent(bytes);
        expect(extent).toEqual({ slots: rows.length === 0 ? 0 : (rows.length - 1) * stride + 1, people: rows.length });
        const into = {
          easting: new Float64Array(extent.slots),
          northing: new Float64Array(extent.slots),
          heightM: new Float32Array(extent.slots),
          generation: new Uint8Array(extent.slots),
          state: new Uint8Array(extent.slots),
          observedAtMs: new Float64Array(extent.slots),
          floor: new Uint8Array(extent.slots),
          seenAtMs: new Float64Array(extent.slots),
          touched: new Uint32Array(extent.people),
        };
        decodeFrame(bytes, head.atMs, into);
        const told: number[] = [];
        visitFrame(bytes, (slot, generation, easting, northing, heightM, state, ageMs, floor) => {
          told.push(slot);
          expect([into.easting[slot], into.northing[slot], into.heightM[slot]]).toEqual([
            easting,
            northing,
            Math.fround(heightM),
          ]);
          expect([into.generation[slot], into.state[slot], into.floor[slot]]).toEqual([generation, state, floor]);
          expect([into.observedAtMs[slot], into.seenAtMs[slot]]).toEqual([head.atMs - ageMs, head.atMs]);
        });
        expect([...into.touched]).toEqual(told);
      }),
    );
  });

  it('[LIVE-F2] costs 12 bytes a person, at most 11 a section and 28 a frame', () => {
    const rows = Array.from({ length: 500 }, (_, i) => ({
      easting: 10 + i,
      northing: -48_100 + i / 2,
      heightM: 4,
      generation: 0,
      state: stateFrom(0, 0, false, 0),
      ageMs: 500,
      floor: 1,
    }));
    const { columns, slots } = columnsFrom(rows, (i) => i);
    const bytes = encodeFrame(head, slots, rows.length, columns);
    expect(bytes.length).toBeLessThanOrEqual(FRAME_HEADER_BYTES + 11 + BYTES_PER_PERSON * 500);
  });

  it('[LIVE-F3] bytes that are no whole frame of this version give null, whatever they are', () => {
    const { columns, slots } = columnsFrom(
      [{ easting: 1, northing: 1, heightM: 1, generation: 1, state: 1, ageMs: 1, floor: 1 }],
      () => 0,
    );
    const good = encodeFrame(head, slots, 1, columns);
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.uint8Array({ maxLength: 100 }), (cut, junk) => {
        expect(readFrameHead(good.subarray(0, cut))).toBeNull();
        expect(readFrameHead(new Uint8Array([...good, ...junk.subarray(0, 3), 1]))).toBeNull();
        const asFrame = Uint8Array.from(junk);
        const read = readFrameHead(asFrame);
        if (read !== null) visitFrame(asFrame, () => {});
      }),
      { numRuns: 300 },
    );
  });

  it('[LIVE-F4] ages keep their order and lose at most 0.1 s under 10 s, 1 s under 100 s, 1 min after', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3_700_000 }), (ageMs) => {
        const back = ageMsFromCode(ageCodeFromMs(ageMs));
        const step = ageMs < 10_000 ? 100 : ageMs < 100_000 ? 1_000 : 60_000;
        expect(ageMs - back).toBeGreaterThanOrEqual(0);
        expect(ageMs - back).toBeLessThan(step);
      }),
    );
  });
});
