/** `npm run bench`: benchmarks measure built code, so this builds (the page too where a bench of it is named) and then runs dist/bench/run.js with the arguments. */
import { join } from 'node:path';
import { ensureBuilt, ensurePackages, ensureRedis, requireNode, root, run, runScript } from './setup.mjs';

const PAGE_BENCH = /page-weight|people|beside-clients|soak/;

await runScript(async () => {
  requireNode();
  await ensurePackages();
  await ensureRedis();
  await ensureBuilt({ web: process.argv.some((arg) => PAGE_BENCH.test(arg)) });
  return run(process.execPath, ['--expose-gc', join(root, 'dist', 'bench', 'run.js'), ...process.argv.slice(2)]);
});
