import { describe, expect, it } from 'vitest';
import { measureCrossing, measureRest, measureStanding, NOISE_MODELS } from '../bench/rules/bounds.bench.ts';

/** Seeded: the same numbers everywhere. The whole tables are in docs/measured-bounds.md. */
describe.each(NOISE_MODELS)('under noise, $name', (noise) => {
  it.each([1, 2])(
    '[PER-17] a tag that lies still is seen still, and a walk is seen within seconds, a fix each %d s',
    (intervalS) => {
      const rest = measureRest(noise, intervalS, 40, 3);
      expect(rest.movedPerHour).toBeLessThan(0.4);
      expect(rest.stillIn5MinShare).toBeGreaterThan(0.97);
      expect(rest.walkP95S).toBeLessThanOrEqual(20);
    },
  );

  it('[PER-1] presence at an edge: quiet 3 m outside, quick inside', () => {
    const standing = measureStanding(-3, noise, 2, 60, 5, 'presence');
    // Of an error that lasts 20 s it is the price of counting everybody within seconds (docs/measured-bounds.md).
    expect(standing.raisedPerHour).toBeLessThanOrEqual(noise.name === 'AR(1) 20 s' ? 1.5 : 0.5);
    const crossing = measureCrossing('steps in', 6, noise, 2, 300, 5, 'presence');
    expect(crossing.missedShare).toBe(0);
    expect(crossing.p95S).toBeLessThanOrEqual(15);
  });
});
