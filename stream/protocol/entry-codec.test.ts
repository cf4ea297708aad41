import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFixBatch, createPerson } from '../../test/builders/entries.ts';
import { ENTRY_KIND, type FixBatch, type RawEntry } from './entry.ts';
import { decodeEntry, decodeFixes, encodeBody, encodeFixes } from './entry-codec.ts';

const raw = (kind: number, body: Uint8Array): RawEntry => ({ seq: 1, epoch: 'e', kind, receivedAtMs: 5, body });

const fixInput = fc.record({
  person: fc.string({ maxLength: 20 }),
  lng: fc.double({ min: -180, max: 180, noNaN: true }),
  lat: fc.double({ min: -90, max: 90, noNaN: true }),
  atMs: fc.integer({ min: 0, max: 2 ** 45 }),
  heightM: fc.float({ noNaN: true, noDefaultInfinity: true }),
  source: fc.constantFrom('GNSS', 'UWB'),
  sos: fc.boolean(),
});

const marks = fc.constantFrom(
  {},
  { stage: 'joint' as const },
  { again: { epoch: 'e', seq: 7, receivedAtMs: 5 } },
  { stage: 'trial' as const, again: { epoch: 'e', seq: 7, receivedAtMs: 5 } },
);

const plain = (batch: FixBatch) => ({
  ...batch,
  ...Object.fromEntries(
    Object.entries(batch).map(([k, v]) => [k, ArrayBuffer.isView(v) ? Array.from(v as Float64Array) : v]),
  ),
});

describe('entry codec', () => {
  it('[PRO-1] decode(encode(batch)) is the batch, at any alignment of the bytes', () => {
    fc.assert(
      fc.property(
        fc.array(fixInput, { maxLength: 30 }),
        fc.integer({ min: 0, max: 7 }),
        marks,
        (fixes, shift, mark) => {
          const batch = createFixBatch(fixes, { refused: 3, received: fixes.length + 3, ...mark });
          const bytes = encodeFixes(batch);
          const shifted = new Uint8Array(bytes.length + shift).subarray(shift);
          shifted.set(bytes);
          expect(plain(decodeFixes(shifted))).toEqual(plain(batch));
        },
      ),
    );
  });

  it('[PRO-2] random and damaged bytes throw an Error; they never hang or read outside', () => {
    const good = encodeFixes(createFixBatch([{ lng: 121, lat: 30, atMs: 1, source: 'GNSS' }]));
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        fc.nat(good.length - 1),
        fc.integer({ min: 1, max: 255 }),
        (junk, at, mask) => {
          const damaged = Uint8Array.from(good);
          damaged[at] = (damaged[at] as number) ^ mask;
          for (const bytes of [junk, damaged, good.subarray(0, at)]) {
            let batch: FixBatch;
            try {
              batch = decodeFixes(bytes);
            } catch (error) {
              expect(error).toBeInstanceOf(Error);
              continue;
            }
            // A flipped bit inside a value is a value; every index still points into the table.
            expect(batch.count).toBe(batch.lng.length);
            for (const index of batch.subjectIndex) expect(index).toBeLessThan(batch.strings.length);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it('[PRO-3] register, act and tick bodies come back as they were; an unknown kind is refused', () => {
    const body = { origin: createFixBatch([]).origin, records: [createPerson({ updatedAtMs: 7 })] };
    expect(decodeEntry(raw(ENTRY_KIND.persons, encodeBody('persons', body)))).toEqual({
      kind: 'persons',
      seq: 1,
      receivedAtMs: 5,
      body,
    });
    expect(() => decodeEntry(raw(99, new Uint8Array()))).toThrow(/unknown kind 99/);
    expect(() => decodeEntry(raw(ENTRY_KIND.tick, Uint8Array.of(1)))).toThrow(/no map/);
  });
});
