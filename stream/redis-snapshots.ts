/**
 * The engine's snapshots in Redis: the newest two of the present epoch, each in pieces (redis-pieces.ts), its SHA-256 beside them. A
 * snapshot that does not match its checksum is as if it were not there. The trimmer keeps the log from the older of the two on.
 */
import { createHash } from 'node:crypto';
import { AppError } from '../core/errors.ts';
import { keys } from './keys.ts';
import { type Redis, redisFailure } from './redis.ts';
import { readPieces, stagePieces } from './redis-pieces.ts';
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

const CHECKSUM_BYTES = 32;
const checksumOf = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();
const termLost = (term: number): AppError => new AppError('TERM_LOST', { detail: `snapshot of term ${term}` });
const fieldOf = (head: SnapshotHead): string => `${head.seq}:${head.epoch}`;

export class RedisSnapshotStore implements SnapshotStore {
  readonly #redis: Redis;
  readonly #key: string;
  readonly #terms: string;
  readonly #staged: string;

  constructor(options: { readonly redis: Redis; readonly park: string }) {
    this.#redis = options.redis;
    this.#key = keys.snapshot(options.park);
    this.#terms = keys.terms(options.park);
    this.#staged = keys.staged(options.park, 'snapshot');
  }

  async put({ epoch, seq, term, bytes }: StoredSnapshot): Promise<void> {
    const field = fieldOf({ epoch, seq });
    const hash = createHash('sha256');
    let reply: unknown;
    try {
      const stage = { key: this.#staged, terms: this.#terms, term };
      const count = await stagePieces(this.#redis, stage, bytes, (piece) => hash.update(piece));
      const scriptKeys = [this.#key, this.#terms, stage.key, `${this.#key}:${field}`];
      reply = await runScript(this.#redis, 'put-snapshot', scriptKeys, [field, hash.digest(), count, epoch, term]);
    } catch (error) {
      throw error instanceof AppError ? error : redisFailure(error, 'writing a snapshot');
    }
    if (reply === -1) throw termLost(term);
    if (reply === -2) throw redisFailure(new Error('pieces are missing'), 'writing a snapshot');
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
      const stored = await this.#redis.hgetBuffer(this.#key, field);
      if (stored === null || stored.length < CHECKSUM_BYTES) return null;
      // A version before wrote the whole behind its checksum.
      const isWhole = stored.length > CHECKSUM_BYTES;
      const bytes = isWhole ? stored.subarray(CHECKSUM_BYTES) : await readPieces(this.#redis, `${this.#key}:${field}`);
      return bytes !== null && checksumOf(bytes).equals(stored.subarray(0, CHECKSUM_BYTES)) ? bytes : null;
    } catch (error) {
      throw redisFailure(error, 'reading a snapshot');
    }
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
