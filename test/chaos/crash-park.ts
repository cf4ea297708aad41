/**
 * A park to be broken: every role a process of its own, watch and store with a standby, and the hands that kill, stop and
 * let go. Where a C compiler is at hand, Redis has a slow disk, so that most of a request's time is the wait for it, and
 * loses with its life what was not synced. One park serves many schedules, one after the other.
 */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { silentLogger } from '../../core/logger.ts';
import type { RoleName } from '../../server/role.ts';
import { processesIn } from '../../server/services/process.ts';
import { keys } from '../../stream/keys.ts';
import { closeRedis, createRedis, type Redis } from '../../stream/redis.ts';
import { Screen } from '../stack/screen.ts';
import { Stack } from '../stack/stack.ts';
import { ArchiveWatch } from './archive-watch.ts';
import { Oracle } from './oracle.ts';
import type { Fault, Target } from './schedule.ts';
import { canSlowDown, SlowDisk } from './slow-disk.ts';
import { SnapshotMoments } from './snapshot-moments.ts';

export const PARK = 'demo';
const SYNC_MS = 8;
/** The archive keeps a segment several times in a schedule. */
const ARCHIVE_CUT_S = '1';
/** Sooner than a client connects again and gets an answer. */
const CUT_EVERY_MS = 10;
const RELIEF_LIMIT_MS = 12_000;
/** Those that a position or an alarm passes; the last two are standbys. */
const ROLES: readonly RoleName[] = ['ingest', 'live', 'admin', 'watch', 'store', 'archive', 'relay', 'watch', 'store'];
/**
 * Timers that run out within a schedule, so that dwell, gatherings, absences and escalations stand half-way when something
 * dies.
 */
const HURRIED_RULES = {
  gathering: { lastMs: 2_000, fallMs: 1_000, updateMs: 1_000 },
  lifeCycle: { offDelayMs: 1_000, escalateLevel1Ms: 3_000, escalateLevel2Ms: 2_000, escalateLevel3Ms: 2_000 },
  underCapacity: { onDelayMs: 1_000 },
};

async function hurry(stack: Stack): Promise<void> {
  const file = join(stack.dataFolder, 'hurried-rules.json');
  writeFileSync(file, JSON.stringify(HURRIED_RULES));
  await stack.park('setting', 'put', '--topic', 'rules', '--file', file, '--reason', 'crash suite');
}

const isServer = (target: Target): target is 'redis' | 'postgres' => target === 'redis' || target === 'postgres';

export class CrashPark {
  readonly stack: Stack;
  readonly redis: Redis;
  readonly oracle: Oracle;
  /** Operators' screens that are there throughout; the network of the second one drops. */
  readonly screens: readonly [Screen, Screen];
  readonly archiveWatch: ArchiveWatch;
  readonly #stopped = new Set<number>();
  /** Under way: what was killed and is not back, what is stopped and not let go. */
  readonly #pending = new Set<Promise<void>>();
  readonly #busyServers = new Set<Target>();
  readonly #disk: SlowDisk | null;
  readonly #diskFolder: string;
  readonly #snapshots: SnapshotMoments;

  private constructor(
    stack: Stack,
    redis: Redis,
    oracle: Oracle,
    screens: readonly [Screen, Screen],
    disk: SlowDisk | null,
    diskFolder: string,
  ) {
    this.#disk = disk;
    this.#diskFolder = diskFolder;
    this.stack = stack;
    this.redis = redis;
    this.oracle = oracle;
    this.screens = screens;
    this.archiveWatch = new ArchiveWatch(join(stack.dataFolder, 'archive', PARK), redis, PARK);
    const folder = join(stack.dataFolder, 'snapshots', PARK);
    mkdirSync(folder, { recursive: true });
    this.#snapshots = new SnapshotMoments(folder, redis, PARK);
  }

  static async start(): Promise<CrashPark> {
    const diskFolder = mkdtempSync(join(realpathSync(tmpdir()), 'parksentry-disk-'));
    const disk = canSlowDown ? new SlowDisk(diskFolder, SYNC_MS) : null;
    let stack: Stack | null = null;
    try {
      stack = await Stack.start({
        roles: ROLES,
        redisBinary: disk?.binary,
        env: { PARK_ARCHIVE_CUT_S: ARCHIVE_CUT_S },
      });
      const redis = createRedis(stack.redisUrl, { name: 'crash-suite', logger: silentLogger });
      redis.on('error', () => {});
      const oracle = await Oracle.start(redis, PARK);
      await stack.addUser('crash-operator', 'operator');
      await hurry(stack);
      const screens = [
        await Screen.signIn(stack, 'crash-operator'),
        await Screen.signIn(stack, 'crash-operator'),
      ] as const;
      return new CrashPark(stack, redis, oracle, screens, disk, diskFolder);
    } catch (error) {
      await stack?.stop();
      rmSync(diskFolder, { recursive: true, force: true });
      throw error;
    }
  }

