/**
 * Topic `suppression`: alarms held back on purpose. 报警静默 by type, area and validity (AQ 3064.3 5.2.5, a turnaround), by
 * design (known not to matter in a state of the plant), out of service (a fence or a tag that is being repaired). What is held
 * back is judged, stored and shown as ever, marked, and neither announced nor counted as announced. An SOS never is.
 */
import { PARK_OFFSET_MS } from '../../core/park-time.ts';
import { err, ok, type Result } from '../../core/result.ts';
import type { AlarmView } from '../../stream/protocol/effects.ts';
import { areaOf } from '../../stream/protocol/shelves.ts';
import { RULES, type RuleId } from '../../stream/protocol/vocabulary.ts';

export const SUPPRESSION_HOWS = ['silence', 'by-design', 'out-of-service'] as const;
export type SuppressionHow = (typeof SUPPRESSION_HOWS)[number];

/** Hours of the week in which it holds, park time. `toMin` below `fromMin`: into the next day. */
export interface WeeklyWindow {
  /** 1 Monday - 7 Sunday. */
  readonly days: readonly number[];
  /** Minutes since midnight, 0 - 1439; `toMin` up to 1440, exclusive. */
  readonly fromMin: number;
  readonly toMin: number;
}

/** An empty list asks for nothing; one list at least is filled. Times in ms since 1970; toMs null: until it is withdrawn. */
export interface Suppression {
  readonly how: SuppressionHow;
  readonly rules: readonly RuleId[];
  /** areaKey() */
  readonly areas: readonly string[];
  readonly companies: readonly string[];
  /** `company/person` */
  readonly persons: readonly string[];
  readonly fromMs: number;
  readonly toMs: number | null;
  /** Empty: always between fromMs and toMs. */
  readonly weekly: readonly WeeklyWindow[];
  readonly reason: string;
}

const LIST_LIMIT = 500;
const TEXT_LIMIT = 500;
const WEEKLY_LIMIT = 21;
const DAY_MIN = 1_440;
const MINUTE_MS = 60_000;

export function isSuppressed({ rules, areas, companies, persons }: Suppression, alarm: AlarmView): boolean {
  return (
    alarm.rule !== 'sos' &&
    (rules.length === 0 || rules.includes(alarm.rule)) &&
    (areas.length === 0 || areas.includes(areaOf(alarm))) &&
    // One that concerns a company outside the list is not theirs alone to be silent about.
    (companies.length === 0 || isOnlyOf(companies, alarm)) &&
    (persons.length === 0 || persons.includes(alarm.subject))
  );
}

const isOnlyOf = (companies: readonly string[], { companyCodes }: AlarmView): boolean =>
  companyCodes.length > 0 && companyCodes.every((code) => companies.includes(code));

export function isHolding({ fromMs, toMs, weekly }: Suppression, atMs: number): boolean {
  if (atMs < fromMs || (toMs !== null && atMs >= toMs)) return false;
  if (weekly.length === 0) return true;
  const minutes = Math.floor((atMs + PARK_OFFSET_MS) / MINUTE_MS);
  const minute = minutes % DAY_MIN;
  // 1970-01-01 was a Thursday.
  const today = ((Math.floor(minutes / DAY_MIN) + 3) % 7) + 1;
  const yesterday = today === 1 ? 7 : today - 1;
  return weekly.some(({ days, fromMin, toMin }) =>
    fromMin < toMin
      ? days.includes(today) && minute >= fromMin && minute < toMin
      : (days.includes(today) && minute >= fromMin) || (days.includes(yesterday) && minute < toMin),
  );
}

/** The error names the first field that is wrong. */
export function parseSuppression(value: unknown, key: string): Result<Suppression, string> {
  if (key === '') return err('suppression: key is empty');
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return err('suppression: not an object');
  const { how, rules, areas, companies, persons, fromMs, toMs, weekly, reason, ...rest } = {
    rules: [],
    areas: [],
    companies: [],
    persons: [],
    toMs: null,
    weekly: [],
    ...(value as Record<string, unknown>),
  } as Record<string, unknown>;
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) return err(`suppression: no field "${unknown}"`);
  if (!isOneOf(SUPPRESSION_HOWS, how)) return err(`suppression: how is one of ${SUPPRESSION_HOWS.join(', ')}`);
  if (!isList(rules) || !rules.every((rule) => isOneOf(RULES, rule))) {
    return err(`suppression: rules is a list of ${RULES.join(', ')}`);
  }
  if (rules.includes('sos')) return err('suppression: an SOS is never suppressed');
  for (const [name, list] of Object.entries({ areas, companies, persons })) {
    if (!isList(list) || !list.every(isText))
      return err(`suppression: ${name} is a list of at most ${LIST_LIMIT} texts`);
  }
  if ([rules, areas, companies, persons].every((list) => (list as unknown[]).length === 0)) {
    return err('suppression: name rules, areas, companies or persons');
  }
  if (!isInstant(fromMs)) return err('suppression: fromMs is a time in ms');
  if (toMs !== null && !(isInstant(toMs) && toMs > fromMs))
    return err('suppression: toMs is null or a time after fromMs');
  if (how === 'silence' && toMs === null) return err('suppression: a silence has an end');
  if (!Array.isArray(weekly) || weekly.length > WEEKLY_LIMIT || !weekly.every(isWeekly)) {
    return err('suppression: weekly is a list of {days 1 - 7, fromMin 0 - 1439, toMin 1 - 1440}');
  }
  if (!isText(reason)) return err(`suppression: reason has 1 - ${TEXT_LIMIT} characters`);
  return ok({ how, rules, areas, companies, persons, fromMs, toMs, weekly, reason } as Suppression);
}

const isOneOf = <T>(list: readonly T[], value: unknown): value is T => list.includes(value as T);
const isList = (value: unknown): value is unknown[] => Array.isArray(value) && value.length <= LIST_LIMIT;
const isText = (value: unknown): value is string =>
  typeof value === 'string' && value.trim() !== '' && value.length <= TEXT_LIMIT;
const isInstant = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isWhole = (value: unknown, from: number, to: number): boolean =>
  Number.isInteger(value) && (value as number) >= from && (value as number) <= to;

function isWeekly(value: unknown): value is WeeklyWindow {
  if (typeof value !== 'object' || value === null) return false;
  const { days, fromMin, toMin, ...rest } = value as Record<string, unknown>;
  return (
    Object.keys(rest).length === 0 &&
    Array.isArray(days) &&
    days.length > 0 &&
    days.length <= 7 &&
    days.every((day) => isWhole(day, 1, 7)) &&
    isWhole(fromMin, 0, DAY_MIN - 1) &&
    isWhole(toMin, 1, DAY_MIN) &&
    fromMin !== toMin
  );
}
