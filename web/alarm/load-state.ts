/** What the load strip says: quiet while the alarms can be handled, in words when they cannot. Pure. */
import type { OperatorLoad } from '../../stream/protocol/operator-load.ts';

/** EEMUA 191: about one alarm in ten minutes is very likely acceptable, more than ten are not. */
const BUSY_IN_10_MIN = 5;
const OLD_MS = 10 * 60_000;

export type LoadMood = 'calm' | 'busy' | 'flood';

export function loadMood(
  load: Pick<OperatorLoad, 'in10Min' | 'isFlood' | 'oldestUnacknowledgedAtMs'>,
  nowMs: number,
): LoadMood {
  if (load.isFlood) return 'flood';
  const isOld = load.oldestUnacknowledgedAtMs !== null && nowMs - load.oldestUnacknowledgedAtMs >= OLD_MS;
  return load.in10Min > BUSY_IN_10_MIN || isOld ? 'busy' : 'calm';
}

/** Whole percent; null: nothing ended yet. */
export const falseShare = (load: Pick<OperatorLoad, 'falseCount' | 'endedCount'>): number | null =>
  load.endedCount === 0 ? null : Math.round((load.falseCount / load.endedCount) * 100);

/** Whole percent by level; all 0 where nothing was announced. */
export function levelMix(byLevel: OperatorLoad['byLevel']): number[] {
  const sum = byLevel.reduce((total, n) => total + n, 0);
  return byLevel.map((n) => (sum === 0 ? 0 : Math.round((n / sum) * 100)));
}
