import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { edgePlace, isInside } from './edge-place.ts';
import { ALARM_LABELS, LABEL_POOL, type LabelCandidate, planLabels } from './label-plan.ts';
import { freeHeight, NAMED_POINTERS, type OutsideAlarm, type PointerBox, planPointers } from './pointer-plan.ts';
import { sceneProfileFrom } from './scene-profile.ts';
import { trackIndexAt, trackTimeMarks } from './track-time.ts';

const candidate = (ref: number, change: Partial<LabelCandidate> = {}): LabelCandidate => ({
  ref,
  kind: 'person',
  xPx: 100,
  yPx: 100,
  distanceM: 100,
  level: 0,
  isSos: false,
  isWaiting: false,
  isSelected: false,
  ...change,
});
const NAME = '越界 · 钱一帆';
const refs = (candidates: LabelCandidate[]): number[] =>
  planLabels(candidates, () => NAME).map(({ candidate: { ref } }) => ref);

describe('labels', () => {
  it('[WEB-6] the selected person first, then alarms by level, then areas, then the nearest', () => {
    const far = (ref: number, change: Partial<LabelCandidate>) => candidate(ref, { xPx: ref * 400, ...change });
    expect(
      refs([
        far(0, { distanceM: 50 }),
        far(1, { kind: 'company', distanceM: 5_000 }),
        far(2, { level: 2, distanceM: 5_000 }),
        far(3, { level: 1, distanceM: 5_000 }),
        far(4, { isSelected: true, distanceM: 5_000 }),
      ]),
    ).toEqual([4, 3, 2, 1, 0]);
  });

  it('[WEB-6] a label covers no other; a red one whose place is taken stands over it', () => {
    expect(refs([candidate(1, { distanceM: 10 }), candidate(2, { distanceM: 20, xPx: 150 })])).toEqual([1]);
    expect(refs([candidate(1, { level: 2 }), candidate(2, { level: 2 })])).toEqual([1]);
    const red = planLabels([candidate(1, { level: 1 }), candidate(2, { level: 1 })], () => NAME);
    expect(red.map(({ upPx }) => upPx > 0)).toEqual([false, true]);
  });

  it('[WEB-6] a label keeps off the pointers, but the selected one is always named', () => {
    const pointer = { left: 0, right: 300, top: 80, bottom: 110 };
    const named = (change: Partial<LabelCandidate>) =>
      planLabels([candidate(1, change)], () => NAME, [pointer]).map(({ upPx }) => upPx > 0);
    expect(named({ level: 2 })).toEqual([]);
    expect(named({ level: 1 })).toEqual([true]);
    expect(named({ isSelected: true })).toEqual([false]);
  });

  it('[WEB-6] far people are not named, never more than the pool, and what has no words takes no room', () => {
    expect(refs([candidate(1, { distanceM: 5_000 })])).toEqual([]);
    const many = Array.from({ length: 500 }, (_, i) =>
      candidate(i, { xPx: (i % 10) * 200, yPx: Math.floor(i / 10) * 40 }),
    );
    expect(refs(many)).toHaveLength(LABEL_POOL);
    const planned = planLabels([candidate(1), candidate(2)], ({ ref }) => (ref === 1 ? null : NAME));
    expect(planned.map(({ candidate: { ref } }) => ref)).toEqual([2]);
  });

  it('[WEB-30] of a thousand alarms the gravest are named: calls first, then red ones, and no more than can be read', () => {
    const many = Array.from({ length: 1_000 }, (_, i) =>
      candidate(i, { level: 2 + (i % 3), isWaiting: i % 2 === 0, xPx: (i * 71) % 1900, yPx: (i * 37) % 1000 }),
    );
    const sos = candidate(5_000, { level: 1, isSos: true, isWaiting: true, xPx: 700, yPx: 500, distanceM: 9_000 });
    const red = candidate(5_001, { level: 1, xPx: 702, yPx: 500, distanceM: 1 });
    const chosen = refs([...many, red, sos]);
    expect(chosen.slice(0, 2)).toEqual([5_000, 5_001]);
    expect(chosen).toHaveLength(ALARM_LABELS);
    expect(chosen.slice(2).every((ref) => many[ref]?.level === 2 && many[ref]?.isWaiting)).toBe(true);
  });
});

