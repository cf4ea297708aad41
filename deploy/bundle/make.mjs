/**
 * `npm run bundle`: one file that installs ParkSentry on a machine without a network: the built product, its packages, Node itself and the
 * Debian packages of Redis. PostgreSQL comes with the packages. To be made on a machine like the one it is for (Debian 12, same
 * processor): node deploy/bundle/make.mjs [--out FOLDER]
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureBuilt, ensurePackages, requireNode, root, runScript, SetupError } from '../../scripts/setup.mjs';
import { SHIPPED } from './shipped.mjs';

const { values } = parseArgs({ options: { out: { type: 'string', default: 'dist-bundle' } } });

function run(program, args, options = {}) {
  const done = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024, ...options });
  if (done.status !== 0) throw new SetupError(`${program} ${args.join(' ')}: ${done.stderr || done.error?.message}`);
  return done.stdout;
}

/** What redis-server needs that is not on every Debian. */
function debianPackages() {
  const kinds = ['recommends', 'suggests', 'conflicts', 'breaks', 'replaces', 'enhances'].map((kind) => `--no-${kind}`);
  const listed = run('apt-cache', ['depends', '--recurse', ...kinds, 'redis-server']);
  const names = [...new Set(listed.split('\n').filter((line) => /^[a-z0-9]/.test(line)))];
  const shown = run('apt-cache', ['show', '--no-all-versions', ...names]);
  return shown
    .split('\n\n')
    .filter(
      (entry) => entry.startsWith('Package: ') && !/^(Essential: yes|Priority: (required|important))/m.test(entry),
    )
    .map((entry) => entry.slice('Package: '.length, entry.indexOf('\n')));
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
    const packages = join(top, 'debian');
    mkdirSync(packages);
    run('apt-get', ['download', ...debianPackages()], { cwd: packages });
    cpSync(join(top, 'deploy', 'bundle', 'install.sh'), join(top, 'install.sh'));
    mkdirSync(out, { recursive: true });
    const file = join(out, `${name}.tar.gz`);
    run('tar', ['-czf', file, '--owner=0', '--group=0', '-C', work, name]);
    const sum = createHash('sha256').update(readFileSync(file)).digest('hex');
    writeFileSync(`${file}.sha256`, `${sum}  ${basename(file)}\n`);
    console.log(
      `${file}  ${Math.round(readFileSync(file).length / 1e6)} MB, ${readdirSync(packages).length} Debian packages`,
    );
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

await runScript(async () => {
  requireNode();
  await ensurePackages();
  await ensureBuilt({ web: true });
  make();
});
