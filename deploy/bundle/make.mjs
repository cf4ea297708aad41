/**
 * `npm run bundle`: one file that installs ParkSentry on a machine without a network: the built product, its packages, Node itself and the
 * Redis of the machine it is made on. PostgreSQL comes with the packages. To be made on a machine like the one it is for (Debian 12, same
 * processor): node deploy/bundle/make.mjs [--out FOLDER]
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import {
  ensureBuilt,
  ensurePackages,
  ensureRedis,
  requireNode,
  root,
  runScript,
  SetupError,
} from '../../scripts/setup.mjs';
import { SHIPPED } from './shipped.mjs';

const { values } = parseArgs({ options: { out: { type: 'string', default: 'dist-bundle' } } });

function run(program, args, options = {}) {
  const done = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024, ...options });
  if (done.status !== 0) throw new SetupError(`${program} ${args.join(' ')}: ${done.stderr || done.error?.message}`);
  return done.stdout;
}

/** Of the C library itself: what is on every Debian, and must be its own. */
const OF_LIBC = /^(linux-vdso|ld-linux|libc|libm|libdl|librt|libpthread)[.-]/;

/** redis-server of this machine with the libraries that it needs, and a script that starts it with them. */
function packRedis(folder) {
  const binary = run('sh', ['-c', 'command -v "$1"', 'sh', process.env.REDIS_SERVER_BIN || 'redis-server']).trim();
  mkdirSync(join(folder, 'lib'), { recursive: true });
  cpSync(realpathSync(binary), join(folder, 'redis-server.bin'));
  for (const [, name, path] of run('ldd', [binary]).matchAll(/^\s*(\S+) => (\/\S+)/gm)) {
    if (!OF_LIBC.test(name)) cpSync(realpathSync(path), join(folder, 'lib', name));
  }
  const start = 'here=$(dirname "$(readlink -f "$0")")\nLD_LIBRARY_PATH=$here/lib exec "$here/redis-server.bin" "$@"\n';
  writeFileSync(join(folder, 'redis-server'), `#!/bin/sh\n${start}`, { mode: 0o755 });
}

function make() {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const name = `parksentry-${version}-${process.platform}-${process.arch}`;
  const out = resolve(root, values.out);
  const work = mkdtempSync(join(tmpdir(), 'parksentry-bundle-'));
  const top = join(work, name);
  try {
    for (const path of [...SHIPPED, 'package-lock.json', 'deploy']) {
      mkdirSync(dirname(join(top, path)), { recursive: true });
      cpSync(join(root, path), join(top, path), { recursive: true });
    }
    run('npm', ['ci', '--omit=dev', '--no-fund', '--no-audit'], { cwd: top });
    cpSync(process.execPath, join(top, 'bin', 'node'));
    packRedis(join(top, 'redis'));
    cpSync(join(top, 'deploy', 'bundle', 'install.sh'), join(top, 'install.sh'));
    mkdirSync(out, { recursive: true });
    const file = join(out, `${name}.tar.gz`);
    run('tar', ['-czf', file, '--owner=0', '--group=0', '-C', work, name]);
    const sum = createHash('sha256').update(readFileSync(file)).digest('hex');
    writeFileSync(`${file}.sha256`, `${sum}  ${basename(file)}\n`);
    console.log(`${file}  ${Math.round(readFileSync(file).length / 1e6)} MB`);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

await runScript(async () => {
  requireNode();
  await ensurePackages();
  await ensureRedis();
  await ensureBuilt({ web: true });
  make();
});
