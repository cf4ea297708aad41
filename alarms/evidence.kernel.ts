/**
 * The same evidence as alarms/evidence.ts, gathered in columns: no object per person and edge, nothing allocated per fix.
 * Keeps no samples: in place of the mean over a window stands a running mean of the same reach. Used by engine/presence.ts,
 * which judges every person at every area; alarms/evidence.ts is for the alarms that show the fixes they were raised on.
 */
import type { EvidenceSettings } from './rule-settings.ts';

/** One row for each person at an edge. Depth is positive on the side that `raise` stands for. */
export interface EvidenceColumns {
  readonly raise: Float32Array;
  readonly clear: Float32Array;
  /** Running mean of the depth, m. */
  readonly meanM: Float32Array;
  readonly lastAtMs: Float64Array;
  /** Event time of the first fix of the current gathering towards `raise`; 0: nothing gathered. */
  readonly onsetAtMs: Float64Array;
}

export const EVIDENCE = { none: 0, raise: 1, clear: 2 } as const;

/** Takes one fix into row `at`, in event order; what it shows now. */
export function gatherInColumns(
  settings: EvidenceSettings,
  columns: EvidenceColumns,
  at: number,
  depthM: number,
  accuracyM: number,
  observedAtMs: number,
): number {
  const { raise, clear, meanM, lastAtMs, onsetAtMs } = columns;
  const lastMs = lastAtMs[at]!;
  const sinceMs = Math.max(0, observedAtMs - lastMs);
  const isFirst = lastMs === 0 || sinceMs > settings.forgetMs;
  if (isFirst) {
    raise[at] = 0;
    clear[at] = 0;
    onsetAtMs[at] = 0;
  }
  const weight = lastMs === 0 ? 1 : Math.min(1, sinceMs / settings.independentMs);
  lastAtMs[at] = Math.max(lastMs, observedAtMs);
  // Half the window: the mean age of what a running mean of that time constant holds is that of the window.
  const share = isFirst ? 1 : sinceMs / (sinceMs + settings.filterMs / 2);
  meanM[at] = meanM[at]! + share * (depthM - meanM[at]!);

  const depth = depthM / accuracyM;
  const beyond = (-depthM - settings.clearMarginM) / accuracyM;
  raise[at] = Math.max(0, raise[at]! + weight * (Math.min(depth, settings.atOnce) - settings.raiseDrift));
  clear[at] = Math.max(0, clear[at]! + weight * (Math.min(beyond, settings.atOnce) - settings.clearDrift));
  if (raise[at] === 0 && depth < settings.atOnce) onsetAtMs[at] = 0;
  else if (onsetAtMs[at] === 0) onsetAtMs[at] = observedAtMs;

  if (depth >= settings.atOnce) return EVIDENCE.raise;
  if (beyond >= settings.atOnce) return EVIDENCE.clear;
  if (raise[at]! >= settings.raiseThreshold && meanM[at]! > 0) return EVIDENCE.raise;
  if (clear[at]! >= settings.clearThreshold && meanM[at]! < 0) return EVIDENCE.clear;
  return EVIDENCE.none;
}
