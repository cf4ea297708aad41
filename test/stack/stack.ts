/**
 * A whole park for a test: private Redis, private PostgreSQL (or a database on a server that is there), every role of the
 * built server as a process of its own under `park serve`, all in a folder that is removed at the end. Tests talk to it
 * from outside only: HTTP, sockets, the `park` command, SQL, and kill -9.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import pg from 'pg';
import { createMasterKeyFile } from '../../security/master-key.ts';
import type { RoleName } from '../../server/role.ts';
import { processMember } from '../../server/role-process.ts';
import { startPostgresServer } from '../../server/services/postgres-server.ts';
import type { EmbeddedServer } from '../../server/services/process.ts';
import { startRedisServer } from '../../server/services/redis-server.ts';
import { Supervisor } from '../../server/supervisor.ts';
import { dropDatabase, makeDatabase } from '../contract/own-database.ts';

const ROOT = join(import.meta.dirname, '../..');
const PARK = join(ROOT, 'bin/park');
const PARK_JS = join(ROOT, 'dist/server/park.js');
export const PASSWORD = 'Wacht-am-Tor-7';

export interface StackOptions {
  readonly env?: Readonly<Record<string, string>>;
  /**
   * Which processes there are, in place of one for each role under `park serve`: a role named twice has a standby. What
   * ends is started again without the growing pauses of `park serve`, since it is this test that ends it.
   */
  readonly roles?: readonly RoleName[];
  /** Memory of Redis; default 1,024. */
  readonly redisMaxMemoryMb?: number;
  /** Program that is started as Redis; default redis-server. */
  readonly redisBinary?: string | undefined;
  /** The data folder is a disk of its own, so large; needs `canMount`. */
  readonly diskMb?: number;
  /**
   * A server that is there: the park gets a database of its own on it, a copy of `copyOf` (null: an empty one, which is then
   * migrated). Absent: a private server, which may be killed.
   */
  readonly databaseServer?: { readonly url: string; readonly copyOf: string | null };
  /** A data folder that is there already, with a master key; a new one when absent. Removed at the end too. */
  readonly dataFolder?: string;
}

export interface Credential {
  readonly appId: string;
  readonly appSecret: string;
  readonly companyCode: string;
}

type OwnPostgres = Awaited<ReturnType<typeof startPostgresServer>>;

const postgresOptions = (dataFolder: string, { env }: StackOptions) => ({
  dataFolder,
  sharedBuffersMb: 128,
  archivesWal: env?.['PARK_BACKUP_DIR'] !== undefined,
});

const redisOptions = (dataFolder: string, { redisMaxMemoryMb, redisBinary }: StackOptions) => ({
  dataFolder,
  maxMemoryMb: redisMaxMemoryMb ?? 1024,
  binary: redisBinary,
});

/** A disk of our own takes a mount: Linux, and root. */
export const canMount = process.platform === 'linux' && process.getuid?.() === 0 && triesToMount();

