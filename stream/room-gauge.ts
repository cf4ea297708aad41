/**
 * How much room the log's server has left. At 70 % a warning; at 85 % positions are closed, so that the rest is for SOS,
 * alarms, areas, people and acts; they open again below 80 %. Counted: memory with what a rewrite of the append-only file
 * copies, and the disk with what the rewrite will write (a full disk ends Redis). Asked by ingest before every batch.
 */
import type { Logger } from '../core/logger.ts';
import type { OpsAlarms } from './protocol/ops-alarms.ts';
import type { Redis } from './redis.ts';

export const WARN_AT = 0.7;
export const CLOSE_AT = 0.85;
export const OPEN_BELOW = 0.8;
/** Frames are left out from here on: the rest is for calls for help and what must be said of them. */
export const FRAMES_BELOW = 0.95;

export interface DiskRoom {
  readonly totalBytes: number;
  readonly freeBytes: number;
}

export interface RoomGaugeOptions {
  readonly redis: Redis;
  /** Stands in where Redis has no maxmemory; 0: three quarters of its machine's memory. */
  readonly limitBytes: number;
  readonly logger: Logger;
  /** Disk under the append-only file where it can be asked (a Redis of our own); null: unknown. */
  readonly diskRoom?: () => Promise<DiskRoom | null>;
  readonly pollMs?: number;
}

export interface Room {
  /** 0 - 1 and above, the fuller of memory and disk. */
  readonly used: number;
  readonly memoryUsed: number;
  /** null: unknown. */
  readonly diskUsed: number | null;
}

/** Fields of INFO memory and INFO persistence. */
export function roomFromInfo(info: string, limitBytes: number, disk: DiskRoom | null): Room {
  const field = (name: string): number => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1] ?? 0);
  const limit = field('maxmemory') || limitBytes || field('total_system_memory') * 0.75;
  const isRewriting = field('aof_rewrite_in_progress') === 1 || field('rdb_bgsave_in_progress') === 1;
  const copied = isRewriting ? field('current_cow_size') : 0;
  const memoryUsed = limit > 0 ? (field('used_memory') + copied) / limit : 0;
  // A rewrite writes the whole data set anew beside the old file before that goes.
  const toWrite = field('used_memory');
  const diskUsed = disk === null ? null : (disk.totalBytes - disk.freeBytes + toWrite) / disk.totalBytes;
  return { used: Math.max(memoryUsed, diskUsed ?? 0), memoryUsed, diskUsed };
}

export class RoomGauge {
  readonly #options: RoomGaugeOptions;
  #timer: NodeJS.Timeout | null = null;
  #room: Room = { used: 0, memoryUsed: 0, diskUsed: null };
  #isOpen = true;
  #hasWarned = false;

  constructor(options: RoomGaugeOptions) {
    this.#options = options;
  }

  /** false: positions get 503 LOG_FULL. */
  positionsOpen(): boolean {
    return this.#isOpen;
  }

  /** false: watch publishes no frames; the next one, or the next picture, has what they would have had. */
  framesOpen(): boolean {
    return this.#room.used < FRAMES_BELOW;
  }

  get room(): Room {
    return this.#room;
  }

  /** Looks once, then every second. A server that does not answer changes nothing. */
  async start(): Promise<void> {
    await this.look();
    this.#timer = setInterval(() => void this.look(), this.#options.pollMs ?? 1_000);
    this.#timer.unref();
  }

  close(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  async look(): Promise<void> {
    const { redis, limitBytes, diskRoom, logger } = this.#options;
    try {
      const [memory, persistence] = [await redis.info('memory'), await redis.info('persistence')];
      const disk = diskRoom === undefined ? null : await diskRoom();
      this.take(roomFromInfo(`${memory}\n${persistence}`, limitBytes, disk));
    } catch (error) {
      logger.debug('room-unknown', { error });
    }
  }

  /** Judges one measurement. */
  take(room: Room): void {
    const { logger } = this.#options;
    this.#room = room;
    if (this.#isOpen && room.used >= CLOSE_AT) {
      this.#isOpen = false;
      logger.error('log-full', { ...room });
    } else if (!this.#isOpen && room.used < OPEN_BELOW) {
      this.#isOpen = true;
      logger.info('log-has-room', { ...room });
    }
    if (room.used >= WARN_AT && !this.#hasWarned) logger.warn('log-filling', { ...room });
    this.#hasWarned = room.used >= WARN_AT;
  }
}

/** Raises ops alarm `log-filling` for memory and disk, each by itself, and clears it again. Throws REDIS_UNAVAILABLE. */
export async function tellRoom(room: Room, opsAlarms: OpsAlarms, atMs: number): Promise<void> {
  for (const [subject, used] of [
    ['memory', room.memoryUsed],
    ['disk', room.diskUsed ?? 0],
  ] as const) {
    if (used < WARN_AT) await opsAlarms.clear('log-filling', subject);
    else {
      const refused = used >= CLOSE_AT ? '; positions are refused, calls for help are not' : '';
      const detail = `${Math.round(used * 100)} % of the log's ${subject} is used${refused}`;
      await opsAlarms.raise({ code: 'log-filling', subject, companyCode: null, detail, atMs });
    }
  }
}
