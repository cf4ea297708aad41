import { describe, expect, it } from 'vitest';
import { isBefore, MADE_OUT_WITHIN_M } from './sight.ts';

const canvas = { contains: (other: string) => other === 'canvas' };

describe('what lies before the operator', () => {
  it('[CON-20] is near enough, on the map, with nothing of the page over it', () => {
    expect(isBefore(MADE_OUT_WITHIN_M, () => 'canvas', canvas)).toBe(true);
    expect(isBefore(MADE_OUT_WITHIN_M + 1, () => 'canvas', canvas)).toBe(false);
    expect(isBefore(10, () => 'panel', canvas)).toBe(false);
    expect(isBefore(10, () => null, canvas)).toBe(false);
  });
});
