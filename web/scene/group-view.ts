/** How the camera holds a group in view: it makes the step of their middle, and draws back when somebody leaves the picture. Pure. */

/** Part of the picture, from its middle, within which everybody is kept; panels cover the rest. */
const KEPT_WITHIN = 0.62;
/** At once; the next frame does the rest. */
const BACK_MAX = 3;

/** Middle of the box round the places (x, y, z one after another); false: there are none. */
export function middleOf(places: ArrayLike<number>, count: number, out: Float64Array): boolean {
  if (count === 0) return false;
  for (let k = 0; k < 3; k++) {
    let least = Number.POSITIVE_INFINITY;
    let most = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < count; i++) {
      least = Math.min(least, places[i * 3 + k] ?? least);
      most = Math.max(most, places[i * 3 + k] ?? most);
    }
    out[k] = (least + most) / 2;
  }
  return true;
}

/** Of the box round them, m: half its diagonal. */
export function radiusOf(places: ArrayLike<number>, count: number, middle: Float64Array): number {
  let radius = 0;
  for (let i = 0; i < count; i++) {
    const [x = 0, y = 0, z = 0] = [places[i * 3], places[i * 3 + 1], places[i * 3 + 2]];
    radius = Math.max(radius, Math.hypot(x - (middle[0] ?? 0), y - (middle[1] ?? 0), z - (middle[2] ?? 0)));
  }
  return radius;
}

/**
 * How many times farther from the middle the camera has to be for the one who is farthest out; 1: it is well. `out`: the largest distance
 * of anybody from the middle of the canvas, as a part of its half; infinite: behind the camera.
 */
export function drawBack(out: number): number {
  return out <= KEPT_WITHIN ? 1 : Math.min(BACK_MAX, out / KEPT_WITHIN);
}
