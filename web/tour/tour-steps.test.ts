import { describe, expect, it } from 'vitest';
import { cardPlace, TOUR_STEPS } from './tour-steps.ts';

const SCREEN = { width: 1_600, height: 900 };
const CARD = { width: 360, height: 200 };

describe('the tour', () => {
  it('[CON-70] has five or six steps, each about another part', () => {
    expect(TOUR_STEPS.length).toBeGreaterThanOrEqual(5);
    expect(TOUR_STEPS.length).toBeLessThanOrEqual(6);
    expect(new Set(TOUR_STEPS.map(({ selector }) => selector)).size).toBe(TOUR_STEPS.length);
  });

  it('[CON-70] its card stands beside the part that it is about, within the screen', () => {
    const parts = [
      { left: 0, top: 0, width: 1_600, height: 48 },
      { left: 1_208, top: 60, width: 380, height: 760 },
      { left: 12, top: 60, width: 52, height: 760 },
      { left: 0, top: 844, width: 1_600, height: 56 },
      { left: 1_400, top: 8, width: 36, height: 36 },
    ];
    for (const part of parts) {
      const { left, top } = cardPlace(part, CARD, SCREEN);
      expect(left).toBeGreaterThanOrEqual(0);
      expect(top).toBeGreaterThanOrEqual(0);
      expect(left + CARD.width).toBeLessThanOrEqual(SCREEN.width);
      expect(top + CARD.height).toBeLessThanOrEqual(SCREEN.height);
      const isApart =
        left + CARD.width <= part.left ||
        left >= part.left + part.width ||
        top + CARD.height <= part.top ||
        top >= part.top + part.height;
      expect(isApart, JSON.stringify(part)).toBe(true);
    }
  });

  it('[CON-70] stands in the middle of what fills the screen, and of what is not drawn', () => {
    const middle = { left: 620, top: 350 };
    expect(cardPlace({ left: 0, top: 0, ...SCREEN }, CARD, SCREEN)).toEqual(middle);
    expect(cardPlace(null, CARD, SCREEN)).toEqual(middle);
  });
});
