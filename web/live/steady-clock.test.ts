import { expect, test } from 'vitest';
import { SteadyClock } from './steady-clock.ts';

function stage() {
  const at = { wallMs: 1_000_000, steadyMs: 50 };
  const clock = new SteadyClock({ wallMs: () => at.wallMs, steadyMs: () => at.steadyMs });
  const pass = (wallMs: number, steadyMs = wallMs): void => {
    at.wallMs += wallMs;
    at.steadyMs += steadyMs;
  };
  return { clock, pass };
}

test('[STAY-1] time goes on evenly, whatever the workstation’s clock is set to', () => {
  const { clock, pass } = stage();
  pass(5_000);
  expect(clock.nowMs()).toBe(1_005_000);
  pass(-3_600_000, 1_000);
  expect(clock.nowMs()).toBe(1_006_000);
});

test('[STAY-2] a clock that was set, a sleep, and a look that came late are told apart', () => {
  const { clock, pass } = stage();
  pass(1_000);
  expect(clock.look()).toBe('none');
  pass(3_600_000, 500);
  expect(clock.look()).toBe('clock-set');
  pass(-60_000, 500);
  expect(clock.look()).toBe('clock-set');
  pass(60_000, 60_000);
  expect(clock.look()).toBe('not-looked');
  pass(1_500, 500);
  expect(clock.look()).toBe('none');
});
