import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ALARMED_ICONS, ICON_POOL, type PermitCandidate, planPermits } from './permit-plan.ts';

const candidate = (ref: number, change: Partial<PermitCandidate> = {}): PermitCandidate => ({
  ref,
  xPx: 500,
  yPx: 500,
  distanceM: 100 + ref,
  alarmLevel: 0,
  isWaiting: false,
  isSelected: false,
  rank: 0,
  ...change,
});

const anyCandidates = fc
  .array(
    fc.record({
      xPx: fc.double({ min: 0, max: 600, noNaN: true }),
      yPx: fc.double({ min: 0, max: 400, noNaN: true }),
      distanceM: fc.double({ min: 1, max: 5_000, noNaN: true }),
      alarmLevel: fc.constantFrom(0, 0, 0, 0, 0, 1, 2, 3, 4),
      isWaiting: fc.boolean(),
      rank: fc.nat(3),
    }),
    { maxLength: 120 },
  )
  .map((all) => all.map((one, ref) => candidate(ref, one)));

describe('permits over the scene', () => {
  it('[PWB-3] each permit is drawn, or counted on one that is: none twice, none lost', () => {
    fc.assert(
      fc.property(anyCandidates, (candidates) => {
        const planned = planPermits(candidates);
        const all = planned.flatMap(({ candidate: { ref }, hidden }) => [ref, ...hidden]);
        expect(all.sort((a, b) => a - b)).toEqual(candidates.map(({ ref }) => ref));
      }),
    );
  });

  it('[PWB-3] icons without an alarm cover nothing', () => {
    fc.assert(
      fc.property(anyCandidates, (candidates) => {
        const boxes = planPermits(candidates).map(({ candidate: { xPx, yPx, alarmLevel }, asidePx, upPx }) => {
          const half = (alarmLevel > 0 ? 46 : 36) / 2;
          return { x: xPx + asidePx, bottom: yPx - upPx, half, alarmLevel };
        });
        for (const [i, a] of boxes.entries()) {
          for (const b of boxes.slice(i + 1)) {
            if (a.alarmLevel > 0 && b.alarmLevel > 0) continue;
            const isApart =
              Math.abs(a.x - b.x) >= a.half + b.half - 1e-6 ||
              a.bottom - 2 * a.half >= b.bottom - 1e-6 ||
              b.bottom - 2 * b.half >= a.bottom - 1e-6;
            expect(isApart).toBe(true);
          }
        }
      }),
    );
  });

  it('[PWB-3] of a heap the most important, then the nearest wins, and says how many it stands for', () => {
    const planned = planPermits([
      candidate(0, { rank: 2, distanceM: 10 }),
      candidate(1, { rank: 0, distanceM: 300 }),
      candidate(2, { rank: 0, distanceM: 200 }),
    ]);
    expect(planned).toMatchObject([{ candidate: { ref: 2 }, hidden: [1, 0], asidePx: 0, upPx: 0 }]);
  });

  it('[PWB-4] the chosen one and alarms are drawn though their place is taken, each on its own', () => {
    const planned = planPermits([
      candidate(0),
      candidate(1, { alarmLevel: 3 }),
      candidate(2, { alarmLevel: 1, isWaiting: true }),
      candidate(3, { alarmLevel: 1 }),
      candidate(4, { isSelected: true, distanceM: 9_000 }),
    ]);
    expect(planned.map(({ candidate: { ref } }) => ref)).toEqual([4, 2, 3, 1]);
    expect(new Set(planned.map(({ asidePx, upPx }) => `${asidePx} ${upPx}`)).size).toBe(4);
    expect(planned[0]).toMatchObject({ asidePx: 0, upPx: 0, hidden: [0] });
  });

  it('[PWB-4] of more alarms than can be told apart the last go into a count, with their level', () => {
    const heap = Array.from({ length: ALARMED_ICONS + 5 }, (_, ref) => candidate(ref, { alarmLevel: 2 }));
    const planned = planPermits(heap);
    expect(planned).toHaveLength(ALARMED_ICONS);
    expect(planned[0]).toMatchObject({ hiddenLevel: 2 });
    expect(planned[0]?.hidden).toHaveLength(5);
  });

  it('[PWB-3] 2,000 permits are no more icons than can be read, and all are counted', () => {
    const many = Array.from({ length: 2_000 }, (_, ref) =>
      candidate(ref, { xPx: (ref % 50) * 38, yPx: Math.floor(ref / 50) * 38 }),
    );
    const planned = planPermits(many);
    expect(planned.length).toBeLessThanOrEqual(ICON_POOL);
    expect(planned.length).toBeGreaterThan(10);
    expect(planned.reduce((sum, { hidden }) => sum + 1 + hidden.length, 0)).toBe(many.length);
  });

  it('[PWB-3] a larger type asks for more room', () => {
    const apart = [candidate(0), candidate(1, { xPx: 540 })];
    expect(planPermits(apart)).toHaveLength(2);
    expect(planPermits(apart, 2)).toHaveLength(1);
  });
});
