/**
 * Who reads the log (or the alarm lane) and how far each is: trimming keeps what the slowest needs. One that has said
 * nothing for 24 h is dropped by the trimmer, so that a forgotten one does not fill the server. Twin: memory-readers.ts.
 */
import { fenceArguments, termLost } from './continuity.ts';
import { keys } from './keys.ts';
import type { Fence, ReaderRegistry, RegisteredReader } from './protocol/log.ts';
import { type Redis, redisFailure } from './redis.ts';
import { runScript } from './scripts.ts';

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
      reply = await runScript(this.#redis, 'set-field', [this.#key, this.#terms], scriptArgs);
    } catch (error) {
      throw redisFailure(error, `registering reader ${reader}`);
    }
    if (reply === -1 && fence !== undefined) throw termLost(fence);
  }

  async list(): Promise<RegisteredReader[]> {
    let stored: Record<string, string>;
    try {
      stored = await this.#redis.hgetall(this.#key);
    } catch (error) {
      throw redisFailure(error, 'listing readers');
    }
    return inOrder(Object.entries(stored).map(readerFrom));
  }

  async drop(reader: string): Promise<void> {
    try {
      await this.#redis.hdel(this.#key, reader);
    } catch (error) {
      throw redisFailure(error, `dropping reader ${reader}`);
    }
  }

  async dropSilent(beforeMs: number, fence?: Fence): Promise<RegisteredReader[]> {
    const scriptArgs = [beforeMs, ...fenceArguments(fence)];
    let reply: unknown;
    try {
      reply = await runScript(this.#redis, 'drop-silent-readers', [this.#key, this.#terms], scriptArgs);
    } catch (error) {
      throw redisFailure(error, 'dropping silent readers');
    }
    if (reply === -1 && fence !== undefined) throw termLost(fence);
    const dropped = reply as string[];
    const pairs = Array.from({ length: dropped.length / 2 }, (_, i) => dropped.slice(2 * i, 2 * i + 2));
    return inOrder(pairs.map(([reader = '', value = '']) => readerFrom([reader, value])));
  }
}

function readerFrom([reader, value]: [string, string]): RegisteredReader {
  const [nextSeq, atMs] = value.split(':');
  return { reader, nextSeq: Number(nextSeq), atMs: Number(atMs) };
}

const inOrder = (readers: RegisteredReader[]): RegisteredReader[] =>
  readers.sort((a, b) => (a.reader < b.reader ? -1 : 1));
