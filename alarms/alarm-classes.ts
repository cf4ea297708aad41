/**
 * Every class of alarm and what holds for it by default: one line each. Levels may be changed in the setting `rules`
 * (`levels`); thresholds and delays stand in rule-settings.ts, one section a rule. docs/alarms.md says the same to people.
 */
import { PERMIT_RULE_TABLE, PERMIT_RULES, type PermitRuleId } from '../standard/permit-rules.ts';
import type { AlarmLevel, RuleId } from '../stream/protocol/vocabulary.ts';
import type { RuleSettings } from './rule-settings.ts';

export interface AlarmClass {
  readonly level: AlarmLevel;
  /** Stays active until a person resets it. */
  readonly latched: boolean;
  /** What `count` and `limit` of such an alarm count; null: it counts nothing. */
  readonly unit: 'people' | 'points' | 's' | '%' | 'phi' | null;
  /** May it be shelved, silenced, suppressed? */
  readonly mayBeQuiet: boolean;
  /** Once cleared it is over, seen or not: nobody need acknowledge what went by itself. */
  readonly endsByItself: boolean;
}

const alarmClass = (level: AlarmLevel, unit: AlarmClass['unit'], more: Partial<AlarmClass> = {}): AlarmClass => ({
  level,
  latched: false,
  unit,
  mayBeQuiet: true,
  endsByItself: false,
  ...more,
});

/** By the standard's table; what `count` and `limit` mean of one of these, its facts say. */
const PERMIT_CLASSES = Object.fromEntries(
  PERMIT_RULES.map((rule) => [rule, alarmClass(PERMIT_RULE_TABLE[rule].level, null)]),
) as Record<PermitRuleId, AlarmClass>;

export const ALARM_CLASSES: Readonly<Record<RuleId, AlarmClass>> = {
  ...PERMIT_CLASSES,
  sos: alarmClass(1, null, { latched: true, mayBeQuiet: false }),
  'out-of-bounds': alarmClass(2, null),
  dwell: alarmClass(3, 's'),
  stillness: alarmClass(2, 's'),
  'left-post': alarmClass(3, 's'),
  'left-site': alarmClass(3, 's'),
  'over-capacity': alarmClass(2, 'people'),
  'under-capacity': alarmClass(3, 'people'),
  'post-vacant': alarmClass(2, 'people'),
  /**
   * Yellow, which is over when people part; orange from 4, red from 7 people, both latched from then on: the colours are the
   * standard's (alarms/gathering.ts).
   */
  gathering: alarmClass(3, 'people', { endsByItself: true }),
  'signal-lost': alarmClass(3, 's'),
  'low-battery': alarmClass(4, '%', { endsByItself: true }),
  'unknown-tag': alarmClass(4, null),
  'two-tags': alarmClass(4, null),
  'no-live-tag': alarmClass(3, null),
  'reporting-silent': alarmClass(3, 's'),
  'patrol-missed': alarmClass(3, 'points'),
};

/** Level of a class as the park has set it. */
export const levelOf = (rule: RuleId, settings: RuleSettings): AlarmLevel =>
  settings.levels[rule] ?? ALARM_CLASSES[rule].level;
