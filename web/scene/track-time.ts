/** Time along a track. Pure. */

/** Columns of equal length, ascending in time; one track of TrackAnswer has this shape. */
export interface TrackColumns {
  readonly observedAtMs: readonly number[];
  readonly lng: readonly number[];
  readonly lat: readonly number[];
  readonly heightM: readonly (number | null)[];
}

/**
 * Index of the moment, with a fraction between two fixes; null when the moment lies outside the track by more than
 * `slackMs` (nobody knows where the person was).
 */
export function trackIndexAt(observedAtMs: readonly number[], atMs: number, slackMs: number): number | null {
  const count = observedAtMs.length;
  const first = observedAtMs[0];
  const last = observedAtMs[count - 1];
  if (first === undefined || last === undefined) return null;
  if (atMs <= first) return first - atMs <= slackMs ? 0 : null;
  if (atMs >= last) return atMs - last <= slackMs ? count - 1 : null;
  let low = 0;
  let high = count - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((observedAtMs[middle] ?? 0) <= atMs) low = middle;
    else high = middle;
  }
  const from = observedAtMs[low] ?? 0;
  const to = observedAtMs[high] ?? from;
  return to > from ? low + (atMs - from) / (to - from) : low;
}

/** Indices of the track's first fix after each full multiple of `everyMs`: where times are written. */
export function trackTimeMarks(observedAtMs: readonly number[], everyMs: number): number[] {
  const marks: number[] = [];
  let before = Number.NaN;
  observedAtMs.forEach((atMs, i) => {
    const period = Math.floor(atMs / everyMs);
    if (i > 0 && period !== before) marks.push(i);
    before = period;
  });
  return marks;
}
