import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NULL_INT2, NULL_INT4, PositionColumns } from '../copy/position-columns.ts';
import { packSegment, unpackSegment } from './packed-segment.ts';

const T0 = Date.UTC(2026, 6, 1, 8);
const int4 = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: -2_147_483_647, max: 2_147_483_647 }) },
  { weight: 1, arbitrary: fc.constant(NULL_INT4) },
);
const int2 = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: -32_767, max: 32_767 }) },
  { weight: 1, arbitrary: fc.constant(NULL_INT2) },
);
/** A column that never changes, or is never there, takes another way through the format. */
const columnOf = (value: fc.Arbitrary<number>, length: number): fc.Arbitrary<number[]> =>
  fc.oneof(
    fc.array(value, { minLength: length, maxLength: length }),
    value.map((same) => new Array<number>(length).fill(same)),
  );
const INT4 = ['lng', 'lat', 'heightCm', 'delayMs'] as const;
const INT2 = ['accuracyDm', 'speedCmps', 'headingDeg', 'batteryPct', 'source', 'floor', 'flags'] as const;

const rows = fc.integer({ min: 1, max: 40 }).chain((length) =>
  fc
    .record({
      steps: fc.array(fc.integer({ min: 0, max: 100_000 }), { minLength: length, maxLength: length }),
      int4: fc.tuple(...INT4.map(() => columnOf(int4, length))),
      int2: fc.tuple(...INT2.map(() => columnOf(int2, length))),
    })
    .map((given) => {
      const columns = new PositionColumns(length);
      columns.count = length;
      let atMs = T0;
      given.steps.forEach((step, i) => {
        atMs += step;
        columns.observedAtMs[i] = atMs;
      });
      columns.personId.fill(7);
      for (const [k, name] of INT4.entries()) columns[name].set(given.int4[k]!);
      for (const [k, name] of INT2.entries()) columns[name].set(given.int2[k]!);
      return columns;
    }),
);

const valuesOf = (columns: PositionColumns, from: number, to: number): unknown =>
  ['observedAtMs' as const, 'personId' as const, ...INT4, ...INT2].map((name) =>
    Array.from(columns[name].subarray(from, to)),
  );

describe('packed segment', () => {
  it('[RET-3] gives back every value of every column as it was, absent ones too', () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: 0, max: 20 }), (columns, skip) => {
        const from = Math.min(skip, columns.count - 1);
        const body = packSegment(columns, from, columns.count);
        const read = new PositionColumns(1);
        unpackSegment(Buffer.from(body), 7, read);
        expect(valuesOf(read, 0, read.count)).toEqual(valuesOf(columns, from, columns.count));
        // Behind what is there already.
        unpackSegment(body, 7, read);
        expect(valuesOf(read, columns.count - from, read.count)).toEqual(valuesOf(columns, from, columns.count));
      }),
    );
  });

  it('[RET-3] refuses bytes that are not as they were written, and versions it does not know', () => {
    fc.assert(
      fc.property(rows, fc.nat(), fc.integer({ min: 1, max: 255 }), (columns, at, flip) => {
        const body = Buffer.from(packSegment(columns, 0, columns.count));
        body[at % body.length]! ^= flip;
        expect(() => unpackSegment(body, 7, new PositionColumns(1))).toThrow(/damaged|unknown version/);
        expect(() => unpackSegment(body.subarray(0, at % body.length), 7, new PositionColumns(1))).toThrow();
      }),
    );
  });
});
