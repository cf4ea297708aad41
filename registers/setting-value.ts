/** What registers on settings share: the value that lies there, read by the topic's own check, and the page that tries one. */
import type { ParseSetting } from '../alarms/settings/topics.ts';
import type { SettingTopicName } from '../stream/protocol/settings.ts';

/** Nothing lies there that the check does not take, so what it refuses is a defect. */
export function settingOf<T>(parse: ParseSetting<T>, key: string, value: unknown): T {
  const parsed = parse(value, key);
  if (!parsed.ok) throw new Error(`${key}: ${parsed.error}`);
  return parsed.value;
}

/** The page on which another value is tried on the positions of the last hours, before it is kept. */
export const tryLink = (topic: SettingTopicName, key: string) =>
  ({
    title: { zh: '试算', en: 'Dry run' },
    href: `#settings/try/${topic}/${encodeURIComponent(key)}`,
    by: ['park'],
  }) as const;
