/**
 * The log in Redis: gapless sequence, one epoch, repeats dropped (scripts/append.lua), read by plain XREAD. The reader
 * proves that nothing is missing: plain XREAD skips a trimmed range without a word and waits for ever behind a log that
 * got shorter, so every entry's sequence and epoch are checked, and the head whenever nothing comes. Twin: memory-log.ts.
 */
import { randomUUID } from 'node:crypto';
import { AppError } from '../core/errors.ts';
import { DEDUP_TTL_MS, epochChanged, fenceArguments, missing, termLost } from './continuity.ts';
import { idFromSeq, keys, seqFromId } from './keys.ts';
import type { LogPlace } from './log-continuation.ts';
import type { RawEntry } from './protocol/entry.ts';
import type { Appended, Fence, LogAppender, LogHead, LogReader, NewEntry } from './protocol/log.ts';
import { closeRedis, duplicateRedis, isOutOfMemory, LONGEST_BLOCK_MS, type Redis, redisFailure } from './redis.ts';
import { runScript } from './scripts.ts';

export interface RedisLogOptions {
  /** For appends and the head; stays the caller's. */
  readonly redis: Redis;
  readonly park: string;
  /** Name of the reader's own blocking connection. */
  readonly name?: string;
}

export class RedisLog implements LogAppender, LogReader {
  readonly #redis: Redis;
  readonly #park: string;
  readonly #name: string;
  readonly #epochCandidate = randomUUID();
  #blocking: Redis | null = null;
  #epoch: string | null = null;
  #epochBytes: Buffer | null = null;
  /** Newest entry that was given out. */
  #last: LogPlace = { seq: 0, receivedAtMs: 0 };
  /** The connection was lost since: the server may have come back without its tail. */
  #isUnsure = false;

  constructor(options: RedisLogOptions) {
    this.#redis = options.redis;
    this.#park = options.park;
    this.#name = options.name ?? `log-reader-${options.park}`;
  }

  async append(entry: NewEntry, fence?: Fence): Promise<Appended> {
    const park = this.#park;
    let reply: unknown;
    try {
      reply = await runScript(
        this.#redis,
        'append',
        [keys.log(park), keys.logHead(park), keys.dedup(park, entry.dedupId), keys.terms(park)],
        [this.#epochCandidate, entry.kind, entry.receivedAtMs, entry.body, DEDUP_TTL_MS, ...fenceArguments(fence)],
        entry.canWait !== true,
      );
    } catch (error) {
      throw new AppError(isOutOfMemory(error) ? 'LOG_FULL' : 'LOG_UNAVAILABLE', { cause: error });
    }
    const seq = Number(reply);
    if (seq === -1 && fence !== undefined) throw termLost(fence);
    return { seq, repeat: seq === 0 };
  }

  async head(): Promise<LogHead> {
    const park = this.#park;
    let reply: [string, string, string];
    try {
      reply = (await runScript(
        this.#redis,
        'log-head',
        [keys.log(park), keys.logHead(park)],
        [this.#epochCandidate],
      )) as [string, string, string];
    } catch (error) {
      throw redisFailure(error, 'reading the head of the log');
    }
    return { epoch: reply[0], seq: Number(reply[1]), firstSeq: Number(reply[2]) };
  }

  async read(nextSeq: number, limit: number, waitMs: number): Promise<RawEntry[]> {
    if (this.#epoch === null) {
      const head = await this.head();
      this.#epoch = head.epoch;
      this.#epochBytes = Buffer.from(head.epoch);
    }
    if (this.#isUnsure) await this.#checkLast(nextSeq);
    const entries = await this.#xread(nextSeq, limit, waitMs);
    const newest = entries.at(-1);
    if (newest === undefined) await this.#checkHead(nextSeq);
    else this.#last = { seq: newest.seq, receivedAtMs: newest.receivedAtMs };
    return entries;
  }

  close(): Promise<void> {
    if (this.#blocking !== null) closeRedis(this.#blocking);
    this.#blocking = null;
    this.#epoch = null;
    this.#epochBytes = null;
    this.#last = { seq: 0, receivedAtMs: 0 };
    this.#isUnsure = false;
    return Promise.resolve();
  }

  async #xread(nextSeq: number, limit: number, waitMs: number): Promise<RawEntry[]> {
    this.#blocking ??= this.#connect();
    const wait = waitMs > 0 ? ['BLOCK', Math.min(LONGEST_BLOCK_MS, Math.ceil(waitMs))] : [];
    const args = ['COUNT', limit, ...wait, 'STREAMS', keys.log(this.#park), idFromSeq(nextSeq - 1)];
    let reply: [Buffer, StreamEntry[]][] | null;
    try {
      reply = (await this.#blocking.callBuffer('XREAD', ...args)) as [Buffer, StreamEntry[]][] | null;
    } catch (error) {
      throw redisFailure(error, 'reading the log');
    }
    const found = reply?.[0]?.[1] ?? [];
    let expected = nextSeq;
    return found.map((item) => this.#entryFrom(item, expected++));
  }

  #entryFrom([id, fields]: StreamEntry, expectedSeq: number): RawEntry {
    const [, kind, , epoch, , receivedAtMs, , body] = fields;
    if (!kind || !epoch || !receivedAtMs || !body || !this.#epochBytes || this.#epoch === null) {
      throw new AppError('LOG_GAP', { detail: `entry ${expectedSeq} is not an entry of ours` });
    }
    if (!epoch.equals(this.#epochBytes)) throw epochChanged(this.#epoch, epoch.toString());
    const seq = seqFromId(id.toString('latin1'));
    if (seq !== expectedSeq) throw missing(expectedSeq, seq - 1);
    return {
      seq,
      epoch: this.#epoch,
      kind: Number(kind.toString('latin1')),
      receivedAtMs: Number(receivedAtMs.toString('latin1')),
      body,
    };
  }

  #connect(): Redis {
    const blocking = duplicateRedis(this.#redis, this.#name);
    // Also between two reads, when no command fails.
    blocking.on('close', () => {
      this.#isUnsure = true;
    });
    return blocking;
  }

  /** A log that lost its tail gives the sequences anew: is the entry below still the one that was read? */
  async #checkLast(nextSeq: number): Promise<void> {
    const { seq } = this.#last;
    if (seq !== nextSeq - 1) return;
    let fields: string[] | undefined;
    try {
      fields = (await this.#redis.xrange(keys.log(this.#park), idFromSeq(seq), idFromSeq(seq)))[0]?.[1];
    } catch (error) {
      throw redisFailure(error, 'looking for the newest entry read');
    }
    if (fields === undefined) await this.#checkHead(nextSeq);
    else if (Number(fields[5]) !== this.#last.receivedAtMs) throw missing(seq, seq);
    this.#isUnsure = false;
  }

  /** Nothing came. Is there really nothing, or is the log another one, shorter, or trimmed to its very end? */
  async #checkHead(nextSeq: number): Promise<void> {
    const head = await this.head();
    if (this.#epoch !== null && head.epoch !== this.#epoch) throw epochChanged(this.#epoch, head.epoch);
    if (head.seq < nextSeq - 1) throw missing(head.seq + 1, nextSeq - 1);
    if (head.seq >= nextSeq && head.firstSeq > nextSeq) throw missing(nextSeq, head.firstSeq - 1);
  }
}

/** As RESP2 gives it: id, then field, value, field, value. */
type StreamEntry = [Buffer, Buffer[]];
