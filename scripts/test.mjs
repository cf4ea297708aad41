/**
 * `npm test`: sets up, builds, runs every test, and ends with one line `N passed, N failed[, N skipped]` taken from the
 * report. Arguments go to vitest: `npm test -- --project unit geo`. The exit code is not 0 when a test failed, when none
 * ran, and when vitest met an error outside the tests.
 */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  ensureBrowser,
  ensureBuilt,
  ensurePackages,
  ensurePictures,
  ensureRedis,
  requireNode,
  root,
  run,
  runScript,
} from './setup.mjs';
import { summarise } from './test-summary.mjs';

const reportFile = join(root, 'test-results', 'report.json');

await runScript(async () => {
  const args = process.argv.slice(2);
  requireNode();
  await ensurePackages();
  const projects = chosenProjects(args);
  if (projects.has('int') || projects.has('e2e')) await ensureRedis();
  if (projects.has('int') || projects.has('e2e')) await ensurePictures();
  if (projects.has('e2e')) await ensureBrowser();
  // Processes of the integration and end-to-end tests are the built ones.
  if (projects.has('int') || projects.has('e2e')) await ensureBuilt({ web: projects.has('e2e') });
  rmSync(reportFile, { force: true });
  mkdirSync(join(root, 'test-results'), { recursive: true });
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`];
  const code = await run(process.execPath, [vitest, 'run', ...reporters, ...args]);
  return conclude(code);
});

/** Of `--project x` and `--project=x`; all when none is named. */
function chosenProjects(args) {
  const named = args.flatMap((arg, i) => {
    if (arg === '--project') return [args[i + 1] ?? ''];
    return arg.startsWith('--project=') ? [arg.slice('--project='.length)] : [];
  });
  const all = ['unit', 'int', 'e2e'];
  const known = named.filter((name) => all.includes(name));
  return new Set(known.length === named.length && known.length > 0 ? known : all);
}

function conclude(code) {
  const report = existsSync(reportFile) ? JSON.parse(readFileSync(reportFile, 'utf8')) : undefined;
  const { line, problems, exitCode } = summarise(report, code);
  for (const problem of problems) console.error(problem);
  console.log(line);
  return exitCode;
}
