/** Topic `alarm-code`, key `company/code`: what a vendor's own ALARM_TYPE (B.3, B.4) means in the park's classes. */
import { err, ok, type Result } from '../../core/result.ts';
import type { AlarmLevel } from '../../stream/protocol/vocabulary.ts';

/** Classes that a vendor's record can be of: of a person (B.3), of an area (B.4). */
export const PERSON_CODE_RULES = ['sos', 'out-of-bounds', 'dwell', 'stillness', 'left-post', 'left-site'] as const;
export const AREA_CODE_RULES = ['over-capacity', 'under-capacity', 'post-vacant'] as const;
export type CodeRule = (typeof PERSON_CODE_RULES)[number] | (typeof AREA_CODE_RULES)[number];

export interface AlarmCode {
  readonly rule: CodeRule;
  /** null: that of the class. */
  readonly level: AlarmLevel | null;
}

const RULES: readonly string[] = [...PERSON_CODE_RULES, ...AREA_CODE_RULES];
const LEVELS: readonly unknown[] = [1, 2, 3, 4];
const KEY = /^[^/]+\/[^/]+$/;

export function parseAlarmCode(value: unknown, key: string): Result<AlarmCode, string> {
  if (!KEY.test(key)) return err('alarm-code: the key is company/code');
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return err('alarm-code: not an object');
  const { rule, level = null, ...rest } = value as Record<string, unknown>;
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) return err(`alarm-code: there is no "${unknown}", there are rule, level`);
  if (typeof rule !== 'string' || !RULES.includes(rule)) return err(`alarm-code: rule is one of ${RULES.join(', ')}`);
  if (level !== null && !LEVELS.includes(level)) return err('alarm-code: level is 1, 2, 3 or 4');
  return ok({ rule: rule as CodeRule, level: level as AlarmLevel | null });
}
