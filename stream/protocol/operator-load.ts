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
