import { describe, expect, test } from 'vitest';
import { runToEnd, Slices, type Steps } from './slices.ts';

function* count(to: number, onStep: (step: number) => void): Steps<number> {
  for (let step = 1; step <= to; step++) {
    onStep(step);
    yield;
  }
  return to;
}

/** A clock that moves by one with each step. */
const stepClock = () => {
  let nowMs = 0;
  return { nowMs: () => nowMs, step: () => void nowMs++ };
};

describe('runToEnd', () => {
  test('gives the result of all steps', () => {
    const steps: number[] = [];
    expect(runToEnd(count(3, (step) => steps.push(step)))).toBe(3);
    expect(steps).toEqual([1, 2, 3]);
  });
});

describe('Slices', () => {
  test('[ING-32] between two slices other work of the event loop gets its turn', async () => {
    const clock = stepClock();
    const slices = new Slices(10, clock.nowMs);
    const stepsSeen: number[] = [];
    let steps = 0;
    let isOver = false;
    const look = (): void => {
      stepsSeen.push(steps);
      if (!isOver) setImmediate(look);
    };
    setImmediate(look);
    const result = await slices.run(
      count(35, (step) => {
        steps = step;
        clock.step();
      }),
    );
    isOver = true;
    expect(result).toBe(35);
    expect(stepsSeen.slice(0, 4)).toEqual([0, 10, 20, 30]);
  });

  test('[ING-32] many at once take turns: one slice in each turn of the event loop', async () => {
    const clock = stepClock();
    const slices = new Slices(10, clock.nowMs);
    let stepsOfTurn = 0;
    let most = 0;
    let isOver = false;
    const look = (): void => {
      most = Math.max(most, stepsOfTurn);
      stepsOfTurn = 0;
      if (!isOver) setImmediate(look);
    };
    setImmediate(look);
    const onStep = (): void => {
      stepsOfTurn++;
      clock.step();
    };
    const results = await Promise.all([20, 30, 25, 5].map((to) => slices.run(count(to, onStep))));
    isOver = true;
    expect(results).toEqual([20, 30, 25, 5]);
    expect(most).toBeLessThanOrEqual(10);
  });

  test('what a step throws is the answer, and others go on', async () => {
    const slices = new Slices(1);
    function* failing(): Steps<number> {
      yield;
      throw new Error('a step failed');
    }
    const [failed, fine] = await Promise.allSettled([slices.run(failing()), slices.run(count(5, () => {}))]);
    expect(failed).toMatchObject({ status: 'rejected', reason: { message: 'a step failed' } });
    expect(fine).toEqual({ status: 'fulfilled', value: 5 });
  });
});
