/**
 * Since when each tag has been lying in one place. The place of rest is the mean of the fixes since then; a fix away from it
 * is evidence of movement by its distance in accuracies, weighed by time as at an edge (alarms/evidence.ts), so that the
 * noise of a tag on a table is no movement and a walk is one within seconds.
 */
import type { RuleSettings } from './rule-settings.ts';

/** One row a slot. */
export interface RestColumns {
  /** Mean place since `sinceMs`, plane m, and of how many fixes. */
  readonly restEasting: Float64Array;
  readonly restNorthing: Float64Array;
  readonly fixes: Uint16Array;
  /** Evidence of movement. */
  readonly moved: Float32Array;
  /** Event times of the first and the newest fix at rest; 0: none. */
  readonly sinceMs: Float64Array;
  readonly lastMs: Float64Array;
  /** 1: moved since it was put on. */
  readonly hasMoved: Uint8Array;
}

/** More fixes than this add nothing to the mean: it follows what creeps. */
const MEAN_OF = 300;
/** A fix further away says no more than this. */
const FARTHEST = 4;

export type RestSettings = Pick<RuleSettings['stillness'], 'moveDrift' | 'moveThreshold' | 'movingMps' | 'putOnGapMs'>;

export function gatherRest(
  settings: RestSettings,
  independentMs: number,
  columns: RestColumns,
  slot: number,
  easting: number,
  northing: number,
  accuracyM: number,
  speedMps: number,
  observedAtMs: number,
): void {
  const { restEasting, restNorthing, fixes, moved, lastMs, hasMoved } = columns;
  const gapMs = observedAtMs - lastMs[slot]!;
  if (lastMs[slot] === 0 || gapMs > settings.putOnGapMs) {
    hasMoved[slot] = 0;
    rest(columns, slot, easting, northing, observedAtMs);
    return;
  }
  lastMs[slot] = observedAtMs;
  const away = Math.min(FARTHEST, Math.hypot(easting - restEasting[slot]!, northing - restNorthing[slot]!) / accuracyM);
  const weight = Math.min(1, Math.max(0, gapMs) / independentMs);
  const walks = speedMps >= settings.movingMps ? 0.5 : Number.NEGATIVE_INFINITY;
  moved[slot] = Math.max(0, moved[slot]! + weight * Math.max(away - settings.moveDrift, walks));
  if (moved[slot]! >= settings.moveThreshold) {
    hasMoved[slot] = 1;
    rest(columns, slot, easting, northing, observedAtMs);
    return;
  }
  const n = Math.min(MEAN_OF, fixes[slot]! + 1);
  fixes[slot] = n;
  restEasting[slot] = restEasting[slot]! + (easting - restEasting[slot]!) / n;
  restNorthing[slot] = restNorthing[slot]! + (northing - restNorthing[slot]!) / n;
}

/** A new place of rest, from this fix on. */
function rest(columns: RestColumns, slot: number, easting: number, northing: number, observedAtMs: number): void {
  columns.restEasting[slot] = easting;
  columns.restNorthing[slot] = northing;
  columns.fixes[slot] = 1;
  columns.moved[slot] = 0;
  columns.sinceMs[slot] = observedAtMs;
  columns.lastMs[slot] = observedAtMs;
}
