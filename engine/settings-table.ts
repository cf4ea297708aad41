/**
 * The park's settings as the log told them, newest version of each topic and key, checked. A withdrawn one leaves its version
 * behind, so that an older one that comes late does not bring it back.
 */
import { type SettingValues, settingCheck } from '../alarms/settings/topics.ts';
import type { Effect } from '../stream/protocol/effects.ts';
import type { SettingBody } from '../stream/protocol/entry.ts';
import type { SettingTopicName } from '../stream/protocol/settings.ts';
import type { Park } from './park.ts';

export interface Setting {
  readonly topic: SettingTopicName;
  readonly key: string;
  readonly version: number;
  /** As the log has it; null: withdrawn. */
  readonly value: unknown;
}

interface Kept {
  readonly setting: Setting;
  /** What the check made of it; null: withdrawn. */
  readonly parsed: unknown;
}

const pathOf = (topic: SettingTopicName, key: string): string => `${topic}:${key}`;

export class SettingsTable {
  readonly #kept = new Map<string, Kept>();
  readonly #keysOf = new Map<SettingTopicName, string[]>();

  get<K extends keyof SettingValues>(topic: K, key: string): SettingValues[K] | undefined {
    return (this.#kept.get(pathOf(topic, key))?.parsed ?? undefined) as SettingValues[K] | undefined;
  }

  /** 0: never set. */
  versionOf(topic: SettingTopicName, key: string): number {
    return this.settingOf(topic, key)?.version ?? 0;
  }

  /** As the log told it last, withdrawn or not; undefined: never set. */
  settingOf(topic: SettingTopicName, key: string): Setting | undefined {
    return this.#kept.get(pathOf(topic, key))?.setting;
  }

  /** Those of a topic that hold, in order of their keys. */
  entries<K extends keyof SettingValues>(topic: K): [key: string, value: SettingValues[K]][] {
    return (this.#keysOf.get(topic) ?? []).flatMap((key): [string, SettingValues[K]][] => {
      const value = this.get(topic, key);
      return value === undefined ? [] : [[key, value]];
    });
  }

  /** What is wrong with it; null: it holds from now on. */
  put(setting: Setting): string | null {
    let parsed: unknown = null;
    if (setting.value !== null) {
      const check = settingCheck(setting.topic);
      if (check === undefined) return `no topic "${setting.topic}" here`;
      const result = check(setting.value, setting.key);
      if (!result.ok) return result.error;
      parsed = result.value;
    }
    const path = pathOf(setting.topic, setting.key);
    if (!this.#kept.has(path)) {
      this.#keysOf.set(setting.topic, [...(this.#keysOf.get(setting.topic) ?? []), setting.key].sort());
    }
    this.#kept.set(path, { setting, parsed });
    return null;
  }

  save(): Setting[] {
    return [...this.#keysOf.keys()]
      .sort()
      .flatMap((topic) => (this.#keysOf.get(topic) ?? []).flatMap((key) => this.settingOf(topic, key) ?? []));
  }

  /** Of an engine version whose checks were others: what is no setting any more is left out. */
  static load(settings: readonly Setting[]): SettingsTable {
    const table = new SettingsTable();
    for (const setting of settings) table.put(setting);
    return table;
  }
}

/** One setting of the log: taken when it is newer than the known one; the answer says which version holds. */
export function takeSetting(park: Park, body: SettingBody, effects: Effect[]): void {
  const { topic, key, version, value } = body;
  const known = park.config.versionOf(topic, key);
  if (version <= known) return;
  const before = park.config.settingOf(topic, key);
  const setting: Setting = { topic, key, version, value };
  const problem = park.config.put(setting);
  const answer = { topic, key, version: problem === null ? version : known, atMs: park.nowMs, problem };
  park.docs.put('setting', pathOf(topic, key), answer, [], effects);
  if (problem !== null) return;
  if (topic === 'rules') park.useRules(park.config.get('rules', ''));
  for (const part of park.parts) part.onSetting?.(park, setting, before, effects);
}
