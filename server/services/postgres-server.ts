/**
 * A private PostgreSQL for a data folder, driven through its own programs: we own the server process, give every
 * setting on its command line, and end it by its documented signals. It listens on 127.0.0.1 only, with a random
 * password and port that the folder keeps. The cluster lies in `<data>/postgres`, or, when the account that must own
 * it cannot get there, under REACHABLE_ROOT with a note in the data folder. A server left over by a killed owner is
 * ended first. Called by server/cli/up.ts and test/services.setup.ts.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../core/errors.ts';
import { pause } from '../../core/pause.ts';
import { claimFolder, keptPort, keptSecret, writePrivateFile } from './kept.ts';
import { postgresUrlFrom } from './known-urls.ts';
import {
  canReach,
  postgresEnvironment,
  postgresHome,
  REACHABLE_ROOT,
  type RunAs,
  runAs,
  spawnIdentity,
} from './postgres-binaries.ts';
import {
  type EmbeddedServer,
  type EndStep,
  endProcess,
  followChild,
  isRunning,
  processesIn,
  readPidFile,
  spawnServer,
  tailOf,
  waitUntilReady,
  worksIn,
} from './process.ts';

export interface PostgresServerOptions {
  readonly dataFolder: string;
  /** Default 512. */
  readonly sharedBuffersMb?: number;
  /** Default 100. */
  readonly maxConnections?: number;
  /** Default true; see spawnServer. */
  readonly endsWithOwner?: boolean;
  /** Recovery after a crash replays up to max_wal_size; default 300,000. */
  readonly startTimeoutMs?: number;
  /** Copy each finished segment of the write-ahead log into `spoolOf(place)`, for backups; default false. */
  readonly archivesWal?: boolean;
}

export interface PostgresServer extends EmbeddedServer {
  /** The folder that holds the data, which may lie outside the data folder. */
  readonly place: string;
}

const USER = 'parksentry';
const DATABASE = 'parksentry';
/** The cluster's folder inside its place, and where finished segments of its write-ahead log wait for the backup. */
const CLUSTER = 'cluster';
export const clusterOf = (place: string): string => join(place, CLUSTER);
export const spoolOf = (place: string): string => join(place, 'wal-spool');
/** A segment is finished at least this often while anything is written. */
const WAL_SEGMENT_LIMIT_S = 60;

/** INT: fast shutdown (roll back and end); QUIT: immediate, recovery at the next start; KILL only when both fail. */
const END_STEPS: readonly EndStep[] = [
  { signal: 'SIGINT', waitMs: 20_000 },
  { signal: 'SIGQUIT', waitMs: 5_000 },
  { signal: 'SIGKILL', waitMs: 5_000 },
];

const ORPHANS_LIMIT_MS = 10_000;
const ORPHANS_POLL_MS = 50;
const MAX_LOG_BYTES = 10_000_000;

export async function startPostgresServer(options: PostgresServerOptions): Promise<PostgresServer> {
  const user = runAs();
  const home = postgresHome(user);
  const noteFolder = join(options.dataFolder, 'postgres-kept');
  mkdirSync(noteFolder, { recursive: true });
  chmodSync(noteFolder, 0o700);
  const release = claimFolder(noteFolder);
  try {
    const password = keptSecret(join(noteFolder, 'password'), 24);
    const place = placeOfCluster(options.dataFolder, noteFolder, user);
    const clusterFolder = join(place, CLUSTER);
    if (!existsSync(clusterFolder)) createCluster(home, place, password, user);
    const settings = options.archivesWal === true ? archiveSettings(place, user) : [];
    const server = await start({ home, clusterFolder, noteFolder, password, user, options, settings });
    return {
      ...server,
      place,
      stop: async () => {
        await server.stop();
        release();
      },
    };
  } catch (error) {
    release();
    throw error;
  }
}

