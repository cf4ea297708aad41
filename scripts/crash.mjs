/**
 * `npm run crash -- --seeds 200 [--from N]`: many schedules of kill -9 and SIGSTOP against a whole park; prints the failed
 * seeds and how to run one again (test/chaos/crash-seeds.ts).
 */
import { join } from 'node:path';
import { ensureBuilt, ensurePackages, ensureRedis, requireNode, root, run, runScript } from './setup.mjs';

await runScript(async () => {
  requireNode();
  await ensurePackages();
  await ensureRedis();
  await ensureBuilt({ web: false });
  const suite = join(root, 'test', 'chaos', 'crash-seeds.ts');
  return run(process.execPath, ['--import', 'tsx', suite, ...process.argv.slice(2)]);
});
