/** Seeds that the crash suite runs every time. */

/**
 * A fixed sample. 42 and 126 kill Redis twice, which finds an answer that does not wait for the disk; 1 finds a watch that
 * keeps its state before it has published what it said; 6 an archive that says to have what it has not
 * written; 5, 8 and 9 wake a watch or a store that was relieved.
 */
export const SAMPLE = [1, 2, 5, 6, 8, 9, 42, 126, 201, 210] as const;

/** Seeds that failed once, each with what it found. They stay. */
export const FAILED: readonly (readonly [seed: number, found: string])[] = [];
