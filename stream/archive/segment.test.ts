import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFixBatch } from '../../test/builders/entries.ts';
import { collect, plain, rawEntries, rawEntry } from '../../test/contract/archive.ts';
import { ENTRY_KIND, type RawEntry } from '../protocol/entry.ts';
import { decodeFixes, encodeFixes } from '../protocol/entry-codec.ts';
import { BLOCK_BYTES, openSealed } from './sealed-blob.ts';
import { openSegment, SegmentBuilder } from './segment.ts';

async function fileOf(entries: readonly RawEntry[]): Promise<Uint8Array> {
  const builder = new SegmentBuilder(entries[0]!);
  for (const entry of entries.slice(1)) builder.add(entry);
  return builder.finish();
}

async function entriesIn(bytes: Uint8Array): Promise<RawEntry[]> {
  const opened = openSegment(bytes);
  if (!opened.ok) throw new Error(opened.problem);
  return collect(opened.entries());
}

const someEntries = fc
  .record({
    firstSeq: fc.integer({ min: 1, max: 2 ** 40 }),
    items: fc.array(
      fc.record({
        kind: fc.integer({ min: 0, max: 2 ** 31 }),
        receivedAtMs: fc.integer({ min: 0, max: 2 ** 45 }),
        body: fc.uint8Array({ maxLength: 400 }),
      }),
      { minLength: 1, maxLength: 40 },
    ),
  })
  .map(({ firstSeq, items }) => items.map((item, i): RawEntry => ({ ...item, seq: firstSeq + i, epoch: 'an-epoch' })));

describe('segment', () => {
  it('[ARC-10] entries come back as they went in', async () => {
    await fc.assert(
      fc.asyncProperty(someEntries, async (entries) => {
        expect(plain(await entriesIn(await fileOf(entries)))).toEqual(plain(entries));
      }),
    );
  });

  it('[ARC-10] also across blocks, one body larger than a block among them; columns of fixes are read in place', async () => {
    const large = { ...rawEntry(2), body: Buffer.alloc(3 * BLOCK_BYTES, 'abc') };
    const fixes = encodeFixes(createFixBatch([{ lng: 121.5, lat: 30.8, atMs: 7 }]));
    const entries = [
      rawEntry(1),
      large,
      { ...rawEntry(3), kind: ENTRY_KIND.fixes, body: fixes },
      ...rawEntries(4, 3_000),
    ];
    const back = await entriesIn(await fileOf(entries));
    expect(plain(back)).toEqual(plain(entries));
    expect((back[2]?.body.byteOffset ?? 1) % 8).toBe(0);
    expect(decodeFixes(back[2]?.body ?? new Uint8Array()).lng[0]).toBe(121.5);
  });

  it('[ARC-11] whatever byte is changed and wherever it is torn, nothing of it is given out', async () => {
    const good = await fileOf(rawEntries(1, 50));
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
        const changed = Uint8Array.from(good);
        changed[at] = changed[at]! ^ mask;
        expect(openSegment(changed).ok).toBe(false);
        expect(openSegment(good.subarray(0, at)).ok).toBe(false);
        expect(openSealed(Buffer.concat([good, good.subarray(0, at + 1)])).ok).toBe(false);
      }),
    );
  });

  it('[ARC-10] refuses an entry that does not follow', () => {
    const builder = new SegmentBuilder(rawEntry(5));
    expect(() => builder.add(rawEntry(7))).toThrow(/does not follow/);
    expect(() => builder.add(rawEntry(6, 'e2'))).toThrow(/does not follow/);
  });
});
