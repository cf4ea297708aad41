/** What the engine hears of a register's rows: settings, put in the transaction that changes the row (db/settings.ts). */

import { AppError } from '../../core/errors.ts';
import type { PoolClient } from '../../db/pool.ts';
import { isSameJson } from '../../db/registers/changes.ts';
import { lockVersions, type NewSetting, putSettings } from '../../db/settings.ts';
import type { AnyRegister, Told } from '../../registers/register.ts';
import type { SettingTopicName } from '../../stream/protocol/settings.ts';
import type { Authorship, StoredRow, StoredValues } from './store.ts';

/** Sealed values reach no setting: `values` has them masked. */
export const toldOf = (register: AnyRegister, values: StoredValues, companyCode: string | null): Told | null =>
  register.tells?.(values as never, companyCode) ?? null;

/** Throws what putSettings throws. */
export async function tellEngine(
  client: PoolClient,
  changes: readonly { readonly before: Told | null; readonly after: Told | null }[],
  by: Authorship,
): Promise<void> {
  const wanted = new Map<string, Told>();
  const isSamePlace = (a: Told, b: Told): boolean => a.topic === b.topic && a.key === b.key;
  const put = (told: Told): void => void wanted.set(`${told.topic}:${told.key}`, told);
  // Withdrawals first: a row may take the place that another one leaves.
  for (const { before, after } of changes) {
    if (before !== null && (after === null || !isSamePlace(before, after))) put({ ...before, value: null });
  }
  for (const { before, after } of changes) {
    if (after === null) continue;
    const isSame = before !== null && isSamePlace(before, after) && isSameJson(before.value, after.value);
    if (!isSame) put(after);
  }
  const settings: NewSetting[] = [];
  for (const topic of new Set([...wanted.values()].map((told): SettingTopicName => told.topic))) {
    const ofTopic = [...wanted.values()].filter((told) => told.topic === topic);
    const held = await lockVersions(
      client,
      topic,
      ofTopic.map(({ key }) => key),
    );
    for (const { key, value } of ofTopic) {
      const now = held.get(key);
      if (value === null && (now === undefined || now.value === null)) continue;
      settings.push({ topic, key, value, expectedVersion: now?.version ?? 0 });
    }
  }
  if (settings.length > 0) await putSettings(client, settings, { ...by, reason: by.reason ?? by.act });
}

/** Whoever changes rows that make settings together waits for the one before. */
const LOCK_CLASS = 2_018;

interface Move {
  readonly before: StoredRow | null;
  readonly after: StoredRow | null;
}
interface ToldChange {
  readonly before: Told | null;
  readonly after: Told | null;
}

/**
 * What rows that make settings together are told before and after a write, and that it still is what they were told before. Rows
 * of a company make theirs alone: what one company keeps neither delays nor stops another. `read`: all that stand of it.
 */
export async function togetherTold(
  client: PoolClient,
  register: AnyRegister,
  read: (companyCode: string | null) => Promise<readonly StoredRow[]>,
  moves: readonly Move[],
): Promise<ToldChange[]> {
  const companyOf = ({ before, after }: Move): string | null => (after ?? before)?.companyCode ?? null;
  const companies = [...new Set(moves.map(companyOf))].sort();
  const changes: ToldChange[] = [];
  for (const companyCode of companies) {
    await client.query('SELECT pg_advisory_xact_lock($1, hashtext($2))', [
      LOCK_CLASS,
      JSON.stringify([register.name, companyCode]),
    ]);
    const own = moves.filter((move) => companyOf(move) === companyCode);
    changes.push(...(await toldOfCompany(client, register, await read(companyCode), own)));
  }
  return changes;
}

async function toldOfCompany(
  client: PoolClient,
  { tellsTogether, key }: AnyRegister,
  now: readonly StoredRow[],
  moves: readonly Move[],
): Promise<ToldChange[]> {
  const moved = new Set(moves.flatMap(({ after }) => (after === null ? [] : [after.id])));
  const was = [
    ...now.filter(({ id }) => !moved.has(id)),
    ...moves.flatMap(({ before }) => (before === null ? [] : [before])),
  ];
  const keyOf = (row: StoredRow): string => JSON.stringify([row.values[key], row.companyCode]);
  const toldBy = (rows: readonly StoredRow[]): Map<string, Told> => {
    const sorted = [...rows].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
    return new Map((tellsTogether?.(sorted as never) ?? []).map((told) => [`${told.topic}:${told.key}`, told]));
  };
  const [before, after] = [toldBy(was), toldBy(now)];
  const changes = [...new Set([...before.keys(), ...after.keys()])]
    .map((path) => ({ before: before.get(path) ?? null, after: after.get(path) ?? null }))
    .filter((change) => !isSameJson(change.before, change.after));
  for (const { before: told, after: next } of changes) {
    const { topic, key: settingKey } = (told ?? next) as Told;
    const held = (await lockVersions(client, topic, [settingKey])).get(settingKey)?.value ?? null;
    if (held !== null && !isPartOf(held, told?.value)) {
      throw new AppError('CONFLICT', {
        detail: `setting ${topic} ${settingKey} was put by another way: withdraw it first, or take it over into the rows`,
      });
    }
  }
  return changes;
}

/** Whether rows say all that is held; an older version told less of the same rows. */
const isPartOf = (held: unknown, told: unknown): boolean =>
  isSameJson(held, told) ||
  (isObject(held) && isObject(told) && Object.keys(held).every((name) => isSameJson(held[name], told[name])));
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
