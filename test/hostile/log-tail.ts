/** Follows a park's log from outside, for tests that assert what came in and what did not. */
import type { LogEntry } from '../../stream/protocol/entry.ts';
import { decodeEntry, entryKindName } from '../../stream/protocol/entry-codec.ts';
import { closeRedis, createRedis, type Redis } from '../../stream/redis.ts';
import { RedisLog } from '../../stream/redis-log.ts';

/** Made by the park itself as time goes by; everything else came from outside. */
const OWN_KINDS: ReadonlySet<string | undefined> = new Set([
  'tick',
  'engineVersion',
  'downtime',
  'doorCounts',
  'digest',
  'heardRows',
  'cameras',
]);

export class LogTail {
  readonly redis: Redis;
  readonly #log: RedisLog;
  #nextSeq = 1;

  constructor(redisUrl: string, park = 'demo') {
    this.redis = createRedis(redisUrl, { name: 'hostile-tail' });
    this.#log = new RedisLog({ redis: this.redis, park, name: 'hostile-tail-reader' });
  }

  /** Entries from outside since the last call, up to the head of the log at this moment. */
  async news(): Promise<LogEntry[]> {
    const { seq } = await this.#log.head();
    const found: LogEntry[] = [];
    while (this.#nextSeq <= seq) {
      for (const raw of await this.#log.read(this.#nextSeq, 500, 0)) {
        this.#nextSeq = raw.seq + 1;
        if (!OWN_KINDS.has(entryKindName(raw.kind))) found.push(decodeEntry(raw));
      }
    }
    return found;
  }

  async close(): Promise<void> {
    await this.#log.close();
    closeRedis(this.redis);
  }
}
