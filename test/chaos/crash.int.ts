import { afterAll, describe, expect, it } from 'vitest';
import { CrashPark } from './crash-park.ts';
import { runSchedule } from './run-schedule.ts';
import { scheduleOf, textOf } from './schedule.ts';
import { FAILED, SAMPLE } from './seeds.ts';

describe('seeded schedules of kill -9 and SIGSTOP', () => {
  let park: CrashPark | null = null;

  afterAll(async () => {
    await park?.stop();
  }, 60_000);

  const cases = [...SAMPLE.map((seed) => [seed, 'sample'] as const), ...FAILED];

  it.each(cases)(
    '[CRASH-1] [CRASH-2] [CRASH-3] [CRASH-4] [CRASH-10] seed %i (%s): stored once, alarms as undisturbed, screens converge',
    async (seed) => {
      let problems: readonly string[] = ['it did not end'];
      try {
        park ??= await CrashPark.start();
        problems = await runSchedule(park, scheduleOf(seed));
        expect(problems, `${textOf(scheduleOf(seed))}\nagain: npm run crash -- --seeds 1 --from ${seed}`).toEqual([]);
      } finally {
        if (problems.length > 0) {
          // What it left behind must not be held against the next.
          await park?.stop();
          park = null;
        }
      }
    },
    180_000,
  );
});
