/** What the alarm system asks of its operators, as EEMUA 191 counts it: the live doc `load`, made anew each minute. */
import type { RuleId } from './vocabulary.ts';

export interface OperatorLoad {
  readonly atMs: number;
  /** Alarms announced in the last 10 min; quiet ones are not counted. */
  readonly in10Min: number;
  /** More than 10 in 10 min, until fewer than 5. */
  readonly isFlood: boolean;
  readonly floodSinceMs: number | null;
  readonly standing: number;
  readonly unacknowledged: number;
  readonly oldestUnacknowledgedAtMs: number | null;
  /** Raised three times or more within a minute, or ten within an hour: subjects that repeat. */
  readonly chattering: readonly { readonly rule: RuleId; readonly subject: string; readonly count: number }[];
  /** Of the last 24 h, most frequent first. */
  readonly causes: readonly { readonly rule: RuleId; readonly subject: string; readonly count: number }[];
  /** Announced in the last 24 h by level 1 - 4. */
  readonly byLevel: readonly [number, number, number, number];
  /** Of those ended in the last 24 h, marked as false. */
  readonly falseCount: number;
  readonly endedCount: number;
}
