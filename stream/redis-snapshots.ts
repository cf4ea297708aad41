/**
 * The engine's snapshots in Redis: the newest two of the present epoch, each in pieces, with their number and SHA-256 beside them. A
 * snapshot that does not match its checksum is as if it were not there. The trimmer keeps the log from the older of the two on.
 *
 * In pieces, since Redis answers nobody while it takes and syncs a command: tens of megabytes at once hold up every position and
 * alarm behind them. A snapshot is there from the moment its number and checksum are; pieces of one that never got so far expire.
 */
import { createHash } from 'node:crypto';
import { AppError } from '../core/errors.ts';
import { keys } from './keys.ts';
import { type Redis, redisFailure } from './redis.ts';
import { runScript } from './scripts.ts';

export interface SnapshotHead {
  readonly epoch: string;
  /** Entries up to and including this one are in the snapshot. */
  readonly seq: number;
}

export interface StoredSnapshot extends SnapshotHead {
  /** Under which its watch wrote it. */
  readonly term: number;
  readonly bytes: Uint8Array;
}

/**
 * Newest first in every list. What is put is the park as it is: a snapshot ahead of it is from a tail that the log lost,
 * and goes.
 */
export interface SnapshotStore {
  /** Throws TERM_LOST, and changes nothing, under a term that is not the newest. */
  put(snapshot: StoredSnapshot): Promise<void>;
  list(): Promise<SnapshotHead[]>;
  /** null: not there, or broken. */
  get(head: SnapshotHead): Promise<Uint8Array | null>;
}

const PIECE_BYTES = 1 << 18;
/** Long enough for the slowest disk to take them all. */
const PIECES_EXPIRE_MS = 600_000;
const CHECKSUM_BYTES = 32;
/** Checksum and number of pieces; what is longer was written whole, behind its checksum, by a version before. */
const INDEX_BYTES = CHECKSUM_BYTES + 4;
const checksumOf = (pieces: readonly Uint8Array[]): Buffer => {
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(piece);
  return hash.digest();
};
const termLost = (term: number): AppError => new AppError('TERM_LOST', { detail: `snapshot of term ${term}` });
const fieldOf = (head: SnapshotHead): string => `${head.seq}:${head.epoch}`;

export class RedisSnapshotStore implements SnapshotStore {
  readonly #redis: Redis;
  readonly #key: string;
  readonly #terms: string;

  constructor(options: { readonly redis: Redis; readonly park: string }) {
    this.#redis = options.redis;
    this.#key = keys.snapshot(options.park);
    this.#terms = keys.terms(options.park);
  }

  async put({ epoch, seq, term, bytes }: StoredSnapshot): Promise<void> {
    const field = fieldOf({ epoch, seq });
    const pieces = `${this.#key}:${field}`;
    const hash = createHash('sha256');
    let count = 0;
    try {
      for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
        const piece = bytes.subarray(at, at + PIECE_BYTES);
        hash.update(piece);
        const sent = Buffer.from(piece.buffer, piece.byteOffset, piece.length);
        const pieceArgs = [count++, sent, term, PIECES_EXPIRE_MS, field];
        await this.#fenced('put-snapshot-piece', [pieces, this.#terms, this.#key], pieceArgs, term);
      }
      const index = Buffer.alloc(INDEX_BYTES);
      hash.digest().copy(index);
      index.writeUInt32BE(count, CHECKSUM_BYTES);
      await this.#fenced('put-snapshot', [this.#key, this.#terms, pieces], [field, index, epoch, term], term);
    } catch (error) {
      if (error instanceof AppError) throw error;
      throw redisFailure(error, 'writing a snapshot');
    }
  }

  async list(): Promise<SnapshotHead[]> {
    try {
      const fields = await this.#redis.hkeys(this.#key);
      return fields
        .map((field) => {
          const colon = field.indexOf(':');
          return { seq: Number(field.slice(0, colon)), epoch: field.slice(colon + 1) };
        })
        .sort((a, b) => b.seq - a.seq);
    } catch (error) {
      throw redisFailure(error, 'listing snapshots');
    }
  }

  async get(head: SnapshotHead): Promise<Uint8Array | null> {
    const field = fieldOf(head);
    try {
      const index = await this.#redis.hgetBuffer(this.#key, field);
      if (index === null || index.length < INDEX_BYTES) return null;
      const checksum = index.subarray(0, CHECKSUM_BYTES);
      const pieces =
        index.length === INDEX_BYTES
          ? await this.#pieces(`${this.#key}:${field}`, index.readUInt32BE(CHECKSUM_BYTES))
          : [index.subarray(CHECKSUM_BYTES)];
      return checksumOf(pieces).equals(checksum) ? Buffer.concat(pieces) : null;
    } catch (error) {
      throw redisFailure(error, 'reading a snapshot');
    }
  }

  /** One that is missing leaves what does not match the checksum. */
  async #pieces(key: string, count: number): Promise<Buffer[]> {
    const pieces: Buffer[] = [];
    for (let n = 0; n < count; n++) {
      const piece = await this.#redis.hgetBuffer(key, String(n));
      if (piece === null) break;
      pieces.push(piece);
    }
    return pieces;
  }

  async #fenced(
    name: 'put-snapshot' | 'put-snapshot-piece',
    scriptKeys: string[],
    args: (string | number | Buffer)[],
    term: number,
  ): Promise<void> {
    if ((await runScript(this.#redis, name, scriptKeys, args)) === -1) throw termLost(term);
  }
}

/** Twin in one process. */
export class MemorySnapshotStore implements SnapshotStore {
  #kept: StoredSnapshot[] = [];
  readonly #terms: ReadonlyMap<string, number>;

  /** `terms`: newest of the park's leases, where putting is to be fenced. */
  constructor(terms: ReadonlyMap<string, number> = new Map()) {
    this.#terms = terms;
  }

  async put(snapshot: StoredSnapshot): Promise<void> {
    if (snapshot.term < (this.#terms.get('watch') ?? 0)) throw termLost(snapshot.term);
    const others = this.#kept.filter((kept) => kept.epoch === snapshot.epoch && kept.seq < snapshot.seq);
    this.#kept = [...others, { ...snapshot, bytes: Uint8Array.from(snapshot.bytes) }]
      .sort((a, b) => b.seq - a.seq)
      .slice(0, 2);
  }

  async list(): Promise<SnapshotHead[]> {
    return this.#kept.map(({ epoch, seq }) => ({ epoch, seq }));
  }

  async get(head: SnapshotHead): Promise<Uint8Array | null> {
    return this.#kept.find((kept) => kept.epoch === head.epoch && kept.seq === head.seq)?.bytes ?? null;
  }
}
