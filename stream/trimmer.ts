/**
 * Removes from the log and the alarm lane what nobody needs any more, and nothing else: never by length. The log goes up
 * to the lowest of every registered reader (store registers what is flushed to its disk) and the second-newest snapshot;
 * the alarm lane up to its readers, its resume window and the picture. Runs in the process that holds watch's lease; every
 * removal checks its term, so that a holder which slept removes nothing by what it knew before.
 */
import type { Clock } from '../core/clock.ts';
import type { Logger } from '../core/logger.ts';
import { fenceArguments, termLost } from './continuity.ts';
import { keys, seqFromId } from './keys.ts';
import type { Fence, ReaderRegistry } from './protocol/log.ts';
import type { OpsAlarms } from './protocol/ops-alarms.ts';
import { type Redis, redisFailure } from './redis.ts';
import type { SnapshotStore } from './redis-snapshots.ts';
import { runScript } from './scripts.ts';

/** A reader that says nothing for this long is waited for no more. */
export const READER_SILENT_MS = 24 * 3_600_000;
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
  /** Likewise of the alarm lane: what they have not taken is told nowhere else. */
  readonly requiredAlarmReaders: readonly string[];
  readonly opsAlarms: OpsAlarms;
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

  /** One round; call it every few seconds. `fence`: watch's. Throws REDIS_UNAVAILABLE, TERM_LOST. */
  async trim(fence: Fence): Promise<Trimmed> {
    await this.#dropSilent('log', this.#options.logReaders, fence);
    await this.#dropSilent('alarms', this.#options.alarmReaders, fence);
    const log = await this.#trimLog(fence);
    return { ...log, alarmsRemoved: await this.#trimAlarms(fence) };
  }

  /** Tells of the dropped until they are back. */
  async #dropSilent(of: 'log' | 'alarms', registry: ReaderRegistry, fence: Fence): Promise<void> {
    const { clock, logger, opsAlarms } = this.#options;
    const atMs = clock.nowMs();
    for (const silent of await registry.dropSilent(atMs - READER_SILENT_MS, fence)) {
      const { reader, nextSeq } = silent;
      const detail = `silent since ${new Date(silent.atMs).toISOString()}, at ${nextSeq}; trimming waits for it no more`;
      logger.warn('reader-dropped', { of, reader, nextSeq, silentMs: atMs - silent.atMs });
      await opsAlarms.raise({ code: 'reader-dropped', subject: `${of}/${reader}`, companyCode: null, detail, atMs });
    }
    for (const { reader } of await registry.list()) await opsAlarms.clear('reader-dropped', `${of}/${reader}`);
  }

  async #trimLog(fence: Fence): Promise<{ logKeptFrom: number | null; logRemoved: number }> {
    const { park, logReaders, requiredReaders } = this.#options;
    const floor = await this.#snapshotFloor();
    if (floor === null || !(await areRegistered(requiredReaders, logReaders))) {
      return { logKeptFrom: null, logRemoved: 0 };
    }
    const scriptKeys = [keys.log(park), keys.logHead(park), keys.logReaders(park), keys.terms(park)];
    const [keptFrom, removed] = await this.#run('trim-log', scriptKeys, floor, fence);
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

  async #trimAlarms(fence: Fence): Promise<number> {
    const { redis, park, clock, alarmReaders, requiredAlarmReaders } = this.#options;
    if (!(await areRegistered(requiredAlarmReaders, alarmReaders))) return 0;
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
    const scriptKeys = [keys.alarms(park), keys.laneHead(park), keys.alarmReaders(park), keys.terms(park)];
    const [, removed] = await this.#run('trim-alarms', scriptKeys, floor, fence);
    return Number(removed);
  }

  async #run(
    script: 'trim-log' | 'trim-alarms',
    scriptKeys: string[],
    floor: number,
    fence: Fence,
  ): Promise<[string, number]> {
    let reply: unknown;
    try {
      reply = await runScript(this.#options.redis, script, scriptKeys, [floor, ...fenceArguments(fence)]);
    } catch (error) {
      throw redisFailure(error, script);
    }
    if (reply === -1) throw termLost(fence);
    return reply as [string, number];
  }
}

async function areRegistered(required: readonly string[], registry: ReaderRegistry): Promise<boolean> {
  const registered = new Set((await registry.list()).map(({ reader }) => reader));
  return required.every((reader) => registered.has(reader));
}
