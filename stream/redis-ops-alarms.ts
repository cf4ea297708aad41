/** Ops alarms in a Redis hash, and their twin in one process. Both run test/contract/ops-alarms.ts. */
import { keys } from './keys.ts';
import type { OpsAlarm, OpsAlarmCode, OpsAlarms } from './protocol/ops-alarms.ts';
import { type Redis, redisFailure } from './redis.ts';
import { runScript } from './scripts.ts';

const fieldOf = (code: OpsAlarmCode, subject: string): string => `${code}:${subject}`;
const inOrder = (alarms: OpsAlarm[]): OpsAlarm[] =>
  alarms.sort((a, b) => a.sinceMs - b.sinceMs || fieldOf(a.code, a.subject).localeCompare(fieldOf(b.code, b.subject)));

export class RedisOpsAlarms implements OpsAlarms {
  readonly #redis: Redis;
  readonly #key: string;
  readonly #terms: string;

  constructor(options: { readonly redis: Redis; readonly park: string }) {
    this.#redis = options.redis;
    this.#key = keys.opsAlarms(options.park);
    this.#terms = keys.terms(options.park);
  }

  async raise(alarm: Omit<OpsAlarm, 'sinceMs'>): Promise<void> {
    const field = fieldOf(alarm.code, alarm.subject);
    try {
      // Two that raise at once differ by moments in sinceMs alone.
      const before = await this.#redis.hget(this.#key, field);
      const sinceMs = before === null ? alarm.atMs : (JSON.parse(before) as OpsAlarm).sinceMs;
      // Through a script, which goes on beyond maxmemory: that Redis is full is one of the alarms.
      const value = JSON.stringify({ ...alarm, sinceMs });
      await runScript(this.#redis, 'set-field', [this.#key, this.#terms], [field, value, '', 0]);
    } catch (error) {
      throw redisFailure(error, 'raising an ops alarm');
    }
  }

  async clear(code: OpsAlarmCode, subject: string): Promise<void> {
    try {
      await this.#redis.hdel(this.#key, fieldOf(code, subject));
    } catch (error) {
      throw redisFailure(error, 'clearing an ops alarm');
    }
  }

  async list(): Promise<OpsAlarm[]> {
    try {
      const stored = await this.#redis.hvals(this.#key);
      return inOrder(stored.map((text) => JSON.parse(text) as OpsAlarm));
    } catch (error) {
      throw redisFailure(error, 'reading ops alarms');
    }
  }
}

export class MemoryOpsAlarms implements OpsAlarms {
  readonly #standing = new Map<string, OpsAlarm>();

  async raise(alarm: Omit<OpsAlarm, 'sinceMs'>): Promise<void> {
    const field = fieldOf(alarm.code, alarm.subject);
    this.#standing.set(field, { ...alarm, sinceMs: this.#standing.get(field)?.sinceMs ?? alarm.atMs });
  }

  async clear(code: OpsAlarmCode, subject: string): Promise<void> {
    this.#standing.delete(fieldOf(code, subject));
  }

  async list(): Promise<OpsAlarm[]> {
    return inOrder([...this.#standing.values()]);
  }
}
