import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countFor, coveredPercent, nextShown } from './shown-cameras.ts';

describe('cameras of somebody who walks', () => {
  it('[VID-51] what is shown stays where it is while it is still near; only what is not makes room', () => {
    const shown = ['a', 'b', 'c', 'd'];
    expect(nextShown(shown, ['d', 'e', 'c', 'b', 'f', 'a', 'g', 'h'], 4)).toBe(shown);
    expect(nextShown(shown, ['d', 'e', 'f', 'c', 'g', 'a', 'h', 'i', 'b'], 4)).toEqual(['a', 'e', 'c', 'd']);
    expect(nextShown([], ['a', 'b', 'c'], 1)).toEqual(['a']);
    expect(nextShown(['a', 'b'], [], 4)).toEqual([]);
  });

  it('[VID-51] the nearest is shown when nothing was, none twice, and no more than there is room for', () => {
    const codes = fc.uniqueArray(fc.constantFrom(...'abcdefghijkl'), { maxLength: 9 });
    fc.assert(
      fc.property(codes, codes, fc.constantFrom(1, 4, 9), (shown, nearest, count) => {
        const next = nextShown(shown, nearest, count);
        expect(new Set(next).size).toBe(next.length);
        expect(next.length).toBe(Math.min(count, nearest.length));
        for (const code of next) expect(nearest).toContain(code);
        expect(nextShown(next, nearest, count)).toBe(next);
      }),
    );
  });
});

describe('pictures', () => {
  it('[VID-50] as many places as they need, one, four or nine', () => {
    expect([0, 1, 2, 4, 5, 9, 30].map(countFor)).toEqual([1, 1, 4, 4, 9, 9, 9]);
  });

  it('[VID-52] the share of a span that was recorded is whole only when nothing is missing', () => {
    expect(coveredPercent(null, 0, 100)).toBeNull();
    expect(coveredPercent([], 0, 100)).toBe(0);
    expect(coveredPercent([{ fromMs: -50, toMs: 150 }], 0, 100)).toBe(100);
    expect(coveredPercent([{ fromMs: 0, toMs: 99_999 }], 0, 100_000)).toBe(99);
  });
});
