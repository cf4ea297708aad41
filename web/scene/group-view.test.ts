import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawBack, middleOf, radiusOf } from './group-view.ts';

describe('a group in view', () => {
  it('[FIND-15] the camera goes by the middle of those who are there', () => {
    const middle = new Float64Array(3);
    expect(middleOf([0, 0, 0, 10, 20, 4], 2, middle)).toBe(true);
    expect([...middle]).toEqual([5, 10, 2]);
    expect(radiusOf([0, 0, 0, 10, 20, 4], 2, middle)).toBeCloseTo(Math.hypot(5, 10, 2));
    expect(middleOf([], 0, middle)).toBe(false);
  });

  it('[FIND-15] everybody is within the radius of the middle', () => {
    const places = fc.array(fc.double({ min: -1e4, max: 1e4, noNaN: true }), { minLength: 3, maxLength: 36 });
    fc.assert(
      fc.property(places, (all) => {
        const count = Math.floor(all.length / 3);
        const middle = new Float64Array(3);
        middleOf(all, count, middle);
        const radius = radiusOf(all, count, middle);
        for (let i = 0; i < count; i++) {
          const off = [0, 1, 2].map((k) => (all[i * 3 + k] ?? 0) - (middle[k] ?? 0));
          expect(Math.hypot(...off)).toBeLessThanOrEqual(radius + 1e-6);
        }
      }),
    );
  });

  it('[FIND-15] it draws back for who leaves the inner part of the picture, and for nobody else', () => {
    expect(drawBack(0.5)).toBe(1);
    expect(drawBack(0.9)).toBeGreaterThan(1);
    expect(drawBack(5)).toBe(drawBack(Number.POSITIVE_INFINITY));
  });
});
