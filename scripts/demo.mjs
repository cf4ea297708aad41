/** `npm run demo`: installs and builds what is missing, then becomes `park up` with the same arguments. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ensureBuilt, ensurePackages, ensurePictures, ensureRedis, requireNode, runScript } from './setup.mjs';

await runScript(async () => {
  requireNode();
  // REDIS_URL may stand there; what the environment says wins.
  if (existsSync('.env')) process.loadEnvFile('.env');
  await ensurePackages();
  await ensureRedis();
  await ensurePictures();
  await ensureBuilt({ web: true });
});

// In this process, not in a child: Ctrl-C then ends one thing, once, in order.
if (process.exitCode === undefined) {
  // What a demonstration on this machine may do without; what the environment says wins.
  process.env['PARK_DEMO_SIGN_IN'] ??= 'true';
  const park = new URL('../bin/park', import.meta.url);
  process.argv = [process.argv[0], fileURLToPath(park), 'up', ...process.argv.slice(2)];
  await import(park.href);
}
