/**
 * Set-up shared by `npm run demo`, `npm test` and `npm run bench`: packages, system programs, build. It runs before any
 * package is installed, so it uses Node alone. Each step does nothing when there is nothing to do. Without root or apt it
 * says exactly what to install and ends.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../', import.meta.url));

const say = (text) => console.log(`» ${text}`);

export class SetupError extends Error {}

/** Runs `main` and turns what it throws into an exit code: a SetupError is a sentence, anything else a defect. */
export async function runScript(main) {
  try {
    process.exitCode = await main();
  } catch (error) {
    console.error(error instanceof SetupError ? error.message : error);
    process.exitCode = 1;
  }
}

export function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19) || major > 22) {
    throw new SetupError(`Node ${process.versions.node} is not supported: install Node 20.19 or newer, below 23.`);
  }
}

/** Runs a program with our terminal; resolves with its exit code. Ctrl-C reaches it by itself, SIGTERM is passed on. */
export function run(program, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: root, stdio: 'inherit', ...options });
    const passOn = () => child.kill('SIGTERM');
    // The terminal sends Ctrl-C to the child too; we wait for it to end in order.
    const ignore = () => undefined;
    process.on('SIGTERM', passOn).on('SIGINT', ignore);
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      process.off('SIGTERM', passOn).off('SIGINT', ignore);
      resolve(signal === null ? (code ?? 1) : 1);
    });
  });
}

async function runOrFail(what, program, args, options) {
  const code = await run(program, args, options);
  if (code !== 0) throw new SetupError(`${what} failed with exit code ${code}: ${program} ${args.join(' ')}`);
}

/** `npm ci` when node_modules is not what package-lock.json asks for. */
export async function ensurePackages() {
  if (packagesAreCurrent()) return;
  say('installing npm packages (npm ci)');
  await runOrFail('Installing packages', 'npm', ['ci', '--no-fund', '--no-audit']);
}

/** Compares with npm's own record of what it put there; packages for other platforms may be absent. */
function packagesAreCurrent() {
  const record = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(record)) return false;
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const installed = JSON.parse(readFileSync(record, 'utf8')).packages;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '') return true;
    const found = installed[path];
    return found === undefined
      ? entry.optional === true
      : found.version === entry.version && found.integrity === entry.integrity;
  });
}

const answers = (program, args = ['--version']) => spawnSync(program, args, { stdio: 'ignore' }).status === 0;

/** redis-server, unless REDIS_URL names a running one. */
export async function ensureRedis() {
  if (process.env.REDIS_URL || answers(process.env.REDIS_SERVER_BIN || 'redis-server')) return;
  await installFromApt(['redis-server'], {
    macos: 'brew install redis',
    fedora: 'dnf install redis',
    instead: 'or set REDIS_URL to a running Redis 7.0 or newer',
  });
}

/**
 * ffmpeg and a font with Chinese characters, for the pictures of demonstrations. The park runs without: its page then says that ffmpeg
 * is missing, so nothing here ends the set-up.
 */
export async function ensurePictures() {
  const missing = [];
  if (!answers(process.env.FFMPEG_BIN || 'ffmpeg', ['-version'])) missing.push('ffmpeg');
  if (!hasChineseFont()) missing.push('fonts-noto-cjk');
  if (missing.length === 0) return;
  try {
    await installFromApt(missing, {
      macos: 'brew install ffmpeg',
      fedora: 'dnf install ffmpeg google-noto-sans-cjk-fonts',
      instead: 'or go on without pictures of cameras',
    });
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    say(`going on without: ${error.message}`);
  }
}

/** Chromium and a font with Chinese characters, for the end-to-end tests. */
export async function ensureBrowser() {
  const missing = [];
  if (!['chromium', 'chromium-browser', 'google-chrome'].some((name) => answers(name))) missing.push('chromium');
  if (!hasChineseFont()) missing.push('fonts-noto-cjk');
  if (missing.length === 0) return;
  await installFromApt(missing, {
    macos: 'brew install --cask chromium',
    fedora: 'dnf install chromium google-noto-sans-cjk-fonts',
    instead: 'or run the other tests alone: npm test -- --project unit --project int',
  });
}

function hasChineseFont() {
  const list = spawnSync('fc-list', [':lang=zh', 'family'], { encoding: 'utf8' });
  return list.status === 0 && list.stdout.trim() !== '';
}

async function installFromApt(packages, { macos, fedora, instead }) {
  const names = packages.join(' ');
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    throw new SetupError(
      `Missing: ${names}. Install it, then run this again:\n  Debian, Ubuntu: sudo apt-get install ${names}\n  Fedora: sudo ${fedora}\n  macOS: ${macos}\n${instead}.`,
    );
  }
  say(`installing from apt: ${names}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (args) => runOrFail('apt-get', 'apt-get', ['-qq', '-o', 'Acquire::Retries=3', ...args], { env });
  const allowServices = holdServices();
  try {
    await apt(['update']);
    await apt(['install', '-y', '--no-install-recommends', ...packages]);
  } finally {
    allowServices();
  }
}

/**
 * Debian starts a server as it is installed, and again at each boot; ParkSentry runs one of its own. A policy file keeps
 * it from starting now; afterwards it is taken out of the boot.
 */
function holdServices() {
  const policy = '/usr/sbin/policy-rc.d';
  const isOurs = !existsSync(policy);
  if (isOurs) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  return () => {
    if (isOurs) rmSync(policy, { force: true });
    if (answers('systemctl')) spawnSync('systemctl', ['disable', 'redis-server'], { stdio: 'ignore' });
  };
}

const SERVER_FOLDERS = [
  'core',
  'standard',
  'registers',
  'geo',
  'alarms',
  'engine',
  'ingest',
  'stream',
  'db',
  'admin',
  'security',
  'server',
  'bench',
];
const WEB_FOLDERS = ['web', 'core', 'standard', 'registers', 'geo', 'alarms', 'stream/protocol'];
const SHARED_FILES = ['package-lock.json', 'tsconfig.json', 'tsconfig.build.json'];

/** Builds dist/ and dist/web/ when their sources are not those of the last build. */
export async function ensureBuilt({ web }) {
  await buildWhenChanged('server', SERVER_FOLDERS, 'server/park.js');
  if (web) await buildWhenChanged('web', WEB_FOLDERS, 'web/index.html');
}

async function buildWhenChanged(part, folders, result) {
  const stamp = join(root, 'dist', `.sources-${part}`);
  const hash = hashSources(folders);
  const isCurrent = existsSync(join(root, 'dist', result)) && existsSync(stamp) && readFileSync(stamp, 'utf8') === hash;
  if (isCurrent) return;
  say(`building ${part}`);
  rmSync(stamp, { force: true });
  // Without its record tsc would not write again what someone removed from dist.
  if (part === 'server') rmSync(join(root, 'dist', '.tsbuildinfo'), { force: true });
  await runOrFail(`Building ${part}`, 'npm', ['run', '--silent', `build:${part}`]);
  mkdirSync(join(root, 'dist'), { recursive: true });
  writeFileSync(stamp, hash);
}

function hashSources(folders) {
  const hash = createHash('sha256');
  const add = (path) =>
    hash
      .update(`${relative(root, path)}\0`)
      .update(readFileSync(path))
      .update('\0');
  const walk = (folder) => {
    const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of entries) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) walk(path);
      else if (!/\.(test|int|e2e)\.ts$/.test(entry.name)) add(path);
    }
  };
  for (const file of SHARED_FILES) add(join(root, file));
  for (const folder of folders) if (existsSync(join(root, folder))) walk(join(root, folder));
  return hash.digest('hex');
}
