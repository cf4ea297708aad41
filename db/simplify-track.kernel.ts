/**
 * Leaves out the points of a track that a screen does not need. Douglas and Peucker (1973) with the time-synchronised
 * distance (Meratnia and de By, EDBT 2004): a point is compared with where the straight line between the points kept has
 * a person at that moment, so both the drawn line and a play-back along time stay within the tolerance. The distance to
 * the line itself is never larger. Called by db/tracks.ts; measured there by the 8 h track of bench/db/copy.bench.ts.
 */
const METRES_PER_DEG_LAT = 111_195;
const RAD = Math.PI / 180;

/**
 * Sets keep[i] to 1 for the points to keep among the first `count`, 0 for the others, and returns how many stay. `lng`
 * and `lat` in degrees, `atMs` ascending. First and last stay always.
 */
export function simplifyTrack(
  atMs: Float64Array,
  lng: Float64Array,
  lat: Float64Array,
  count: number,
  toleranceM: number,
  keep: Uint8Array,
): number {
  keep.fill(0, 0, count);
  if (count === 0) return 0;
  keep[0] = 1;
  keep[count - 1] = 1;
  if (count < 3) return count;
  // A park is a few kilometres: one scale for all of it is right to a part in ten thousand.
  const metresPerDegLng = METRES_PER_DEG_LAT * Math.cos(lat[0]! * RAD);
  const limit = toleranceM * toleranceM;
  const stack = [0, count - 1];
  let kept = 2;
  while (stack.length > 0) {
    const last = stack.pop()!;
    const first = stack.pop()!;
    const span = atMs[last]! - atMs[first]!;
    const stepLng = lng[last]! - lng[first]!;
    const stepLat = lat[last]! - lat[first]!;
    let worst = limit;
    let worstAt = -1;
    for (let i = first + 1; i < last; i++) {
      const share = span > 0 ? (atMs[i]! - atMs[first]!) / span : 0;
      const east = (lng[i]! - lng[first]! - share * stepLng) * metresPerDegLng;
      const north = (lat[i]! - lat[first]! - share * stepLat) * METRES_PER_DEG_LAT;
      const square = east * east + north * north;
      if (square > worst) {
        worst = square;
        worstAt = i;
      }
    }
    if (worstAt === -1) continue;
    keep[worstAt] = 1;
    kept++;
    if (worstAt - first > 1) stack.push(first, worstAt);
    if (last - worstAt > 1) stack.push(worstAt, last);
  }
  return kept;
}
