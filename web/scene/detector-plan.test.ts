import { describe, expect, it } from 'vitest';
import { type DetectorCandidate, planDetectors } from './detector-plan.ts';

const candidate = (ref: number, distanceM: number, isSounding = false): DetectorCandidate => ({
  ref,
  distanceM,
  isSounding,
});

describe('which detectors are drawn', () => {
  it('[SCN-70] quiet ones from near, with words from nearer, the nearest on top', () => {
    const planned = planDetectors([candidate(0, 300), candidate(1, 1_600), candidate(2, 20), candidate(3, 900)]);
    expect(planned).toEqual([
      { ref: 3, isNamed: false },
      { ref: 0, isNamed: true },
      { ref: 2, isNamed: true },
    ]);
  });

  it('[SCN-70] one that sounds is drawn and named from any distance, on top of all', () => {
    const planned = planDetectors([candidate(0, 9_000, true), candidate(1, 20)]);
    expect(planned).toEqual([
      { ref: 1, isNamed: true },
      { ref: 0, isNamed: true },
    ]);
  });

  it('[SCN-70] of many quiet ones the nearest 150 are drawn and the nearest 30 named, and none that sounds is left out', () => {
    const many = Array.from({ length: 400 }, (_, ref) => candidate(ref, 100 + ref / 4, ref >= 380));
    const planned = planDetectors(many);
    expect(planned).toHaveLength(170);
    expect(planned.filter(({ isNamed }) => isNamed)).toHaveLength(50);
    expect(planned.slice(0, 150).map(({ ref }) => ref)).toEqual(Array.from({ length: 150 }, (_, i) => 149 - i));
    expect(planned.slice(150).map(({ ref }) => ref)).toEqual(Array.from({ length: 20 }, (_, i) => 380 + i));
  });
});
