/**
 * Somebody on the far side of an edge for a while, told from places that have errors. The time counts from the first fix beyond it; it
 * ends when the newest fix and the filtered place are both back. Until it is told, the edge itself decides; afterwards both have to be
 * back by a margin, so that who hovers at the edge makes one alarm. One wild fix neither tells nor ends anything.
 */

/** Less than the accuracy of a tag at rest (AQ 3064.3 7.1.1: 3 m). */
export const BACK_MARGIN_M = 2;

/**
 * Since when he is beyond, event time; 0: he is not. `newestM`, `filteredM`: metres beyond the edge (negative: this side of it) by his
 * newest fix and as filtered.
 */
export function beyondSince(
  sinceMs: number,
  isTold: boolean,
  newestM: number,
  filteredM: number,
  observedAtMs: number,
): number {
  if (sinceMs === 0) return newestM > 0 ? observedAtMs : 0;
  const backM = isTold ? -BACK_MARGIN_M : 0;
  return newestM <= backM && filteredM <= backM ? 0 : sinceMs;
}

/** Is he beyond it, and no wild fix? */
export const isBeyond = (sinceMs: number, isTold: boolean, filteredM: number): boolean =>
  sinceMs !== 0 && filteredM > (isTold ? -BACK_MARGIN_M : 0);
