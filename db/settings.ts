/**
 * The park's settings as rows: the version that holds, every one before it, and the outbox row that brings a change to the
 * engine. Invariant: nothing is kept that the topic's check does not take, and each change is row, history and outbox in the
 * caller's transaction. Called by admin/park-settings.ts and server/relay.ts.
 */
import { settingCheck } from '../alarms/settings/topics.ts';
import { AppError } from '../core/errors.ts';
import type { SettingBody } from '../stream/protocol/entry.ts';
import { SETTING_TOPICS, type SettingTopicName } from '../stream/protocol/settings.ts';
import type { CompanyScope } from './company-scope.ts';
import { addToOutbox, type LogPlaceOfRow } from './outbox.ts';
import { type Pool, type PoolClient, type Queryable, queryRows } from './pool.ts';

export interface SettingVersion {
  readonly version: number;
  /** null: withdrawn. */
  readonly value: unknown;
  readonly by: string;
  readonly atMs: number;
  readonly reason: string;
}

export interface StoredSetting extends SettingVersion {
  readonly topic: SettingTopicName;
  readonly key: string;
  /** What the engine said last; null: nothing. */
  readonly running: { readonly version: number; readonly atMs: number; readonly problem: string | null } | null;
}

export interface NewSetting {
  readonly topic: SettingTopicName;
  readonly key: string;
  /** null withdraws it. */
  readonly value: unknown;
  /** Version that holds now; 0: none does. */
  readonly expectedVersion: number;
}

export interface SettingAuthor {
  readonly userId: string;
  readonly userName: string;
  readonly atMs: number;
  readonly reason: string;
}

export const settingTopic = (name: string): SettingTopicName | undefined => SETTING_TOPICS.find((one) => one === name);

/** What is wrong with it; null: nothing. */
export function problemOf(topic: SettingTopicName, key: string, value: unknown): string | null {
  if (value === null) return null;
  const check = settingCheck(topic);
  if (check === undefined) return `topic "${topic}" takes no settings in this version`;
  const result = check(value, key);
  return result.ok ? null : result.error;
}

/** Keys of a company begin with its code: areas, posts, detectors, alarm codes. */
const COMPANY_TOPICS: readonly SettingTopicName[] = ['area', 'post', 'detector', 'alarm-code'];
const IN_SCOPE = `($1::text IS NULL OR (s.topic = ANY ($2::text[]) AND starts_with(s.key, $1 || '/')))`;

const VERSION_COLUMNS = `s.version, s.value, s.by, (extract(epoch FROM s.at) * 1000)::bigint AS "atMs", s.reason`;

/** In order of topic and key. `key` null: all of them. */
export const readSettings = (
  pool: Pool,
  scope: CompanyScope,
  topic: SettingTopicName | null,
  key: string | null = null,
): Promise<StoredSetting[]> =>
  queryRows<StoredSetting>(
    pool,
    `SELECT s.topic, s.key, ${VERSION_COLUMNS},
       CASE WHEN d.value IS NULL THEN NULL ELSE jsonb_build_object('version', d.value -> 'version', 'atMs', d.value -> 'atMs',
         'problem', d.value -> 'problem') END AS running
     FROM setting s LEFT JOIN doc d ON d.kind = 'setting' AND d.key = s.topic || ':' || s.key AND NOT d.gone
     WHERE ${IN_SCOPE} AND ($3::text IS NULL OR s.topic = $3) AND ($4::text IS NULL OR s.key = $4)
     ORDER BY s.topic, s.key COLLATE "C"`,
    [scope, COMPANY_TOPICS, topic, key],
  );

/** Newest first; empty: never set, or out of scope. */
export const readSettingVersions = (
  pool: Pool,
  scope: CompanyScope,
  topic: SettingTopicName,
  key: string,
): Promise<SettingVersion[]> =>
  queryRows<SettingVersion>(
    pool,
    `SELECT ${VERSION_COLUMNS} FROM setting_version s WHERE ${IN_SCOPE} AND s.topic = $3 AND s.key = $4
     ORDER BY s.version DESC`,
    [scope, COMPANY_TOPICS, topic, key],
  );

/** As they held at an instant, withdrawn ones left out. */
export const readSettingsAt = (
  pool: Pool,
  atMs: number,
): Promise<{ topic: SettingTopicName; key: string; version: number; value: unknown }[]> =>
  queryRows(
    pool,
    `SELECT topic, key, version, value FROM (
       SELECT DISTINCT ON (topic, key) topic, key, version, value FROM setting_version WHERE at <= $1
       ORDER BY topic, key, version DESC) s
     WHERE value IS NOT NULL ORDER BY topic, key COLLATE "C"`,
    [new Date(atMs)],
  );

const PUT = `
  INSERT INTO setting AS s (topic, key, version, value, by, at, reason)
  SELECT $1, $2, $3::integer + 1, $4::jsonb, $5, $6, $7
  WHERE $3 = 0 OR EXISTS (SELECT FROM setting WHERE topic = $1 AND key = $2)
  ON CONFLICT (topic, key) DO UPDATE SET version = excluded.version, value = excluded.value, by = excluded.by,
    at = excluded.at, reason = excluded.reason, log_epoch = NULL, log_seq = NULL
  WHERE s.version = $3`;

