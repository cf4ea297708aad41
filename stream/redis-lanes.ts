/**
 * What watch publishes and gateways read: the alarm lane `alarms:{park}` (ids are the log entries' own, so a repeat is
 * refused), the position lane `live:{park}` and the picture. Every publish is one script that checks the term of lease
 * `watch` in the log's slot. Twin: memory-lanes.ts.
 */
import { AppError } from '../core/errors.ts';
import { epochChanged, LIVE_KEPT_MS, missing, notOnLane } from './continuity.ts';
import { idFromSeq, keys, seqFromId } from './keys.ts';
import { decodeEffects, encodeEffects } from './lane-codec.ts';
import type { EffectsAt } from './protocol/effects.ts';
import type { LaneReader, WatchPublisher } from './protocol/log.ts';
import { closeRedis, duplicateRedis, LONGEST_BLOCK_MS, type Redis, redisFailure } from './redis.ts';
import { readPieces, stagePieces } from './redis-pieces.ts';
import { runScript, type ScriptName } from './scripts.ts';

/** Items a read takes from each lane at most. */
const READ_LIMIT = 500;

export interface RedisLanesOptions {
  readonly redis: Redis;
  readonly park: string;
}

export class RedisWatchPublisher implements WatchPublisher {
  readonly #redis: Redis;
  readonly #park: string;

  constructor(options: RedisLanesOptions) {
    this.#redis = options.redis;
    this.#park = options.park;
  }

  async publishEffects(term: number, item: EffectsAt, afterSeq = 0): Promise<boolean> {
    const park = this.#park;
    const reply = await this.#publish(
      'publish-effects',
      [keys.terms(park), keys.logHead(park), keys.alarms(park), keys.laneHead(park)],
      [term, item.seq, item.atMs, encodeEffects(item.effects), afterSeq],
    );
    if (reply === -2) throw notOnLane(afterSeq);
    return reply === 1;
  }

  async publishFrame(term: number, frame: Uint8Array, atMs: number): Promise<string> {
    const park = this.#park;
    const reply = await this.#publish(
      'publish-frame',
      [keys.terms(park), keys.live(park), keys.laneHead(park)],
      [term, atMs, frame, LIVE_KEPT_MS],
    );
    return String(reply);
  }

  async publishPicture(term: number, picture: Uint8Array): Promise<void> {
    const park = this.#park;
    const stage = { key: keys.staged(park, 'picture'), terms: keys.terms(park), term };
    let count: number;
    try {
      count = await stagePieces(this.#redis, stage, picture);
    } catch (error) {
      throw error instanceof AppError ? error : redisFailure(error, 'writing the picture');
    }
    const reply = await this.#publish(
      'publish-picture',
      [stage.terms, keys.logHead(park), keys.alarms(park), keys.laneHead(park), keys.picture(park), stage.key],
      [term, count],
    );
    if (reply === -2) throw redisFailure(new Error('pieces are missing'), 'writing the picture');
  }

  async #publish(script: ScriptName, scriptKeys: string[], args: (string | number | Uint8Array)[]): Promise<unknown> {
    let reply: unknown;
    try {
      reply = await runScript(this.#redis, script, scriptKeys, args);
    } catch (error) {
      throw redisFailure(error, script);
    }
    if (reply === -1) throw new AppError('TERM_LOST', { detail: `term ${args[0]} of watch` });
    return reply;
  }
}

type StreamEntry = [Buffer, Buffer[]];

/** Pins the lane's epoch at its first answer; from then on another epoch or a trimmed range is an error, never a skip. */
export class RedisLaneReader implements LaneReader {
  readonly #redis: Redis;
  readonly #park: string;
  #blocking: Redis | null = null;
  #epoch: string | null = null;
  /** Newest item that was given out; sequence 0: none yet. */
  #last = { seq: 0, atMs: 0 };
  /** The connection was lost since: the server may have come back without its tail. */
  #isUnsure = false;

  constructor(options: RedisLanesOptions) {
    this.#redis = options.redis;
    this.#park = options.park;
  }

