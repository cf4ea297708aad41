import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LOSS_WINDOW_MS, LOSSES_MAX, SceneRecovery } from './scene-recovery.ts';

describe('recovery of the scene', () => {
  it('[SCN-8] the scene comes back within seconds, later each time, until it failed too often within a minute', () => {
    const recovery = new SceneRecovery();
    const delays = Array.from({ length: LOSSES_MAX + 1 }, (_, i) => recovery.lost(i * 5_000));
    expect(delays.at(-1)).toBeNull();
    const given = delays.slice(0, -1) as number[];
    expect(given.every((ms, i) => ms <= 3_000 && ms > (given[i - 1] ?? 0))).toBe(true);
  });

  it('[SCN-8] losses of more than a minute ago are forgotten', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 50_000 }), { maxLength: 20 }), (gapsMs) => {
        const recovery = new SceneRecovery();
        let nowMs = 0;
        for (const gapMs of gapsMs) {
          nowMs += gapMs;
          recovery.lost(nowMs);
        }
        expect(recovery.lost(nowMs + LOSS_WINDOW_MS)).not.toBeNull();
      }),
    );
  });
});