/** The folder around the cluster of a data folder; undefined: none was ever made there. */
export function knownPlace(dataFolder: string): string | undefined {
  const note = join(dataFolder, 'postgres-kept', 'place');
  return existsSync(note) ? readFileSync(note, 'utf8').trim() : undefined;
}

/**
 * Hidden first, synced, then renamed, and the name synced: what has its name is whole, and PostgreSQL forgets only what has one. A segment offered again after a crash is already there,
 * or was shipped on and is copied once more.
 */
function archiveSettings(place: string, user: RunAs): string[] {
  const spool = spoolOf(place);
  makeFolder(spool, user);
  const copy = `cp "%p" "${spool}/.%f" && sync "${spool}/.%f" && mv "${spool}/.%f" "${spool}/%f" && sync "${spool}"`;
  return ['archive_mode=on', `archive_command=${copy}`, `archive_timeout=${WAL_SEGMENT_LIMIT_S}`];
}

/**
 * Makes the cluster of a data folder out of a base backup: `fill` puts the files into the folder it is given, and the
 * unpacked write-ahead log into the other. Replays the log to its end, and gives the database a new password. Throws
 * CONFLICT when the data folder has a cluster already.
 */
export async function restorePostgresCluster(
  options: PostgresServerOptions,
  fill: (clusterFolder: string, walFolder: string) => Promise<void>,
): Promise<void> {
  const user = runAs();
  const home = postgresHome(user);
  const noteFolder = join(options.dataFolder, 'postgres-kept');
  mkdirSync(noteFolder, { recursive: true });
  chmodSync(noteFolder, 0o700);
  const release = claimFolder(noteFolder);
  try {
    const password = keptSecret(join(noteFolder, 'password'), 24);
    const place = placeOfCluster(options.dataFolder, noteFolder, user);
    if (existsSync(clusterOf(place))) throw new AppError('CONFLICT', { detail: `${place} holds a database already` });
    // Beside its place until it is whole: a restore that ends half-way leaves nothing that would be started.
    const clusterFolder = join(place, 'restored');
    const walFolder = join(place, 'restored-wal');
    for (const folder of [clusterFolder, walFolder]) {
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder, { recursive: true, mode: 0o700 });
    }
    await fill(clusterFolder, walFolder);
    writePrivateFile(join(clusterFolder, 'recovery.signal'), '');
    for (const folder of [clusterFolder, walFolder]) ownTree(folder, user);
    const settings = [
      `restore_command=cp "${walFolder}/%f" "%p"`,
      'recovery_target_timeline=latest',
      // Ready then means: recovery is over.
      'hot_standby=off',
    ];
    const server = await start({ home, clusterFolder, noteFolder, password, user, options, settings });
    await server.stop();
    const sql = `ALTER USER ${USER} PASSWORD '${password}';\n`;
    runProgram(join(home, 'bin', 'postgres'), user, ['--single', '-D', clusterFolder, 'postgres'], sql);
    renameSync(clusterFolder, clusterOf(place));
    rmSync(walFolder, { recursive: true, force: true });
  } finally {
    release();
  }
}

function ownTree(folder: string, { uid, gid }: RunAs): void {
  if (uid === undefined || gid === undefined) return;
  chownSync(folder, uid, gid);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) ownTree(path, { uid, gid });
    else chownSync(path, uid, gid);
  }
}

/** The folder around the cluster, decided at the first start and noted, so that a later start never makes a second, empty one. */
function placeOfCluster(dataFolder: string, noteFolder: string, user: RunAs): string {
  const note = join(noteFolder, 'place');
  if (existsSync(note)) {
    const noted = readFileSync(note, 'utf8').trim();
    if (existsSync(join(noted, CLUSTER))) return noted;
  }
  const inData = join(realpathSync(dataFolder), 'postgres');
  const place = makeFolder(inData, user)
    ? inData
    : join(REACHABLE_ROOT, createHash('sha256').update(realpathSync(dataFolder)).digest('hex').slice(0, 12));
  if (place !== inData && !makeFolder(place, user)) {
    throw new AppError('DATABASE_UNAVAILABLE', {
      detail: `the user ${USER} can write neither ${inData} nor ${place}; set PARK_DATA_DIR to a folder that every user can enter`,
    });
  }
  writePrivateFile(note, `${place}\n`);
  return place;
}