const KEEP = `INSERT INTO setting_version (topic, key, version, value, by, at, reason) VALUES ($1, $2, $3, $4::jsonb, $5, $6, $7)`;

/**
 * Inside the caller's transaction: all or none. Gives the new versions in the order of `settings`. Throws AppError
 * INPUT_INVALID (the check does not take it), CONFLICT (another version holds by now), DATABASE_UNAVAILABLE.
 */
export async function putSettings(
  client: PoolClient,
  settings: readonly NewSetting[],
  author: SettingAuthor,
): Promise<number[]> {
  for (const { topic, key, value } of settings) {
    const problem = problemOf(topic, key, value);
    if (problem !== null) throw new AppError('INPUT_INVALID', { detail: `${topic} ${key}: ${problem}` });
  }
  const bodies: SettingBody[] = [];
  // In one order, so that two who change many at once do not wait for each other in a ring.
  for (const setting of [...settings].sort(byPath)) {
    const { topic, key, expectedVersion } = setting;
    const value = setting.value === null ? null : JSON.stringify(setting.value);
    const more = [value, author.userName, new Date(author.atMs), author.reason];
    const put = await client.query(PUT, [topic, key, expectedVersion, ...more]);
    if (put.rowCount !== 1) {
      throw new AppError('CONFLICT', { detail: `${topic} ${key}: version ${expectedVersion} holds no more` });
    }
    const version = expectedVersion + 1;
    await client.query(KEEP, [topic, key, version, ...more]);
    const { userId, userName } = author;
    bodies.push({ topic, key, version, value: setting.value, userId, userName });
  }
  await addToOutbox(client, 'setting', bodies);
  return settings.map(({ expectedVersion }) => expectedVersion + 1);
}

const byPath = (a: NewSetting, b: NewSetting): number => (pathOf(a) < pathOf(b) ? -1 : 1);
const pathOf = ({ topic, key }: { readonly topic: string; readonly key: string }): string => `${topic}:${key}`;

/** Versions that hold, 0 where none does, locked against other changes until the transaction ends. */
export async function lockVersions(
  client: PoolClient,
  topic: SettingTopicName,
  keys: readonly string[],
): Promise<Map<string, { version: number; value: unknown }>> {
  const rows = await queryRows<{ key: string; version: number; value: unknown }>(
    client,
    'SELECT key, version, value FROM setting WHERE topic = $1 AND key = ANY ($2::text[]) ORDER BY key FOR UPDATE',
    [topic, keys],
  );
  return new Map(rows.map(({ key, version, value }) => [key, { version, value }]));
}

/** A setting with the place of its version in the log, for who brings settings there. */
export interface PlacedSetting {
  readonly body: SettingBody;
  /** null: not in the log yet; its outbox row waits. */
  readonly place: LogPlaceOfRow | null;
}

export async function readPlacedSettings(db: Queryable): Promise<PlacedSetting[]> {
  const rows = await queryRows<SettingBody & { epoch: string | null; seq: number | null }>(
    db,
    `SELECT topic, key, version, value, '' AS "userId", by AS "userName", log_epoch AS epoch, log_seq AS seq
     FROM setting ORDER BY topic, key`,
  );
  return rows.map(({ epoch, seq, ...body }) => ({
    body,
    place: epoch === null || seq === null ? null : { epoch, seq },
  }));
}

export async function noteSettingPlace(
  db: Queryable,
  { topic, key, version }: SettingBody,
  { epoch, seq }: LogPlaceOfRow,
): Promise<void> {
  await queryRows(
    db,
    'UPDATE setting SET log_epoch = $4, log_seq = $5 WHERE topic = $1 AND key = $2 AND version = $3',
    [topic, key, version, epoch, seq],
  );
}

/** The same value under the version after `above`, which the engine has from a time that the database has lost. */
export async function reissueSetting(
  client: PoolClient,
  { topic, key, version, value }: SettingBody,
  above: number,
  author: SettingAuthor,
): Promise<void> {
  const next = above + 1;
  const more = [value === null ? null : JSON.stringify(value), author.userName, new Date(author.atMs), author.reason];
  const moved = await client.query(
    `UPDATE setting SET version = $4, by = $5, at = $6, reason = $7, log_epoch = NULL, log_seq = NULL
     WHERE topic = $1 AND key = $2 AND version = $3`,
    [topic, key, version, next, ...more.slice(1)],
  );
  if (moved.rowCount !== 1) return;
  await client.query(KEEP, [topic, key, next, ...more]);
  const { userId, userName } = author;
  await addToOutbox(client, 'setting', [{ topic, key, version: next, value, userId, userName }]);
}

/** Versions that came in the span, in order of time. */
export const readSettingsBetween = (
  pool: Pool,
  fromMs: number,
  toMs: number,
): Promise<{ topic: SettingTopicName; key: string; version: number; value: unknown; atMs: number }[]> =>
  queryRows(
    pool,
    `SELECT topic, key, version, value, (extract(epoch FROM at) * 1000)::bigint AS "atMs" FROM setting_version
     WHERE at > $1 AND at < $2 ORDER BY at, topic, key, version`,
    [new Date(fromMs), new Date(toMs)],
  );
