import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FlatView, panned, zoomed } from './flat-view.ts';

const VIEW: FlatView = { eastM: 100, northM: -50, widthM: 1_000 };
const WIDTH_PX = 1_280;

/** What lies so many px right of and below the middle. */
const under = ({ eastM, northM, widthM }: FlatView, rightPx: number, downPx: number) => ({
  eastM: eastM + (rightPx * widthM) / WIDTH_PX,
  northM: northM - (downPx * widthM) / WIDTH_PX,
});

describe('the view from above', () => {
  it('[SCN-40] the ground follows the hand', () => {
    const moved = panned(VIEW, 128, 64, WIDTH_PX);
    expect(moved).toEqual({ eastM: 0, northM: 0, widthM: 1_000 });
    expect(under(moved, 128, 64)).toEqual(under(VIEW, 0, 0));
  });

  it('[SCN-40] zooming keeps the place under the pointer, also at the ends of the range', () => {
    const px = fc.integer({ min: -640, max: 640 });
    fc.assert(
      fc.property(px, px, fc.double({ min: 0.001, max: 1_000, noNaN: true }), (right, down, factor) => {
        const next = zoomed(VIEW, factor, right, down, WIDTH_PX);
        const [before, after] = [under(VIEW, right, down), under(next, right, down)];
        expect(after.eastM).toBeCloseTo(before.eastM, 6);
        expect(after.northM).toBeCloseTo(before.northM, 6);
        expect(next.widthM).toBeGreaterThanOrEqual(15);
        expect(next.widthM).toBeLessThanOrEqual(40_000);
      }),
    );
  });
});
