import { describe, expect, it } from 'vitest';
import { connectionHealth } from './connection-health.ts';
import { FrameAge } from './frame-age.ts';

describe('connection health', () => {
  it.each([
    ['open', 0, 1000, 'live'],
    ['open', 3_400, 1000, 'live'],
    ['open', 3_401, 1000, 'stale'],
    ['open', 10_001, 1000, 'lost'],
    ['open', 1_001, 200, 'stale'],
    ['open', 9_000, 200, 'stale'],
    ['open', 40_000, 5_000, 'stale'],
    ['open', null, 1000, 'connecting'],
    ['connecting', null, 1000, 'connecting'],
    ['connecting', 500, 1000, 'stale'],
    ['waiting', 500, 1000, 'lost'],
    ['waiting', null, 1000, 'lost'],
    ['ended', 500, 1000, 'ended'],
  ] as const)('[WEB-13] %s, frame %s ms old, tick %i ms: %s', (phase, ageMs, tickMs, health) => {
    expect(connectionHealth({ phase }, ageMs, tickMs)).toBe(health);
  });
});

describe('frame age', () => {
  it('[WEB-13] counts from the newest engine time, so a repeated picture does not look fresh', () => {
    const age = new FrameAge();
    expect(age.ageMs(0)).toBeNull();
    age.take(10_000, 500, 10_050);
    expect(age.ageMs(700)).toBe(200);
    age.take(10_000, 20_500, 30_050);
    expect(age.ageMs(20_500)).toBe(20_000);
    age.take(31_000, 21_000, 31_020);
    expect(age.ageMs(21_000)).toBe(0);
  });

  it('[WEB-13] an old first picture is old at once; small differences of clocks are not', () => {
    const old = new FrameAge();
    old.take(10_000, 500, 70_000);
    expect(old.ageMs(500)).toBe(60_000);
    const skewed = new FrameAge();
    skewed.take(10_000, 500, 12_000);
    expect(skewed.ageMs(500)).toBe(0);
    const ahead = new FrameAge();
    ahead.take(10_000, 500, 9_000);
    expect(ahead.ageMs(500)).toBe(0);
  });

  it('takes a smaller engine time after a reset', () => {
    const age = new FrameAge();
    age.take(10_000, 500, 10_000);
    age.reset();
    age.take(4_000, 900, 4_000);
    expect(age.ageMs(1_000)).toBe(100);
  });
});
