/** `npm run bench`: benchmarks measure built code, so this builds and then runs dist/bench/run.js with the arguments. */
import { join } from 'node:path';
import { ensureBuilt, ensurePackages, ensureRedis, requireNode, root, run, runScript } from './setup.mjs';

await runScript(async () => {
  requireNode();
  await ensurePackages();
  await ensureRedis();
  await ensureBuilt({ web: false });
  return run(process.execPath, ['--expose-gc', join(root, 'dist', 'bench', 'run.js'), ...process.argv.slice(2)]);
});
