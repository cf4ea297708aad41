/**
 * The check of each topic of settings: JSON as somebody wrote it -> the value that rules work with, or what is wrong with it.
 * Run by the pages before a setting is kept and by the engine before it takes one. A topic without a check here is not taken.
 */
import type { Result } from '../../core/result.ts';
import type { SettingTopicName } from '../../stream/protocol/settings.ts';
import { parseRuleSettings, type RuleSettings } from '../rule-settings.ts';
import type { Calendar } from '../shifts.ts';
import { type AlarmCode, parseAlarmCode } from './alarm-code.ts';
import { type AreaSetting, parseAreaSetting } from './area.ts';
import { parseCalendar } from './calendar.ts';
import { type Detector, parseDetector } from './detector.ts';
import { type Maintenance, parseMaintenance } from './maintenance.ts';
import { type Patrol, parsePatrol } from './patrol.ts';
import { type PermitAccess, parsePermitAccess } from './permit-access.ts';
import { type Post, parsePost } from './post.ts';
import { parseRoster, type Roster } from './roster.ts';
import { parseRouting, type Routing } from './routing.ts';
import { parseSuppression, type Suppression } from './suppression.ts';
import { type CascadeValue, parseVideo } from './video.ts';
import { parseWeather, type WeatherNotices } from './weather.ts';

/** What `parse` gives, by topic. */
export interface SettingValues {
  rules: RuleSettings;
  area: AreaSetting;
  post: Post;
  calendar: Calendar;
  weather: WeatherNotices;
  routing: Routing;
  roster: Roster;
  maintenance: Maintenance;
  'alarm-code': AlarmCode;
  suppression: Suppression;
  detector: Detector;
  patrol: Patrol;
  'permit-access': PermitAccess;
  video: CascadeValue;
}

/** `key`: the setting's own, which must fit the topic too. */
export type ParseSetting<T> = (value: unknown, key: string) => Result<T, string>;

export const SETTING_CHECKS: { readonly [K in keyof SettingValues]: ParseSetting<SettingValues[K]> } = {
  rules: parseRuleSettings,
  area: parseAreaSetting,
  post: parsePost,
  calendar: parseCalendar,
  weather: parseWeather,
  routing: parseRouting,
  roster: parseRoster,
  maintenance: parseMaintenance,
  'alarm-code': parseAlarmCode,
  suppression: parseSuppression,
  detector: parseDetector,
  patrol: parsePatrol,
  'permit-access': parsePermitAccess,
  video: parseVideo,
};

export const settingCheck = (topic: SettingTopicName): ParseSetting<unknown> | undefined =>
  (SETTING_CHECKS as Partial<Record<SettingTopicName, ParseSetting<unknown>>>)[topic];
