/** What the engine hears of a register's rows: settings, put in the transaction that changes the row (db/settings.ts). */
import type { PoolClient } from '../../db/pool.ts';
import { isSameJson } from '../../db/registers/changes.ts';
import { lockVersions, type NewSetting, putSettings } from '../../db/settings.ts';
import type { AnyRegister, Told } from '../../registers/register.ts';
import type { SettingTopicName } from '../../stream/protocol/settings.ts';
import type { Authorship, StoredValues } from './store.ts';

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
