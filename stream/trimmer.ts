/**
 * Removes from the log and the alarm lane what nobody needs any more, and nothing else: never by length. The log goes up
 * to the lowest of every registered reader (store registers what is flushed to its disk) and the second-newest snapshot;
 * the alarm lane up to its readers, its resume window and the picture. Runs in the process that holds watch's lease.
 */
import type { Clock } from '../core/clock.ts';
import type { Logger } from '../core/logger.ts';
import { keys, seqFromId } from './keys.ts';
import type { ReaderRegistry } from './protocol/log.ts';
import { type Redis, redisFailure } from './redis.ts';
import { dropSilentReaders } from './redis-readers.ts';
import type { SnapshotStore } from './redis-snapshots.ts';
import { runScript } from './scripts.ts';

/** The resume window of the lossless lane: what is younger than this or among the newest so many items stays. */
export const RESUME_KEPT_MS = 15 * 60_000;
export const RESUME_KEPT_ITEMS = 10_000;
/** Items of the alarm lane looked at in one round. */
const ALARMS_A_ROUND = 500;

export interface TrimmerOptions {
  readonly redis: Redis;
  readonly park: string;
  readonly logReaders: ReaderRegistry;
  readonly alarmReaders: ReaderRegistry;
  readonly snapshots: SnapshotStore;
  /** Without these among the registered readers of the log nothing is trimmed: they are expected, only not there yet. */
  readonly requiredReaders: readonly string[];
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface Trimmed {
  readonly logKeptFrom: number | null;
  readonly logRemoved: number;
  readonly alarmsRemoved: number;
}

export class Trimmer {
  readonly #options: TrimmerOptions;
  constructor(options: TrimmerOptions) {
    this.#options = options;
  }

  /** One round; call it every few seconds. Throws REDIS_UNAVAILABLE. */
  async trim(): Promise<Trimmed> {
    const { logReaders, alarmReaders, clock, logger } = this.#options;
    await dropSilentReaders(logReaders, clock.nowMs(), logger);
    await dropSilentReaders(alarmReaders, clock.nowMs(), logger);
    const log = await this.#trimLog();
    return { ...log, alarmsRemoved: await this.#trimAlarms() };
  }

  async #trimLog(): Promise<{ logKeptFrom: number | null; logRemoved: number }> {
    const { park, logReaders, requiredReaders } = this.#options;
    const registered = new Set((await logReaders.list()).map((reader) => reader.reader));
    const floor = await this.#snapshotFloor();
    if (floor === null || requiredReaders.some((reader) => !registered.has(reader))) {
      return { logKeptFrom: null, logRemoved: 0 };
    }
    const scriptKeys = [keys.log(park), keys.logHead(park), keys.logReaders(park)];
    const [keptFrom, removed] = await this.#run('trim-log', scriptKeys, floor);
    return { logKeptFrom: Number(keptFrom), logRemoved: Number(removed) };
  }

  /** First entry that a restart from the second-newest snapshot of this epoch needs; null: no such snapshot. */
  async #snapshotFloor(): Promise<number | null> {
    const { redis, park, snapshots } = this.#options;
    let epoch: string | null;
    try {
      epoch = await redis.hget(keys.logHead(park), 'epoch');
    } catch (error) {
      throw redisFailure(error, 'reading the epoch');
    }
    const ofEpoch = (await snapshots.list()).filter((snapshot) => snapshot.epoch === epoch);
    return ofEpoch[1] === undefined ? null : ofEpoch[1].seq + 1;
  }

  async #trimAlarms(): Promise<number> {
    const { redis, park, clock } = this.#options;
    let floor = 0;
    try {
      const surplus = Math.min((await redis.xlen(keys.alarms(park))) - RESUME_KEPT_ITEMS, ALARMS_A_ROUND);
      if (surplus <= 0) return 0;
      const oldest = await redis.xrange(keys.alarms(park), '-', '+', 'COUNT', surplus);
      for (const [id, fields] of oldest) {
        if (Number(fields[1]) > clock.nowMs() - RESUME_KEPT_MS) break;
        floor = seqFromId(id) + 1;
      }
    } catch (error) {
      throw redisFailure(error, 'looking for alarms to trim');
    }
    if (floor === 0) return 0;
    const scriptKeys = [keys.alarms(park), keys.laneHead(park), keys.alarmReaders(park)];
    const [, removed] = await this.#run('trim-alarms', scriptKeys, floor);
    return Number(removed);
  }

  async #run(script: 'trim-log' | 'trim-alarms', scriptKeys: string[], floor: number): Promise<[string, number]> {
    try {
      return (await runScript(this.#options.redis, script, scriptKeys, [floor])) as [string, number];
    } catch (error) {
      throw redisFailure(error, script);
    }
  }
}