/** Makes the folder for its owner only; false when that user cannot use it where it lies. */
function makeFolder(folder: string, user: RunAs): boolean {
  const wasThere = existsSync(folder);
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  chmodSync(folder, 0o700);
  if (user.uid !== undefined && user.gid !== undefined) chownSync(folder, user.uid, user.gid);
  if (canReach(folder, '-w', user)) return true;
  if (!wasThere) rmSync(folder, { recursive: true });
  return false;
}

/** Makes the cluster and its database beside its place and renames it there, so that a kill leaves no half cluster. */
function createCluster(home: string, place: string, password: string, user: RunAs): void {
  const temporary = join(place, 'new');
  const passwordFile = join(place, 'new-password');
  rmSync(temporary, { recursive: true, force: true });
  writePrivateFile(passwordFile, `${password}\n`);
  if (user.uid !== undefined && user.gid !== undefined) chownSync(passwordFile, user.uid, user.gid);
  const locale = process.platform === 'linux' ? 'C.UTF-8' : 'C';
  runProgram(join(home, 'bin', 'initdb'), user, [
    ...['-D', temporary, '-U', USER, '--pwfile', passwordFile],
    ...['-A', 'scram-sha-256', '-E', 'UTF8', `--locale=${locale}`, '--data-checksums', '--no-instructions'],
  ]);
  rmSync(passwordFile);
  // A single-user run makes the database without opening a port.
  const create = `CREATE DATABASE ${DATABASE};\n`;
  runProgram(join(home, 'bin', 'postgres'), user, ['--single', '-D', temporary, 'postgres'], create);
  renameSync(temporary, join(place, CLUSTER));
}

function runProgram(program: string, user: RunAs, args: readonly string[], input = ''): void {
  const run = spawnSync(program, [...args], {
    ...spawnIdentity(user),
    cwd: '/',
    env: { ...postgresEnvironment },
    encoding: 'utf8',
    input,
  });
  if (run.status !== 0) {
    throw new AppError('DATABASE_UNAVAILABLE', {
      detail: `${program} failed: ${run.error?.message ?? `${run.stdout}${run.stderr}`.trim().slice(-1500)}`,
    });
  }
}

interface StartInput {
  readonly home: string;
  readonly clusterFolder: string;
  readonly noteFolder: string;
  readonly password: string;
  readonly user: RunAs;
  readonly options: PostgresServerOptions;
  /** More settings than every server has. */
  readonly settings: readonly string[];
}

async function start(input: StartInput): Promise<EmbeddedServer> {
  const { home, clusterFolder, noteFolder, options, user } = input;
  const pidFile = join(clusterFolder, 'postmaster.pid');
  await endLeftover(pidFile, clusterFolder);
  const port = await keptPort(join(noteFolder, 'port'));
  const logFile = join(noteFolder, 'postgres.log');
  const logFd = openLog(logFile);
  const settings = [...serverSettings(port, options), ...input.settings].flatMap((setting) => ['-c', setting]);
  const child = spawnServer(join(home, 'bin', 'postgres'), ['-D', clusterFolder, ...settings], {
    ...spawnIdentity(user),
    cwd: '/',
    env: { ...postgresEnvironment },
    stdio: ['ignore', logFd, logFd],
    signalOnParentDeath: (options.endsWithOwner ?? true) ? 'SIGINT' : undefined,
  });
  closeSync(logFd);
  const life = followChild(child);
  const pid = child.pid ?? 0;
  const problem = await waitUntilReady({
    isReady: () => saysReady(pidFile, pid),
    hasEnded: life.hasEnded,
    timeoutMs: options.startTimeoutMs ?? 300_000,
  });
  if (problem !== undefined) {
    if (pid > 1) await endProcess(pid, END_STEPS, life.hasEnded);
    throw new AppError('DATABASE_UNAVAILABLE', { detail: `PostgreSQL did not start (${problem}): ${tailOf(logFile)}` });
  }
  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    life.expectEnd();
    await endProcess(pid, END_STEPS, life.hasEnded);
  };
  return {
    url: postgresUrlFrom(input.password, port),
    port,
    pid,
    ended: life.ended,
    stop: () => {
      stopping ??= stop();
      return stopping;
    },
  };
}