describe('pointers', () => {
  const insets = { leftPx: 100, rightPx: 300, topPx: 50, bottomPx: 50 };

  it('[WEB-6] an alarm outside the picture is pointed at from the edge that lies toward it', () => {
    const right = edgePlace(5_000, 500, 1_000, 1_000, insets);
    expect(right.arrow).toBe('→');
    expect(right.xPx).toBeCloseTo(700, 6);
    expect(edgePlace(400, -9_000, 1_000, 1_000, insets)).toMatchObject({ yPx: 50, arrow: '↑' });
    expect(edgePlace(-9_000, 500, 1_000, 1_000, insets)).toMatchObject({ xPx: 100, arrow: '←' });
  });

  it('what the panels cover counts as outside', () => {
    expect(isInside(400, 500, 1_000, 1_000, insets)).toBe(true);
    expect(isInside(800, 500, 1_000, 1_000, insets)).toBe(false);
  });

  it('the middle itself has a place too', () => {
    const place = edgePlace(400, 500, 1_000, 1_000, insets);
    expect([place.xPx, place.yPx]).toEqual([400, 500]);
  });
});

const SCREEN = { widthPx: 1_920, heightPx: 1_000, insets: { leftPx: 60, rightPx: 400, topPx: 60, bottomPx: 70 } };
const outside = (ref: number, change: Partial<OutsideAlarm> = {}): OutsideAlarm => ({
  ref,
  kind: 'person',
  xPx: 9_000,
  yPx: 500,
  level: 3,
  isSos: false,
  ...change,
});

describe('pointers of a flood', () => {
  it('[WEB-30] one pointer a direction with its count, at the gravest of them', () => {
    const [east, west] = planPointers(
      [outside(1), outside(2, { level: 2 }), outside(3), outside(4, { xPx: -9_000 })],
      SCREEN,
    );
    expect(east).toMatchObject({ arrow: '→', count: 3, first: { ref: 2 } });
    expect(west).toMatchObject({ arrow: '←', count: 1, first: { ref: 4 } });
  });

  it('[WEB-30] calls and red alarms are pointed at one by one, calls first', () => {
    const planned = planPointers(
      [outside(1), outside(2), outside(3, { level: 1 }), outside(4, { level: 1, isSos: true })],
      SCREEN,
    );
    expect(planned.map(({ first, count }) => [first.ref, count])).toEqual([
      [4, 1],
      [3, 1],
      [1, 2],
    ]);
  });

  it('[WEB-30] however many alarms there are, a dozen pointers, and each alarm is counted once', () => {
    const some = fc.record({
      xPx: fc.integer({ min: -20_000, max: 20_000 }),
      yPx: fc.integer({ min: -20_000, max: 20_000 }),
      level: fc.integer({ min: 1, max: 4 }),
      isSos: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(some, { maxLength: 300 }), (list) => {
        const planned = planPointers(
          list.map((one, ref) => outside(ref, one)),
          SCREEN,
        );
        expect(planned.length).toBeLessThanOrEqual(NAMED_POINTERS + 8);
        expect(planned.reduce((sum, { count }) => sum + count, 0)).toBe(list.length);
        if (list.some(({ isSos }) => isSos)) expect(planned[0]?.first.isSos).toBe(true);
      }),
    );
  });

  it('[WEB-30] a pointer gives way to those placed before it and stays between the panels', () => {
    const box = { xPx: 1_500, yPx: 930, widthPx: 160, heightPx: 28 };
    const placed: PointerBox[] = [];
    for (let n = 0; n < 12; n++) placed.push({ ...box, yPx: freeHeight(box, placed, SCREEN) });
    const heights = placed.map(({ yPx }) => yPx).sort((a, b) => a - b);
    for (const [n, yPx] of heights.entries()) {
      expect(yPx).toBeLessThanOrEqual(930);
      if (n > 0) expect(yPx - (heights[n - 1] as number)).toBeGreaterThanOrEqual(box.heightPx);
    }
  });
});

describe('track time', () => {
  const times = [1_000, 2_000, 4_000];

  it('[WEB-7] finds the moment between two fixes', () => {
    expect(trackIndexAt(times, 1_500, 0)).toBe(0.5);
    expect(trackIndexAt(times, 3_000, 0)).toBe(1.5);
    expect(trackIndexAt(times, 4_000, 0)).toBe(2);
  });

  it('[WEB-7] outside the track by more than the slack nobody is shown', () => {
    expect(trackIndexAt(times, 500, 400)).toBeNull();
    expect(trackIndexAt(times, 700, 400)).toBe(0);
    expect(trackIndexAt(times, 9_000, 400)).toBeNull();
    expect(trackIndexAt([], 1_000, 9_999)).toBeNull();
  });

  it('marks the first fix of each period', () => {
    expect(trackTimeMarks([50, 90, 110, 150, 320], 100)).toEqual([2, 4]);
  });
});

describe('profile', () => {
  it('is the cheap one only when asked', () => {
    expect(sceneProfileFrom('').name).toBe('full');
    expect(sceneProfileFrom('?profile=test').name).toBe('test');
    expect(sceneProfileFrom('?profile=other').name).toBe('full');
  });
});
