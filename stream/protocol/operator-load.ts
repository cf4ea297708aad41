/**
 * What the alarm system asks of its operators, as EEMUA 191 and ISA-18.2 count it: the live doc `load`, made anew each minute and
 * when a flood begins or ends. Announced is what isAnnounced says: quiet alarms and those that another explains do not count.
 */
import type { RuleId } from './vocabulary.ts';

export const TEN_MIN_MS = 600_000;
/** A flood begins with more than 10 alarms in 10 min and is over with fewer than 5 (EEMUA 191). */
export const FLOOD_FROM = 11;
export const FLOOD_UNTIL = 5;
/** Chattering: as often within a minute; fleeting and repeating: as often within an hour. */
export const CHATTER_A_MINUTE = 3;
export const CHATTER_AN_HOUR = 10;
/** Standing longer than this is stale. */
export const STALE_MS = 86_400_000;
export const MOST_CAUSES = 10;

/** What keeps coming: a rule at one subject. */
export interface AlarmCause {
  readonly rule: RuleId;
  readonly subject: string;
  readonly count: number;
}

export interface OperatorLoad {
  readonly atMs: number;
  /** Alarms announced in the last 10 min. */
  readonly in10Min: number;
  readonly isFlood: boolean;
  readonly floodSinceMs: number | null;
  /** Active ones that are not quiet. */
  readonly standing: number;
  /** Quiet ones, counted apart. */
  readonly quiet: number;
  /** Active for more than 24 h. */
  readonly stale: number;
  /** Not quiet. */
  readonly unacknowledged: number;
  readonly oldestUnacknowledgedAtMs: number | null;
  readonly chattering: readonly AlarmCause[];
  /** Of the last 24 h, most frequent first. */
  readonly causes: readonly AlarmCause[];
  /** Announced in the last 24 h by level 1 - 4. */
  readonly byLevel: readonly [number, number, number, number];
  /** Of those ended in the last 24 h, marked as false. */
  readonly falseCount: number;
  readonly endedCount: number;
}

/** Beginning and end of floods by one rule, here and in the history. */
export const isFloodNow = (wasFlood: boolean, in10Min: number): boolean =>
  wasFlood ? in10Min >= FLOOD_UNTIL : in10Min >= FLOOD_FROM;

export type Announcement = readonly [atMs: number, rule: RuleId, subject: string];

export const causeKey = (rule: RuleId, subject: string): string => `${rule} ${subject}`;

function causeFrom(key: string, count: number): AlarmCause {
  const at = key.indexOf(' ');
  return { rule: key.slice(0, at) as RuleId, subject: key.slice(at + 1), count };
}

/** By causeKey; the most frequent first, of as many by name. */
export function mostFrequent(counts: readonly ReadonlyMap<string, number>[]): AlarmCause[] {
  const total = new Map<string, number>();
  for (const one of counts) for (const [key, count] of one) total.set(key, (total.get(key) ?? 0) + count);
  return [...total]
    .sort(([keyA, a], [keyB, b]) => b - a || (keyA < keyB ? -1 : 1))
    .slice(0, MOST_CAUSES)
    .map(([key, count]) => causeFrom(key, count));
}

/** `times` in order: so often within some minute, or within some hour. */
export const isChattering = (times: readonly number[]): boolean =>
  isCrowded(times, CHATTER_A_MINUTE, 60_000) || isCrowded(times, CHATTER_AN_HOUR, 3_600_000);

const isCrowded = (times: readonly number[], count: number, withinMs: number): boolean =>
  times.some((atMs, i) => (times[i + count - 1] ?? Number.POSITIVE_INFINITY) - atMs < withinMs);

/** Of announcements in order: the causes that repeat like that. */
export function chatteringOf(announced: readonly Announcement[]): AlarmCause[] {
  const times = new Map<string, number[]>();
  for (const [atMs, rule, subject] of announced) {
    const key = causeKey(rule, subject);
    const list = times.get(key);
    if (list === undefined) times.set(key, [atMs]);
    else list.push(atMs);
  }
  const counts = new Map<string, number>();
  for (const [key, list] of times) if (isChattering(list)) counts.set(key, list.length);
  return mostFrequent([counts]);
}
