/**
 * Evidence that a person stands on one side of an edge, gathered fix by fix (a one-sided sequential test). A fix counts
 * by its depth in units of its own accuracy, and by the time since the one before: fixes a moment apart share their
 * error, so a fast tag may not shout a slow one down.
 *
 * With accuracy a = 3 m: one fix 9 m deep is enough; 6 m deep at 1 Hz raises with the third fix (weights 1, 0.5, 0.5 of
 * 1.5 each: 3.0), every 5 s with the second (1, 2.5); 3 m deep every 2 s with the sixth, every 5 s with the third. Measured under noise: docs/measured-bounds.md.
 */
import type { EvidenceSettings, OutOfBoundsSettings } from './rule-settings.ts';

/** Accuracy assumed when a fix states none (AQ 3064.3 7.1.1): still 3 m, moving 5 m at 68 %. */
export const DEFAULT_ACCURACY_STILL_M = 3;
export const DEFAULT_ACCURACY_MOVING_M = 5;
const MOVING_MPS = 0.5;

/** Radius of the 68 % circle used for evidence, m; NaN inputs mean absent. */
export function effectiveAccuracyM(accuracyM: number, speedMps: number): number {
  if (accuracyM > 0) return Math.min(Math.max(accuracyM, 0.3), 50);
  return speedMps > MOVING_MPS ? DEFAULT_ACCURACY_MOVING_M : DEFAULT_ACCURACY_STILL_M;
}

export interface SampledFix {
  readonly observedAtMs: number;
  readonly lng: number;
  readonly lat: number;
  readonly accuracyM: number;
  /** Signed depth into the alarming side, m. */
  readonly depthM: number;
}

/** So far on the harmless side that one fix clears: nothing is gathered there, and no state is kept. */
export const isOutOfReach = (settings: EvidenceSettings, depthM: number, accuracyM: number): boolean =>
  depthM <= -settings.atOnce * accuracyM;

/** State of one person at one edge. Plain data: it goes into snapshots as it is. */
export interface EdgeEvidence {
  /** Gathered for the alarming side, and for the other. */
  raise: number;
  clear: number;
  lastAtMs: number;
  /** Event time of the first fix of the current gathering towards alarm; 0 when nothing is gathered. */
  onsetAtMs: number;
  /** Newest fixes, oldest first, at most `filterFixes`: what an alarm is raised on. */
  samples: SampledFix[];
}

export const createEdgeEvidence = (): EdgeEvidence => ({
  raise: 0,
  clear: 0,
  lastAtMs: 0,
  onsetAtMs: 0,
  samples: [],
});

export type EdgeVerdict = 'none' | 'raise' | 'clear';

/** Takes one fix in, in event order. The caller decides what a verdict means in its state. */
export function gatherEvidence(settings: OutOfBoundsSettings, state: EdgeEvidence, fix: SampledFix): EdgeVerdict {
  const sinceMs = fix.observedAtMs - state.lastAtMs;
  const isFirst = state.lastAtMs === 0 || sinceMs > settings.forgetMs;
  if (isFirst) {
    state.raise = 0;
    state.clear = 0;
    state.onsetAtMs = 0;
    state.samples.length = 0;
  }
  const { independentMs, longestMs } = settings;
  const weight = isFirst ? 1 : Math.min(longestMs, Math.max(0, sinceMs)) / independentMs;
  state.lastAtMs = Math.max(state.lastAtMs, fix.observedAtMs);
  state.samples.push(fix);
  if (state.samples.length > settings.filterFixes) state.samples.shift();

  const depth = fix.depthM / fix.accuracyM;
  const beyond = (-fix.depthM - settings.clearMarginM) / fix.accuracyM;
  const { raise: raiseBefore, clear: clearBefore } = state;
  // One wild fix is capped, so that it cannot hold the balance for long against the ones that follow.
  state.raise = Math.max(0, state.raise + weight * (Math.min(depth, settings.atOnce) - settings.raiseDrift));
  state.clear = Math.max(0, state.clear + weight * (Math.min(beyond, settings.atOnce) - settings.clearDrift));
  if (state.raise === 0 && depth < settings.atOnce) state.onsetAtMs = 0;
  else if (state.onsetAtMs === 0) state.onsetAtMs = fix.observedAtMs;

  if (depth >= settings.atOnce) return 'raise';
  if (beyond >= settings.atOnce) return 'clear';
  const filteredM = filteredDepthM(settings, state, fix.observedAtMs);
  // Never on one fix alone, however long after the one before: it may be a wild one.
  if (state.raise >= settings.raiseThreshold && raiseBefore > 0 && filteredM > 0) return 'raise';
  if (state.clear >= settings.clearThreshold && clearBefore > 0 && filteredM < 0) return 'clear';
  return 'none';
}

/** Mean depth over the filter window, m: noise of 3 m at 68 % makes single fixes useless as a place. */
export function filteredDepthM(settings: OutOfBoundsSettings, state: EdgeEvidence, atMs: number): number {
  let sum = 0;
  let n = 0;
  for (const sample of state.samples) {
    if (atMs - sample.observedAtMs > settings.filterMs) continue;
    sum += sample.depthM;
    n++;
  }
  return n === 0 ? 0 : sum / n;
}

/** After an alarm was raised or cleared the other side starts from nothing. */
export function settleEvidence(state: EdgeEvidence): void {
  state.raise = 0;
  state.clear = 0;
  state.onsetAtMs = 0;
}
