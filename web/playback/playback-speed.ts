/** How fast a playback goes, how far its frames lie apart, and how much of it is fetched at once. Pure. */

export const SPEEDS = [1, 2, 5, 10, 30, 60] as const;
export type Speed = (typeof SPEEDS)[number];

/** 1 to 6 frames a second of the operator's time: what a glide between two places needs, and no more. */
const STEP_MS: Readonly<Record<Speed, number>> = {
  1: 1_000,
  2: 1_000,
  5: 1_000,
  10: 2_000,
  30: 5_000,
  60: 10_000,
};
const FRAMES_PER_CHUNK = 60;

export const stepMsOf = (speed: Speed): number => STEP_MS[speed];
export const chunkMsOf = (stepMs: number): number => stepMs * FRAMES_PER_CHUNK;

export function nextSpeed(speed: Speed, by: 1 | -1): Speed {
  const at = SPEEDS.indexOf(speed) + by;
  return SPEEDS[Math.max(0, Math.min(SPEEDS.length - 1, at))] as Speed;
}