async function endLeftover(pidFile: string, clusterFolder: string): Promise<void> {
  const pid = readPidFile(pidFile);
  if (pid !== undefined && worksIn(pid, clusterFolder)) {
    const isGone = await endProcess(pid, END_STEPS, () => !isRunning(pid));
    if (!isGone) throw new AppError('DATABASE_UNAVAILABLE', { detail: `the earlier PostgreSQL ${pid} does not end` });
  }
  await endOrphans(clusterFolder);
  // The number in the file may be another program's by now, at which PostgreSQL would refuse to start.
  if (pid !== undefined && isRunning(pid)) rmSync(pidFile, { force: true });
}

/**
 * Sessions of a server that was killed outright notice a moment later and end; until then they hold its shared memory,
 * and a new server refuses to start, rightly.
 */
async function endOrphans(clusterFolder: string): Promise<void> {
  const steps: readonly EndStep[] = [
    { signal: 'SIGQUIT', waitMs: 5_000 },
    { signal: 'SIGKILL', waitMs: 5_000 },
  ];
  for (let waitedMs = 0; waitedMs < ORPHANS_LIMIT_MS; waitedMs += ORPHANS_POLL_MS) {
    if (processesIn(clusterFolder, 'postgres').length === 0) return;
    await pause(ORPHANS_POLL_MS);
  }
  for (const orphan of processesIn(clusterFolder, 'postgres'))
    await endProcess(orphan, steps, () => !isRunning(orphan));
}

/** The server writes its state to line 8 of its pid file, which is also what pg_ctl waits for. */
function saysReady(pidFile: string, pid: number): boolean {
  if (readPidFile(pidFile) !== pid) return false;
  return readFileSync(pidFile, 'utf8').split('\n')[7]?.trim() === 'ready';
}

/** The log is opened for adding; one above MAX_LOG_BYTES is put aside first, in place of the one before. */
function openLog(logFile: string): number {
  if (existsSync(logFile) && statSync(logFile).size > MAX_LOG_BYTES) renameSync(logFile, `${logFile}.1`);
  return openSync(logFile, 'a', 0o600);
}

function serverSettings(port: number, options: PostgresServerOptions): string[] {
  return [
    'listen_addresses=127.0.0.1',
    `port=${port}`,
    'unix_socket_directories=',
    `max_connections=${options.maxConnections ?? 100}`,
    'password_encryption=scram-sha-256',
    `shared_buffers=${options.sharedBuffersMb ?? 512}MB`,
    'work_mem=16MB',
    'maintenance_work_mem=128MB',
    'effective_cache_size=2GB',
    'random_page_cost=1.1',
    // Rows come in by COPY all day: room between checkpoints saves full-page writes; 2 GB replay in about a minute.
    'max_wal_size=2GB',
    'min_wal_size=256MB',
    'wal_buffers=16MB',
    'checkpoint_timeout=10min',
    'checkpoint_completion_target=0.9',
    'synchronous_commit=on',
    'fsync=on',
    'jit=off',
    'timezone=UTC',
    'log_timezone=UTC',
    'log_min_messages=warning',
    'log_checkpoints=off',
    'log_line_prefix=%m [%p] ',
  ];
}
