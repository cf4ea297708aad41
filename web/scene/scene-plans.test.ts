import { describe, expect, it } from 'vitest';
import { edgePlace, isInside } from './edge-place.ts';
import { LABEL_POOL, type LabelCandidate, planLabels } from './label-plan.ts';
import { sceneProfileFrom } from './scene-profile.ts';
import { trackIndexAt, trackTimeMarks } from './track-time.ts';

const candidate = (ref: number, change: Partial<LabelCandidate> = {}): LabelCandidate => ({
  ref,
  kind: 'person',
  xPx: 100,
  yPx: 100,
  distanceM: 100,
  level: 0,
  isSelected: false,
  ...change,
});
const refs = (candidates: LabelCandidate[]): number[] => planLabels(candidates, 1920).map(({ ref }) => ref);

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

  it('[WEB-6] neighbouring cells stay free, but a red alarm is always named', () => {
    expect(refs([candidate(1, { distanceM: 10 }), candidate(2, { distanceM: 20, xPx: 190 })])).toEqual([1]);
    expect(refs([candidate(1, { level: 1 }), candidate(2, { level: 1 })])).toEqual([1, 2]);
  });

  it('[WEB-6] far people are not named, and never more than the pool', () => {
    expect(refs([candidate(1, { distanceM: 5_000 })])).toEqual([]);
    const many = Array.from({ length: 500 }, (_, i) => candidate(i, { level: 1, xPx: i * 3, yPx: (i * 37) % 1000 }));
    expect(refs(many)).toHaveLength(LABEL_POOL);
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