function triesToMount(): boolean {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'parksentry-mount-'));
  try {
    mountDisk(folder, 1);
    return spawnSync('umount', [folder]).status === 0;
  } catch {
    return false;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function mountDisk(folder: string, sizeMb: number): void {
  const { status, stderr } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeMb}m`, 'parksentry', folder]);
  if (status !== 0) throw new Error(`mount: ${stderr}`);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export class Stack {
  readonly dataFolder: string;
  readonly env: NodeJS.ProcessEnv;
  readonly webUrl: string;
  readonly ingestUrl: string;
  readonly liveUrl: string;
  readonly databaseUrl: string;
  readonly redisUrl: string;
  #postgres: OwnPostgres | null;
  redis: EmbeddedServer;
  readonly #pids = new Map<string, number>();
  readonly #waiting: { role: string; not: number; resolve: (pid: number) => void }[] = [];
  readonly #options: StackOptions;
  #serve: ChildProcess | null = null;
  #supervisor: Supervisor | null = null;

  private constructor(
    dataFolder: string,
    redis: EmbeddedServer,
    postgres: OwnPostgres | null,
    databaseUrl: string,
    env: NodeJS.ProcessEnv,
    options: StackOptions,
  ) {
    this.#options = options;
    this.dataFolder = dataFolder;
    this.redis = redis;
    this.#postgres = postgres;
    this.redisUrl = redis.url;
    this.databaseUrl = databaseUrl;
    this.env = env;
    this.webUrl = `http://127.0.0.1:${env['PARK_PORT']}`;
    this.ingestUrl = `http://127.0.0.1:${env['PARK_INGEST_PORT']}`;
    this.liveUrl = `ws://127.0.0.1:${env['PARK_LIVE_PORT']}/live`;
  }

  static async start(options: StackOptions = {}): Promise<Stack> {
    if (!existsSync(PARK_JS)) throw new Error('the server is not built: npm run build');
    const dataFolder = options.dataFolder ?? mkdtempSync(join(realpathSync(tmpdir()), 'parksentry-stack-'));
    if (options.diskMb !== undefined) mountDisk(dataFolder, options.diskMb);
    chmodSync(dataFolder, 0o711);
    const redis = await startRedisServer(redisOptions(dataFolder, options));
    const { databaseServer: server } = options;
    const postgres = server === undefined ? await startPostgresServer(postgresOptions(dataFolder, options)) : server;
    const databaseUrl = 'copyOf' in postgres ? await makeDatabase(postgres.url, postgres.copyOf) : postgres.url;
    const env = {
      ...process.env,
      PARK_DATA_DIR: dataFolder,
      PARK_DEMO_SIGN_IN: 'true',
      PARK_PORT: String(await freePort()),
      PARK_INGEST_PORT: String(await freePort()),
      PARK_LIVE_PORT: String(await freePort()),
      REDIS_URL: redis.url,
      DATABASE_URL: databaseUrl,
      ...options.env,
    };
    if (options.dataFolder === undefined) createMasterKeyFile(join(dataFolder, 'master.key'));
    const stack = new Stack(dataFolder, redis, 'copyOf' in postgres ? null : postgres, databaseUrl, env, options);
    try {
      if (server?.copyOf == null) await stack.park('migrate');
      await stack.serve();
    } catch (error) {
      await stack.stop();
      throw error;
    }
    return stack;
  }

  /** Runs `park ... --json` and gives its output lines; throws with what it said when it fails. */
  park(...args: string[]): Promise<Record<string, unknown>[]> {
    return Stack.runPark(this.env, ...args);
  }

  /** The same without a park that runs. */
  static async runPark(env: NodeJS.ProcessEnv, ...args: string[]): Promise<Record<string, unknown>[]> {
    const child = spawn(process.execPath, [PARK, ...args, '--json'], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [out, problem, code] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      new Promise<number | null>((resolve) => child.once('exit', resolve)),
    ]);
    if (code !== 0) throw new Error(`park ${args.join(' ')} ended with ${code}: ${problem}${out}`);
    return out
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  /** Starts every role and resolves when all are ready. */
  async serve(): Promise<void> {
    const { roles } = this.#options;
    if (roles !== undefined) return this.#serveUnderTest(roles);
    const child = spawn(process.execPath, [PARK, 'serve', '--json'], {
      env: this.env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#serve = child;
    await new Promise<void>((resolve, reject) => {
      child.once('exit', (code) => reject(new Error(`park serve ended with ${code}`)));
      createInterface({ input: child.stdout }).on('line', (line) => {
        const event = JSON.parse(line) as { event: string; name: string; state: string; pid?: number };
        if (event.event === 'park-ready') resolve();
        if (event.event === 'state' && event.state === 'ready' && event.pid !== undefined)
          this.#ready(event.name, event.pid);
      });
    });
  }

  async #serveUnderTest(roles: readonly RoleName[]): Promise<void> {
    this.#supervisor = new Supervisor({
      backoffMs: [0, 200],
      onState: ({ name, state, pid }) => {
        if (state === 'ready' && pid !== undefined) this.#ready(name, pid);
        else if (state === 'ended') this.#pids.delete(name);
      },
    });
    const members = roles.map((role, n) => {
      const name = roles.indexOf(role) === n ? role : `${role}-standby`;
      const logFile = join(this.dataFolder, 'logs', `${name}.log`);
      const args = ['serve', '--roles', role];
      return processMember({ name, script: PARK_JS, args, env: this.env, logFile, saysReady: true });
    });
    await this.#supervisor.start(members);
  }

  get postgres(): OwnPostgres {
    if (this.#postgres === null) throw new Error('the PostgreSQL of this park serves others too');
    return this.#postgres;
  }

  /** Processes that are ready, by name: a role's, and `<role>-standby`. */
  get pids(): ReadonlyMap<string, number> {
    return this.#pids;
  }

  #ready(name: string, pid: number): void {
    this.#pids.set(name, pid);
    for (const waiting of this.#waiting.filter((w) => w.role === name && w.not !== pid)) {
      this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
      waiting.resolve(pid);
    }
  }

  /** kill -9; resolves when the supervisor has a new one ready. */
  async kill(role: string): Promise<void> {
    const pid = this.#pids.get(role);
    if (pid === undefined) throw new Error(`${role} is not running`);
    const restarted = new Promise<number>((resolve) => this.#waiting.push({ role, not: pid, resolve }));
    process.kill(pid, 'SIGKILL');
    await restarted;
  }

  /** kill -9 of a server, and its start at the same address and folder. */
  async killServer(server: 'redis' | 'postgres'): Promise<void> {
    const before = this[server];
    process.kill(before.pid, 'SIGKILL');
    await before.ended;
    if (server === 'redis') await this.startRedis();
    else await this.startPostgres();
  }

  async startRedis(): Promise<void> {
    this.redis = await startRedisServer(redisOptions(this.dataFolder, this.#options));
    if (this.redis.url !== this.redisUrl) throw new Error('Redis came back at another address');
  }

  /** Ends PostgreSQL; `startPostgres` brings it back at the same address. */
  async stopPostgres(): Promise<void> {
    await this.postgres.stop();
  }

  async startPostgres(): Promise<void> {
    this.#postgres = await startPostgresServer(postgresOptions(this.dataFolder, this.#options));
    if (this.postgres.url !== this.databaseUrl) throw new Error('PostgreSQL came back at another address');
  }

  async addCompany(code: string, name: string): Promise<Credential> {
    await this.park('company', 'add', '--code', code, '--name', name, '--stage', 'live');
    const [issued] = await this.park('credential', 'issue', '--company', code);
    return { ...(issued as { appId: string; appSecret: string }), companyCode: code };
  }

  async addUser(name: string, role: string, companyCode?: string): Promise<void> {
    const company = companyCode === undefined ? [] : ['--company', companyCode];
    await this.park('user', 'add', '--name', name, '--role', role, ...company, '--password', PASSWORD, '--no-change');
  }

  async sql(query: string, values: unknown[] = []): Promise<pg.QueryResult> {
    const client = new pg.Client({ connectionString: this.databaseUrl });
    await client.connect();
    try {
      return await client.query(query, values);
    } finally {
      await client.end();
    }
  }

  async stop(): Promise<void> {
    const child = this.#serve;
    if (child !== null && child.exitCode === null) {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await gone;
    }
    await this.#supervisor?.stop(['ingest', 'live', 'admin']);
    await this.redis.stop();
    const { databaseServer, diskMb } = this.#options;
    if (databaseServer !== undefined) await dropDatabase(databaseServer.url, this.databaseUrl);
    await this.#postgres?.stop();
    if (this.#postgres !== null) rmSync(this.#postgres.place, { recursive: true, force: true });
    if (diskMb !== undefined) spawnSync('umount', [this.dataFolder]);
    rmSync(this.dataFolder, { recursive: true, force: true });
  }
}