  async stop(): Promise<void> {
    this.archiveWatch.close();
    for (const screen of this.screens) screen.close();
    this.#letGo([...this.#stopped]);
    closeRedis(this.redis);
    await this.stack.stop();
    rmSync(this.#diskFolder, { recursive: true, force: true });
  }

  /** Does what the fault says; `requests` resolves when so many more requests were begun, or there will be none. */
  break(fault: Fault, requests: (count: number) => Promise<void>): void {
    const work = this.#carryOut(fault, requests).finally(() => this.#pending.delete(work));
    work.catch(() => {});
    this.#pending.add(work);
  }

  /** Resolves when everything that was killed is back and everything that was stopped goes on. */
  async settled(): Promise<void> {
    while (this.#pending.size > 0) await Promise.all(this.#pending);
  }

  async #carryOut(fault: Fault, requests: (count: number) => Promise<void>): Promise<void> {
    const { target, what, lasts, when, phaseMs } = fault;
    // Who leads is asked before: there is no time behind such a moment.
    const name = isServer(target) ? null : await this.#leaderOf(target);
    if (when === 'snapshot-due') await this.#snapshots.due();
    if (when === 'snapshot-kept') await this.#snapshots.kept();
    if (phaseMs > 0) await pause(phaseMs);
    if (what === 'cut') return this.#cut(target, Number(lasts));
    if (isServer(target)) {
      if (what === 'kill') return this.#killServer(target);
      return this.#hold(this.#serverPids(target), requests(Number(lasts)));
    }
    const pid = this.stack.pids.get(name ?? '');
    // Dead already, by another fault.
    if (name === null || pid === undefined) return;
    if (what === 'kill') return this.stack.kill(name);
    const term = lasts === 'relieved' ? await this.#termOf(target) : null;
    const isOver = typeof lasts === 'number' ? requests(lasts) : this.#relieved(target, term);
    await this.#hold([pid], isOver);
  }

  async #killServer(server: 'redis' | 'postgres'): Promise<void> {
    if (this.#busyServers.has(server)) return;
    this.#busyServers.add(server);
    const others = this.#serverPids(server).filter((pid) => this.#stopped.has(pid));
    try {
      const back = server === 'redis' ? this.#killRedis() : this.stack.killServer(server);
      // What of it was stopped must notice that its master is gone.
      this.#letGo(others);
      await back;
    } finally {
      this.#busyServers.delete(server);
    }
  }

  async #killRedis(): Promise<void> {
    const { stack } = this;
    process.kill(stack.redis.pid, 'SIGKILL');
    await stack.redis.ended;
    this.#disk?.cutPower(join(stack.dataFolder, 'redis', 'appendonlydir'));
    await stack.startRedis();
  }

  /** Connections are named after the role that made them (stream/redis.ts). */
  async #cut(target: Target, times: number): Promise<void> {
    for (let n = 0; n < times; n++) {
      const clients = String(await promptly(this.redis.client('LIST'), ''));
      for (const line of clients.split('\n').filter((client) => client.includes(` name=${target} `))) {
        const id = /^id=(\d+)/.exec(line)?.[1] ?? '';
        await promptly(this.redis.client('KILL', 'ID', id), 0);
      }
      await pause(CUT_EVERY_MS);
    }
  }

  async #hold(pids: readonly number[], isOver: Promise<void>): Promise<void> {
    for (const pid of pids) {
      try {
        process.kill(pid, 'SIGSTOP');
        this.#stopped.add(pid);
      } catch {
        // A backend that ended meanwhile.
      }
    }
    await isOver;
    this.#letGo(pids);
  }

  #letGo(pids: readonly number[]): void {
    for (const pid of pids) {
      if (!this.#stopped.delete(pid)) continue;
      try {
        process.kill(pid, 'SIGCONT');
      } catch {
        // Killed while it was stopped.
      }
    }
  }

  #serverPids(server: 'redis' | 'postgres'): number[] {
    const { pid } = this.stack[server];
    if (server === 'redis') return [pid];
    const { place } = this.stack.postgres as { place?: string };
    return [...new Set([pid, ...processesIn(`${place}/cluster`, 'postgres')])];
  }

  /** Of a role with a standby, the process that has the lease. */
  async #leaderOf(role: RoleName): Promise<string> {
    if (role !== 'watch' && role !== 'store') return role;
    const holder = await promptly(this.redis.get(keys.lease(PARK, role)), null);
    const leader = [...this.stack.pids].find(([, pid]) => holder?.split(':').includes(String(pid)));
    return leader?.[0] ?? role;
  }

  #termOf(role: RoleName): Promise<string | null> {
    return promptly(this.redis.hget(keys.terms(PARK), role), null);
  }

  async #relieved(role: RoleName, term: string | null): Promise<void> {
    const endsAtMs = Date.now() + RELIEF_LIMIT_MS;
    while (Date.now() < endsAtMs) {
      const now = await this.#termOf(role);
      if (now !== null && now !== term) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** What Redis says, or `otherwise` where it says nothing within a second. */
function promptly<T>(work: Promise<T>, otherwise: T): Promise<T> {
  const late = new Promise<T>((resolve) => setTimeout(() => resolve(otherwise), 1_000).unref());
  return Promise.race([work.catch(() => otherwise), late]);
}
