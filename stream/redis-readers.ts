/**
 * Who reads the log (or the alarm lane) and how far each is: trimming keeps what the slowest needs. A reader that has
 * said nothing for 24 h is dropped with a warning, so that a forgotten one does not fill the server. Twin: memory-readers.ts.
 */
import type { Logger } from '../core/logger.ts';
import { fenceArguments, termLost } from './continuity.ts';
import { keys } from './keys.ts';
import type { Fence, ReaderRegistry } from './protocol/log.ts';
import { type Redis, redisFailure } from './redis.ts';
import { runScript } from './scripts.ts';

export const READER_SILENT_MS = 24 * 3_600_000;

export interface RedisReadersOptions {
  readonly redis: Redis;
  readonly park: string;
  readonly of: 'log' | 'alarms';
}

export class RedisReaderRegistry implements ReaderRegistry {
  readonly #redis: Redis;
  readonly #key: string;
  readonly #terms: string;

  constructor(options: RedisReadersOptions) {
    this.#redis = options.redis;
    this.#key = options.of === 'log' ? keys.logReaders(options.park) : keys.alarmReaders(options.park);
    this.#terms = keys.terms(options.park);
  }

  async register(reader: string, nextSeq: number, atMs: number, fence?: Fence): Promise<void> {
    const scriptArgs = [reader, `${nextSeq}:${atMs}`, ...fenceArguments(fence)];
    let reply: unknown;
    try {
      reply = await runScript(this.#redis, 'register-reader', [this.#key, this.#terms], scriptArgs);
    } catch (error) {
      throw redisFailure(error, `registering reader ${reader}`);
    }
    if (reply === -1 && fence !== undefined) throw termLost(fence);
  }

  async list(): Promise<{ reader: string; nextSeq: number; atMs: number }[]> {
    let stored: Record<string, string>;
    try {
      stored = await this.#redis.hgetall(this.#key);
    } catch (error) {
      throw redisFailure(error, 'listing readers');
    }
    return Object.entries(stored)
      .map(([reader, value]) => {
        const [nextSeq, atMs] = value.split(':');
        return { reader, nextSeq: Number(nextSeq), atMs: Number(atMs) };
      })
      .sort((a, b) => (a.reader < b.reader ? -1 : 1));
  }

  async drop(reader: string): Promise<void> {
    try {
      await this.#redis.hdel(this.#key, reader);
    } catch (error) {
      throw redisFailure(error, `dropping reader ${reader}`);
    }
  }
}

/** Drops readers silent for 24 h; returns their names. */
export async function dropSilentReaders(registry: ReaderRegistry, nowMs: number, logger: Logger): Promise<string[]> {
  const dropped: string[] = [];
  for (const { reader, nextSeq, atMs } of await registry.list()) {
    if (nowMs - atMs < READER_SILENT_MS) continue;
    await registry.drop(reader);
    logger.warn('reader-dropped', { reader, nextSeq, silentMs: nowMs - atMs });
    dropped.push(reader);
  }
  return dropped;
}
