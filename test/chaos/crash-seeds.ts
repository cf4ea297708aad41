/** Runs many schedules and says which failed: `npm run crash -- --seeds 200 [--from N]`. */
import { parseArgs } from 'node:util';
import { CrashPark } from './crash-park.ts';
import { runSchedule } from './run-schedule.ts';
import { scheduleOf, textOf } from './schedule.ts';

const { values } = parseArgs({
  options: { seeds: { type: 'string', default: '50' }, from: { type: 'string', default: '1' } },
});
const [from, count] = [Number(values.from), Number(values.seeds)];
if (!Number.isSafeInteger(from) || !Number.isSafeInteger(count) || count < 1) {
  console.error('usage: npm run crash -- [--seeds N] [--from SEED]');
  process.exit(2);
}

let park: CrashPark | null = null;
const failed: number[] = [];
for (let seed = from; seed < from + count; seed++) {
  const startedAtMs = performance.now();
  let problems: string[];
  try {
    park ??= await CrashPark.start();
    problems = await runSchedule(park, scheduleOf(seed));
  } catch (error) {
    problems = [error instanceof Error ? (error.stack ?? error.message) : String(error)];
  }
  const tookS = ((performance.now() - startedAtMs) / 1_000).toFixed(1);
  console.log(`${problems.length === 0 ? 'passed' : 'FAILED'} seed ${seed} in ${tookS} s`);
  if (problems.length === 0) continue;
  failed.push(seed);
  console.log(`${textOf(scheduleOf(seed))}\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
  // What it left behind must not be held against the next.
  await park?.stop().catch((error: unknown) => console.error(error));
  park = null;
}
await park?.stop();
console.log(`${count - failed.length} passed, ${failed.length} failed`);
for (const seed of failed) console.log(`again: npm run crash -- --seeds 1 --from ${seed}`);
process.exit(failed.length === 0 ? 0 : 1);
