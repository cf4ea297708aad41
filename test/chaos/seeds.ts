/** Seeds that the crash suite runs every time. */

/** A fixed sample. */
export const SAMPLE = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] as const;

/** Seeds that failed once, each with what it found. They stay. */
export const FAILED: readonly (readonly [seed: number, found: string])[] = [];
