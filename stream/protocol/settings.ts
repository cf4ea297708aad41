/**
 * Topics of settings: what the park is configured by beside what vendors send. Each is kept in PostgreSQL with its history and
 * reaches the engine as a log entry (`setting`); the engine's answer is the live doc `setting`. The shape of each topic and its
 * check stand in alarms/settings/.
 */
export const SETTING_TOPICS = [
  /** key '': what the rules measure by, and the level of each rule. */
  'rules',
  /** key areaKey(): thresholds of one area. */
  'area',
  /** key `company/postId`: who has to be where, when. */
  'post',
  /** key '': holidays, days of rest, make-up days, nights, major events. */
  'calendar',
  /** key '': notices of wind and bad weather, by which open-air work is judged. */
  'weather',
  /** key id: 报警静默, suppression by design, out of service. */
  'suppression',
  /** key '': alarm class to departments and company roles, deadlines, closed loops. */
  'routing',
  /** key party: who is on duty when. */
  'roster',
  /** key id: a company's interface is down on purpose. */
  'maintenance',
  /** key id: a round of points to be walked. */
  'patrol',
  /** key '' or a company code: who may be in the area of a job beside those on its permit. */
  'permit-access',
  /** key `company/point`: where a fixed gas detector stands. */
  'detector',
  /** key `company/code`: what a vendor's own alarm code means. */
  'alarm-code',
  /** key '': where pictures of cameras come from. */
  'video',
] as const;
export type SettingTopicName = (typeof SETTING_TOPICS)[number];

/** Live doc `setting`, key `topic:key`: the version that the engine runs. */
export interface SettingAnswer {
  readonly topic: SettingTopicName;
  readonly key: string;
  readonly version: number;
  readonly atMs: number;
  /** Why the version was not taken; the one before holds. */
  readonly problem: string | null;
}
