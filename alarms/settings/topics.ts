/**
 * The check of each topic of settings: JSON as somebody wrote it -> the value that rules work with, or what is wrong with it.
 * Run by the pages before a setting is kept and by the engine before it takes one. A topic without a check here is not taken.
 */
import type { Result } from '../../core/result.ts';
import type { SettingTopicName } from '../../stream/protocol/settings.ts';
import { parseRuleSettings, type RuleSettings } from '../rule-settings.ts';
import { type Maintenance, parseMaintenance } from './maintenance.ts';
import { parseSuppression, type Suppression } from './suppression.ts';

/** What `parse` gives, by topic. */
export interface SettingValues {
  rules: RuleSettings;
  maintenance: Maintenance;
  suppression: Suppression;
}

/** `key`: the setting's own, which must fit the topic too. */
export type ParseSetting<T> = (value: unknown, key: string) => Result<T, string>;

export const SETTING_CHECKS: { readonly [K in keyof SettingValues]: ParseSetting<SettingValues[K]> } = {
  rules: parseRuleSettings,
  maintenance: parseMaintenance,
  suppression: parseSuppression,
};

export const settingCheck = (topic: SettingTopicName): ParseSetting<unknown> | undefined =>
  (SETTING_CHECKS as Partial<Record<SettingTopicName, ParseSetting<unknown>>>)[topic];
