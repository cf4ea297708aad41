/**
 * The park's settings as pages and the `park` command change them: checked, versioned, on record, and on their way to the engine
 * in one transaction (db/settings.ts). Invariant: reads take a company scope; who may write is the route's to say.
 */
import type { Clock } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import { pause } from '../core/pause.ts';
import type {
  SettingChange,
  SettingChanged,
  SettingHistory,
  SettingImport,
  SettingImported,
  SettingsAnswer,
} from '../core/settings-api.ts';
import type { CompanyScope } from '../db/company-scope.ts';
import { type Pool, withTransaction } from '../db/pool.ts';
import {
  lockVersions,
  type NewSetting,
  problemOf,
  putSettings,
  readSettings,
  readSettingVersions,
  settingTopic,
} from '../db/settings.ts';
import { SETTING_TOPICS, type SettingTopicName } from '../stream/protocol/settings.ts';
import { type Actor, insertAudit } from './audit.ts';

/** How settings are read and changed. Throws AppError INPUT_INVALID, NOT_FOUND, CONFLICT, DATABASE_UNAVAILABLE. */
export interface ParkSettings {
  list(scope: CompanyScope, topic: string | null): Promise<SettingsAnswer>;
  history(scope: CompanyScope, topic: string, key: string): Promise<SettingHistory>;
  put(change: SettingChange, actor: Actor): Promise<SettingChanged>;
  import(request: SettingImport, actor: Actor): Promise<SettingImported>;
}

export const IMPORT_MAX = 1_000;
/** The engine answers in milliseconds, the store keeps the answer within half a second. */
const WAIT_MS = 2_000;
const LOOK_EVERY_MS = 50;

export class StoredParkSettings implements ParkSettings {
  readonly #pool: Pool;
  readonly #clock: Clock;
  readonly #waitMs: number;

  /** `waitMs`: how long an answer waits for the engine. */
  constructor(pool: Pool, clock: Clock, waitMs = WAIT_MS) {
    this.#pool = pool;
    this.#clock = clock;
    this.#waitMs = waitMs;
  }

  async list(scope: CompanyScope, topic: string | null): Promise<SettingsAnswer> {
    return { settings: await readSettings(this.#pool, scope, topic === null ? null : topicOf(topic)) };
  }

  async history(scope: CompanyScope, topic: string, key: string): Promise<SettingHistory> {
    const versions = await readSettingVersions(this.#pool, scope, topicOf(topic), key);
    if (versions.length === 0) throw new AppError('NOT_FOUND', { detail: `${topic} ${key}` });
    return { versions };
  }

  async put(change: SettingChange, actor: Actor): Promise<SettingChanged> {
    const { key, value, expectedVersion } = change;
    const topic = topicOf(change.topic);
    if (value === null && expectedVersion === 0) throw new AppError('NOT_FOUND', { detail: `${topic} ${key}` });
    const before = (await this.#running(topic, key))?.atMs ?? null;
    const setting = { topic, key, value, expectedVersion };
    const [version] = await this.#keep([setting], change.reason, actor);
    const wanted = version ?? 0;
    const untilMs = performance.now() + this.#waitMs;
    for (;;) {
      const running = await this.#running(topic, key);
      if (running?.version === wanted) return { version: wanted, running: true, problem: null };
      const isNews = running !== null && running.atMs !== before;
      if (isNews && running.problem !== null) return { version: wanted, running: false, problem: running.problem };
      if (performance.now() >= untilMs) return { version: wanted, running: false, problem: null };
      await pause(LOOK_EVERY_MS, NEVER);
    }
  }

  async import(request: SettingImport, actor: Actor): Promise<SettingImported> {
    const topic = topicOf(request.topic);
    const { items, reason, dryRun } = request;
    const repeated = items.map(({ key }, i) => items.findIndex((other) => other.key === key) < i);
    const problems = items.map(({ key, value }, i) => {
      if (repeated[i] === true) return `key "${key}" comes twice`;
      return value === null ? 'a value is needed' : problemOf(topic, key, value);
    });
    const isFine = problems.every((problem) => problem === null);
    return withTransaction(this.#pool, async (client) => {
      const keys = items.map(({ key }) => key);
      const held = await lockVersions(client, topic, keys);
      const changes: NewSetting[] = [];
      const outcomes = items.map(({ key, value }, i): SettingImported['items'][number] => {
        const now = held.get(key);
        const version = now?.version ?? 0;
        const problem = problems[i] ?? null;
        if (problem !== null) return { key, outcome: 'invalid', problem, version };
        if (now !== undefined && isSame(now.value, value)) return { key, outcome: 'same', problem, version };
        changes.push({ topic, key, value, expectedVersion: version });
        const outcome = now === undefined || now.value === null ? 'new' : 'changed';
        return { key, outcome, problem, version: version + 1 };
      });
      if (isFine && !dryRun && changes.length > 0) {
        const { userId, userName } = actor;
        const author = { userId: userId ?? '', userName, atMs: this.#clock.nowMs(), reason };
        await putSettings(client, changes, author);
        const detail = { reason, settings: changes.map(({ key, expectedVersion }) => [key, expectedVersion + 1]) };
        await insertAudit(client, { actor, action: 'setting.import', subject: topic, outcome: 'ok', detail });
      }
      return { ok: isFine, items: outcomes };
    });
  }

  async #running(topic: SettingTopicName, key: string) {
    const [row] = await readSettings(this.#pool, null, topic, key);
    return row?.running ?? null;
  }

  #keep(settings: readonly NewSetting[], reason: string, actor: Actor): Promise<number[]> {
    const author = { userId: actor.userId ?? '', userName: actor.userName, atMs: this.#clock.nowMs(), reason };
    return withTransaction(this.#pool, async (client) => {
      const versions = await putSettings(client, settings, author);
      for (const [i, { topic, key, value }] of settings.entries()) {
        const detail = { version: versions[i], reason, withdrawn: value === null };
        const action = 'setting.put';
        await insertAudit(client, { actor, action, subject: `${topic}:${key}`, outcome: 'ok', detail });
      }
      return versions;
    });
  }
}

const NEVER = new AbortController().signal;

function topicOf(name: string): SettingTopicName {
  const topic = settingTopic(name);
  if (topic === undefined)
    throw new AppError('INPUT_INVALID', { detail: `topic: one of ${SETTING_TOPICS.join(', ')}` });
  return topic;
}

/** As JSON, whatever the order of fields: PostgreSQL keeps none. */
function isSame(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return Object.is(a, b);
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [left, right] = [Object.entries(a), new Map(Object.entries(b))];
  return left.length === right.size && left.every(([name, value]) => right.has(name) && isSame(value, right.get(name)));
}
