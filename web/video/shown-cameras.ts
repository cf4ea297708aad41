/** Which cameras are shown of those there are, and beside each other how. Pure. */

export const COUNTS = [1, 4, 9] as const;
export type Count = (typeof COUNTS)[number];
export const PICTURES_MAX = 9;

/** The smallest that shows them all. */
export const countFor = (cameras: number): Count => COUNTS.find((count) => count >= cameras) ?? PICTURES_MAX;

/**
 * Of somebody who walks: what is shown stays while it is among the nearest, twice as many as are shown, so that pictures do not
 * jump between two that are as near; places that become free go to the nearest of the others.
 */
export function nextShown(shown: readonly string[], nearest: readonly string[], count: number): readonly string[] {
  const near = new Set(nearest.slice(0, 2 * count));
  const kept = shown.slice(0, count).filter((code) => near.has(code));
  const others = nearest.filter((code) => !kept.includes(code)).slice(0, count - kept.length);
  const places = shown.slice(0, count).map((code) => (near.has(code) ? code : others.shift()));
  const next = [...places.flatMap((code) => code ?? []), ...others];
  return next.length === shown.length && next.every((code, i) => code === shown[i]) ? shown : next;
}

/** Share of the span that is there, whole percent; null: nobody says. 100 only when nothing is missing. */
export function coveredPercent(
  spans: readonly { readonly fromMs: number; readonly toMs: number }[] | null,
  fromMs: number,
  toMs: number,
): number | null {
  if (spans === null || toMs <= fromMs) return null;
  const coveredMs = spans.reduce(
    (sum, span) => sum + Math.max(0, Math.min(span.toMs, toMs) - Math.max(span.fromMs, fromMs)),
    0,
  );
  return Math.floor((100 * coveredMs) / (toMs - fromMs));
}
