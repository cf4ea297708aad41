/** Nothing stands still on a wall for long: the page wanders over a few pixels, one step a minute, round a small closed path. Pure. */
export const STEP_MS = 60_000;
/** Of the path from its middle, in rem: well within the margin that the pages keep. */
export const REACH_REM = 0.4;
/** Steps are no divisor of an hour, so that the same minute does not find the same place. */
const STEPS = 47;
/** Turns of the second axis to one of the first: a knot that fills the square instead of a circle's rim. */
const TURNS = 3;

/** Where the page stands at that moment, rem. */
export function burnInShift(atMs: number): { readonly xRem: number; readonly yRem: number } {
  const angle = (2 * Math.PI * (Math.floor(atMs / STEP_MS) % STEPS)) / STEPS;
  return { xRem: REACH_REM * Math.cos(angle), yRem: REACH_REM * Math.sin(TURNS * angle) };
}