  async picture(): Promise<Uint8Array | null> {
    try {
      return await readPieces(this.#redis, keys.picture(this.#park));
    } catch (error) {
      throw redisFailure(error, 'reading the picture');
    }
  }

  async laneHead(): Promise<{ epoch: string; firstSeq: number; seq: number }> {
    const head = await this.#head();
    this.#epoch = head.epoch;
    // Whoever asks begins anew, from a picture.
    this.#last = { seq: 0, atMs: 0 };
    this.#isUnsure = false;
    return head;
  }

  async read(nextSeq: number, liveId: string, waitMs: number) {
    if (this.#epoch === null) await this.laneHead();
    const park = this.#park;
    this.#blocking ??= this.#connect();
    if (this.#isUnsure) await this.#checkLast(nextSeq);
    const wait = waitMs > 0 ? ['BLOCK', Math.min(LONGEST_BLOCK_MS, Math.ceil(waitMs))] : [];
    const after = liveId === '' ? '0-0' : liveId;
    const streams = ['STREAMS', keys.alarms(park), keys.live(park), idFromSeq(nextSeq - 1), after];
    let reply: [Buffer, StreamEntry[]][] | null;
    try {
      reply = (await this.#blocking.callBuffer('XREAD', 'COUNT', READ_LIMIT, ...wait, ...streams)) as typeof reply;
    } catch (error) {
      throw redisFailure(error, 'reading the lanes');
    }
    // Asked for after the read: whatever was trimmed before it shows here.
    const head = await this.#head();
    if (this.#epoch !== null && head.epoch !== this.#epoch) throw epochChanged(this.#epoch, head.epoch);
    if (head.firstSeq > nextSeq) throw missing(nextSeq, head.firstSeq - 1);
    const entriesOf = (key: string): StreamEntry[] => reply?.find(([name]) => name.toString('utf8') === key)?.[1] ?? [];
    const effects = entriesOf(keys.alarms(park)).map(itemFromEntry);
    this.#last = effects.at(-1) ?? this.#last;
    return {
      effects,
      frames: entriesOf(keys.live(park)).map(frameFromEntry),
    };
  }

  #connect(): Redis {
    const blocking = duplicateRedis(this.#redis, `lane-reader-${this.#park}`);
    blocking.on('close', () => {
      this.#isUnsure = true;
    });
    return blocking;
  }

  /** A log that lost its tail gives the sequences anew: is the newest item read still there, and the log long enough? */
  async #checkLast(nextSeq: number): Promise<void> {
    const { seq, atMs } = this.#last;
    const id = idFromSeq(seq);
    const head = await this.#head();
    let fields: string[] | undefined;
    let logSeq: number;
    try {
      fields = (await this.#redis.xrange(keys.alarms(this.#park), id, id))[0]?.[1];
      logSeq = Number((await this.#redis.hget(keys.logHead(this.#park), 'seq')) ?? 0);
    } catch (error) {
      throw redisFailure(error, 'looking for the newest item read');
    }
    if (logSeq < nextSeq - 1) throw missing(logSeq + 1, nextSeq - 1);
    const isTrimmed = fields === undefined && seq < head.firstSeq;
    if (seq > 0 && !isTrimmed && Number(fields?.[1]) !== atMs) throw missing(seq, seq);
    this.#isUnsure = false;
  }

  /** The newest `limit` items with sequence <= seq, in ascending order. */
  async recentEffects(seq: number, limit: number): Promise<readonly EffectsAt[]> {
    const args = [keys.alarms(this.#park), idFromSeq(seq), '-', 'COUNT', limit];
    try {
      const entries = (await this.#redis.callBuffer('XREVRANGE', ...args)) as StreamEntry[];
      return entries.map(itemFromEntry).reverse();
    } catch (error) {
      throw redisFailure(error, 'reading the alarm lane backwards');
    }
  }

  close(): Promise<void> {
    if (this.#blocking !== null) closeRedis(this.#blocking);
    this.#blocking = null;
    return Promise.resolve();
  }

  /** A lane on which nothing was published yet has the log's epoch. */
  async #head(): Promise<{ epoch: string; firstSeq: number; seq: number }> {
    try {
      const [epoch, firstSeq, seq] = await this.#redis.hmget(keys.laneHead(this.#park), 'epoch', 'keptFrom', 'seq');
      return {
        epoch: epoch ?? (await this.#redis.hget(keys.logHead(this.#park), 'epoch')) ?? '',
        firstSeq: Number(firstSeq ?? 1),
        seq: Number(seq ?? 0),
      };
    } catch (error) {
      throw redisFailure(error, 'reading the head of the lanes');
    }
  }
}

function itemFromEntry([id, fields]: StreamEntry): EffectsAt {
  const [, atMs, , body] = fields;
  if (!atMs || !body) throw new AppError('LOG_GAP', { detail: `alarm lane entry ${id} is not ours` });
  return { seq: seqFromId(id.toString('latin1')), atMs: Number(atMs.toString('latin1')), effects: decodeEffects(body) };
}

function frameFromEntry([id, fields]: StreamEntry): { liveId: string; frame: Uint8Array } {
  const frame = fields[5];
  if (!frame) throw new AppError('LOG_GAP', { detail: `live lane entry ${id} is not ours` });
  return { liveId: id.toString('latin1'), frame };
}
